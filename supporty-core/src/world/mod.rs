//! The whole desk in memory, synchronous and pure: streams in a map, one step at a time, time as an argument.
//!
//! What the driver does with a store and with adapters must come to the same as what happens here.

mod duty;
mod routing;

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::{Effect, Intent};
use crate::policy::{Policies, Policy, Roster};
use crate::rota::{RotaEntry, Rotas};
use crate::rules::{
    Accepted, Change, Context, Redirect, Rejection, Step, involved, next_deadline, redirect, step,
};
use crate::stream::Cause;
use crate::ticket::{Command, Ticket, TicketEntry};
use crate::vocab::{Actor, RotaId, SquadId, TicketKey, Time, micros};

/// A desk in memory.
///
/// ```
/// use supporty_core::policy::Policy;
/// use supporty_core::ticket::{Command, Open};
/// use supporty_core::vocab::{Actor, TextRef};
/// use supporty_core::world::World;
///
/// let mut world = World::new(Policy::default());
/// let ana = Actor::Person("ana".into());
/// let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
/// let friday = "2026-01-09T17:30:00Z".parse().unwrap();
/// let opened = world.submit(friday, &ana, None, open).unwrap();
/// world.run_until("2026-01-12T12:00:00Z".parse().unwrap());
/// let kinds = world.log(&opened.ticket).map(|entry| supporty_core::stream::Recorded::kind(&entry.event));
/// assert!(kinds.into_iter().any(|kind| kind == "breached"));
/// ```
#[derive(Debug, Clone)]
pub struct World {
    policies: Policies,
    tickets: BTreeMap<TicketKey, Ticket>,
    log: Vec<(TicketKey, TicketEntry)>,
    rota_log: Vec<(usize, RotaId, RotaEntry)>,
    effects: Vec<Effect>,
    wakes: BTreeSet<(Time, TicketKey)>,
    armed: BTreeMap<TicketKey, Time>,
    reserved: u64,
    rotas: Option<Rotas>,
    /// How many effects were looked at for what is to be given to whom.
    routed: usize,
    /// When somebody may have room for what is left, by squad.
    chances: BTreeMap<SquadId, Time>,
}

impl World {
    /// An empty desk.
    pub fn new(policy: Policy) -> Self {
        Self {
            policies: Policies::new(policy),
            tickets: BTreeMap::new(),
            log: Vec::new(),
            rota_log: Vec::new(),
            effects: Vec::new(),
            wakes: BTreeSet::new(),
            armed: BTreeMap::new(),
            reserved: 0,
            rotas: None,
            routed: 0,
            chances: BTreeMap::new(),
        }
    }

    /// A desk of tickets that are under way, without what happened to them before.
    pub fn resume(policies: Policies, tickets: impl IntoIterator<Item = Ticket>) -> Self {
        let mut world = Self { policies, ..Self::new(Policy::default()) };
        for ticket in tickets {
            let (key, after) = (ticket.key.clone(), ticket.seq);
            world.reserved = world.reserved.max(key.number());
            let wake = next_deadline(&ticket, &world.policies);
            world.apply(Change { key, after, entries: Vec::new(), ticket: Some(ticket), wake });
        }
        world
    }

    /// Puts another policy in force. Open tickets keep theirs.
    pub fn adopt(&mut self, policy: Policy) {
        self.policies.adopt(policy);
    }

    /// Gives the desk its rotas, as they are and stay from now on.
    pub fn staff(&mut self, rotas: Rotas) {
        self.rotas = Some(rotas);
    }

    /// Its rotas, if it was given any.
    pub fn rotas(&self) -> Option<&Rotas> {
        self.rotas.as_ref()
    }

    /// Who is on: by the rotas, or by the policy alone.
    pub fn roster(&self) -> &dyn Roster {
        match &self.rotas {
            Some(rotas) => rotas,
            None => self.policies.current(),
        }
    }

    /// The policies.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Somebody asks something of a ticket, or of a new one, at that instant. Whatever was due before on that ticket
    /// happens first.
    pub fn submit(
        &mut self,
        at: Time,
        by: &Actor,
        about: Option<&TicketKey>,
        command: Command,
    ) -> Result<Accepted, Rejection> {
        self.submit_caused(at, by, &Cause::Inbound("world".into()), about, command)
    }

