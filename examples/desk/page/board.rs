use std::collections::BTreeMap;

use maud::{Markup, html};
use supporty_core::adapter::Listed;
use supporty_core::ticket::StatusKind;

use super::{Frame, live, page, search, words};

/// Every open ticket, and the resolved ones that can be reopened, in columns by status or by owner.
pub fn board(frame: &Frame<'_>, by_owner: bool, tickets: &[Listed]) -> Markup {
    let columns = if by_owner { owners(frame, tickets) } else { statuses(tickets) };
    let columns = html! {
        div.board {
            @for (name, tickets) in columns {
                section.column aria-label=(name) {
                    h2 { (name) " " span.count { (tickets.len()) } }
                    @if tickets.is_empty() { p.empty { "None" } }
                    @for listed in tickets { (search::row(frame, listed)) }
                }
            }
        }
    };
    let tab = |path: &'static str, name: &'static str, here: bool| {
        html! { a href=(path) aria-current=[here.then_some("true")] { (name) } }
    };
    let body = html! {
        div.full {
            h1.title { "Board" }
            div.tabs { (tab("/board", "By status", !by_owner)) (tab("/board?by=owner", "By owner", by_owner)) }
            (live(frame, "board", columns))
        }
    };
    page(frame, "Board", body)
}

type Column<'a> = (String, Vec<&'a Listed>);

fn statuses(tickets: &[Listed]) -> Vec<Column<'_>> {
    let shown = [StatusKind::New, StatusKind::Active, StatusKind::Waiting, StatusKind::Resolved];
    let column = |status: StatusKind| {
        let tickets = tickets.iter().filter(|listed| listed.row.status == status).collect();
        (words::status(status).to_owned(), urgent_first(tickets))
    };
    shown.into_iter().map(column).collect()
}

fn owners<'a>(frame: &Frame<'_>, tickets: &'a [Listed]) -> Vec<Column<'a>> {
    let mut columns: BTreeMap<Option<String>, Vec<&Listed>> = BTreeMap::from([(None, Vec::new())]);
    for listed in tickets.iter().filter(|listed| listed.row.status.is_open()) {
        let owner = listed.row.owner.as_ref().map(|owner| frame.policy.name_of(owner));
        columns.entry(owner).or_default().push(listed);
    }
    let name = |owner: Option<String>| owner.unwrap_or_else(|| "Nobody yet".to_owned());
    columns.into_iter().map(|(owner, tickets)| (name(owner), urgent_first(tickets))).collect()
}

/// By priority, then by what is due first.
fn urgent_first(mut tickets: Vec<&Listed>) -> Vec<&Listed> {
    tickets.sort_by(|a, b| {
        let due = |listed: &Listed| (listed.row.due.is_none(), listed.row.due);
        a.row.priority.cmp(&b.row.priority).then_with(|| due(a).cmp(&due(b)))
    });
    tickets
}
