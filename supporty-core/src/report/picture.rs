use charts_rs::{ChildChart, Color, MultiChart, svg_to_png};

use super::Report;
use super::draw::{Size, chart};

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture can not be drawn: {0}")]
pub struct NoPicture(String);

/// What is in the picture, as far as it is there: what one looks at in a chat.
const SHOWN: [&str; 4] = ["open-time", "promises", "changes", "arrivals"];

impl Report {
    /// A few plots as one PNG, for a chat. What it shows is said by [`described`](crate::report::Plot::described), for those
    /// who do not see it.
    pub fn to_png(&self) -> Result<Vec<u8>, NoPicture> {
        let failed = |error: charts_rs::Error| NoPicture(error.to_string());
        let mut all = MultiChart::new();
        all.gap = 24.0;
        all.background_color = Some(Color::white());
        for section in SHOWN.iter().filter_map(|id| self.section(id)) {
            if let Some(plot) = section.plot.as_ref().filter(|plot| !plot.labels.is_empty()) {
                all.add(titled(chart(plot, Size::Wide), section.title));
            }
        }
        if all.charts.is_empty() {
            return Err(NoPicture("there is nothing to show in this time".to_owned()));
        }
        svg_to_png(&all.svg().map_err(failed)?).map_err(failed)
    }
}

/// Beside the unit it says what is shown: in a chat there is no heading above it.
fn titled(mut chart: ChildChart, title: &str) -> ChildChart {
    let base = match &mut chart {
        ChildChart::Line(chart, _) => &mut chart.base,
        ChildChart::Bar(chart, _) => &mut chart.base,
        ChildChart::HorizontalBar(chart, _) => &mut chart.base,
        ChildChart::Heatmap(chart, _) => &mut chart.base,
        _ => return chart,
    };
    base.title.text = format!("{title} ({})", base.title.text.to_lowercase());
    base.title.font.weight = Some("bold".to_owned());
    chart
}
