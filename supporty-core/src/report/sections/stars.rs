use crate::insight::{Group, Selection, Which};
use crate::report::asked::{Asked, ask};
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};
use crate::vocab::Stars;

/// What did people think of it?
pub(super) fn section(asked: &Asked<'_>, whole: &Selection<'_>) -> Option<Section> {
    let everything = Group::default();
    let stars = whole.tallies().remove(&everything)?.stars;
    let rests_on = stars.rated();
    let (first, last) = (stars.mean_first()?, stars.mean_last()?);
    let labels: Vec<_> = (1..=5)
        .map(|count| if count == 1 { "1 star".to_owned() } else { format!("{count} stars") })
        .collect();
    let values = |counts: [u32; 5]| counts.map(|count| Some(f64::from(count)));
    let plot = Plot::new(Look::Bars, "tickets", labels.clone())
        .with("at first", values(stars.first))
        .with("in the end", values(stars.last));
    let mut table = Table::new("By rating", ["Rating", "At first", "In the end"]);
    let ask = ask(&asked.question, &everything);
    for ((count, label), (first, last)) in (1..).zip(&labels).zip(stars.first.into_iter().zip(stars.last)) {
        let Ok(count) = Stars::new(count) else { continue };
        let cells = [
            Cell::from(first).of(ask(Which::FirstStars(count))),
            Cell::from(last).of(ask(Which::LastStars(count))),
        ];
        table.rows.push(Row::new(label.clone(), cells));
    }
    let mean = [Amount::Number(first).into(), Amount::Number(last).into()];
    table.rows.push(Row::new("Mean", mean));
    let rated = Cell::from(rests_on).of(ask(Which::Rated));
    table.rows.push(Row::new("Rated", [rated, rests_on.into()]));
    Some(Section {
        id: "stars",
        title: "What people thought of it",
        says: format!(
            "{first:.1} stars at first and {last:.1} in the end; {} got better by what was done after the first rating, and {} worse.",
            stars.better, stars.worse
        ),
        advice: match stars.last {
            [one, two, ..] if one + two > 0 => format!(
                "Talk to those who gave one or two stars in the end ({}): they tell what a figure can not.",
                one + two
            ),
            _ => "Nobody was unhappy in the end. Ask whether those who did not rate were.".to_owned(),
        },
        rests_on,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}
