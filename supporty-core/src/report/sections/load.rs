use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::insight::{Group, Load, Selection};
use crate::report::amount::worked;
use crate::report::asked::{Asked, ask};
use crate::report::words::counted;
use crate::report::{Amount, Behind, Cell, Look, Plot, Row, Section, Table};
use crate::vocab::PersonId;

/// How many people are drawn; the others are in the table.
const DRAWN: usize = 20;

/// Who carries it, and when? What they bore on call stands beside it.
pub(super) fn section(asked: &Asked<'_>, whole: &Selection<'_>) -> Option<Section> {
    let loads: BTreeMap<PersonId, Load> =
        whole.loads(&asked.material.work).into_values().next().unwrap_or_default();
    let ledger = &asked.material.ledger;
    let known: BTreeSet<&PersonId> = loads.keys().chain(ledger.iter().map(|(person, _)| person)).collect();
    let none = Load::default();
    let mut all: Vec<_> =
        known.into_iter().map(|person| (person, loads.get(person).unwrap_or(&none))).collect();
    all.sort_by_key(|(_, load)| std::cmp::Reverse(load.in_hours + load.out_of_hours));
    let people: Vec<_> = all.iter().filter(|(_, load)| load.tickets > 0).collect();
    if people.is_empty() {
        return None;
    }
    let balances = ledger.balances();
    let count = i32::try_from(balances.len()).unwrap_or(i32::MAX).max(1);
    let mut heads =
        vec!["Person", "Tickets", "In their hours", "Out of them", "Woken in hours", "Woken out of hours"];
    if !balances.is_empty() {
        heads.extend(["Borne on call", "Against the mean"]);
    }
    let mut table = Table::new("Everybody", heads);
    let everything = Group::default();
    let ask = ask(&asked.question, &everything);
    for (person, load) in &all {
        let mut cells = vec![
            Cell::from(load.tickets).of(ask(Behind::WorkedBy((*person).clone()))),
            Amount::Work { seconds: load.in_hours }.into(),
            Amount::Work { seconds: load.out_of_hours }.into(),
            load.woken_in_hours.into(),
            load.woken_out_of_hours.into(),
        ];
        if !balances.is_empty() {
            let balance = balances.get(*person).map(|balance| TimeDelta::seconds(*balance) / count);
            let borne = balance.is_some().then(|| TimeDelta::seconds(ledger.borne(person)));
            cells.extend([Amount::length(borne).into(), Amount::length(balance).into()]);
        }
        table.rows.push(Row::new(asked.person(person), cells));
    }
    let shown = || people.iter().take(DRAWN);
    let hours = |length: TimeDelta| Some(length.as_seconds_f64() / 3_600.0);
    let labels = shown().map(|(person, _)| asked.person(person)).collect();
    let plot = Plot::new(Look::Across, "hours of work", labels)
        .with("in their hours", shown().map(|(_, load)| hours(load.in_hours)))
        .with("out of them", shown().map(|(_, load)| hours(load.out_of_hours)));
    let outside: TimeDelta = loads.values().map(|load| load.out_of_hours).sum();
    let inside: TimeDelta = loads.values().map(|load| load.in_hours).sum();
    let woken: u32 = loads.values().map(|load| load.woken_out_of_hours).sum();
    Some(Section {
        id: "load",
        title: "Who carries it",
        says: format!(
            "{} worked on tickets: {} in their hours and {} out of them; they were woken {} out of hours.",
            match people.len() {
                1 => "1 person".to_owned(),
                many => format!("{many} people"),
            },
            worked(inside),
            worked(outside),
            counted(woken, "time"),
        ),
        advice: advice(asked, &all, ledger),
        rests_on: tickets(asked, whole),
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}

fn advice(asked: &Asked<'_>, all: &[(&PersonId, &Load)], ledger: &crate::pay::Ledger) -> String {
    let total: TimeDelta = all.iter().map(|(_, load)| load.out_of_hours).sum();
    let most = all.iter().max_by_key(|(_, load)| load.out_of_hours);
    let bore = ledger.iter().max_by_key(|(_, borne)| *borne).map(|(person, _)| person);
    match most {
        Some((person, load)) if total > TimeDelta::hours(2) && load.out_of_hours * 3 > total => format!(
            "{} does more than a third of the work out of hours: ask them, share it, and see that whoever knows that part is not alone.",
            asked.person(person)
        ),
        _ => match bore.filter(|_| ledger.spread() > 0) {
            Some(person) => format!(
                "{} bore most on call: let others take the next open shifts, those who are below the mean first.",
                asked.person(person)
            ),
            None => "Nobody stands out. Ask those at the top all the same whether it is too much: figures do not know.".to_owned(),
        },
    }
}

/// On how many tickets somebody worked.
fn tickets(asked: &Asked<'_>, whole: &Selection<'_>) -> u32 {
    let all = whole.ticket_costs(&asked.material.work, &asked.material.rates);
    u32::try_from(all.iter().filter(|one| !one.cost.active.is_zero()).count()).unwrap_or(u32::MAX)
}
