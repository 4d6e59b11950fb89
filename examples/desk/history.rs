//! Made-up histories as the lines that `desk import` reads, with a bar on a terminal while they are made.

use std::io::Write;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use supporty_core::adapter::Commit;
use supporty_core::policy::{Policies, Policy, PolicyFileError};
use supporty_core::stream::DecodeError;
use supporty_core::testing::sample::{Plan, Sample, Story};
use supporty_store::Lines;

/// How many threads make tickets, at most.
const THREADS: usize = 8;
/// How many days wait to be written, for each thread.
const AHEAD: usize = 1;

/// Why no history was written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Its policy is not one, which is an error of this program.
    #[error("the sample's policy can not be used: {0}")]
    Policy(#[from] PolicyFileError),
    /// An entry can not be written as JSON.
    #[error(transparent)]
    Entry(#[from] DecodeError),
    /// A policy can not be written as JSON.
    #[error("the sample's policy can not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The lines can not be written.
    #[error("the lines can not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Makes a history on all processors and writes it. Whoever looks sees every stream on its way, in the order in which it
/// is written. Answers how many lines there are.
pub fn write(
    sample: &Sample,
    to: impl Write,
    mut look: impl FnMut(&Story),
    bar: &ProgressBar,
) -> Result<u64, HistoryError> {
    let plan = sample.plan()?;
    let mut lines = Lines::new(to)?;
    for policy in [Sample::earlier_policy()?, Sample::policy()?] {
        lines.commit(adopted(&policy)?)?;
    }
    for story in plan.shared() {
        lines.commit(story.commit(plan.policies())?)?;
        look(&story);
    }
    bar.set_length(plan.last_number());
    let processors = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    thread::scope(|scope| {
        let made: Vec<_> = (0..processors)
            .map(|first| {
                let (ready, made) = sync_channel(AHEAD);
                let plan = &plan;
                scope.spawn(move || {
                    for day in (first..plan.days()).step_by(processors) {
                        // Whoever writes has given up.
                        if ready.send(made_on(plan, day)).is_err() {
                            return;
                        }
                    }
                });
                made
            })
            .collect();
        let in_turn = (0..plan.days()).zip(made.iter().cycle());
        in_turn.into_iter().try_for_each(|(day, made)| {
            write_day(made, &mut lines, &mut look)?;
            bar.inc(plan.tickets(day));
            Ok::<(), HistoryError>(())
        })
    })?;
    let prefix = plan.policies().current().spec().key_prefix.clone();
    lines.counter(&prefix, plan.last_number())?;
    let (_, count) = lines.finish()?;
    bar.finish_and_clear();
    Ok(count)
}

/// A bar for so many tickets, on a terminal alone.
pub fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len} tickets, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr()).with_message(what);
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

type Made = Result<Vec<(Story, Commit)>, DecodeError>;

fn made_on(plan: &Plan, day: usize) -> Made {
    let policies: &Policies = plan.policies();
    plan.day(day)
        .into_iter()
        .map(|story| {
            let commit = story.commit(policies)?;
            Ok((story, commit))
        })
        .collect()
}

fn write_day<W: Write>(
    made: &Receiver<Made>,
    lines: &mut Lines<W>,
    look: &mut impl FnMut(&Story),
) -> Result<(), HistoryError> {
    for (story, commit) in made.recv().unwrap_or_else(|_| Ok(Vec::new()))? {
        lines.commit(commit)?;
        look(&story);
    }
    Ok(())
}

fn adopted(policy: &Policy) -> Result<Commit, serde_json::Error> {
    let policies = vec![(policy.version().clone(), serde_json::to_string(policy)?)];
    Ok(Commit { policies, ..Commit::default() })
}
