use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{Ask, Behind, Material};
use crate::insight::{Bootstrap, By, Group, Question, Selection, Value};
use crate::policy::PolicySpec;
use crate::time::Every;
use crate::vocab::PersonId;

/// What a report is asked, and what every section needs for its part of it.
pub(super) struct Asked<'a> {
    pub(super) material: &'a Material<'a>,
    /// All of it together.
    pub(super) question: Question,
    /// The same of the period before.
    pub(super) previous: Question,
    pub(super) every: Every,
    /// How differences are tried, if they are.
    pub(super) bootstrap: Option<Bootstrap>,
}

/// How many tickets are drawn for one difference, about, and how often at least: more tickets need fewer rounds, because what is
/// uncertain about an interval of 95 % is a matter of the rounds alone.
const DRAWN: usize = 100_000_000;
const LEAST: u16 = 200;

impl<'a> Asked<'a> {
    pub(super) fn new(question: &Question, material: &'a Material<'a>) -> Self {
        let every = question.every.unwrap_or_else(|| stretch(question.period.length()));
        let question = Question { by: Vec::new(), every: None, ..question.clone() };
        let fitting = |bootstrap: Bootstrap| {
            let rounds = u16::try_from(DRAWN / material.facts.len().max(1)).unwrap_or(u16::MAX);
            Bootstrap { rounds: bootstrap.rounds.min(rounds.max(LEAST)), ..bootstrap }
        };
        let bootstrap = material.bootstrap.map(fitting);
        Self { material, previous: question.previous(), question, every, bootstrap }
    }

    pub(super) fn spec(&self) -> &'a PolicySpec {
        self.material.policies.current().spec()
    }

    /// The question, side by side.
    pub(super) fn by(&self, by: impl IntoIterator<Item = By>) -> Question {
        self.question.clone().by(by)
    }

    /// The question, side by side and stretch by stretch.
    pub(super) fn over_time(&self, by: impl IntoIterator<Item = By>) -> Question {
        self.by(by).every(self.every)
    }

    pub(super) fn select<'q>(&'q self, question: &'q Question) -> Selection<'q> {
        self.material.facts.select(question, self.material.policies)
    }

    /// The stretches by their first day, with what they are called.
    pub(super) fn stretches(&self) -> Vec<(NaiveDate, String)> {
        let all = self.every.of(self.question.period, &self.question.zone);
        all.into_iter().map(|(day, _)| (day, self.called(day))).collect()
    }

    fn called(&self, day: NaiveDate) -> String {
        match self.every {
            Every::Day | Every::Week => day.format("%-d %b").to_string(),
            Every::Month => day.format("%b %y").to_string(),
            Every::Quarter => format!("Q{} {}", day.month0() / 3 + 1, day.format("%y")),
        }
    }

    /// What a stretch is called in a sentence.
    pub(super) fn unit(&self) -> &'static str {
        match self.every {
            Every::Day => "day",
            Every::Week => "week",
            Every::Month => "month",
            Every::Quarter => "quarter",
        }
    }

    /// What people call it.
    pub(super) fn name(&self, value: &Value) -> String {
        let spec = self.spec();
        let named = match value {
            Value::Area(Some(area)) => spec.areas.get(area).map(|area| area.name.clone()),
            Value::Squad(Some(squad)) => spec.squads.get(squad).map(|squad| squad.name.clone()),
            Value::Area(None) => Some("no area".to_owned()),
            Value::Squad(None) => Some("no squad".to_owned()),
            Value::Person(Some(person)) => Some(self.person(person)),
            Value::Person(None) => Some("nobody".to_owned()),
            _ => None,
        };
        named.unwrap_or_else(|| value.to_string())
    }

    pub(super) fn person(&self, person: &PersonId) -> String {
        self.spec().people.get(person).map_or_else(|| person.to_string(), |known| known.name.clone())
    }

    /// Where a group stands: priorities by urgency, everything else by its name.
    pub(super) fn rank(&self, group: &Group) -> (usize, String) {
        let value = group.0.last();
        let urgency = value.and_then(|value| match value {
            Value::Priority(id) => self.spec().priorities.iter().position(|known| known.id == *id),
            _ => None,
        });
        (urgency.unwrap_or(usize::MAX), value.map(|value| self.name(value)).unwrap_or_default())
    }
}

/// Stretches of which there are some, and not too many to look at.
fn stretch(length: TimeDelta) -> Every {
    match length.num_days() {
        ..=21 => Every::Day,
        22..=120 => Every::Week,
        121..=1_100 => Every::Month,
        _ => Every::Quarter,
    }
}

/// How the tickets behind the figures of one selection are asked for.
pub(super) fn ask<'q, B: Into<Behind>>(question: &'q Question, group: &'q Group) -> impl Fn(B) -> Ask + 'q {
    |which| Ask { by: question.by.clone(), every: question.every, group: group.clone(), which: which.into() }
}
