//! Who is on now and next, on every rota, and the community of gardeners.

use maud::{Markup, html};
use supporty_core::rota::{On, Rotas};
use supporty_core::vocab::{PersonId, RotaId};

use super::layout::avatar;
use super::{Frame, live, page, when};

/// Every rota with who is on, and every squad with its gardener.
pub fn rotas(frame: &Frame<'_>, rotas: &Rotas) -> Markup {
    let spec = rotas.policy().spec();
    let list = html! {
        @if spec.rotas.is_empty() {
            p.empty { "The policy has no rotas. Add a section " code { "[rotas.web]" } " to its file." }
        }
        @for (id, rota) in &spec.rotas {
            article.card aria-label=(rota.name) {
                h2 { a href={ "/rotas/" (id) } { (rota.name) } }
                (now_and_next(frame, rotas, id))
            }
        }
        @if spec.squads.values().any(|squad| squad.gardener_rota.is_some() || squad.gardener.is_some()) {
            h2.title { "Gardeners" }
            p { a href="/garden" { "What there is to garden" } " · " a href="/delivery" { "How changes reach production" } }
            @for squad in spec.squads.values() {
                article.card aria-label={ "Gardener of " (squad.name) } {
                    h2 { (squad.name) }
                    p.facts {
                        @match &squad.gardener_rota {
                            Some(id) => {
                                (people(frame, rotas.who(id, frame.now).map(|segment| segment.on).unwrap_or_default()))
                                (taken_away(frame, rotas, id))
                            }
                            None => { (people_named(frame, squad.gardener.iter())) }
                        }
                    }
                }
            }
        }
    };
    let body = html! {
        div.wide {
            h1.title { "Who is on" }
            (live(frame, "rotas", list))
            @if !spec.drills.is_empty() { p { a href="/drills" { "Game days" } } }
            @if spec.pay.is_some() { p { a href="/statement" { "What I am paid for being on call" } } }
        }
    };
    page(frame, "Who is on", body)
}

/// Who is on, and who is after them.
pub(super) fn now_and_next(frame: &Frame<'_>, rotas: &Rotas, id: &RotaId) -> Markup {
    let now = rotas.who(id, frame.now);
    let needed = now.as_ref().is_some_and(|segment| segment.missing() > 0);
    html! {
        p.facts {
            span { "Now: " (people(frame, now.map(|segment| segment.on).unwrap_or_default())) }
            @if needed { span.label.alarm { "Somebody must be on" } }
            @if let Some((from, on)) = rotas.next(id, frame.now) {
                span { "from " (when::moment(frame, from)) ": " (people(frame, on)) }
            }
        }
    }
}

/// How often this year feature work took people away from this rota.
fn taken_away(frame: &Frame<'_>, rotas: &Rotas, id: &RotaId) -> Markup {
    use chrono::Datelike;
    let year = |at| frame.zone.local(at).year();
    let away = rotas.state(id).into_iter().flat_map(|state| state.away.values());
    let count = away
        .filter(|away| away.reason == supporty_core::rota::Reason::FeatureWork)
        .filter(|away| year(away.period.from) == year(frame.now))
        .count();
    html! { @if count > 0 { span { "taken away for feature work " (count) " times this year" } } }
}

fn people(frame: &Frame<'_>, on: Vec<On>) -> Markup {
    people_named(frame, on.iter().map(|on| &on.person))
}

fn people_named<'a>(frame: &Frame<'_>, people: impl Iterator<Item = &'a PersonId>) -> Markup {
    let names: Vec<_> = people.map(|person| frame.policy.name_of(person)).collect();
    html! {
        @if names.is_empty() { span.nobody { "nobody" } }
        @for name in &names { span.owner { (avatar(name)) (name) } " " }
    }
}
