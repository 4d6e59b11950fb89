//! What our blocks are called on Slack: whoever renders them and whoever understands what comes back share these.

use serde::{Deserialize, Serialize};
use supporty_core::policy::Policy;
use supporty_core::vocab::{FieldId, TicketKey};

use crate::block::limit;
use crate::config::EmojiAction;

/// Begins every action id and every callback id of ours.
pub(crate) const PREFIX: &str = "supporty:";
/// A button that opens the form. Its value is empty, or the fields that are filled in already, as JSON.
pub(crate) const NEW: &str = "supporty:new";
/// A button of a ticket: `supporty:do:claim`, with the ticket's key for a value.
pub(crate) const DO: &str = "supporty:do:";
/// A button that rates a ticket: `supporty:rate:5`, with the ticket's key for a value.
pub(crate) const RATE: &str = "supporty:rate:";
/// A menu of a ticket; the value of each option is a [`choice`].
pub(crate) const MORE: &str = "supporty:more";
/// A button that only leads somewhere: pressing it asks nothing of us.
pub(crate) const LINK: &str = "supporty:link";
/// The form that opens a ticket.
pub(crate) const FORM: &str = "supporty:form";
/// The form that asks what a command needs: `supporty:ask:resolve`.
pub(crate) const ASK: &str = "supporty:ask:";
/// The view that is shown until the form is ready.
pub(crate) const LOADING: &str = "supporty:loading";
/// The one input of each block of a form. The block is called as the field is.
pub(crate) const INPUT: &str = "supporty:input";
/// The same, where every change is told at once.
pub(crate) const INPUT_TOLD: &str = "supporty:told";
/// The type of the metadata of every message of ours, with the effect's id in `payload.effect`.
pub(crate) const METADATA: &str = "supporty_effect";
/// The shortcuts of the app's manifest.
pub(crate) const SHORTCUT: &str = "supporty:shortcut";
pub(crate) const MESSAGE_SHORTCUT: &str = "supporty:message";

/// What a form remembers, in its private metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The ticket that is asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketKey>,
    /// Where the answer to the asker goes: a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The thread in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

/// What an option of [`MORE`] stands for: `hand-off SUP-1`, `resolve not-a-ticket SUP-1`.
pub(crate) fn choice(action: EmojiAction, ticket: &TicketKey) -> String {
    format!("{action} {ticket}")
}

/// What [`choice`] has written.
pub(crate) fn parse_choice(value: &str) -> Option<(EmojiAction, TicketKey)> {
    let (action, ticket) = value.rsplit_once(' ')?;
    Some((action.to_owned().try_into().ok()?, ticket.parse().ok()?))
}

/// The value of an option that stands for something of the policy: its name, or its place among the others, `#3`, where
/// the name does not fit or begins like that.
pub(crate) fn option(place: usize, name: &str) -> String {
    let fits = name.encode_utf16().count() <= limit::OPTION_VALUE.most && !name.contains(['&', '<', '>']);
    if fits && !name.starts_with('#') && !name.is_empty() { name.to_owned() } else { format!("#{place}") }
}

/// What the value of an option of a field stands for, where it is a place: in the order of the policy.
pub(crate) fn parse_option<'a>(policy: &'a Policy, field: &str, value: &'a str) -> Option<&'a str> {
    let Some(place) = value.strip_prefix('#') else { return Some(value) };
    let (place, spec): (usize, _) = (place.parse().ok()?, policy.spec());
    match field {
        "area" => spec.areas.keys().nth(place).map(|area| area.as_str()),
        "priority" => spec.priorities.get(place).map(|priority| priority.id.as_str()),
        "to" | "readers" => spec.people.keys().nth(place).map(|person| person.as_str()),
        _ => {
            let id = FieldId::new(field.strip_prefix("field-")?);
            let field = spec.fields.iter().find(|field| field.id == id)?;
            field.options.get(place).map(String::as_str)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use supporty_core::policy::{Condition, Field, PolicySpec};
    use supporty_core::ticket::CommandKind;
    use supporty_core::vocab::Resolution;

    use super::*;

    #[test]
    fn a_choice_is_read_as_it_was_written() {
        let key = TicketKey::new("SUP", 1);
        for action in [EmojiAction::Do(CommandKind::HandOff), EmojiAction::Resolve(Resolution::NotATicket)] {
            assert_eq!(parse_choice(&choice(action, &key)), Some((action, key.clone())));
        }
        assert_eq!(parse_choice("hand-off"), None);
    }

    #[test]
    fn an_option_is_known_again_whatever_it_is_called() {
        let long = "ü".repeat(200);
        let all = ["web", "#1", long.as_str(), "R&D"];
        let field = Field {
            id: "team".into(),
            label: "Which team?".to_owned(),
            options: all.map(str::to_owned).to_vec(),
            required: false,
            when: Condition::default(),
            restricts: BTreeSet::new(),
        };
        let spec = PolicySpec { fields: vec![field], ..PolicySpec::default() };
        let policy = Policy::new(spec).unwrap();
        for (place, name) in all.into_iter().enumerate() {
            let value = option(place, name);
            assert!(value.chars().count() <= limit::OPTION_VALUE.most);
            assert_eq!(parse_option(&policy, "field-team", &value), Some(name));
        }
        assert_eq!(parse_option(&policy, "priority", "#1"), Some("P2"));
        assert_eq!(parse_option(&policy, "priority", "#9"), None);
    }
}
