use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::bands::Clocks;
use super::{Month, standby};
use crate::policy::{Pay, Policy};
use crate::rota::{CallOutState, Rotas};
use crate::time::Zone;
use crate::vocab::{Band, Period, PersonId, RotaId, TicketKey};

/// What somebody is paid for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub person: PersonId,
    /// For which month, by their own clocks.
    pub month: Month,
    /// Line by line.
    pub lines: Vec<Line>,
}

/// A line of a statement: hours times a rate, rounded once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What for.
    pub item: Item,
    /// How long, in seconds as time is lived; less than nothing where a correction takes some back.
    pub seconds: i64,
    /// What an hour is paid, in the currency's smallest unit.
    pub rate: u64,
    /// What that comes to, in the currency's smallest unit.
    pub amount: i64,
    /// When: what the seconds are the sum of, unless a call-out was shorter than the least that is paid.
    pub periods: Vec<Period>,
}

/// What a line is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// Standing by.
    Standby {
        /// On which rota.
        rota: RotaId,
        /// In which band.
        band: Band,
    },
    /// Being called out.
    CallOut {
        /// On which rota.
        rota: RotaId,
        /// The entry that proposed it.
        entry: u64,
        /// The ticket.
        ticket: TicketKey,
        /// The band at its beginning.
        band: Band,
    },
    /// What was wrong in a statement that was closed.
    Correction {
        /// Of which month.
        month: Month,
        /// What it should have said.
        of: Box<Item>,
    },
}

impl Statement {
    /// What it comes to, in the currency's smallest unit: the sum of its lines.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// A table for a spreadsheet. What people named can not become a formula there.
    pub fn to_csv(&self, policy: &Policy, pay: &Pay) -> String {
        let mut out = String::from("person,month,item,seconds,rate per hour,amount,currency,periods\n");
        for line in &self.lines {
            let periods: Vec<_> = line.periods.iter().map(ToString::to_string).collect();
            let fields = [
                cell(&policy.name_of(&self.person)),
                self.month.to_string(),
                cell(&line.item.said(policy)),
                line.seconds.to_string(),
                pay.written(i64::try_from(line.rate).unwrap_or(i64::MAX)),
                pay.written(line.amount),
                pay.currency.clone(),
                cell(&periods.join("; ")),
            ];
            out.push_str(&fields.join(","));
            out.push('\n');
        }
        out
    }

    /// A table for people.
    pub fn to_markdown(&self, policy: &Policy, pay: &Pay) -> String {
        let escaped = |text: &str| -> String {
            text.chars()
                .flat_map(|c| ['\\'].into_iter().filter(move |_| c.is_ascii_punctuation()).chain([c]))
                .collect()
        };
        let mut out = format!("# {}, {}\n\n", escaped(&policy.name_of(&self.person)), self.month);
        out.push_str("| What for | Hours | Rate | Amount |\n| --- | ---: | ---: | ---: |\n");
        for line in &self.lines {
            let (rate, amount) =
                (pay.written(i64::try_from(line.rate).unwrap_or(i64::MAX)), pay.written(line.amount));
            let _ = writeln!(
                out,
                "| {} | {} | {rate} | {amount} |",
                escaped(&line.item.said(policy)),
                hours(line.seconds)
            );
        }
        let _ = writeln!(out, "| **Together** | | | **{} {}** |", pay.written(self.total()), pay.currency);
        out
    }
}

impl Item {
    /// What it is for, in words.
    pub fn said(&self, policy: &Policy) -> String {
        let name = |rota: &RotaId| {
            policy.spec().rotas.get(rota).map_or_else(|| rota.to_string(), |rota| rota.name.clone())
        };
        match self {
            Self::Standby { rota, band } => format!("On call for {}, {}", name(rota), band.said()),
            Self::CallOut { ticket, band, .. } => format!("Called out for {ticket}, {}", band.said()),
            Self::Correction { month, of } => format!("Correction of {month}: {}", of.said(policy)),
        }
    }
}

/// Hours and minutes: `167:00`.
fn hours(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}

/// A cell of a table, quoted; what a spreadsheet would take for a formula is text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

/// Seconds at a rate an hour, rounded half up: the one place where anything is rounded.
fn amount(seconds: i64, rate: u64) -> i64 {
    let exact = i128::from(seconds) * i128::from(rate);
    i64::try_from((exact * 2 + 3_600).div_euclid(7_200)).unwrap_or(if exact < 0 {
        i64::MIN
    } else {
        i64::MAX
    })
}

