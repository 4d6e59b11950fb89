//! What was told of a group of alerts while no ticket was open for it: that they are over. Should the news that they fire
//! be told after that, it opens no ticket.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::stream::{Entry, events};
use crate::ticket::{Alerts, Signal};
use crate::vocab::{AlertId, Time, micros};

events! {
    /// What happened to a group of alerts that has no open ticket.
    Event

    /// Alerts were over.
    Over "over" {
        /// Which, and when they were.
        alerts: BTreeMap<AlertId, Signal>,
    }
}

/// An entry of the stream of a group of alerts.
pub type AlertEntry = Entry<Event>;

/// What is over of a group of alerts: the fold of its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLog {
    /// The number of its last entry.
    pub seq: u64,
    /// When its last entry was.
    pub at: Option<Time>,
    /// The alerts: the last [`Alerts::MOST`] that were over.
    pub over: Alerts,
}

impl AlertLog {
    /// The form of a stored state: whatever changes what these fields are, or what `evolve` makes of an entry, gives it
    /// another name.
    pub const FORMAT: &str = "alerts-1";
}

/// What of that is over and not known to be. None is over in the future: what fires after that would be taken for late.
///
/// ```
/// use supporty_core::alert_log::{AlertLog, decide};
/// use supporty_core::ticket::Signal;
///
/// let at = |hour: u32| format!("2026-01-09T{hour:02}:00:00Z").parse().unwrap();
/// let told = [("am/1".into(), Signal { since: at(9), until: Some(at(10)) })].into();
/// assert!(decide(&AlertLog::default(), &told, at(11)).is_some());
/// let fires = [("am/1".into(), Signal { since: at(9), until: None })].into();
/// assert!(decide(&AlertLog::default(), &fires, at(11)).is_none());
/// ```
pub fn decide(log: &AlertLog, told: &BTreeMap<AlertId, Signal>, now: Time) -> Option<Event> {
    let by_now = |at| micros(at).min(micros(now));
    let over = told.iter().filter_map(|(id, Signal { since, until })| {
        Some((id.clone(), Signal { since: by_now(*since), until: Some(by_now((*until)?)) }))
    });
    log.over.news(&over.collect(), 0).map(|news| Event::Over { alerts: news.known })
}

/// Applies one entry: no rules, and it never fails.
pub fn evolve(log: &mut AlertLog, entry: &AlertEntry) {
    log.seq = entry.seq;
    log.at = Some(entry.at);
    let Event::Over { alerts } = &entry.event;
    log.over.learn(&Alerts { known: alerts.clone(), unfollowed: 0 });
}
