use chrono::{Days, Timelike};
use maud::{Markup, html};
use supporty_core::rules::Replan;
use supporty_core::ticket::CommandKind;
use supporty_core::vocab::{Investment, Kind, Resolution, Text, Time, Upkeep, WaitingOn};

use super::{Frame, View, when, words};
use crate::form::Fields;

/// What is one press away, in the order in which it is needed.
const FIRST: [CommandKind; 10] = [
    CommandKind::Claim,
    CommandKind::Acknowledge,
    CommandKind::TakeOver,
    CommandKind::Resume,
    CommandKind::Resolve,
    CommandKind::Confirm,
    CommandKind::Reopen,
    CommandKind::Rate,
    CommandKind::Unmerge,
    CommandKind::WritePostMortem,
];

/// What is needed now and then.
const THEN: [CommandKind; 19] = [
    CommandKind::HandOff,
    CommandKind::Assign,
    CommandKind::Wait,
    CommandKind::Reprioritise,
    CommandKind::Escalate,
    CommandKind::Release,
    CommandKind::Identify,
    CommandKind::Mitigate,
    CommandKind::Move,
    CommandKind::ChangeKind,
    CommandKind::Classify,
    CommandKind::OpenIssue,
    CommandKind::Merge,
    CommandKind::Attach,
    CommandKind::Detach,
    CommandKind::Restrict,
    CommandKind::Unrestrict,
    CommandKind::Replan,
    CommandKind::FollowUp,
];

/// A button for each command that whoever looks may give.
pub(super) fn actions(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let allowed = |kinds: &[CommandKind]| -> Vec<_> {
        let wanted = |kind: &CommandKind| view.allowed.contains(kind) || view.refused(*kind).is_some();
        kinds.iter().copied().filter(|kind| *kind != CommandKind::FollowUp).filter(wanted).collect()
    };
    let (first, then) = (allowed(&FIRST), allowed(&THEN));
    html! {
        @if !first.is_empty() || !then.is_empty() {
            section.panel.actions {
                h2 { "What next?" }
                @for (n, kind) in first.into_iter().enumerate() { (action(frame, view, kind, n == 0)) }
                @if !then.is_empty() {
                    div.then { @for kind in then { (action(frame, view, kind, false)) } }
                }
            }
        }
    }
}

fn action(frame: &Frame<'_>, view: &View<'_>, kind: CommandKind, foremost: bool) -> Markup {
    let refused = view.refused(kind);
    let nothing = Fields::default();
    let typed = refused.map_or(&nothing, |refused| &refused.typed);
    let wrong = refused.map(|refused| &refused.wrong);
    let inputs = inputs(frame, view, kind, typed);
    let class = if foremost { "primary" } else { "" };
    let form = |inside: Markup| {
        html! {
            form method="post" action={ "/ticket/" (view.ticket.key) "/" (kind) } {
                input type="hidden" name="submission" value=(frame.submission);
                @if let Some(wrong) = wrong { p.error role="alert" { (words::sentence(&wrong.why)) } }
                (inside)
            }
        }
    };
    match inputs {
        None => form(html! {
            button id={ "do-" (kind) } class=(class) type="submit" { (words::button(kind)) }
        }),
        Some(inputs) if kind == CommandKind::Rate => form(inputs),
        Some(inputs) => html! {
            details.action id={ "do-" (kind) } open[refused.is_some()] {
                summary class={ "button " (class) } { (words::button(kind)) "…" }
                (form(html! {
                    (inputs)
                    button.primary type="submit" { (words::button(kind)) }
                }))
            }
        },
    }
}

