//! What somebody who comes on finds.

use std::collections::BTreeSet;

use super::render::{Words, text};
use super::{Desk, DeskError, Phrases};
use crate::adapter::{Listed, Piece, Query};
use crate::policy::Policy;
use crate::ticket::StatusKind;
use crate::vocab::{Actor, PersonId, RotaId, SquadId, Time};

/// How many tickets somebody who comes on is shown.
const MOST_SHOWN: usize = 10;
const PAGE: u32 = 500;
const OPEN: [StatusKind; 3] = [StatusKind::New, StatusKind::Active, StatusKind::Waiting];

impl Desk {
    /// The open tickets of the squads that a rota looks after, most urgent first. Restricted ones that the reader may not
    /// read have no title.
    pub(super) async fn open_on(&self, rota: &RotaId, reader: &PersonId) -> Result<Vec<Listed>, DeskError> {
        let policy = self.policy();
        let mut open = Vec::new();
        for squad in squads(&policy, rota) {
            open.extend(self.open_tickets(Query { squad: Some(squad), ..Query::default() }).await?);
        }
        open.sort_by_key(|Listed { row, .. }| {
            let rank = policy.spec().priorities.iter().position(|known| known.id == row.priority);
            let due = row.due.unwrap_or(Time::MAX_UTC);
            (rank.unwrap_or(usize::MAX), due, row.opened_at, row.key.clone())
        });
        let (reader, now) = (Actor::Person(reader.clone()), self.now());
        let hidden = open.iter_mut().filter(|listed| !listed.row.may_be_read(&policy, &reader, now));
        hidden.for_each(|listed| listed.title = None);
        Ok(open)
    }

    /// Everything open that a query asks for.
    pub(super) async fn open_tickets(&self, query: Query) -> Result<Vec<Listed>, DeskError> {
        let mut query = Query { status: OPEN.to_vec(), most: PAGE, ..query };
        let mut open = Vec::new();
        loop {
            let page = self.inner.store.list(query.clone()).await?;
            open.extend(page.rows);
            match page.next {
                Some(before) => query.before = Some(before),
                None => return Ok(open),
            }
        }
    }
}

/// The squads that a rota looks after, and the one that hears about it.
fn squads(policy: &Policy, rota: &RotaId) -> BTreeSet<SquadId> {
    let spec = policy.spec();
    let used = spec.squads.iter().filter(|(_, squad)| {
        [&squad.gardener_rota, &squad.on_call_rota].into_iter().flatten().any(|known| known == rota)
    });
    let heard = spec.rotas.get(rota).and_then(|rota| rota.squad.clone());
    used.map(|(id, _)| id.clone()).chain(heard).collect()
}

impl Words<'_> {
    /// Somebody is on now, and this is open.
    pub(super) fn hand_over(&mut self, from: &BTreeSet<PersonId>, open: &[Listed]) -> &mut Self {
        let say = self.phrases;
        let before: Vec<_> = from.iter().map(|person| self.policy.name_of(person)).collect();
        match before.as_slice() {
            [] => self.phrase(&say.on_now, &[]),
            names => self.phrase(&say.on_now_after, &[("names", text(names.join(&say.and)))]),
        };
        if open.is_empty() {
            return self.phrase(&say.nothing_open, &[]);
        }
        self.phrase(&say.open, &[("count", text(open.len()))]);
        for listed in open.iter().take(MOST_SHOWN) {
            self.say("\n").listed(listed);
        }
        match open.len().saturating_sub(MOST_SHOWN) {
            0 => self,
            more => self.say("\n").phrase(&say.more_open, &[("count", text(more))]),
        }
    }

    /// A ticket in one line. Owners are named and not called.
    fn listed(&mut self, Listed { row, title }: &Listed) -> &mut Self {
        let say = self.phrases;
        self.piece(Piece::Ticket(row.key.clone()));
        if let Some(title) = title {
            self.say(" ").piece(Piece::Quote(title.as_str().to_owned()));
        }
        let owner = row.owner.as_ref().map(|owner| self.policy.name_of(owner));
        let owner = owner.unwrap_or_else(|| say.nobodys.clone());
        self.say(&format!(" {}, {}, {owner}", row.priority, status(say, row.status)));
        if let Some(due) = row.due {
            self.say(",").phrase(&say.due, &[("due", Piece::Time(due))]);
        }
        match (row.breached, row.at_risk) {
            (true, _) => self.say(",").phrase(&say.listed_broken, &[]),
            (false, true) => self.say(",").phrase(&say.listed_at_risk, &[]),
            (false, false) => self,
        }
    }
}

fn status(say: &Phrases, status: StatusKind) -> &str {
    match status {
        StatusKind::New => &say.status_new,
        StatusKind::Active => &say.status_active,
        StatusKind::Waiting => &say.status_waiting,
        StatusKind::Resolved => &say.status_resolved,
        StatusKind::Closed => &say.status_closed,
        StatusKind::Merged => &say.status_merged,
    }
}
