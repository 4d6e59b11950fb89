use serde_json::{Value, json};
use supporty_core::policy::Policy;
use supporty_core::vocab::{Actor, Identity};

use super::{Front, Links};
use crate::block::Message;
use crate::ids::UserRef;
use crate::inbound::Asker;
use crate::methods::Method;
use crate::render::Context;

impl Front {
    /// Says something that only whoever asked sees, and only for now. It is not tried twice: they can ask again.
    pub(super) async fn whisper(&self, asker: &Asker, message: &Message) {
        let slack = &self.inner.slack;
        if let Some(url) = &asker.response_url {
            let said = json!({
                "response_type": "ephemeral", "replace_original": false,
                "text": message.text(), "blocks": message.blocks(),
            });
            if let Err(error) = slack.respond(url, said).await {
                tracing::warn!(%error, "an answer was not shown");
            }
            return;
        }
        let Some(channel) = &asker.channel else {
            let args =
                json!({ "channel": asker.user.id, "text": message.text(), "blocks": message.blocks() });
            self.call(asker, Method::ChatPostMessage, args).await;
            return;
        };
        let mut args = json!({
            "channel": channel, "user": asker.user.id, "text": message.text(), "blocks": message.blocks(),
        });
        if let (Some(thread), Some(args)) = (&asker.thread, args.as_object_mut()) {
            args.insert("thread_ts".to_owned(), thread.as_str().into());
        }
        self.call(asker, Method::ChatPostEphemeral, args).await;
    }

    /// Calls Slack for somebody who is waiting: what fails is logged, and they try again.
    pub(super) async fn call(&self, asker: &Asker, method: Method, args: Value) -> Option<Value> {
        match self.inner.slack.call(asker.team.as_ref(), method, args).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::warn!(%error, method = method.name(), "Slack did not do what somebody waits for");
                None
            }
        }
    }

    pub(super) fn drawn<'a>(&'a self, policy: &'a Policy, links: &'a Links) -> Context<'a> {
        Context { config: self.inner.slack.config(), policy, links }
    }

    pub(super) fn actor(&self, user: &UserRef) -> Actor {
        let identity = Identity::new(self.inner.slack.config().name.clone(), user.to_string());
        self.inner.desk.policy().actor(&identity)
    }
}
