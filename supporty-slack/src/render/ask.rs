use chrono::{Days, Timelike};
use supporty_core::adapter::{Fields, Wrong};
use supporty_core::ticket::{CommandKind, Ticket};
use supporty_core::vocab::{
    AreaId, Investment, Kind, PersonId, PriorityId, Resolution, SquadId, Text, TicketKey, Time, Upkeep,
    WaitingOn,
};

use super::question::{Asking, offers, wrongs};
use super::{Context, Remembered, phrase};
use crate::block::{Choice, DateTime, Header, Input, Radio, Section, Stack, TextInput, TooLong, View};
use crate::names;

/// A form that asks what a command needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The command.
    pub kind: CommandKind,
    /// The ticket.
    pub about: &'a About,
    /// What is filled in already, by field.
    pub typed: &'a Fields,
    /// What was wrong with it.
    pub wrong: &'a [Wrong],
    /// Where its answer goes; the ticket is added to it.
    pub remembered: &'a Remembered,
    /// Now: a wait ends after it.
    pub now: Time,
}

/// What a form needs to know of a ticket: what is so already is not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The ticket.
    pub key: TicketKey,
    /// Its title, for whoever may read it.
    pub title: Option<String>,
    /// How urgent it is.
    pub priority: Option<PriorityId>,
    /// Which part of the product it is about.
    pub area: Option<AreaId>,
    /// What kind of work it is.
    pub kind: Option<Kind>,
    /// Who owns it.
    pub owner: Option<PersonId>,
    /// Whose it is.
    pub squad: Option<SquadId>,
}

impl About {
    /// A ticket as it is.
    pub fn of(ticket: &Ticket, title: Option<String>) -> Self {
        Self {
            title,
            priority: Some(ticket.priority.clone()),
            area: ticket.area.clone(),
            kind: Some(ticket.kind),
            owner: ticket.owner().cloned(),
            squad: ticket.squad.clone(),
            ..Self::new(ticket.key.clone())
        }
    }

    /// A ticket of which nothing is known.
    pub fn new(key: TicketKey) -> Self {
        Self { key, title: None, priority: None, area: None, kind: None, owner: None, squad: None }
    }
}

/// Whether a command has a form: something that it needs to know, or that may be said with it.
pub fn has_form(kind: CommandKind) -> bool {
    needs_more(kind) || matches!(kind, CommandKind::Escalate | CommandKind::Reopen | CommandKind::Restrict)
}

/// Whether a command can not be given without its form.
pub fn needs_more(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::Assign
            | CommandKind::HandOff
            | CommandKind::Reprioritise
            | CommandKind::Move
            | CommandKind::ChangeKind
            | CommandKind::Classify
            | CommandKind::Wait
            | CommandKind::Resolve
            | CommandKind::Rate
            | CommandKind::Merge
            | CommandKind::Attach
            | CommandKind::WritePostMortem
    )
}

/// The form of a command. Its blocks are called as the fields of [`Fields`] are; of a command without any it asks
/// whether it is meant.
pub fn ask(ask: &Ask<'_>, context: &Context<'_>) -> Result<View, TooLong> {
    let texts = context.texts();
    let asking = Asking { context: *context, typed: ask.typed };
    let label = texts.button(ask.kind);
    let blocks = wrongs(heading(ask.about), context, ask.wrong);
    let blocks = match has_form(ask.kind) {
        true => questions(ask, &asking).into_iter().fold(blocks, |blocks, input| blocks.keep_some(input)),
        false => blocks.keep(Section::new(&phrase::plain(&texts.ask_nothing, &[("what", label)]))),
    };
    let remembered = Remembered { ticket: Some(ask.about.key.clone()), ..ask.remembered.clone() };
    View::modal(format!("{}{}", names::ASK, ask.kind), label, &texts.cancel, blocks, context.more())
        .submit(&texts.send)
        .remember(&remembered)
}

/// What is shown until a form is ready.
pub fn loading(remembered: &Remembered, context: &Context<'_>) -> Result<View, TooLong> {
    let texts = context.texts();
    let blocks = Stack::new().keep(Section::new(&texts.loading));
    View::modal(names::LOADING, &texts.loading_title, &texts.cancel, blocks, context.more())
        .remember(remembered)
}

fn heading(about: &About) -> Stack {
    let key = about.key.to_string();
    Stack::new().keep(Header::new(&match &about.title {
        Some(title) => format!("{key} · {title}"),
        None => key,
    }))
}

