//! The community of gardeners: every squad's gardener and backlog in one view.

use std::collections::BTreeMap;

use maud::{Markup, html};
use supporty_core::adapter::Listed;
use supporty_core::rota::Rotas;
use supporty_core::vocab::{Investment, SquadId};

use super::{Frame, live, page, search, words};

/// What there is to garden, by squad, with the mix of what it invests in.
pub fn garden(frame: &Frame<'_>, rotas: &Rotas, tickets: &[Listed]) -> Markup {
    use supporty_core::policy::Roster;
    let squads = rotas.policy().spec().squads.keys();
    let mut backlogs: BTreeMap<Option<&SquadId>, Vec<&Listed>> =
        squads.map(|squad| (Some(squad), Vec::new())).collect();
    for listed in tickets {
        backlogs.entry(listed.row.squad.as_ref()).or_default().push(listed);
    }
    let name = |squad: Option<&SquadId>| match squad.and_then(|id| rotas.policy().spec().squads.get(id)) {
        Some(squad) => squad.name.clone(),
        None => "No squad".to_owned(),
    };
    let columns = html! {
        p.facts { @for (what, count) in mix(tickets) { span { (what) ": " (count) } } }
        div.board {
            @for (squad, backlog) in &backlogs {
                @let title = name(*squad);
                section.column aria-label=(title) {
                    h2 { (title) " " span.count { (backlog.len()) } }
                    @if let Some(gardener) = squad.and_then(|squad| rotas.gardener(squad, frame.now)) {
                        p.hint { "Gardener: " (frame.policy.name_of(&gardener)) }
                    }
                    @if backlog.is_empty() { p.empty { "Nothing to garden" } }
                    @for listed in backlog {
                        (search::row(frame, listed))
                        @if let Some((upkeep, _)) = listed.row.gardening { p.hint { (words::upkeep(upkeep)) } }
                    }
                }
            }
        }
    };
    let body = html! { div.full { h1.title { "Garden" } (live(frame, "garden", columns)) } };
    page(frame, "Garden", body)
}

/// How much of the backlog invests in what.
fn mix(tickets: &[Listed]) -> Vec<(&'static str, usize)> {
    let of = |wanted: Option<Investment>| {
        tickets
            .iter()
            .filter(|listed| listed.row.gardening.map(|(_, investment)| investment) == wanted)
            .count()
    };
    let mut mix: Vec<_> =
        Investment::ALL.iter().map(|one| (words::investment(*one), of(Some(*one)))).collect();
    mix.push(("Not classified", of(None)));
    mix
}
