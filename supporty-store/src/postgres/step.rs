use serde::Serialize;
use supporty_core::adapter::{Append, Commit, Error, Handled, NewEffect, Row, Snapshot, Wake};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, TextRow, Time};

use super::list::indexed;
use crate::shared::{follows, home, invalid, overtaken};

/// A commit as `supporty.commit` takes it. Instants are microseconds; what is empty is left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Step<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    streams: Vec<Stream>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    armed: Vec<Armed<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disarmed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Listed<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    snapshots: Vec<Kept<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    texts: Vec<Words<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<At<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<Policy<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    effects: Vec<Effect<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handled: Option<Done<'a>>,
}

#[derive(Debug, Serialize)]
struct Stream {
    name: String,
    /// What its last number must be, if that matters.
    after: Option<u64>,
    last: u64,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    stream: String,
    seq: u64,
    at: i64,
    kind: &'a str,
    body: &'a str,
}

#[derive(Debug, Serialize)]
struct Armed<'a> {
    stream: String,
    due: i64,
    stamp: &'a str,
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    stream: String,
    number: u64,
    status: &'a str,
    owner: Option<&'a str>,
    squad: Option<&'a str>,
    kind: String,
    priority: &'a str,
    area: Option<&'a str>,
    at_risk: bool,
    title: &'a str,
    body: String,
}

#[derive(Debug, Serialize)]
struct Kept<'a> {
    stream: String,
    #[serde(flatten)]
    snapshot: &'a Snapshot,
}

#[derive(Debug, Serialize)]
struct Words<'a> {
    name: &'a str,
    stream: Option<String>,
    author: Option<&'a str>,
    internal: bool,
    words: &'a str,
    found: Vec<String>,
}

#[derive(Debug, Serialize)]
struct At<'a> {
    adapter: &'a str,
    channel: &'a str,
    message: &'a str,
    stream: String,
}

#[derive(Debug, Serialize)]
struct Policy<'a> {
    version: &'a str,
    body: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct Effect<'a> {
    pub(super) name: String,
    pub(super) lane: &'a str,
    pub(super) level: Option<&'a str>,
    pub(super) body: &'a str,
    pub(super) at: i64,
}

#[derive(Debug, Serialize)]
struct Done<'a> {
    key: &'a str,
    answer: &'a str,
    at: i64,
}

impl<'a> Step<'a> {
    pub(super) fn of(desk: i32, commit: &'a Commit) -> Result<Self, Error> {
        let mut step = Self::default();
        for append in &commit.appends {
            step.append(append)?;
        }
        for text in &commit.texts {
            step.text(desk, text, home(&text.at, &commit.appends));
        }
        for (place, stream) in &commit.places {
            step.place(place, stream);
        }
        for (version, body) in &commit.policies {
            step.policy(version, body);
        }
        step.effects.extend(commit.effects.iter().map(Effect::of));
        step.handled = commit.handled.as_ref().map(|Handled { key, answer, at }| Done {
            key: key.as_str(),
            answer,
            at: at.timestamp_micros(),
        });
        Ok(step)
    }

