use std::path::Path;

use serde_json::json;
use supporty_core::policy::Policy;
use supporty_github::inbound::{App, Context, Delivery, Unreadable, read};
use supporty_github::{Config, told};

use crate::{Inspects, Meaning, read_config};

/// A desk beside GitHub.
pub(crate) struct Desk {
    config: Config,
    event: String,
}

impl Desk {
    /// Tickets are called as the policy calls them, unless the configuration says otherwise.
    pub(crate) fn new(config: Option<&Path>, event: &str, policy: &Policy) -> Result<Self, String> {
        let mut config: Config = read_config(config)?;
        if config.key_prefixes == Config::default().key_prefixes {
            config.key_prefixes = vec![policy.spec().key_prefix.clone()];
        }
        Ok(Self { config, event: event.to_owned() })
    }
}

impl Inspects for Desk {
    /// What happened, and what that tells the desk. The delivery's own id stands in a header, and so not in the file.
    fn meaning(&self, text: &str) -> Meaning {
        let (config, app) = (&self.config, &App::default());
        let shown = match read(&Context { config, app }, &self.event, "", text.as_bytes()) {
            Ok(Delivery::NotForUs(why)) => serde_json::to_value(why).map(Meaning::NotForUs),
            Ok(Delivery::Fact(fact)) => {
                let tells = told(config, &fact);
                Ok(Meaning::Understood(json!({ "fact": fact, "tells": tells })))
            }
            Ok(delivery) => serde_json::to_value(delivery).map(Meaning::Understood),
            Err(Unreadable(why)) => return Meaning::Unreadable(why),
        };
        shown.unwrap_or_else(|error| Meaning::Unreadable(format!("it can not be shown: {error}")))
    }
}
