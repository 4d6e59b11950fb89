//! A policy as a file.

use std::fmt::Write;

use super::lower::pauses_by_default;
use chrono::NaiveDate;

use super::clock_words::{print_every, print_moment};
use super::forms::{
    code_lines, condition_lines, drill_lines, field_lines, permission_lines, post_mortem_lines,
    retention_lines,
};
use super::pay::pay_lines;
use super::words::{print_audience, print_contact, print_repeat, print_trigger, print_warning};
use crate::policy::{Person, PolicySpec, Priority, Promise, Rota, Rule, Squad};
use crate::time::{CalendarSpec, listed, print_length};
use crate::vocab::{CalendarId, PersonId, Target, Warning};

impl PolicySpec {
    /// The file that says this policy: reading it gives the same one.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("name = {}", quoted(&self.name)));
        line(format!("key_prefix = {}", quoted(&self.key_prefix)));
        line(format!("channel = {}", quoted(self.channel.as_str())));
        self.private_channel
            .iter()
            .for_each(|name| line(format!("private_channel = {}", quoted(name.as_str()))));
        line(format!("default_priority = {}", quoted(self.default_priority.as_str())));
        for (id, calendar) in &self.calendars {
            line(format!("\n[calendars.{}]", quoted(id.as_str())));
            for (key, value) in calendar_fields(calendar) {
                line(format!("{key} = {value}"));
            }
        }
        line("\n[modes]".to_owned());
        let word = |value: serde_json::Value| value.as_str().map(quoted).unwrap_or_default();
        let json = |value: Result<serde_json::Value, serde_json::Error>| word(value.unwrap_or_default());
        line(format!("priority_change = {}", json(serde_json::to_value(self.modes.priority_change))));
        line(format!("reopen = {}", json(serde_json::to_value(self.modes.reopen))));
        line(format!(
            "reply_after_resolution = {}",
            json(serde_json::to_value(self.modes.reply_after_resolution))
        ));
        line("\n[limits]".to_owned());
        line(format!("reopening_window = {}", quoted(&print_length(self.limits.reopening_window.into()))));
        line(format!("unmerge_window = {}", quoted(&print_length(self.limits.unmerge_window.into()))));
        line(format!("longest_wait = {}", quoted(&print_length(self.limits.longest_wait.into()))));
        line(format!("nudge = {}", quoted(&self.limits.nudge.to_string())));
        line(format!("no_answer = {}", quoted(&self.limits.no_answer.to_string())));
        line(format!("wait_clock = {}", quoted(self.limits.wait_clock.as_str())));
        for priority in &self.priorities {
            priority_lines(priority, &mut line);
        }
        for rule in &self.rules {
            rule_lines(rule, &mut line);
        }
        self.fields.iter().for_each(|field| field_lines(field, &mut line));
        permission_lines(self, &mut line);
        post_mortem_lines(self, &mut line);
        retention_lines(self, &mut line);
        code_lines(self, &mut line);
        for (id, drill) in &self.drills {
            drill_lines(id.as_str(), drill, &mut line);
        }
        for (id, person) in &self.people {
            person_lines(id.as_str(), person, &mut line);
        }
        for (id, squad) in &self.squads {
            squad_lines(id.as_str(), squad, &mut line);
        }
        for (id, area) in &self.areas {
            line(format!("\n[areas.{}]", quoted(id.as_str())));
            line(format!("name = {}", quoted(&area.name)));
            line(format!("squad = {}", quoted(area.squad.as_str())));
            if area.restricted {
                line("restricted = true".to_owned());
            }
            area.issues.iter().for_each(|place| line(format!("issues = {}", quoted(&place.to_string()))));
            if !area.runbooks.is_empty() {
                line(format!("runbooks = {}", list(area.runbooks.iter().map(String::as_str))));
            }
        }
        for (id, service) in &self.services {
            line(format!("\n[services.{}]", quoted(id.as_str())));
            line(format!("name = {}", quoted(&service.name)));
            line(format!("squad = {}", quoted(service.squad.as_str())));
        }
        for (id, rota) in &self.rotas {
            rota_lines(id.as_str(), rota, &mut line);
        }
        self.pay.iter().for_each(|pay| pay_lines(pay, &mut line));
        out
    }
}

