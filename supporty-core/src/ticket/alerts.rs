use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::vocab::{AlertId, Place, Time};

/// How an alert stands, by its source's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Since when it fires, or fired.
    pub since: Time,
    /// When it was over; nothing while it fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// The alerts that a ticket is opened for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Under which name their group is known: what is told of that group later finds the ticket by it, until the ticket is
    /// closed.
    pub place: Place,
    /// How each stood.
    pub alerts: BTreeMap<AlertId, Signal>,
}

impl Signal {
    /// Whether it fires.
    pub fn fires(&self) -> bool {
        self.until.is_none()
    }

    /// Whether this is told of a later instant than that. That an alert is over is later than that it fires at the same
    /// instant.
    ///
    /// ```
    /// use supporty_core::ticket::Signal;
    ///
    /// let at = |hour: u32| format!("2026-01-09T{hour:02}:00:00Z").parse().unwrap();
    /// let (fires, over) = (Signal { since: at(9), until: None }, Signal { since: at(9), until: Some(at(10)) });
    /// assert!(over.is_newer_than(&fires) && !fires.is_newer_than(&over));
    /// assert!(Signal { since: at(11), until: None }.is_newer_than(&over));
    /// ```
    pub fn is_newer_than(&self, known: &Self) -> bool {
        let rank = |signal: &Self| (signal.until.unwrap_or(signal.since), !signal.fires());
        rank(self) > rank(known)
    }
}

impl Ticket {
    /// How many alerts a ticket keeps in mind. Those that were over first are forgotten first, and of a greater storm than
    /// this it keeps only so many.
    pub const MOST_ALERTS: usize = 500;

    /// Whether any of its alerts fires.
    pub fn fires(&self) -> bool {
        self.alerts.values().any(Signal::fires)
    }

    /// What of that it does not know yet, as far as there is room for it.
    pub fn news(&self, told: &BTreeMap<AlertId, Signal>) -> BTreeMap<AlertId, Signal> {
        let firing = self.alerts.values().filter(|known| known.fires()).count();
        let mut room = Self::MOST_ALERTS.saturating_sub(firing);
        let newer = told.iter().filter(|(id, signal)| match self.alerts.get(id) {
            Some(known) => signal.is_newer_than(known),
            None => true,
        });
        let fitting = newer.filter(|(id, signal)| {
            let begins = signal.fires() && !self.fires_already(id);
            let fits = !begins || room > 0;
            room = room.saturating_sub(usize::from(begins));
            fits
        });
        fitting.take(Self::MOST_ALERTS).map(|(id, signal)| (id.clone(), *signal)).collect()
    }

    pub(crate) fn fires_already(&self, id: &AlertId) -> bool {
        self.alerts.get(id).is_some_and(Signal::fires)
    }

    /// Applies what its alerts told.
    pub(crate) fn signalled(&mut self, news: &BTreeMap<AlertId, Signal>) {
        self.alerts.extend(news.iter().map(|(id, signal)| (id.clone(), *signal)));
        let excess = self.alerts.len().saturating_sub(Self::MOST_ALERTS);
        let ended = self.alerts.iter().filter_map(|(id, signal)| Some((signal.until?, id.clone())));
        let mut ended: Vec<_> = ended.collect();
        ended.sort();
        for (_, id) in ended.into_iter().take(excess) {
            self.alerts.remove(&id);
        }
    }
}
