use std::collections::BTreeMap;

use supporty_core::adapter::{NewEffect, Row, Snapshot, Wake};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{InboundKey, Place, PolicyVersion, TextRef, TextRow, Time};

/// Everything. A `wake` is the instant from which something may be leased: its own time, or the end of a lease.
#[derive(Default)]
pub(super) struct State {
    pub(super) streams: BTreeMap<StreamId, Vec<RawEntry>>,
    /// In which order they were made.
    pub(super) numbers_of_streams: BTreeMap<StreamId, usize>,
    /// The stream and the number of every entry, in the order of the commits.
    pub(super) log: Vec<(StreamId, u64)>,
    pub(super) timers: BTreeMap<StreamId, Timer>,
    pub(super) texts: BTreeMap<TextRef, StoredText>,
    pub(super) places: BTreeMap<Place, StreamId>,
    pub(super) policies: BTreeMap<PolicyVersion, String>,
    pub(super) numbers: BTreeMap<String, u64>,
    /// By number, so that the newest come last.
    pub(super) rows: BTreeMap<(u64, StreamId), Row>,
    pub(super) snapshots: BTreeMap<StreamId, Snapshot>,
    pub(super) waiting: BTreeMap<InboundKey, Waiting>,
    pub(super) handled: BTreeMap<InboundKey, Answered>,
    /// By position, so that a lane's oldest comes first.
    pub(super) outbox: BTreeMap<u64, Queued>,
    pub(super) dead: Vec<Dead>,
    pub(super) last_arrival: u64,
    pub(super) last_fence: u64,
}

pub(super) struct Timer {
    pub(super) wake: Time,
    pub(super) due: Time,
    pub(super) stamp: String,
}

impl Timer {
    pub(super) fn wake(&self) -> Wake {
        Wake { due: self.due, stamp: self.stamp.clone() }
    }
}

pub(super) struct StoredText {
    pub(super) row: TextRow,
    pub(super) stream: Option<StreamId>,
}

/// A delivery to handle. Those handled lie apart, so that looking for work does not grow with what was done.
pub(super) struct Waiting {
    pub(super) number: u64,
    pub(super) at: Time,
    pub(super) body: String,
    pub(super) wake: Time,
}

pub(super) struct Answered {
    pub(super) answer: String,
    pub(super) at: Time,
}

pub(super) struct Queued {
    pub(super) id: EffectId,
    pub(super) lane: String,
    pub(super) level: Option<String>,
    pub(super) body: String,
    /// From when it may be delivered, once it is the head of its lane.
    pub(super) at: Time,
    pub(super) wake: Time,
    pub(super) revision: u64,
    pub(super) attempts: u32,
    pub(super) tried: bool,
    /// The fence of the newest lease, until that was settled.
    pub(super) fence: Option<u64>,
}

impl Queued {
    pub(super) fn effect(&self) -> NewEffect {
        let Self { id, lane, level, body, at, .. } = self;
        let (id, lane, level, body) = (id.clone(), lane.clone(), level.clone(), body.clone());
        NewEffect { id, lane, level, body, at: *at }
    }
}

pub(super) struct Dead {
    pub(super) effect: NewEffect,
    pub(super) attempts: u32,
    pub(super) why: String,
    pub(super) at: Time,
}