/// The fields of a command; nothing for one that has none.
fn inputs(frame: &Frame<'_>, view: &View<'_>, kind: CommandKind, typed: &Fields) -> Option<Markup> {
    let spec = frame.policy.spec();
    let ticket = view.ticket;
    let words_field = |name: &str, label: &str| words_field(kind, name, label, typed);
    Some(match kind {
        CommandKind::Assign => person(frame, view, kind, typed),
        CommandKind::HandOff => html! {
            (person(frame, view, kind, typed))
            (words_field("note", "What they should know"))
        },
        CommandKind::Reprioritise => html! {
            (select(kind, "priority", "New priority", typed, spec.priorities.iter()
                .filter(|each| each.id != ticket.priority)
                .map(|each| (each.id.to_string(), format!("{} {}", each.id, each.name)))))
            (words_field("why", "Why"))
        },
        CommandKind::Move => select(
            kind,
            "area",
            "New area",
            typed,
            spec.areas
                .iter()
                .filter(|(id, _)| ticket.area.as_ref() != Some(*id))
                .map(|(id, area)| (id.to_string(), area.name.clone())),
        ),
        CommandKind::ChangeKind => select(
            kind,
            "kind",
            "New kind",
            typed,
            Kind::ALL
                .iter()
                .filter(|each| **each != ticket.kind)
                .map(|each| (each.to_string(), words::kind(*each).0.to_owned())),
        ),
        CommandKind::Classify => html! {
            (select(kind, "upkeep", "What is looked after", typed, Upkeep::ALL.iter()
                .map(|each| (each.to_string(), words::upkeep(*each).to_owned()))))
            (select(kind, "investment", "What it invests in", typed, Investment::ALL.iter()
                .map(|each| (each.to_string(), words::investment(*each).to_owned()))))
        },
        CommandKind::Wait => html! {
            (select(kind, "on", "For", typed, WaitingOn::ALL.iter()
                .map(|each| (each.to_string(), words::waiting_on(*each).to_owned()))))
            label for="wait-until" { "Until, at the latest" }
            input #wait-until type="datetime-local" name="until" required value=(until(frame, typed));
            (words_field("why", "Why"))
        },
        CommandKind::Escalate | CommandKind::Reopen => words_field("why", "Why"),
        CommandKind::Resolve => html! {
            (select(kind, "resolution", "How did it end?", typed, Resolution::ALL.iter()
                .map(|each| (each.to_string(), words::resolution(*each).to_owned()))))
            (words_field("note", "What the requester should know"))
        },
        CommandKind::Attach => html! {
            label for="attach-into" { "The incident: what is said there is heard here" }
            input #attach-into type="text" name="into" required value=(typed.typed("into"))
                placeholder={ (spec.key_prefix) "-1" } autocomplete="off";
        },
        CommandKind::Restrict => html! {
            label for="restrict-readers" {
                "Who may read it beside whoever asked, owns it or is woken for it "
                span.optional { "(short names)" }
            }
            input #restrict-readers type="text" name="readers" value=(typed.typed("readers"))
                placeholder=(spec.people.keys().take(2).map(|id| id.as_str()).collect::<Vec<_>>().join(", "))
                autocomplete="off";
        },
        CommandKind::WritePostMortem => html! {
            @let template = spec.post_mortem.as_ref().map_or("", |asked| asked.template.as_str());
            label for="post-mortem-text" { "What was learnt" }
            textarea #post-mortem-text name="text" rows="10" required maxlength=(Text::MESSAGE) {
                @if typed.typed("text").is_empty() { (template) } @else { (typed.typed("text")) }
            }
        },
        CommandKind::Merge => html! {
            label for="merge-into" { "The ticket that goes on for both" }
            input #merge-into type="text" name="into" required value=(typed.typed("into"))
                placeholder={ (spec.key_prefix) "-1" } autocomplete="off";
        },
        CommandKind::Replan => replan(frame, view.replan?),
        CommandKind::Rate => html! {
            fieldset.rate {
                legend { "How was it?" }
                @for count in 1..=5_u8 {
                    button type="submit" name="stars" value=(count) aria-label={ (count) " of 5 stars" } {
                        (count) " ★"
                    }
                }
            }
        },
        _ => return None,
    })
}

/// What would change, and the policy that it was computed for: another one would be refused.
fn replan(frame: &Frame<'_>, replan: &Replan) -> Markup {
    let due =
        |at: Option<Time>| html! { @match at { Some(at) => (when::moment(frame, at)), None => "no time" } };
    html! {
        input type="hidden" name="to" value=(replan.to);
        ul {
            @for each in &replan.targets {
                li {
                    (words::target(each.target)) ": " (due(each.before)) " → " (due(each.after))
                    @if each.breaks { " (broken by the change)" }
                }
            }
            @if replan.ladder { li { "Other people are told, or at other times." } }
            @if replan.targets.is_empty() && !replan.ladder { li { "No deadline moves." } }
        }
    }
}

fn select(
    kind: CommandKind,
    name: &str,
    label: &str,
    typed: &Fields,
    choices: impl Iterator<Item = (String, String)>,
) -> Markup {
    html! {
        label for={ (kind) "-" (name) } { (label) }
        select id={ (kind) "-" (name) } name=(name) required {
            option value="" { "Choose…" }
            @for (value, shown) in choices { option value=(value) selected[typed.typed(name) == value] { (shown) } }
        }
    }
}

fn words_field(kind: CommandKind, name: &str, label: &str, typed: &Fields) -> Markup {
    html! {
        label for={ (kind) "-" (name) } { (label) " " span.optional { "(if you like)" } }
        textarea id={ (kind) "-" (name) } name=(name) rows="2" maxlength=(Text::MESSAGE) { (typed.typed(name)) }
    }
}

fn person(frame: &Frame<'_>, view: &View<'_>, kind: CommandKind, typed: &Fields) -> Markup {
    let people = &frame.policy.spec().people;
    if people.is_empty() {
        return html! {
            label for={ (kind) "-to" } { "To" }
            input id={ (kind) "-to" } type="text" name="to" required value=(typed.typed("to"));
        };
    }
    let squad = view.ticket.squad.as_ref();
    let mut others: Vec<_> = people.iter().filter(|(id, _)| view.ticket.owner() != Some(*id)).collect();
    others.sort_by_key(|(id, _)| {
        squad.is_some_and(|squad| !frame.policy.squads_of(id, frame.now).contains(squad))
    });
    select(
        kind,
        "to",
        "To",
        typed,
        others.into_iter().map(|(id, person)| (id.to_string(), person.name.clone())),
    )
}

/// What was typed, or tomorrow morning.
fn until(frame: &Frame<'_>, typed: &Fields) -> String {
    if !typed.typed("until").is_empty() {
        return typed.typed("until").to_owned();
    }
    let now = frame.zone.local(frame.now);
    let morning = now.checked_add_days(Days::new(1)).and_then(|day| day.with_hour(10)?.with_minute(0));
    morning.unwrap_or(now).format("%Y-%m-%dT%H:%M").to_string()
}
