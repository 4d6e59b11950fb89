use std::collections::BTreeMap;
use std::fmt;

use supporty_core::vocab::Time;

use super::hooks::Hook;
use crate::ids::RepositoryId;

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
}

impl Progress {
    pub(super) fn since(begins: Time) -> Self {
        Self { begins, read: BTreeMap::new() }
    }

    /// From when on a place is to be read.
    pub(super) fn of(&self, source: &Source) -> Time {
        self.read.get(source).copied().unwrap_or(self.begins)
    }

    pub(super) fn reached(&mut self, source: Source, at: Time) {
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
