use std::collections::{BTreeMap, BTreeSet};

use super::Incident;
use super::columns::{ActRow, Blocks, LinkRow, More, NONE, RoundRow, Row, Setting, chain};
use super::keys::Keys;
use super::table::Table;
use crate::ticket::TicketEntry;
use crate::vocab::{Actor, Bond, Kind, PersonId, PolicyVersion, TicketKey};

/// What figures need to know of every ticket, in about 350 bytes each: everything else here is asked of it.
///
/// It is a fold: [`add`](Self::add) takes entries of any tickets in any order, those of one ticket in theirs, at about the
/// cost of reading them. What was folded apart is put together by [`merge`](Self::merge); what was stored goes on where it
/// stopped, because an entry that is known already changes nothing. However it came about, the same log gives equal facts.
///
/// ```
/// use supporty_core::insight::{By, Facts, Question, Span};
/// use supporty_core::policy::Policy;
/// use supporty_core::ticket::{Command, Open};
/// use supporty_core::vocab::{Actor, Period, Resolution, TextRef};
/// use supporty_core::world::World;
///
/// let mut desk = World::new(Policy::default());
/// let (rita, oli) = (Actor::Person("rita".into()), Actor::Person("oli".into()));
/// let ten = "2026-01-12T10:00:00Z".parse()?;
/// let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
/// let key = desk.submit(ten, &rita, None, open)?.ticket;
/// let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
/// let noon = "2026-01-12T12:00:00Z".parse()?;
/// desk.submit(noon, &oli, Some(&key), resolve)?;
///
/// let facts: Facts = desk.entries().iter().map(|(key, entry)| (key, entry)).collect();
/// let january = Period::new("2026-01-01T00:00:00Z".parse()?, "2026-02-01T00:00:00Z".parse()?);
/// let question = Question::new(january, noon).by([By::Priority]);
/// let answers = facts.select(&question, desk.policies());
/// for (group, time) in answers.open_times(Span::Wall) {
///     assert_eq!((group.to_string(), time.median.unwrap().num_hours()), ("P2".to_owned(), 2));
/// }
/// for (_, tally) in answers.tallies() {
///     assert_eq!((tally.resolved, tally.code_changed), (1, 0), "it was explained: no change was needed");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// By the number of their row.
    pub(super) tickets: Keys,
    pub(super) names: Table<PersonId>,
    pub(super) settings: Table<Setting>,
    pub(super) rows: Vec<Row>,
    pub(super) more: Vec<More>,
    pub(super) rounds: Vec<RoundRow>,
    pub(super) acts: Vec<ActRow>,
    pub(super) links: Vec<LinkRow>,
    /// What few tickets have, by row.
    pub(super) rare: BTreeMap<u32, Rare>,
    pub(super) opened: Blocks,
    pub(super) due: Blocks,
    /// The row of the last entry: the next one is mostly of the same ticket.
    pub(super) last: u32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Rare {
    pub(super) merged_into: Option<TicketKey>,
    pub(super) co_requesters: BTreeMap<TicketKey, u32>,
}

impl Rare {
    pub(super) fn is_empty(&self) -> bool {
        self.merged_into.is_none() && self.co_requesters.is_empty()
    }
}

const BOT: u32 = 1 << 30;

impl Facts {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for more tickets of a usual size, which is faster where their number is known.
    pub fn reserve(&mut self, tickets: usize) {
        self.tickets.reserve(tickets);
        self.rows.reserve(tickets);
        self.more.reserve(tickets);
        self.rounds.reserve(tickets.saturating_mul(4));
        self.acts.reserve(tickets.saturating_mul(8));
    }

    /// How many tickets.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no ticket.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The last entry of a ticket that it knows: 0 of none. An entry up to it changes nothing any more.
    pub fn seq(&self, key: &TicketKey) -> u64 {
        self.tickets.row(key).and_then(|row| self.more.get(row as usize)).map_or(0, |more| more.seq)
    }

    /// The tickets, in the order in which it heard of them.
    pub fn keys(&self) -> impl Iterator<Item = &TicketKey> {
        self.tickets.all().iter()
    }

    /// The policies that measured a ticket at any time: what [`select`](Self::select) is to be given.
    pub fn policies(&self) -> BTreeSet<&PolicyVersion> {
        self.settings.all().iter().map(|setting| &setting.policy).collect()
    }

    /// About how many bytes it takes, without the names.
    pub fn memory(&self) -> usize {
        fn of<T>(column: &[T]) -> usize {
            size_of_val(column)
        }
        let keys = of(self.tickets.all()) + self.rows.len() * size_of::<u32>();
        let columns = of(&self.rows) + of(&self.more) + of(&self.rounds) + of(&self.acts) + of(&self.links);
        columns + keys
    }

    /// The incidents, as [`delivery`](super::delivery) asks for them: what [`Incident::of`] gives of each ticket.
    pub fn incidents(&self) -> Vec<Incident> {
        let rows = (0..).zip(self.rows.iter().zip(&self.more)).zip(self.tickets.all());
        let incidents = rows.filter_map(|((number, (row, more)), key)| {
            let setting = self.settings.get(row.setting)?;
            let counts = row.has(super::columns::MERGED) || Self::counts(row);
            if setting.terms.kind != Kind::Incident || !counts || row.has(super::columns::DRILL) {
                return None;
            }
            let causes = chain(&self.links, more.last_link).filter(|(_, row)| row.link.bond == Bond::Cause);
            Some(Incident {
                key: key.clone(),
                part_of: self.rare.get(&number).and_then(|rare| rare.merged_into.clone()),
                squad: setting.squad.clone(),
                opened_at: super::columns::time(row.opened),
                restored_at: super::columns::ever(more.mitigated).or(super::columns::ever(row.resolved)),
                causes: causes.map(|(_, row)| row.link.what.clone()).collect(),
            })
        });
        incidents.collect()
    }

    /// Whether its resolution does not say that it was no ticket.
    pub(super) fn counts(row: &Row) -> bool {
        row.resolution.is_none_or(|resolution| resolution.counts())
    }

    pub(super) fn code_of(&mut self, actor: &Actor) -> u32 {
        match actor {
            Actor::Person(person) => self.names.number(person),
            Actor::Bot(bot) => self.names.number(bot) | BOT,
            Actor::Desk => NONE,
        }
    }

    pub(super) fn actor_of(&self, code: u32) -> Actor {
        let name = self.names.get(code & !BOT);
        match name.filter(|_| code != NONE) {
            Some(name) if code & BOT != 0 => Actor::Bot(name.clone()),
            Some(name) => Actor::Person(name.clone()),
            None => Actor::Desk,
        }
    }

    pub(super) fn rare(&mut self, row: u32, change: impl FnOnce(&mut Rare)) {
        let rare = self.rare.entry(row).or_default();
        change(rare);
        if rare.is_empty() {
            self.rare.remove(&row);
        }
    }
}

impl<'a> Extend<(&'a TicketKey, &'a TicketEntry)> for Facts {
    fn extend<I: IntoIterator<Item = (&'a TicketKey, &'a TicketEntry)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, entry)| self.add(key, entry));
    }
}

impl<'a> FromIterator<(&'a TicketKey, &'a TicketEntry)> for Facts {
    fn from_iter<I: IntoIterator<Item = (&'a TicketKey, &'a TicketEntry)>>(entries: I) -> Self {
        let mut facts = Self::new();
        facts.extend(entries);
        facts
    }
}
