//! `policy backtest`: what another policy would have done to the history of a desk.

mod groups;
mod promise;
mod replay;
mod report;
mod source;
mod ticket;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use chrono::TimeDelta;
use supporty_core::backtest::{Backtest, Change, paid};
use supporty_core::policy::{Policies, Policy};
use supporty_core::rota::Rotas;
use supporty_core::vocab::{Period, PersonId, TicketKey};
use supporty_desk::history;
use supporty_desk::log::Log;

use crate::{Failed, input, pretty};

pub(crate) use promise::Lengths;

use promise::Answer;
use replay::{Replays, Wanted, replay};
use source::{Known, Reading};

/// What is to be replayed, and what is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    /// The tested policy's file.
    pub(crate) policy: PathBuf,
    pub(crate) source: Log,
    /// How many changed tickets are listed.
    pub(crate) tickets: usize,
    /// Only that ticket, in full.
    pub(crate) ticket: Option<TicketKey>,
    pub(crate) sweep: Option<Lengths>,
    /// Which part of the promises that are swept over is to be kept, from 0 to 1.
    pub(crate) share: f64,
    /// On how many threads; on all, unless it is said.
    pub(crate) threads: Option<usize>,
}

/// Everything that a report says.
struct Found<'a> {
    backtest: &'a Backtest,
    /// The policies that the tickets were measured by, and the one that is in force.
    history: &'a Policies,
    period: Period,
    replays: Replays<'a>,
    paid: Change<BTreeMap<PersonId, i64>>,
    answer: Option<Answer<'a>>,
}

pub(crate) fn backtest(
    options: &Options,
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let policy = input::policy(&options.policy, colour)?;
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = options.threads.unwrap_or_else(all);
    std::thread::scope(|scope| {
        let Reading { known, parts, thread } = source::read(&options.source, scope)?;
        let period = Period::new(known.period.0, known.period.1);
        let backtest = Backtest::new(policy.clone(), Some(rotas(&policy, &known, period)), period.until);
        let sweep = match &options.sweep {
            Some(Lengths { priority, target, .. }) => {
                Some(backtest.sweep(*target, priority.clone()).map_err(|why| Failed(why.to_string()))?)
            }
            None => None,
        };
        let zone = policy.spec().zone();
        let only = options.ticket.as_ref();
        let wanted = Wanted { backtest: &backtest, sweep, tickets: options.tickets, only, zone };
        let bar = history::bar("Backtest");
        bar.set_length(known.tickets);
        let replays = replay(&wanted, parts, threads, &bar);
        bar.finish_and_clear();
        // What went wrong while replaying is why reading ended.
        let replays = replays?;
        thread.end()?;
        let answer = options.sweep.as_ref().zip(replays.sweep.as_ref());
        let answer = answer.map(|(asked, sweep)| Answer::new(asked, sweep, options.share, threads));
        let answer = answer.transpose().map_err(|why| Failed(why.to_string()))?;
        let paid = pay(&policy, &known, &replays, period);
        let found = Found { backtest: &backtest, history: &known.policies, period, replays, paid, answer };
        let text = match (&options.ticket, json) {
            (Some(key), json) => ticket::tell(&found, key, json)?,
            (None, true) => pretty(&report::json(&found)),
            (None, false) => report::text(&found, colour),
        };
        let _ = out.write_all(text.as_bytes());
        Ok(true)
    })
}

/// Who was on by the tested policy, with what was arranged.
fn rotas(policy: &Policy, known: &Known, period: Period) -> Rotas {
    let apart = TimeDelta::days(32);
    let from = period.from.checked_sub_signed(apart).unwrap_or(period.from);
    let until = period.until.checked_add_signed(apart).unwrap_or(period.until);
    Rotas::new(policy, &known.arranged, Period::new(from, until))
}

fn pay(
    policy: &Policy,
    known: &Known,
    replays: &Replays<'_>,
    period: Period,
) -> Change<BTreeMap<PersonId, i64>> {
    let paid = |policy: &Policy, call_outs: &[_]| {
        let mut call_outs = call_outs.to_vec();
        // On several threads they come in any order.
        call_outs.sort();
        paid(policy, &known.arranged, &call_outs, period)
    };
    let Change { before, after } = &replays.totals.call_outs;
    Change { before: paid(known.policies.current(), before), after: paid(policy, after) }
}
