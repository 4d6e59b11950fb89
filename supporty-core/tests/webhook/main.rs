//! What senders say, and whether it is theirs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod facts;
mod signatures;

use std::fmt::Write as _;

use proptest::prelude::*;
use supporty_core::policy::Policy;
use supporty_core::ticket::{Alerts, Command};
use supporty_core::vocab::{Actor, AdapterName, Kind, Time};
use supporty_core::webhook::{Alert, AlertRules, Environments, read_alerts, read_facts};
use supporty_core::world::World;

const FIRING: &str = include_str!("firing.json");
const GRAFANA: &str = include_str!("grafana.json");
const OWN: &str = r#"{"key": "nightly", "status": "firing", "title": "The nightly build is red", "details": "3 tests fail",
    "url": "https://ci.example/812", "labels": {"severity": "critical"}, "at": "2026-01-09T17:00:00Z"}"#;

fn now() -> Time {
    "2026-01-09T17:30:00Z".parse().unwrap()
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn rules() -> AlertRules {
    let rules = r#"{"priority": "P3", "rules": [
        {"labels": {"severity": "critical"}, "priority": "P1"},
        {"labels": {"severity": "warning"}, "priority": "P2", "kind": "gardening"},
        {"labels": {"team": "shop"}, "area": "shop"}
    ]}"#;
    serde_json::from_str(rules).unwrap()
}

fn read(body: &str) -> Alert {
    let source = AdapterName::new("alertmanager");
    read_alerts(&source, &rules(), body, now()).unwrap().pop().unwrap()
}

fn wrong(body: &str) -> String {
    read_alerts(&AdapterName::new("alertmanager"), &rules(), body, now()).unwrap_err().to_string()
}

