use serde::Serialize;
use supporty_core::adapter::Message;
use supporty_core::stream::EffectId;
use supporty_core::time::Zone;

use super::callback;
use crate::plain;
use crate::public::Public;

/// What a pager is sent, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Names it; the same in the header [`IDEMPOTENCY`](super::IDEMPOTENCY).
    pub id: String,
    /// Whom to wake: the user of a person's identity on this adapter.
    pub user: String,
    /// The ticket, if it is about one.
    pub ticket: Option<String>,
    /// What to say, as plain text.
    pub text: String,
    /// Whether to be loud.
    pub urgent: bool,
    /// What the callback takes as an answer to it.
    pub actions: Vec<&'static str>,
    /// The ticket's page.
    pub link: Option<String>,
    /// Where to answer.
    pub callback: String,
}

impl Page {
    /// The page of a message.
    pub fn new(effect: &EffectId, user: &str, message: &Message, public: &Public, zone: &Zone) -> Self {
        let ticket = message.ticket.as_ref();
        let possible = message.actions.iter().filter(|kind| callback::takes(**kind));
        Self {
            id: effect.to_string(),
            user: user.to_owned(),
            ticket: ticket.map(ToString::to_string),
            text: plain::text(message, zone),
            urgent: message.urgent,
            actions: possible.filter(|_| ticket.is_some()).map(|kind| kind.as_str()).collect(),
            link: ticket.map(|key| public.ticket(key)),
            callback: public.callback(),
        }
    }
}
