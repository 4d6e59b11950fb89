use supporty_core::adapter::{Arrival, Error, Handled, InboxLease, Receipt};
use supporty_core::vocab::{InboundKey, Time};

use super::state::{Delivery, Stage, State};
use crate::shared::handled_before;

impl State {
    pub(super) fn accept(&mut self, arrival: Arrival) -> Receipt {
        let Arrival { key, body, at, until } = arrival;
        match self.inbox.get(&key).map(|delivery| &delivery.stage) {
            Some(Stage::Waiting { .. }) => Receipt::Waiting,
            Some(Stage::Handled { answer, .. }) => Receipt::Handled { answer: answer.clone() },
            None => {
                self.put(key, at, Stage::Waiting { body, wake: until });
                Receipt::New
            }
        }
    }

    pub(super) fn lease_inbox(&mut self, now: Time, until: Time, most: u32) -> Vec<InboxLease> {
        let mut waiting: Vec<_> = self
            .inbox
            .iter_mut()
            .filter_map(|(key, delivery)| match &mut delivery.stage {
                Stage::Waiting { body, wake } if *wake <= now => {
                    Some((delivery.at, delivery.number, key, body, wake))
                }
                Stage::Waiting { .. } | Stage::Handled { .. } => None,
            })
            .collect();
        waiting.sort_by_key(|(at, number, ..)| (*at, *number));
        waiting.truncate(most as usize);
        waiting
            .into_iter()
            .map(|(at, _, key, body, wake)| {
                *wake = until;
                InboxLease { key: key.clone(), body: body.clone(), at }
            })
            .collect()
    }

    pub(super) fn check_unhandled(&self, key: &InboundKey) -> Result<(), Error> {
        match self.inbox.get(key).map(|delivery| &delivery.stage) {
            Some(Stage::Handled { .. }) => Err(handled_before(key)),
            Some(Stage::Waiting { .. }) | None => Ok(()),
        }
    }

    /// A key that was never accepted is handled all the same: its commit is what makes it known.
    pub(super) fn handle(&mut self, handled: Handled) {
        let Handled { key, answer, at } = handled;
        let stage = Stage::Handled { answer, at };
        match self.inbox.get_mut(&key) {
            Some(delivery) => delivery.stage = stage,
            None => self.put(key, at, stage),
        }
    }

    fn put(&mut self, key: InboundKey, at: Time, stage: Stage) {
        self.last_arrival += 1;
        self.inbox.insert(key, Delivery { number: self.last_arrival, at, stage });
    }
}
