//! What a policy owner would be glad to hear, though the policy can be used.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Policy, Priority, Rung, Squad};
use crate::vocab::{AdapterName, AreaId, Audience, Kind, PersonId, RotaId, SquadId, Target, Terms};

/// Holidays that end within that many days are worth a word.
const SOON: i64 = 60;
/// How many questions "does this rule match this ticket?" are asked at most: a policy with more rules and names than that
/// is not looked at for rules that never match.
const MOST_QUESTIONS: usize = 4_000_000;

/// Something worth a word, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where, as in [`Misplaced`](super::Misplaced).
    pub path: String,
    /// What.
    pub found: Found,
}

/// What is worth a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Found {
    /// A step tells nobody of a squad, so that the next one's people are told, or the desk's channel.
    TellsNobody {
        /// Which step, from 1, of which priority.
        step: (usize, String),
        /// For tickets of which squads; `None` stands for tickets without one.
        squads: Vec<Option<SquadId>>,
    },
    /// A rule never applies: earlier ones match all that it matches.
    NeverMatches {
        /// Which.
        rule: String,
        /// Those before it that match all of it.
        covered_by: Vec<String>,
    },
    /// A rule promises what is promised anyway.
    ChangesNothing {
        /// Which.
        rule: String,
    },
    /// A priority does not say when its tickets are resolved.
    NoResolve {
        /// Which.
        priority: String,
    },
    /// A calendar's holidays end soon, or have ended.
    HolidaysEnd {
        /// Which.
        calendar: String,
        /// The last one.
        last: NaiveDate,
    },
    /// Somebody who may have to be woken has no account anywhere, while others do.
    Unreachable {
        /// Who.
        person: PersonId,
    },
    /// Somebody is to be woken by an adapter that the desk does not have.
    NoAdapter {
        /// Who.
        person: PersonId,
        /// By which.
        adapter: AdapterName,
    },
    /// A rotation has nobody who takes turns.
    NobodyTakesTurns {
        /// Of which rota.
        rota: RotaId,
    },
    /// No step looks at when its tickets are to be resolved.
    NoWarning {
        /// Which priority.
        priority: String,
    },
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TellsNobody { step: (step, priority), squads } => {
                let squads = squads.iter().map(|squad| match squad {
                    Some(squad) => format!("`{squad}`"),
                    None => "no squad".to_owned(),
                });
                let squads = squads.collect::<Vec<_>>().join(", ");
                write!(
                    f,
                    "step {step} of `{priority}` tells nobody for tickets of {squads}: the next step's people are told, or the desk's channel"
                )
            }
            Self::NeverMatches { rule, covered_by } => {
                let rules = covered_by.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
                write!(f, "rule `{rule}` never applies: {rules} before it match everything that it is for")
            }
            Self::ChangesNothing { rule } => {
                write!(f, "rule `{rule}` promises what would be promised without it")
            }
            Self::NoResolve { priority } => {
                write!(f, "priority `{priority}` does not promise when its tickets are resolved")
            }
            Self::HolidaysEnd { calendar, last } => {
                write!(f, "calendar `{calendar}` knows no holiday after {last}: add those of the next year")
            }
            Self::Unreachable { person } => {
                write!(
                    f,
                    "`{person}` may have to be woken and can not be reached: add an identity or a contact of theirs"
                )
            }
            Self::NoAdapter { person, adapter } => {
                write!(
                    f,
                    "`{person}` is to be woken by `{adapter}`, which this desk does not have: start it with one, or take it from their contacts"
                )
            }
            Self::NobodyTakesTurns { rota } => {
                write!(f, "nobody takes turns in a rotation of `{rota}`: add members, or nobody is ever on")
            }
            Self::NoWarning { priority } => {
                write!(f, "nobody hears when `{priority}` is broken: add a step for it to the ladder")
            }
        }
    }
}

/// Where nobody has an identity, everybody is who their short name says; where some have, the others are nowhere.
fn nowhere(policy: &Policy, found: &mut Vec<Finding>) {
    let spec = policy.spec();
    if spec.people.values().all(|person| person.identities.is_empty()) {
        return;
    }
    for person in woken(policy) {
        if spec.people.get(person).is_some_and(|known| known.identities.is_empty()) {
            let found_one = Found::Unreachable { person: person.clone() };
            found.push(Finding { path: format!("people/{person}"), found: found_one });
        }
    }
}

