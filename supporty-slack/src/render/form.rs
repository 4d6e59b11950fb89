use std::collections::BTreeSet;

use supporty_core::adapter::{Fields, Named, Wrong};
use supporty_core::policy::{Field, Policy, Priority};
use supporty_core::vocab::{Kind, PriorityId, Target, Terms, Text};

use super::question::{Asking, choices, offers, wrongs};
use super::{Context, Remembered, phrase};
use crate::block::{
    Checkboxes, Choice, Inline, Input, Part, Radio, RichText, Stack, TextInput, TooLong, Users, View, limit,
};
use crate::names;

/// What the form that opens a ticket shows.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// What is filled in already, by field.
    pub typed: &'a Fields,
    /// Whether an engineer fills it in: they may do so for somebody else.
    pub engineer: bool,
    /// Who would be woken if it were sent as it is.
    pub woken: &'a [Named],
    /// What was wrong with it.
    pub wrong: &'a [Wrong],
    /// Where its answer goes.
    pub remembered: &'a Remembered,
}

/// The form that opens a ticket. Its blocks are called as the fields of [`Fields`] are.
///
/// A change of priority, area or kind is told at once, so that it can be shown again with what that asks and whom it
/// wakes. An option's value that begins with `#` is the place of what it stands for: see the policy.
pub fn form(form: &Form<'_>, context: &Context<'_>) -> Result<View, TooLong> {
    let (texts, spec) = (context.texts(), context.policy.spec());
    let asking = Asking { context: *context, typed: form.typed };
    let title = TextInput::new(names::INPUT, false).most(Text::TITLE).typed(form.typed.typed("title"));
    let title = title.placeholder(&texts.form_what_placeholder);
    // Shown again while somebody fills it in, it must leave the cursor where it is.
    let title = if *form.typed == Fields::default() { title.focus() } else { title };
    let details = TextInput::new(names::INPUT, true).typed(form.typed.typed("details"));
    let details = details.placeholder(&texts.form_details_placeholder);
    let areas = offers(spec.areas.iter().map(|(id, area)| (id, &area.name)));
    let area = asking.select(names::INPUT_TOLD, "area", &texts.form_area, &areas);
    let blocks = wrongs(Stack::new(), context, form.wrong)
        .keep(Input::new("title", &texts.form_what, title))
        .keep(Input::new("details", &texts.form_details, details).optional(true))
        .keep_some(area.map(|area| area.optional(true).told()))
        .keep_some(priorities(&asking));
    let blocks = match form.woken.is_empty() {
        true => blocks,
        false => blocks.keep_some(wakes(form.woken, context)).keep(asking.words(
            &format!("field-{}", Field::IMPACT),
            &texts.form_impact,
            false,
        )),
    };
    let blocks = blocks.keep_some(kinds(&asking, form.engineer));
    let blocks = asked(&asking).fold(blocks, |blocks, field| blocks.fill_some(question(&asking, field)));
    let blocks = blocks
        .keep_some(spec.private_channel.is_some().then(|| restricted(&asking)).flatten())
        .keep_some(form.engineer.then(|| on_behalf(&asking)));
    View::modal(names::FORM, &texts.form_title, &texts.cancel, blocks, context.more())
        .submit(&texts.form_submit)
        .remember(form.remembered)
}

fn priorities(asking: &Asking<'_>) -> Option<Input> {
    let (texts, spec) = (asking.context.texts(), asking.context.policy.spec());
    let all = offers(spec.priorities.iter().map(|each| (&each.id, format!("{} {}", each.id, each.name))));
    let typed = priority(asking);
    let (mut each, chosen) = choices(&all, typed.as_str());
    each = each
        .into_iter()
        .zip(&spec.priorities)
        .map(|(choice, of)| choice.description(&promised(asking, of)))
        .collect();
    let examples = spec.priorities.iter().filter(|each| !each.examples.is_empty()).map(|each| {
        let holes = [("priority", each.id.as_str()), ("examples", &each.examples.join("; "))];
        phrase::plain(&texts.form_priority_example, &holes)
    });
    let hint = examples.collect::<Vec<_>>().join("\n");
    let input = match Radio::new(names::INPUT_TOLD, each, &chosen) {
        Some(radio) => Input::new("priority", &texts.form_priority, radio),
        None => asking.select(names::INPUT_TOLD, "priority", &texts.form_priority, &all)?,
    };
    Some(input.hint(&hint).told())
}

