//! `policy rota`: who is on when, by the policy alone. What people arranged is in the desk.

use std::io::Write;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use supporty_core::rota::{Gap, Plan, RotaState, Schedule, Shift};
use supporty_core::time::Zone;
use supporty_core::vocab::{Period, RotaId, Time};

use supporty_desk::policy_file;

use crate::{Failed, input, pretty};

pub(crate) fn rota(
    path: &Path,
    only: Option<&str>,
    (from, days): (Option<NaiveDate>, u16),
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let policy = input::policy(path, colour)?;
    let rotas = &policy.spec().rotas;
    if let Some(unknown) = only.filter(|only| !rotas.contains_key(&RotaId::new(only))) {
        let known: Vec<_> = rotas.keys().map(|id| id.as_str()).collect();
        return Err(Failed(format!("there is no rota `{unknown}`: there is {}", listed(&known))));
    }
    let mut covered = true;
    let mut all = Vec::new();
    for (id, rota) in rotas.iter().filter(|(id, _)| only.is_none_or(|only| only == id.as_str())) {
        let first = from.unwrap_or_else(policy_file::today);
        let last = first.checked_add_days(Days::new(days.into())).unwrap_or(first);
        let period = Period::new(rota.zone.midnight(first), rota.zone.midnight(last));
        let Some(plan) = Plan::new(&policy, id, period.until) else { continue };
        let schedule = plan.schedule(&RotaState::default(), period);
        covered &= schedule.gaps().is_empty();
        match json {
            true => all.push(data(id, &schedule)),
            false => write(out, &rota.name, &rota.zone, &schedule, |person| policy.name_of(person)),
        }
    }
    if json {
        let _ = out.write_all(pretty(&Value::from(all)).as_bytes());
    } else if rotas.is_empty() {
        let _ = writeln!(out, "The policy has no rotas.");
    }
    Ok(covered)
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn data(id: &RotaId, schedule: &Schedule) -> Value {
    json!({ "rota": id, "shifts": schedule.shifts(), "gaps": schedule.gaps() })
}

fn write(
    out: &mut impl Write,
    name: &str,
    zone: &Zone,
    schedule: &Schedule,
    called: impl Fn(&supporty_core::vocab::PersonId) -> String,
) {
    let clock = |at: Time| zone.local(at).format("%a %d %b %H:%M").to_string();
    let span = |period: Period| format!("{} to {}", clock(period.from), clock(period.until));
    let _ = writeln!(out, "{name} ({})", zone.name());
    let mut lines: Vec<(Time, String)> = Vec::new();
    for Shift { period, on } in schedule.shifts() {
        let stands_in = if on.turn.is_none() { ", who stands in" } else { "" };
        lines.push((period.from, format!("{}  {}{stands_in}", span(period), called(&on.person))));
    }
    for Gap { period, missing } in schedule.gaps() {
        let who = if missing == 1 {
            "nobody, and somebody must be on".to_owned()
        } else {
            format!("{missing} too few")
        };
        lines.push((period.from, format!("{}  {who}", span(period))));
    }
    lines.sort();
    for (_, line) in lines {
        let _ = writeln!(out, "  {line}");
    }
}
