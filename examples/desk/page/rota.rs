//! One rota: its month, what was arranged, and the forms to arrange more.

use chrono::{Datelike, Days, Months, NaiveDate};
use maud::{Markup, html};
use supporty_core::policy::Rota;
use supporty_core::rota::{CallOutState, Change, Reason, RotaState, Rotas, Schedule, SwapState};
use supporty_core::vocab::{Period, PersonId, RotaId};

use super::rotas::now_and_next;
use super::{Frame, live, page, when, words};
use crate::form::{Fields, Wrong};
use crate::rota_form::Action;

/// What a rota's page shows.
pub struct RotaView<'a> {
    /// Which.
    pub id: &'a RotaId,
    /// All rotas as they are.
    pub rotas: &'a Rotas,
    /// The first day of the month that is shown.
    pub month: NaiveDate,
    /// A form that was refused.
    pub refused: Option<(Action, &'a Fields, &'a Wrong)>,
}

/// A rota, as far as the policy has it.
pub fn rota(frame: &Frame<'_>, view: &RotaView<'_>) -> Option<Markup> {
    let rota = view.rotas.policy().spec().rotas.get(view.id)?;
    let state = view.rotas.state(view.id)?;
    let after = view.month.checked_add_months(Months::new(1))?;
    let period = Period::new(rota.zone.midnight(view.month), rota.zone.midnight(after));
    let schedule = view.rotas.schedule(view.id, period)?;
    let top = html! {
        (now_and_next(frame, view.rotas, view.id))
        (asked(frame, view, state))
        (called_out(frame, view, state))
        (month(frame, view, rota, &schedule))
        (arranged(frame, view, state))
    };
    let body = html! {
        div.wide {
            h1.title { (rota.name) }
            @if let Some((_, _, wrong)) = view.refused {
                p.refused role="alert" { (words::sentence(&wrong.why)) }
            }
            (live(frame, "rota", top))
            @if frame.viewer.is_some_and(|viewer| viewer.engineer) { (forms(frame, view)) }
        }
    };
    Some(page(frame, &rota.name, body))
}

/// Swaps that wait for somebody.
fn asked(frame: &Frame<'_>, view: &RotaView<'_>, state: &RotaState) -> Markup {
    let me = frame.viewer.and_then(|viewer| viewer.person());
    let asked =
        state.swaps.iter().filter(|(_, swap)| swap.state == SwapState::Asked && swap.expires > frame.now);
    html! {
        @for (entry, swap) in asked {
            article.card aria-label="A swap that is asked for" {
                p {
                    strong { (frame.policy.name_of(&swap.person)) }
                    " asks for somebody to take over " (span(frame, swap.period))
                    @if let Some(with) = &swap.with { ", and offers it to " (frame.policy.name_of(with)) }
                }
                @if me == Some(&swap.person) {
                    (press(frame, view, Action::Keep, *entry, "Keep it after all"))
                } @else if swap.with.as_ref().is_none_or(|with| me == Some(with)) {
                    (press(frame, view, Action::Take, *entry, "Take it over"))
                }
            }
        }
    }
}

/// Call-outs that wait for the person's word or for the lead's.
fn called_out(frame: &Frame<'_>, view: &RotaView<'_>, state: &RotaState) -> Markup {
    let me = frame.viewer.and_then(|viewer| viewer.person());
    html! {
        @for (entry, one) in &state.call_outs {
            @let mine = me == Some(&one.person);
            @if matches!(one.state, CallOutState::Proposed | CallOutState::Confirmed) {
                article.card aria-label="A call-out" {
                    p {
                        strong { (frame.policy.name_of(&one.person)) } " was called out for "
                        a href={ "/ticket/" (one.ticket) } { (one.ticket) } ", " (span(frame, one.period))
                        @if one.state == CallOutState::Confirmed { ", and says so" }
                    }
                    div.row {
                        @if one.state == CallOutState::Proposed && mine {
                            (press(frame, view, Action::Confirm, *entry, "It was so"))
                        }
                        @if one.state == CallOutState::Confirmed && !mine {
                            (press(frame, view, Action::Approve, *entry, "Approve"))
                        }
                        @if mine || one.state == CallOutState::Confirmed {
                            (press(frame, view, Action::Refuse, *entry, "It was none"))
                        }
                    }
                }
            }
        }
    }
}

