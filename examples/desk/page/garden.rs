//! The community of gardeners: every squad's gardener and backlog in one view.

use std::collections::BTreeMap;

use maud::{Markup, html};
use supporty_core::adapter::Listed;
use supporty_core::garden::{Count, Gardened, Stretch};
use supporty_core::rota::Rotas;
use supporty_core::vocab::{Investment, SquadId, Upkeep};

use super::{Frame, live, page, search, words};

/// What there is to garden, by squad, with the mix of what it invests in.
pub fn garden(frame: &Frame<'_>, rotas: &Rotas, tickets: &[Listed], months: &[Stretch]) -> Markup {
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
        h2.title { "The last " (months.len()) " months" }
        p.hint { "How many were opened and, after the stroke, resolved. A bar shows what was opened." }
        (investments("All squads", months, &|month| month.community()))
        (looked_after(months))
        @for squad in backlogs.keys().filter(|squad| months.iter().any(|month| month.squads.contains_key(&squad.cloned()))) {
            details {
                summary { (name(*squad)) }
                (investments(&name(*squad), months, &|month| of_squad(month, *squad)))
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

fn of_squad(month: &Stretch, squad: Option<&SquadId>) -> Gardened {
    month.squads.get(&squad.cloned()).cloned().unwrap_or_default()
}

/// What was invested in, month by month.
fn investments(whose: &str, months: &[Stretch], of: &dyn Fn(&Stretch) -> Gardened) -> Markup {
    let all = || Investment::ALL.iter().copied().map(Some).chain([None]);
    let counted: Vec<_> = months.iter().map(|month| (month, of(month))).collect();
    let most = counted.iter().map(|(_, gardened)| gardened.total().opened).max().unwrap_or_default();
    html! {
        table.lines.gardened {
            caption { (whose) ": what gardening invests in" }
            thead { tr {
                th scope="col" { "Month" }
                @for investment in all() {
                    th scope="col" { (investment.map_or("Not classified", invested)) }
                }
                th scope="col" { "Together" }
                th scope="col" { "Taken away for feature work" }
            } }
            tbody { @for (month, gardened) in &counted { tr {
                th scope="row" { (month.first.format("%B %Y")) }
                @for investment in all() {
                    td { (cell(gardened.investment.get(&investment).copied().unwrap_or_default(), most)) }
                }
                td { (cell(gardened.total(), most)) }
                td { (gardened.taken_away) }
            } } }
        }
    }
}

/// What was looked after, month by month, by all squads.
fn looked_after(months: &[Stretch]) -> Markup {
    let counted: Vec<_> = months.iter().map(Stretch::community).collect();
    let all = Upkeep::ALL.iter().copied().map(Some).chain([None]);
    let any = |upkeep: &Option<Upkeep>| counted.iter().any(|month| month.upkeep.contains_key(upkeep));
    let most = counted.iter().flat_map(|month| month.upkeep.values()).map(|count| count.opened).max();
    html! {
        @if most.is_some() { table.lines.gardened {
            caption { "All squads: what is looked after" }
            thead { tr {
                th scope="col" { "What" }
                @for month in months { th scope="col" { (month.first.format("%b %Y")) } }
            } }
            tbody { @for upkeep in all.filter(any) { tr {
                th scope="row" { (upkeep.map_or("Not classified", words::upkeep)) }
                @for month in &counted {
                    td { (cell(month.upkeep.get(&upkeep).copied().unwrap_or_default(), most.unwrap_or_default())) }
                }
            } } }
        } }
    }
}

fn invested(investment: Investment) -> &'static str {
    match investment {
        Investment::Operational => "Operational",
        Investment::Tactical => "Tactical",
        Investment::Strategic => "Strategic",
    }
}

/// The figures, with a bar beside them that says nothing more.
fn cell(count: Count, most: u32) -> Markup {
    html! {
        span title={ (count.opened) " opened, " (count.resolved) " resolved" } {
            (count.opened) " / " (count.resolved)
        }
        @if count.opened > 0 { " " meter aria-hidden="true" min="0" max=(most) value=(count.opened) {} }
    }
}
