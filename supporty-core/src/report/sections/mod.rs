//! The sections of a report, each in a file of its own.

mod arrivals;
mod changes;
mod cost;
mod delivery;
mod expensive;
mod gardening;
mod headline;
mod load;
mod open_time;
mod promises;
mod stars;
mod times;

use super::asked::Asked;
use super::{Material, Report};
use crate::insight::{Filter, Question, Value};

pub(super) fn report(question: &Question, material: &Material<'_>) -> Report {
    let asked = Asked::new(question, material);
    let whole = asked.select(&asked.question);
    let sections = [
        open_time::section(&asked),
        promises::section(&asked),
        arrivals::section(&asked, &whole),
        changes::section(&asked),
        cost::section(&asked),
        expensive::section(&asked, &whole),
        load::section(&asked, &whole),
        times::section(&asked),
        stars::section(&asked, &whole),
        gardening::section(&asked),
        delivery::section(&asked),
    ];
    Report {
        desk: asked.spec().name.clone(),
        filtered: filtered(&asked, &question.filter),
        tickets: u32::try_from(whole.len()).unwrap_or(u32::MAX),
        headline: headline::headline(&asked, &whole),
        sections: sections.into_iter().flatten().collect(),
        question: Question { every: Some(asked.every), ..asked.question.clone() },
    }
}

/// Which tickets, in words.
fn filtered(asked: &Asked<'_>, filter: &Filter) -> Option<String> {
    let Filter { priorities, areas, squads, kinds, people, clocks } = filter;
    let mut all = Vec::new();
    let mut add = |what: &str, values: Vec<Value>| {
        let names: Vec<_> = values.iter().map(|value| asked.name(value)).collect();
        if !names.is_empty() {
            all.push(format!("{what} {}", names.join(" or ")));
        }
    };
    add("priority", priorities.iter().cloned().map(Value::Priority).collect());
    add("area", areas.iter().cloned().map(|area| Value::Area(Some(area))).collect());
    add("squad", squads.iter().cloned().map(|squad| Value::Squad(Some(squad))).collect());
    add("kind", kinds.iter().copied().map(Value::Kind).collect());
    add("owner", people.iter().cloned().map(|person| Value::Person(Some(person))).collect());
    add("clock", clocks.iter().cloned().map(|clock| Value::Clock(Some(clock))).collect());
    (!all.is_empty()).then(|| all.join(", "))
}
