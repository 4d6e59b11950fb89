//! One ticket in full: what would have been another way, and why.

use std::fmt::Write;

use chrono::TimeDelta;
use serde_json::{Value, json};
use supporty_core::backtest::{Compared, Pair, Round, Why};
use supporty_core::explain::Explained;
use supporty_core::vocab::{Target, TicketKey, Time};

use super::Found;
use super::replay::Changed;
use crate::{Failed, pretty};

pub(super) fn tell(found: &Found<'_>, key: &TicketKey, json: bool) -> Result<String, Failed> {
    let one = found.replays.changed.iter().find(|one| one.compared.ticket == *key);
    let one =
        one.ok_or_else(|| Failed(format!("there is no ticket {key} in that history: check its key")))?;
    let why = why(found, one);
    Ok(match json {
        true => pretty(&data(&one.compared, &why)),
        false => text(found, &one.compared, &why),
    })
}

/// Every promise that only one of the two broke, as both stood right after that.
fn why(found: &Found<'_>, one: &Changed) -> Vec<(Target, Why)> {
    let broken = one.compared.rounds().filter_map(|pair| {
        let side = if pair.is_gained() { pair.after } else { pair.before.filter(|_| pair.is_lost()) };
        let round = side?;
        Some((round.target, round.due()?.checked_add_signed(TimeDelta::microseconds(1))?))
    });
    let asked = |(target, at): (Target, Time)| {
        let about = (&one.compared.ticket, target);
        (target, found.backtest.why(&one.group, found.history, about, at))
    };
    broken.map(asked).collect()
}

fn data(compared: &Compared, why: &[(Target, Why)]) -> Value {
    let why: Vec<_> = why
        .iter()
        .map(|(target, why)| json!({ "target": target, "at": why.at, "before": why.before, "after": why.after }))
        .collect();
    json!({ "ticket": compared, "why": why })
}

fn text(found: &Found<'_>, compared: &Compared, why: &[(Target, Why)]) -> String {
    let zone = found.backtest.policy().spec().zone();
    let moment = |at: Time| zone.local(at).format("%a %-d %b %Y %H:%M:%S").to_string();
    let mut text = match compared.sentence(&zone) {
        Some(sentence) => format!("{sentence}\n"),
        None => format!("{}: nothing that matters would have been another way\n", compared.ticket),
    };
    text.push_str("\nPromises, as they were and as they would have been\n");
    for Pair { before, after } in compared.rounds() {
        let Some(round) = after.or(before) else { continue };
        let name = format!("{} of {}", round.target.as_str().replace('-', " "), round.priority);
        let ended = |round: Option<&Round>| match round {
            None => "not ended".to_owned(),
            Some(round) => {
                let due = round.due().map_or("no deadline".to_owned(), |due| format!("due {}", moment(due)));
                match (round.is_broken(), round.met()) {
                    (false, Some(met)) => format!("kept {}, {due}", moment(met)),
                    (true, Some(met)) => format!("kept late {}, {due}", moment(met)),
                    (true, None) => format!("broken, {due}"),
                    (false, None) => "no longer applied".to_owned(),
                }
            }
        };
        let _ =
            writeln!(text, "  {name}, round {}\n    {}\n    {}", round.epoch, ended(before), ended(after));
    }
    for (word, record) in [("was", &compared.before), ("would have been", &compared.after)] {
        let _ = writeln!(text, "\nWho {word} woken, by {} of its ladder", steps(record.escalations));
        for page in &record.pages {
            let _ = writeln!(text, "  {} {}", page.person, moment(page.at));
        }
    }
    for (target, Why { at, before, after }) in why {
        let _ = writeln!(text, "\nWhy, as {} stood on {}", target.as_str().replace('-', " "), moment(*at));
        for (head, explained) in [("as it was", before), ("as it would have been", after)] {
            let _ = writeln!(text, "\n{head}");
            let said = explained.as_ref().map(|explained: &Explained| explained.text(&zone, *at));
            text.push_str(
                said.as_deref()
                    .unwrap_or("  nothing was promised, or by a policy that is not known\n")
                    .trim_start_matches('\n'),
            );
        }
    }
    if !compared.refused.is_empty() {
        text.push_str("\nWhat could not be replayed\n");
    }
    for refused in &compared.refused {
        let _ = writeln!(text, "  {} {}: {}", moment(refused.at), refused.command, refused.why);
    }
    text
}

fn steps(count: u32) -> String {
    if count == 1 { "1 step".to_owned() } else { format!("{count} steps") }
}
