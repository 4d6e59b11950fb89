use std::collections::BTreeMap;

use crate::insight::{By, Group, OpenTime, Span, Statistic, Survival, Value, Which};
use crate::report::amount::spoken;
use crate::report::asked::{Asked, ask};
use crate::report::words::{counted, listed};
use crate::report::{Amount, Cell, Compared, Look, Plot, Row, Section, Table};

/// "What is the average open time by priority?", and how that moved.
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let question = asked.by([By::Priority]);
    let selection = asked.select(&question);
    let wall = in_order(asked, selection.open_times(Span::Wall));
    let working = selection.open_times(Span::Working);
    let rests_on = wall.iter().map(|(_, time)| time.count).sum();
    if rests_on == 0 {
        return None;
    }
    let mut table = Table::new(
        "By priority",
        ["Priority", "Opened", "Still open", "Mean", "Median", "Nine of ten within", "Working hours, median"],
    );
    for (group, time) in &wall {
        let ask = ask(&question, group);
        let cells = [
            Cell::from(time.count).of(ask(Which::Opened)),
            Cell::from(time.open).of(ask(Which::Open)),
            Amount::length(time.mean).into(),
            Amount::length(time.median).into(),
            Amount::length(time.p90).into(),
            Amount::length(working.get(group).and_then(|time| time.median)).into(),
        ];
        table.rows.push(Row::new(group.0.last().map(|value| asked.name(value)).unwrap_or_default(), cells));
    }
    let (plot, months) = over_time(asked, &wall);
    Some(Section {
        id: "open-time",
        title: "How long tickets are open",
        says: says(&wall),
        advice: advice(&wall),
        rests_on,
        plot: Some(plot),
        compared: compared(asked, &selection.survivals(Span::Wall)),
        tables: vec![table, months],
    })
}

fn in_order(asked: &Asked<'_>, times: BTreeMap<Group, OpenTime>) -> Vec<(Group, OpenTime)> {
    let mut all: Vec<_> = times.into_iter().collect();
    all.sort_by_key(|(group, _)| asked.rank(group));
    all
}

fn says(times: &[(Group, OpenTime)]) -> String {
    let known =
        times.iter().filter_map(|(group, time)| Some(format!("{} for {group}", spoken(time.median?))));
    let known: Vec<_> = known.collect();
    match known.is_empty() {
        true => "More than half of the tickets are still open, so that nobody knows yet how long they take."
            .to_owned(),
        false => format!("Half of the tickets were resolved for good within {}.", listed(&known)),
    }
}

fn advice(times: &[(Group, OpenTime)]) -> String {
    let wrong = times.windows(2).find_map(|pair| {
        let [(urgent, one), (other, two)] = pair else { return None };
        (one.median? > two.median?).then(|| (urgent.to_string(), other.to_string()))
    });
    let open: u32 = times.iter().map(|(_, time)| time.open).sum();
    let count: u32 = times.iter().map(|(_, time)| time.count).sum();
    match wrong {
        Some((urgent, other)) => format!(
            "{urgent} takes longer than {other}: see whether priorities say what is urgent, and whether {urgent} gets people at once."
        ),
        None if open * 5 > count => format!(
            "{} of them are still open: decide which of these will be done at all, and say so to those who wait.",
            counted(open, "ticket")
        ),
        None => "Look at where a line rises, and ask of that time's longest tickets what they waited for."
            .to_owned(),
    }
}

fn over_time(asked: &Asked<'_>, wall: &[(Group, OpenTime)]) -> (Plot, Table) {
    let question = asked.over_time([By::Priority]);
    let times = asked.select(&question).open_times(Span::Wall);
    let stretches = asked.stretches();
    let at = |day, group: &Group| {
        let group = Group([Value::Since(day)].into_iter().chain(group.0.clone()).collect());
        times.get(&group).map(|time| (group, time))
    };
    let labels = stretches.iter().map(|(_, name)| name.clone()).collect();
    let mut plot = Plot::new(Look::Lines, "hours, median", labels);
    let mut table = Table::new("Median over time", [asked.unit()]);
    table.heads = [crate::report::words::capital(asked.unit())].into();
    for (group, _) in wall {
        table.heads.push(group.to_string());
        let hours = stretches.iter().map(|(day, _)| {
            let median = at(*day, group)?.1.median?;
            Some(median.as_seconds_f64() / 3_600.0)
        });
        plot = plot.with(group.to_string(), hours);
    }
    for (day, name) in &stretches {
        let cells = wall.iter().map(|(group, _)| match at(*day, group) {
            Some((group, time)) => {
                Cell::from(Amount::length(time.median)).of(ask(&question, &group)(Which::Opened))
            }
            None => Amount::None.into(),
        });
        table.rows.push(Row::new(name.clone(), cells));
    }
    (plot, table)
}

fn compared(asked: &Asked<'_>, now: &BTreeMap<Group, Survival>) -> Vec<Compared> {
    let question = asked.previous.clone().by([By::Priority]);
    let then = asked.select(&question).survivals(Span::Wall);
    let mut groups: Vec<_> = now.keys().collect();
    groups.sort_by_key(|group| asked.rank(group));
    let none = Survival::default();
    let compared = groups.into_iter().filter_map(|group| {
        let (now, then) = (now.get(group)?, then.get(group).unwrap_or(&none));
        let bootstrap = asked.bootstrap.as_ref();
        let difference = bootstrap.and_then(|bootstrap| now.since(then, Statistic::Median, bootstrap));
        Some(Compared::length(format!("{group}, median"), (now, then), Survival::median, difference))
    });
    compared.collect()
}
