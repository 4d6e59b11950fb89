use chrono::SecondsFormat;
use supporty_core::adapter::Fields;

use super::blocks;
use super::origin::Origin;
use crate::names;
use supporty_core::adapter::Part;

/// What was filled into a view: each block of ours is called as its field is, and has one input.
pub(super) fn fields(origin: &Origin<'_>, view: Part<'_>) -> Fields {
    let blocks = view.part("state").part("values").entries();
    let typed = blocks.filter_map(|(field, inputs)| {
        let (_, input) = inputs.entries().next()?;
        Some((field.to_owned(), typed(origin, field, input)?))
    });
    typed.collect::<Vec<_>>().into()
}

/// An answer as [`Fields`] has it: several with commas between them, an instant by RFC 3339, people by their names in
/// the policy.
fn typed(origin: &Origin<'_>, field: &str, input: Part<'_>) -> Option<String> {
    let chosen = |option: Part<'_>| {
        let value = option.text("value")?;
        // An option that the policy has lost since is none any more.
        Some(names::parse_option(origin.context.policy, field, value)?.to_owned())
    };
    let several = |all: Vec<String>| (!all.is_empty()).then(|| all.join(","));
    let option = input.part("selected_option");
    if let Some(words) = input.text("value") {
        Some(words.to_owned())
    } else if option.is_object() {
        chosen(option)
    } else if let Some(user) = input.text("selected_user") {
        Some(somebody(origin, field, user))
    } else if let Some(at) = input.time("selected_date_time") {
        Some(at.to_rfc3339_opts(SecondsFormat::Secs, true))
    } else if input.part("rich_text_value").is_object() {
        Some(blocks::rich(input.part("rich_text_value"), &|id| origin.name(id)))
    } else {
        let single = ["selected_date", "selected_time", "selected_channel", "selected_conversation"];
        let single = single.into_iter().find_map(|name| input.text(name)).map(str::to_owned);
        let users = input.list("selected_users").filter_map(Part::as_text);
        single
            .or_else(|| several(users.map(|user| somebody(origin, field, user)).collect()))
            .or_else(|| several(input.list("selected_options").filter_map(chosen).collect()))
    }
}

/// A user of Slack's as a field has them. Commands name people as the policy does; on whose behalf a ticket is opened
/// stays a user until the policy is asked.
fn somebody(origin: &Origin<'_>, field: &str, user: &str) -> String {
    let user = origin.named(user);
    match field {
        "to" | "readers" => match origin.actor(&user).person() {
            Some(person) => person.to_string(),
            None => user.to_string(),
        },
        _ => user.to_string(),
    }
}