    /// The same, for a known cause.
    pub fn submit_caused(
        &mut self,
        at: Time,
        by: &Actor,
        cause: &Cause,
        about: Option<&TicketKey>,
        command: Command,
    ) -> Result<Accepted, Rejection> {
        let mut key = about.cloned().unwrap_or_else(|| self.reserve());
        let mut command = command;
        loop {
            let answer = self.step(at, by, cause, &key, &command);
            let next = answer.as_ref().err().and_then(|rejection| redirect(&key, &command, rejection));
            match next {
                None => {
                    self.route(micros(at));
                    return answer;
                }
                Some(Redirect::To { ticket, command: there }) => (key, command) = (ticket, there),
                Some(Redirect::FollowUp(follow_up)) => {
                    key = self.reserve();
                    command = follow_up;
                }
            }
        }
    }

    /// Lets time pass: everything that falls due up to and at that instant happens, in order.
    pub fn run_until(&mut self, at: Time) {
        while let Some(wake) = self.next_wake().filter(|wake| *wake <= at) {
            self.tick(wake);
        }
    }

    /// Looks, at that instant, at every ticket that is due, as a desk does that was down until then.
    pub fn tick(&mut self, at: Time) {
        let due: Vec<_> =
            self.wakes.iter().take_while(|(wake, _)| *wake <= at).map(|(_, key)| key.clone()).collect();
        for key in due {
            let _ = self.step(at, &Actor::Desk, &Cause::Timer, &key, &Command::Tick);
        }
        self.route(micros(at));
    }

    /// When something falls due next, if nothing happens before.
    pub fn next_wake(&self) -> Option<Time> {
        let chances = self.chances.values().copied();
        self.wakes.first().map(|(wake, _)| *wake).into_iter().chain(chances).min()
    }

    /// A ticket as it is.
    pub fn ticket(&self, key: &TicketKey) -> Option<&Ticket> {
        self.tickets.get(key)
    }

    /// Every ticket, by key.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// What happened to one ticket.
    pub fn log(&self, key: &TicketKey) -> impl Iterator<Item = &TicketEntry> {
        self.log.iter().filter(move |(stream, _)| stream == key).map(|(_, entry)| entry)
    }

    /// What happened, in order.
    pub fn entries(&self) -> &[(TicketKey, TicketEntry)] {
        &self.log
    }

    /// What was to be done about it, in order.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    fn reserve(&mut self) -> TicketKey {
        self.reserved += 1;
        self.policies.current().key(self.reserved)
    }

    fn step(
        &mut self,
        at: Time,
        by: &Actor,
        cause: &Cause,
        key: &TicketKey,
        command: &Command,
    ) -> Result<Accepted, Rejection> {
        let ticket = self.tickets.get(key);
        let others = involved(ticket, command, |key| self.tickets.get(key));
        let policies = &self.policies;
        let context =
            Context { now: micros(at), by, cause, policies, key, others: &others, roster: self.roster() };
        let Step { changes, effects, answer } = step(ticket, command, &context);
        for change in changes {
            self.apply(change);
        }
        let sent: Vec<_> = effects.iter().filter_map(sent).collect();
        self.effects.extend(effects);
        for (cause, key, command) in sent {
            // Whoever is asked may refuse: an incident that ended has nothing to hear.
            let _ = self.step(at, &Actor::Desk, &cause, &key, &command);
        }
        answer
    }

    fn apply(&mut self, change: Change) {
        let Change { key, entries, ticket, wake, .. } = change;
        if let Some(wake) = self.armed.remove(&key) {
            self.wakes.remove(&(wake, key.clone()));
        }
        if let Some(deadline) = wake {
            self.wakes.insert((deadline.wake, key.clone()));
            self.armed.insert(key.clone(), deadline.wake);
        }
        self.log.extend(entries.into_iter().map(|entry| (key.clone(), entry)));
        if let Some(ticket) = ticket {
            self.tickets.insert(key, ticket);
        }
    }
}

/// What one stream asks of another.
pub(crate) fn sent(effect: &Effect) -> Option<(Cause, TicketKey, Command)> {
    match &effect.intent {
        Intent::Send { to, command } => {
            Some((Cause::from(effect.id.clone()), to.ticket()?.clone(), command.clone()))
        }
        _ => None,
    }
}
