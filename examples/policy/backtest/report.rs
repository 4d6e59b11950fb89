//! All tickets together, as a text and as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};
use supporty_core::backtest::{Change, Kept, Tally, UNKNOWN};
use supporty_core::policy::Policy;
use supporty_core::time::Zone;
use supporty_core::vocab::{PersonId, PriorityId, Target, Time};

use super::Found;

/// How many reasons of refusals are listed.
const REASONS: usize = 20;

pub(super) fn json(found: &Found<'_>) -> Value {
    let replays = &found.replays;
    let refused: Vec<_> = replays
        .refusals
        .iter()
        .map(|((command, why), (count, first))| {
            json!({ "command": command, "why": why, "count": count, "first": first })
        })
        .collect();
    let changed: Vec<_> = replays
        .changed
        .iter()
        .map(|changed| json!({ "sentence": changed.compared.sentence(&zone(found)), "ticket": changed.compared }))
        .collect();
    let (gained, lost) = replays.totals.breaches();
    json!({
        "policy": found.backtest.policy().version(),
        "in_force": found.history.current().version(),
        "period": { "from": found.period.from, "until": found.period.until },
        "gained": gained,
        "lost": lost,
        "totals": replays.totals,
        "pay": { "before": paid(found.history.current(), &found.paid.before), "after": paid(found.backtest.policy(), &found.paid.after) },
        "changed": changed,
        "refused": refused,
        "moot": replays.moot,
        "sweep": found.answer.as_ref().map(super::Answer::json),
        "unknown": UNKNOWN,
    })
}

fn paid(policy: &Policy, people: &BTreeMap<PersonId, i64>) -> Value {
    let pay = policy.spec().pay.as_ref();
    pay.map_or(Value::Null, |pay| {
        let total: i64 = people.values().sum();
        json!({ "currency": pay.currency, "digits": pay.digits, "total": total, "people": people })
    })
}

fn zone(found: &Found<'_>) -> Zone {
    found.backtest.policy().spec().zone()
}

/// A text that is being written.
struct Text<'a> {
    found: &'a Found<'a>,
    zone: Zone,
    colour: bool,
    text: String,
}

