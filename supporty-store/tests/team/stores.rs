//! Every store that there is.

use std::sync::Arc;

use supporty_core::adapter::Store;
use supporty_store::{Memory, Sqlite};

#[cfg(feature = "postgres")]
#[path = "../common/server.rs"]
mod server;

/// Every store, fresh, with the folder of those that have one.
pub(crate) async fn stores() -> Vec<(Arc<dyn Store>, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(folder.path().join("desk.db")).unwrap();
    vec![
        (Arc::new(Memory::new()), None),
        (Arc::new(sqlite), Some(folder)),
        #[cfg(feature = "postgres")]
        (Arc::new(server::fresh().await), None),
    ]
}
