//! Who is given a ticket that nobody owns.

use std::collections::{BTreeMap, BTreeSet};

use super::Row;
use crate::policy::{Assignees, Assignment, Policy, Roster};
use crate::ticket::{Event, StatusKind, Ticket, TicketEntry};
use crate::vocab::{Actor, Kind, PersonId, SquadId, TicketKey, Time};

/// Of how many of somebody's tickets it is looked up when they got them, so that whoever waits longest is found.
pub const RECENT: u32 = 50;

/// How much somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// How many open tickets they own. Those that wait count: they come back.
    pub open: usize,
    /// When they last got one.
    pub last: Option<Time>,
}

impl Load {
    /// The load of somebody by the tickets that they own or owned last: all that are open, and of the others as many as
    /// are known.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        rows.into_iter().filter(|row| is_given(row.kind)).fold(Self::default(), |load, row| Self {
            open: load.open + usize::from(row.status.is_open()),
            last: load.last.max(row.owned_since),
        })
    }
}

/// Everybody who may be given tickets of a squad at an instant, by name: who is on as the squad wants it, and not away.
pub fn candidates(squad: &SquadId, policy: &Policy, roster: &dyn Roster, at: Time) -> BTreeSet<PersonId> {
    let Some((known, assign)) = assigning(squad, policy) else { return BTreeSet::new() };
    let in_hours = policy.calendar(&known.hours).is_some_and(|hours| hours.is_open(at));
    let mut people: BTreeSet<_> = match assign.to {
        Assignees::OnCall => roster.on_call(squad, at).into_iter().collect(),
        Assignees::Gardener if in_hours => roster.gardener(squad, at).into_iter().collect(),
        Assignees::Members if in_hours => policy.members_of(squad, at),
        Assignees::Gardener | Assignees::Members => BTreeSet::new(),
    };
    people.retain(|person| policy.is_engineer(person) && roster.away(person, at).is_none());
    people
}

/// Who is given the next ticket: of those who own fewer than `limit`, whoever owns the fewest; of several, whoever has
/// waited longest since they were last given one; then by name.
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
/// use supporty_core::rules::{Load, route};
/// use supporty_core::vocab::PersonId;
///
/// let candidates: BTreeSet<PersonId> = ["ana".into(), "ben".into(), "cleo".into()].into();
/// let at = |hour| Some(format!("2026-01-09T{hour}:00:00Z").parse().unwrap());
/// let loads = BTreeMap::from([
///     ("ana".into(), Load { open: 2, last: at(11) }),
///     ("ben".into(), Load { open: 1, last: at(13) }),
///     ("cleo".into(), Load { open: 1, last: at(12) }),
/// ]);
/// assert_eq!(route(&candidates, &loads, 5), Some(&"cleo".into()));
/// assert_eq!(route(&candidates, &loads, 1), None);
/// ```
pub fn route<'a>(
    candidates: impl IntoIterator<Item = &'a PersonId>,
    loads: &BTreeMap<PersonId, Load>,
    limit: usize,
) -> Option<&'a PersonId> {
    let load = |person: &PersonId| loads.get(person).copied().unwrap_or_default();
    let room = candidates.into_iter().filter(|person| load(person).open < limit);
    room.min_by_key(|person| (load(person).open, load(person).last, (*person).clone()))
}

/// The tickets of a squad that wait for somebody to be given them, in their order: the most urgent first, the oldest of
/// several.
///
/// Only requests and incidents are: gardening is chosen, and a drill is for its participants. One that waits for somebody
/// else needs nobody until that is over.
pub fn queue<'a>(rows: impl IntoIterator<Item = &'a Row>, squad: &SquadId, policy: &Policy) -> Vec<&'a Row> {
    let rows = rows.into_iter().filter(|row| row.squad.as_ref() == Some(squad) && is_given(row.kind));
    let mut queue: Vec<_> = rows.filter(|row| row.status == StatusKind::New && row.owner.is_none()).collect();
    queue.sort_by_cached_key(|row| {
        let rank = policy.spec().priorities.iter().position(|known| known.id == row.priority);
        (rank.unwrap_or(usize::MAX), row.opened_at, row.key.number())
    });
    queue
}

/// Who is given which ticket of a queue, in its order, until nobody has room. Nobody is given what they asked
/// for, or what is restricted to others.
pub fn share_out<'a>(
    queue: &[&'a Row],
    candidates: &BTreeSet<PersonId>,
    loads: &BTreeMap<PersonId, Load>,
    limit: usize,
    at: Time,
) -> Vec<(&'a TicketKey, PersonId)> {
    let mut loads = loads.clone();
    let shared = queue.iter().filter_map(|row| {
        let reads = |person: &PersonId| row.readers.as_ref().is_none_or(|readers| readers.contains(person));
        let may = |person: &&PersonId| row.requester.person() != Some(*person) && reads(person);
        let others = candidates.iter().filter(may);
        let to = route(others, &loads, limit)?.clone();
        let load = loads.entry(to.clone()).or_default();
        *load = Load { open: load.open + 1, last: Some(at) };
        Some((&row.key, to))
    });
    shared.collect()
}

/// When next somebody may be given what is left of a squad's queue, though nothing happens to any ticket.
pub fn next_chance(squad: &SquadId, policy: &Policy, roster: &dyn Roster, at: Time) -> Option<Time> {
    let (known, assign) = assigning(squad, policy)?;
    let hours = policy.calendar(&known.hours)?;
    let turns = match (hours.is_open(at), assign.to) {
        (false, _) => hours.next_open(at).ok(),
        (true, Assignees::OnCall) => hours.next_close(at).ok(),
        (true, _) => None,
    };
    turns.into_iter().chain(roster.next_change(squad, at)).min()
}

/// How a squad assigns its tickets.
pub fn assigning<'a>(squad: &SquadId, policy: &'a Policy) -> Option<(&'a crate::policy::Squad, Assignment)> {
    let known = policy.spec().squads.get(squad)?;
    Some((known, known.assign?))
}

/// The squads whose queue may have become longer or shorter by what happened, each with the entry that made it so.
pub(super) fn to_route(ticket: &Ticket, entries: &[TicketEntry], policy: &Policy) -> BTreeMap<SquadId, u64> {
    let mut squads = BTreeMap::new();
    let waits = ticket.status.kind() == StatusKind::New;
    let own = || ticket.squad.iter().filter(|_| waits).cloned().collect::<Vec<_>>();
    // Whoever has room again may work for any squad.
    let every = || policy.spec().squads.keys().cloned().collect();
    for entry in entries {
        let touched: Vec<SquadId> = match &entry.event {
            Event::Opened { .. }
            | Event::Moved { .. }
            | Event::Resumed { .. }
            | Event::Reopened { .. }
            | Event::Restricted { .. }
            | Event::Unrestricted {}
            | Event::Unmerged { .. } => own(),
            Event::Released { .. }
            | Event::Resolved { .. }
            | Event::HandedOff { .. }
            | Event::TakenOver { .. }
            | Event::KindChanged { .. }
            | Event::Merged { .. } => every(),
            Event::Assigned { .. } if entry.by != Actor::Desk => every(),
            _ => continue,
        };
        for squad in touched.into_iter().filter(|squad| assigning(squad, policy).is_some()) {
            squads.entry(squad).or_insert(entry.seq);
        }
    }
    squads
}

fn is_given(kind: Kind) -> bool {
    matches!(kind, Kind::Request | Kind::Incident)
}
