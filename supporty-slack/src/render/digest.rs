use chrono::TimeDelta;
use supporty_core::time::print_length;
use supporty_core::vocab::{Period, PriorityId, Time};

use super::context::short;
use super::{Context, Language, phrase};
use crate::block::{Fallback, Header, Image, Inline, Message, Part, Picture, RichText, Stack};

/// What support was about over some time. What has no value is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Over which time.
    pub period: Period,
    /// How many tickets were opened in it.
    pub opened: u64,
    /// How many were resolved in it.
    pub resolved: u64,
    /// How many are open at its end.
    pub open: u64,
    /// The promises that were due in it, by priority.
    pub promises: Vec<Kept>,
    /// After how many hours half of them were resolved.
    pub median_hours: Option<f64>,
    /// After how many hours nine of ten were.
    pub p90_hours: Option<f64>,
    /// The average of the ratings, and how many there were.
    pub stars: Option<(f64, u64)>,
    /// The busiest areas by name, with how many tickets they had.
    pub areas: Vec<(String, u64)>,
    /// How many people worked on tickets.
    pub people: Option<u64>,
    /// How many hours of theirs it took.
    pub hours: Option<f64>,
    /// How many of the resolved needed a change of code.
    pub code_changes: Option<u64>,
}

impl Figures {
    /// A time in which nothing happened.
    pub fn nothing(period: Period) -> Self {
        Self {
            period,
            opened: 0,
            resolved: 0,
            open: 0,
            promises: Vec::new(),
            median_hours: None,
            p90_hours: None,
            stars: None,
            areas: Vec::new(),
            people: None,
            hours: None,
            code_changes: None,
        }
    }
}

/// The promises of a priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub priority: PriorityId,
    /// How many were kept.
    pub kept: u64,
    /// How many were not.
    pub broken: u64,
}

impl Kept {
    /// How many were due.
    pub fn due(&self) -> u64 {
        self.kept.saturating_add(self.broken)
    }
}

/// What support was about, for the channel, with its picture if there is one.
pub fn digest(figures: &Figures, picture: Option<Picture>, context: &Context<'_>) -> Message {
    let texts = context.texts();
    let over = period(figures.period, context);
    let counts = counts(figures, context);
    let kept = figures.promises.iter().map(|each| vec![Inline::text(kept(each, context))]);
    let rest = rest(figures, context).into_iter().map(|line| vec![Inline::text(line)]);
    let words = [Part::section(over), Part::section([Inline::bold(counts.as_str())])];
    let words = words.into_iter().flatten().chain(Part::list(kept)).chain(Part::list(rest));
    let picture = picture.map(|picture| Image::new(picture, &texts.digest_picture));
    let blocks = Stack::new()
        .keep(Header::new(&texts.digest_title))
        .keep_some(RichText::new(words))
        .keep_some(picture);
    let text = Fallback::from(texts.digest_title.as_str()).words(": ").words(&counts);
    Message::new(text, blocks, context.more())
}

pub(super) fn counts(figures: &Figures, context: &Context<'_>) -> String {
    let holes = [
        ("opened", figures.opened.to_string()),
        ("resolved", figures.resolved.to_string()),
        ("open", figures.open.to_string()),
    ];
    let holes = holes.each_ref().map(|(hole, with)| (*hole, with.as_str()));
    phrase::plain(&context.texts().digest_counts, &holes)
}

/// From the first to the last day.
fn period(period: Period, context: &Context<'_>) -> Vec<Inline> {
    let day = |at: Time| {
        let local = context.zone().local(at).format("%Y-%m-%d").to_string();
        [Inline::date(at.timestamp(), "{date_short}", &local)]
    };
    let last = period.until.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(period.until);
    let holes: [(&str, &[Inline]); 2] = [("from", &day(period.from)), ("until", &day(last))];
    phrase::rich(&context.texts().digest_period, &holes)
}

fn kept(kept: &Kept, context: &Context<'_>) -> String {
    let texts = context.texts();
    let priority = short(kept.priority.as_str());
    match kept.due() {
        0 => phrase::plain(&texts.digest_nothing_due, &[("priority", &priority)]),
        due => {
            let percent = (kept.kept as f64 * 100.0 / due as f64).round();
            let holes = [kept.kept.to_string(), due.to_string(), percent.to_string()];
            let [kept, due, percent] = holes.each_ref().map(String::as_str);
            let holes = [("priority", priority.as_str()), ("kept", kept), ("due", due), ("percent", percent)];
            phrase::plain(&texts.digest_kept, &holes)
        }
    }
}

fn rest(figures: &Figures, context: &Context<'_>) -> Vec<String> {
    let texts = context.texts();
    let hours = |hours: f64| print_length((hours * 60.0).round() as i64 * 60);
    let resolved_within = match (figures.median_hours, figures.p90_hours) {
        (Some(median), Some(most)) => {
            let holes = [("median", &*hours(median)), ("most", &*hours(most))];
            Some(phrase::plain(&texts.digest_hours, &holes))
        }
        (Some(median), None) => {
            Some(phrase::plain(&texts.digest_hours_median, &[("median", &hours(median))]))
        }
        _ => None,
    };
    let stars = figures.stars.map(|(stars, count)| {
        let stars = match texts.language {
            Language::German => format!("{stars:.1}").replace('.', ","),
            Language::English => format!("{stars:.1}"),
        };
        phrase::plain(&texts.digest_stars, &[("stars", &stars), ("count", &count.to_string())])
    });
    let areas = figures.areas.iter().take(5).map(|(area, count)| format!("{} ({count})", short(area)));
    let areas = areas.collect::<Vec<_>>().join(", ");
    let areas = (!areas.is_empty()).then(|| phrase::plain(&texts.digest_areas, &[("areas", &areas)]));
    let people =
        figures.people.map(|people| phrase::plain(&texts.digest_people, &[("count", &people.to_string())]));
    let time = figures.hours.map(|spent| phrase::plain(&texts.digest_time, &[("hours", &hours(spent))]));
    let changes = figures.code_changes.map(|changes| {
        let holes = [("changes", &*changes.to_string()), ("resolved", &*figures.resolved.to_string())];
        phrase::plain(&texts.digest_changes, &holes)
    });
    [resolved_within, stars, areas, people, time, changes].into_iter().flatten().collect()
}
