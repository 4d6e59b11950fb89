//! From what the file says to a policy, and back from a place in the policy to one in the file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::calendars::Calendars;
use super::reader::{At, Many, Named, Problems};
use super::tables::{
    CalendarTable, ConditionTable, Holidays, PolicyTable, PriorityTable, PromiseTable, PromisesTable,
    RuleTable, RungTable,
};
use super::words::{Flag, Text};
use crate::policy::{Code, Condition, Limits, Modes, PolicySpec, Priority, Promise, Retention, Rule, Rung};
use crate::time::{CalendarSpec, Zone};
use crate::vocab::{CalendarId, PauseReason, Target};

/// Where the parts of a policy stand in the file.
pub(super) type Places = BTreeMap<String, Range<usize>>;

/// Reads a file of holidays by its name.
pub(super) type Files<'a> = &'a dyn Fn(&str) -> Result<super::Holidays, String>;

pub(super) struct Lower<'a> {
    pub(super) places: Places,
    /// Of what something could not be read: what is missing there was said already.
    pub(super) short: BTreeSet<String>,
    pub(super) problems: &'a mut Problems,
    pub(super) files: Files<'a>,
}

/// More than any team tells apart.
const MOST_PRIORITIES: usize = 100;
const MOST_RULES: usize = 1_000;

