//! What a process asked of the kernel, and what a disk may hold of it.

use std::collections::BTreeMap;

use super::dice::Dice;

const SECTOR: usize = 512;

/// One thing that happened, in order.
#[derive(Debug)]
pub(crate) enum Event {
    /// Bytes of a file, which the disk may have at any time from now on.
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        to: usize,
    },
    /// The disk has what was written to the file before the event of that number.
    Synced {
        file: String,
        before: usize,
    },
    /// The process said that a commit is kept.
    Answered(u64),
}

/// What becomes of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Nothing,
    Everything,
    Sectors,
}

#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) events: Vec<Event>,
    /// Where the next write by a descriptor goes.
    positions: BTreeMap<String, usize>,
    /// Syncs under way: by process, the file, and how much had happened.
    syncing: BTreeMap<String, (String, usize)>,
}

impl Trace {
    pub(crate) fn read(text: &str) -> Self {
        let mut trace = Self::default();
        for line in text.lines() {
            let (process, call) = line.split_once(' ').unwrap_or_default();
            trace.line(process, call.trim_start());
        }
        trace
    }

    fn line(&mut self, process: &str, call: &str) {
        if call.starts_with("<... fdatasync resumed>") || call.starts_with("<... fsync resumed>") {
            if let Some((file, before)) = self.syncing.remove(process) {
                self.events.push(Event::Synced { file, before });
            }
            return;
        }
        let Some((name, rest)) = call.split_once('(') else { return };
        let Some((descriptor, rest)) = rest.split_once('>') else { return };
        let path =
            String::from_utf8(unescaped(descriptor.split_once('<').map_or("", |(_, path)| path))).unwrap();
        let Some(file) = path.rsplit('/').next().filter(|name| name.starts_with("support.db")) else {
            if name == "write" {
                self.said(&unescaped(quoted(rest)));
            }
            return;
        };
        let file = file.to_owned();
        let numbers = || rest.rsplit('"').next().unwrap_or_default().split([',', ')', ' ']);
        let number = |n: usize| -> usize {
            numbers()
                .filter_map(|text| text.parse().ok())
                .nth(n)
                .unwrap_or_else(|| panic!("a number in {call}"))
        };
        match name {
            // The second number is where; the first is how many.
            "pwrite64" => self.write(file, number(1), unescaped(quoted(rest))),
            "write" => {
                let (at, bytes) =
                    (self.positions.get(descriptor).copied().unwrap_or(0), unescaped(quoted(rest)));
                self.positions.insert(descriptor.to_owned(), at + bytes.len());
                self.write(file, at, bytes);
            }
            "lseek" => drop(self.positions.insert(descriptor.to_owned(), number(0))),
            "ftruncate" => self.events.push(Event::Truncate { file, to: number(0) }),
            _ if call.contains("<unfinished") => {
                self.syncing.insert(process.to_owned(), (file, self.events.len()));
            }
            _ => {
                let before = self.events.len();
                self.events.push(Event::Synced { file, before });
            }
        }
    }

    fn write(&mut self, file: String, at: usize, bytes: Vec<u8>) {
        self.events.push(Event::Write { file, at, bytes });
    }

    fn said(&mut self, bytes: &[u8]) {
        for line in String::from_utf8_lossy(bytes).lines() {
            if let Some(number) = line.strip_prefix("answered ").and_then(|number| number.parse().ok()) {
                self.events.push(Event::Answered(number));
            }
        }
    }

    pub(crate) fn answered(&self, cut: usize) -> Vec<u64> {
        let answered = |event: &Event| match event {
            Event::Answered(number) => Some(*number),
            _ => None,
        };
        self.events[..cut].iter().filter_map(answered).collect()
    }

    pub(crate) fn first_answer(&self) -> usize {
        self.events.iter().position(|event| matches!(event, Event::Answered(_))).unwrap()
    }

    /// How often the file itself was synced after the first answer.
    pub(crate) fn checkpoints(&self) -> usize {
        let moved = |event: &&Event| matches!(event, Event::Synced { file, .. } if file == "support.db");
        self.events[self.first_answer()..].iter().filter(moved).count()
    }

    /// What the disk may hold if the power goes after so many events.
    pub(crate) fn disk(&self, cut: usize, rest: Rest, dice: &Dice) -> BTreeMap<String, Vec<u8>> {
        let mut synced: BTreeMap<&str, usize> = BTreeMap::new();
        for event in &self.events[..cut] {
            if let Event::Synced { file, before } = event {
                synced.insert(file, *before);
            }
        }
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (number, event) in self.events[..cut].iter().enumerate() {
            let (Event::Write { file, .. } | Event::Truncate { file, .. }) = event else { continue };
            // What is made anew whenever the file is opened, and what was there only until the tables were.
            if ["-shm", ".lock", "-journal"].iter().any(|end| file.ends_with(end)) {
                continue;
            }
            let there = number < synced.get(file.as_str()).copied().unwrap_or(0) || rest == Rest::Everything;
            let image = files.entry(file.clone()).or_default();
            match event {
                Event::Truncate { to, .. } if there || (rest == Rest::Sectors && dice.one_in(2)) => {
                    image.resize(*to, 0);
                }
                Event::Write { at, bytes, .. } if there => put(image, *at, bytes),
                Event::Write { at, bytes, .. } if rest == Rest::Sectors => {
                    for (sector, part) in bytes.chunks(SECTOR).enumerate() {
                        if dice.one_in(2) {
                            put(image, at + sector * SECTOR, part);
                        }
                    }
                }
                _ => {}
            }
        }
        files
    }
}

fn put(image: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[at..end].copy_from_slice(bytes);
}

/// What stands between the first two quotes.
fn quoted(rest: &str) -> &str {
    rest.split('"').nth(1).unwrap_or_default()
}

/// `\x41\x42` is `AB`.
fn unescaped(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).map(|byte| u8::from_str_radix(&byte[..2], 16).unwrap()).collect()
}
