//! Telling people by e-mail: plain text through a mail server of yours.
//!
//! It only delivers. Whoever answers such a mail answers the mailbox that it came from; the mail has a link to the
//! ticket's page instead.

mod letter;
mod smtp;

pub use smtp::{NotSmtp, Smtp};

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use supporty_core::adapter::{
    Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Post, Retry, Show,
};
use supporty_core::stream::EffectId;
use supporty_core::time::Zone;
use supporty_core::vocab::Place;

use crate::public::Public;

/// The name of the adapter, which the contacts and identities of a policy give it.
pub const NAME: &str = "email";

/// How long a mail server may take, below what the desk waits for a delivery.
const PATIENCE: Duration = Duration::from_secs(15);

/// People by their e-mail addresses.
///
/// A mailbox can not be asked what it has, so `dedupes` is not claimed: after an answer that was lost the same mail is
/// sent again with the same `Message-ID`, of which most mail programs show one.
pub struct Email {
    smtp: Smtp,
    from: Mailbox,
    public: Public,
    zone: Zone,
    patience: Duration,
}

impl Email {
    /// Mail through that server, from that mailbox. Links begin with `public`, times are by `zone`.
    pub fn new(smtp: Smtp, from: Mailbox, public: Public, zone: Zone) -> Self {
        Self { smtp, from, public, zone, patience: PATIENCE }
    }

    /// Gives up sooner or later than after fifteen seconds.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("smtp", &self.smtp).finish_non_exhaustive()
    }
}

#[async_trait]
impl Chat for Email {
    fn capability(&self) -> ChatCapability {
        let mut can = ChatCapability::default();
        can.direct = true;
        can
    }

    async fn show(&self, _show: Show) -> Result<Delivered, Error> {
        Err(Error::unsupported("showing a card by e-mail"))
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        let Destination::Person(user) = &post.to else {
            return Err(Error::unsupported("e-mailing a thread or a channel"));
        };
        let to = letter::address(user).ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                Retry::Never,
                "reading the address of a person's identity on `email`",
            )
        })?;
        let id = letter::message_id(&post.effect, self.from.email.domain());
        let letter = letter::write(&self.from, to, &id, &post.message, &self.public, &self.zone)?;
        self.smtp.send(&letter, self.patience).await?;
        let place = Place { adapter: NAME.into(), channel: user.clone(), message: id.as_str().into() };
        Ok(Delivered { place })
    }

    async fn find(&self, _effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        Err(Error::unsupported("looking for an e-mail"))
    }
}
