//! Many small cases at once, as a table that anybody reads.

use chrono::TimeDelta;

use super::{clock, fail, zone};
use crate::effect::{Intent, Notice};
use crate::policy::Policy;
use crate::rules::deadline_of;
use crate::ticket::{Command, Event, Open};
use crate::time::{Zone, parse_instant};
use crate::vocab::{Actor, Kind, Recipient, Target, TextRef, Time};
use crate::world::World;

/// Cases under one policy: each opens a ticket, and says what is expected of it if nobody acts.
///
/// What a case gives: `opened` (needed), `by`, `priority`, `area`, `kind`. What it expects: `acknowledge`, `respond`,
/// `next response`, `update`, `resolve` (when they are due, `-` for never), `told` (who the ladder tells first, by name, with
/// commas), `told at` (when that is). Every row that is wrong is shown, not only the first.
///
/// ```
/// use supporty_core::policy::Policy;
/// use supporty_core::testing::Table;
///
/// Table::new(Policy::default()).zone("Europe/London").check(
///     "
///     | opened               | priority | respond              | resolve              | told    |
///     | Fri 2026-01-09 17:30 | P2       | Mon 2026-01-12 09:30 | Mon 2026-01-12 11:30 | support |
///     | Fri 2026-01-09 17:30 | P3       | Mon 2026-01-12 16:30 | Mon 2026-01-12 17:30 | support |
///     ",
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    policy: Policy,
    zone: Zone,
}

const GIVEN: [&str; 5] = ["opened", "by", "priority", "area", "kind"];
const EXPECTED: [&str; 7] =
    ["acknowledge", "respond", "next response", "update", "resolve", "told", "told at"];

impl Table {
    /// Cases under a policy, told in UTC.
    pub fn new(policy: Policy) -> Self {
        Self { policy, zone: Zone::utc() }
    }

    /// Whose clocks the cases are told by.
    #[track_caller]
    #[must_use]
    pub fn zone(mut self, name: &str) -> Self {
        self.zone = zone(name);
        self
    }

    /// Plays every row, and fails with all that are wrong.
    #[track_caller]
    pub fn check(&self, table: &str) {
        let lines = table.lines().map(str::trim).enumerate().filter(|(_, line)| line.starts_with('|'));
        let mut rows = lines.map(|(number, line)| {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
            (number, cells.collect::<Vec<_>>())
        });
        let Some((_, head)) = rows.next() else { fail("the table has no rows: each begins with `|`") };
        if let Some(unknown) =
            head.iter().find(|name| !GIVEN.iter().chain(&EXPECTED).any(|known| known == name))
        {
            let known =
                GIVEN.iter().chain(&EXPECTED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            fail(&format!("the column `{unknown}` means nothing: there are {known}"));
        }
        let divides = |cells: &[String]| cells.iter().all(|cell| cell.chars().all(|c| c == '-' || c == ':'));
        let mut wrong = Vec::new();
        let mut played = 0;
        for (number, cells) in rows.filter(|(_, cells)| !divides(cells)) {
            played += 1;
            let cell = |name: &str| {
                let column = head.iter().position(|known| known == name)?;
                cells.get(column).map(String::as_str).filter(|text| !text.is_empty())
            };
            if let Err(why) = self.row(&cell) {
                wrong.push(format!(
                    "row {played} (line {} of the table): {}\n    {why}",
                    number + 1,
                    cells.join(" | ")
                ));
            }
        }
        if played == 0 {
            fail("the table has a head and no rows");
        }
        if !wrong.is_empty() {
            fail(&format!("{} of {played} rows are wrong:\n{}", wrong.len(), wrong.join("\n")));
        }
    }

    fn row<'a>(&self, cell: &impl Fn(&str) -> Option<&'a str>) -> Result<(), String> {
        let at = parse_instant(cell("opened").ok_or("it does not say when it was opened")?, &self.zone)?;
        let kind = match cell("kind") {
            None => Kind::Request,
            Some(word) => Kind::parse(word).ok_or_else(|| format!("`{word}` is no kind of work"))?,
        };
        let priority =
            cell("priority").map_or_else(|| self.policy.spec().default_priority.clone(), Into::into);
        let area = cell("area").filter(|area| *area != "-").map(Into::into);
        let title = TextRef::new("title");
        let open = Command::Open(Open { title, details: None, kind, priority, area, on_behalf: None });
        let mut world = World::new(self.policy.clone());
        world.staff_around(at);
        let by = Actor::Person(cell("by").unwrap_or("somebody").into());
        let opened = world.submit(at, &by, None, open).map_err(|rejection| rejection.to_string())?;
        let mut wrong = Vec::new();
        for target in Target::ALL {
            let name = target.as_str().replace('-', " ");
            let Some(expected) = cell(&name) else { continue };
            let ticket = world.ticket(&opened.ticket).ok_or("the ticket is gone")?;
            let due = deadline_of(ticket, world.policies(), *target);
            let matches = match expected {
                "-" => due.is_none(),
                text => due == Some(parse_instant(text, &self.zone)?),
            };
            if !matches {
                wrong.push(format!("{name}: expected {expected}, is {}", self.shown(due)));
            }
        }
        if cell("told").or(cell("told at")).is_some() {
            world.run_until(at + TimeDelta::days(60));
            wrong.extend(self.told(&world, cell)?);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    fn told<'a>(
        &self,
        world: &World,
        cell: &impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Vec<String>, String> {
        let first = world.entries().iter().find(|(_, entry)| matches!(entry.event, Event::Escalated { .. }));
        let alarms = world.effects().iter().filter_map(|effect| match &effect.intent {
            Intent::Tell(tell) if matches!(tell.notice, Notice::Escalated { .. }) => {
                Some((&effect.id, &tell.to))
            }
            _ => None,
        });
        let mut names: Vec<String> = Vec::new();
        let mut cause = None;
        for (id, to) in alarms {
            if *cause.get_or_insert(&id.cause) == &id.cause {
                names.push(match to {
                    Recipient::Person(person) => person.to_string(),
                    Recipient::Channel(channel) => channel.to_string(),
                    Recipient::Thread(_) => "thread".to_owned(),
                });
            }
        }
        names.sort_unstable();
        let mut wrong = Vec::new();
        if let Some(expected) = cell("told") {
            let mut wanted: Vec<_> = expected.split(',').map(str::trim).filter(|name| *name != "-").collect();
            wanted.sort_unstable();
            if wanted != names {
                wrong.push(format!("told: expected {expected}, is {}", names.join(", ")));
            }
        }
        if let Some(expected) = cell("told at") {
            let at = first.map(|(_, entry)| entry.at);
            let matches = match expected {
                "-" => at.is_none(),
                text => at.map(whole) == Some(parse_instant(text, &self.zone)?),
            };
            if !matches {
                wrong.push(format!("told at: expected {expected}, is {}", self.shown(at.map(whole))));
            }
        }
        Ok(wrong)
    }

    fn shown(&self, at: Option<Time>) -> String {
        at.map_or("-".to_owned(), |at| clock::show(at, &self.zone))
    }
}

/// What is told of a breach comes a microsecond after it.
fn whole(at: Time) -> Time {
    Time::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}
