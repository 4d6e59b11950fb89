//! The traits that connect a desk to the world, their one error, and what they can do.

mod chat;
mod error;
mod fields;
mod inbound;
mod list;
mod part;
mod store;
mod vcs;

pub use crate::rules::Row;
pub use chat::{
    Card, CardChange, CardPromise, Chat, ChatCapability, Delivered, Destination, Message, Named, Piece, Post,
    PromiseState, Show,
};
pub use error::{Error, ErrorKind, Retry};
pub use fields::{Asked, Fields, Wrong};
pub use inbound::{
    About, Answer, FieldInput, Form, Inbound, Raw, Reader, RotaInbound, ServiceInbound, Unreadable,
};
pub use list::{Listed, OwnerFilter, Page, Query};
pub use part::Part;
pub use store::{
    Append, Arrival, Attempt, Commit, DeadLetter, Derived, Erase, Fed, Handled, InboxLease, Maintenance,
    NewEffect, OutboxLease, Recalled, Receipt, Settled, Snapshot, Store, StoreCapability, StoreStatistics,
    TimerLease, Wake,
};
pub use vcs::{Check, NewIssue, Vcs, VcsCapability, VcsRef, Within};

#[cfg(feature = "mock")]
pub use {chat::MockChat, store::MockMaintenance, store::MockStore, vcs::MockVcs};
