//! From what people do on the page to what the desk is asked.
//!
//! Typed messages are put down in the chat first and then handed over; presses of buttons and forms are handed over at
//! once, under a name that the form brought along, so that a second press is the same delivery.

use std::time::Duration;

use supporty_core::adapter::{About, Answer, Error, Inbound, RotaInbound};
use supporty_core::desk::DeskError;
use supporty_core::rota::Refusal;
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Command, CommandKind, Message};
use supporty_core::vocab::{DrillId, InboundKey, Place, RotaId, Text, TextRef, TextRow, TicketKey};

use crate::app::{App, now};
use crate::form::{self, Asked, Fields, Wrong};
use crate::local::{Body, Line, Said};
use crate::rota_form::{self, Action};
use crate::who::Viewer;

/// How long what was left over waits for the next try.
const SWEEP: Duration = Duration::from_secs(2);

/// Why something did not reach the desk, or was not done.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The form is wrong.
    #[error("{}", .0.why)]
    Form(Wrong),
    /// There is no such ticket, or its card was not delivered yet.
    #[error("the ticket's thread does not exist yet: try again in a moment")]
    NoThread,
    /// The chat did not work.
    #[error(transparent)]
    Chat(#[from] Error),
    /// The desk did not work.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<Wrong> for Trouble {
    fn from(wrong: Wrong) -> Self {
        Self::Form(wrong)
    }
}

/// Opens a ticket.
pub async fn open(app: &App, viewer: &Viewer, fields: &Fields) -> Result<Answer, Trouble> {
    let (key, asked) = form::open(fields, viewer, &app.desk.policy())?;
    ask(app, viewer, key, About::New, asked).await
}

/// Where a ticket's thread stands: where the desk says, or where its card was delivered a moment ago.
pub async fn root(app: &App, ticket: &TicketKey) -> Result<Option<Place>, Trouble> {
    let known = app.desk.ticket(ticket.clone()).await?;
    let name = app.chat.name();
    let moved =
        known.as_ref().is_some_and(|known| known.restricted.is_some() || !known.former_places.is_empty());
    let place = known.and_then(|known| known.places.into_iter().find(|place| place.adapter == name));
    match place {
        Some(place) => Ok(Some(place)),
        // While it moves to another place, its card in the first one is not its thread.
        None if moved => Ok(None),
        None => Ok(app.chat.root_of(ticket).await?),
    }
}

