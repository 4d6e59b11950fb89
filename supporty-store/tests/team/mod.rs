//! A team, and what people ask of its desk.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod bench;
pub(crate) mod stores;

use supporty_core::policy::Policy;
use supporty_core::ticket::{Command, Message, Open};
use supporty_core::vocab::{Kind, TextRef, Time};

const TEAM: &str = r#"
[people.gwen]
name = "Gwen"
[people.lea]
name = "Lea"
[people.oli]
name = "Oli"
[squads.web]
name = "Web"
channel = "squad-web"
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener = "gwen"
on_call = ["oli"]
[areas.checkout]
name = "Checkout"
squad = "web"
"#;

pub(crate) fn team() -> Policy {
    Policy::from_toml(TEAM).unwrap()
}

pub(crate) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub(crate) fn open(priority: &str) -> Command {
    Command::Open(Open {
        title: TextRef::new("title"),
        details: Some(TextRef::new("more")),
        kind: Kind::Request,
        priority: priority.into(),
        area: Some("checkout".into()),
        on_behalf: None,
        fields: Default::default(),
        restricted: false,
        drill: None,
    })
}

pub(crate) fn reply(id: &str, said_at: Time) -> Command {
    Command::Reply { message: Message { id: id.into(), text: TextRef::new(id), said_at } }
}
