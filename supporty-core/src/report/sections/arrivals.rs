use crate::insight::{Group, Selection, Which};
use crate::report::asked::{Asked, ask};
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};
use crate::time::Weekday;

const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Mon),
    ("Tuesday", Weekday::Tue),
    ("Wednesday", Weekday::Wed),
    ("Thursday", Weekday::Thu),
    ("Friday", Weekday::Fri),
    ("Saturday", Weekday::Sat),
    ("Sunday", Weekday::Sun),
];

/// When do people ask?
pub(super) fn section(asked: &Asked<'_>, whole: &Selection<'_>) -> Option<Section> {
    let everything = Group::default();
    let map = whole.heat_maps().remove(&everything)?;
    let total: u32 = map.0.iter().flatten().sum();
    if total == 0 {
        return None;
    }
    let ask = ask(&asked.question, &everything);
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let mut plot = Plot::new(Look::HeatMap, "tickets opened", hours.clone());
    let heads = std::iter::once("Day").chain(hours.iter().map(String::as_str)).chain(["Together"]);
    let mut table = Table::new("By weekday and hour", heads);
    for ((name, weekday), counts) in DAYS.iter().zip(&map.0) {
        plot = plot.with(*name, counts.iter().map(|count| Some(f64::from(*count))));
        let hours = (0u8..).zip(counts);
        let hours = hours.map(|(hour, count)| Cell::from(*count).of(ask(Which::At(*weekday, hour))));
        let cells = hours.chain([Cell::from(counts.iter().sum::<u32>())]);
        table.rows.push(Row::new(*name, cells));
    }
    let (busiest, weekday, hour) = busiest(&map.0)?;
    let night: u32 = map.0.iter().enumerate().map(|(day, counts)| out_of_hours(day, counts)).sum();
    let share = Amount::share(crate::insight::Share { part: night, of: total });
    Some(Section {
        id: "arrivals",
        title: "When people ask",
        says: format!(
            "Most tickets of an hour are opened on {weekday}s from {hour:02}:00 ({busiest}), by the clocks of {}; {share} come at night, before 7:00 or after 19:00, or on a weekend.",
            asked.question.zone.name()
        ),
        advice: match f64::from(night) / f64::from(total) {
            0.25.. => "More than a quarter comes when most people are not there: see whether those tickets are urgent, and whether the rota covers who asks.".to_owned(),
            _ => "Have the people on support free for the darkest hours, and plan meetings and deployments around them.".to_owned(),
        },
        rests_on: total,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}

fn busiest(map: &[[u32; 24]; 7]) -> Option<(u32, &'static str, usize)> {
    let cells = DAYS.iter().zip(map).flat_map(|((name, _), counts)| {
        counts.iter().enumerate().map(move |(hour, count)| (*count, *name, hour))
    });
    // The first of several.
    cells.rev().max_by_key(|(count, ..)| *count)
}

fn out_of_hours(day: usize, counts: &[u32; 24]) -> u32 {
    let hours = counts.iter().enumerate();
    hours.filter(|(hour, _)| day >= 5 || !(7..19).contains(hour)).map(|(_, count)| count).sum()
}
