//! The store in memory keeps every promise.

use supporty_store::Memory;

async fn fresh() -> (Memory, ()) {
    (Memory::new(), ())
}

supporty_core::store_suite!(fresh());
supporty_core::maintenance_suite!(fresh());