/// Everybody who may have to be woken.
fn woken(policy: &Policy) -> BTreeSet<&PersonId> {
    let spec = policy.spec();
    let squads = spec.squads.values();
    let squads = squads.flat_map(|squad| squad.on_call.iter().chain(&squad.lead).chain(&squad.gardener));
    let turns = spec.rotas.values().flat_map(|rota| &rota.rotations).flat_map(|one| &one.members);
    let turns = turns.flat_map(|member| &member.people);
    let stand_in = spec.rotas.values().flat_map(|rota| &rota.fallback);
    let rungs = spec.priorities.iter().flat_map(|priority| &priority.ladder).flat_map(|rung| &rung.audience);
    let named = rungs.filter_map(|audience| match audience {
        Audience::Person(person) => Some(person),
        _ => None,
    });
    squads.chain(turns).chain(stand_in).chain(named).collect()
}

/// Who may have to be woken and can not be, on a desk with those adapters, the one that tickets stand on first.
///
/// ```
/// use supporty_core::policy::{Found, Policy, unreachable};
/// let policy = Policy::from_toml(
///     r#"
///     [people.oli]
///     identities = [{ adapter = "pager", user = "oli" }]
///     contacts = ["pager for 5m"]
///     [squads.web]
///     on_call = ["oli"]
///     "#,
/// )?;
/// let found = unreachable(&policy, &["slack".into()]);
/// assert_eq!(found[0].found, Found::Unreachable { person: "oli".into() });
/// assert_eq!(unreachable(&policy, &["slack".into(), "pager".into()]), []);
/// # Ok::<(), supporty_core::policy::PolicyFileError>(())
/// ```
pub fn unreachable(policy: &Policy, adapters: &[AdapterName]) -> Vec<Finding> {
    let mut found = Vec::new();
    for id in woken(policy) {
        let Some(person) = policy.spec().people.get(id) else { continue };
        let (path, person_id) = (format!("people/{id}"), id.clone());
        let missing = person.contacts.iter().filter(|contact| !adapters.contains(&contact.adapter));
        let missing: Vec<_> = missing.map(|contact| contact.adapter.clone()).collect();
        if missing.len() == person.contacts.len() && (!missing.is_empty() || adapters.is_empty()) {
            found.push(Finding { path, found: Found::Unreachable { person: person_id } });
            continue;
        }
        let one = |adapter| Finding {
            path: format!("{path}/contacts"),
            found: Found::NoAdapter { person: person_id.clone(), adapter },
        };
        found.extend(missing.into_iter().map(one));
    }
    found
}

/// Everything worth a word about a policy; holidays that end soon only where it is said what day it is.
pub fn findings(policy: &Policy, today: Option<NaiveDate>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, calendar) in &policy.spec().calendars {
        let soon = |last: &NaiveDate| today.is_some_and(|today| (*last - today).num_days() <= SOON);
        if let Some(last) = calendar.last_closed_day().filter(soon) {
            let (path, calendar) = (format!("calendars/{id}/holidays"), id.to_string());
            found.push(Finding { path, found: Found::HolidaysEnd { calendar, last } });
        }
    }
    for (index, priority) in policy.spec().priorities.iter().enumerate() {
        let path = format!("priorities/{index}");
        if !priority.promises.contains_key(&Target::Resolve) {
            let priority = priority.id.to_string();
            found.push(Finding { path: format!("{path}/promises"), found: Found::NoResolve { priority } });
        } else if !priority.ladder.iter().any(|rung| rung.trigger.watch().target() == Some(Target::Resolve)) {
            let priority = priority.id.to_string();
            found.push(Finding { path: format!("{path}/ladder"), found: Found::NoWarning { priority } });
        }
        for (number, rung) in priority.ladder.iter().enumerate() {
            found.extend(
                tells_nobody(policy, priority, number, rung)
                    .map(|found| Finding { path: format!("{path}/ladder/{number}/tell"), found }),
            );
        }
    }
    nowhere(policy, &mut found);
    for (id, rota) in &policy.spec().rotas {
        for (index, _) in rota.rotations.iter().enumerate().filter(|(_, one)| one.members.is_empty()) {
            let path = format!("rotas/{id}/rotations/{index}");
            found.push(Finding { path, found: Found::NobodyTakesTurns { rota: id.clone() } });
        }
    }
    rules(policy, &mut found);
    found
}

fn tells_nobody(policy: &Policy, priority: &Priority, number: usize, rung: &Rung) -> Option<Found> {
    let squads = policy.spec().squads.iter().map(|(id, squad)| (Some(id), Some(squad)));
    // A policy without areas has only tickets without a squad, and hears of them in the desk's channel.
    let without = (!policy.spec().areas.is_empty()).then_some((None, None));
    let nobody = squads
        .chain(without)
        .filter(|(_, squad)| rung.audience.iter().all(|audience| !may_tell(audience, *squad)));
    let squads: Vec<_> = nobody.map(|(id, _)| id.cloned()).collect();
    let step = (number + 1, priority.id.to_string());
    (!squads.is_empty()).then_some(Found::TellsNobody { step, squads })
}

