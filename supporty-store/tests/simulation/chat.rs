//! A chat that shows whatever it is told to show, however often: only looking first keeps a message from being there twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use supporty_core::adapter::{
    Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Post, Retry, Show,
};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{AdapterName, Place, TicketKey};

use super::dice::Dice;

pub(crate) struct Platform {
    name: AdapterName,
    pub(crate) calm: AtomicBool,
    dice: Arc<Dice>,
    shown: Mutex<Vec<Shown>>,
}

/// Something that a person sees.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) effect: EffectId,
    pub(crate) to: Destination,
    pub(crate) place: Place,
    /// The ticket and its entry, where it is a card.
    pub(crate) card: Option<(TicketKey, u64)>,
}

enum Fate {
    Well,
    Lost,
}

impl Platform {
    pub(crate) fn new(name: &str, dice: Arc<Dice>) -> Self {
        Self { name: name.into(), calm: AtomicBool::new(true), dice, shown: Mutex::default() }
    }

    pub(crate) fn shown(&self) -> Vec<Shown> {
        self.shown.lock().unwrap().clone()
    }

    /// It may fail, before or after it has shown something, be busy or slow, or never come back.
    async fn fate(&self, doing: &str) -> Result<Fate, Error> {
        tokio::task::yield_now().await;
        if self.calm.load(Ordering::SeqCst) {
            return Ok(Fate::Well);
        }
        match self.dice.roll(24) {
            0 => Err(Error::new(ErrorKind::Unavailable, Retry::Backoff, doing)),
            1 => Err(Error::new(ErrorKind::RateLimited, Retry::After(Duration::from_secs(5)), doing)),
            2 | 3 => Ok(Fate::Lost),
            4 => std::future::pending().await,
            5 => {
                // Slow, and yet within the desk's patience.
                tokio::time::sleep(Duration::from_secs(1 + self.dice.roll(18))).await;
                Ok(Fate::Well)
            }
            _ => Ok(Fate::Well),
        }
    }

    async fn answer(&self, fate: Fate, place: Place, doing: &str) -> Result<Delivered, Error> {
        tokio::task::yield_now().await;
        match fate {
            Fate::Well => Ok(Delivered { place }),
            Fate::Lost => match self.dice.one_in(2) {
                true => Err(Error::new(ErrorKind::Unknown, Retry::Backoff, doing)),
                false => std::future::pending().await,
            },
        }
    }

    fn put(&self, effect: EffectId, to: Destination, card: Option<(TicketKey, u64)>) -> Place {
        let mut shown = self.shown.lock().unwrap();
        let message = (shown.len() + 1).to_string();
        let place = Place {
            adapter: self.name.clone(),
            channel: "support".to_owned(),
            message: message.as_str().into(),
        };
        shown.push(Shown { effect, to, place: place.clone(), card });
        place
    }
}

#[async_trait]
impl Chat for Platform {
    fn capability(&self) -> ChatCapability {
        let mut can = ChatCapability::default();
        can.dedupes = true;
        can.direct = true;
        can.cards = true;
        can
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        let fate = self.fate("showing a card").await?;
        let card = Some((show.card.key.clone(), show.card.seq));
        let place = match show.at {
            None => self.put(show.effect, Destination::Channel(show.channel), card),
            Some(place) => {
                let mut shown = self.shown.lock().unwrap();
                let known = shown.iter_mut().find(|one| one.place == place).expect("the root is there");
                known.card = card;
                place
            }
        };
        self.answer(fate, place, "showing a card").await
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        let fate = self.fate("posting a message").await?;
        let place = self.put(post.effect, post.to, None);
        self.answer(fate, place, "posting a message").await
    }

    async fn find(&self, effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        tokio::task::yield_now().await;
        let shown = self.shown.lock().unwrap();
        let known = shown.iter().find(|one| one.effect == effect);
        Ok(known.map(|one| Delivered { place: one.place.clone() }))
    }
}
