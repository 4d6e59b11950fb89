use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::adapter::{
    Card, Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Message, Piece, Post, Retry, Show,
};
use crate::stream::EffectId;
use crate::vocab::{AdapterName, MessageId, Place};

/// A chat in memory that remembers what people would see, and fails when it is told to.
///
/// It passes [`chat_suite`](super::chat_suite), so that what works with it works with a platform that does too.
#[derive(Debug)]
pub struct FakeChat {
    name: AdapterName,
    capability: ChatCapability,
    state: Mutex<State>,
}

/// How the next delivery fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing is posted, and the error says so.
    Before(ErrorKind, Retry),
    /// It is posted, and the answer is lost: an error of kind [`ErrorKind::Unknown`].
    After,
    /// Nothing is posted: come back later.
    RateLimited(Duration),
}

#[derive(Debug, Default)]
struct State {
    posts: Vec<Posted>,
    /// The number of the last message; none is used twice.
    last: u64,
    delivered: BTreeMap<EffectId, Place>,
    failures: VecDeque<Failure>,
    calls: u32,
}

#[derive(Debug)]
struct Posted {
    place: Place,
    to: Destination,
    says: Says,
}

#[derive(Debug)]
enum Says {
    Card(Box<Card>),
    Message(Message),
}

impl FakeChat {
    /// An empty chat that can do everything a chat can.
    pub fn new(name: AdapterName) -> Self {
        let capability = ChatCapability { cards: true, dedupes: true, direct: true, internal: true };
        Self { name, capability, state: Mutex::default() }
    }

    /// The same with other abilities.
    pub fn with_capability(self, capability: ChatCapability) -> Self {
        Self { capability, ..self }
    }

    /// Fails the next delivery that has no failure in store yet.
    pub fn fail_next(&self, failure: Failure) {
        self.state().failures.push_back(failure);
    }

    /// How often it was asked to deliver something, failures included.
    pub fn calls(&self) -> u32 {
        self.state().calls
    }

    /// What a person reads there, oldest first; a thread begins with its root.
    pub fn seen(&self, at: &Destination) -> Vec<String> {
        let state = self.state();
        let there = |post: &&Posted| post.to == *at || *at == Destination::Thread(post.place.clone());
        state.posts.iter().filter(there).map(|post| post.says.text()).collect()
    }

    /// The messages told there, oldest first.
    pub fn messages(&self, at: &Destination) -> Vec<Message> {
        let told = |post: &Posted| match &post.says {
            Says::Message(message) if post.to == *at => Some(message.clone()),
            _ => None,
        };
        self.state().posts.iter().filter_map(told).collect()
    }

    /// Every card as it stands, in the order in which they were first shown.
    pub fn cards(&self) -> Vec<Card> {
        let card = |post: &Posted| match &post.says {
            Says::Card(card) => Some((**card).clone()),
            Says::Message(_) => None,
        };
        self.state().posts.iter().filter_map(card).collect()
    }

    /// Deletes a message, as somebody on the platform might: what hangs below a root is gone with it.
    pub fn delete(&self, place: &Place) {
        let below = Destination::Thread(place.clone());
        self.state().posts.retain(|post| post.place != *place && post.to != below);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn post(&self, state: &mut State, effect: EffectId, to: Destination, says: Says) -> Place {
        if let Some(place) = state.delivered.get(&effect).filter(|_| self.capability.dedupes) {
            return place.clone();
        }
        let channel = match &to {
            Destination::Thread(root) => root.channel.clone(),
            Destination::Channel(channel) => channel.to_string(),
            Destination::Person(user) => format!("@{user}"),
        };
        state.last += 1;
        let message = MessageId::new(state.last.to_string());
        let place = Place { adapter: self.name.clone(), channel, message };
        state.posts.push(Posted { place: place.clone(), to, says });
        state.delivered.insert(effect, place.clone());
        place
    }
}

#[async_trait]
impl Chat for FakeChat {
    fn capability(&self) -> ChatCapability {
        self.capability
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        if !self.capability.cards {
            return Err(Error::unsupported("showing a card"));
        }
        let mut state = self.state();
        let lost = state.begin("showing a card")?;
        let says = Says::Card(Box::new(show.card));
        let place = match show.at {
            None => self.post(&mut state, show.effect, Destination::Channel(show.channel), says),
            Some(place) => {
                let card = state.posts.iter_mut().find(|post| post.place == place);
                let card = card.ok_or_else(|| gone("showing a card"))?;
                card.says = says;
                place
            }
        };
        answer(place, lost, "showing a card")
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        match &post.to {
            Destination::Person(_) if !self.capability.direct => {
                return Err(Error::unsupported("telling a person"));
            }
            Destination::Thread(_) | Destination::Channel(_) if !self.capability.cards => {
                return Err(Error::unsupported("telling a thread or a channel"));
            }
            _ => {}
        }
        let mut state = self.state();
        let lost = state.begin("posting a message")?;
        if let Destination::Thread(root) = &post.to
            && !state.posts.iter().any(|post| post.place == *root)
        {
            return Err(gone("posting into a thread"));
        }
        let place = self.post(&mut state, post.effect, post.to, Says::Message(post.message));
        answer(place, lost, "posting a message")
    }

    async fn find(&self, effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        if !self.capability.dedupes {
            return Err(Error::unsupported("looking for an effect"));
        }
        Ok(self.state().delivered.get(&effect).map(|place| Delivered { place: place.clone() }))
    }
}

impl State {
    /// Fails as planned, or says whether the answer of what follows is to be lost.
    fn begin(&mut self, doing: &str) -> Result<bool, Error> {
        self.calls += 1;
        match self.failures.pop_front() {
            None => Ok(false),
            Some(Failure::After) => Ok(true),
            Some(Failure::Before(kind, retry)) => Err(Error::new(kind, retry, doing)),
            Some(Failure::RateLimited(wait)) => {
                Err(Error::new(ErrorKind::RateLimited, Retry::After(wait), doing))
            }
        }
    }
}

impl Says {
    fn text(&self) -> String {
        match self {
            Self::Card(card) => {
                let lines = [Some(card.key.to_string()), card.title.clone(), card.details.clone()];
                lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
            }
            Self::Message(message) => plain(&message.pieces),
        }
    }
}

/// What is said, without any markup.
pub(super) fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Quote(text) => text.clone(),
        Piece::Person(person) => person.name.clone(),
        Piece::Time(at) => at.to_rfc3339(),
        Piece::Ticket(key) => key.to_string(),
        Piece::Link { label, .. } => label.clone(),
    }
}

fn gone(doing: &str) -> Error {
    Error::new(ErrorKind::Gone, Retry::Never, doing)
}

fn answer(place: Place, lost: bool, doing: &str) -> Result<Delivered, Error> {
    if lost {
        return Err(Error::new(ErrorKind::Unknown, Retry::Backoff, doing));
    }
    Ok(Delivered { place })
}
