//! Any text as a policy file, and as a file of holidays: nothing panics, everything ends, and a policy that is printed is
//! read back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use supporty_core::policy::{Policy, read_policy};
use supporty_core::time::holidays_of_ics;

fuzz_target!(|text: &str| {
    let holidays = |name: &str| holidays_of_ics(name, 2020, 2030).map_err(|error| error.to_string());
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1);
    let reading = read_policy(text, &holidays, today);
    for one in &reading.diagnostics {
        let _ = one.render("policy.toml", text, false);
    }
    if let Some(policy) = reading.policy {
        let printed = policy.spec().to_toml();
        let again = Policy::from_toml(&printed).expect("what is printed can be read");
        assert_eq!(again.spec(), policy.spec(), "{printed}");
        let monday = "2026-01-12T10:00:00Z".parse().unwrap_or_default();
        for id in policy.spec().calendars.keys() {
            let calendar = policy.calendar(id).expect("it is there");
            let _ = calendar.add(monday, chrono::TimeDelta::days(3));
            let _ = calendar.segments(monday, monday + chrono::TimeDelta::days(3));
        }
    }
    let _ = holidays_of_ics(text, 2020, 2030);
});
