//! `policy rota`: who is on when, by the policy alone. What people arranged is in the desk.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use supporty_core::policy::{Policy, Rota};
use supporty_core::rota::{Difference, Gap, Plan, RotaState, Schedule, Shift, compare};
use supporty_core::time::Zone;
use supporty_core::vocab::{Period, PersonId, RotaId, Time};

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
    known(only, &rotas.keys().collect())?;
    let mut covered = true;
    let mut all = Vec::new();
    for (id, rota) in rotas.iter().filter(|(id, _)| only.is_none_or(|only| only == id.as_str())) {
        let period = period(rota, from, days);
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

/// What another version of the policy had otherwise.
pub(crate) fn against(
    (older, newer): (&Path, &Path),
    only: Option<&str>,
    (from, days): (Option<NaiveDate>, u16),
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let (older, newer) = (input::policy(older, colour)?, input::policy(newer, colour)?);
    let ids: BTreeSet<_> = older.spec().rotas.keys().chain(newer.spec().rotas.keys()).collect();
    known(only, &ids)?;
    let mut all = Vec::new();
    for id in ids.into_iter().filter(|id| only.is_none_or(|only| only == id.as_str())) {
        let rota = newer.spec().rotas.get(id).or_else(|| older.spec().rotas.get(id));
        let Some(rota) = rota else { continue };
        let period = period(rota, from, days);
        let schedule = |policy: &Policy| {
            let plan = Plan::new(policy, id, period.until);
            plan.map(|plan| plan.schedule(&RotaState::default(), period))
        };
        let differences =
            schedule(&older).zip(schedule(&newer)).map(|(before, after)| compare(&before, &after));
        match differences {
            differences if !json => write_differences(out, rota, differences, |person| newer.name_of(person)),
            None => all.push(json!({ "rota": id, "in_one_only": true })),
            Some(differences) => {
                all.extend(differences.into_iter().map(|one| json!({ "rota": id, "difference": one })));
            }
        }
    }
    if json {
        let _ = out.write_all(pretty(&Value::from(all)).as_bytes());
    }
    Ok(true)
}

fn write_differences(
    out: &mut impl Write,
    rota: &Rota,
    differences: Option<Vec<Difference>>,
    called: impl Fn(&PersonId) -> String,
) {
    let _ = writeln!(out, "{} ({})", rota.name, rota.zone.name());
    let Some(differences) = differences else {
        let _ = writeln!(out, "  is in one of the two only");
        return;
    };
    let clock = |at: Time| rota.zone.local(at).format("%a %d %b %H:%M").to_string();
    let names = |people: &[PersonId]| match people {
        [] => "nobody".to_owned(),
        people => people.iter().map(&called).collect::<Vec<_>>().join(", "),
    };
    for Difference { period, before, after } in &differences {
        let (from, until) = (clock(period.from), clock(period.until));
        let _ = writeln!(out, "  {from} to {until}  {} instead of {}", names(after), names(before));
    }
    if differences.is_empty() {
        let _ = writeln!(out, "  the same people are on");
    }
}

/// A rota that is asked for by name must be one.
fn known(only: Option<&str>, ids: &BTreeSet<&RotaId>) -> Result<(), Failed> {
    let Some(unknown) = only.filter(|only| !ids.contains(&RotaId::new(only))) else { return Ok(()) };
    let known: Vec<_> = ids.iter().map(|id| id.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(Failed(format!("there is no rota `{unknown}`: there is {known}")))
}

fn period(rota: &Rota, from: Option<NaiveDate>, days: u16) -> Period {
    let first = from.unwrap_or_else(policy_file::today);
    let last = first.checked_add_days(Days::new(days.into())).unwrap_or(first);
    Period::new(rota.zone.midnight(first), rota.zone.midnight(last))
}

fn data(id: &RotaId, schedule: &Schedule) -> Value {
    json!({ "rota": id, "shifts": schedule.shifts(), "gaps": schedule.gaps() })
}

fn write(
    out: &mut impl Write,
    name: &str,
    zone: &Zone,
    schedule: &Schedule,
    called: impl Fn(&PersonId) -> String,
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
