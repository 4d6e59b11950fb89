//! A support desk in your own program: the example of the README.

use std::sync::Arc;

use supporty_core::adapter::{About, Form, Inbound};
use supporty_core::desk::{Clock, Desk, SystemClock};
use supporty_core::ticket::Command;
use supporty_core::vocab::{Identity, Kind};
use supporty_store::Memory;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = Desk::builder(Arc::new(Memory::new())).build().await?;
    let user = |name: &str| Identity { adapter: "cli".into(), user: name.to_owned(), bot: false };
    let now = SystemClock.now();

    let (title, details) = ("The app is down", "Since nine, in the US");
    let form = Form { title, details, kind: Kind::Request, priority: "P2".into(), area: None };
    let opened = desk.handle(Inbound::open("form/1".into(), user("rita"), form, now)?).await?;
    let key = opened.outcome?.ticket;

    let claim = Inbound::ask("press/1".into(), user("oli"), About::Ticket(key.clone()), Command::Claim, now);
    desk.handle(claim).await?.outcome?;

    let card = desk.card(key).await?.ok_or("the ticket is gone")?;
    println!("{} is {} and owned by {}", card.key, card.status, card.owner.map_or("nobody".to_owned(), |o| o.name));
    Ok(())
}
