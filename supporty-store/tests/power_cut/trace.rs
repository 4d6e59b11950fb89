//! What a process asked of the kernel, and what a disk may hold of it.

use std::collections::{BTreeMap, HashMap};

use super::dice::Dice;

const SECTOR: usize = 512;

/// One thing that happened, in order.
#[derive(Debug)]
pub(crate) enum Event {
    /// Bytes of a file, which the disk may have at any time from now on.
    Write {
        file: File,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: File,
        to: usize,
    },
    Named {
        name: String,
        file: File,
    },
    Removed {
        name: String,
    },
    /// The disk has what was asked before the event of that number.
    Synced {
        what: Synced,
        before: usize,
    },
    Said(Said),
}

/// A file keeps its number whatever it is called; one that is made anew under an old name has another.
type File = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Synced {
    Bytes(File),
    /// Which names the folder has.
    Names,
}

/// What the process answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Committed(u64),
    Settled(u64),
}

/// What becomes of what was asked and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Nothing,
    Everything,
    /// Some sectors, and names up to some instant.
    Sectors,
}

#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) events: Vec<Event>,
    folder: String,
    names: HashMap<String, File>,
    files: usize,
    /// Syncs under way: by process, what is synced, and how much had happened.
    syncing: BTreeMap<String, (Synced, usize)>,
}

impl Trace {
    pub(crate) fn read(text: &str, folder: &str) -> Self {
        let mut trace = Self {
            events: Vec::new(),
            folder: folder.to_owned(),
            names: HashMap::new(),
            files: 0,
            syncing: BTreeMap::new(),
        };
        for line in text.lines() {
            let (process, call) = line.split_once(' ').unwrap_or_default();
            trace.line(process, call.trim_start());
        }
        trace
    }

    fn line(&mut self, process: &str, call: &str) {
        if call.starts_with("<... fdatasync resumed>") || call.starts_with("<... fsync resumed>") {
            if let Some((what, before)) = self.syncing.remove(process) {
                self.events.push(Event::Synced { what, before });
            }
            return;
        }
        let Some((name, rest)) = call.split_once('(').filter(|_| !call.contains(" = -1 ")) else { return };
        if matches!(name, "openat" | "unlink") {
            let made = name == "unlink" || rest.contains("O_CREAT");
            if let Some(path) = self.of_the_database(&unescaped(quoted(rest))).filter(|_| made) {
                self.name(name == "openat", path);
            }
            return;
        }
        let Some((descriptor, rest)) = rest.split_once('>') else { return };
        let path = unescaped(descriptor.split_once('<').map_or("", |(_, path)| path));
        let file = self.of_the_database(&path).and_then(|name| self.names.get(&name).copied());
        let number = |n: usize| -> usize {
            let numbers = rest.rsplit('"').next().unwrap_or_default().split([',', ')', ' ']);
            let mut numbers = numbers.filter_map(|text| text.parse().ok());
            numbers.nth(n).unwrap_or_else(|| panic!("a number in {call}"))
        };
        match (name, file) {
            // The second number is where; the first is how many.
            ("pwrite64", Some(file)) => {
                self.events.push(Event::Write { file, at: number(1), bytes: unescaped(quoted(rest)) });
            }
            ("ftruncate", Some(file)) => self.events.push(Event::Truncate { file, to: number(0) }),
            ("fsync" | "fdatasync", Some(file)) => self.sync(process, call, Synced::Bytes(file)),
            ("fsync" | "fdatasync", None) if path == self.folder.as_bytes() => {
                self.sync(process, call, Synced::Names);
            }
            ("write", None) => self.said(&unescaped(quoted(rest))),
            (_, Some(_)) => panic!("a call that this test does not know: {call}"),
            (_, None) => {}
        }
    }

    /// The name of a file that a disk must have; the others are made anew whenever the database is opened.
    fn of_the_database(&self, path: &[u8]) -> Option<String> {
        let path = String::from_utf8_lossy(path);
        let name = path.strip_prefix(&self.folder)?.strip_prefix('/')?;
        Some(name).filter(|name| !name.ends_with("-shm") && !name.ends_with(".lock")).map(ToOwned::to_owned)
    }

