//! The async driver around the pure core: inbox, timers and outbox over a store, with a clock and adapters from the
//! host.
//!
//! It needs a tokio runtime with its timer enabled, and spawns nothing: [`Desk::run`] is a future of the host's.

#[cfg(feature = "webhook")]
mod alerts;
mod audit;
mod builder;
mod clock;
mod code;
mod commit;
mod deliver;
mod erase;
mod error;
mod figures;
mod following;
mod garden;
mod hand_over;
mod handle;
mod history;
mod load;
mod once;
mod pay;
mod query;
mod render;
mod rotas;
mod routing;
mod services;
mod tries;
mod work;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};

pub use audit::{Audit, Finding, Rebuilt, Wrong, audit, rebuild};
pub use builder::DeskBuilder;
pub use clock::{Clock, ManualClock, SystemClock};
pub use erase::{Erased, Tidied};
pub use error::DeskError;
pub use figures::Figures;
pub use following::Following;
pub use history::History;
pub use pay::Unclosed;
pub use render::Phrases;
pub use services::Whose;
pub use work::Worked;

use crate::adapter::{Chat, Reader, Store, Vcs};
use crate::policy::Policies;
use crate::rota::Rotas;
use crate::service::Service;
use crate::ticket::Ticket;
use crate::vocab::{AdapterName, ServiceId, TicketKey};

/// A running desk. Cheap to clone: all clones are one desk.
///
/// ```
/// # async fn example(store: std::sync::Arc<dyn supporty_core::adapter::Store>) -> Result<(), supporty_core::desk::DeskError> {
/// use supporty_core::desk::Desk;
/// use supporty_core::policy::Policy;
///
/// let desk = Desk::builder(store).policy(Policy::default()).build().await?;
/// let running = desk.clone();
/// tokio::spawn(async move { running.run(std::future::pending()).await });
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    chats: BTreeMap<AdapterName, Arc<dyn Chat>>,
    /// Where tickets are shown and people are told: the chat with cards that was registered first.
    home: Option<AdapterName>,
    readers: BTreeMap<AdapterName, Arc<dyn Reader>>,
    vcses: BTreeMap<AdapterName, Arc<dyn Vcs>>,
    clock: Arc<dyn Clock>,
    delivery_timeout: Duration,
    phrases: Phrases,
    policies: RwLock<Arc<Policies>>,
    rotas: RwLock<Arc<Rotas>>,
    known: Mutex<HashMap<TicketKey, Arc<Ticket>>>,
    services: Mutex<HashMap<ServiceId, Arc<Service>>>,
    changes: watch::Sender<u64>,
    work: Notify,
    counters: figures::Counters,
}

impl Desk {
    fn policies(&self) -> Arc<Policies> {
        Arc::clone(&self.inner.policies.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn chat(&self) -> Option<(&AdapterName, &Arc<dyn Chat>)> {
        self.inner.home.as_ref().and_then(|name| self.inner.chats.get_key_value(name))
    }

    fn changed(&self) {
        self.inner.changes.send_modify(|count| *count += 1);
        self.inner.work.notify_one();
    }
}
