use supporty_core::adapter::{About, Fields, Unreadable};
use supporty_core::ticket::CommandKind;
use supporty_core::time::Zone;
use supporty_core::vocab::{Text, TicketKey};

use super::interaction::{foreign, opens};
use super::origin::Origin;
use super::press::asks;
use super::{Asked, Asker, By, Delivery, ResponseUrl, commands, keys, text};
use supporty_core::adapter::Part;

/// What the slash command means: `help`, a command on a ticket such as `SUP-12 claim` or `SUP-12 resolve not-a-ticket`,
/// or the first words of a new ticket.
pub(super) fn read(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let command = body.need("command")?;
    if command != origin.context.config.command {
        return Ok(foreign(Some(command)));
    }
    let user = origin.user(None, body.need("user_id")?);
    let asker = Asker {
        trigger: body.text("trigger_id").map(str::to_owned),
        response_url: body.text("response_url").map(ResponseUrl::new),
        ..origin.asker(user, body.text("channel_id"), body.text("thread_ts"))
    };
    let said = text::plain(body.text("text").unwrap_or_default(), &|id| origin.name(id));
    let words: Vec<_> = said.split_whitespace().collect();
    let kind = |word: &str| commands::parse(&word.to_lowercase());
    match (words.as_slice(), words.first().and_then(|word| ticket(origin, word))) {
        ([word], _) if word.eq_ignore_ascii_case("help") => Ok(Delivery::Help(asker)),
        ([_], Some(_)) => Ok(Delivery::Help(asker)),
        ([_, word], Some(ticket)) if kind(word).is_some() => {
            asked(origin, body, asker, (ticket, kind(word)), Fields::default())
        }
        ([_, word, with], Some(ticket)) if field(kind(word)).is_some() => {
            let with = field(kind(word)).map(|field| (field.to_owned(), argument(origin, field, with)));
            asked(origin, body, asker, (ticket, kind(word)), with.into_iter().collect::<Vec<_>>().into())
        }
        _ => {
            let title = text::cut(&words.join(" "), Text::TITLE);
            let title = (!title.is_empty()).then(|| ("title".to_owned(), title));
            Ok(opens(asker, title.into_iter().collect::<Vec<_>>().into()))
        }
    }
}

fn asked(
    origin: &Origin<'_>,
    body: Part<'_>,
    asker: Asker,
    (ticket, kind): (TicketKey, Option<CommandKind>),
    typed: Fields,
) -> Result<Delivery, Unreadable> {
    let Some(kind) = kind else { return Ok(Delivery::Help(asker)) };
    let key = keys::command(&origin.context.config.name, body.need("trigger_id")?);
    let whole = match commands::alone(kind) {
        Some(_) => true,
        None => typed != Fields::default(),
    };
    match typed.command(key.as_str(), kind, &Zone::utc()) {
        Ok(command) if whole => {
            let from = origin.identity(&asker.user);
            let inbound = origin.inbound(key, from, About::Ticket(ticket), command.command, command.texts);
            Ok(Delivery::Asked(Box::new(Asked { inbound, asker, by: By::Button })))
        }
        _ => Ok(asks(asker, ticket, kind)),
    }
}

/// What one word after a command may say.
fn field(kind: Option<CommandKind>) -> Option<&'static str> {
    match kind? {
        CommandKind::Reprioritise => Some("priority"),
        CommandKind::Move => Some("area"),
        CommandKind::ChangeKind => Some("kind"),
        CommandKind::Resolve => Some("resolution"),
        CommandKind::Rate => Some("stars"),
        CommandKind::Merge | CommandKind::Attach => Some("into"),
        _ => None,
    }
}

/// A word in the policy's own spelling.
fn argument(origin: &Origin<'_>, field: &str, word: &str) -> String {
    let spec = origin.context.policy.spec();
    let same = |known: &&str| known.eq_ignore_ascii_case(word);
    let known = match field {
        "priority" => spec.priorities.iter().map(|priority| priority.id.as_str()).find(same),
        "area" => spec.areas.keys().map(|area| area.as_str()).find(same),
        _ => None,
    };
    known.map_or_else(|| word.to_lowercase(), str::to_owned)
}

/// A ticket's key, in whatever case; of this desk, since many things look like one.
fn ticket(origin: &Origin<'_>, word: &str) -> Option<TicketKey> {
    let key: TicketKey = word.to_uppercase().parse().ok()?;
    (key.prefix() == origin.context.policy.spec().key_prefix).then_some(key)
}
