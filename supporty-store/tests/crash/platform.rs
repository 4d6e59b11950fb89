//! Two chat platforms, which show whatever they are told to and remember what a person would see. They are slow, refuse,
//! and hang up before and after they have posted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use supporty_core::adapter::{Destination, Post, Show};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{AdapterName, Place, TicketKey};

use super::dice::Dice;
use super::wire::{Ask, Said, What};

pub(crate) struct Platform {
    /// It finds what an effect has posted, and shows the same effect once.
    looks: bool,
    pub(crate) calm: AtomicBool,
    pub(crate) hung_up: AtomicU64,
    dice: Arc<Dice>,
    /// Slower than this the desk does not wait.
    patience: Duration,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    shown: Vec<Shown>,
    by_effect: HashMap<(AdapterName, EffectId), usize>,
    cards: HashMap<Place, Card>,
}

/// Something that appeared.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) platform: AdapterName,
    pub(crate) effect: EffectId,
    pub(crate) to: Destination,
    pub(crate) is_card: bool,
    /// Who asked for it, and when.
    pub(crate) worker: usize,
    pub(crate) asked: Instant,
    pub(crate) at: Instant,
}

/// Who asks, and since when.
#[derive(Clone, Copy)]
struct Asker {
    worker: usize,
    asked: Instant,
}

/// A card as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) ticket: TicketKey,
    pub(crate) seq: u64,
    /// The newest that was ever shown there.
    pub(crate) newest: u64,
}

impl Platform {
    pub(crate) fn new(looks: bool, dice: Arc<Dice>, patience: Duration) -> Self {
        let (calm, hung_up) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { looks, calm, hung_up, dice, patience, seen: Mutex::default() }
    }

    pub(crate) fn shown(&self) -> Vec<Shown> {
        self.seen.lock().unwrap().shown.clone()
    }

    pub(crate) fn cards(&self) -> Vec<Card> {
        self.seen.lock().unwrap().cards.values().cloned().collect()
    }

    /// The answer; none if it hangs up.
    pub(crate) async fn answer(&self, worker: usize, ask: Ask) -> Option<Said> {
        let asker = Asker { worker, asked: Instant::now() };
        if self.calm.load(Ordering::SeqCst) {
            return Some(self.does(asker, ask));
        }
        let slow = self.patience * u32::try_from(self.dice.roll(150)).unwrap() / 100;
        match self.dice.roll(32) {
            0 => Some(Said::Unavailable),
            1 => Some(Said::Busy),
            2 => self.hangs_up(),
            3 => {
                self.does(asker, ask);
                self.hangs_up()
            }
            4 => {
                tokio::time::sleep(slow).await;
                Some(self.does(asker, ask))
            }
            5 => {
                let said = self.does(asker, ask);
                tokio::time::sleep(slow).await;
                Some(said)
            }
            _ => Some(self.does(asker, ask)),
        }
    }

    fn hangs_up(&self) -> Option<Said> {
        self.hung_up.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn does(&self, asker: Asker, Ask { platform, what }: Ask) -> Said {
        let mut seen = self.seen.lock().unwrap();
        match what {
            What::Find(effect) => seen.place(&platform, &effect).map_or(Said::Nothing, Said::At),
            What::Show(show) => {
                let Show { effect, at, channel, card } = *show;
                let known = at.or_else(|| seen.place(&platform, &effect).filter(|_| self.looks));
                let to = Destination::Channel(channel);
                let place = known.unwrap_or_else(|| seen.post(asker, platform, effect, to, true));
                let newest = seen.cards.get(&place).map_or(card.seq, |before| before.newest.max(card.seq));
                seen.cards.insert(place.clone(), Card { ticket: card.key, seq: card.seq, newest });
                Said::At(place)
            }
            What::Tell(post) => {
                let Post { effect, to, .. } = *post;
                let known = seen.place(&platform, &effect).filter(|_| self.looks);
                Said::At(known.unwrap_or_else(|| seen.post(asker, platform, effect, to, false)))
            }
        }
    }
}

impl Seen {
    fn place(&self, platform: &AdapterName, effect: &EffectId) -> Option<Place> {
        let number = self.by_effect.get(&(platform.clone(), effect.clone()))?;
        Some(place(platform, *number))
    }

    fn post(
        &mut self,
        Asker { worker, asked }: Asker,
        platform: AdapterName,
        effect: EffectId,
        to: Destination,
        is_card: bool,
    ) -> Place {
        let at = Instant::now();
        let number = self.shown.len();
        let place = place(&platform, number);
        self.by_effect.entry((platform.clone(), effect.clone())).or_insert(number);
        self.shown.push(Shown { platform, effect, to, is_card, worker, asked, at });
        place
    }
}

fn place(platform: &AdapterName, number: usize) -> Place {
    let message = number.to_string();
    Place { adapter: platform.clone(), channel: "support".to_owned(), message: message.as_str().into() }
}
