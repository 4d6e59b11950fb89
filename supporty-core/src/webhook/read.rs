use serde_json::Value;

use super::{Alert, AlertRules, groups, own};
use crate::adapter::Unreadable;
use crate::vocab::{AdapterName, Time};

/// No delivery of alerts or facts is longer than this, in bytes.
pub const LONGEST: usize = 4 << 20;

/// What a delivery tells of alerts: of one group from Alertmanager (version 4 of its webhook) or Grafana, or of one alert
/// or several in our own shape (see `WEBHOOKS.md`) from any other source. The shape tells which it is.
///
/// `source` is what the desk calls the sender. The same name for another sender, as the other half of a pair, makes their
/// alerts the same. Fields that are not known are left aside, but in our own shape, where they are mistakes.
///
/// ```
/// use supporty_core::webhook::{AlertRules, read_alerts};
///
/// let body = r#"{"key": "nightly", "status": "firing", "title": "The nightly build is red"}"#;
/// let now = "2026-01-09T03:00:00Z".parse().unwrap();
/// let alerts = read_alerts(&"ci".into(), &AlertRules::new("P2"), body, now).unwrap();
/// assert_eq!(alerts[0].title.as_str(), "The nightly build is red");
/// ```
pub fn read_alerts(
    source: &AdapterName,
    rules: &AlertRules,
    body: &str,
    at: Time,
) -> Result<Vec<Alert>, Unreadable> {
    let alerts = match value(body)? {
        group @ Value::Object(_) if group.get("alerts").is_some() => {
            groups::read(source, rules, parsed(group)?, at).map(|alert| vec![alert])
        }
        Value::Array(all) => all.into_iter().map(|one| own::read(source, rules, parsed(one)?, at)).collect(),
        one => own::read(source, rules, parsed(one)?, at).map(|alert| vec![alert]),
    }?;
    Ok(alerts)
}

pub(super) fn value(body: &str) -> Result<Value, Unreadable> {
    if body.len() > LONGEST {
        return Err(Unreadable(format!("it has {} bytes, and at most {LONGEST} are read", body.len())));
    }
    serde_json::from_str(body).map_err(|error| wrong(&error))
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    serde_json::from_value(value).map_err(|error| wrong(&error))
}

/// What is wrong with the shape. What serde found is not repeated, since it may be words of people: only what it expected.
fn wrong(error: &serde_json::Error) -> Unreadable {
    let said = error.to_string();
    if let Some(field) = said.strip_prefix("missing field ") {
        return Unreadable(format!("it has no {field}: see `WEBHOOKS.md`"));
    }
    match said.rsplit_once(", expected ") {
        Some((_, expected)) if error.is_data() => {
            Unreadable(format!("a field is wrong: expected {expected}"))
        }
        None if error.is_data() => Unreadable("a field is not as `WEBHOOKS.md` says".to_owned()),
        _ => Unreadable(format!("it is not JSON (line {}, column {})", error.line(), error.column())),
    }
}