fn person_lines(id: &str, person: &Person, line: &mut impl FnMut(String)) {
    line(format!("\n[people.{}]", quoted(id)));
    line(format!("name = {}", quoted(&person.name)));
    let identities = person
        .identities
        .iter()
        .map(|one| format!("{{ adapter = {}, user = {} }}", quoted(one.adapter.as_str()), quoted(&one.user)));
    line(format!("identities = [{}]", identities.collect::<Vec<_>>().join(", ")));
    if !person.roles.is_empty() {
        line(format!("roles = {}", list(person.roles.iter().map(String::as_str))));
    }
    person.zone.iter().for_each(|zone| line(format!("zone = {}", quoted(zone.name()))));
    person.holidays.iter().for_each(|name| line(format!("holidays = {}", quoted(name.as_str()))));
    if !person.contacts.is_empty() {
        let contacts: Vec<_> = person.contacts.iter().map(print_contact).collect();
        line(format!("contacts = {}", list(contacts.iter().map(String::as_str))));
    }
}

fn squad_lines(id: &str, squad: &Squad, line: &mut impl FnMut(String)) {
    line(format!("\n[squads.{}]", quoted(id)));
    line(format!("name = {}", quoted(&squad.name)));
    for (key, value) in [("lead", &squad.lead), ("gardener", &squad.gardener)] {
        value.iter().for_each(|person| line(format!("{key} = {}", quoted(person.as_str()))));
    }
    for (key, value) in [("gardener_rota", &squad.gardener_rota), ("on_call_rota", &squad.on_call_rota)] {
        value.iter().for_each(|rota| line(format!("{key} = {}", quoted(rota.as_str()))));
    }
    squad.channel.iter().for_each(|channel| line(format!("channel = {}", quoted(channel.as_str()))));
    let members =
        squad.members.iter().map(|one| member_value(std::slice::from_ref(&one.person), one.from, one.until));
    line(format!("members = [{}]", members.collect::<Vec<_>>().join(", ")));
    line(format!("on_call = {}", list(squad.on_call.iter().map(|id| id.as_str()))));
    squad.assign.iter().for_each(|assign| {
        line(format!("assign = {{ to = {}, limit = {} }}", quoted(assign.to.as_str()), assign.limit))
    });
    line(format!("hours = {}", quoted(squad.hours.as_str())));
}

fn rota_lines(id: &str, rota: &Rota, line: &mut impl FnMut(String)) {
    line(format!("\n[rotas.{}]", quoted(id)));
    line(format!("name = {}", quoted(&rota.name)));
    line(format!("zone = {}", quoted(rota.zone.name())));
    rota.squad.iter().for_each(|squad| line(format!("squad = {}", quoted(squad.as_str()))));
    line(format!("people_on = {}", rota.people_on));
    rota.cover.iter().for_each(|cover| line(format!("cover = {}", quoted(cover.as_str()))));
    line(format!("fallback = {}", list(rota.fallback.iter().map(|id| id.as_str()))));
    for rotation in &rota.rotations {
        line(format!("[[rotas.{}.rotations]]", quoted(id)));
        line(format!("layer = {}", rotation.layer));
        line(format!("every = {}", quoted(&print_every(rotation.length, rotation.every))));
        line(format!("start = {}", quoted(&print_moment(rotation.start))));
        rotation.end.iter().for_each(|end| line(format!("end = {}", quoted(&print_moment(*end)))));
        let length = |seconds: &u32| quoted(&print_length((*seconds).into()));
        rotation.lasts.iter().for_each(|lasts| line(format!("lasts = {}", length(lasts))));
        rotation.hours.iter().for_each(|hours| line(format!("hours = {}", quoted(hours.as_str()))));
        let members = rotation.members.iter().map(|one| member_value(&one.people, one.from, one.until));
        line(format!("members = [{}]", members.collect::<Vec<_>>().join(", ")));
    }
}

fn member_value(people: &[PersonId], from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
    let names = match people {
        [one] => format!("person = {}", quoted(one.as_str())),
        all => format!("people = {}", list(all.iter().map(|id| id.as_str()))),
    };
    let dates = [("from", from), ("until", until)].into_iter();
    let dates: String =
        dates.filter_map(|(key, date)| Some(format!(", {key} = {}", quoted(&date?.to_string())))).collect();
    match (people, dates.is_empty()) {
        ([one], true) => quoted(one.as_str()),
        _ => format!("{{ {names}{dates} }}"),
    }
}

