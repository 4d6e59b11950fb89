use serde::Serialize;

use super::record::{Paging, Record, Round};
use super::replay::Refused;
use crate::time::Zone;
use crate::vocab::{Target, TicketKey, Time};

/// One ticket as it was and as it would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Which.
    pub ticket: TicketKey,
    /// As it was.
    pub before: Record,
    /// As it would have been.
    pub after: Record,
    /// What could not be replayed, in order.
    pub refused: Vec<Refused>,
}

/// One round of a promise, before and after; `None` where it did not end, or was never begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pair<'a> {
    /// As it was.
    pub before: Option<&'a Round>,
    /// As it would have been.
    pub after: Option<&'a Round>,
}

impl<'a> Pair<'a> {
    /// Whether only the tested policy breaks it.
    pub fn is_gained(&self) -> bool {
        is_broken(self.after) && !is_broken(self.before)
    }

    /// Whether the tested policy keeps what was broken, or does not promise it.
    pub fn is_lost(&self) -> bool {
        is_broken(self.before) && !is_broken(self.after)
    }

    fn any(&self) -> Option<&'a Round> {
        self.after.or(self.before)
    }
}

fn is_broken(round: Option<&Round>) -> bool {
    round.is_some_and(Round::is_broken)
}

impl Compared {
    /// Whether everything that people did could be done again. What is moot is missed by nothing.
    pub fn is_whole(&self) -> bool {
        self.refused.iter().all(|refused| refused.moot)
    }

    /// Whether figures count it: no drill, and not what turned out to be no ticket.
    pub fn counts(&self) -> bool {
        let counts = |record: &Record| !record.drill && !record.nothing;
        counts(&self.before) && counts(&self.after)
    }

    /// Whether anything would have been another way.
    pub fn is_changed(&self) -> bool {
        let pages = self.pages_gained().next().or(self.pages_lost().next());
        pages.is_some()
            || self.before.rounds.len() != self.after.rounds.len()
            || self.rounds().any(|pair| pair.before != pair.after)
            || self.before.escalations != self.after.escalations
            || !self.refused.is_empty()
    }

    /// Every round that ended, before or after.
    pub fn rounds(&self) -> impl Iterator<Item = Pair<'_>> {
        let (ours, theirs) = (&self.before, &self.after);
        let known = ours
            .rounds
            .iter()
            .map(|round| Pair { before: Some(round), after: theirs.round(round.target, round.epoch) });
        let only = theirs.rounds.iter().filter(|round| ours.round(round.target, round.epoch).is_none());
        known.chain(only.map(|round| Pair { before: None, after: Some(round) }))
    }

    /// What would have been broken, and was not.
    pub fn gained(&self) -> impl Iterator<Item = &Round> {
        self.rounds().filter(Pair::is_gained).filter_map(|pair| pair.after)
    }

    /// What was broken, and would not have been.
    pub fn lost(&self) -> impl Iterator<Item = &Round> {
        self.rounds().filter(Pair::is_lost).filter_map(|pair| pair.before)
    }

    /// Who would have been woken, and was not.
    pub fn pages_gained(&self) -> impl Iterator<Item = &Paging> {
        only(&self.after.pages, &self.before.pages)
    }

    /// Who was woken, and would not have been.
    pub fn pages_lost(&self) -> impl Iterator<Item = &Paging> {
        only(&self.before.pages, &self.after.pages)
    }

    /// How much would have changed: to put the most changed first.
    pub fn weight(&self) -> usize {
        let breaches = self.gained().count() + self.lost().count();
        4 * breaches + self.pages_gained().count() + self.pages_lost().count()
    }

    /// What would have changed, in one sentence, by the clocks of a zone; `None` where nothing would.
    pub fn sentence(&self, zone: &Zone) -> Option<String> {
        let mut parts: Vec<_> = self.rounds().filter_map(|pair| said(&pair, zone)).collect();
        let woken = |pages: Vec<&Paging>, word: &str| {
            let all: Vec<_> =
                pages.iter().map(|page| format!("{} {}", page.person, moment(page.at, zone))).collect();
            (!all.is_empty()).then(|| format!("{word} {}", all.join(", ")))
        };
        parts.extend(woken(self.pages_gained().collect(), "would have woken"));
        parts.extend(woken(self.pages_lost().collect(), "would not have woken"));
        if let (true, Some(first)) = (parts.is_empty(), self.refused.first()) {
            parts.push(format!("{} could not be replayed: {}", first.command, first.why));
        }
        if parts.is_empty() && self.before.escalations != self.after.escalations {
            let (before, after) = (self.before.escalations, self.after.escalations);
            parts.push(format!("{after} instead of {before} steps of its ladder"));
        }
        (!parts.is_empty()).then(|| format!("{}: {}", self.ticket, parts.join("; ")))
    }
}

fn only<'a>(some: &'a [Paging], others: &'a [Paging]) -> impl Iterator<Item = &'a Paging> {
    some.iter().filter(move |page| !others.iter().any(|other| other.is(page)))
}

/// Only what was broken or would have been; a deadline that moved and was kept all the same is no news.
fn said(pair: &Pair<'_>, zone: &Zone) -> Option<String> {
    if !pair.is_gained() && !pair.is_lost() {
        return None;
    }
    let round = pair.any()?;
    let due = |round: Option<&Round>| round.and_then(Round::due).map(|due| moment(due, zone));
    let (was, would) = (due(pair.before), due(pair.after));
    let mut text = format!("{} of {}", name(round.target), round.priority);
    match (would, was) {
        (Some(would), Some(was)) if would == was => text += &format!(" was due {was}"),
        (Some(would), Some(was)) => text += &format!(" would have been due {would} and not {was}"),
        (Some(would), None) => text += &format!(" would have been due {would}"),
        (None, Some(was)) => text += &format!(" was due {was}"),
        (None, None) => {}
    }
    let how = match (pair.before.and_then(Round::met), pair.after.and_then(Round::met), pair.is_gained()) {
        (_, Some(met), true) => format!(", so that {} is too late", moment(met, zone)),
        (_, None, true) => ", and would have been broken".to_owned(),
        (_, Some(met), false) => format!(", so that {} is in time", moment(met, zone)),
        (_, None, false) => ", and would not have been broken".to_owned(),
    };
    Some(text + &how)
}

pub(super) fn name(target: Target) -> &'static str {
    match target {
        Target::NextResponse => "next response",
        other => other.as_str(),
    }
}

fn moment(at: Time, zone: &Zone) -> String {
    let form = if at.timestamp() % 60 == 0 { "%a %-d %b %Y %H:%M" } else { "%a %-d %b %Y %H:%M:%S" };
    zone.local(at).format(form).to_string()
}
