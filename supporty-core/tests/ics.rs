//! Holidays from iCalendar files.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use proptest::prelude::*;

use supporty_core::time::{IcsError, holidays_of_ics};

fn file(events: &[&str]) -> String {
    let events: String =
        events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n")
}

fn days(event: &str) -> Vec<String> {
    let days = holidays_of_ics(&file(&[event]), 2026, 2028).unwrap();
    days.into_iter().map(|(day, name)| format!("{day} {name}")).collect()
}

#[test]
fn single_days_and_spans_with_their_names() {
    assert_eq!(
        days("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\\, at last"),
        ["2026-12-25 Christmas, at last"]
    );
    let span = "DTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261230\r\nSUMMARY:Between the yea\r\n rs";
    assert_eq!(days(span), ["2026-12-28 Between the years", "2026-12-29 Between the years"]);
}

#[test]
fn what_repeats_every_year() {
    let yearly =
        |rule: &str| days(&format!("DTSTART;VALUE=DATE:20200525\r\nRRULE:FREQ=YEARLY{rule}\r\nSUMMARY:S"));
    assert_eq!(yearly(""), ["2026-05-25 S", "2027-05-25 S", "2028-05-25 S"]);
    assert_eq!(yearly(";BYMONTH=5;BYDAY=-1MO"), ["2026-05-25 S", "2027-05-31 S", "2028-05-29 S"]);
    assert_eq!(yearly(";BYMONTH=9;BYDAY=1MO"), ["2026-09-07 S", "2027-09-06 S", "2028-09-04 S"]);
    assert_eq!(yearly(";UNTIL=20271231"), ["2026-05-25 S", "2027-05-25 S"]);
    assert_eq!(yearly(";INTERVAL=2"), ["2026-05-25 S", "2028-05-25 S"]);
    assert_eq!(yearly(";COUNT=7"), ["2026-05-25 S"]);
    let out =
        "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101\r\nSUMMARY:New Year";
    assert_eq!(days(out), ["2026-01-01 New Year", "2028-01-01 New Year"]);
    let leap = "DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Leap";
    assert_eq!(days(leap), ["2028-02-29 Leap"]);
}

#[test]
fn meetings_and_what_was_cancelled_are_no_holidays() {
    assert!(days("DTSTART:20261225T100000Z\r\nSUMMARY:Call").is_empty());
    assert!(days("DTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED\r\nSUMMARY:Off").is_empty());
}

#[test]
fn what_can_not_be_read_is_told_by_name() {
    let of = |event: &str| holidays_of_ics(&file(&[event]), 2026, 2028).unwrap_err();
    let weekly = of("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Every week");
    assert!(matches!(&weekly, IcsError::Event { event, .. } if event == "Every week"), "{weekly}");
    assert!(matches!(of("DTSTART;VALUE=DATE:2026\r\nSUMMARY:x"), IcsError::Event { .. }));
    assert!(matches!(holidays_of_ics("hello", 2026, 2028), Err(IcsError::Syntax(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(rule in "[A-Z0-9=;,-]{0,40}", start in "[0-9T]{0,10}", junk in "\\PC{0,60}") {
        let event = format!("DTSTART;VALUE=DATE:{start}\r\nRRULE:{rule}\r\nSUMMARY:{junk}");
        let _ = holidays_of_ics(&file(&[&event]), 2026, 2040);
        let _ = holidays_of_ics(&junk, 2026, 2040);
    }
}
