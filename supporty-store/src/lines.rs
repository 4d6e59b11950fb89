//! Everything in a store as lines of JSON: what `export` writes and `import` reads, the same for every store.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use supporty_core::adapter::{
    Append, Commit, Error, ErrorKind, Handled, NewEffect, Retry, Row, Snapshot, Wake,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{InboundKey, Place, PolicyVersion, TextRow, Time};

use crate::shared::invalid;
use crate::whole::Whole;

/// The version of the lines.
const FORMAT: u32 = 1;

/// One line. Each names what it is, so that a line can be understood alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Line {
    /// The first.
    Supporty {
        format: u32,
    },
    Policy {
        version: PolicyVersion,
        body: String,
    },
    /// In the order of the feed.
    Entry {
        stream: StreamId,
        seq: u64,
        #[serde(deserialize_with = "supporty_core::vocab::instant")]
        at: Time,
        kind: String,
        body: String,
    },
    Text {
        stream: Option<StreamId>,
        text: TextRow,
    },
    Place {
        place: Place,
        stream: StreamId,
    },
    Row {
        stream: StreamId,
        row: Box<Row>,
    },
    Timer {
        stream: StreamId,
        wake: Wake,
    },
    Snapshot {
        stream: StreamId,
        snapshot: Snapshot,
    },
    /// The last number that was given under a prefix.
    Counter {
        prefix: String,
        last: u64,
    },
    /// A delivery that nobody has handled.
    Waiting {
        key: InboundKey,
        at: Time,
        body: String,
    },
    Handled {
        key: InboundKey,
        at: Time,
        answer: String,
    },
    /// In the order of their lanes.
    Effect {
        effect: Queued,
        attempts: u32,
        tried: bool,
    },
    Dead {
        effect: Queued,
        attempts: u32,
        why: String,
        at: Time,
    },
    /// The last: how many lines there are before it.
    End {
        lines: u64,
    },
}

/// An effect as it waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queued {
    pub(crate) id: EffectId,
    pub(crate) lane: String,
    pub(crate) level: Option<String>,
    pub(crate) body: String,
    pub(crate) at: Time,
}

impl From<NewEffect> for Queued {
    fn from(NewEffect { id, lane, level, body, at }: NewEffect) -> Self {
        Self { id, lane, level, body, at }
    }
}

impl From<Queued> for NewEffect {
    fn from(Queued { id, lane, level, body, at }: Queued) -> Self {
        Self { id, lane, level, body, at }
    }
}

impl Line {
    pub(crate) fn entry(stream: StreamId, entry: RawEntry) -> Self {
        let RawEntry { seq, at, kind, body } = entry;
        Self::Entry { stream, seq, at, kind, body }
    }
}

/// Lines that [`Maintenance::import`](supporty_core::adapter::Maintenance::import) reads, written one commit after the other:
/// for whoever has a history and no store.
///
/// ```
/// use supporty_core::adapter::{Append, Commit};
/// use supporty_core::stream::StreamId;
/// use supporty_store::Lines;
///
/// let mut lines = Lines::new(Vec::new())?;
/// lines.commit(Commit { appends: vec![Append::new(StreamId::Desk, 0, Vec::new())], ..Commit::default() })?;
/// lines.counter("SUP", 42)?;
/// let (written, count) = lines.finish()?;
/// assert_eq!(count, 3);
/// assert!(written.ends_with(b"{\"end\":{\"lines\":2}}\n"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Lines<W> {
    to: W,
    lines: u64,
}

impl<W: Write> Lines<W> {
    /// Writes the first line. Every line is a write of its own: give it a buffer.
    pub fn new(to: W) -> io::Result<Self> {
        let mut lines = Self { to, lines: 0 };
        lines.write(&Line::Supporty { format: FORMAT })?;
        Ok(lines)
    }

    /// Writes what a commit to an empty store writes. Its texts belong to its first stream, and entries of one stream come in
    /// their order.
    pub fn commit(&mut self, commit: Commit) -> io::Result<()> {
        let Commit { appends, texts, effects, places, handled, policies } = commit;
        let first = appends.first().map(|append| append.stream.clone());
        policies.into_iter().try_for_each(|(version, body)| self.write(&Line::Policy { version, body }))?;
        for Append { stream, entries, wake, row, snapshot, .. } in appends {
            let entries = entries.into_iter().map(|entry| Line::entry(stream.clone(), entry));
            let row = row.map(|row| Line::Row { stream: stream.clone(), row: Box::new(row) });
            let timer = wake.map(|wake| Line::Timer { stream: stream.clone(), wake });
            let snapshot = snapshot.map(|snapshot| Line::Snapshot { stream: stream.clone(), snapshot });
            let mut lines = entries.chain(row).chain(timer).chain(snapshot);
            lines.try_for_each(|line| self.write(&line))?;
        }
        let texts = texts.into_iter().map(|text| Line::Text { stream: first.clone(), text });
        let places = places.into_iter().map(|(place, stream)| Line::Place { place, stream });
        let handled = handled.map(|Handled { key, answer, at }| Line::Handled { key, at, answer });
        let effects = effects.into_iter().map(Queued::from);
        let effects = effects.map(|effect| Line::Effect { effect, attempts: 0, tried: false });
        texts.chain(places).chain(handled).chain(effects).try_for_each(|line| self.write(&line))
    }

