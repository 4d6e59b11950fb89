//! What a report is asked, as an address and as a command line say it.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use supporty_core::insight::{Filter, Question};
use supporty_core::policy::Policy;
use supporty_core::time::{Every, Zone};
use supporty_core::vocab::{Kind, Period, Time};

use crate::form::Wrong;

/// What can be asked, by the names of its fields.
const FIELDS: [&str; 10] =
    ["period", "from", "until", "priority", "area", "squad", "kind", "person", "clock", "every"];
/// Years that somebody may ask about.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2200;
const MOST_YEARS: i64 = 20;
/// More stretches than this are no figures any more.
const MOST_STRETCHES: usize = 400;

/// What is asked: over what time, of which tickets, in which stretches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Over what time.
    pub span: Span,
    /// Of which tickets.
    pub filter: Filter,
    /// In which stretches; what fits where nobody says.
    pub every: Option<Every>,
}

/// Over what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A time that goes on with the calendar.
    Named(Named),
    /// From a first day to a last.
    Days(NaiveDate, NaiveDate),
}

/// A time that goes on with the calendar. One that is not over ends with today, so that it is compared with as many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Today and the 29 days before.
    Last30Days,
    /// From the first on.
    ThisMonth,
    /// The whole month before.
    LastMonth,
    /// From the first of January, April, July or October on.
    ThisQuarter,
    /// The whole quarter before.
    LastQuarter,
    /// From the first of January on.
    ThisYear,
    /// The whole year before.
    LastYear,
}

impl Named {
    /// Every one, with how an address and how a page says it.
    pub const ALL: [(Self, &str, &str); 7] = [
        (Self::Last30Days, "last-30-days", "Last 30 days"),
        (Self::ThisMonth, "this-month", "This month"),
        (Self::LastMonth, "last-month", "Last month"),
        (Self::ThisQuarter, "this-quarter", "This quarter"),
        (Self::LastQuarter, "last-quarter", "Last quarter"),
        (Self::ThisYear, "this-year", "This year"),
        (Self::LastYear, "last-year", "Last year"),
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(named, ..)| *named)
    }

    fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let day_before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
        let year = |day: NaiveDate| day.with_ordinal(1).unwrap_or(day);
        let (month, quarter) = (Every::Month.first(today), Every::Quarter.first(today));
        match self {
            Self::Last30Days => (today.checked_sub_days(Days::new(29)).unwrap_or(today), today),
            Self::ThisMonth => (month, today),
            Self::LastMonth => (Every::Month.first(day_before(month)), day_before(month)),
            Self::ThisQuarter => (quarter, today),
            Self::LastQuarter => (Every::Quarter.first(day_before(quarter)), day_before(quarter)),
            Self::ThisYear => (year(today), today),
            Self::LastYear => (year(day_before(year(today))), day_before(year(today))),
        }
    }
}

/// Something that tickets can be chosen by.
pub struct Facet {
    /// The name of its field.
    pub field: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What can be chosen, with what people call it.
    pub choices: Vec<(String, String)>,
    /// What is.
    pub chosen: BTreeSet<String>,
}

