//! What is known of Slack without asking, in bounded memory. Nothing depends on it but how often Slack is asked.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};

use supporty_core::vocab::{Place, TicketKey};

use crate::ids::{ChannelRef, UserRef};

/// How many messages, threads and people are known.
const MOST: usize = 4_096;

/// A channel and a message in it.
type Spot = (ChannelRef, String);

/// What was posted lately, which threads are there, and who is reached where.
#[derive(Debug, Default)]
pub(crate) struct Known {
    posted: Recent<String, Place>,
    /// What may have been posted: the answer was lost, or nobody waited for it.
    doubtful: Recent<String, ()>,
    threads: Recent<Spot, ()>,
    cards: Recent<TicketKey, Spot>,
    /// Where the card stood that an effect shows anew.
    moved: Recent<String, Place>,
    direct: Recent<UserRef, String>,
}

impl Known {
    /// Where an effect was posted.
    pub(crate) fn posted(&self, effect: &str) -> Option<Place> {
        self.posted.get(effect).cloned()
    }

    /// An effect stands there.
    pub(crate) fn post(&mut self, effect: &str, place: Place) {
        self.doubtful.remove(effect);
        self.posted.insert(effect.to_owned(), place);
    }

    /// It is about to be posted. Says whether it was before, and nobody knows what became of it.
    pub(crate) fn begin(&mut self, effect: &str) -> bool {
        let before = self.doubtful.get(effect).is_some();
        self.doubtful.insert(effect.to_owned(), ());
        before
    }

    /// It certainly was not posted.
    pub(crate) fn not_posted(&mut self, effect: &str) {
        self.doubtful.remove(effect);
    }

    /// A message stands there, and can be answered below it.
    pub(crate) fn thread(&mut self, place: &Place) {
        self.threads.insert(spot(place), ());
    }

    pub(crate) fn has_thread(&self, place: &Place) -> bool {
        self.threads.get(&spot(place)).is_some()
    }

    /// The card of a ticket stands there.
    pub(crate) fn card(&mut self, ticket: TicketKey, place: &Place) {
        let spot = spot(place);
        self.threads.insert(spot.clone(), ());
        self.cards.insert(ticket, spot);
    }

    /// Where the card of a ticket stands.
    pub(crate) fn card_of(&self, ticket: &TicketKey) -> Option<(&ChannelRef, &str)> {
        self.cards.get(ticket).map(|(channel, ts)| (channel, ts.as_str()))
    }

    /// Nothing stands there any more.
    pub(crate) fn forget(&mut self, place: &Place) {
        let spot = spot(place);
        self.threads.remove(&spot);
        self.cards.retain(|known| *known != spot);
        self.posted.retain(|known| known != place);
    }

    /// An effect finds nothing any more where it would change a card, and will post another. It may have done so already,
    /// before the process ended.
    pub(crate) fn set_moved(&mut self, effect: &str, from: Place) {
        self.forget(&from);
        if self.posted(effect).is_none() {
            self.doubtful.insert(effect.to_owned(), ());
        }
        self.moved.insert(effect.to_owned(), from);
    }

    pub(crate) fn moved(&self, effect: &str) -> Option<Place> {
        self.moved.get(effect).cloned()
    }

    /// Whoever looked for the old card was told where it went.
    pub(crate) fn settle(&mut self, effect: &str) {
        self.moved.remove(effect);
    }

    /// The channel of somebody's direct messages.
    pub(crate) fn direct(&self, user: &UserRef) -> Option<String> {
        self.direct.get(user).cloned()
    }

    pub(crate) fn set_direct(&mut self, user: UserRef, channel: &str) {
        self.direct.insert(user, channel.to_owned());
    }
}

fn spot(place: &Place) -> Spot {
    (ChannelRef::parse(&place.channel), place.message.as_str().to_owned())
}

/// The last things that were put in.
#[derive(Debug)]
struct Recent<K, V> {
    kept: BTreeMap<K, V>,
    /// Oldest first. What was taken out may still be named.
    order: VecDeque<K>,
}

impl<K: Ord + Clone, V> Recent<K, V> {
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.kept.get(key)
    }

    fn insert(&mut self, key: K, value: V) {
        if self.kept.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }

    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if self.kept.remove(key).is_some() {
            self.order.retain(|known| known.borrow() != key);
        }
    }

    fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        let before = self.kept.len();
        self.kept.retain(|_, value| keep(value));
        if self.kept.len() < before {
            let kept = &self.kept;
            self.order.retain(|key| kept.contains_key(key));
        }
    }
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), order: VecDeque::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(ts: usize) -> Place {
        Place { adapter: "slack".into(), channel: "C1".to_owned(), message: ts.to_string().as_str().into() }
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut known = Known::default();
        for n in 0..=MOST {
            known.post(&format!("effect-{n}"), place(n));
        }
        assert_eq!(known.posted("effect-0"), None);
        assert_eq!(known.posted("effect-1"), Some(place(1)));
        assert_eq!(known.posted.order.len(), MOST);
    }

    #[test]
    fn what_is_gone_is_not_known_in_any_way() {
        let mut known = Known::default();
        let key = TicketKey::new("SUP", 1);
        known.post("effect", place(7));
        known.card(key.clone(), &place(7));
        assert!(known.has_thread(&place(7)));
        known.forget(&place(7));
        assert!(!known.has_thread(&place(7)));
        assert_eq!((known.card_of(&key), known.posted("effect")), (None, None));
        assert!(known.posted.order.is_empty());
    }

    #[test]
    fn what_was_begun_and_came_to_nothing_is_doubted() {
        let mut known = Known::default();
        assert!(!known.begin("effect"));
        assert!(known.begin("effect"));
        known.not_posted("effect");
        assert!(!known.begin("effect"));
        known.post("effect", place(1));
        assert!(known.doubtful.kept.is_empty());
    }
}