/// What a priority promises, as short as it must be beside a button.
fn promised(asking: &Asking<'_>, priority: &Priority) -> String {
    let texts = asking.context.texts();
    let shown = [
        (Target::Respond, &texts.form_answer),
        (Target::Resolve, &texts.form_solution),
        (Target::Update, &texts.form_news),
    ];
    let promises = shown.iter().filter_map(|(target, words)| {
        let within = priority.promises.get(target)?.within.to_string();
        Some(phrase::plain(words, &[("within", &within)]))
    });
    let promises = promises.collect::<Vec<_>>().join(", ");
    match clock(asking, priority).map(|clock| format!("{promises} ({clock})")) {
        Some(with_clock) if with_clock.chars().count() <= limit::OPTION_DESCRIPTION.most => with_clock,
        _ => promises,
    }
}

/// When the clock of the promise to resolve runs, in words.
fn clock(asking: &Asking<'_>, priority: &Priority) -> Option<String> {
    let texts = asking.context.texts();
    Some(match priority.promises.get(&Target::Resolve)?.clock.as_str() {
        "always" => texts.form_always.clone(),
        "weekdays" => texts.form_weekdays.clone(),
        clock => phrase::plain(&texts.form_hours, &[("clock", clock)]),
    })
}

/// Upkeep is the engineers' own; drills are begun elsewhere.
fn kinds(asking: &Asking<'_>, engineer: bool) -> Option<Input> {
    let texts = asking.context.texts();
    let offered: &[Kind] = if engineer {
        &[Kind::Request, Kind::Incident, Kind::Gardening]
    } else {
        &[Kind::Request, Kind::Incident]
    };
    let choice = |kind: &Kind| {
        let (name, meaning) = texts.kind(*kind);
        Some(Choice::new(name, kind.as_str()).ok()?.description(meaning))
    };
    let typed = kind(asking);
    let radio = Radio::new(names::INPUT_TOLD, offered.iter().filter_map(choice).collect(), typed.as_str())?;
    Some(Input::new("kind", &texts.form_kind, radio).told())
}

/// What the policy asks of a ticket as it is typed so far. Whoever asks it is not known here: what is asked of some
/// squads only is shown to all. The impact has its own place.
fn asked<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a Field> {
    let policy: &'a Policy = asking.context.policy;
    let terms = Terms {
        area: Some(asking.typed.typed("area")).filter(|area| !area.is_empty()).map(Into::into),
        kind: kind(asking),
        ..Terms::of(priority(asking))
    };
    let matches = move |field: &&Field| {
        let mut when = field.when.clone();
        when.requester_squad = BTreeSet::new();
        when.matches(&terms)
    };
    policy.spec().fields.iter().filter(|field| field.id.as_str() != Field::IMPACT).filter(matches)
}

fn question(asking: &Asking<'_>, field: &Field) -> Option<Input> {
    let texts = asking.context.texts();
    let name = format!("field-{}", field.id);
    let everybodys = field.when.requester_squad.is_empty();
    let input = if field.options.is_empty() {
        asking.words(&name, &field.label, true)
    } else {
        let options = field.options.iter().map(|option| {
            let restricts = field.restricts.contains(option);
            let restricts = restricts.then(|| phrase::plain(&texts.form_restricts, &[("option", option)]));
            (option, restricts.unwrap_or_else(|| option.clone()))
        });
        asking.select(names::INPUT, &name, &field.label, &offers(options))?
    };
    let hinted = if field.required && !everybodys { input.hint(&texts.form_some) } else { input };
    Some(hinted.optional(!(field.required && everybodys)))
}

/// Out of hours somebody is woken: whoever asks is told whom, and says why.
fn wakes(woken: &[Named], context: &Context<'_>) -> Option<RichText> {
    let people = context.people(woken.iter().take(10));
    let said = phrase::rich(&context.texts().form_wakes, &[("people", &people)]);
    RichText::new(Part::section([Inline::emoji("rotating_light"), Inline::text(" ")].into_iter().chain(said)))
}

fn restricted(asking: &Asking<'_>) -> Option<Input> {
    let texts = asking.context.texts();
    let choice = Choice::new(&texts.form_restrict, "yes").ok()?.description(&texts.form_restrict_means);
    let boxes = Checkboxes::new(names::INPUT, vec![choice], &[asking.typed.typed("restricted")])?;
    Some(Input::new("restricted", &texts.form_restricted, boxes).optional(true))
}

fn on_behalf(asking: &Asking<'_>) -> Input {
    let texts = asking.context.texts();
    let users = Users::one(names::INPUT, &texts.choose, asking.typed.typed("on_behalf"));
    Input::new("on_behalf", &texts.form_on_behalf, users).hint(&texts.form_on_behalf_hint).optional(true)
}

fn priority(asking: &Asking<'_>) -> PriorityId {
    match asking.typed.typed("priority") {
        "" => asking.context.policy.spec().default_priority.clone(),
        typed => typed.into(),
    }
}

fn kind(asking: &Asking<'_>) -> Kind {
    Kind::parse(asking.typed.typed("kind")).unwrap_or(Kind::Request)
}
