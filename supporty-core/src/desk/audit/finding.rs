use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::adapter::{Row, Wake};
use crate::stream::{DecodeError, StreamId};
use crate::ticket::Ticket;
use crate::vocab::{Place, PolicyVersion};

/// Something that is wrong with what is stored. As text it says where, what differs, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stream, where it is about one.
    pub stream: Option<StreamId>,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// What the store found itself, in its words.
    Store(String),
    /// An entry can not be read, so that nothing can be said of its stream.
    Unreadable(DecodeError),
    /// A policy that the log names is gone, so that no deadline can be computed.
    PolicyLost(PolicyVersion),
    /// The store counts other entries than there are.
    Last {
        /// What it counts.
        kept: u64,
        /// How many there are.
        found: u64,
    },
    /// The row in lists is another than the log's.
    Row {
        /// As it is kept.
        kept: Option<Box<Row>>,
        /// As the log says.
        expected: Option<Box<Row>>,
    },
    /// The stream is looked at at another time than the log says.
    Timer {
        /// As it is kept.
        kept: Option<Wake>,
        /// As the log says.
        expected: Option<Wake>,
    },
    /// A snapshot is another state than the log's at that entry.
    Snapshot {
        /// The number of its entry.
        seq: u64,
        /// In words.
        how: String,
    },
    /// A thread that the log says to be this stream's leads elsewhere.
    Place {
        /// The thread.
        place: Place,
        /// Where it leads.
        kept: Option<StreamId>,
    },
}

impl Finding {
    pub(super) fn of(stream: &StreamId, wrong: Wrong) -> Self {
        Self { stream: Some(stream.clone()), wrong }
    }

    pub(super) fn of_the_store(words: String) -> Self {
        Self { stream: None, wrong: Wrong::Store(words) }
    }

    /// Whether a [`rebuild`](super::rebuild) mends it.
    pub fn can_be_rebuilt(&self) -> bool {
        match &self.wrong {
            Wrong::Row { expected, .. } => expected.is_some(),
            Wrong::Timer { .. } | Wrong::Snapshot { .. } | Wrong::Place { .. } => true,
            Wrong::Store(_) | Wrong::Unreadable(_) | Wrong::PolicyLost(_) | Wrong::Last { .. } => false,
        }
    }
}

impl Wrong {
    pub(super) fn snapshot(seq: u64, kept: &Ticket, expected: &Ticket) -> Self {
        let names: Vec<_> =
            differences(kept, expected).into_iter().map(|(name, ..)| format!("`{name}`")).collect();
        Self::Snapshot { seq, how: format!("differs from the log in {}", names.join(", ")) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = self.stream.as_ref().map(|stream| format!("`{stream}`")).unwrap_or_default();
        match &self.wrong {
            Wrong::Store(words) => f.write_str(words)?,
            Wrong::Unreadable(error) => write!(f, "{error}")?,
            Wrong::PolicyLost(version) => {
                write!(f, "{stream} is measured by the policy {version}, which is not in the store")?;
            }
            Wrong::Last { kept, found } => {
                write!(f, "{stream} ends with entry {found} where the store counts {kept}")?;
            }
            Wrong::Row { kept: None, .. } => write!(f, "{stream} is in no list")?,
            Wrong::Row { expected: None, .. } => write!(f, "{stream} is listed, and its log says nothing")?,
            Wrong::Row { kept: Some(kept), expected: Some(expected) } => {
                let parts: Vec<_> = differences(kept, expected)
                    .into_iter()
                    .map(|(name, kept, expected)| format!("`{name}` {kept} where its log says {expected}"))
                    .collect();
                write!(f, "{stream} is listed with {}", parts.join(", "))?;
            }
            Wrong::Timer { kept, expected } => {
                let (kept, expected) = (looked_at(kept.as_ref()), looked_at(expected.as_ref()));
                write!(f, "{stream} is to be looked at {kept} where its log says {expected}")?;
            }
            Wrong::Snapshot { seq, how } => write!(f, "the snapshot of {stream} at entry {seq} {how}")?,
            Wrong::Place { place, kept } => {
                let Place { adapter, channel, message } = place;
                let leads = kept.as_ref().map_or_else(|| "nowhere".to_owned(), |kept| format!("to `{kept}`"));
                write!(
                    f,
                    "the thread {message} in {channel} on {adapter} leads {leads} where the log of {stream} says that it is its own"
                )?;
            }
        }
        match &self.wrong {
            Wrong::Store(_) | Wrong::Unreadable(_) => Ok(()),
            _ if self.can_be_rebuilt() => f.write_str(": rebuild what is derived from the log"),
            _ => f.write_str(": restore a backup"),
        }
    }
}

fn looked_at(wake: Option<&Wake>) -> String {
    match wake {
        None => "never".to_owned(),
        Some(Wake { due, stamp }) => format!("at {} (as of {stamp})", due.to_rfc3339()),
    }
}

/// What two values differ in, by name, each as JSON.
fn differences<T: Serialize>(kept: &T, expected: &T) -> Vec<(String, Value, Value)> {
    let fields = |value| match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (kept, expected) = (fields(kept), fields(expected));
    let names: std::collections::BTreeSet<_> = kept.keys().chain(expected.keys()).collect();
    let value =
        |fields: &serde_json::Map<String, Value>, name: &str| fields.get(name).cloned().unwrap_or_default();
    let differ = names.into_iter().map(|name| (name.clone(), value(&kept, name), value(&expected, name)));
    differ.filter(|(_, kept, expected)| kept != expected).collect()
}
