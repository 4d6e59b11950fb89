use crate::insight::{Group, Reached, Took, Which};
use crate::report::amount::spoken;
use crate::report::asked::{Asked, ask};
use crate::report::words::capital;
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};

/// How long do people wait for what?
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let selection = asked.select(&asked.question);
    let everything = Group::default();
    let each = |reached: &Reached| {
        let took = selection.times(*reached).remove(&everything).unwrap_or_default();
        (*reached, took)
    };
    let all: Vec<(Reached, Took)> = Reached::ALL.iter().map(each).collect();
    let rests_on = u32::try_from(selection.len()).unwrap_or(u32::MAX);
    let responded = all.iter().find(|(reached, _)| *reached == Reached::Responded).map(|(_, took)| took)?;
    if rests_on == 0 {
        return None;
    }
    let ask = ask(&asked.question, &everything);
    let mut table =
        Table::new("From opening", ["Until", "Got there", "Not yet", "Mean", "Median", "Nine of ten within"]);
    for (reached, took) in &all {
        let got = u32::try_from(took.sample.count()).unwrap_or(u32::MAX);
        let cells = [
            Cell::from(got).of(ask(Which::Reached(*reached))),
            Cell::from(took.not_yet).of(ask(Which::NotYet(*reached))),
            Amount::length(took.sample.mean()).into(),
            Amount::length(took.sample.median()).into(),
            Amount::length(took.sample.p90()).into(),
        ];
        table.rows.push(Row::new(name(*reached), cells));
    }
    let shown = || all.iter().filter(|(_, took)| took.sample.count() > 0);
    let hours = |length: Option<chrono::TimeDelta>| length.map(|length| length.as_seconds_f64() / 3_600.0);
    let labels = shown().map(|(reached, _)| name(*reached)).collect();
    let plot = Plot::new(Look::Bars, "hours from opening", labels)
        .with("half within", shown().map(|(_, took)| hours(took.sample.median())))
        .with("nine of ten within", shown().map(|(_, took)| hours(took.sample.p90())));
    Some(Section {
        id: "times",
        title: "How long people wait for an answer",
        says: match responded.sample.median() {
            Some(median) => format!("Half of those who asked had a human answer within {}.", spoken(median)),
            None => "Nobody has answered yet.".to_owned(),
        },
        advice: "Where nine of ten wait much longer than half of them, some fall between the cracks: list those that got no answer yet, and see who should have.".to_owned(),
        rests_on,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}

fn name(reached: Reached) -> String {
    capital(match reached {
        Reached::Acknowledged => "acknowledged",
        Reached::Responded => "answered",
        Reached::Identified => "cause known",
        Reached::Restored => "service back",
        Reached::Resolved => "resolved",
    })
}
