//! From a ticket and its words to what a chat is given to show, before any platform's markup.

mod card;
mod code;
mod drill;
mod message;
mod phrases;
mod words;

use std::collections::BTreeMap;

pub(super) use card::{card, card_texts, masked};
pub(super) use code::{check, issue, remark};
pub(super) use message::{announcement, announcement_texts, message, notice_texts};
pub use phrases::Phrases;
pub(super) use words::{Words, text};

use crate::adapter::Named;
use crate::policy::Policy;
use crate::vocab::{Actor, PersonId, Text, TextRef};

type Texts = BTreeMap<TextRef, Text>;

/// Somebody's words as far as they are still there.
fn words_at(texts: &Texts, at: &TextRef, say: &Phrases) -> String {
    texts.get(at).map_or(&*say.erased, Text::as_str).to_owned()
}

fn named(policy: &Policy, person: &PersonId) -> Named {
    Named { id: person.clone(), name: policy.name_of(person) }
}

fn actor(policy: &Policy, actor: &Actor) -> Named {
    match actor {
        Actor::Person(person) | Actor::Bot(person) => named(policy, person),
        Actor::Desk => Named { id: PersonId::new("desk"), name: policy.spec().name.clone() },
    }
}
