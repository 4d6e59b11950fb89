//! From what people do on the page to what the desk is asked.
//!
//! Typed messages are put down in the chat first and then handed over; presses of buttons and forms are handed over at
//! once, under a name that the form brought along, so that a second press is the same delivery.

use supporty_core::adapter::{About, Answer, Error, Inbound};
use supporty_core::desk::DeskError;
use supporty_core::ticket::{Command, CommandKind, Message};
use supporty_core::vocab::{InboundKey, Text, TextRef, TextRow, TicketKey};

use crate::app::{App, now};
use crate::form::{Asked, Fields, Wrong};
use crate::local::{Body, Line, Said};
use crate::who::Viewer;

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
    let asked = fields.open(viewer, &app.desk.policy())?;
    let key = format!("local/form/{}", fields.submission()?);
    ask(app, viewer, key, About::New, asked).await
}

/// Presses a button of a ticket.
pub async fn press(
    app: &App,
    viewer: &Viewer,
    ticket: TicketKey,
    kind: CommandKind,
    fields: &Fields,
) -> Result<Answer, Trouble> {
    let asked = fields.command(kind, viewer, &app.zone())?;
    let key = format!("local/press/{}", fields.once(kind.as_str())?);
    ask(app, viewer, key, About::Ticket(ticket), asked).await
}

/// Says something in a ticket's thread, to everybody or to engineers only.
pub async fn say(
    app: &App,
    viewer: &Viewer,
    ticket: &TicketKey,
    internal: bool,
    fields: &Fields,
) -> Result<Answer, Trouble> {
    let text = Text::new(fields.typed("text"), Text::MESSAGE)
        .map_err(|error| Wrong { field: "text", why: error.to_string() })?;
    let root = app.chat.root_of(ticket).await?.ok_or(Trouble::NoThread)?;
    let said = Said {
        user: viewer.user.clone(),
        name: viewer.name.clone(),
        text: text.as_str().to_owned(),
        internal,
        submission: fields.once(if internal { "note" } else { "reply" })?,
    };
    let line = app.chat.say(&root, said, now()).await?;
    hand_over(app, &line).await
}

/// Hands over what was typed before the program last stopped and never reached the desk.
pub async fn leftovers(app: &App) -> Result<usize, Trouble> {
    let lines = app.chat.unhanded().await?;
    for line in &lines {
        hand_over(app, line).await?;
    }
    Ok(lines.len())
}

/// Hands a typed message to the desk, which has its number for a key: twice is as good as once.
async fn hand_over(app: &App, line: &Line) -> Result<Answer, Trouble> {
    let (Body::Said(said), Some(root)) = (&line.body, line.root) else { return Err(Trouble::NoThread) };
    let viewer = Viewer::of(&said.user, &app.desk.policy());
    let text = Text::new(&said.text, Text::MESSAGE)
        .map_err(|error| Wrong { field: "text", why: error.to_string() })?;
    let place = app.chat.place(line);
    let at = TextRef::new(format!("local/message/{}", line.id));
    let message = Message { id: place.message.clone(), text: at.clone(), said_at: line.at };
    let author = viewer.person().cloned();
    let asked = Asked {
        command: if said.internal { Command::Note { message } } else { Command::Reply { message } },
        texts: vec![TextRow { at, author, internal: said.internal, text }],
    };
    let key = format!("local/message/{}", line.id);
    let thread = supporty_core::vocab::Place { message: root.to_string().as_str().into(), ..place };
    let answer = ask(app, &viewer, key, About::Thread(thread), asked).await?;
    app.chat.handed(line, answer.outcome.as_ref().err().map(ToString::to_string)).await?;
    Ok(answer)
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
