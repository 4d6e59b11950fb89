//! The only place that knows the crate that draws.

use charts_rs::{
    Align, AxisScale, BarChart, Box as Space, ChartBase, ChildChart, Color, HeatmapChart, HorizontalBarChart,
    LegendCategory, LineChart, Position, Series as Drawn, Symbol,
};

use super::words::capital;
use super::{Look, Plot};

/// The colours of series, darkest first, so that they differ without colour as well. The style sheet of the page gives each
/// another one where the ground is dark.
pub(super) const SERIES: [(u8, u8, u8); 6] = [
    (0x1F, 0x4E, 0x79),
    (0xD9, 0x82, 0x2B),
    (0xA9, 0xCB, 0xEA),
    (0x7A, 0x3E, 0x9D),
    (0x4C, 0x9A, 0x6B),
    (0xC9, 0xCE, 0xD8),
];
/// The colours of a heat map, from nothing to most.
const HEAT: [(u8, u8, u8); 5] =
    [(0xF1, 0xF4, 0xF9), (0xC8, 0xDA, 0xEC), (0x8D, 0xB4, 0xD8), (0x4A, 0x85, 0xB8), (0x1B, 0x4F, 0x80)];
const ON_LIGHT: (u8, u8, u8) = (0x2B, 0x31, 0x40);
const ON_DARK: (u8, u8, u8) = (0xFE, 0xFE, 0xFE);
const INK: (u8, u8, u8) = (0x3F, 0x47, 0x59);
const GRID: (u8, u8, u8) = (0xDF, 0xE3, 0xEB);
const STACK: &str = "all";
const FONT: f32 = 13.0;
const DASHES: [Option<&str>; 4] = [None, Some("8,4"), Some("2,3"), Some("10,3,2,3")];

/// How wide it is to be, and so how high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// On a desk, or on paper.
    Wide,
    /// On a phone.
    Narrow,
}

impl Size {
    fn width(self) -> f32 {
        match self {
            Self::Wide => 760.0,
            Self::Narrow => 360.0,
        }
    }
}

/// A plot as SVG; none of what can not be drawn, because nothing is there.
pub(super) fn svg(plot: &Plot, size: Size) -> Option<String> {
    if plot.labels.is_empty() || plot.series.is_empty() {
        return None;
    }
    match chart(plot, size) {
        ChildChart::Line(chart, _) => chart.svg(),
        ChildChart::Bar(chart, _) => chart.svg(),
        ChildChart::HorizontalBar(chart, _) => chart.svg(),
        ChildChart::Heatmap(chart, _) => chart.svg(),
        _ => return None,
    }
    .ok()
}

/// A plot as the crate has it.
pub(super) fn chart(plot: &Plot, size: Size) -> ChildChart {
    match plot.look {
        Look::Lines => ChildChart::Line(lines(plot, size), None),
        // A phone has no room for names below bars.
        Look::Bars if size == Size::Narrow => ChildChart::HorizontalBar(across(plot, size, None), None),
        Look::Bars => ChildChart::Bar(bars(plot, size, None), None),
        Look::Stacked => ChildChart::Bar(bars(plot, size, Some(STACK)), None),
        Look::Across => ChildChart::HorizontalBar(across(plot, size, Some(STACK)), None),
        Look::HeatMap => ChildChart::Heatmap(heat_map(plot, size), None),
    }
}

fn drawn(plot: &Plot) -> Vec<Drawn> {
    let all = plot.series.iter().map(|series| {
        let values = series.values.iter().map(|value| value.map(|value| value as f32)).collect();
        Drawn::new_nullable(roomy(&series.name), values)
    });
    all.collect()
}

/// Text is measured in the crate's own font, and a browser may show a wider one.
fn roomy(name: &str) -> String {
    format!("{name}\u{a0}\u{a0}\u{a0}")
}

fn dress(base: &mut ChartBase, plot: &Plot, width: f32, height: f32) {
    let ink: Color = INK.into();
    base.width = width;
    base.height = height;
    base.background_color = Color::transparent();
    base.margin = Space { left: 4.0, top: 4.0, right: 14.0, bottom: 4.0 };
    base.title.text = capital(&plot.unit);
    base.title.align = Align::Left;
    base.title.font.size = FONT;
    base.title.font.weight = None;
    base.title.font.color = ink;
    base.title.height = 24.0;
    base.legend.show = Some(plot.series.len() > 1);
    base.legend.category = LegendCategory::Rect;
    base.legend.align = Align::Left;
    base.legend.position = Some(Position::Bottom);
    base.legend.font.size = FONT;
    base.legend.font.color = ink;
    base.x_axis.font.size = FONT;
    base.x_axis.font.color = ink;
    base.x_axis.stroke_color = GRID.into();
    base.grid.stroke_color = GRID.into();
    base.series.colors = SERIES.map(Color::from).to_vec();
    base.series.label.font.size = FONT - 1.0;
    base.series.label.font.color = ink;
    base.series.label.hide_overlap = true;
}