#[test]
fn a_group_of_alertmanager_is_read() {
    let alert = read(FIRING);
    assert_eq!(alert.key, r#"{}/{team="shop"}:{alertname="HighErrorRate"}"#);
    assert_eq!(alert.title.as_str(), "One request in ten fails (web-1:9100)");
    assert_eq!(alert.url.as_deref(), Some("https://prometheus.example/graph?g0.expr=rate"));
    assert_eq!(
        (alert.sorted.priority.as_str(), alert.sorted.kind),
        ("P1", Kind::Incident),
        "only what fires counts"
    );
    assert_eq!(alert.sorted.area, Some("shop".into()));
    let firing = &alert.alerts[&"alertmanager/c6eadffa33fcdf37".into()].signal;
    assert!(firing.fires(), "`endsAt` says nothing while it fires");
    let over = &alert.alerts[&"alertmanager/bc97ff14869b13e3".into()].signal;
    assert_eq!(over.until, Some(at("2026-01-09T17:28:00Z")));
    let details = alert.details.unwrap();
    for part in ["5xx above 10 %", "instance=web-1:9100", "https://wiki.example/errors"] {
        assert!(details.as_str().contains(part), "{}", details.as_str());
    }
}

#[test]
fn a_group_of_grafana_is_read_and_is_one_of_its_organisation() {
    let alert = read(GRAFANA);
    assert_eq!(alert.key, "3/{}:{}");
    assert_eq!(alert.title.as_str(), "High memory usage");
    assert_eq!(alert.url.as_deref(), Some("https://grafana.example/d/7"));
    assert_eq!(alert.sorted.priority.as_str(), "P3");
    assert_ne!(alert.key, read(&GRAFANA.replace("\"orgId\": 3", "\"orgId\": 4")).key);
}

#[test]
fn our_own_shape_is_read_alone_and_in_a_list() {
    let alert = read(OWN);
    assert_eq!((alert.key.as_str(), alert.title.as_str()), ("nightly", "The nightly build is red"));
    assert_eq!(alert.details.unwrap().as_str(), "3 tests fail\nhttps://ci.example/812");
    assert_eq!(alert.sorted.priority.as_str(), "P1");
    let single = alert.alerts.values().next().unwrap();
    assert_eq!(single.signal.since, at("2026-01-09T17:00:00Z"));
    let two = format!("[{OWN}, {}]", OWN.replace("nightly", "hourly"));
    assert_eq!(read_alerts(&"ci".into(), &rules(), &two, now()).unwrap().len(), 2);
    let undated = read(r#"{"key": "k", "status": "resolved", "title": "t"}"#);
    assert_eq!(
        undated.alerts.values().next().unwrap().signal.until,
        Some(now()),
        "it counts from when it came"
    );
}

#[test]
fn what_is_wrong_is_said_without_repeating_what_came() {
    let secret = "hunter2";
    for (body, said) in [
        (r#"{"key": "k", "status": "firing"}"#.to_owned(), "no `title`"),
        (r#"{"status": "firing", "alerts": []}"#.to_owned(), "no `groupKey`"),
        (FIRING.replace("\"4\"", "\"5\""), "version is `5`"),
        (r#"{"groupKey": "k", "alerts": []}"#.to_owned(), "`alerts` is empty"),
        (format!("{{{secret}"), "not JSON (line 1, column 2)"),
        (format!(r#"{{"key": "k", "status": "{secret}", "title": "t"}}"#), "expected `firing` or `resolved`"),
        (
            format!(r#"{{"key": "k", "status": "firing", "title": "t", "{secret}": 1}}"#),
            "expected one of `key`",
        ),
        (r#"{"key": " ", "status": "firing", "title": "t"}"#.to_owned(), "`key` is empty"),
        (format!("\"{}\"", "x".repeat(5 << 20)), "at most"),
    ] {
        let why = wrong(&body);
        assert!(why.contains(said) && !why.contains(secret), "{why}");
    }
}

#[test]
fn without_a_fingerprint_the_labels_tell_alerts_apart() {
    let old = FIRING.replace("\"fingerprint\": \"c6eadffa33fcdf37\"", "\"fingerprint\": \"\"");
    let old = old.replace("\"fingerprint\": \"bc97ff14869b13e3\"", "\"fingerprint\": \"\"");
    assert_eq!(read(&old).alerts.len(), 2);
    assert_eq!(read(&old), read(&old));
}

#[test]
fn a_storm_is_read_whole_and_what_fires_comes_first() {
    let mut alerts = String::new();
    for n in 0..2_000 {
        let (status, end) =
            if n < 1_990 { ("resolved", "2026-01-09T17:10:00Z") } else { ("firing", "0001-01-01T00:00:00Z") };
        write!(alerts, r#"{{"status": "{status}", "labels": {{"alertname": "Down{n}"}}, "annotations": {{"description": "{}"}},
            "startsAt": "2026-01-09T17:00:00Z", "endsAt": "{end}", "fingerprint": "{n}"}},"#, "long ".repeat(200)).unwrap();
    }
    let body = format!(
        r#"{{"groupKey": "{}", "truncatedAlerts": 7, "alerts": [{}]}}"#,
        "k".repeat(5_000),
        alerts.trim_end_matches(',')
    );
    let alert = read(&body);
    assert_eq!((alert.alerts.len(), alert.more), (2_000, 7));
    assert_eq!(alert.alerts.values().filter(|single| single.signal.fires()).count(), 10);
    assert!(alert.details.unwrap().as_str().chars().count() <= 4_000);
    assert!(alert.key.starts_with("sha256:") && alert.key.len() < 60);
    assert_eq!(alert.title.as_str(), "Down1990 (10)");
    let Command::Raise { by, .. } = read(&body).raise(None, &Policy::default()).command else { panic!() };
    assert_eq!(by.unfollowed, 7);
    assert_eq!(by.alerts.values().filter(|signal| signal.fires()).count(), 10, "all that fire are followed");
    assert!(by.alerts.len() <= 2 * Alerts::MOST);
}

#[test]
fn only_addresses_of_pages_become_links() {
    let alert = read(&OWN.replace("https://ci.example/812", "javascript:alert(1)"));
    assert_eq!(alert.url, None);
}

#[test]
fn a_priority_or_an_area_that_the_policy_lacks_loses_no_alert() {
    let alert = read(&FIRING.replace("\"critical\"", "\"none\"").replace("\"warning\"", "\"none\""));
    let odd = Alert { sorted: AlertRules::new("P9").sort([]), ..alert };
    let Command::Raise { open, .. } = odd.raise(None, &Policy::default()).command else { panic!() };
    assert_eq!(open.priority, Policy::default().spec().default_priority);
    assert_eq!(open.area, None);
}

/// Alertmanager's times have nanoseconds, and a log's have not.
#[test]
fn what_a_ticket_was_opened_for_is_known_to_it_when_it_comes_again() {
    for body in [FIRING, GRAFANA, OWN] {
        let alert = read(body);
        let mut world = World::new(Policy::default());
        let by = Actor::Bot("monitoring".into());
        let raise = alert.raise(None, &Policy::default()).command;
        let key = world.submit(now(), &by, None, raise).unwrap().ticket;
        assert_eq!(read(body).tell(world.ticket(&key).unwrap(), &key), None);
    }
}

#[test]
fn the_key_of_an_opening_depends_on_the_group_and_the_ticket_before_alone() {
    let policy = Policy::default();
    let (one, other) = (read(FIRING), read(&FIRING.replace("17:25:00", "17:26:00")));
    assert_eq!(one.raise(None, &policy).key, other.raise(None, &policy).key);
    let before = "SUP-7".parse().unwrap();
    assert_ne!(one.raise(None, &policy).key, one.raise(Some(&before), &policy).key);
    assert_ne!(one.raise(None, &policy).key, read(GRAFANA).raise(None, &policy).key);
}

/// Something near a payload: cut off, or with a byte, a number or a piece put in another's place.
fn mutated() -> impl Strategy<Value = String> {
    let body = prop::sample::select(vec![FIRING, GRAFANA, OWN, facts::DEPLOYMENT, facts::CHANGE]);
    let piece = prop::sample::select(vec![
        "null",
        "-1",
        "1e999",
        "\"\"",
        "{}",
        "[]",
        "\u{202e}",
        "\\u0000",
        "\"",
        "9999-99-99",
    ]);
    (body, any::<prop::sample::Index>(), 0usize..40, piece, any::<bool>()).prop_map(
        |(body, from, length, piece, cut)| {
            let from = body.floor_char_boundary(from.index(body.len()));
            let until = body.floor_char_boundary((from + length).min(body.len()));
            if cut {
                body[..from].to_owned()
            } else {
                format!("{}{piece}{}", &body[..from], &body[until.max(from)..])
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_read_or_refused(body in mutated()) {
        let source = AdapterName::new("any");
        for alert in read_alerts(&source, &rules(), &body, now()).unwrap_or_default() {
            let _ = alert.raise(None, &Policy::default());
        }
        let _ = read_facts(&source, &Environments::default(), &body, now());
    }

    #[test]
    fn noise_is_read_or_refused(body in "\\PC{0,200}") {
        let source = AdapterName::new("any");
        let _ = (read_alerts(&source, &rules(), &body, now()), read_facts(&source, &Environments::default(), &body, now()));
    }
}