fn may_tell(audience: &Audience, squad: Option<&Squad>) -> bool {
    match audience {
        Audience::Squad => squad.is_some_and(|squad| squad.channel.is_some()),
        Audience::Gardener => {
            squad.is_some_and(|squad| squad.gardener.is_some() || squad.gardener_rota.is_some())
        }
        Audience::Lead => squad.is_some_and(|squad| squad.lead.is_some()),
        Audience::OnCall => squad.is_some_and(|squad| {
            squad.gardener.is_some()
                || squad.gardener_rota.is_some()
                || squad.on_call_rota.is_some()
                || !squad.on_call.is_empty()
        }),
        // Whether somebody owns a ticket is not the policy's to say.
        _ => true,
    }
}

/// Tries every kind of ticket that the policy tells apart, and sees which rule is the first for it.
fn rules(policy: &Policy, found: &mut Vec<Finding>) {
    let rules = &policy.spec().rules;
    let mut applies = vec![false; rules.len()];
    let mut changes = vec![false; rules.len()];
    let mut before: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rules.len()];
    let Some(all) = combinations(policy, MOST_QUESTIONS / rules.len().max(1)) else { return };
    for terms in &all {
        let mut matching = (0..).zip(rules).filter(|(_, rule)| rule.when.matches(terms));
        let Some((first, rule)) = matching.next() else { continue };
        if let Some(applies) = applies.get_mut(first) {
            *applies = true;
        }
        let own = policy.priority(&terms.priority).map(|priority| &priority.promises);
        let other = rule.promises.iter().any(|(target, promise)| {
            own.and_then(|promises| promises.get(target)).is_none_or(|own| own != promise)
        });
        if let Some(changes) = changes.get_mut(first) {
            *changes |= other;
        }
        for (later, _) in matching {
            before.get_mut(later).into_iter().for_each(|before| before.extend([first]));
        }
    }
    for (index, rule) in rules.iter().enumerate() {
        let (path, name) = (format!("rules/{index}/when"), rule.name.clone());
        let at = |list: &[bool]| list.get(index).copied().unwrap_or(true);
        if !at(&applies) {
            let covers = before.get(index).into_iter().flatten().filter_map(|rule| rules.get(*rule));
            let covered_by = covers.map(|rule| rule.name.clone()).collect();
            found.push(Finding { path, found: Found::NeverMatches { rule: name, covered_by } });
        } else if !at(&changes) {
            found.push(Finding { path, found: Found::ChangesNothing { rule: name } });
        }
    }
}

/// One ticket for each way in which rules can tell tickets apart. Somebody may belong to no squad, to one, or to any
/// two: a rule asks for one of several, so more make no difference to which is first. `None` if there are too many.
fn combinations(policy: &Policy, most: usize) -> Option<Vec<Terms>> {
    let spec = policy.spec();
    let named = |pick: fn(&super::Condition) -> Vec<String>| -> BTreeSet<String> {
        spec.rules.iter().flat_map(|rule| pick(&rule.when)).collect()
    };
    let areas = named(|when| when.area.iter().map(ToString::to_string).collect());
    let squads = named(|when| when.requester_squad.iter().map(ToString::to_string).collect());
    let areas: Vec<Option<AreaId>> =
        areas.iter().map(|area| Some(area.as_str().into())).chain([None]).collect();
    let one: Vec<SquadId> = squads.iter().map(|squad| squad.as_str().into()).collect();
    let few = one.len().checked_mul(one.len())?.checked_add(1)?;
    let count =
        few.checked_mul(areas.len())?.checked_mul(Kind::ALL.len())?.checked_mul(spec.priorities.len())?;
    if count > most {
        return None;
    }
    let pairs = one.iter().enumerate().flat_map(|(index, first)| {
        one.iter().skip(index).map(move |second| BTreeSet::from([first.clone(), second.clone()]))
    });
    let squads: Vec<BTreeSet<SquadId>> = std::iter::once(BTreeSet::new()).chain(pairs).collect();
    let mut all = Vec::new();
    for priority in &spec.priorities {
        for area in &areas {
            for kind in Kind::ALL {
                for requester_squads in &squads {
                    all.push(Terms {
                        priority: priority.id.clone(),
                        area: area.clone(),
                        kind: *kind,
                        requester_squads: requester_squads.clone(),
                    });
                }
            }
        }
    }
    Some(all)
}