impl Asked {
    /// Reads what was asked: fields by their names. What is empty is not asked.
    ///
    /// A field that is wrong is named with what to do about it.
    pub fn parse(pairs: &[(String, String)], policy: &Policy, today: NaiveDate) -> Result<Self, Wrong> {
        let said = || pairs.iter().map(|(field, value)| (field.as_str(), value.trim()));
        let unknown = said().find(|(field, value)| !value.is_empty() && !FIELDS.contains(field));
        if let Some((field, _)) = unknown {
            let why = format!("there is no such field: there are {}", FIELDS.join(", "));
            return Err(wrong(field, why));
        }
        let all = |wanted: &'static str| {
            said().filter(move |(field, value)| *field == wanted && !value.is_empty()).map(|(_, value)| value)
        };
        let one = |wanted: &'static str| match all(wanted).collect::<Vec<_>>().as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err(wrong(wanted, "it is said twice: say it once".to_owned())),
        };
        let mut filter = Filter::default();
        for Facet { field, name, choices, .. } in facets(&Filter::default(), policy) {
            for value in all(field) {
                if !choices.iter().any(|(known, _)| known == value) {
                    let known: Vec<_> = choices.iter().map(|(known, _)| known.as_str()).collect();
                    let why = match known.is_empty() {
                        true => format!("the policy has no {}: leave it out", name.to_lowercase()),
                        false => format!("`{value}` is none: choose from {}", known.join(", ")),
                    };
                    return Err(wrong(field, why));
                }
                match field {
                    "priority" => drop(filter.priorities.insert(value.into())),
                    "area" => drop(filter.areas.insert(value.into())),
                    "squad" => drop(filter.squads.insert(value.into())),
                    "kind" => filter.kinds.extend(Kind::parse(value)),
                    "person" => drop(filter.people.insert(value.into())),
                    _ => drop(filter.clocks.insert(value.into())),
                }
            }
        }
        let every = one("every")?.map(every).transpose()?;
        let span = span(one("period")?, (one("from")?, one("until")?), today)?;
        let asked = Self { span, filter, every };
        let stretches = every.map(|every| every.of(asked.period(&Zone::utc(), today), &Zone::utc()).len());
        if stretches.is_some_and(|count| count > MOST_STRETCHES) {
            let why = format!("that would be more than {MOST_STRETCHES} stretches: choose longer ones");
            return Err(wrong("every", why));
        }
        Ok(asked)
    }

    /// The first and the last day.
    pub fn days(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self.span {
            Span::Named(named) => named.days(today),
            Span::Days(first, last) => (first, last),
        }
    }

    fn period(&self, zone: &Zone, today: NaiveDate) -> Period {
        let (first, last) = self.days(today);
        Period::new(zone.midnight(first), zone.midnight(last.succ_opt().unwrap_or(last)))
    }

    /// The question, at an instant and by the clocks of a zone.
    pub fn question(&self, now: Time, zone: &Zone) -> Question {
        let period = self.period(zone, zone.local(now).date());
        let question = Question::new(period, now).zone(zone.clone()).filter(self.filter.clone());
        Question { every: self.every, ..question }
    }

    /// The same for ever: a link to it shows the same days tomorrow.
    #[must_use]
    pub fn fixed(&self, today: NaiveDate) -> Self {
        let (first, last) = self.days(today);
        Self { span: Span::Days(first, last), ..self.clone() }
    }

    /// As an address says it, without anything that is not asked.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = match self.span {
            Span::Named(wanted) => {
                let word =
                    Named::ALL.iter().find(|(named, ..)| *named == wanted).map_or("", |(_, word, _)| word);
                vec![("period", word.to_owned())]
            }
            Span::Days(first, last) => vec![("from", first.to_string()), ("until", last.to_string())],
        };
        let Filter { priorities, areas, squads, kinds, people, clocks } = &self.filter;
        pairs.extend(priorities.iter().map(|id| ("priority", id.to_string())));
        pairs.extend(areas.iter().map(|id| ("area", id.to_string())));
        pairs.extend(squads.iter().map(|id| ("squad", id.to_string())));
        pairs.extend(kinds.iter().map(|kind| ("kind", kind.to_string())));
        pairs.extend(people.iter().map(|id| ("person", id.to_string())));
        pairs.extend(clocks.iter().map(|id| ("clock", id.to_string())));
        pairs.extend(self.every.map(|every| ("every", word(every).to_owned())));
        let pairs: Vec<_> =
            pairs.iter().map(|(field, value)| format!("{field}={}", encoded(value))).collect();
        pairs.join("&")
    }

    /// What tickets can be chosen by, with what is chosen.
    pub fn facets(&self, policy: &Policy) -> Vec<Facet> {
        facets(&self.filter, policy)
    }
}

