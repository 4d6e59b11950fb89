//! Everything that contradicts itself in a policy, with where.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

mod forms;

use super::{
    Assignees, Condition, Misplaced, PolicyError, PolicySpec, Priority, Promise, Retention, Rotation, Rule,
    Rung, Squad, Trigger,
};
use crate::time::Budget;
use crate::vocab::{Audience, CalendarId, PersonId, RotaId, SquadId, Target, TicketKey, Warning};

/// Every plan walks a rung's repeats.
const MOST_REPEATS: u32 = 10_000;
/// More mistakes than anybody reads: the rest is looked for when these are gone.
const MOST_WRONG: usize = 1_000;
/// How many names are listed to choose from.
const MOST_NAMES: usize = 30;
/// A ladder's steps are numbered by a byte.
const MOST_RUNGS: usize = 256;
/// The smallest unit of a currency is a millionth at most, and sums of a month fit by far.
const MOST_DIGITS: u8 = 6;
const MOST_AN_HOUR: u64 = 1_000_000_000_000;
/// Every turn since the first is counted.
const EARLIEST_START: i32 = 2000;
const LATEST_START: i32 = 2100;

pub(super) fn check(spec: &PolicySpec) -> Vec<Misplaced> {
    let mut check = Check { spec, seen: BTreeSet::new(), wrong: Vec::new() };
    check.head();
    for (index, priority) in spec.priorities.iter().enumerate() {
        check.priority(index, priority);
    }
    for (index, rule) in spec.rules.iter().enumerate() {
        check.rule(index, rule);
    }
    check.forms();
    check.people();
    check.squads();
    check.rotas();
    check.pay();
    check.wrong
}

struct Check<'a> {
    spec: &'a PolicySpec,
    /// Names that must not be there twice.
    seen: BTreeSet<(&'static str, String)>,
    wrong: Vec<Misplaced>,
}