fn lines(plot: &Plot, size: Size) -> LineChart {
    let mut chart = LineChart::new(drawn(plot), plot.labels.clone());
    dress(&mut chart, plot, size.width(), 300.0);
    chart.series.stroke_width = 2.5;
    let log = plot.is_wide();
    if log {
        chart.title.text.push_str(" (each line is ten times the one below)");
    }
    let ink = |index: usize| SERIES.get(index % SERIES.len()).copied().map(Color::from);
    for (index, series) in chart.series_list.iter_mut().enumerate() {
        series.stroke_dash_array = DASHES.get(index % DASHES.len()).copied().flatten().map(str::to_owned);
        series.symbol = Some(match index % 4 {
            0 => Symbol::Circle(4.0, ink(index)),
            1 => Symbol::Rect(4.0, ink(index)),
            2 => Symbol::Triangle(5.0, ink(index)),
            _ => Symbol::Diamond(5.0, ink(index)),
        });
    }
    for axis in &mut chart.y_axis_configs {
        axis.font.size = FONT;
        axis.font.color = INK.into();
        match log {
            true => axis.scale = AxisScale::Log(10.0),
            false => axis.min = Some(0.0),
        }
    }
    chart
}

fn bars(plot: &Plot, size: Size, stack: Option<&str>) -> BarChart {
    let mut chart = BarChart::new(drawn(plot), plot.labels.clone());
    dress(&mut chart, plot, size.width(), 280.0);
    let few = plot.labels.len() * plot.series.len() <= 16 && size == Size::Wide;
    for series in &mut chart.series_list {
        series.stack = stack.map(str::to_owned);
        series.label_show = stack.is_none() && few;
    }
    for axis in &mut chart.y_axis_configs {
        axis.font.size = FONT;
        axis.font.color = INK.into();
    }
    chart
}

/// The first label is at the top.
fn across(plot: &Plot, size: Size, stack: Option<&str>) -> HorizontalBarChart {
    let bars = if stack.is_some() { 1 } else { plot.series.len() };
    let row = 14.0 + 16.0 * bars as f32;
    let labels = plot.labels.iter().rev().map(|label| roomy(label)).collect();
    let mut series = drawn(plot);
    for one in &mut series {
        one.data.reverse();
        one.stack = stack.map(str::to_owned);
        one.label_show = plot.series.len() == 1 || stack.is_none();
    }
    let mut chart = HorizontalBarChart::new(series, labels);
    dress(&mut chart, plot, size.width(), plot.labels.len() as f32 * row + 100.0);
    chart.margin.right = 46.0;
    chart.series.label.formatter = "{:.1}".to_owned();
    for axis in &mut chart.y_axis_configs {
        axis.font.size = FONT;
        axis.font.color = INK.into();
        axis.split_number = if size == Size::Wide { 5 } else { 4 };
        axis.max = plot.unit.starts_with('%').then_some(100.0);
    }
    chart
}

/// On a phone, hours go down and days stand side by side.
fn heat_map(plot: &Plot, size: Size) -> HeatmapChart {
    let names = || plot.series.iter().map(|series| &series.name);
    let (across, down): (Vec<String>, Vec<String>) = match size {
        Size::Wide => (plot.labels.clone(), names().map(|name| roomy(name)).collect()),
        Size::Narrow => (names().map(|name| name.chars().take(3).collect()).collect(), plot.labels.clone()),
    };
    let (width, height) = (across.len(), down.len());
    let place = |series: usize, label: usize| {
        let (row, column) = if size == Size::Wide { (series, label) } else { (label, series) };
        // Rows are counted from the bottom, and the first one is to be at the top.
        (height - 1 - row) * width + column
    };
    let cells = plot.series.iter().enumerate().flat_map(|(series, one)| {
        let values = one.values.iter().enumerate();
        values.map(move |(label, value)| (place(series, label), value.unwrap_or(0.0) as f32))
    });
    let cells = cells.collect();
    let mut chart = HeatmapChart::new(cells, across, down.into_iter().rev().collect());
    let row = if size == Size::Wide { 32.0 } else { 22.0 };
    dress(&mut chart, plot, size.width(), height as f32 * row + 70.0);
    chart.legend.show = Some(false);
    chart.heatmap_series.colors = HEAT.map(Color::from).to_vec();
    chart.heatmap_series.steps = HEAT.len();
    chart.heatmap_series.min_font_color = ON_LIGHT.into();
    chart.heatmap_series.max_font_color = ON_DARK.into();
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::STYLE;

    #[test]
    fn every_colour_has_another_where_the_ground_is_dark() {
        for (r, g, b) in SERIES.iter().chain(&HEAT).chain(&[INK, GRID, ON_LIGHT, ON_DARK]) {
            assert!(STYLE.contains(&format!("=\"#{r:02X}{g:02X}{b:02X}\"]")), "#{r:02X}{g:02X}{b:02X}");
        }
    }

    #[test]
    fn series_differ_without_colour() {
        let light =
            |(r, g, b): (u8, u8, u8)| f64::from(r) * 0.299 + f64::from(g) * 0.587 + f64::from(b) * 0.114;
        // No plot stacks more than the first four on each other.
        let [first, second, third, ..] = SERIES.map(light);
        assert!(second - first > 40.0 && third - second > 30.0, "{first} {second} {third}");
    }
}
