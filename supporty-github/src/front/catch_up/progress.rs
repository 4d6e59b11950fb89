use std::collections::BTreeMap;
use std::fmt;

use chrono::TimeDelta;
use supporty_core::vocab::Time;

use super::hooks::Hook;
use crate::ids::RepositoryId;

/// What was looked at already is looked at again that far back: a delivery may have been under way.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);
/// How long what was read to its end is left alone while the rest is tried again.
const FRESH: TimeDelta = TimeDelta::minutes(45);

/// Where something is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Hook(Hook),
    Changes(RepositoryId),
    Deployments(RepositoryId),
}

/// How far each place was read. It lives as long as the process: whoever begins anew reads what is known once more.
pub(super) struct Progress {
    begins: Time,
    read: BTreeMap<Source, Time>,
    /// When each was read to its end last.
    whole: BTreeMap<Source, Time>,
}

impl Progress {
    pub(super) fn since(begins: Time) -> Self {
        Self { begins, read: BTreeMap::new(), whole: BTreeMap::new() }
    }

    /// From when on a place is to be read.
    pub(super) fn of(&self, source: &Source) -> Time {
        self.read.get(source).copied().unwrap_or(self.begins)
    }

    /// Whether it was read to its end so little ago that it need not be read again.
    pub(super) fn is_fresh(&self, source: &Source, at: Time) -> bool {
        self.whole.get(source).is_some_and(|read| at - *read < FRESH)
    }

    /// A place was read to its end.
    pub(super) fn read(&mut self, source: Source, at: Time) {
        self.whole.insert(source.clone(), at);
        self.reached(source, at - OVERLAP);
    }

    /// Of a place not all could be read.
    pub(super) fn stopped(&mut self, source: Source, at: Time) {
        self.whole.remove(&source);
        self.reached(source, at);
    }

    fn reached(&mut self, source: Source, at: Time) {
        let known = self.of(&source);
        self.read.insert(source, known.max(at));
    }

    /// Who was read least is first, so that all have their turn however little GitHub allows at a time; of those, what was
    /// delivered comes before what is only seen.
    pub(super) fn in_order(&self, mut sources: Vec<Source>) -> Vec<Source> {
        sources.sort_by_cached_key(|source| (self.of(source), source.clone()));
        sources
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hook(hook) => hook.fmt(f),
            Self::Changes(id) => write!(f, "pull requests of repository {id}"),
            Self::Deployments(id) => write!(f, "deployments of repository {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_read_least_is_first_and_nobody_goes_back() {
        let at = |seconds| Time::from_timestamp(seconds, 0).unwrap();
        let mut progress = Progress::since(at(10));
        let [one, two, three] = [1, 2, 3].map(|id| Source::Changes(RepositoryId(id)));
        progress.reached(one.clone(), at(30));
        progress.reached(two.clone(), at(20));
        progress.reached(three.clone(), at(5));
        let sources = vec![one.clone(), two.clone(), Source::Hook(Hook::App), three.clone()];
        assert_eq!(progress.in_order(sources), [Source::Hook(Hook::App), three.clone(), two, one]);
        assert_eq!(progress.of(&three), at(10));
    }
}