impl Default for Asked {
    fn default() -> Self {
        Self { span: Span::Named(Named::Last30Days), filter: Filter::default(), every: None }
    }
}

fn facets(filter: &Filter, policy: &Policy) -> Vec<Facet> {
    let spec = policy.spec();
    fn named<'a, I: ToString + 'a>(all: impl IntoIterator<Item = (&'a I, String)>) -> Vec<(String, String)> {
        all.into_iter().map(|(id, name)| (id.to_string(), name)).collect()
    }
    fn words<I: ToString>(all: &BTreeSet<I>) -> BTreeSet<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let facet = |field, name, choices, chosen| Facet { field, name, choices, chosen };
    // Figures leave drills out.
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Drill);
    vec![
        facet(
            "priority",
            "Priority",
            named(spec.priorities.iter().map(|one| (&one.id, format!("{} {}", one.id, one.name)))),
            words(&filter.priorities),
        ),
        facet(
            "area",
            "Area",
            named(spec.areas.iter().map(|(id, area)| (id, area.name.clone()))),
            words(&filter.areas),
        ),
        facet(
            "squad",
            "Squad",
            named(spec.squads.iter().map(|(id, squad)| (id, squad.name.clone()))),
            words(&filter.squads),
        ),
        facet("kind", "Kind", named(kinds.map(|kind| (kind, kind.to_string()))), words(&filter.kinds)),
        facet(
            "person",
            "Owner",
            named(spec.people.iter().map(|(id, person)| (id, person.name.clone()))),
            words(&filter.people),
        ),
        facet(
            "clock",
            "Clock",
            named(spec.calendars.keys().map(|id| (id, id.to_string()))),
            words(&filter.clocks),
        ),
    ]
}

fn span(period: Option<&str>, days: (Option<&str>, Option<&str>), today: NaiveDate) -> Result<Span, Wrong> {
    let (first, last) = match (period, days) {
        (None, (None, None)) => return Ok(Asked::default().span),
        (None | Some("dates"), (Some(first), last)) => {
            (date("from", first)?, last.map_or(Ok(today), |last| date("until", last))?)
        }
        (None | Some("dates"), (None, _)) => {
            return Err(wrong("from", "say the first day too, like 2026-01-31".to_owned()));
        }
        (Some(word), _) => {
            return Named::parse(word).map(Span::Named).ok_or_else(|| {
                let known = Named::ALL.map(|(_, word, _)| word).join(", ");
                wrong("period", format!("`{word}` is none: choose from {known}, dates"))
            });
        }
    };
    if last < first {
        return Err(wrong("until", format!("the last day, {last}, comes before the first, {first}")));
    }
    if (last - first).num_days() > MOST_YEARS * 366 {
        return Err(wrong("from", format!("that is too long: ask about at most {MOST_YEARS} years")));
    }
    Ok(Span::Days(first, last))
}

fn date(field: &'static str, day: &str) -> Result<NaiveDate, Wrong> {
    let read = day.parse::<NaiveDate>().ok().filter(|day| YEARS.contains(&day.year()));
    read.ok_or_else(|| wrong(field, format!("`{day}` is no day: write it like 2026-01-31")))
}

/// The stretches that can be asked for.
pub const STRETCHES: [Every; 4] = [Every::Day, Every::Week, Every::Month, Every::Quarter];

fn every(text: &str) -> Result<Every, Wrong> {
    STRETCHES.into_iter().find(|every| word(*every) == text).ok_or_else(|| {
        let known = STRETCHES.map(word).join(", ");
        wrong("every", format!("`{text}` is no stretch of time: choose from {known}"))
    })
}

/// How an address says it.
pub fn word(every: Every) -> &'static str {
    match every {
        Every::Day => "day",
        Every::Week => "week",
        Every::Month => "month",
        Every::Quarter => "quarter",
    }
}

