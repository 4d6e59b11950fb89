//! What happened, told to the rules in the order in which it did.

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::policy::{Policy, PolicySpec};
use supporty_core::stream::Cause;
use supporty_core::ticket::{Command, Message, Open};
use supporty_core::vocab::{
    Actor, Kind, PersonId, PolicyVersion, Text, TextRef, TextRow, TicketKey, Time, WaitingOn,
};
use supporty_core::world::World;

use crate::zammad::{ADAPTER, End, Said, Told};

/// The tickets as they came to be, and the words on them.
pub(crate) struct History {
    pub(crate) world: World,
    pub(crate) texts: BTreeMap<TicketKey, Vec<TextRow>>,
    /// The policy that the past is measured by, and the one that was adopted at the end.
    pub(crate) policies: [Policy; 2],
    /// When the first ticket was opened, and when the last was changed.
    pub(crate) period: (Time, Time),
    people: BTreeSet<PersonId>,
}

/// One thing that happened.
struct Happened<'a> {
    at: Time,
    /// What comes first of what happened at one instant.
    rank: u8,
    ticket: usize,
    told: &'a Told,
    what: What<'a>,
}

enum What<'a> {
    Opened,
    Said(&'a Said),
    Owned(&'a Actor),
    Ended,
}

/// Plays everything, or says of every ticket why it can not be.
pub(crate) fn play(tickets: &[Told], policy: &Policy, by: Option<&PersonId>) -> Result<History, Vec<String>> {
    let past = past(policy).map_err(|error| vec![error])?;
    let begin = tickets.iter().map(|ticket| ticket.opened_at).min().unwrap_or_default();
    let end = tickets.iter().map(|ticket| ticket.until).max().unwrap_or_default();
    let mut player = Player { world: World::new(past.clone()), keys: Vec::new(), texts: BTreeMap::new() };
    player.keys.resize(tickets.len(), None);
    let mut wrong = Vec::new();
    for happened in in_order(tickets) {
        if let Err(why) = player.play(&happened) {
            wrong.push(format!("{}: {why}", happened.told.name));
        }
    }
    let end = player.world.entries().last().map_or(end, |(_, entry)| end.max(entry.at));
    player.world.run_until(end);
    player.world.adopt(policy.clone());
    wrong.extend(player.replan(end, policy.version(), &replanner(policy, by)));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let people = tickets.iter().flat_map(Told::engineers).cloned().collect();
    let Player { world, texts, .. } = player;
    Ok(History { world, texts, policies: [past, policy.clone()], period: (begin, end), people })
}

/// The policy that the past is measured by: with the same promises, and nobody who would have been told or given
/// anything, since nobody was.
fn past(policy: &Policy) -> Result<Policy, String> {
    let mut spec: PolicySpec = policy.spec().clone();
    spec.priorities.iter_mut().for_each(|priority| priority.ladder.clear());
    for squad in spec.squads.values_mut() {
        squad.members.clear();
        squad.on_call.clear();
        (squad.lead, squad.gardener, squad.assign) = (None, None, None);
        (squad.gardener_rota, squad.on_call_rota) = (None, None);
    }
    spec.people.clear();
    spec.rotas.clear();
    spec.permissions.clear();
    spec.fields.clear();
    spec.drills.clear();
    (spec.pay, spec.post_mortem) = (None, None);
    Policy::new(spec).map_err(|error| format!("the policy can not measure the past: {error}"))
}

fn replanner(policy: &Policy, by: Option<&PersonId>) -> Actor {
    let first = by.or_else(|| policy.spec().people.keys().next()).cloned();
    Actor::Person(first.unwrap_or_else(|| PersonId::new("import")))
}

fn in_order(tickets: &[Told]) -> Vec<Happened<'_>> {
    let mut all = Vec::new();
    for (ticket, told) in tickets.iter().enumerate() {
        let mut happened = |at, rank, what| all.push(Happened { at, rank, ticket, told, what });
        happened(told.opened_at, 0, What::Opened);
        told.messages.iter().for_each(|said| happened(said.at, 1, What::Said(said)));
        if let Some((owner, since)) = &told.owner {
            happened(*since, 2, What::Owned(owner));
        }
        match &told.end {
            End::Open => {}
            End::Waits { at, .. } | End::Closed { at, .. } => happened(*at, 3, What::Ended),
        }
    }
    all.sort_by_key(|happened| (happened.at, happened.ticket, happened.rank));
    all
}

struct Player {
    world: World,
    keys: Vec<Option<TicketKey>>,
    texts: BTreeMap<TicketKey, Vec<TextRow>>,
}