pub(super) fn text(found: &Found<'_>, colour: bool) -> String {
    let mut text = Text { found, zone: zone(found), colour, text: String::new() };
    text.head();
    text.promises();
    text.pages();
    text.pay();
    if let Some(answer) = &found.answer {
        text.text += &format!("\n{}", answer.text());
    }
    text.tickets();
    text.refused();
    text.heading("What is not known");
    UNKNOWN.iter().for_each(|unknown| text.line(&format!("  {unknown}")));
    text.text
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        match self.colour {
            true => self.line(&format!("\n\x1b[1m{heading}\x1b[0m")),
            false => self.line(&format!("\n{heading}")),
        }
    }

    /// A number that is better when it is low, and by how much it would have been another one.
    fn grown(&self, change: &Change<u64>) -> String {
        let text = format!("{:>7} {:>7}", change.before, change.after);
        match (change.after.cmp(&change.before), self.colour) {
            (std::cmp::Ordering::Greater, true) => format!("\x1b[31m{text}\x1b[0m"),
            (std::cmp::Ordering::Less, true) => format!("\x1b[32m{text}\x1b[0m"),
            _ => text,
        }
    }

    fn name(&self, person: &PersonId) -> String {
        self.found.backtest.policy().name_of(person)
    }

    fn head(&mut self) {
        let (found, totals) = (self.found, &self.found.replays.totals);
        let day = |at: Time| self.zone.local(at).format("%-d %b %Y").to_string();
        let head = format!(
            "{} from {} to {}: before as it happened, now under policy {}; after under policy {}",
            count(totals.tickets, "ticket", "tickets"),
            day(found.period.from),
            day(found.period.until),
            short(found.history.current()),
            short(found.backtest.policy()),
        );
        self.line(&head);
        let (gained, lost) = totals.breaches();
        let (gained, lost) = (count(gained, "breach", "breaches"), count(lost, "breach", "breaches"));
        self.line(&format!(
            "{gained} gained and {lost} lost; {} would have been another way",
            count(totals.changed, "ticket", "tickets")
        ));
        if totals.partial > 0 {
            let partial = count(totals.partial, "ticket", "tickets");
            self.line(&format!(
                "{partial} could not be replayed whole: their promises are in no figure below"
            ));
        }
    }

    fn promises(&mut self) {
        let promises = &self.found.replays.totals.promises;
        let known: BTreeSet<_> = promises.values().flat_map(BTreeMap::keys).cloned().collect();
        let policy = self.found.backtest.policy();
        let mut priorities: Vec<_> =
            policy.spec().priorities.iter().map(|priority| priority.id.clone()).collect();
        priorities.extend(known.into_iter().filter(|id| policy.priority(id).is_none()));
        self.heading(&format!(
            "{:<26}{:>18}{:>18}{:>8}{:>8}",
            "Promises kept", "before", "after", "gained", "lost"
        ));
        for priority in &priorities {
            for target in Target::ALL {
                let tally = promises.get(target).and_then(|priorities| priorities.get(priority));
                tally.into_iter().for_each(|tally| self.promise(priority, *target, tally));
            }
        }
    }

    fn promise(&mut self, priority: &PriorityId, target: Target, tally: &Tally) {
        let kept = |kept: &Kept| match kept.share() {
            Some(share) => format!("{:.1} % of {}", share * 100.0, kept.met + kept.broken),
            None => "-".to_owned(),
        };
        let name = format!("  {priority} {}", target.as_str().replace('-', " "));
        let (before, after) = (kept(&tally.kept.before), kept(&tally.kept.after));
        let paint = |count: u64, code: &str| match (count, self.colour) {
            (1.., true) => format!("\x1b[{code}m{count:>8}\x1b[0m"),
            _ => format!("{count:>8}"),
        };
        let (gained, lost) = (paint(tally.gained, "31"), paint(tally.lost, "32"));
        self.line(&format!("{name:<26}{before:>18}{after:>18}{gained}{lost}"));
    }

    fn pages(&mut self) {
        let totals = &self.found.replays.totals;
        self.heading(&format!("{:<26}{:>7} {:>7}", "Escalation", "before", "after"));
        self.line(&format!("{:<26}{}", "  steps of ladders", self.grown(&totals.escalations)));
        let all = totals.by_hour.iter().fold(Change::default(), |sum: Change<u64>, hour| Change {
            before: sum.before + hour.before,
            after: sum.after + hour.after,
        });
        self.line(&format!("{:<26}{}", "  pages", self.grown(&all)));
        for (person, change) in &totals.by_person {
            self.line(&format!("{:<26}{}", format!("    {}", self.name(person)), self.grown(change)));
        }
        let most = totals.by_hour.iter().map(|hour| hour.before.max(hour.after)).max().unwrap_or(0);
        for (hour, change) in totals.by_hour.iter().enumerate() {
            if (change.before, change.after) != (0, 0) {
                let bar = |count: u64| "█".repeat(usize::try_from(count * 20 / most.max(1)).unwrap_or(0));
                let (name, grown) = (format!("    at {hour:02}:00"), self.grown(change));
                self.line(&format!("{name:<26}{grown}  {:<20} {}", bar(change.before), bar(change.after)));
            }
        }
    }

    fn pay(&mut self) {
        let Change { before, after } = &self.found.paid;
        let (old, new) = (self.found.history.current(), self.found.backtest.policy());
        let pays = |policy: &Policy| policy.spec().pay.is_some();
        if !pays(old) && !pays(new) {
            return;
        }
        let amount = |policy: &Policy, amount: i64| match &policy.spec().pay {
            Some(pay) => format!("{} {}", pay.written(amount), pay.currency),
            None => "-".to_owned(),
        };
        self.heading(&format!("{:<26}{:>18}{:>18}", "Pay", "before", "after"));
        let sum = |people: &BTreeMap<PersonId, i64>| people.values().sum();
        let (was, would) = (amount(old, sum(before)), amount(new, sum(after)));
        self.line(&format!("{:<26}{was:>18}{would:>18}", "  in all"));
        let people: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for person in people {
            let of = |people: &BTreeMap<PersonId, i64>| people.get(person).copied().unwrap_or(0);
            let (was, would) = (amount(old, of(before)), amount(new, of(after)));
            self.line(&format!("{:<26}{was:>18}{would:>18}", format!("    {}", self.name(person))));
        }
    }

    fn tickets(&mut self) {
        let (changed, all) = (&self.found.replays.changed, self.found.replays.totals.changed);
        if changed.is_empty() {
            return;
        }
        self.heading(&format!(
            "Tickets that would have been another way: the most changed {} of {all}",
            changed.len()
        ));
        for one in changed {
            let sentence = one.compared.sentence(&self.zone);
            let sentence = sentence.unwrap_or_else(|| format!("{}: deadlines alone", one.compared.ticket));
            self.line(&format!("  {sentence}"));
        }
    }

    fn refused(&mut self) {
        let replays = &self.found.replays;
        if replays.refusals.is_empty() && replays.moot == 0 {
            return;
        }
        self.heading("What could not be replayed");
        let mut reasons: Vec<_> = replays.refusals.iter().collect();
        reasons.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for ((command, why), (count, first)) in reasons.iter().take(REASONS) {
            self.line(&format!("  {count:>6}  {command}: {why} (first {first})"));
        }
        if reasons.len() > REASONS {
            self.line(&format!("  and {} other reasons: --json has them all", reasons.len() - REASONS));
        }
        if replays.moot > 0 {
            let moot = format!(
                "  {:>6}  acknowledge: by people who would not have been told, which nobody misses",
                replays.moot
            );
            self.line(&moot);
        }
    }
}

/// Enough of a version to tell policies apart.
fn short(policy: &Policy) -> &str {
    let version = policy.version().as_str();
    version.get(..8).unwrap_or(version)
}

fn count(count: u64, one: &str, many: &str) -> String {
    let mut text = String::new();
    let _ = write!(text, "{count} {}", if count == 1 { one } else { many });
    text
}