impl Lower<'_> {
    pub(super) fn policy(&mut self, table: PolicyTable) -> PolicySpec {
        let mut spec = PolicySpec::default();
        let text = |lower: &mut Self, path: &str, value: Option<At<Text>>| {
            value.map(|value| lower.placed(path, value).0)
        };
        spec.name = text(self, "name", table.name).unwrap_or(spec.name);
        spec.key_prefix = text(self, "key_prefix", table.key_prefix).unwrap_or(spec.key_prefix);
        spec.channel = text(self, "channel", table.channel).map_or(spec.channel, |name| name.as_str().into());
        spec.private_channel =
            text(self, "private_channel", table.private_channel).map(|name| name.as_str().into());
        if let Some(priority) = text(self, "default_priority", table.default_priority) {
            spec.default_priority = priority.as_str().into();
        }
        self.calendars(&mut spec, table.calendars, table.zone.map(|zone| zone.value), table.holidays);
        if let Some(modes) = table.modes {
            let Modes { priority_change, reopen, reply_after_resolution } = spec.modes;
            spec.modes = Modes {
                priority_change: modes.priority_change.unwrap_or(priority_change),
                reopen: modes.reopen.unwrap_or(reopen),
                reply_after_resolution: modes.reply_after_resolution.unwrap_or(reply_after_resolution),
            };
        }
        if let Some(limits) = table.limits {
            let known = spec.limits;
            spec.limits = Limits {
                reopening_window: limits.reopening_window.map_or(known.reopening_window, |length| length.0),
                unmerge_window: limits.unmerge_window.map_or(known.unmerge_window, |length| length.0),
                longest_wait: limits.longest_wait.map_or(known.longest_wait, |length| length.0),
                nudge: limits.nudge.unwrap_or(known.nudge),
                no_answer: limits.no_answer.unwrap_or(known.no_answer),
                wait_clock: limits.wait_clock.map_or(known.wait_clock, |clock| {
                    self.placed("limits/wait_clock", clock).0.as_str().into()
                }),
            };
        }
        self.short_of("priorities".to_owned(), table.short);
        if let Some(priorities) = table.priorities {
            let priorities =
                self.at_most(MOST_PRIORITIES, "priorities", priorities.0).into_iter().enumerate();
            spec.priorities = priorities.map(|(index, table)| self.priority(index, table)).collect();
            if !spec.priorities.iter().any(|priority| priority.id == spec.default_priority)
                && !self.places.contains_key("default_priority")
            {
                // A file that names its priorities need not say which one the form proposes.
                if let Some(last) = spec.priorities.last() {
                    spec.default_priority = last.id.clone();
                }
            }
        }
        let rules = table.rules.map(|rules| rules.0).unwrap_or_default();
        let rules = self.at_most(MOST_RULES, "rules", rules).into_iter().enumerate();
        spec.rules = rules.map(|(index, table)| self.rule(index, table, &spec.priorities)).collect();
        self.fields(&mut spec, table.fields);
        self.permissions(&mut spec, table.permissions);
        self.post_mortem(&mut spec, table.post_mortem);
        if let Some(retention) = table.retention {
            let handled = retention.handled.map(|handled| self.placed("retention/handled", handled).0);
            spec.retention = Retention { texts: retention.texts.map(|length| length.0), handled };
        }
        if let Some(code) = table.code {
            let on = |flag: Option<Flag>| flag.is_some_and(|flag| flag.0);
            let labels = self.texts("code/labels", code.labels);
            let (comments, checks) = (on(code.comments), on(code.checks));
            spec.code = Code { issues: code.issues, labels, comments, checks };
        }
        self.drills(&mut spec, table.drills);
        self.people(&mut spec, table.people);
        self.squads(&mut spec, table.squads);
        self.areas(&mut spec, table.areas);
        self.services(&mut spec, table.services);
        self.rotas(&mut spec, table.rotas);
        spec.pay = self.pay(table.pay);
        self.drop_unused(&mut spec);
        spec
    }

    fn short_of(&mut self, path: String, short: bool) {
        self.short.extend(short.then_some(path));
    }

    pub(super) fn at_most<T>(&mut self, most: usize, what: &str, mut list: Vec<At<T>>) -> Vec<At<T>> {
        if let Some(first) = list.get(most) {
            let message = format!("there are {} {what}, and at most {most} are taken", list.len());
            self.problems.error(first.span.clone(), message, "too many", None);
            list.truncate(most);
        }
        list
    }

    pub(super) fn placed<T>(&mut self, path: &str, at: At<T>) -> T {
        self.places.insert(path.to_owned(), at.span);
        at.value
    }

    pub(super) fn missing(&mut self, span: Range<usize>, what: &str, example: &str) {
        let message = format!("`{what}` is missing");
        self.problems.error(span, message, "here", Some(format!("add a line such as `{example}`")));
    }

    pub(super) fn texts(&mut self, path: &str, many: Option<Many<Text>>) -> Vec<String> {
        let many = many.map(|many| many.0).unwrap_or_default().into_iter().enumerate();
        many.map(|(index, text)| self.placed(&format!("{path}/{index}"), text).0).collect()
    }

    fn calendars(
        &mut self,
        spec: &mut PolicySpec,
        tables: Option<Named<CalendarTable>>,
        zone: Option<Zone>,
        holidays: Option<Holidays>,
    ) {
        let holidays: BTreeMap<_, _> = holidays.map(|days| days.0.into_iter().collect()).unwrap_or_default();
        for calendar in spec.calendars.values_mut() {
            if let CalendarSpec::Hours(hours) = calendar {
                hours.zone = zone.clone().unwrap_or_else(|| hours.zone.clone());
                hours.closed = holidays.clone();
            }
        }
        let zone = zone.unwrap_or_else(|| spec.zone());
        let tables: BTreeMap<String, (Range<usize>, At<CalendarTable>)> = tables
            .map(|tables| tables.0)
            .unwrap_or_default()
            .into_iter()
            .map(|(name, table)| (name.value, (name.span, table)))
            .collect();
        let mut compiling = Calendars {
            lower: self,
            tables: &tables,
            known: spec.calendars.clone(),
            zone,
            holidays,
            within: Vec::new(),
            members: 0,
        };
        for name in tables.keys() {
            if let Some(calendar) = compiling.named(name) {
                spec.calendars.insert(name.as_str().into(), calendar);
            }
        }
        for (name, (span, _)) in &tables {
            self.places.insert(format!("calendars/{name}"), span.clone());
        }
    }

    fn priority(&mut self, index: usize, table: At<PriorityTable>) -> Priority {
        let path = |field: &str| format!("priorities/{index}/{field}");
        let At { value: table, span } = table;
        let head = span.start..span.start + 1;
        self.places.insert(format!("priorities/{index}"), head.clone());
        self.short_of(
            path("promises"),
            table.promises.as_ref().map_or(table.short, |promises| promises.short),
        );
        if table.id.is_none() {
            self.missing(head.clone(), "id", "id = \"P1\"");
        }
        let id = table.id.map_or_else(String::new, |id| self.placed(&path("id"), id).0);
        let clock = match table.clock {
            Some(clock) => self.placed(&path("clock"), clock).0,
            None => "always".to_owned(),
        };
        let clock = CalendarId::new(clock);
        let promises = table
            .promises
            .map(|promises| self.promises(&path("promises"), promises, &|_| Some(clock.clone())));
        let mut ladder: Vec<Rung> = Vec::new();
        for rung in table.ladder.map(|ladder| ladder.0).unwrap_or_default() {
            // One that can not be read has no number, so that those after it keep their places.
            ladder.extend(self.rung(&format!("{}/{}", path("ladder"), ladder.len()), rung));
        }
        Priority {
            name: table.name.map_or_else(|| id.clone(), |name| name.0),
            id: id.as_str().into(),
            critical: table.critical.is_some_and(|flag| flag.0),
            examples: table
                .examples
                .map(|many| many.0.into_iter().map(|text| text.value.0).collect())
                .unwrap_or_default(),
            clock,
            promises: promises.unwrap_or_default(),
            take_over_after: table.take_over_after.map_or(2 * 3_600, |length| length.0),
            acknowledgement_lapses: table.acknowledgement_lapses.map_or(3_600, |length| length.0),
            ladder,
        }
    }

    fn promises(
        &mut self,
        path: &str,
        table: PromisesTable,
        clock: &dyn Fn(Target) -> Option<CalendarId>,
    ) -> BTreeMap<Target, Promise> {
        let all = [
            (Target::Acknowledge, table.acknowledge),
            (Target::Respond, table.respond),
            (Target::NextResponse, table.next_response),
            (Target::Update, table.update),
            (Target::Resolve, table.resolve),
        ];
        let given = all.into_iter().filter_map(|(target, given)| Some((target, given?)));
        let promises = given.filter_map(|(target, given)| {
            let here = format!("{path}/{target}");
            self.places.insert(here.clone(), given.span.clone());
            let promise = self.promise(&here, target, given.value.0, &given.span, clock)?;
            Some((target, promise))
        });
        promises.collect()
    }

    fn promise(
        &mut self,
        path: &str,
        target: Target,
        table: PromiseTable,
        span: &Range<usize>,
        clock: &dyn Fn(Target) -> Option<CalendarId>,
    ) -> Option<Promise> {
        let Some(within) = table.within else {
            self.missing(span.clone(), "within", "within = \"1h\"");
            return None;
        };
        let clock = match table.clock {
            Some(clock) => CalendarId::new(self.placed(&format!("{path}/clock"), clock).0),
            None => match clock(target) {
                Some(clock) => clock,
                None => {
                    let message = "it is not said whose hours count".to_owned();
                    let help =
                        "say `{ within = \"2h\", clock = \"office\" }`: the rule is for several priorities";
                    self.problems.error(span.clone(), message, "which clock?", Some(help.to_owned()));
                    return None;
                }
            },
        };
        let pauses = match table.pauses {
            Some(pauses) => pauses.0.into_iter().map(|pause| pause.value).collect(),
            None => default_pauses(target),
        };
        let warnings = table.warnings.map(|many| many.0).unwrap_or_default().into_iter().enumerate();
        let warnings =
            warnings.map(|(index, warning)| self.placed(&format!("{path}/warnings/{index}"), warning));
        let warnings = warnings.collect();
        Some(Promise { within: self.placed(&format!("{path}/within"), within), clock, pauses, warnings })
    }

    fn rung(&mut self, path: &str, table: At<RungTable>) -> Option<Rung> {
        let At { value: table, span } = table;
        let head = span.start..span.start + 1;
        self.places.insert(path.to_owned(), head.clone());
        self.short_of(path.to_owned(), table.short);
        if table.tell.is_none() {
            self.missing(head.clone(), "tell", "tell = [\"lead\"]");
        }
        let Some(when) = table.when else {
            // A mistake in it was noted already, and looks the same from here.
            return None;
        };
        let audience = table.tell.map(|many| many.0).unwrap_or_default().into_iter().enumerate();
        let audience: Vec<_> =
            audience.map(|(index, who)| self.placed(&format!("{path}/tell/{index}"), who)).collect();
        let repeat = table.repeat.map(|repeat| self.placed(&format!("{path}/repeat"), repeat));
        let hours = table.hours.map(|hours| self.placed(&format!("{path}/hours"), hours).0.as_str().into());
        Some(Rung { trigger: self.placed(&format!("{path}/when"), when), audience, repeat, hours })
    }

    pub(super) fn condition(&mut self, path: &str, table: Option<ConditionTable>) -> Condition {
        let Some(table) = table else { return Condition::default() };
        let mut names = |field: &str, many: Option<Many<Text>>| -> BTreeSet<String> {
            let many = many.map(|many| many.0).unwrap_or_default().into_iter();
            many.map(|text| {
                let place = format!("{path}/{field}/{}", text.value.0);
                self.placed(&place, text).0
            })
            .collect()
        };
        let squads = names("requester_squad", table.requester_squad);
        let kinds = table.kind.map(|many| many.0).unwrap_or_default().into_iter();
        Condition {
            priority: names("priority", table.priority).iter().map(|name| name.as_str().into()).collect(),
            area: names("area", table.area).iter().map(|name| name.as_str().into()).collect(),
            requester_squad: squads.iter().map(|name| name.as_str().into()).collect(),
            kind: kinds.map(|kind| kind.value).collect(),
        }
    }

    fn rule(&mut self, index: usize, table: At<RuleTable>, priorities: &[Priority]) -> Rule {
        let path = |field: &str| format!("rules/{index}/{field}");
        let At { value: table, span } = table;
        let head = span.start..span.start + 1;
        self.places.insert(format!("rules/{index}"), head.clone());
        self.short_of(
            path("promises"),
            table.promises.as_ref().map_or(table.short, |promises| promises.short),
        );
        if table.name.is_none() {
            self.missing(head, "name", "name = \"checkout incidents\"");
        }
        let name = table.name.map_or_else(String::new, |name| self.placed(&path("name"), name).0);
        let when = self.condition(&path("when"), table.when);
        // The one clock that the priorities which it is for measure that promise by.
        let clock = |target: Target| {
            let of =
                priorities.iter().filter(|one| when.priority.is_empty() || when.priority.contains(&one.id));
            let mut clocks: BTreeSet<_> = of
                .map(|one| one.promises.get(&target).map_or(&one.clock, |promise| &promise.clock))
                .collect();
            let first = clocks.pop_first()?;
            clocks.is_empty().then(|| first.clone())
        };
        let promises = table.promises.map(|promises| self.promises(&path("promises"), promises, &clock));
        Rule { name, promises: promises.unwrap_or_default(), when }
    }

    /// The default calendars that the file neither says nor uses are not part of its policy.
    fn drop_unused(&mut self, spec: &mut PolicySpec) {
        let mut used: BTreeSet<CalendarId> = BTreeSet::from([spec.limits.wait_clock.clone()]);
        used.extend(spec.squads.values().map(|squad| squad.hours.clone()));
        used.extend(spec.people.values().filter_map(|person| person.holidays.clone()));
        used.extend(spec.rotas.values().filter_map(|rota| rota.cover.clone()));
        used.extend(spec.rotas.values().flat_map(|rota| &rota.rotations).filter_map(|one| one.hours.clone()));
        let promises =
            spec.priorities.iter().map(|one| &one.promises).chain(spec.rules.iter().map(|one| &one.promises));
        used.extend(promises.flat_map(|promises| promises.values()).map(|promise| promise.clock.clone()));
        used.extend(spec.priorities.iter().map(|priority| priority.clock.clone()));
        used.extend(spec.priorities.iter().flat_map(|one| &one.ladder).filter_map(|rung| rung.hours.clone()));
        let said = &self.places;
        spec.calendars.retain(|id, _| used.contains(id) || said.contains_key(&format!("calendars/{id}")));
    }
}

fn default_pauses(target: Target) -> BTreeSet<PauseReason> {
    match target {
        Target::Acknowledge | Target::Respond => BTreeSet::new(),
        _ => BTreeSet::from([PauseReason::Requester, PauseReason::ThirdParty]),
    }
}

pub(super) fn pauses_by_default(target: Target, pauses: &BTreeSet<PauseReason>) -> bool {
    default_pauses(target) == *pauses
}
