//! What is known of GitHub without asking, in bounded memory. Nothing depends on it but how often GitHub is asked.

use std::collections::{BTreeMap, VecDeque};

use supporty_core::adapter::VcsRef;

/// How many effects are known.
const MOST: usize = 4_096;

/// What was written lately, and of what nobody knows whether it was.
#[derive(Debug, Default)]
pub(crate) struct Known {
    effects: BTreeMap<String, Option<VcsRef>>,
    /// Oldest first. What was taken out may still be named.
    order: VecDeque<String>,
}

impl Known {
    /// Where an effect was written.
    pub(crate) fn written(&self, effect: &str) -> Option<VcsRef> {
        self.effects.get(effect).cloned().flatten()
    }

    /// An effect stands there.
    pub(crate) fn write(&mut self, effect: &str, at: VcsRef) {
        self.insert(effect, Some(at));
    }

    /// It is about to be written. Says whether it was before, and nobody knows what became of it.
    pub(crate) fn begin(&mut self, effect: &str) -> bool {
        let before = self.effects.contains_key(effect);
        if !before {
            self.insert(effect, None);
        }
        before
    }

    /// It certainly was not written.
    pub(crate) fn not_written(&mut self, effect: &str) {
        if self.effects.remove(effect).is_some() {
            self.order.retain(|known| known != effect);
        }
    }

    fn insert(&mut self, effect: &str, at: Option<VcsRef>) {
        if self.effects.insert(effect.to_owned(), at).is_none() {
            self.order.push_back(effect.to_owned());
        }
        while self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.effects.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: usize) -> VcsRef {
        VcsRef { repository: "7".to_owned(), id: n.to_string() }
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut known = Known::default();
        for n in 0..=MOST {
            known.write(&format!("effect-{n}"), at(n));
        }
        assert_eq!(known.written("effect-0"), None);
        assert_eq!(known.written("effect-1"), Some(at(1)));
        assert_eq!((known.order.len(), known.effects.len()), (MOST, MOST));
    }

    #[test]
    fn what_was_begun_and_came_to_nothing_is_doubted() {
        let mut known = Known::default();
        assert!(!known.begin("effect"));
        assert!(known.begin("effect"));
        known.not_written("effect");
        assert!(!known.begin("effect"));
        known.write("effect", at(1));
        assert_eq!(known.written("effect"), Some(at(1)));
        assert!(known.order.len() == 1);
    }
}
