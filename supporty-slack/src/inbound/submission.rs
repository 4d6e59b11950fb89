use supporty_core::adapter::{About, Unreadable, Wrong};
use supporty_core::ticket::CommandKind;
use supporty_core::time::Zone;
use supporty_core::vocab::{Actor, Identity};

use super::interaction::foreign;
use super::origin::Origin;
use super::{Asked, Asker, By, Delivery, FieldError, commands, form, interaction, keys};
use crate::names::{self, Remembered};
use supporty_core::adapter::Part;

/// What a form means that was sent.
pub(super) fn read(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let callback = body.part("view").text("callback_id").unwrap_or_default();
    match callback.strip_prefix(names::ASK).and_then(commands::parse) {
        Some(kind) => command(origin, body, kind),
        None if callback == names::FORM => open(origin, body),
        None => Ok(foreign(Some(callback))),
    }
}

/// Who filled a form in, and where its answer goes: a view stands in no channel, but remembers where it was asked for.
pub(super) fn asker(origin: &Origin<'_>, body: Part<'_>) -> Result<Asker, Unreadable> {
    let Remembered { channel, thread, .. } = remembered(body);
    Ok(Asker { channel, thread, ..interaction::asker(origin, body)? })
}

fn open(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let (view, asker) = (body.part("view"), asker(origin, body)?);
    let fields = form::fields(origin, view);
    let name = &origin.context.config.name;
    let key = keys::view(name, view.need("id")?, &fields);
    let from = origin.identity(&asker.user);
    let by = origin.actor(&asker.user);
    let engineer = by.person().is_some_and(|person| origin.context.policy.is_engineer(person));
    let typed = fields.typed("on_behalf");
    let on_behalf = (engineer && !typed.is_empty())
        .then(|| origin.context.policy.actor(&Identity::new(name.clone(), typed)))
        .filter(|other: &Actor| *other != by);
    match fields.open(key.as_str(), origin.context.policy, on_behalf) {
        Ok(open) => {
            let inbound = origin.inbound(key, from, About::New, open.command, open.texts);
            Ok(Delivery::Asked(Box::new(Asked { inbound, asker, by: By::Form })))
        }
        Err(wrong) => Ok(told(view, wrong)),
    }
}

fn command(origin: &Origin<'_>, body: Part<'_>, kind: CommandKind) -> Result<Delivery, Unreadable> {
    let (view, asker) = (body.part("view"), asker(origin, body)?);
    let missing = || Unreadable("`view.private_metadata` names no ticket".to_owned());
    let ticket = remembered(body).ticket.ok_or_else(missing)?;
    let fields = form::fields(origin, view);
    let key = keys::view(&origin.context.config.name, view.need("id")?, &fields);
    match fields.command(key.as_str(), kind, &Zone::utc()) {
        Ok(asked) => {
            let from = origin.identity(&asker.user);
            let inbound = origin.inbound(key, from, About::Ticket(ticket), asked.command, asked.texts);
            Ok(Delivery::Asked(Box::new(Asked { inbound, asker, by: By::Form })))
        }
        Err(wrong) => Ok(told(view, wrong)),
    }
}

/// What is wrong, beside its field. Slack refuses the whole answer if there is no such block in the form: then it stands
/// beside the first question, with the field's name.
fn told(view: Part<'_>, Wrong { field, why }: Wrong) -> Delivery {
    let inputs = view.list("blocks").filter(|block| block.text("type") == Some("input"));
    let ids: Vec<_> = inputs.filter_map(|block| block.text("block_id")).collect();
    let error = match ids.first() {
        Some(first) if !ids.contains(&field.as_ref()) => {
            FieldError { block: (*first).to_owned(), why: format!("{field}: {why}") }
        }
        _ => FieldError { block: field.into_owned(), why },
    };
    Delivery::Wrong(vec![error])
}

fn remembered(body: Part<'_>) -> Remembered {
    let metadata = body.part("view").text("private_metadata");
    metadata.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