    pub(super) fn json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| invalid("writing a commit").caused_by(error))
    }

    fn append(&mut self, append: &'a Append) -> Result<(), Error> {
        let Append { stream: id, after, entries, wake, row, snapshot } = append;
        let name = id.to_string();
        let last = after + entries.len() as u64;
        match self.streams.iter_mut().find(|stream| stream.name == name) {
            Some(known) if known.last != *after => return Err(overtaken(id, *after)),
            Some(known) => known.last = last,
            None => self.streams.push(Stream { name: name.clone(), after: Some(*after), last }),
        }
        follows(append)?;
        for RawEntry { seq, at, kind, body } in entries {
            let at = at.timestamp_micros();
            self.entries.push(Entry { stream: name.clone(), seq: *seq, at, kind, body });
        }
        self.armed.retain(|armed| armed.stream != name);
        match wake {
            Some(wake) => self.arm(&name, wake),
            None => self.disarmed.push(name.clone()),
        }
        if let Some(row) = row {
            self.row(&name, row)?;
        }
        if let Some(snapshot) = snapshot {
            self.keep(name, snapshot);
        }
        Ok(())
    }

    /// An entry whose number is known to be the next one.
    pub(super) fn imported(&mut self, stream: &StreamId, seq: u64, at: Time, kind: &'a str, body: &'a str) {
        let stream = stream.to_string();
        match self.streams.iter_mut().find(|known| known.name == stream) {
            Some(known) => {
                known.after.get_or_insert(seq - 1);
                known.last = seq;
            }
            None => self.streams.push(Stream { name: stream.clone(), after: Some(seq - 1), last: seq }),
        }
        self.entries.push(Entry { stream, seq, at: at.timestamp_micros(), kind, body });
    }

    pub(super) fn policy(&mut self, version: &'a PolicyVersion, body: &'a str) {
        self.policies.push(Policy { version: version.as_str(), body });
    }

    pub(super) fn keep(&mut self, stream: String, snapshot: &'a Snapshot) {
        self.snapshots.retain(|kept| kept.stream != stream);
        self.snapshots.push(Kept { stream, snapshot });
    }

    pub(super) fn arm(&mut self, stream: &str, Wake { due, stamp }: &'a Wake) {
        self.disarmed.retain(|disarmed| disarmed != stream);
        self.armed.push(Armed { stream: stream.to_owned(), due: due.timestamp_micros(), stamp });
    }

    pub(super) fn row(&mut self, stream: &str, row: &'a Row) -> Result<(), Error> {
        let body = serde_json::to_string(row)
            .map_err(|error| invalid(format!("writing the row of `{}`", row.key)).caused_by(error))?;
        self.rows.retain(|listed| listed.stream != stream);
        self.rows.push(Listed {
            stream: stream.to_owned(),
            number: row.key.number(),
            status: row.status.as_str(),
            owner: row.owner.as_ref().map(|owner| owner.as_str()),
            squad: row.squad.as_ref().map(|squad| squad.as_str()),
            kind: row.kind.to_string(),
            priority: row.priority.as_str(),
            area: row.area.as_ref().map(|area| area.as_str()),
            at_risk: row.at_risk,
            title: row.title.id().as_str(),
            body,
        });
        Ok(())
    }

    pub(super) fn text(&mut self, desk: i32, text: &'a TextRow, stream: Option<&StreamId>) {
        let (name, stream) = (text.at.id().as_str(), stream.map(|stream| self.named(stream)));
        self.texts.retain(|known| known.name != name);
        self.texts.push(Words {
            name,
            stream,
            author: text.author.as_ref().map(|author| author.as_str()),
            internal: text.internal,
            words: text.text.as_str(),
            found: indexed(desk, text.text.as_str()),
        });
    }

    pub(super) fn place(&mut self, place: &'a Place, stream: &StreamId) {
        let stream = self.named(stream);
        let at = At {
            adapter: place.adapter.as_str(),
            channel: &place.channel,
            message: place.message.as_str(),
            stream,
        };
        self.places.retain(|known| {
            (known.adapter, known.channel, known.message) != (at.adapter, at.channel, at.message)
        });
        self.places.push(at);
    }

    /// A stream that is named and not written to.
    pub(super) fn named(&mut self, stream: &StreamId) -> String {
        let name = stream.to_string();
        if self.streams.iter().all(|known| known.name != name) {
            self.streams.push(Stream { name: name.clone(), after: None, last: 0 });
        }
        name
    }
}

impl<'a> Effect<'a> {
    fn of(NewEffect { id, lane, level, body, at }: &'a NewEffect) -> Self {
        let level = level.as_deref();
        Self { name: id.to_string(), lane, level, body, at: at.timestamp_micros() }
    }
}