/// Whom a form would wake. Nobody where the form is wrong, which it is told when it is sent.
pub async fn would_wake(app: &App, viewer: &Viewer, fields: &Fields) -> Result<Vec<String>, Trouble> {
    match form::open(fields, viewer, &app.desk.policy()) {
        Ok((_, Asked { command: Command::Open(open), .. })) => {
            Ok(app.desk.would_wake(open).await?.into_iter().map(|woken| woken.name).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// Begins a game day of the policy.
pub async fn begin_drill(
    app: &App,
    viewer: &Viewer,
    id: &DrillId,
    fields: &Fields,
) -> Result<Answer, Trouble> {
    let policy = app.desk.policy();
    let unknown = || Wrong { field: "".into(), why: "the policy has no such game day".to_owned() };
    let drill = policy.spec().drills.get(id).ok_or_else(unknown)?;
    let key = format!("local/drill/{}", form::once(fields, "drill")?);
    let inbound = Inbound::drill(key.as_str().into(), viewer.identity(), drill, now())
        .map_err(|error| Wrong { field: "".into(), why: error.to_string() })?;
    Ok(app.desk.handle(inbound).await?)
}

/// Presses a button of a ticket.
pub async fn press(
    app: &App,
    viewer: &Viewer,
    ticket: TicketKey,
    kind: CommandKind,
    fields: &Fields,
) -> Result<Answer, Trouble> {
    let key = format!("local/press/{}", form::once(fields, kind.as_str())?);
    let asked = fields.command(&key, kind, &app.zone())?;
    ask(app, viewer, key, About::Ticket(ticket), asked).await
}

/// Sends a form of a rota.
pub async fn arrange(
    app: &App,
    viewer: &Viewer,
    rota: &RotaId,
    action: Action,
    fields: &Fields,
) -> Result<Result<u64, Refusal>, Trouble> {
    let policy = app.desk.policy();
    let zone = policy.spec().rotas.get(rota).map_or_else(|| app.zone(), |rota| rota.zone.clone());
    let rota_form::Asked { command, texts } = rota_form::read(fields, action, &zone)?;
    let key = format!("local/rota/{rota}/{}", form::once(fields, action.name())?);
    let (key, from, rota) = (key.as_str().into(), viewer.identity(), rota.clone());
    Ok(app.desk.arrange(RotaInbound { key, from, rota, command, texts, at: now() }).await?)
}

/// Says something in a ticket's thread, to everybody or to engineers only.
///
/// Once the message stands in the chat it is not lost: without an answer the desk has not heard of it yet, and will.
pub async fn say(
    app: &App,
    viewer: &Viewer,
    ticket: &TicketKey,
    internal: bool,
    fields: &Fields,
) -> Result<Option<Answer>, Trouble> {
    let text = Text::new(fields.typed("text"), Text::MESSAGE)
        .map_err(|error| Wrong { field: "text".into(), why: error.to_string() })?;
    let root = root(app, ticket).await?.ok_or(Trouble::NoThread)?;
    let said = Said {
        user: viewer.user.clone(),
        name: viewer.name.clone(),
        text: text.as_str().to_owned(),
        internal,
        submission: form::once(fields, if internal { "note" } else { "reply" })?,
    };
    let line = app.chat.say(&root, said, now()).await?;
    Ok(hand_over(app, &line).await.unwrap_or_else(|error| {
        tracing::warn!(%error, message = line.id, "a message was not handed over, and will be");
        None
    }))
}

/// Hands over what was typed and never reached the desk, at the start and whenever something was left.
pub async fn sweep(app: App) {
    loop {
        match app.chat.unhanded().await {
            Err(error) => tracing::error!(%error, "the chat could not be read"),
            Ok(lines) => {
                for line in lines {
                    if let Err(error) = hand_over(&app, &line).await {
                        tracing::error!(%error, message = line.id, "a message could not be handed over");
                    }
                }
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// Hands a typed message to the desk, which has its number for a key: twice is as good as once.
///
/// A thread whose card was delivered a moment ago may not be known to the desk yet: then there is no answer.
async fn hand_over(app: &App, line: &Line) -> Result<Option<Answer>, Trouble> {
    let (Body::Said(said), Some(root)) = (&line.body, line.root) else { return Err(Trouble::NoThread) };
    let viewer = Viewer::of(&said.user, &app.desk.policy());
    let text = Text::new(&said.text, Text::MESSAGE)
        .map_err(|error| Wrong { field: "text".into(), why: error.to_string() })?;
    let place = app.chat.place(line);
    let at = TextRef::new(format!("local/message/{}", line.id));
    let message = Message { id: place.message.clone(), text: at.clone(), said_at: line.at };
    let author = viewer.person().cloned();
    let asked = Asked {
        command: if said.internal { Command::Note { message } } else { Command::Reply { message } },
        texts: vec![TextRow { at, author, internal: said.internal, text }],
    };
    let key = format!("local/message/{}", line.id);
    let thread = Place { message: root.to_string().as_str().into(), ..place };
    let answer = ask(app, &viewer, key, About::Thread(thread), asked).await?;
    if answer.outcome == Err(Rejection::NoSuchTicket) {
        return Ok(None);
    }
    app.chat.handed(line, answer.outcome.as_ref().err().map(ToString::to_string)).await?;
    Ok(Some(answer))
}

async fn ask(app: &App, viewer: &Viewer, key: String, about: About, asked: Asked) -> Result<Answer, Trouble> {
    let inbound = Inbound {
        key: InboundKey::new(key),
        from: viewer.identity(),
        about,
        command: asked.command,
        texts: asked.texts,
        at: now(),
    };
    Ok(app.desk.handle(inbound).await?)
}
