use serde::Serialize;

/// What is drawn: series over the same labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plot {
    /// How.
    pub look: Look,
    /// What the numbers are: `hours`, `% of promises`.
    pub unit: String,
    /// Where they stand, in order.
    pub labels: Vec<String>,
    /// What is drawn.
    pub series: Vec<Series>,
}

/// How a plot looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// A line for each series.
    Lines,
    /// Bars side by side.
    Bars,
    /// Bars on top of each other.
    Stacked,
    /// Bars from left to right, one after the other: for labels that are names.
    Across,
    /// A row for each series, a column for each label; the more, the stronger.
    HeatMap,
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// What it is.
    pub name: String,
    /// By label; none where nothing was measured.
    pub values: Vec<Option<f64>>,
}

impl Plot {
    pub(super) fn new(look: Look, unit: &str, labels: Vec<String>) -> Self {
        Self { look, unit: unit.to_owned(), labels, series: Vec::new() }
    }

    pub(super) fn with(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Self {
        self.series.push(Series { name: name.into(), values: values.into_iter().collect() });
        self
    }

    /// Whether there is anything to see.
    pub(super) fn is_empty(&self) -> bool {
        self.series
            .iter()
            .flat_map(|series| &series.values)
            .all(|value| value.is_none_or(|value| value == 0.0))
    }

    /// Whether some of it would be lost at the bottom of an even scale.
    pub(super) fn is_wide(&self) -> bool {
        let known = || self.series.iter().flat_map(|series| &series.values).filter_map(|value| *value);
        let (least, most) = (known().fold(f64::MAX, f64::min), known().fold(0.0, f64::max));
        least > 0.0 && most > 50.0 * least
    }

    /// What it shows, in words, for whoever does not see it: each series with its values, or its range where these are many.
    pub fn described(&self) -> String {
        let series = self.series.iter().map(|series| {
            let known =
                || self.labels.iter().zip(&series.values).filter_map(|(at, value)| Some((at, (*value)?)));
            let said = |(at, value): (&String, f64)| format!("{at} {}", short(value));
            let words = match known().count() {
                0 => "nothing".to_owned(),
                1..=8 => known().map(said).collect::<Vec<_>>().join(", "),
                _ => {
                    let most = known().max_by(|one, other| one.1.total_cmp(&other.1)).map(said);
                    let least = known().min_by(|one, other| one.1.total_cmp(&other.1)).map(said);
                    format!("from {} to {}", least.unwrap_or_default(), most.unwrap_or_default())
                }
            };
            format!("{}: {words}", series.name)
        });
        format!("In {}. {}.", self.unit, series.collect::<Vec<_>>().join("; "))
    }
}

/// A number without what nobody reads.
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        0.0..10.0 if value.fract() != 0.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