fn priority_lines(priority: &Priority, line: &mut impl FnMut(String)) {
    line("\n[[priorities]]".to_owned());
    line(format!("id = {}", quoted(priority.id.as_str())));
    line(format!("name = {}", quoted(&priority.name)));
    line(format!("critical = {}", priority.critical));
    line(format!("examples = {}", list(priority.examples.iter().map(String::as_str))));
    line(format!("clock = {}", quoted(priority.clock.as_str())));
    line(format!("take_over_after = {}", quoted(&print_length(priority.take_over_after.into()))));
    line(format!(
        "acknowledgement_lapses = {}",
        quoted(&print_length(priority.acknowledgement_lapses.into()))
    ));
    line("[priorities.promises]".to_owned());
    for (target, promise) in &priority.promises {
        line(format!("{} = {}", key(*target), promise_value(*target, promise, Some(&priority.clock))));
    }
    for rung in &priority.ladder {
        line("[[priorities.ladder]]".to_owned());
        line(format!("when = {}", quoted(&print_trigger(rung.trigger))));
        let audience: Vec<_> = rung.audience.iter().map(print_audience).collect();
        line(format!("tell = {}", list(audience.iter().map(String::as_str))));
        rung.repeat.iter().for_each(|repeat| line(format!("repeat = {}", quoted(&print_repeat(*repeat)))));
        rung.hours.iter().for_each(|hours| line(format!("hours = {}", quoted(hours.as_str()))));
    }
}

fn rule_lines(rule: &Rule, line: &mut impl FnMut(String)) {
    line("\n[[rules]]".to_owned());
    line(format!("name = {}", quoted(&rule.name)));
    condition_lines("rules.when", &rule.when, line);
    line("[rules.promises]".to_owned());
    for (target, promise) in &rule.promises {
        line(format!("{} = {}", key(*target), promise_value(*target, promise, None)));
    }
}

fn key(target: Target) -> String {
    target.as_str().replace('-', "_")
}

fn promise_value(target: Target, promise: &Promise, clock: Option<&CalendarId>) -> String {
    let within = quoted(&promise.within.to_string());
    let mut fields = String::new();
    if clock != Some(&promise.clock) {
        let _ = write!(fields, ", clock = {}", quoted(promise.clock.as_str()));
    }
    if !pauses_by_default(target, &promise.pauses) {
        let _ = write!(fields, ", pauses = {}", list(promise.pauses.iter().map(|why| why.as_str())));
    }
    if !promise.warnings.is_empty() {
        let warnings: Vec<String> =
            promise.warnings.iter().map(|one: &Warning| print_warning(*one)).collect();
        let _ = write!(fields, ", warnings = {}", list(warnings.iter().map(String::as_str)));
    }
    if fields.is_empty() { within } else { format!("{{ within = {within}{fields} }}") }
}

fn calendar_fields(calendar: &CalendarSpec) -> Vec<(&'static str, String)> {
    let members = |members: &[CalendarSpec]| {
        let inline = members.iter().map(|member| {
            let fields = calendar_fields(member).into_iter().map(|(key, value)| format!("{key} = {value}"));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        });
        format!("[{}]", inline.collect::<Vec<_>>().join(", "))
    };
    match calendar {
        CalendarSpec::Always => vec![("hours", quoted("always"))],
        CalendarSpec::AnyOf(all) => vec![("any_of", members(all))],
        CalendarSpec::AllOf(all) => vec![("all_of", members(all))],
        CalendarSpec::Hours(hours) => {
            let table = |entries: Vec<String>| format!("{{ {} }}", entries.join(", "));
            let closed = hours.closed.iter().map(|(date, name)| format!("\"{date}\" = {}", quoted(name)));
            let dated = hours.dated.iter().map(|(date, windows)| {
                let hours = if windows.is_empty() { "closed".to_owned() } else { listed(windows) };
                format!("\"{date}\" = {}", quoted(&hours))
            });
            vec![
                ("hours", list(hours.week().iter().map(String::as_str))),
                ("zone", quoted(hours.zone.name())),
                ("holidays", table(closed.collect())),
                ("dates", table(dated.collect())),
            ]
        }
    }
}

pub(super) fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