fn questions(ask: &Ask<'_>, asking: &Asking<'_>) -> Vec<Option<Input>> {
    let (texts, about) = (asking.context.texts(), ask.about);
    let why = || Some(asking.words("why", &texts.ask_why, true));
    let person = || {
        let (owner, squad) = (about.owner.as_ref(), about.squad.as_ref());
        Some(asking.person("to", &texts.ask_to, owner, squad, ask.now))
    };
    match ask.kind {
        CommandKind::Assign => vec![person()],
        CommandKind::HandOff => vec![person(), Some(asking.words("note", &texts.ask_note, true))],
        CommandKind::Reprioritise => vec![new_priority(asking, about), why()],
        CommandKind::Move => vec![new_area(asking, about)],
        CommandKind::ChangeKind => vec![new_kind(asking, about)],
        CommandKind::Classify => vec![
            words(asking, "upkeep", &texts.ask_upkeep, Upkeep::ALL, |each| {
                (each.as_str(), texts.upkeep(each))
            }),
            words(asking, "investment", &texts.ask_investment, Investment::ALL, |each| {
                (each.as_str(), texts.investment(each))
            }),
        ],
        CommandKind::Wait => vec![
            words(asking, "on", &texts.ask_wait_on, WaitingOn::ALL, |each| {
                (each.as_str(), texts.waiting_on(each))
            }),
            Some(Input::new("until", &texts.ask_until, until(ask, asking))),
            why(),
        ],
        CommandKind::Escalate | CommandKind::Reopen => vec![why()],
        CommandKind::Resolve => vec![
            words(asking, "resolution", &texts.ask_resolution, Resolution::ALL, |each| {
                (each.as_str(), texts.resolution(each))
            }),
            Some(asking.words("note", &texts.ask_resolve_note, true)),
        ],
        CommandKind::Rate => vec![stars(asking)],
        CommandKind::Merge => vec![Some(ticket(asking, &texts.ask_merge))],
        CommandKind::Attach => vec![Some(ticket(asking, &texts.ask_attach))],
        CommandKind::Restrict => {
            vec![Some(asking.some_people("readers", &texts.ask_readers, ask.now).optional(true))]
        }
        CommandKind::WritePostMortem => vec![Some(post_mortem(asking))],
        _ => Vec::new(),
    }
}

fn new_priority(asking: &Asking<'_>, about: &About) -> Option<Input> {
    let all = &asking.context.policy.spec().priorities;
    let mut others = offers(all.iter().map(|each| (&each.id, format!("{} {}", each.id, each.name))));
    others.retain(|offer| about.priority.as_ref().is_none_or(|known| known.as_str() != offer.name));
    asking.select(names::INPUT, "priority", &asking.context.texts().ask_priority, &others)
}

fn new_area(asking: &Asking<'_>, about: &About) -> Option<Input> {
    let all = &asking.context.policy.spec().areas;
    let mut others = offers(all.iter().map(|(id, area)| (id, &area.name)));
    others.retain(|offer| about.area.as_ref().is_none_or(|known| known.as_str() != offer.name));
    asking.select(names::INPUT, "area", &asking.context.texts().ask_area, &others)
}

fn new_kind(asking: &Asking<'_>, about: &About) -> Option<Input> {
    let texts = asking.context.texts();
    let others = Kind::ALL.iter().filter(|each| Some(**each) != about.kind);
    let others = offers(others.map(|each| (each, texts.kind(*each).0)));
    asking.select(names::INPUT, "kind", &texts.ask_kind, &others)
}

/// One of a few plain words.
fn words<'t, T: Copy>(
    asking: &Asking<'_>,
    name: &str,
    label: &str,
    all: &[T],
    said: impl Fn(T) -> (&'static str, &'t str),
) -> Option<Input> {
    let all = offers(all.iter().map(|each| said(*each)));
    asking.select(names::INPUT, name, label, &all)
}

fn stars(asking: &Asking<'_>) -> Option<Input> {
    let star = |count: u8| Choice::new(&"★".repeat(count.into()), count.to_string()).ok();
    let radio =
        Radio::new(names::INPUT, (1..=5).rev().filter_map(star).collect(), asking.typed.typed("stars"))?;
    Some(Input::new("stars", &asking.context.texts().ask_stars, radio))
}

fn ticket(asking: &Asking<'_>, label: &str) -> Input {
    asking.line("into", label, 60, &asking.context.policy.key(1).to_string())
}

fn post_mortem(asking: &Asking<'_>) -> Input {
    let template =
        asking.context.policy.spec().post_mortem.as_ref().map_or("", |asked| asked.template.as_str());
    let typed = asking.typed.typed("text");
    let text = TextInput::new(names::INPUT, true).most(Text::MESSAGE);
    let text = text.typed(if typed.is_empty() { template } else { typed });
    Input::new("text", &asking.context.texts().ask_post_mortem, text)
}

/// What was chosen, or tomorrow morning.
fn until(ask: &Ask<'_>, asking: &Asking<'_>) -> DateTime {
    let zone = asking.context.zone();
    let typed = asking.typed.typed("until");
    let chosen = typed.parse().ok().or_else(|| Some(asking.typed.instant("until", &zone).ok()?.timestamp()));
    let now = zone.local(ask.now);
    let morning =
        now.checked_add_days(Days::new(1)).and_then(|day| day.with_hour(10)?.with_minute(0)?.with_second(0));
    let proposed = chosen.or_else(|| Some(zone.instant(morning?).timestamp()));
    DateTime::new(names::INPUT, proposed)
}
