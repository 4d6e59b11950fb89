//! What holds for every figure, whatever was asked of tickets and whenever.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::insight::{
    By, Effort, End, Fact, Facts, Figures, Filter, Group, Incident, Kept, Part, Question, Rates, Reached,
    Span, Tally, Which,
};
use supporty_core::policy::Policies;
use supporty_core::ticket::{Status, TicketEntry};
use supporty_core::time::{Every, Weekday, Zone};
use supporty_core::vocab::{
    Investment, Period, PersonId, Resolution, Stars, Target, TicketKey, Time, Upkeep,
};
use supporty_core::world::World;

use common::moves::{moves, play, policy, start};

fn fold<'a>(entries: impl IntoIterator<Item = &'a (TicketKey, TicketEntry)>) -> Facts {
    entries.into_iter().map(|(key, entry)| (key, entry)).collect()
}

fn facts(world: &World) -> Facts {
    fold(world.entries())
}

fn end() -> Time {
    start() + TimeDelta::days(400)
}

fn by(by: &[By]) -> Question {
    let period = Period::new(start() - TimeDelta::days(1), end());
    Question::new(period, end()).zone(Zone::new("Europe/London").unwrap()).by(by.iter().copied())
}

fn rates() -> Rates {
    Rates::from([("2026-01-01".parse().unwrap(), 6_000), ("2026-04-01".parse().unwrap(), 7_001)])
}

fn figures(facts: &Facts, policies: &Policies) -> Figures {
    let question = by(&[By::Priority, By::Area]).every(Every::Week);
    facts.select(&question, policies).figures(&facts.work(&Effort::default()), &rates())
}