impl Player {
    fn play(&mut self, happened: &Happened<'_>) -> Result<(), String> {
        let (at, told) = (happened.at, happened.told);
        self.world.run_until(at);
        let key = self.keys.get(happened.ticket).cloned().flatten();
        let (by, command) = match (&happened.what, &key) {
            (What::Opened, _) => return self.open(happened),
            // It could not be opened, which was said.
            (_, None) => return Ok(()),
            (What::Said(said), Some(key)) => {
                let text = self.keep(key, &said.by, &format!("{ADAPTER}/article/{}", said.id), said);
                let id = format!("{ADAPTER}/{}", said.id).as_str().into();
                let message = Message { id, text, said_at: said.at };
                let command =
                    if said.internal { Command::Note { message } } else { Command::Reply { message } };
                (&said.by, command)
            }
            (What::Owned(owner), _) => (*owner, Command::Claim),
            (What::Ended, _) => match &told.end {
                End::Open => return Ok(()),
                End::Waits { by, until, .. } => {
                    (by, Command::Wait { on: WaitingOn::Requester, until: *until, why: None })
                }
                End::Closed { by, resolution, .. } => {
                    (by, Command::Resolve { resolution: *resolution, note: None })
                }
            },
        };
        let cause = Cause::Inbound(format!("{ADAPTER}/{}", told.name).as_str().into());
        let done = self.world.submit_caused(at, by, &cause, key.as_ref(), command.clone());
        done.map(drop).map_err(|why| format!("{} at {at} is refused: {why}", command.kind()))
    }

    fn open(&mut self, happened: &Happened<'_>) -> Result<(), String> {
        let Happened { at, told, ticket, .. } = happened;
        let name = |part: &str| TextRef::new(format!("{ADAPTER}/{}/{part}", told.name));
        let open = Open {
            details: Some(name("details")),
            area: told.area.clone(),
            kind: Kind::Request,
            on_behalf: Some(told.requester.clone()).filter(|requester| *requester != told.opened_by),
            ..Open::new(name("title"), told.priority.clone())
        };
        let cause = Cause::Inbound(format!("{ADAPTER}/{}", told.name).as_str().into());
        let opened = self.world.submit_caused(*at, &told.opened_by, &cause, None, Command::Open(open));
        let key = opened.map_err(|why| format!("it can not be opened: {why}"))?.ticket;
        let author = told.opened_by.person().or(told.requester.person());
        for (part, text) in [("title", &told.title), ("details", &told.details)] {
            let row =
                TextRow { at: name(part), author: author.cloned(), internal: false, text: text.clone() };
            self.texts.entry(key.clone()).or_default().push(row);
        }
        if let Some(slot) = self.keys.get_mut(*ticket) {
            *slot = Some(key);
        }
        Ok(())
    }

    fn keep(&mut self, key: &TicketKey, by: &Actor, name: &str, said: &Said) -> TextRef {
        let at = TextRef::new(name);
        let (author, text): (_, Text) = (by.person().cloned(), said.text.clone());
        let row = TextRow { at: at.clone(), author, internal: said.internal, text };
        self.texts.entry(key.clone()).or_default().push(row);
        at
    }

    /// From here on what is open is measured by the desk's own policy, with everybody whom that tells.
    fn replan(&mut self, at: Time, to: &PolicyVersion, by: &Actor) -> Vec<String> {
        let open = self.world.tickets().filter(|ticket| ticket.status.is_open());
        let open: Vec<_> = open.map(|ticket| ticket.key.clone()).collect();
        let mut wrong = Vec::new();
        for key in open {
            let done = self.world.submit(at, by, Some(&key), Command::Replan { to: to.clone() });
            if let Err(why) = done {
                wrong.push(format!("{key} can not be put under the policy: {why}; name somebody with --by"));
            }
        }
        wrong
    }
}

impl Told {
    fn engineers(&self) -> impl Iterator<Item = &PersonId> {
        self.owner.iter().filter_map(|(owner, _)| owner.person())
    }
}

impl History {
    /// What was brought along, and whom the policy does not know.
    pub(crate) fn summary(&self, policy: &Policy) -> String {
        let (tickets, entries) = (self.world.tickets().count(), self.world.entries().len());
        let open = self.world.tickets().filter(|ticket| ticket.status.is_open()).count();
        let noun = if tickets == 1 { "ticket" } else { "tickets" };
        let mut lines = vec![format!("{tickets} {noun} with {entries} entries, {open} of them open")];
        for person in self.people.iter().filter(|person| !policy.is_engineer(person)) {
            let user = person.as_str().split_once(':').map_or(person.as_str(), |(_, user)| user);
            lines.push(format!(
                "`{person}` owns tickets and is nobody in the policy: to make them somebody, give a person \
                 identities = [{{ adapter = \"{ADAPTER}\", user = \"{user}\" }}] and import again"
            ));
        }
        lines.join("\n")
    }
}
