use supporty_core::adapter::Named;
use supporty_core::vocab::Time;

use super::{Context, phrase};
use crate::block::{Inline, Limit, Part, cut};

/// The longest topic of a channel.
const TOPIC: Limit = Limit { most: 250, of: "conversations.setTopic: topic" };

/// Who is on for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct On {
    /// For what: a rota or a squad, by name.
    pub what: String,
    /// Who; nobody is a gap.
    pub people: Vec<Named>,
    /// Until when.
    pub until: Option<Time>,
}

/// Who is on, as a channel's topic or the title of a bookmark.
pub fn who_is_on(on: &[On], context: &Context<'_>) -> String {
    let texts = context.texts();
    let each = on.iter().map(|on| {
        let names: Vec<_> = on.people.iter().map(|person| person.name.as_str()).collect();
        let who = if names.is_empty() { texts.home_nobody.clone() } else { names.join(", ") };
        phrase::plain(&texts.on_topic, &[("what", &on.what), ("who", &who)])
    });
    let topic = each.collect::<Vec<_>>().join(" · ");
    let quiet: String = topic.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '@')).collect();
    cut(&quiet, TOPIC).into_owned()
}

/// Who is on, one line for each.
pub(super) fn on_list(on: &[On], context: &Context<'_>) -> Option<Part> {
    Part::list(on.iter().map(|each| {
        let texts = context.texts();
        let people = match each.people.is_empty() {
            true => vec![Inline::text(&texts.home_nobody)],
            false => context.people(each.people.iter().take(10)),
        };
        let who = match each.until {
            Some(until) => {
                phrase::rich(&texts.home_until, &[("who", &people), ("when", &[context.when(until)])])
            }
            None => people,
        };
        phrase::rich(&texts.on_topic, &[("what", &[context.name(&each.what)]), ("who", &who)])
    }))
}