fn questions() -> impl Strategy<Value = Question> {
    let dimensions = prop::sample::subsequence(
        vec![By::Priority, By::Area, By::Squad, By::Kind, By::Person, By::Clock],
        0..=6,
    );
    let every =
        prop::option::of(prop::sample::select(vec![Every::Day, Every::Week, Every::Month, Every::Quarter]));
    let from = prop_oneof![3 => Just(0), 1 => 0i64..60];
    (dimensions, every, from, 1i64..120).prop_map(|(dimensions, every, from, days)| {
        let from = start() + TimeDelta::days(from) - TimeDelta::days(1);
        let question = by(&dimensions);
        Question { period: Period::new(from, from + TimeDelta::days(days)), every, ..question }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn halves_folded_apart_make_the_whole_in_any_order(policy in policy(), moves in moves(), left in any::<u8>()) {
        let world = play(policy, &moves, |_, _, _| {});
        let whole = facts(&world);
        let mut by_ticket = world.entries().to_vec();
        by_ticket.sort_by_key(|(key, entry)| (std::cmp::Reverse(key.clone()), entry.seq));
        prop_assert_eq!(&fold(&by_ticket), &whole, "streams may come in any order");

        let is_left = |key: &TicketKey| left >> (key.number() % 8) & 1 == 1;
        let (one, other): (Vec<_>, Vec<_>) = world.entries().iter().cloned().partition(|(key, _)| is_left(key));
        let (one, other) = (fold(&one), fold(&other));
        let (mut merged, mut swapped) = (one.clone(), other.clone());
        merged.merge(other.clone());
        swapped.merge(one);
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(&swapped, &whole);
        prop_assert_eq!(figures(&merged, world.policies()), figures(&whole, world.policies()));
        prop_assert_eq!(figures(&swapped, world.policies()), figures(&whole, world.policies()));
        merged.merge(other);
        prop_assert_eq!(merged, whole, "what is known already changes nothing");
    }

    #[test]
    fn what_was_stored_goes_on_and_equals_what_is_computed_anew(policy in policy(), moves in moves(), cut in 0usize..200) {
        let world = play(policy, &moves, |_, _, _| {});
        let whole = facts(&world);
        let cut = cut.min(world.entries().len());
        let early = fold(&world.entries()[..cut]);
        let json = serde_json::to_string(&early).unwrap();
        let mut stored: Facts = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&stored, &early);
        // Whoever goes on does not know exactly where it stopped.
        for (key, entry) in &world.entries()[cut / 2..] {
            stored.add(key, entry);
        }
        prop_assert_eq!(&stored, &whole);
        prop_assert_eq!(figures(&stored, world.policies()), figures(&whole, world.policies()));

        let mut caught_up = early;
        caught_up.merge(whole.clone());
        prop_assert_eq!(&caught_up, &whole, "of a ticket that both know, what has heard more counts");
        prop_assert_eq!(figures(&caught_up, world.policies()), figures(&whole, world.policies()));
    }

    #[test]
    fn facts_are_what_the_tickets_are(policy in policy(), moves in moves()) {
        let world = play(policy, &moves, |_, _, _| {});
        let facts = facts(&world);
        for ticket in world.tickets() {
            let fact: Fact = facts.get(&ticket.key).unwrap();
            let merged_into = match &ticket.status {
                Status::Merged { into, .. } => Some(into.clone()),
                _ => None,
            };
            prop_assert_eq!((fact.seq, &fact.terms, &fact.squad), (ticket.seq, &ticket.terms(), &ticket.squad));
            prop_assert_eq!(Some(&fact.policy), ticket.policy());
            prop_assert_eq!(fact.resolved.map(|(at, _)| at), ticket.resolved_at);
            prop_assert_eq!((fact.identified, fact.mitigated), (ticket.identified, ticket.mitigated));
            prop_assert_eq!((fact.reopened, fact.rating, fact.gardening), (ticket.reopened, ticket.rating, ticket.gardening));
            prop_assert_eq!((fact.messages + fact.bot_messages, fact.notes), (ticket.messages, ticket.notes));
            prop_assert_eq!(&fact.co_requesters, &ticket.co_requesters);
            prop_assert_eq!((fact.restricted, fact.drill), (ticket.restricted.is_some(), ticket.drill.is_some()));
            if merged_into.is_none() {
                prop_assert_eq!(fact.owner.as_ref(), ticket.owner());
                prop_assert_eq!(fact.resolved.map(|(_, how)| how), ticket.status.resolution());
                let solved = fact.links.iter().any(|link| link.solves());
                let said = fact.resolved.is_some_and(|(_, how)| how.code_changed());
                prop_assert_eq!(solved || said, ticket.code_changed());
            }
            prop_assert_eq!(fact.merged_into, merged_into);
        }
        let incidents: Vec<_> = world.tickets().filter_map(Incident::of).collect();
        let mut found = facts.incidents();
        found.sort_by(|one, other| one.key.cmp(&other.key));
        prop_assert_eq!(found, incidents);
    }

    #[test]
    fn every_count_can_name_its_tickets(policy in policy(), moves in moves(), question in questions()) {
        let world = play(policy, &moves, |_, _, _| {});
        let facts = facts(&world);
        let selection = facts.select(&question, world.policies());
        let tallies = selection.tallies();
        let (wall, working) = (selection.open_times(Span::Wall), selection.open_times(Span::Working));
        let times: BTreeMap<_, _> = Reached::ALL.iter().map(|one| (*one, selection.times(*one))).collect();
        for (group, tally) in &tallies {
            let names = |which| u32::try_from(selection.which(group, which).len()).unwrap();
            prop_assert_eq!((names(Which::Opened), names(Which::Open)), (tally.opened, tally.open));
            prop_assert_eq!((names(Which::Resolved), names(Which::Reopened)), (tally.resolved, tally.reopened));
            prop_assert_eq!((names(Which::CodeChanged), names(Which::Unchanged)), (tally.code_changed, tally.unchanged()));
            prop_assert_eq!(names(Which::Rated), tally.stars.rated());
            for (stars, (first, last)) in (1..).zip(tally.stars.first.into_iter().zip(tally.stars.last)) {
                let stars = Stars::new(stars).unwrap();
                prop_assert_eq!((names(Which::FirstStars(stars)), names(Which::LastStars(stars))), (first, last));
            }
            for one in Upkeep::ALL {
                prop_assert_eq!(names(Which::Upkeep(*one)), tally.upkeep.get(one).copied().unwrap_or(0));
            }
            prop_assert_eq!(names(Which::Gardening(None)), tally.unclassified);
            for how in Resolution::ALL {
                prop_assert_eq!(names(Which::Ended(*how)), tally.resolutions.get(how).copied().unwrap_or(0));
            }
            for one in Investment::ALL {
                prop_assert_eq!(names(Which::Gardening(Some(*one))), tally.investment.get(one).copied().unwrap_or(0));
            }
            for (reached, times) in &times {
                let took = &times[group];
                prop_assert_eq!(names(Which::Reached(*reached)) as usize, took.sample.count());
                prop_assert_eq!(names(Which::NotYet(*reached)), took.not_yet);
            }
            prop_assert_eq!((wall[group].count, wall[group].open), (tally.opened, tally.open));
            prop_assert_eq!((working[group].count, working[group].open), (tally.opened, tally.open));
            prop_assert!(working[group].mean <= wall[group].mean, "nobody works longer than time goes by");
        }
        let work = facts.work(&Effort::default());
        for (group, loads) in selection.loads(&work) {
            for (person, load) in loads {
                prop_assert_eq!(selection.worked_by(&work, &group, &person).len(), load.tickets as usize);
            }
        }
        for (group, map) in selection.heat_maps() {
            for (weekday, hours) in Weekday::ALL.into_iter().zip(map.0) {
                for (hour, count) in (0u8..).zip(hours) {
                    prop_assert_eq!(selection.which(&group, Which::At(weekday, hour)).len(), count as usize);
                }
            }
        }
        for (group, targets) in selection.promises() {
            for (target, kept) in targets {
                prop_assert_eq!(selection.promise(target)[&group], kept);
                let counts = [kept.met, kept.met_late, kept.breached, kept.breached_on_change];
                let ends = [End::Met, End::MetLate, End::Breached, End::BreachedOnChange];
                for (end, count) in ends.into_iter().zip(counts) {
                    // A ticket may have several rounds that ended so.
                    let named = selection.which(&group, Which::Promise(target, end)).len();
                    prop_assert_eq!(named == 0, count == 0);
                    prop_assert!(named <= count as usize);
                }
            }
        }
    }

    #[test]
    fn groups_add_up_to_everything(policy in policy(), moves in moves(), question in questions()) {
        let world = play(policy, &moves, |_, _, _| {});
        let facts = facts(&world);
        let whole = Question { by: Vec::new(), every: None, ..question.clone() };
        let (parts, whole) = (facts.select(&question, world.policies()), facts.select(&whole, world.policies()));
        prop_assert_eq!(parts.len(), whole.len());
        let sum = |count: fn(&Tally) -> u32, tallies: BTreeMap<Group, Tally>| tallies.values().map(count).sum::<u32>();
        for count in [|one: &Tally| one.opened, |one: &Tally| one.code_changed, |one: &Tally| one.stars.better] {
            prop_assert_eq!(sum(count, parts.tallies()), sum(count, whole.tallies()));
        }
        let kept = |groups: BTreeMap<Group, BTreeMap<Target, Kept>>| {
            let mut sums: BTreeMap<Target, Kept> = BTreeMap::new();
            for (target, kept) in groups.into_values().flatten() {
                let sum = sums.entry(target).or_default();
                *sum = sum.plus(kept);
            }
            sums
        };
        prop_assert_eq!(kept(parts.promises()), kept(whole.promises()));
        let work = facts.work(&Effort::default());
        let active = |costs: BTreeMap<Group, supporty_core::insight::Cost>| {
            costs.values().fold(TimeDelta::zero(), |sum, cost| sum + cost.active + cost.asking)
        };
        prop_assert_eq!(active(parts.costs(&work, &rates())), active(whole.costs(&work, &rates())));
        let borne = |loads: BTreeMap<Group, BTreeMap<PersonId, supporty_core::insight::Load>>| {
            let mut sums: BTreeMap<PersonId, TimeDelta> = BTreeMap::new();
            for (person, load) in loads.into_values().flatten() {
                *sums.entry(person).or_default() += load.in_hours + load.out_of_hours;
            }
            sums
        };
        prop_assert_eq!(borne(parts.loads(&work)), borne(whole.loads(&work)));
    }

    #[test]
    fn what_tickets_cost_is_what_everybody_worked(
        policy in policy(), moves in moves(), before in 0u32..1_000, after in 1u32..1_000,
    ) {
        let world = play(policy, &moves, |_, _, _| {});
        let facts = facts(&world);
        let question = by(&[]);
        let selection = facts.select(&question, world.policies());
        // Drills, no tickets and what was opened late take their share, and are not told.
        let all: BTreeSet<_> = facts.keys().collect();
        let told: BTreeSet<_> = selection.which(&Group::default(), Which::Opened).into_iter().collect();
        let merged = facts.keys().filter(|key| facts.get(key).unwrap().merged_into.is_some()).count();
        prop_assume!(told.len() + merged == all.len());
        let mut seconds: BTreeMap<PersonId, BTreeSet<i64>> = BTreeMap::new();
        for act in facts.iter().flat_map(|fact| fact.acts).filter(|act| act.as_ != Part::Woken) {
            let at = act.at.timestamp();
            seconds.entry(act.who).or_default().extend(at - i64::from(before)..at + i64::from(after));
        }
        let worked: usize = seconds.values().map(BTreeSet::len).sum();
        let costs = selection.costs(&facts.work(&Effort { before, after }), &Rates::default());
        let cost = costs.values().fold(TimeDelta::zero(), |sum, cost| sum + cost.active + cost.asking);
        prop_assert_eq!(cost, TimeDelta::seconds(worked as i64));
    }

    #[test]
    fn a_filter_chooses_what_groups_would_hold(policy in policy(), moves in moves(), question in questions()) {
        let world = play(policy, &moves, |_, _, _| {});
        let facts = facts(&world);
        let question = Question { by: vec![By::Priority], every: None, ..question };
        let groups = facts.select(&question, world.policies()).tallies();
        for (group, tally) in &groups {
            let priorities = [group.to_string().as_str().into()].into();
            let only = question.clone().filter(Filter { priorities, ..Filter::default() });
            let chosen = facts.select(&only, world.policies()).tallies();
            prop_assert_eq!(chosen.into_iter().collect::<Vec<_>>(), vec![(group.clone(), tally.clone())]);
        }
    }
}
