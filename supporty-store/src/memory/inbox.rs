use supporty_core::adapter::{Arrival, Error, Handled, InboxLease, Receipt};
use supporty_core::vocab::{InboundKey, Time};

use super::state::{Answered, State, Waiting};
use crate::shared::handled_before;

impl State {
    pub(super) fn accept(&mut self, arrival: Arrival) -> Receipt {
        let Arrival { key, body, at, until } = arrival;
        if let Some(Answered { answer, .. }) = self.handled.get(&key) {
            return Receipt::Handled { answer: answer.clone() };
        }
        if self.waiting.contains_key(&key) {
            return Receipt::Waiting;
        }
        self.last_arrival += 1;
        self.waiting.insert(key, Waiting { number: self.last_arrival, at, body, wake: until });
        Receipt::New
    }

    pub(super) fn lease_inbox(&mut self, now: Time, until: Time, most: u32) -> Vec<InboxLease> {
        let mut due: Vec<_> = self.waiting.iter_mut().filter(|(_, delivery)| delivery.wake <= now).collect();
        due.sort_by_key(|(_, delivery)| (delivery.at, delivery.number));
        due.truncate(most as usize);
        due.into_iter()
            .map(|(key, delivery)| {
                delivery.wake = until;
                InboxLease { key: key.clone(), body: delivery.body.clone(), at: delivery.at }
            })
            .collect()
    }

    pub(super) fn check_unhandled(&self, key: &InboundKey) -> Result<(), Error> {
        if self.handled.contains_key(key) { Err(handled_before(key)) } else { Ok(()) }
    }

    /// A key that was never accepted is handled all the same: its commit is what makes it known.
    pub(super) fn handle(&mut self, handled: Handled) {
        let Handled { key, answer, at } = handled;
        self.waiting.remove(&key);
        self.handled.insert(key, Answered { answer, at });
    }
}
