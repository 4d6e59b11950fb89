use std::sync::Arc;

use supporty_core::adapter::{Inbound, Raw, Reader, Unreadable};
use supporty_core::policy::Policy;

use crate::config::Config;
use crate::inbound::{App, Context, Delivery, read};

/// Understands what a front has kept, for the desk that decides it later.
///
/// Give it to [`DeskBuilder::reader`](supporty_core::desk::DeskBuilder::reader) under the adapter's name.
#[derive(Debug, Clone)]
pub struct SlackReader {
    config: Arc<Config>,
    app: App,
}

impl SlackReader {
    /// A reader for a workspace that is set up like that.
    pub fn new(config: Arc<Config>, app: App) -> Self {
        Self { config, app }
    }
}

impl Reader for SlackReader {
    fn read(&self, raw: &Raw, policy: &Policy) -> Result<Option<Inbound>, Unreadable> {
        let context = Context { config: &self.config, policy, app: &self.app };
        match read(&context, &raw.raw, raw.at)? {
            Delivery::Asked(asked) => Ok(Some(asked.inbound)),
            _ => Ok(None),
        }
    }
}
