use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{PriorityId, TicketKey, Time};

use super::context::short;
use super::on::on_list;
use super::{Context, On, phrase};
use crate::block::{
    Actions, Button, Context as Small, Header, Inline, Part, RichText, Stack, Style, Url, View,
};
use crate::names;

/// How many tickets a list shows.
const ROWS: usize = 25;

/// What somebody's home shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// Their own tickets: asked by them, or owned.
    pub mine: Vec<Row>,
    /// Those of their squads; nothing for somebody who is in none.
    pub squad: Option<Vec<Row>>,
    /// Those whose promises are at risk or broken; nothing for somebody who does not work on them.
    pub at_risk: Option<Vec<Row>>,
    /// Who is on.
    pub on: Vec<On>,
}

/// A ticket on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The ticket.
    pub key: TicketKey,
    /// Its title, unless it was erased or is for others.
    pub title: Option<String>,
    /// Whether it is restricted to its readers.
    pub restricted: bool,
    /// Where it stands.
    pub status: StatusKind,
    /// How urgent it is.
    pub priority: PriorityId,
    /// When the next promise is due.
    pub due: Option<Time>,
    /// Whether that is at risk or broken.
    pub at_risk: bool,
    /// Where its thread stands.
    pub link: Option<String>,
}

/// Somebody's home. What does not fit is counted.
pub fn home(home: &Home, context: &Context<'_>) -> View {
    let texts = context.texts();
    let file = Button::new(names::NEW, &texts.home_file).style(Style::Primary);
    let blocks = Stack::new().keep_some(Actions::new([file]));
    let blocks = match &home.at_risk {
        Some(rows) => list(blocks, &texts.home_at_risk, rows, context),
        None => blocks,
    };
    let blocks = list(blocks, &texts.home_mine, &home.mine, context);
    let blocks = match &home.squad {
        Some(rows) => list(blocks, &texts.home_squad, rows, context),
        None => blocks,
    };
    let shown = home.on.iter().take(ROWS).cloned().collect::<Vec<_>>();
    let on = RichText::new(on_list(&shown, context));
    let blocks = match on {
        Some(on) => left_out(blocks.keep(Header::new(&texts.home_on)).fill(on), home.on.len(), context),
        None => blocks,
    };
    View::home(blocks, context.more())
}

fn list(blocks: Stack, heading: &str, rows: &[Row], context: &Context<'_>) -> Stack {
    let blocks = blocks.keep(Header::new(heading));
    match RichText::new(Part::list(rows.iter().take(ROWS).map(|row| line(row, context)))) {
        Some(list) => left_out(blocks.fill(list), rows.len(), context),
        None => blocks.keep(Small::line(&context.texts().home_none)),
    }
}

fn left_out(blocks: Stack, all: usize, context: &Context<'_>) -> Stack {
    match all.saturating_sub(ROWS) {
        0 => blocks,
        count => blocks.keep(Small::line(&(context.more())(count))),
    }
}

fn line(row: &Row, context: &Context<'_>) -> Vec<Inline> {
    let texts = context.texts();
    let link = row.link.as_deref().and_then(Url::new);
    let instead = if row.restricted { &texts.title_restricted } else { &texts.title_erased };
    let title = row.title.as_deref().unwrap_or(instead);
    let mut line = vec![context.colour(&row.priority), Inline::text(" ")];
    line.extend([Inline::link(link.as_ref(), &row.key.to_string()), Inline::text(" ")]);
    line.extend([
        Inline::bold(short(title)),
        Inline::text(format!(" · {} · ", short(row.priority.as_str()))),
    ]);
    line.push(Inline::text(texts.status(row.status)));
    if let Some(due) = row.due {
        line.push(Inline::text(" · "));
        line.extend(phrase::rich(&texts.home_due, &[("when", &[context.when(due)])]));
    }
    if row.at_risk {
        line.extend([Inline::text(" "), Inline::emoji("warning")]);
    }
    line
}
