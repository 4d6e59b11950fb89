//! What the parts of the program share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use supporty_core::desk::Desk;
use supporty_core::time::Zone;
use supporty_core::vocab::{Time, micros};
use tokio::sync::watch;

use crate::guard::Hosts;
use crate::hooks::Hooks;
use crate::kept::Kept;
use crate::local::Local;
use crate::page::zone_of;
use crate::pager::Secret;
use crate::report::Reports;

/// What every request needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The desk.
    pub desk: Desk,
    /// Its chat.
    pub chat: Local,
    /// Where everything is kept.
    pub kept: Kept,
    /// Figures that follow it.
    pub reports: Arc<Reports>,
    /// How many processes work on it, as of a moment ago.
    pub workers: Arc<AtomicU64>,
    /// The host names that browsers may use.
    pub hosts: Arc<Hosts>,
    /// What the desk shares with its pager, if it has one.
    pub pager: Option<Secret>,
    /// The front on Slack, if that is where tickets are shown and Slack sends us requests.
    pub slack: Option<supporty_slack::Front>,
    /// What takes GitHub's deliveries, where they are signed for us.
    pub github: Option<supporty_github::Front>,
    /// Who else may tell of alerts, changes and deployments.
    pub hooks: Option<Hooks>,
    /// Becomes true when the program ends, so that streams do.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// Whose clocks times are shown by.
    pub fn zone(&self) -> Zone {
        zone_of(&self.desk.policy())
    }

    /// Where everything is kept, and how many work on it, for the footer.
    pub fn store(&self) -> String {
        match self.workers.load(Ordering::Relaxed) {
            0 | 1 => format!("{}, by one worker", self.kept.name),
            many => format!("{}, by {many} workers", self.kept.name),
        }
    }
}

/// Now, as precisely as anything is stored.
pub fn now() -> Time {
    micros(SystemTime::now().into())
}