    fn name(&mut self, opened: bool, name: String) {
        if opened {
            if !self.names.contains_key(&name) {
                self.names.insert(name.clone(), self.files);
                self.events.push(Event::Named { name, file: self.files });
                self.files += 1;
            }
        } else {
            self.names.remove(&name);
            self.events.push(Event::Removed { name });
        }
    }

    fn sync(&mut self, process: &str, call: &str, what: Synced) {
        let before = self.events.len();
        if call.contains("<unfinished") {
            self.syncing.insert(process.to_owned(), (what, before));
        } else {
            self.events.push(Event::Synced { what, before });
        }
    }

    fn said(&mut self, bytes: &[u8]) {
        for line in String::from_utf8_lossy(bytes).lines() {
            let number = |word: &str| line.strip_prefix(word).and_then(|number| number.parse().ok());
            let said = number("committed ").map(Said::Committed);
            self.events.extend(said.or_else(|| number("settled ").map(Said::Settled)).map(Event::Said));
        }
    }

    pub(crate) fn answered(&self, cut: usize) -> Vec<Said> {
        let said = |event: &Event| match event {
            Event::Said(said) => Some(*said),
            _ => None,
        };
        self.events[..cut].iter().filter_map(said).collect()
    }

    pub(crate) fn first_answer(&self) -> usize {
        self.events.iter().position(|event| matches!(event, Event::Said(_))).unwrap()
    }

    /// How often the file itself was synced after the first answer.
    pub(crate) fn checkpoints(&self) -> usize {
        let database = self.names["support.db"];
        let moved =
            |event: &&Event| matches!(event, Event::Synced { what, .. } if *what == Synced::Bytes(database));
        self.events[self.first_answer()..].iter().filter(moved).count()
    }

    /// What the disk may hold if the power goes after so many events.
    pub(crate) fn disk(&self, cut: usize, rest: Rest, dice: &Dice) -> BTreeMap<String, Vec<u8>> {
        let mut synced: BTreeMap<Synced, usize> = BTreeMap::new();
        for event in &self.events[..cut] {
            if let Event::Synced { what, before } = event {
                synced.insert(*what, *before);
            }
        }
        let synced = |what| synced.get(&what).copied().unwrap_or_default();
        let sure = synced(Synced::Names);
        let names_until = match rest {
            Rest::Nothing => sure,
            Rest::Everything => cut,
            Rest::Sectors => sure + usize::try_from(dice.roll((cut - sure + 1) as u64)).unwrap(),
        };
        let mut names: BTreeMap<&str, File> = BTreeMap::new();
        let mut images: HashMap<File, Vec<u8>> = HashMap::new();
        for (number, event) in self.events[..cut].iter().enumerate() {
            let there = |file| number < synced(Synced::Bytes(file)) || rest == Rest::Everything;
            match event {
                Event::Named { name, file } if number < names_until => drop(names.insert(name, *file)),
                Event::Removed { name } if number < names_until => drop(names.remove(name.as_str())),
                Event::Truncate { file, to } if there(*file) || (rest == Rest::Sectors && dice.one_in(2)) => {
                    images.entry(*file).or_default().resize(*to, 0);
                }
                Event::Write { file, at, bytes } => {
                    let image = images.entry(*file).or_default();
                    for (at, part) in sectors(*at, bytes) {
                        if there(*file) || (rest == Rest::Sectors && dice.one_in(2)) {
                            put(image, at, part);
                        }
                    }
                }
                _ => {}
            }
        }
        let image = |(name, file): (&str, File)| (name.to_owned(), images.remove(&file).unwrap_or_default());
        names.into_iter().map(image).collect()
    }
}

/// The parts of what is written that lie in one sector each.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let (first, rest) = bytes.split_at((SECTOR - at % SECTOR).min(bytes.len()));
    let rest_at = at + first.len();
    let parts = rest.chunks(SECTOR).enumerate();
    std::iter::once((at, first)).chain(parts.map(move |(n, part)| (rest_at + n * SECTOR, part)))
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
