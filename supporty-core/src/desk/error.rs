use crate::adapter;
use crate::stream::DecodeError;
use crate::vocab::{AdapterName, InboundKey, PolicyVersion};

/// Why the desk could not do its part. What was asked and refused is an answer, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] adapter::Error),
    /// A stored entry can not be read; its stream stops, and nothing else.
    #[error(transparent)]
    Entry(#[from] DecodeError),
    /// A stored value that is not an entry can not be read.
    #[error("the stored {what} can not be read: run the version that wrote it, or newer")]
    Stored {
        /// What.
        what: String,
        /// What lies below.
        #[source]
        source: serde_json::Error,
    },
    /// A policy that a ticket is measured by is not in the store.
    #[error("the policy {0} is named by the log and is not in the store: restore it from a backup")]
    PolicyLost(PolicyVersion),
    /// Others wrote first again and again.
    #[error("other writers were first {0} times in a row: try again")]
    Contended(u32),
    /// A delivery that was kept as it came can not be understood, or nobody here understands that adapter's.
    #[error("the delivery `{key}` is kept: {why}")]
    Unreadable {
        /// Which.
        key: InboundKey,
        /// Why not.
        why: adapter::Unreadable,
    },
    /// A chat or a reader has a name that the desk uses itself.
    #[error("no adapter may be called `{0}`, which is where alerts find their tickets: give it another name")]
    Reserved(AdapterName),
    /// The delivery was accepted by somebody who has not handled it yet.
    #[error("the delivery `{0}` is being handled by another worker: ask again")]
    BeingHandled(InboundKey),
}

impl DeskError {
    pub(super) fn stored(what: impl Into<String>) -> impl FnOnce(serde_json::Error) -> Self {
        let what = what.into();
        move |source| Self::Stored { what, source }
    }

    /// Whether another writer was first.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind == adapter::ErrorKind::Conflict)
    }
}
