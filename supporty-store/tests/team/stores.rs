//! Every store that there is.

use std::sync::Arc;

use supporty_core::adapter::{Maintenance, Store};
use supporty_store::{Memory, Sqlite};

#[cfg(feature = "postgres")]
#[path = "../common/server.rs"]
mod server;

/// A store as a desk and as an operator sees it, with its folder if it has one.
pub(crate) type Kept = (Arc<dyn Store>, Arc<dyn Maintenance>, Option<tempfile::TempDir>);

/// Every store, fresh, with the folder of those that have one.
pub(crate) async fn stores() -> Vec<(Arc<dyn Store>, Option<tempfile::TempDir>)> {
    kept().await.into_iter().map(|(store, _, folder)| (store, folder)).collect()
}

/// The same, to be looked after.
pub(crate) async fn kept() -> Vec<Kept> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(folder.path().join("desk.db")).unwrap();
    vec![
        both(Memory::new(), None),
        both(sqlite, Some(folder)),
        #[cfg(feature = "postgres")]
        both(server::fresh().await, None),
    ]
}

fn both<S: Store + Maintenance + 'static>(store: S, folder: Option<tempfile::TempDir>) -> Kept {
    let store = Arc::new(store);
    (store.clone(), store, folder)
}
