//! The calendars of a file, which may name each other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::clock_words::HoursLine;
use super::lower::Lower;
use super::reader::{At, Many, allowed, nearest, shown};
use super::tables::{CalendarTable, Member};

use crate::time::{CalendarSpec, Hours, Zone};
use crate::vocab::CalendarId;

/// How deep calendars may name each other, and how many they may be made of in all.
const DEEPEST: usize = 16;
const MOST_MEMBERS: usize = 200;

/// Calendars that may name each other.
pub(super) struct Calendars<'a, 'b> {
    pub(super) lower: &'a mut Lower<'b>,
    pub(super) tables: &'a BTreeMap<String, (Range<usize>, At<CalendarTable>)>,
    pub(super) known: BTreeMap<CalendarId, CalendarSpec>,
    pub(super) zone: Zone,
    pub(super) holidays: BTreeMap<chrono::NaiveDate, String>,
    /// Those that are being read, each named by the one before.
    pub(super) within: Vec<String>,
    /// How many members there were so far.
    pub(super) members: usize,
}

impl Calendars<'_, '_> {
    pub(super) fn named(&mut self, name: &str) -> Option<CalendarSpec> {
        let Some((span, table)) = self.tables.get(name) else { return self.known.get(&name.into()).cloned() };
        self.within.push(name.to_owned());
        let calendar = self.table(&table.value, span, name);
        self.within.pop();
        calendar
    }

    fn table(&mut self, table: &CalendarTable, span: &Range<usize>, name: &str) -> Option<CalendarSpec> {
        let ways = [table.hours.is_some(), table.any_of.is_some(), table.all_of.is_some()];
        if ways.iter().filter(|way| **way).count() > 1 {
            let message = format!("calendar `{}` says in several ways when it is open", shown(name));
            let help = "keep one of `hours`, `any_of` and `all_of`".to_owned();
            self.lower.problems.error(span.clone(), message, "here", Some(help));
            return None;
        }
        match (&table.any_of, &table.all_of) {
            (Some(members), _) => self.members(members).map(CalendarSpec::AnyOf),
            (_, Some(members)) => self.members(members).map(CalendarSpec::AllOf),
            _ => self.hours(table, span, name),
        }
    }

    fn members(&mut self, members: &Many<Member>) -> Option<Vec<CalendarSpec>> {
        let mut all = Vec::new();
        for At { value, span } in &members.0 {
            self.members += 1;
            if self.within.len() > DEEPEST || self.members > MOST_MEMBERS {
                let message = "calendars are made of too many others".to_owned();
                let help = format!("at most {MOST_MEMBERS} in all, and {DEEPEST} deep");
                self.lower.problems.error(span.clone(), message, "here", Some(help));
                return None;
            }
            match value {
                Member::Inline(table) => all.push(self.table(table, span, "of another")?),
                Member::Named(name) if self.within.contains(name) => {
                    let way = self.within.iter().chain([name]).map(|name| format!("`{}`", shown(name)));
                    let message =
                        format!("calendars name each other: {}", way.collect::<Vec<_>>().join(" - "));
                    let help = "give one of them hours of its own".to_owned();
                    self.lower.problems.error(span.clone(), message, "in a circle", Some(help));
                    return None;
                }
                Member::Named(name) => {
                    let known =
                        self.tables.contains_key(name) || self.known.contains_key(&name.as_str().into());
                    if !known {
                        let names: BTreeSet<_> = self
                            .tables
                            .keys()
                            .map(String::as_str)
                            .chain(self.known.keys().map(|id| id.as_str()))
                            .collect();
                        let names: Vec<_> = names.into_iter().collect();
                        let near = nearest(name, names.iter().copied());
                        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                        let message = format!("there is no calendar `{}`", shown(name));
                        let help = format!("{near}{}", allowed(&names));
                        self.lower.problems.error(span.clone(), message, "unknown calendar", Some(help));
                        return None;
                    }
                    all.push(self.named(name)?);
                }
            }
        }
        Some(all)
    }

    fn hours(&mut self, table: &CalendarTable, span: &Range<usize>, name: &str) -> Option<CalendarSpec> {
        let zone = table.zone.as_ref().map_or_else(|| self.zone.clone(), |zone| zone.value.clone());
        let mut hours = match self.known.get(&name.into()) {
            Some(CalendarSpec::Hours(known)) if table.hours.is_none() => Hours { zone, ..known.clone() },
            _ if table.hours.is_none() => {
                let message = format!("calendar `{}` does not say when it is open", shown(name));
                let help = "add a line such as `hours = \"mon-fri 09:00-17:30\"`".to_owned();
                self.lower.problems.error(span.clone(), message, "without hours", Some(help));
                return None;
            }
            _ => Hours { zone, weekly: BTreeMap::new(), closed: BTreeMap::new(), dated: BTreeMap::new() },
        };
        for line in table.hours.iter().flat_map(|lines| &lines.0) {
            match &line.value {
                HoursLine::Always => return Some(CalendarSpec::Always),
                HoursLine::On(days, windows) => {
                    for day in days {
                        hours.weekly.entry(*day).or_default().extend(windows.iter().copied());
                    }
                }
            }
        }
        hours.weekly.values_mut().for_each(|windows| windows.sort_unstable());
        hours.closed = match &table.holidays {
            Some(days) => days.0.iter().cloned().collect(),
            None => self.holidays.clone(),
        };
        for file in table.holiday_files.iter().flat_map(|files| &files.0) {
            match (self.lower.files)(&file.value.0) {
                Ok(days) => hours.closed.extend(days),
                Err(why) => {
                    let message =
                        format!("the holidays of `{}` can not be read: {why}", shown(&file.value.0));
                    self.lower.problems.error(file.span.clone(), message, "this file", None);
                }
            }
        }
        for (date, windows) in table.dates.iter().flat_map(|dates| &dates.0) {
            match super::clock_words::date(&date.value) {
                Some(date) => drop(hours.dated.insert(date, windows.value.0.clone())),
                None => {
                    let message = format!("`{}` is not a date", shown(&date.value));
                    let help = "write it as `2026-12-24`".to_owned();
                    self.lower.problems.error(date.span.clone(), message, "here", Some(help));
                }
            }
        }
        Some(CalendarSpec::Hours(hours))
    }
}
