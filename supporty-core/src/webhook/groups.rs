//! The groups of alerts that [Alertmanager](https://prometheus.io/docs/alerting/latest/configuration/#webhook_config) sends,
//! version 4, and Grafana, whose groups have the same shape and more.
//!
//! A group is sent whole whenever something about it changes, and again after `repeat_interval`: with the same `startsAt`,
//! and with those of its alerts that are over since the delivery before. `endsAt` says something only of those.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::alert::id;
use super::text::{digest, line, lines, short, url};
use super::{Alert, AlertRules, Single};
use crate::adapter::Unreadable;
use crate::ticket::Signal;
use crate::vocab::{AdapterName, Text, Time, micros};

/// How many alerts are described on a ticket.
const DESCRIBED: usize = 20;
/// The characters that a title keeps for the number of its alerts.
const NUMBER: usize = 20;

type Labels = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    version: Option<String>,
    group_key: String,
    #[serde(default)]
    group_labels: Labels,
    #[serde(default)]
    common_labels: Labels,
    #[serde(default)]
    common_annotations: Labels,
    #[serde(default, rename = "externalURL")]
    external_url: String,
    #[serde(default)]
    truncated_alerts: u64,
    /// Grafana's organisation: each has groups of its own.
    org_id: Option<i64>,
    alerts: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    status: Status,
    #[serde(default)]
    labels: Labels,
    #[serde(default)]
    annotations: Labels,
    starts_at: Time,
    ends_at: Option<Time>,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    #[serde(default, rename = "dashboardURL")]
    dashboard_url: String,
    #[serde(default, rename = "panelURL")]
    panel_url: String,
    /// Older versions have none.
    #[serde(default)]
    fingerprint: String,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Firing,
    Resolved,
}

pub(super) fn read(
    source: &AdapterName,
    rules: &AlertRules,
    group: Group,
    at: Time,
) -> Result<Alert, Unreadable> {
    // Grafana's own version is 1.
    if let Some(version) = group.version.as_deref().filter(|version| !matches!(*version, "4" | "1")) {
        return Err(Unreadable(format!(
            "its version is `{}`, and 4 and Grafana's 1 are known",
            short(version)
        )));
    }
    let mut all: Vec<&One> = group.alerts.iter().collect();
    all.sort_by_key(|one| (one.status != Status::Firing, one.starts_at));
    let firing: Vec<&One> = all.iter().filter(|one| one.status == Status::Firing).copied().collect();
    let shown = if firing.is_empty() { &all } else { &firing };
    let Some(first) = shown.first() else {
        return Err(Unreadable("`alerts` is empty".to_owned()));
    };
    let alerts = all.iter().map(|one| {
        let single = Single { signal: one.signal(), name: one.name()? };
        Ok((id(source, &one.fingerprint()), single))
    });
    let alerts = alerts.collect::<Result<_, Unreadable>>()?;
    let key = match group.org_id {
        Some(org) => format!("{org}/{}", group.group_key),
        None => group.group_key.clone(),
    };
    Ok(Alert {
        source: source.clone(),
        key: short(&key),
        alerts,
        more: u32::try_from(group.truncated_alerts).unwrap_or(u32::MAX),
        title: group.title(shown, first)?,
        details: lines(&group.details(shown)),
        url: first.url().or_else(|| url(&group.external_url)),
        sorted: rules.sort(shown.iter().map(|one| &one.labels)),
        at,
    })
}

impl Group {
    /// The name of the only alert, or what several have in common, with their number.
    fn title(&self, shown: &[&One], first: &One) -> Result<Text, Unreadable> {
        if shown.len() < 2 {
            return first.name();
        }
        let common = [&self.common_annotations, &self.common_labels, &self.group_labels];
        let said = common.iter().find_map(|labels| called(labels));
        let name = first.name()?;
        let said = said.unwrap_or(name.as_str());
        let fitting: String = said.chars().take(Text::TITLE.saturating_sub(NUMBER)).collect();
        Ok(line(&format!("{fitting} ({})", shown.len())).unwrap_or(name))
    }

    fn details(&self, shown: &[&One]) -> String {
        let mut all: Vec<String> =
            shown.iter().take(DESCRIBED).map(|one| one.details(shown.len() > 1)).collect();
        let left = shown.len().saturating_sub(DESCRIBED);
        let left = self.truncated_alerts.saturating_add(u64::try_from(left).unwrap_or(u64::MAX));
        if left > 0 {
            all.push(format!("+ {left}"));
        }
        all.join("\n\n")
    }
}

impl One {
    fn signal(&self) -> Signal {
        let since = micros(self.starts_at);
        let until = self.ends_at.map_or(since, micros).max(since);
        Signal { since, until: Some(until).filter(|_| self.status == Status::Resolved) }
    }

    /// What its sender calls it, or else what makes it different from every other: its labels.
    fn fingerprint(&self) -> String {
        match self.fingerprint.as_str() {
            "" => digest(self.labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()])),
            known => known.to_owned(),
        }
    }

    /// Without words of its own it is called by what makes it different.
    fn name(&self) -> Result<Text, Unreadable> {
        let said = called(&self.annotations).or_else(|| called(&self.labels)).unwrap_or_default();
        let instance = self.labels.get("instance").filter(|instance| !said.contains(instance.as_str()));
        let said = match instance {
            Some(instance) => format!("{said} ({instance})"),
            None => said.to_owned(),
        };
        let named = line(&said).or_else(|| line(&self.fingerprint()));
        named.ok_or_else(|| Unreadable("an alert has no name: give it a label `alertname`".to_owned()))
    }

    fn details(&self, named: bool) -> String {
        let name = self.name().ok().filter(|_| named).map(|name| name.as_str().to_owned());
        let description = self.annotations.get("description").or_else(|| self.annotations.get("message"));
        let labels: Vec<_> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let runbook = self.annotations.get("runbook_url").and_then(|runbook| url(runbook));
        let parts = [name, description.cloned(), Some(labels.join(", ")), runbook, self.url()];
        parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn url(&self) -> Option<String> {
        [&self.panel_url, &self.dashboard_url, &self.generator_url].into_iter().find_map(|one| url(one))
    }
}

/// What people call it, by the habits of both.
fn called(labels: &Labels) -> Option<&str> {
    ["summary", "title", "alertname"].into_iter().find_map(|name| labels.get(name)).map(String::as_str)
}