impl Check<'_> {
    fn push(&mut self, path: String, error: PolicyError) {
        if !self.full() {
            self.wrong.push(Misplaced { path, error });
        }
    }

    fn full(&self) -> bool {
        self.wrong.len() >= MOST_WRONG
    }

    fn head(&mut self) {
        let key: Result<TicketKey, _> = format!("{}-1", self.spec.key_prefix).parse();
        if key.is_err() {
            self.push("key_prefix".to_owned(), PolicyError::KeyPrefix(self.spec.key_prefix.clone()));
        }
        if self.spec.private_channel.as_ref() == Some(&self.spec.channel) {
            self.push("private_channel".to_owned(), PolicyError::PublicPrivateChannel);
        }
        if self.spec.priorities.is_empty() {
            self.push("priorities".to_owned(), PolicyError::NoPriorities);
        } else if !self.spec.priorities.iter().any(|priority| priority.id == self.spec.default_priority) {
            let unknown = PolicyError::UnknownPriority(self.spec.default_priority.clone());
            self.push("default_priority".to_owned(), unknown);
        }
        if let Some(post_mortem) = &self.spec.post_mortem {
            let clock = post_mortem.clock.clone();
            self.calendar("post_mortem/clock".to_owned(), &clock, || "`post_mortem.clock`".to_owned());
        }
        if self.spec.retention.handled.is_some_and(|handled| handled < Retention::LEAST_HANDLED) {
            self.push("retention/handled".to_owned(), PolicyError::ForgetsTooSoon);
        }
        let clock = self.spec.limits.wait_clock.clone();
        self.calendar("limits/wait_clock".to_owned(), &clock, || "`limits.wait_clock`".to_owned());
    }

    fn priority(&mut self, index: usize, priority: &Priority) {
        let path = |field: &str| format!("priorities/{index}/{field}");
        if !self.seen.insert(("priority", priority.id.to_string())) {
            self.push(path("id"), PolicyError::DuplicatePriority(priority.id.clone()));
        }
        if priority.promises.is_empty() {
            self.push(path("promises"), PolicyError::NoPromise(priority.id.clone()));
        }
        let of = format!("priority `{}`", priority.id);
        self.calendar(path("clock"), &priority.clock, || of.clone());
        self.promises(&path("promises"), &of, &priority.promises, Some(&priority.clock));
        for (number, rung) in priority.ladder.iter().enumerate() {
            self.rung(&format!("priorities/{index}/ladder/{number}"), priority, number, rung);
        }
    }

    /// A clock that is the priority's own was looked at with it.
    fn promises(
        &mut self,
        path: &str,
        of: &str,
        promises: &BTreeMap<Target, Promise>,
        clock: Option<&CalendarId>,
    ) {
        for (target, promise) in promises {
            let here = format!("{path}/{target}");
            if clock != Some(&promise.clock) {
                let place = || format!("the promise to {target} of {of}");
                self.calendar(format!("{here}/clock"), &promise.clock, place);
            }
            let wrong = |why| PolicyError::Promise { of: of.to_owned(), target: *target, why };
            if matches!(promise.within, Budget::Seconds(0) | Budget::Days(0)) {
                self.push(format!("{here}/within"), wrong("it gives no time: write how long it may take"));
                continue;
            }
            for (index, warning) in promise.warnings.iter().enumerate() {
                let why = match (warning, promise.within) {
                    (Warning::Share(1..=99), Budget::Seconds(_)) => continue,
                    (Warning::Share(_), Budget::Seconds(_)) => "a warning's share lies between 1 % and 99 %",
                    (Warning::Share(_), Budget::Days(_)) => {
                        "working days have no shares: give the warning as a time before the deadline"
                    }
                    (Warning::Before(before), Budget::Seconds(within)) if *before >= within => {
                        "a warning comes before the clock starts: bring it nearer to the deadline"
                    }
                    (Warning::Before(_), _) => continue,
                };
                self.push(format!("{here}/warnings/{index}"), wrong(why));
            }
        }
    }

    fn rung(&mut self, path: &str, priority: &Priority, number: usize, rung: &Rung) {
        let wrong = |why| PolicyError::Rung { priority: priority.id.clone(), rung: number + 1, why };
        if number >= MOST_RUNGS {
            return self.push(path.to_owned(), wrong("a ladder has at most 256 rungs"));
        }
        if rung.audience.is_empty() {
            self.push(format!("{path}/tell"), wrong("it tells nobody: name an audience"));
        }
        if rung.repeat.is_some_and(|repeat| repeat.every == 0) {
            self.push(format!("{path}/repeat"), wrong("it repeats without a pause: give at least a second"));
        }
        if rung.repeat.is_some_and(|repeat| repeat.at_most > MOST_REPEATS) {
            self.push(format!("{path}/repeat"), wrong("it repeats without an end: at most 10,000 times"));
        }
        if let Some(target) = rung.trigger.watch().target() {
            let why = match priority.promises.get(&target) {
                None if self.promised_by_a_rule(priority, target) => None,
                None => Some("it watches a promise that the priority does not make"),
                Some(promise) => at_odds(rung.trigger, promise.within),
            };
            if let Some(why) = why {
                self.push(format!("{path}/when"), wrong(why));
            }
        }
        let place = || format!("rung {} of priority `{}`", number + 1, priority.id);
        if let Some(hours) = &rung.hours {
            self.calendar(format!("{path}/hours"), hours, place);
        }
        for (index, audience) in rung.audience.iter().enumerate() {
            if let Audience::Person(person) = audience {
                self.person(format!("{path}/tell/{index}"), person, place);
            }
        }
    }

    fn promised_by_a_rule(&self, priority: &Priority, target: Target) -> bool {
        self.spec.rules.iter().any(|rule| applies(rule, priority) && rule.promises.contains_key(&target))
    }

    fn rule(&mut self, index: usize, rule: &Rule) {
        let path = |field: &str| format!("rules/{index}/{field}");
        let wrong = |why| PolicyError::Rule { rule: rule.name.clone(), why };
        if rule.promises.is_empty() {
            self.push(path("promises"), wrong("it promises nothing: name at least one promise"));
        }
        if !self.seen.insert(("rule", rule.name.clone())) {
            self.push(path("name"), wrong("another rule has that name: give each its own"));
        }
        self.promises(&path("promises"), &format!("rule `{}`", rule.name), &rule.promises, None);
        self.names(&path("when"), &format!("rule `{}`", rule.name), &rule.when);
        for priority in self.spec.priorities.iter().filter(|priority| applies(rule, priority)) {
            for rung in &priority.ladder {
                let target = rung.trigger.watch().target();
                let Some((target, promise)) = target.and_then(|target| rule.promises.get_key_value(&target))
                else {
                    continue;
                };
                if at_odds(rung.trigger, promise.within).is_some() {
                    let why = "a step of the ladder of a priority that it is for needs another kind of promise: a \
                               share needs hours, and what comes before a deadline needs more time than that";
                    self.push(format!("{}/{target}/within", path("promises")), wrong(why));
                }
            }
        }
    }

    fn names(&mut self, path: &str, place: &str, when: &Condition) {
        let spec = self.spec;
        let priorities: BTreeSet<_> = spec.priorities.iter().map(|priority| priority.id.as_str()).collect();
        let areas = spec.areas.keys().map(|area| area.as_str()).collect();
        let squads: BTreeSet<_> = spec.squads.keys().map(|squad| squad.as_str()).collect();
        let named: [(&str, &'static str, Vec<&str>, BTreeSet<&str>); 3] = [
            ("priority", "priority", when.priority.iter().map(|name| name.as_str()).collect(), priorities),
            ("area", "area", when.area.iter().map(|name| name.as_str()).collect(), areas),
            (
                "requester_squad",
                "squad",
                when.requester_squad.iter().map(|name| name.as_str()).collect(),
                squads,
            ),
        ];
        for (field, what, names, known) in named {
            let unknown = names.into_iter().filter(|name| !known.contains(name));
            for name in unknown.take(MOST_WRONG - self.wrong.len()) {
                let known = listed(known.iter().copied());
                let error =
                    PolicyError::Unknown { place: place.to_owned(), what, name: name.to_owned(), known };
                self.push(format!("{path}/{field}/{name}"), error);
            }
        }
    }

    fn squads(&mut self) {
        let spec = self.spec;
        for (id, squad) in &spec.squads {
            let place = || format!("squad `{id}`");
            self.calendar(format!("squads/{id}/hours"), &squad.hours, place);
            for (index, member) in squad.members.iter().enumerate() {
                self.person(format!("squads/{id}/members/{index}"), &member.person, place);
            }
            for (index, person) in squad.on_call.iter().enumerate() {
                self.person(format!("squads/{id}/on_call/{index}"), person, place);
            }
            for (field, rota) in
                [("gardener_rota", &squad.gardener_rota), ("on_call_rota", &squad.on_call_rota)]
            {
                if let Some(rota) = rota.as_ref().filter(|rota| !spec.rotas.contains_key(*rota)) {
                    self.unknown(format!("squads/{id}/{field}"), place(), "rota", rota.as_str());
                }
            }
            self.assignment(id, squad);
            for (field, person) in [("lead", &squad.lead), ("gardener", &squad.gardener)] {
                if let Some(person) = person {
                    self.person(format!("squads/{id}/{field}"), person, place);
                }
            }
        }
        for (id, area) in &spec.areas {
            if area.restricted && spec.private_channel.is_none() {
                self.push(
                    format!("areas/{id}/restricted"),
                    PolicyError::NoPrivateChannel(format!("area `{id}`")),
                );
            }
            if !spec.squads.contains_key(&area.squad) {
                let of = format!("area `{id}`");
                let error = PolicyError::UnknownSquad { of, squad: area.squad.clone() };
                self.push(format!("areas/{id}/squad"), error);
            }
        }
        for (id, service) in &spec.services {
            if !spec.squads.contains_key(&service.squad) {
                let of = format!("service `{id}`");
                let error = PolicyError::UnknownSquad { of, squad: service.squad.clone() };
                self.push(format!("services/{id}/squad"), error);
            }
        }
    }

    fn assignment(&mut self, id: &SquadId, squad: &Squad) {
        let Some(assign) = squad.assign else { return };
        let wrong = |why| PolicyError::Assignment { squad: id.clone(), why };
        if assign.limit == 0 {
            self.push(
                format!("squads/{id}/assign/limit"),
                wrong("nobody may own any: give a limit of at least 1, or leave out `assign`"),
            );
        }
        let gardens = squad.gardener.is_some() || squad.gardener_rota.is_some();
        let answers = gardens || !squad.on_call.is_empty() || squad.on_call_rota.is_some();
        let why = match assign.to {
            Assignees::Gardener if !gardens => "it has no gardener: name one, or a rota of gardeners",
            Assignees::OnCall if !answers => "nobody is on call for it: name somebody, or a rota",
            Assignees::Members if squad.members.is_empty() => "it has no members: name them",
            _ => return,
        };
        self.push(format!("squads/{id}/assign/to"), wrong(why));
    }

    fn people(&mut self) {
        let spec = self.spec;
        for (id, person) in &spec.people {
            if let Some(holidays) = &person.holidays {
                self.calendar(format!("people/{id}/holidays"), holidays, || format!("person `{id}`"));
            }
            for (index, contact) in person.contacts.iter().enumerate() {
                if contact.wait == 0 {
                    let why = "nobody answers in no time at all: give at least a second";
                    let error = PolicyError::Contact { person: id.clone(), why };
                    self.push(format!("people/{id}/contacts/{index}"), error);
                }
                let known = person.identities.iter().map(|identity| &identity.adapter);
                if !known.into_iter().any(|adapter| *adapter == contact.adapter) {
                    let (person, adapter) = (id.clone(), contact.adapter.clone());
                    let error = PolicyError::NoIdentity { person, adapter };
                    self.push(format!("people/{id}/contacts/{index}"), error);
                }
            }
        }
    }

    fn rotas(&mut self) {
        let spec = self.spec;
        for (id, rota) in &spec.rotas {
            let place = || format!("rota `{id}`");
            let wrong = |why| PolicyError::Rota { rota: id.clone(), why };
            if id.as_str().is_empty()
                || !id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                self.push(
                    format!("rotas/{id}"),
                    wrong("its short name stands in addresses: use letters, digits and dashes"),
                );
            }
            if let Some(squad) = rota.squad.as_ref().filter(|squad| !spec.squads.contains_key(*squad)) {
                self.unknown(format!("rotas/{id}/squad"), place(), "squad", squad.as_str());
            }
            if let Some(cover) = &rota.cover {
                self.calendar(format!("rotas/{id}/cover"), cover, place);
            }
            if rota.people_on == 0 {
                self.push(
                    format!("rotas/{id}/people_on"),
                    wrong("nobody need ever be on: ask for at least one"),
                );
            }
            for (index, person) in rota.fallback.iter().enumerate() {
                self.person(format!("rotas/{id}/fallback/{index}"), person, place);
            }
            for (index, rotation) in rota.rotations.iter().enumerate() {
                self.rotation(id, &format!("rotas/{id}/rotations/{index}"), rotation);
            }
        }
    }

    fn rotation(&mut self, id: &RotaId, path: &str, rotation: &Rotation) {
        let place = || format!("rota `{id}`");
        let wrong = |why| PolicyError::Rota { rota: id.clone(), why };
        if rotation.length == 0 {
            self.push(
                format!("{path}/length"),
                wrong("a turn without length never ends: give it at least 1"),
            );
        }
        if !(EARLIEST_START..LATEST_START).contains(&rotation.start.year()) {
            self.push(format!("{path}/start"), wrong("it must begin between 2000 and 2100"));
        }
        if rotation.end.is_some_and(|end| end <= rotation.start) {
            self.push(format!("{path}/end"), wrong("it ends before it begins"));
        }
        if rotation.lasts == Some(0) {
            self.push(format!("{path}/lasts"), wrong("nobody is on for no time at all"));
        }
        if let Some(hours) = &rotation.hours {
            self.calendar(format!("{path}/hours"), hours, place);
        }
        for (index, member) in rotation.members.iter().enumerate() {
            let here = format!("{path}/members/{index}");
            if member.people.is_empty() {
                self.push(here.clone(), wrong("a member without anybody: name at least one person"));
            }
            if member.from.zip(member.until).is_some_and(|(from, until)| until < from) {
                self.push(here.clone(), wrong("a member's last day comes before their first"));
            }
            for (number, person) in member.people.iter().enumerate() {
                self.person(format!("{here}/people/{number}"), person, place);
            }
        }
    }

    fn pay(&mut self) {
        let spec = self.spec;
        let Some(pay) = &spec.pay else { return };
        let letters = pay.currency.len() == 3 && pay.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let mut wrong = |path: &str, why| self.push(path.to_owned(), PolicyError::Pay { why });
        if !letters {
            wrong("pay/currency", "a currency has three capital letters, such as `GBP`");
        }
        if pay.digits > MOST_DIGITS {
            wrong("pay/digits", "no currency has more than 6 digits after its point");
        }
        if pay.rates.is_empty() {
            wrong("pay/rates", "there are no rates: say what an hour is paid, and from which day on");
        }
        for (index, pair) in pay.rates.windows(2).enumerate() {
            if pair.first().zip(pair.last()).is_some_and(|(one, next)| one.from >= next.from) {
                wrong(
                    &format!("pay/rates/{}", index + 1),
                    "the rates must be in the order of their first days",
                );
            }
        }
        for (index, rates) in pay.rates.iter().enumerate() {
            if rates.standby.values().chain(rates.call_out.values()).any(|rate| *rate > MOST_AN_HOUR) {
                wrong(&format!("pay/rates/{index}"), "nobody is paid that much an hour");
            }
        }
        if pay.working.values().flatten().any(|window| window.to > 86_400 || window.to <= window.from) {
            wrong("pay/working", "working hours end within the day on which they begin");
        }
        for rota in pay.rotas.iter().filter(|rota| !spec.rotas.contains_key(*rota)) {
            self.unknown(format!("pay/rotas/{rota}"), "pay".to_owned(), "rota", rota.as_str());
        }
    }

    fn unknown(&mut self, path: String, place: String, what: &'static str, name: &str) {
        let known = match what {
            "rota" => listed(self.spec.rotas.keys().map(|id| id.as_str())),
            "area" => listed(self.spec.areas.keys().map(|id| id.as_str())),
            "priority" => listed(self.spec.priorities.iter().map(|priority| priority.id.as_str())),
            "role" => {
                let roles: BTreeSet<_> = self.spec.people.values().flat_map(|one| &one.roles).collect();
                listed(roles.into_iter().map(String::as_str))
            }
            _ => listed(self.spec.squads.keys().map(|id| id.as_str())),
        };
        self.push(path, PolicyError::Unknown { place, what, name: name.to_owned(), known });
    }

    fn calendar(&mut self, path: String, id: &CalendarId, place: impl FnOnce() -> String) {
        if !self.spec.calendars.contains_key(id) && !self.full() {
            let known = listed(self.spec.calendars.keys().map(|id| id.as_str()));
            let error = PolicyError::UnknownCalendar { place: place(), calendar: id.clone(), known };
            self.push(path, error);
        }
    }

    fn person(&mut self, path: String, person: &PersonId, place: impl FnOnce() -> String) {
        if !self.spec.people.contains_key(person) && !self.full() {
            self.push(path, PolicyError::UnknownPerson { place: place(), person: person.clone() });
        }
    }
}

fn applies(rule: &Rule, priority: &Priority) -> bool {
    rule.when.priority.is_empty() || rule.when.priority.contains(&priority.id)
}

/// Why a step can not watch a promise of that length.
fn at_odds(trigger: Trigger, within: Budget) -> Option<&'static str> {
    match (trigger, within) {
        (Trigger::Share { .. }, Budget::Days(_)) => {
            Some("working days have no shares: use a time before the deadline")
        }
        (Trigger::Share { percent: 1..=100, .. }, _) => None,
        (Trigger::Share { .. }, _) => Some("a share lies between 1 % and 100 %"),
        (Trigger::Before { seconds, .. }, Budget::Seconds(within)) if seconds >= within => {
            Some("it comes before the clock starts: bring it nearer to the deadline")
        }
        _ => None,
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(|name| format!("`{name}`"));
    let mut listed: Vec<_> = names.by_ref().take(MOST_NAMES).collect();
    let more = names.count();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    if listed.is_empty() { "none, since there are none".to_owned() } else { listed.join(", ") }
}
