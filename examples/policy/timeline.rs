//! `policy timeline`: a story that is played under a policy, and everything that happens in it.
//!
//! ```toml
//! zone = "Europe/London"
//! until = "2026-01-12 12:00"
//!
//! [[step]]
//! at = "2026-01-09 17:30"
//! who = "rita"
//! does = "open"          # open, claim, acknowledge, reply, note, reprioritise, move, wait, resume, resolve, reopen,
//! priority = "P2"        # confirm, release, escalate, merge
//! area = "checkout"
//!
//! [[step]]
//! after = "1h 30m"       # since the step before
//! who = "gwen"
//! does = "claim"
//! ```

use std::io::Write;
use std::path::Path;

use chrono::TimeDelta;
use serde::Deserialize;
use supporty_core::testing;
use supporty_core::ticket::{Command, Message, Open};
use supporty_core::time::{Zone, parse_length};
use supporty_core::vocab::{Actor, Kind, Resolution, TextRef, Time, WaitingOn};
use supporty_core::world::World;

use crate::{Failed, input, pretty};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    zone: Option<String>,
    until: Option<String>,
    #[serde(default)]
    step: Vec<StoryStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryStep {
    at: Option<String>,
    after: Option<String>,
    who: String,
    does: String,
    /// The how-manieth ticket of the story; the last one that was opened unless it is said.
    ticket: Option<u64>,
    priority: Option<String>,
    area: Option<String>,
    kind: Option<String>,
    on: Option<String>,
    until: Option<String>,
    resolution: Option<String>,
    into: Option<u64>,
}

pub(crate) fn timeline(
    path: &Path,
    story: &Path,
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let policy = input::policy(path, colour)?;
    let text = input::text(story)?;
    let wrong =
        |error: toml::de::Error| Failed(format!("{}: {}", story.display(), error.to_string().trim_end()));
    let story: Story = toml::from_str(&text).map_err(wrong)?;
    let zone = input::zone(story.zone.as_deref(), &policy)?;
    let mut world = World::new(policy);
    let mut now: Option<Time> = None;
    let mut last = 0;
    for (index, step) in story.step.iter().enumerate() {
        let failed = |why: String| Failed(format!("step {}: {why}", index + 1));
        let at = moment(step, now, &zone).map_err(failed)?;
        world.staff_around(at);
        world.run_until(at);
        let command = command(step, at, &world, &zone).map_err(failed)?;
        let opens = matches!(command, Command::Open(_));
        let key = world.policies().current().key(step.ticket.unwrap_or(last));
        let by = Actor::Person(step.who.as_str().into());
        let answer = world.submit(at, &by, Some(&key).filter(|_| !opens), command);
        let accepted = answer.map_err(|rejection| failed(rejection.to_string()))?;
        if opens {
            last = accepted.ticket.number();
        }
        now = Some(at);
    }
    if let Some(until) = &story.until {
        world.run_until(input::instant(until, &zone)?);
    }
    let happened = testing::timeline(&world, &zone);
    let text = match json {
        true => pretty(&serde_json::to_value(&happened).map_err(|error| Failed(error.to_string()))?),
        false => happened.iter().map(|one| one.line(&zone) + "\n").collect(),
    };
    let _ = out.write_all(text.as_bytes());
    Ok(true)
}

fn moment(step: &StoryStep, now: Option<Time>, zone: &Zone) -> Result<Time, String> {
    let at = match (&step.at, &step.after, now) {
        (Some(at), None, _) => input::instant(at, zone).map_err(|Failed(why)| why)?,
        (None, Some(after), Some(now)) => {
            let seconds = parse_length(after).map_err(|why| format!("`{after}` {why}"))?;
            now + TimeDelta::seconds(seconds.into())
        }
        (None, None, Some(now)) => now,
        _ => return Err("say when, with `at`, or with `after` once there was a step".to_owned()),
    };
    match now.filter(|now| at < *now) {
        Some(_) => Err("it is before the step before it".to_owned()),
        None => Ok(at),
    }
}

fn command(step: &StoryStep, now: Time, world: &World, zone: &Zone) -> Result<Command, String> {
    let said = |name: &str| {
        let name = format!("{name}{}", now.timestamp());
        Message { id: name.as_str().into(), text: TextRef::new(&name), said_at: now }
    };
    let needed = |field: &'static str, value: &Option<String>| {
        value.clone().ok_or_else(|| format!("`{}` needs `{field}`", step.does))
    };
    let current = world.policies().current();
    Ok(match step.does.as_str() {
        "open" => {
            let kind = step
                .kind
                .as_deref()
                .map(|word| Kind::parse(word).ok_or(format!("`{word}` is no kind of work")));
            let priority = step.priority.as_deref();
            Command::Open(Open {
                title: TextRef::new("title"),
                details: None,
                kind: kind.transpose()?.unwrap_or(Kind::Request),
                priority: priority.map_or(current.spec().default_priority.clone(), Into::into),
                area: step.area.as_deref().map(Into::into),
                on_behalf: None,
            })
        }
        "claim" => Command::Claim,
        "release" => Command::Release,
        "acknowledge" => Command::Acknowledge,
        "reply" => Command::Reply { message: said("reply") },
        "note" => Command::Note { message: said("note") },
        "reprioritise" => {
            Command::Reprioritise { to: needed("priority", &step.priority)?.as_str().into(), why: None }
        }
        "move" => Command::Move { to: needed("area", &step.area)?.as_str().into() },
        "wait" => {
            let on = step.on.as_deref().unwrap_or("requester");
            let on = WaitingOn::parse(on).ok_or_else(|| format!("`{on}` is nobody to wait on"))?;
            let until = input::instant(&needed("until", &step.until)?, zone).map_err(|Failed(why)| why)?;
            Command::Wait { on, until, why: None }
        }
        "resume" => Command::Resume,
        "resolve" => {
            let word = step.resolution.as_deref().unwrap_or("code-change");
            let resolution = Resolution::parse(word).ok_or_else(|| format!("`{word}` is no resolution"))?;
            Command::Resolve { resolution, note: None }
        }
        "reopen" => Command::Reopen { why: None },
        "confirm" => Command::Confirm,
        "escalate" => Command::Escalate { why: None },
        "merge" => {
            let into = step.into.ok_or("`merge` needs `into`, the number of a ticket")?;
            Command::Merge { into: current.key(into) }
        }
        other => return Err(format!("nobody can `{other}`")),
    })
}
