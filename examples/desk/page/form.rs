use maud::{Markup, html};
use supporty_core::policy::{Field, Priority};
use supporty_core::vocab::{Kind, Target, Text};

use super::{Frame, page, words};
use crate::form::{Fields, Wrong};

/// The form that opens a ticket, with what was typed and what is wrong with it. `woken` are those whom sending it wakes,
/// once it is known that it would.
pub fn form(frame: &Frame<'_>, typed: &Fields, wrong: Option<&Wrong>, woken: &[String]) -> Markup {
    let spec = frame.policy.spec();
    let or =
        |typed: &str, default: &str| if typed.is_empty() { default.to_owned() } else { typed.to_owned() };
    let priority = or(typed.typed("priority"), spec.default_priority.as_str());
    let kind = or(typed.typed("kind"), Kind::Request.as_str());
    let error = |field: &str| error(field, wrong);
    let known = ["title", "details", "area", "kind", "priority", "on_behalf", "impact"];
    let elsewhere = wrong.filter(|wrong| !known.contains(&wrong.field.as_ref()));
    let body = html! {
        section.plain.wider {
            h1 { "File a ticket" }
            @if let Some(wrong) = elsewhere { p.error role="alert" { (words::sentence(&wrong.why)) } }
            form.stack method="post" action="/new" {
                input type="hidden" name="submission" value=(frame.submission);
                label for="title" { "What is wrong?" }
                (error("title"))
                input #title type="text" name="title" value=(typed.typed("title")) required autofocus
                    maxlength=(Text::TITLE) placeholder="One line, as you would say it"
                    aria-describedby=[said(wrong, "title")];
                label for="details" { "Details " span.optional { "(if there are any)" } }
                (error("details"))
                textarea #details name="details" rows="5" maxlength=(Text::MESSAGE)
                    placeholder="What you did, what you saw, who is affected"
                    aria-describedby=[said(wrong, "details")] { (typed.typed("details")) }
                @if !spec.areas.is_empty() {
                    label for="area" { "Part of the product" }
                    (error("area"))
                    select #area name="area" {
                        option value="" { "I do not know" }
                        @for (id, area) in &spec.areas {
                            option value=(id) selected[typed.typed("area") == id.as_str()] { (area.name) }
                        }
                    }
                }
                fieldset {
                    legend { "How urgent?" }
                    (error("priority"))
                    div.choices {
                        @for each in &spec.priorities {
                            (choice(frame, each, priority == each.id.as_str()))
                        }
                    }
                }
                fieldset {
                    legend { "What kind?" }
                    (error("kind"))
                    div.choices.small {
                        @for each in kinds(frame) {
                            @let (name, meaning) = words::kind(*each);
                            label.choice {
                                input type="radio" name="kind" value=(each) checked[kind == each.as_str()];
                                span { strong { (name) } small { (meaning) } }
                            }
                        }
                    }
                }
                @for field in asked(frame) { (asks(field, typed)) }
                @if spec.private_channel.is_some() {
                    label.check {
                        input type="checkbox" name="restricted" value="yes"
                            checked[typed.typed("restricted") == "yes"];
                        span { "Restrict it " small { "to whoever is asked for help: security, personal data" } }
                    }
                }
                @if !woken.is_empty() { (wakes(typed, wrong, woken)) }
                @if frame.viewer.is_some_and(|viewer| viewer.engineer) {
                    label for="on_behalf" { "Asked by " span.optional { "(if it was not you)" } }
                    (error("on_behalf"))
                    input #on_behalf type="text" name="on_behalf" value=(typed.typed("on_behalf"))
                        maxlength="60" autocomplete="off";
                }
                div.row {
                    button.primary type="submit" { "File it" }
                    a.button.quiet href="/" { "Cancel" }
                }
            }
        }
    };
    page(frame, "File a ticket", body)
}

