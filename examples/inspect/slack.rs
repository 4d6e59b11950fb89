use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;
use supporty_core::policy::Policy;
use supporty_slack::Config;
use supporty_slack::inbound::{App, Context, Delivery, Unreadable, read, read_envelope};

use crate::{Inspects, Meaning, read_config};

/// A desk on Slack, as far as it decides what a delivery means.
pub(crate) struct Desk {
    config: Config,
    policy: Policy,
}

impl Desk {
    pub(crate) fn new(config: Option<&Path>, policy: Policy) -> Result<Self, String> {
        Ok(Self { config: read_config(config)?, policy })
    }
}

impl Inspects for Desk {
    /// Of a request, or of what came over a socket. Which app it was delivered to stands in it.
    fn meaning(&self, text: &str) -> Meaning {
        let app = App::default();
        let context = Context { config: &self.config, policy: &self.policy, app: &app };
        let now = SystemTime::now().into();
        let read = match envelope(text) {
            Some((kind, payload)) => read_envelope(&context, &kind, &payload, now),
            None => read(&context, text, now),
        };
        told(read)
    }
}

/// The kind and the payload of an envelope of Socket Mode, if it is one.
fn envelope(text: &str) -> Option<(String, String)> {
    let envelope: Value = serde_json::from_str(text).ok()?;
    envelope.get("envelope_id")?;
    Some((envelope.get("type")?.as_str()?.to_owned(), envelope.get("payload")?.to_string()))
}

fn told(read: Result<Delivery, Unreadable>) -> Meaning {
    let shown = match &read {
        Ok(Delivery::NotForUs(why)) => serde_json::to_value(why).map(Meaning::NotForUs),
        Ok(delivery) => serde_json::to_value(delivery).map(Meaning::Understood),
        Err(Unreadable(why)) => return Meaning::Unreadable(why.clone()),
    };
    shown.unwrap_or_else(|error| Meaning::Unreadable(format!("it can not be shown: {error}")))
}
