use super::cost::money;
use crate::insight::{Selection, TicketCost};
use crate::report::amount::worked;
use crate::report::asked::Asked;
use crate::report::words::counted;
use crate::report::{Amount, Cell, Row, Section, Table};

/// How many of them are told.
const TOLD: usize = 15;

/// The tickets that cost most, with their story in figures. What they are about is not told: some may be restricted.
pub(super) fn section(asked: &Asked<'_>, whole: &Selection<'_>) -> Option<Section> {
    let all = whole.ticket_costs(&asked.material.work, &asked.material.rates);
    let paid = !asked.material.rates.0.is_empty();
    let told: Vec<_> = all.iter().filter(|one| !one.cost.active.is_zero()).take(TOLD).collect();
    let most = told.first()?;
    let mut heads = vec![
        "Ticket",
        "Priority",
        "Area",
        "Work",
        "People",
        "Replies",
        "Notes",
        "Open for",
        "Stars at first",
        "Stars in the end",
    ];
    heads.extend(paid.then_some("Money"));
    let mut table = Table::new("The most expensive tickets", heads);
    table.rows = told.iter().filter_map(|one| row(asked, one, paid)).collect();
    let active: chrono::TimeDelta = all.iter().map(|one| one.cost.active).sum();
    let theirs: chrono::TimeDelta = told.iter().map(|one| one.cost.active).sum();
    let share = theirs.as_seconds_f64() * 100.0 / active.as_seconds_f64();
    Some(Section {
        id: "expensive",
        title: "The most expensive tickets",
        says: format!(
            "{} alone took {} of work by {}; these {} took {share:.0} % of all.",
            most.key,
            worked(most.cost.active),
            match most.people.len() {
                1 => "1 person".to_owned(),
                many => format!("{many} people"),
            },
            counted(u32::try_from(told.len()).unwrap_or(u32::MAX), "ticket"),
        ),
        advice: "Read them, and ask what would have made each shorter: a runbook, an alert, a fix of the cause, somebody else asked sooner.".to_owned(),
        rests_on: u32::try_from(all.len()).unwrap_or(u32::MAX),
        plot: None,
        compared: Vec::new(),
        tables: vec![table],
    })
}

fn row(asked: &Asked<'_>, one: &TicketCost, paid: bool) -> Option<Row> {
    let fact = asked.material.facts.get(&one.key)?;
    // Whoever reads a report may be nobody who may read the ticket: they learn its key, and what it cost.
    let told = |amount: Amount| if fact.restricted { Amount::None } else { amount };
    let priority = if fact.restricted { "restricted".to_owned() } else { fact.terms.priority.to_string() };
    let ended = fact.resolved.map_or(asked.question.now, |(at, _)| at);
    let stars = |of: fn(&crate::ticket::Rating) -> crate::vocab::Stars| match &fact.rating {
        Some(rating) => Amount::Count(of(rating).count().into()),
        None => Amount::None,
    };
    let area =
        fact.terms.area.as_ref().map(|area| asked.name(&crate::insight::Value::Area(Some(area.clone()))));
    let mut cells: Vec<Cell> = vec![
        Amount::Text(priority).into(),
        told(area.map_or(Amount::None, Amount::Text)).into(),
        Amount::Work { seconds: one.cost.active }.into(),
        u32::try_from(one.people.len()).unwrap_or(u32::MAX).into(),
        one.cost.messages.into(),
        one.cost.notes.into(),
        told(Amount::Length { seconds: ended - fact.opened_at }).into(),
        told(stars(|rating| rating.first)).into(),
        told(stars(|rating| rating.last)).into(),
    ];
    cells.extend(paid.then(|| money(asked, one.cost.money).into()));
    Some(Row { ticket: Some(one.key.clone()), ..Row::new(one.key.to_string(), cells) })
}