/// The month as a calendar: a week a row, and in every day who is on from when.
fn month(frame: &Frame<'_>, view: &RotaView<'_>, rota: &Rota, schedule: &Schedule) -> Markup {
    let back = view.month.checked_sub_months(Months::new(1)).unwrap_or(view.month);
    let on = view.month.checked_add_months(Months::new(1)).unwrap_or(view.month);
    let link = |month: NaiveDate| format!("/rotas/{}?month={}", view.id, month.format("%Y-%m"));
    let before = u64::from(view.month.weekday().num_days_from_monday());
    let first = view.month.checked_sub_days(Days::new(before)).unwrap_or(view.month);
    let weeks = (0..6).filter_map(|week| first.checked_add_days(Days::new(7 * week)));
    let weeks = weeks.take_while(|monday| *monday < on);
    let today = rota.zone.local(frame.now).date();
    html! {
        section aria-label="The month" {
            div.row {
                a.button.quiet href=(link(back)) { "Earlier" }
                h2 { (view.month.format("%B %Y")) }
                a.button.quiet href=(link(on)) { "Later" }
            }
            table.month {
                thead { tr { @for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] { th scope="col" { (day) } } } }
                tbody {
                    @for monday in weeks {
                        tr {
                            @for date in (0..7).filter_map(|day| monday.checked_add_days(Days::new(day))) {
                                @if date.month() == view.month.month() {
                                    td aria-current=[(date == today).then_some("date")] {
                                        span.day { (date.day()) }
                                        (day(frame, rota, schedule, date))
                                    }
                                } @else { td.other {} }
                            }
                        }
                    }
                }
            }
            p.hint {
                "Times in " (rota.zone.name()) ". "
                a href={ "/rotas/" (view.id) "/shifts.ics" } { "For a calendar" }
                ", or " a href={ "/rotas/" (view.id) "/mine.ics" } { "only my shifts" } "."
            }
        }
    }
}

/// Who is on over a day: the first without a time where they were on at midnight.
fn day(frame: &Frame<'_>, rota: &Rota, schedule: &Schedule, date: NaiveDate) -> Markup {
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    let day = Period::new(rota.zone.midnight(date), rota.zone.midnight(next));
    let segments = schedule.segments();
    let first = segments.partition_point(|segment| segment.period.until <= day.from);
    let mut last: Option<Vec<&PersonId>> = None;
    html! {
        @for segment in segments.iter().skip(first).take_while(|segment| segment.period.from < day.until) {
            @let people: Vec<_> = segment.on.iter().map(|on| &on.person).collect();
            @if last.as_ref() != Some(&people) {
                @let begins = rota.zone.local(segment.period.from.max(day.from));
                p class=[(segment.missing() > 0).then_some("gap")] {
                    @if begins.time() != chrono::NaiveTime::MIN { small { (begins.format("%H:%M")) } " " }
                    @if people.is_empty() {
                        @if segment.missing() > 0 { "Nobody" } @else { span.hint { "–" } }
                    }
                    @for (n, person) in people.iter().enumerate() {
                        @if n > 0 { ", " }
                        (frame.policy.name_of(person))
                    }
                }
            }
            @let _ = last.insert(people);
        }
    }
}

/// What was arranged and is not over, with the buttons that undo it.
fn arranged(frame: &Frame<'_>, view: &RotaView<'_>, state: &RotaState) -> Markup {
    let changes = state.arranged.iter().filter(|(_, all)| all.iter().any(|one| one.period.until > frame.now));
    let away = state.away.iter().filter(|(_, away)| away.period.until > frame.now);
    html! {
        section aria-label="What was arranged" {
            @for (entry, all) in changes {
                @for one in all {
                    article.card {
                        p { (changed(frame, &one.change)) " " (span(frame, one.period)) }
                        (press(frame, view, Action::Undo, *entry, "Undo"))
                    }
                }
            }
            @for (entry, away) in away {
                article.card {
                    p {
                        strong { (frame.policy.name_of(&away.person)) }
                        @match away.reason {
                            Reason::TimeOff => " has time off ",
                            Reason::Sick => " is ill ",
                            Reason::FeatureWork => " was taken away for feature work ",
                        }
                        (span(frame, away.period))
                    }
                    (press(frame, view, Action::Back, *entry, "Is back"))
                }
            }
        }
    }
}