/// What the policy asks beside the rest. The impact is asked for when somebody would be woken.
fn asked<'a>(frame: &Frame<'a>) -> impl Iterator<Item = &'a Field> {
    frame.policy.spec().fields.iter().filter(|field| field.id.as_str() != Field::IMPACT)
}

/// What is asked for some tickets only is answered by those alone: the desk says what is missing.
fn asks(field: &Field, typed: &Fields) -> Markup {
    let name = format!("field-{}", field.id);
    let always = field.required && field.when.is_open();
    html! {
        label for=(name) {
            (field.label) " "
            @if !always { span.optional { @if field.required { "(for some tickets)" } @else { "(if you like)" } } }
        }
        @if field.options.is_empty() {
            textarea id=(name) name=(name) rows="2" maxlength=(Text::MESSAGE) required[always] { (typed.typed(&name)) }
        } @else {
            select id=(name) name=(name) required[always] {
                option value="" { "Choose…" }
                @for option in &field.options {
                    option value=(option) selected[typed.typed(&name) == option] {
                        (option) @if field.restricts.contains(option) { " (restricts the ticket)" }
                    }
                }
            }
        }
    }
}

/// Out of hours somebody is woken: whoever asks is told whom, and says why.
fn wakes(typed: &Fields, wrong: Option<&Wrong>, woken: &[String]) -> Markup {
    html! {
        div.panel.wakes role="alert" {
            p { strong { "It is out of hours. Filing this wakes " (woken.join(" and ")) "." } }
            label for="impact" { "Whom does it hurt, and how much?" }
            (error("impact", wrong))
            textarea #impact name="field-impact" rows="2" required maxlength=(Text::MESSAGE) {
                (typed.typed("field-impact"))
            }
        }
    }
}

/// What is wrong with a field, beside it.
pub(super) fn error(field: &str, wrong: Option<&Wrong>) -> Markup {
    html! {
        @if let Some(wrong) = wrong.filter(|wrong| wrong.field == field) {
            p.error id={ (field) "-error" } role="alert" { (words::sentence(&wrong.why)) }
        }
    }
}

fn said(wrong: Option<&Wrong>, field: &str) -> Option<String> {
    wrong.filter(|wrong| wrong.field == field).map(|_| format!("{field}-error"))
}

fn choice(frame: &Frame<'_>, priority: &Priority, checked: bool) -> Markup {
    let shown = [
        (Target::Respond, "first answer within"),
        (Target::Update, "news at least every"),
        (Target::Resolve, "resolved within"),
    ];
    let within = |target: &Target| priority.promises.get(target).map(|promise| promise.within.to_string());
    let promises = shown.iter().filter_map(|(target, what)| Some((*what, within(target)?)));
    html! {
        label class={ "choice " (words::urgency(frame.policy, &priority.id)) } {
            input type="radio" name="priority" value=(priority.id) checked[checked];
            span {
                strong { (priority.id) " " (priority.name) }
                @if !priority.examples.is_empty() { small { "For example: " (priority.examples.join("; ")) } }
                small.promised {
                    "We promise: "
                    @for (n, (what, within)) in promises.enumerate() {
                        @if n > 0 { ", " } (what) " " b { (within) }
                    }
                    @if let Some(clock) = promise_clock(priority) { " (" (clock) ")" }
                }
            }
        }
    }
}

/// When the clock of the promise to resolve runs, in words.
fn promise_clock(priority: &Priority) -> Option<String> {
    let promise = priority.promises.get(&Target::Resolve)?;
    Some(match promise.clock.as_str() {
        "always" => "day and night".to_owned(),
        "weekdays" => "on weekdays".to_owned(),
        clock => format!("in {clock} hours"),
    })
}

/// Upkeep and drills are the engineers' own.
fn kinds(frame: &Frame<'_>) -> &'static [Kind] {
    let engineer = frame.viewer.is_some_and(|viewer| viewer.engineer);
    if engineer { Kind::ALL } else { &[Kind::Request, Kind::Incident] }
}
