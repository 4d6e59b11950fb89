use charts_rs::{Align, BarChart, ChildChart, Color, LegendCategory, MultiChart, Series, svg_to_png};

use super::context::short;
use super::{Context, Figures};

const WIDTH: f32 = 720.0;
const HEIGHT: f32 = 260.0;

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture can not be drawn: {0}")]
pub struct NoPicture(String);

/// The figures as a PNG: how many tickets there were, and the promises by priority.
pub fn picture(figures: &Figures, context: &Context<'_>) -> Result<Vec<u8>, NoPicture> {
    let failed = |error: charts_rs::Error| NoPicture(error.to_string());
    let mut both = MultiChart::new();
    both.gap = 20.0;
    both.background_color = Some(Color::white());
    both.add(ChildChart::Bar(tickets(figures, context), None));
    if !figures.promises.is_empty() {
        both.add(ChildChart::Bar(promises(figures, context), None));
    }
    svg_to_png(&both.svg().map_err(failed)?).map_err(failed)
}

fn tickets(figures: &Figures, context: &Context<'_>) -> BarChart {
    let texts = context.texts();
    let names = [&texts.picture_opened, &texts.picture_resolved, &texts.picture_open];
    let counts = [figures.opened, figures.resolved, figures.open].map(|count| count as f32);
    let mut series = Series::new(texts.digest_title.clone(), counts.to_vec());
    series.label_show = true;
    let mut chart = BarChart::new(vec![series], names.map(String::clone).to_vec());
    chart.width = WIDTH;
    chart.height = HEIGHT;
    chart.title.text = texts.digest_title.clone();
    chart.title.align = Align::Left;
    chart.legend.show = Some(false);
    chart
}

fn promises(figures: &Figures, context: &Context<'_>) -> BarChart {
    let texts = context.texts();
    let shown = || figures.promises.iter().take(10);
    let series = |name: &str, counts: Vec<f32>| {
        let mut series = Series::new(name.to_owned(), counts);
        series.label_show = true;
        series
    };
    let kept = series(&texts.picture_kept, shown().map(|each| each.kept as f32).collect());
    let broken = series(&texts.picture_broken, shown().map(|each| each.broken as f32).collect());
    let priorities = shown().map(|each| short(each.priority.as_str())).collect();
    let mut chart = BarChart::new(vec![kept, broken], priorities);
    chart.series.colors = vec![(46, 160, 67).into(), (207, 34, 46).into()];
    chart.title.text = texts.picture_promises.clone();
    chart.legend.category = LegendCategory::Rect;
    chart.title.align = Align::Left;
    chart.legend.align = Align::Right;
    chart.width = WIDTH;
    chart.height = HEIGHT;
    chart
}