fn changed(frame: &Frame<'_>, change: &Change) -> String {
    let name = |person: &PersonId| frame.policy.name_of(person);
    match change {
        Change::Add(person) => format!("{} is on too", name(person)),
        Change::Remove(person) => format!("{} is not on", name(person)),
        Change::Replace { person, with } => format!("{} is on instead of {}", name(with), name(person)),
        Change::Only(people) if people.is_empty() => "Nobody is on".to_owned(),
        Change::Only(people) => {
            format!("Only {} is on", people.iter().map(name).collect::<Vec<_>>().join(", "))
        }
        _ => "Somebody else is on".to_owned(),
    }
}

fn span(frame: &Frame<'_>, period: Period) -> Markup {
    html! { (when::moment(frame, period.from)) " to " (when::moment(frame, period.until)) }
}

/// A form that is one button.
fn press(frame: &Frame<'_>, view: &RotaView<'_>, action: Action, entry: u64, label: &str) -> Markup {
    html! {
        form method="post" action={ "/rotas/" (view.id) "/" (action.name()) } {
            input type="hidden" name="submission" value=(frame.submission);
            input type="hidden" name="entry" value=(entry);
            button type="submit" { (label) }
        }
    }
}

fn forms(frame: &Frame<'_>, view: &RotaView<'_>) -> Markup {
    let me = frame.viewer.and_then(|viewer| viewer.person()).map(PersonId::as_str).unwrap_or_default();
    html! {
        (form(frame, view, Action::Swap, "Ask somebody to take over", html! {
            (somebody(frame, view, Action::Swap, "person", "Whose shift", me))
            (somebody(frame, view, Action::Swap, "with", "Offer it to", ""))
        }))
        (form(frame, view, Action::Away, "Somebody is away", html! {
            (somebody(frame, view, Action::Away, "person", "Who", me))
            (choose(view, Action::Away, "reason", "Why", &[("time-off", "Time off"), ("sick", "Ill"), ("feature-work", "Taken away for feature work")]))
        }))
        (form(frame, view, Action::Change, "Change who is on", html! {
            (choose(view, Action::Change, "change", "How", &[("add", "Is on too"), ("replace", "Is on instead of"), ("only", "Is on alone"), ("remove", "Is not on")]))
            (somebody(frame, view, Action::Change, "person", "Who", me))
            (somebody(frame, view, Action::Change, "instead_of", "Instead of", ""))
        }))
    }
}

fn typed<'a>(view: &'a RotaView<'_>, action: Action, field: &str) -> &'a str {
    view.refused.filter(|(refused, ..)| *refused == action).map_or("", |(_, fields, _)| fields.typed(field))
}

fn form(frame: &Frame<'_>, view: &RotaView<'_>, action: Action, title: &str, fields: Markup) -> Markup {
    let name = action.name();
    html! {
        details.card open[view.refused.is_some_and(|(refused, ..)| refused == action)] {
            summary { (title) }
            form.stack method="post" action={ "/rotas/" (view.id) "/" (name) } {
                input type="hidden" name="submission" value=(frame.submission);
                (fields)
                @for (field, label) in [("from", "From"), ("until", "Until")] {
                    label for={ (name) "-" (field) } { (label) }
                    input id={ (name) "-" (field) } type="datetime-local" name=(field) required
                        value=(typed(view, action, field));
                }
                @if matches!(action, Action::Swap | Action::Away | Action::Change) {
                    label for={ (name) "-why" } { "Why " span.optional { "(if others should know)" } }
                    input id={ (name) "-why" } type="text" name="why" maxlength="500" value=(typed(view, action, "why"));
                }
                div.row { button.primary type="submit" { (title) } }
            }
        }
    }
}

fn somebody(
    frame: &Frame<'_>,
    view: &RotaView<'_>,
    action: Action,
    field: &str,
    label: &str,
    default: &str,
) -> Markup {
    let chosen = Some(typed(view, action, field)).filter(|typed| !typed.is_empty()).unwrap_or(default);
    let id = format!("{}-{field}", action.name());
    html! {
        label for=(id) { (label) }
        select id=(id) name=(field) {
            option value="" { @if field == "with" { "Everybody" } @else { "–" } }
            @for (person, known) in &frame.policy.spec().people {
                option value=(person) selected[person.as_str() == chosen] { (known.name) }
            }
        }
    }
}

fn choose(view: &RotaView<'_>, action: Action, field: &str, label: &str, choices: &[(&str, &str)]) -> Markup {
    let id = format!("{}-{field}", action.name());
    html! {
        label for=(id) { (label) }
        select id=(id) name=(field) {
            @for (value, name) in choices {
                option value=(value) selected[typed(view, action, field) == *value] { (name) }
            }
        }
    }
}
