use supporty_core::adapter::{About, Fields, Unreadable};
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::{Stars, TicketKey};

use super::interaction::{asker, foreign, opens};
use super::origin::Origin;
use super::{Asked, Asker, By, Changed, Delivery, Form, Opens, commands, form, keys, submission};
use crate::config::EmojiAction;
use crate::names;
use supporty_core::adapter::Part;

/// What a pressed button or a chosen option means. Slack may tell of several at once: the first of ours counts.
pub(super) fn read(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let mut all = body.list("actions").filter_map(|action| Some((action.text("action_id")?, action)));
    let Some((id, action)) = all.find(|(id, _)| id.starts_with(names::PREFIX)) else {
        return Ok(foreign(body.list("actions").find_map(|action| action.text("action_id"))));
    };
    match id {
        names::NEW => Ok(opens(asker(origin, body)?, prefilled(action))),
        names::INPUT_TOLD => changed(origin, body),
        names::MORE => {
            let value = action.part("selected_option").need("value")?;
            let (what, ticket) = names::parse_choice(value).ok_or_else(|| {
                Unreadable("`actions.selected_option.value` is no command with a ticket".to_owned())
            })?;
            pressed(origin, body, action, what, ticket)
        }
        _ => {
            if let Some(kind) = id.strip_prefix(names::DO).and_then(commands::parse) {
                return pressed(origin, body, action, EmojiAction::Do(kind), ticket(action)?);
            }
            let stars = id.strip_prefix(names::RATE).and_then(|count| count.parse().ok());
            match stars.and_then(|count| Stars::new(count).ok()) {
                Some(stars) => {
                    ask(origin, asker(origin, body)?, action, ticket(action)?, Command::Rate { stars })
                }
                None => Ok(foreign(Some(id))),
            }
        }
    }
}

/// The command at once, where its button did not promise a form.
fn pressed(
    origin: &Origin<'_>,
    body: Part<'_>,
    action: Part<'_>,
    what: EmojiAction,
    ticket: TicketKey,
) -> Result<Delivery, Unreadable> {
    let asker = asker(origin, body)?;
    match what {
        EmojiAction::Resolve(resolution) => {
            ask(origin, asker, action, ticket, Command::Resolve { resolution, note: None })
        }
        EmojiAction::Do(kind) if commands::has_form(kind) => Ok(asks(asker, ticket, kind)),
        EmojiAction::Do(kind) => match commands::alone(kind) {
            Some(command) => ask(origin, asker, action, ticket, command),
            None => Ok(foreign(action.text("action_id"))),
        },
    }
}

/// The form that a command needs.
pub(super) fn asks(asker: Asker, ticket: TicketKey, kind: CommandKind) -> Delivery {
    Delivery::Opens(Opens { asker, what: Form::Ask { ticket, kind } })
}

fn ask(
    origin: &Origin<'_>,
    asker: Asker,
    action: Part<'_>,
    ticket: TicketKey,
    command: Command,
) -> Result<Delivery, Unreadable> {
    let (id, ts) = (action.need("action_id")?, action.need("action_ts")?);
    let key = keys::action(&origin.context.config.name, ts, &asker.user, id);
    let from = origin.identity(&asker.user);
    let inbound = origin.inbound(key, from, About::Ticket(ticket), command, Vec::new());
    Ok(Delivery::Asked(Box::new(Asked { inbound, asker, by: By::Button })))
}

/// The form that opens a ticket, half filled in. Other forms ask the same whatever is chosen in them.
fn changed(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let view = body.part("view");
    if view.text("callback_id") != Some(names::FORM) {
        return Ok(foreign(view.text("callback_id")));
    }
    Ok(Delivery::Changed(Changed {
        asker: submission::asker(origin, body)?,
        view: view.need("id")?.to_owned(),
        hash: view.text("hash").unwrap_or_default().to_owned(),
        fields: form::fields(origin, view),
    }))
}

fn ticket(action: Part<'_>) -> Result<TicketKey, Unreadable> {
    let value = action.need("value")?;
    value.parse().map_err(|_| Unreadable("`actions.value` is no ticket key".to_owned()))
}

fn prefilled(action: Part<'_>) -> Fields {
    action.text("value").and_then(|value| serde_json::from_str(value).ok()).unwrap_or_default()
}
