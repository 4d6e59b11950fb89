//! Our own shape of an alert, for builds and whatever else can send JSON.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::alert::id;
use super::text::{line, lines, short, url};
use super::{Alert, AlertRules, Single};
use crate::adapter::Unreadable;
use crate::ticket::Signal;
use crate::vocab::{AdapterName, Time, micros};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) struct Own {
    key: String,
    status: Status,
    title: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    at: Option<Time>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Firing,
    Resolved,
}

pub(super) fn read(
    source: &AdapterName,
    rules: &AlertRules,
    own: Own,
    at: Time,
) -> Result<Alert, Unreadable> {
    if own.key.trim().is_empty() {
        return Err(Unreadable("`key` is empty: alerts with the same one are about the same".to_owned()));
    }
    let title =
        line(&own.title).ok_or_else(|| Unreadable("`title` is empty: write a few words".to_owned()))?;
    let since = micros(own.at.unwrap_or(at));
    let until = Some(since).filter(|_| own.status == Status::Resolved);
    let single = Single { signal: Signal { since, until }, name: title.clone() };
    let url = url(&own.url);
    let details = match &url {
        Some(url) => format!("{}\n{url}", own.details),
        None => own.details,
    };
    Ok(Alert {
        source: source.clone(),
        key: short(&own.key),
        alerts: [(id(source, &own.key), single)].into(),
        more: 0,
        title,
        details: lines(&details),
        url,
        sorted: rules.sort([&own.labels]),
        at,
    })
}
