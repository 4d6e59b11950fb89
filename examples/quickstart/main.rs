//! A support desk in your own program: the example of the README.

use std::sync::Arc;

use supporty_core::adapter::{About, Form, Inbound};
use supporty_core::desk::Desk;
use supporty_core::ticket::Command;
use supporty_core::vocab::Identity;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = Desk::builder(Arc::new(supporty_store::Memory::new())).build().await?;
    let (rita, oli, now) = (Identity::new("cli", "rita"), Identity::new("cli", "oli"), desk.now());

    let form = Form { details: "Since nine, in the US", ..Form::new("The app is down", "P2") };
    let key = desk.handle(Inbound::open("form/1".into(), rita, form, now)?).await?.outcome?.ticket;

    let claim = Inbound::ask("press/1".into(), oli, About::Ticket(key.clone()), Command::Claim, now);
    desk.handle(claim).await?.outcome?;

    let card = desk.card(key).await?.ok_or("the ticket is gone")?;
    let owner = card.owner.map_or("nobody".to_owned(), |owner| owner.name);
    println!("{} is {} and owned by {owner}", card.key, card.status);
    Ok(())
}