fn wrong(field: &str, why: String) -> Wrong {
    Wrong { field: field.to_owned().into(), why }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parse(query: &str) -> Result<Asked, String> {
        let pairs: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .collect();
        let parsed = Asked::parse(&pairs, &Policy::default(), day("2026-05-20"));
        parsed.map_err(|wrong| format!("{}: {}", wrong.field, wrong.why))
    }

    #[test]
    fn times_that_go_on_are_days() {
        let days = |query: &str| {
            let (first, last) = parse(query).unwrap().days(day("2026-05-20"));
            format!("{first} {last}")
        };
        assert_eq!(days(""), "2026-04-21 2026-05-20");
        assert_eq!(days("period=this-month"), "2026-05-01 2026-05-20");
        assert_eq!(days("period=last-month"), "2026-04-01 2026-04-30");
        assert_eq!(days("period=this-quarter"), "2026-04-01 2026-05-20");
        assert_eq!(days("period=last-quarter"), "2026-01-01 2026-03-31");
        assert_eq!(days("period=this-year"), "2026-01-01 2026-05-20");
        assert_eq!(days("period=last-year"), "2025-01-01 2025-12-31");
        assert_eq!(days("period=dates&from=2026-02-01&until=2026-02-28"), "2026-02-01 2026-02-28");
        assert_eq!(days("from=2026-02-01"), "2026-02-01 2026-05-20");
        assert_eq!(days("period=last-year&from=2026-02-01"), "2025-01-01 2025-12-31", "hidden fields");
    }

    #[test]
    fn an_address_gives_back_what_was_asked() {
        let query = "from=2026-02-01&until=2026-02-28&priority=P1&priority=P2&kind=incident&every=week";
        let asked = parse(query).unwrap();
        assert_eq!(asked.filter.priorities.len(), 2);
        assert_eq!(asked.query().replace("%2D", "-"), query);
        assert_eq!(parse(&asked.query().replace("%2D", "-")), Ok(asked.clone()));
        assert_eq!(asked.fixed(day("2026-05-20")), asked);
        let question = asked.question("2026-03-01T09:00:00Z".parse().unwrap(), &Zone::utc());
        assert_eq!(question.period.to_string(), "2026-02-01 00:00 to 2026-03-01 00:00 UTC");
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_do() {
        let refused = |query: &str| parse(query).unwrap_err();
        assert_eq!(refused("from=2026-02-30"), "from: `2026-02-30` is no day: write it like 2026-01-31");
        assert_eq!(refused("from=2026-02-01&until=x"), "until: `x` is no day: write it like 2026-01-31");
        assert_eq!(refused("from=9999-02-01"), "from: `9999-02-01` is no day: write it like 2026-01-31");
        assert_eq!(refused("until=2026-02-01"), "from: say the first day too, like 2026-01-31");
        assert_eq!(refused("period=dates"), "from: say the first day too, like 2026-01-31");
        assert!(refused("from=2026-02-02&until=2026-02-01").starts_with("until: the last day"));
        assert!(refused("from=1990-01-01&until=2026-01-01").contains("at most 20 years"));
        assert!(refused("period=someday").starts_with("period: `someday` is none: choose from last-30-days"));
        assert_eq!(refused("priority=P9"), "priority: `P9` is none: choose from P1, P2, P3");
        assert_eq!(refused("area=moon"), "area: the policy has no area: leave it out");
        assert_eq!(refused("kind=drill"), "kind: `drill` is none: choose from request, incident, gardening");
        assert!(refused("every=hour").starts_with("every: `hour` is no stretch of time: choose from day"));
        assert!(refused("from=2020-01-01&every=day").contains("choose longer ones"));
        assert!(refused("priorty=P1").starts_with("priorty: there is no such field"));
        assert_eq!(refused("every=day&every=week"), "every: it is said twice: say it once");
    }
}
