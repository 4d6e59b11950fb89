use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::vocab::{AlertId, Place, TicketKey, Time};

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
    /// How many more fired than those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unfollowed: u32,
}

/// The alerts of one group, as far as they are followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// How each stands: at most [`Self::MOST`].
    pub known: BTreeMap<AlertId, Signal>,
    /// How many more fire, or may, by what was told last.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unfollowed: u32,
}

pub(crate) fn is_zero(count: &u32) -> bool {
    *count == 0
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

impl Alerts {
    /// How many alerts of a group are kept in mind. Those that were over first are forgotten first; of a greater storm the
    /// rest is counted.
    pub const MOST: usize = 500;

    pub(super) fn of(raised: &Raised) -> Self {
        Self { known: raised.alerts.clone(), unfollowed: raised.unfollowed }
    }

    /// Whether any of them fires, or may.
    pub fn fires(&self) -> bool {
        self.unfollowed > 0 || self.known.values().any(Signal::fires)
    }

    /// Those of them that are over.
    pub fn over(&self) -> Self {
        let over = self.known.iter().filter(|(_, signal)| !signal.fires());
        Self { known: over.map(|(id, signal)| (id.clone(), *signal)).collect(), unfollowed: 0 }
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of that is not known yet, as far as there is room for it; with the number of those that fire and are not followed
    /// after it, among them `more` of which nothing else was told. Nothing where nothing is new.
    ///
    /// What was told late may have a smaller number, so that it only falls together with something that is new.
    pub fn news(&self, told: &BTreeMap<AlertId, Signal>, more: u32) -> Option<Self> {
        let newer = told
            .iter()
            .filter(|(id, signal)| self.known.get(id).is_none_or(|known| signal.is_newer_than(known)));
        let (fire, over): (Vec<_>, Vec<_>) = newer.partition(|(_, signal)| signal.fires());
        let known_to_fire = |(id, _): &(&AlertId, &Signal)| self.fires_already(id);
        let (go_on, begin): (Vec<_>, Vec<_>) = fire.into_iter().partition(known_to_fire);
        let (end, mut others): (Vec<_>, Vec<_>) = over.into_iter().partition(known_to_fire);
        others.sort_by_key(|(_, signal)| Reverse(signal.until));
        let firing = self.known.values().filter(|known| known.fires()).count();
        let room = Self::MOST.saturating_sub(firing.saturating_sub(end.len()));
        let left = u32::try_from(begin.len().saturating_sub(room)).unwrap_or(u32::MAX);
        let begin = begin.into_iter().take(room);
        let all = go_on.into_iter().chain(begin).chain(end).chain(others.into_iter().take(Self::MOST));
        let known: BTreeMap<_, _> = all.map(|(id, signal)| (id.clone(), *signal)).collect();
        let unfollowed = more.saturating_add(left);
        let begins_beyond = unfollowed > 0 && self.unfollowed == 0;
        (!known.is_empty() || begins_beyond).then_some(Self { known, unfollowed })
    }

    /// Applies what is new.
    pub(crate) fn learn(&mut self, news: &Self) {
        self.unfollowed = news.unfollowed;
        self.known.extend(news.known.iter().map(|(id, signal)| (id.clone(), *signal)));
        let excess = self.known.len().saturating_sub(Self::MOST);
        let ended = self.known.iter().filter_map(|(id, signal)| Some((signal.until?, id.clone())));
        let ended: BTreeSet<_> = ended.collect();
        for (_, id) in ended.into_iter().take(excess) {
            self.known.remove(&id);
        }
    }

    fn fires_already(&self, id: &AlertId) -> bool {
        self.known.get(id).is_some_and(Signal::fires)
    }
}

impl Ticket {
    /// Whether any alert of it fires, or of a ticket merged into it.
    pub fn fires(&self) -> bool {
        self.alerts.values().any(Alerts::fires)
    }

    /// Whether that alert fires on it, of whichever group it was told.
    pub fn fires_already(&self, id: &AlertId) -> bool {
        self.alerts.values().any(|group| group.fires_already(id))
    }

    /// What is known of the group that it was opened for, or another that is merged into it.
    pub fn group(&self, of: &TicketKey) -> Alerts {
        self.alerts.get(of).cloned().unwrap_or_default()
    }

    pub(crate) fn signalled(&mut self, of: Option<&TicketKey>, news: &Alerts) {
        let of = of.unwrap_or(&self.key).clone();
        self.alerts.entry(of).or_default().learn(news);
    }
}
