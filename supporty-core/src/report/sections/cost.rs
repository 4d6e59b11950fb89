use chrono::TimeDelta;

use crate::insight::{By, Cost, Group, Which};
use crate::report::amount::worked;
use crate::report::asked::{Asked, ask};
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};

/// How many areas are drawn; the others are in the table.
const DRAWN: usize = 12;

/// Where did the time go?
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let question = asked.by([By::Area]);
    let selection = asked.select(&question);
    let costs = selection.costs(&asked.material.work, &asked.material.rates);
    let mut all: Vec<(Group, Cost)> = costs.into_iter().collect();
    all.sort_by_key(|(group, cost)| (std::cmp::Reverse(cost.active), asked.rank(group)));
    let rests_on: u32 = all.iter().map(|(_, cost)| cost.tickets).sum();
    let active: TimeDelta = all.iter().map(|(_, cost)| cost.active).sum();
    if rests_on == 0 || active.is_zero() {
        return None;
    }
    let name = |group: &Group| group.0.last().map(|value| asked.name(value)).unwrap_or_default();
    let paid = !asked.material.rates.0.is_empty();
    let mut heads = vec![
        "Area",
        "Tickets",
        "People",
        "Replies",
        "Notes",
        "Work",
        "Work per ticket",
        "Time of those who asked",
    ];
    heads.extend(paid.then_some("Money"));
    let mut table = Table::new("By area", heads);
    for (group, cost) in &all {
        let mut cells = vec![
            Cell::from(cost.tickets).of(ask(&question, group)(Which::Opened)),
            cost.people.into(),
            cost.messages.into(),
            cost.notes.into(),
            Amount::Work { seconds: cost.active }.into(),
            Amount::length(cost.active.checked_div(i32::try_from(cost.tickets).unwrap_or(i32::MAX))).into(),
            Amount::Work { seconds: cost.asking }.into(),
        ];
        cells.extend(paid.then(|| money(asked, cost.money).into()));
        table.rows.push(Row::new(name(group), cells));
    }
    let shown = || all.iter().take(DRAWN);
    let hours = shown().map(|(_, cost)| Some(cost.active.as_seconds_f64() / 3_600.0));
    let plot = Plot::new(Look::Across, "hours of work", shown().map(|(group, _)| name(group)).collect())
        .with("work", hours);
    let (first, most) = all.first()?;
    let share = most.active.as_seconds_f64() * 100.0 / active.as_seconds_f64();
    let total = match paid {
        true => format!(" and {}", money(asked, all.iter().map(|(_, cost)| cost.money).sum())),
        false => String::new(),
    };
    Some(Section {
        id: "cost",
        title: "Where the time went",
        says: format!(
            "The tickets took {} of work{total}; {share:.0} % of that went to {}.",
            worked(active),
            name(first)
        ),
        advice: format!(
            "An hour saved on {} is saved most often: look at its most expensive tickets, and what would have made them unnecessary.",
            name(first)
        ),
        rests_on,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}

pub(super) fn money(asked: &Asked<'_>, minor: i64) -> Amount {
    let written = match &asked.spec().pay {
        Some(pay) => format!("{} {}", pay.written(minor), pay.currency),
        None => minor.to_string(),
    };
    Amount::Money { minor, written }
}
