use std::collections::{BTreeMap, BTreeSet};

use super::super::{Context, Rejection};
use super::{engineer, known_engineer};
use crate::policy::Field;
use crate::ticket::{CommandKind, Event, Open, Ticket};
use crate::vocab::{AreaId, FieldId, FieldValue, PersonId, Terms};

/// Naming readers of a restricted ticket anew is restricting it again.
pub(super) fn restrict(
    ticket: &Ticket,
    readers: &BTreeSet<PersonId>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if !ticket.is_requester(context.by) {
        engineer(CommandKind::Restrict, context)?;
    }
    private_place(context)?;
    readers.iter().try_for_each(|reader| known_engineer(reader, context))?;
    match &ticket.restricted {
        Some(known) if known == readers => Err(Rejection::Unchanged),
        _ => Ok(vec![Event::Restricted { readers: readers.clone() }]),
    }
}

pub(super) fn unrestrict(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Unrestrict, context)?;
    match &ticket.area {
        _ if ticket.restricted.is_none() => Err(Rejection::Unchanged),
        Some(area) if restricted_area(Some(area), context) => {
            Err(Rejection::RestrictedArea { area: area.clone() })
        }
        _ => Ok(vec![Event::Unrestricted {}]),
    }
}

/// Who may read a new ticket beside those who have a part in it, where the form, its area or an answer restricts it.
pub(super) fn on_opening(
    open: &Open,
    context: &Context<'_>,
) -> Result<Option<BTreeSet<PersonId>>, Rejection> {
    let fields = &context.policies.current().spec().fields;
    let answered = fields.iter().any(|field| match open.fields.get(&field.id) {
        Some(FieldValue::Choice(option)) => field.restricts.contains(option),
        _ => false,
    });
    match open.restricted || answered || restricted_area(open.area.as_ref(), context) {
        true => private_place(context).map(|()| Some(BTreeSet::new())),
        false => Ok(None),
    }
}

pub(super) fn restricted_area(area: Option<&AreaId>, context: &Context<'_>) -> bool {
    let known = area.and_then(|area| context.policies.current().spec().areas.get(area));
    known.is_some_and(|area| area.restricted)
}

fn private_place(context: &Context<'_>) -> Result<(), Rejection> {
    match context.policies.current().spec().private_channel {
        Some(_) => Ok(()),
        None => Err(Rejection::NoPrivatePlace),
    }
}

/// What must be answered is, and every answer is one. The impact may always be told.
pub(super) fn answers(
    fields: &BTreeMap<FieldId, FieldValue>,
    terms: &Terms,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let asked = &context.policies.current().spec().fields;
    for (id, value) in fields {
        let known = asked.iter().find(|field| field.id == *id);
        match (known.map(|field| field.options.as_slice()), value) {
            (None, FieldValue::Text(_)) if id.as_str() == Field::IMPACT => {}
            (None, _) => return Err(Rejection::UnknownField { field: id.clone() }),
            (Some([]), FieldValue::Text(_)) => {}
            (Some(options), FieldValue::Choice(option)) if options.contains(option) => {}
            (Some(options), _) => {
                return Err(Rejection::NotAnAnswer { field: id.clone(), options: options.to_vec() });
            }
        }
    }
    let missing = asked
        .iter()
        .find(|field| field.required && field.when.matches(terms) && !fields.contains_key(&field.id));
    match missing {
        Some(field) => Err(Rejection::MissingField { field: field.id.clone(), label: field.label.clone() }),
        None => Ok(()),
    }
}
