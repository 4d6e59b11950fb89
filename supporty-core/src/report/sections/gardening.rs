use crate::insight::{Group, Share, Value, Which};
use crate::report::asked::{Asked, ask};
use crate::report::words::capital;
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};
use crate::vocab::{Investment, Kind};

/// What does gardening invest in?
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let mut question = asked.over_time([]);
    // Of other kinds there is none to classify.
    if !question.filter.kinds.is_empty() && !question.filter.kinds.contains(&Kind::Gardening) {
        return None;
    }
    question.filter.kinds = [Kind::Gardening].into();
    let tallies = asked.select(&question).tallies();
    let rests_on: u32 = tallies.values().map(|tally| tally.opened).sum();
    if rests_on == 0 {
        return None;
    }
    let stretches = asked.stretches();
    let tally = |day| tallies.get(&Group(vec![Value::Since(day)]));
    let sum = |of| tallies.values().map(|tally| tally.investment.get(&of).copied().unwrap_or(0)).sum::<u32>();
    let mut plot =
        Plot::new(Look::Stacked, "tickets opened", stretches.iter().map(|(_, name)| name.clone()).collect());
    for investment in Investment::ALL {
        let counts = stretches.iter().map(|(day, _)| {
            let count = tally(*day).and_then(|tally| tally.investment.get(investment)).copied();
            Some(f64::from(count.unwrap_or(0)))
        });
        plot = plot.with(investment.to_string(), counts);
    }
    let unclassified =
        stretches.iter().map(|(day, _)| Some(f64::from(tally(*day).map_or(0, |tally| tally.unclassified))));
    if tallies.values().any(|tally| tally.unclassified > 0) {
        plot = plot.with("not classified", unclassified);
    }
    let mut table = Table::new("Over time", [""]);
    let kinds = Investment::ALL.iter().map(|investment| capital(&investment.to_string()));
    table.heads =
        [capital(asked.unit())].into_iter().chain(kinds).chain(["Not classified".to_owned()]).collect();
    for (day, name) in &stretches {
        let group = Group(vec![Value::Since(*day)]);
        let count = |investment: Option<Investment>| {
            let tally = tally(*day);
            let count = match investment {
                Some(investment) => tally.and_then(|tally| tally.investment.get(&investment)).copied(),
                None => tally.map(|tally| tally.unclassified),
            };
            // A link asks the report's own question, which is about every kind: of gardening there is one answer in both.
            Cell::from(count.unwrap_or(0)).of(ask(&question, &group)(Which::Gardening(investment)))
        };
        let cells: Vec<_> = Investment::ALL.iter().copied().map(Some).chain([None]).map(count).collect();
        table.rows.push(Row::new(name.clone(), cells));
    }
    let classified: u32 = Investment::ALL.iter().map(|investment| sum(*investment)).sum();
    let operational = Share { part: sum(Investment::Operational), of: classified };
    let strategic = Share { part: sum(Investment::Strategic), of: classified };
    Some(Section {
        id: "gardening",
        title: "What gardening invests in",
        says: format!(
            "{} of what was gardened keeps things running, and {} makes the next years easier.",
            Amount::share(operational),
            Amount::share(strategic)
        ),
        advice: match (operational.value(), classified * 2 < rests_on) {
            (_, true) => "More than half is not classified: ask gardeners to say what their work invests in, or the mix says little.".to_owned(),
            (Some(0.6..), _) => "Most of it is operational: take one of the recurring tasks, and invest in its end.".to_owned(),
            _ => "See that strategic work does not vanish in busy months: it is what makes them rarer.".to_owned(),
        },
        rests_on,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}
