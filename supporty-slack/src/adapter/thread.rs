use serde_json::{Value, json};
use supporty_core::adapter::{Destination, Error, ErrorKind, Message, Piece, Retry};
use supporty_core::stream::{EffectId, Origin};
use supporty_core::vocab::{Place, TicketKey};

use super::{At, Slack};
use crate::error::Then;
use crate::ids::ChannelRef;
use crate::methods::Method;
use crate::render::{self, Context};

impl Slack {
    /// Where the root is gone Slack posts into the channel instead, as if no thread had been named
    /// (<https://github.com/slackapi/python-slack-events-api/issues/87>): that is taken back.
    pub(super) async fn misplaced(&self, at: &At, thread: &str, effect: &str, stray: Place) -> Error {
        self.known().forget(&self.place(at.team.as_ref(), &at.channel, thread));
        let args = json!({ "channel": ChannelRef::parse(&stray.channel).id, "ts": stray.message.as_str() });
        match self.paced(at.wish(Method::ChatDelete, effect, true), &args).await {
            Ok(_) => {}
            Err(failure) => {
                // It stays, so that the desk, which will say it in the channel, does not say it twice.
                tracing::warn!(%failure, "a message stands in the channel instead of in a thread that is gone");
                self.known().post(effect, stray);
            }
        }
        Error::new(ErrorKind::Gone, Retry::Never, "posting into a thread whose root is gone")
    }

    /// Looks whether a thread is there that has not been seen lately, so that what is said does not flash up in the
    /// channel. Where that can not be found out, the answer to the post will tell.
    pub(super) async fn check_thread(&self, at: &At, root: &Place, urgent: bool) -> Result<(), Error> {
        if self.known().has_thread(root) {
            return Ok(());
        }
        let thread = root.message.as_str();
        let args = json!({ "channel": at.channel, "ts": thread, "limit": 1 });
        match self.paced(at.wish(Method::ConversationsReplies, thread, urgent), &args).await {
            Ok(replies) if replies.pointer("/messages/0/ts").and_then(Value::as_str) == Some(thread) => {
                self.known().thread(root);
                Ok(())
            }
            Ok(_) => Err(Error::new(ErrorKind::Gone, Retry::Never, "looking for a thread")),
            Err(failure) if matches!(failure.then(), Then::NewThread | Then::AnotherWay) => {
                Err(failure.into())
            }
            Err(failure) => {
                tracing::debug!(%failure, "it is not known whether a thread is there");
                Ok(())
            }
        }
    }

    /// Where others have replied to a card a tombstone stays when it is deleted, and they go on below it: they are told
    /// where the ticket went. It is known only as long as this process runs; nothing but this hint is lost with it.
    pub(super) async fn say_where_it_went(&self, effect: &EffectId, key: &TicketKey) -> Result<(), Error> {
        let name = effect.to_string();
        let Some(old) = self.known().moved(&name) else { return Ok(()) };
        let (policy, links) = (self.policy(), self.links([key]));
        let context = Context { config: &self.config, policy: &policy, links: &links };
        let pieces = vec![Piece::Ticket(key.clone()), Piece::Text(format!(" {}", self.config.texts.moved))];
        let said = Message { ticket: None, pieces, urgent: false, actions: Vec::new() };
        let hint = EffectId { cause: Origin::Job(format!("{name}/moved")), n: 0 };
        let message = render::message(&said, &context);
        // A process that ended before the desk knew of the new card may have said it.
        self.known().begin(&hint.to_string());
        if let Err(error) = self.post(&hint, Destination::Thread(old), message, false).await {
            // The desk comes again, and the card is known by then.
            if error.kind == ErrorKind::RateLimited {
                return Err(error);
            }
            tracing::debug!(%error, "it is not said in a thread without a root where its ticket went");
        }
        self.known().settle(&name);
        Ok(())
    }
}