/// What everybody is paid for a month, from the final schedules and from the call-outs that were approved; people who
/// are paid nothing are left out. For a month to come it is what it will cost as things stand.
///
/// A call-out belongs to the month in which it began, and is paid at the rate of the band in which it began, beside the
/// standby. Whoever proposes call-outs leaves drills out: they are never paid.
pub fn statements(rotas: &Rotas, month: Month) -> Vec<Statement> {
    let policy = rotas.policy();
    let Some(pay) = &policy.spec().pay else { return Vec::new() };
    let mut lines: BTreeMap<PersonId, BTreeMap<(Item, u64), Line>> = BTreeMap::new();
    let period_of = |_: &PersonId, zone: &Zone| month.period(zone);
    for (person, paid) in standby(rotas, pay, month.period(&Zone::utc()), period_of) {
        for one in paid {
            let item = Item::Standby { rota: one.rota, band: one.band };
            add(&mut lines, &person, item, one.rate, one.period.length().num_seconds(), one.period);
        }
    }
    for (rota, state) in rotas.states() {
        let Some(zone) = policy.spec().rotas.get(&rota).map(|rota| rota.zone.clone()) else { continue };
        let approved = state.call_outs.iter().filter(|(_, one)| one.state == CallOutState::Approved);
        for (entry, one) in approved.filter(|_| pay.pays(&rota)) {
            let clocks = Clocks::of(policy, &one.person, &zone);
            let (at, month_of) = (one.period.from, month.period(&clocks.zone));
            let Some(stretch) = clocks.band_at(at).filter(|_| month_of.contains(at)) else { continue };
            let rate =
                pay.rates_on(stretch.date).and_then(|rates| rates.call_out.get(&stretch.band)).copied();
            let Some(rate) = rate.filter(|rate| *rate > 0) else { continue };
            let (rota, ticket, band) = (rota.clone(), one.ticket.clone(), stretch.band);
            let item = Item::CallOut { rota, entry: *entry, ticket, band };
            let seconds = one.period.length().num_seconds().max(pay.minimum_call_out.into());
            add(&mut lines, &one.person, item, rate, seconds, one.period);
        }
    }
    let statements = lines.into_iter().map(|(person, lines)| {
        let lines = lines.into_values().map(|line| Line { amount: amount(line.seconds, line.rate), ..line });
        Statement { person, month, lines: lines.collect() }
    });
    statements.collect()
}

fn add(
    lines: &mut BTreeMap<PersonId, BTreeMap<(Item, u64), Line>>,
    person: &PersonId,
    item: Item,
    rate: u64,
    seconds: i64,
    period: Period,
) {
    let known = lines.entry(person.clone()).or_default();
    let line = known.entry((item.clone(), rate)).or_insert(Line {
        item,
        seconds: 0,
        rate,
        amount: 0,
        periods: Vec::new(),
    });
    line.seconds += seconds;
    match line.periods.last_mut().filter(|last| last.until == period.from) {
        Some(last) => last.until = period.until,
        None => line.periods.push(period),
    }
}

/// What has to be put right after a month was closed: a line for each that differs from what was paid.
///
/// `paid` is every closed statement: of that month, and later ones with corrections of it. `now` is what the month's
/// statements would be by now.
pub fn corrections(month: Month, paid: &[Statement], now: &[Statement]) -> BTreeMap<PersonId, Vec<Line>> {
    type Sums = BTreeMap<(PersonId, Item, u64), (i64, i64)>;
    let mut due: Sums = BTreeMap::new();
    let mut count = |person: &PersonId, item: &Item, line: &Line, sign: i64| {
        let sums = due.entry((person.clone(), item.clone(), line.rate)).or_default();
        sums.0 += sign * line.seconds;
        sums.1 += sign * line.amount;
    };
    for statement in now.iter().filter(|statement| statement.month == month) {
        statement.lines.iter().for_each(|line| count(&statement.person, &line.item, line, 1));
    }
    for statement in paid {
        for line in &statement.lines {
            match &line.item {
                Item::Correction { month: of_month, of } if *of_month == month => {
                    count(&statement.person, of, line, -1)
                }
                Item::Correction { .. } => {}
                item if statement.month == month => count(&statement.person, item, line, -1),
                _ => {}
            }
        }
    }
    let mut lines: BTreeMap<PersonId, Vec<Line>> = BTreeMap::new();
    for ((person, of, rate), (seconds, amount)) in due.into_iter().filter(|(_, sums)| *sums != (0, 0)) {
        let item = Item::Correction { month, of: Box::new(of) };
        lines.entry(person).or_default().push(Line { item, seconds, rate, amount, periods: Vec::new() });
    }
    lines
}
