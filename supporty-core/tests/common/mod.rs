//! Small values for the stories of this crate.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod figures;
pub(crate) mod histories;
pub(crate) mod moves;
pub(crate) mod rota;

use supporty_core::rules::deadline_of;
use supporty_core::ticket::{Command, Message, Open};
use supporty_core::vocab::{Actor, Kind, Target, TextRef, TicketKey, Time};
use supporty_core::world::World;

pub(crate) fn person(name: &str) -> Actor {
    Actor::Person(name.into())
}

/// A request of that priority, in an area or in none.
pub(crate) fn open(priority: &str, area: Option<&str>) -> Command {
    Command::Open(Open {
        title: TextRef::new("title"),
        details: None,
        kind: Kind::Request,
        priority: priority.into(),
        area: area.map(Into::into),
        on_behalf: None,
        fields: Default::default(),
        restricted: false,
        drill: None,
    })
}

/// A message that was said then.
pub(crate) fn reply(id: &str, said_at: Time) -> Command {
    Command::Reply { message: Message { id: id.into(), text: TextRef::new(id), said_at } }
}

/// When a promise of a ticket falls due.
pub(crate) fn due(world: &World, key: &TicketKey, target: Target) -> Option<Time> {
    world.ticket(key).and_then(|ticket| deadline_of(ticket, world.policies(), target))
}
