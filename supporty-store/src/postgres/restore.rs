use serde::Serialize;
use supporty_core::adapter::Error;

use super::step::{Effect, Step};
use crate::lines::{Line, Queued};
use crate::shared::invalid;

/// Lines of an export as `supporty.restore` takes them.
#[derive(Serialize)]
struct Part<'a> {
    step: Step<'a>,
    counters: Vec<Counter<'a>>,
    inbox: Vec<Delivery<'a>>,
    effects: Vec<Waiting<'a>>,
    dead: Vec<Dead<'a>>,
}

#[derive(Serialize)]
struct Counter<'a> {
    prefix: &'a str,
    last: u64,
}

/// Handled, or with a body to handle.
#[derive(Serialize)]
struct Delivery<'a> {
    key: &'a str,
    at: i64,
    body: Option<&'a str>,
    answer: Option<&'a str>,
}

#[derive(Serialize)]
struct Waiting<'a> {
    #[serde(flatten)]
    effect: Effect<'a>,
    attempts: u32,
    tried: bool,
}

#[derive(Serialize)]
struct Dead<'a> {
    #[serde(flatten)]
    effect: Effect<'a>,
    attempts: u32,
    why: &'a str,
}

/// A part of an import as JSON.
pub(super) fn part(desk: i32, lines: &[Line]) -> Result<String, Error> {
    let (step, counters, inbox, effects, dead) = Default::default();
    let mut part = Part { step, counters, inbox, effects, dead };
    for line in lines {
        part.take(desk, line)?;
    }
    serde_json::to_string(&part).map_err(|error| invalid("writing a part of an import").caused_by(error))
}

impl<'a> Part<'a> {
    fn take(&mut self, desk: i32, line: &'a Line) -> Result<(), Error> {
        let step = &mut self.step;
        match line {
            Line::Supporty { .. } | Line::End { .. } => {}
            Line::Policy { version, body } => step.policy(version, body),
            Line::Entry { stream, seq, at, kind, body } => step.imported(stream, *seq, *at, kind, body),
            Line::Text { stream, text } => step.text(desk, text, stream.as_ref()),
            Line::Place { place, stream } => step.place(place, stream),
            Line::Row { stream, row } => {
                let stream = step.named(stream);
                step.row(&stream, row)?;
            }
            Line::Timer { stream, wake } => {
                let stream = step.named(stream);
                step.arm(&stream, wake);
            }
            Line::Snapshot { stream, snapshot } => {
                let stream = step.named(stream);
                step.keep(stream, snapshot);
            }
            Line::Counter { prefix, last } => self.counters.push(Counter { prefix, last: *last }),
            Line::Waiting { key, at, body } => self.inbox.push(Delivery {
                key: key.as_str(),
                at: at.timestamp_micros(),
                body: Some(body),
                answer: None,
            }),
            Line::Handled { key, at, answer } => self.inbox.push(Delivery {
                key: key.as_str(),
                at: at.timestamp_micros(),
                body: None,
                answer: Some(answer),
            }),
            Line::Effect { effect, attempts, tried } => {
                let effect = queued(effect);
                self.effects.push(Waiting { effect, attempts: *attempts, tried: *tried });
            }
            Line::Dead { effect, attempts, why, .. } => {
                self.dead.push(Dead { effect: queued(effect), attempts: *attempts, why });
            }
        }
        Ok(())
    }
}

fn queued(Queued { id, lane, level, body, at }: &Queued) -> Effect<'_> {
    Effect { name: id.to_string(), lane, level: level.as_deref(), body, at: at.timestamp_micros() }
}