    /// Writes the last number that was given under a prefix.
    pub fn counter(&mut self, prefix: &str, last: u64) -> io::Result<()> {
        self.write(&Line::Counter { prefix: prefix.to_owned(), last })
    }

    /// Writes the last line, without which nobody reads the others. Answers how many there are.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        self.write(&Line::End { lines: self.lines })?;
        self.to.flush()?;
        Ok((self.to, self.lines))
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.lines += 1;
        serde_json::to_writer(&mut self.to, line).map_err(io::Error::from)?;
        self.to.write_all(b"\n")
    }
}

/// A file of lines that is being written.
pub(crate) struct Writer {
    lines: Lines<BufWriter<File>>,
    whole: Whole,
}

impl Writer {
    pub(crate) fn create(to: &Path) -> Result<Self, Error> {
        let whole = Whole::new("exporting", to)?;
        let file = BufWriter::new(whole.create()?);
        let lines = Lines::new(file).map_err(|error| whole.unwritten(error))?;
        Ok(Self { lines, whole })
    }

    pub(crate) fn write(&mut self, line: &Line) -> Result<(), Error> {
        self.lines.write(line).map_err(|error| self.whole.unwritten(error))
    }

    /// Answers how many lines the file has.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        let Self { lines, whole } = self;
        let (file, lines) = lines.finish().map_err(|error| whole.unwritten(error))?;
        drop(file);
        whole.keep()?;
        Ok(lines)
    }
}

/// Reads a file of lines to its end, and answers how many it has. An error names the line.
pub(crate) fn read(from: &Path, mut take: impl FnMut(Line) -> Result<(), Error>) -> Result<u64, Error> {
    let doing = |number: u64| format!("importing line {number} of `{}`", from.display());
    let file = File::open(from).map_err(|error| {
        let doing = format!("importing `{}`: name a file that can be read", from.display());
        Error::new(ErrorKind::NotFound, Retry::Never, doing).caused_by(error)
    })?;
    let (mut number, mut ended) = (0, false);
    for line in BufReader::new(file).lines() {
        number += 1;
        let line = line.map_err(|error| invalid(doing(number)).caused_by(error))?;
        if ended {
            return Err(invalid(format!("{}: nothing may follow the last line", doing(number))));
        }
        let line: Line =
            serde_json::from_str(&line).map_err(|error| invalid(doing(number)).caused_by(error))?;
        match line {
            Line::Supporty { format } if number == 1 && format == FORMAT => {}
            Line::Supporty { format } if number == 1 && format > FORMAT => {
                let doing =
                    format!("{}, of format {format} where this program knows {FORMAT}", doing(number));
                return Err(Error::new(ErrorKind::Newer, Retry::Never, doing));
            }
            Line::Supporty { .. } => {
                return Err(invalid(format!("{}: it may only be the first", doing(number))));
            }
            _ if number == 1 => {
                return Err(invalid(format!("{}: the first line must say the format", doing(number))));
            }
            Line::End { lines } if lines + 1 == number => ended = true,
            Line::End { lines } => {
                return Err(invalid(format!("{}: {lines} lines should come before it", doing(number))));
            }
            line => take(line)
                .map_err(|error| Error { doing: format!("{}: {}", doing(number), error.doing), ..error })?,
        }
    }
    if !ended {
        return Err(invalid(format!("{}: the file ends too early: export it again", doing(number))));
    }
    Ok(number)
}

/// An entry whose number is not the next one.
pub(crate) fn gap(stream: &StreamId, seq: u64, last: u64) -> Error {
    invalid(format!("entry {seq} of `{stream}` does not follow entry {last}: export it again"))
}

/// Only an empty store takes an import: what is there already would be mixed with it.
pub(crate) fn not_empty() -> Error {
    invalid("importing into a store that is not empty: choose a new one")
}
