//! Who is on, and what people arrange about it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::case::Called;
use super::dice::Dice;
use crate::effect::CallOut;
use crate::pay;
use crate::policy::{Policy, Roster};
use crate::rota::{
    Change, Command, Context, Event, Plan, Reason, RotaEntry, RotaState, Rotas, decide, evolve, next_deadline,
};
use crate::stream::{Cause, Entry};
use crate::vocab::{Actor, Period, PersonId, RotaId, SquadId, Time};

/// All rotas as somebody saw them at an instant: what was told later had no number yet.
pub(super) struct AsOf<'a> {
    pub(super) rotas: &'a Rotas,
    pub(super) told: &'a BTreeMap<RotaId, Vec<Time>>,
    pub(super) now: Time,
}

impl Roster for AsOf<'_> {
    fn gardener(&self, squad: &SquadId, at: Time) -> Option<PersonId> {
        self.rotas.gardener(squad, at)
    }

    fn on_call(&self, squad: &SquadId, at: Time) -> Vec<PersonId> {
        self.rotas.on_call(squad, at)
    }

    fn away(&self, person: &PersonId, at: Time) -> Option<Time> {
        self.rotas.away(person, at)
    }

    fn next_change(&self, squad: &SquadId, at: Time) -> Option<Time> {
        self.rotas.next_change(squad, at)
    }

    fn versions(&self, squad: &SquadId) -> BTreeMap<RotaId, u64> {
        let mut versions = self.rotas.versions(squad);
        for (rota, seq) in &mut versions {
            let told = self.told.get(rota).map_or(0, |told| told.partition_point(|at| *at <= self.now));
            *seq = told as u64;
        }
        versions
    }
}

/// A rota's stream.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) id: RotaId,
    pub(super) entries: Vec<RotaEntry>,
    pub(super) state: RotaState,
    pub(super) wake: Option<Time>,
}

/// Everything that was said on the rotas, with the call-outs on the one that each belongs to.
pub(super) fn rotas(
    policy: &Policy,
    period: Period,
    seed: u64,
    called: &BTreeMap<RotaId, Vec<&Called>>,
) -> Vec<Told> {
    let mut told = Vec::new();
    for (number, id) in (0..).zip(policy.spec().rotas.keys()) {
        let Some(plan) = Plan::new(policy, id, period.until + TimeDelta::days(400)) else { continue };
        let dice = Dice::new(seed, [5, number]);
        let (state, entries) = (RotaState::default(), Vec::new());
        let todo = BTreeMap::new();
        let mut playing = Playing { policy, plan, dice, entries, state, todo, said: 0 };
        playing.arrange(period);
        for (nth, one) in called.get(id).into_iter().flatten().enumerate() {
            // One in nine is not paid, by whatever was agreed.
            playing.call_out(one, nth % 9 != 5);
        }
        playing.play(period);
        let Playing { plan, entries, state, .. } = playing;
        let wake = next_deadline(&state, &plan);
        told.push(Told { id: id.clone(), entries, state, wake });
    }
    told
}

/// The paid rota that a call-out belongs to.
pub(super) fn by_rota<'c>(called: &'c [Called], rotas: &Rotas) -> BTreeMap<RotaId, Vec<&'c Called>> {
    let mut by_rota: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in called {
        let CallOut { person, period, .. } = &one.call_out;
        if let Some(rota) = pay::on_call(rotas, person, period.from) {
            by_rota.entry(rota).or_default().push(one);
        }
    }
    by_rota
}

/// What follows from what somebody said, once it has a number.
type Then<'a> = Box<dyn FnOnce(&mut Playing<'a>, u64) + 'a>;

/// Somebody says something.
struct Says<'a> {
    by: Actor,
    cause: Option<Cause>,
    command: Command,
    then: Then<'a>,
}

struct Playing<'a> {
    policy: &'a Policy,
    plan: Plan,
    dice: Dice,
    entries: Vec<RotaEntry>,
    state: RotaState,
    todo: BTreeMap<(Time, u64), Says<'a>>,
    /// How much was ever said, which orders what is said at one instant.
    said: u64,
}

impl<'a> Playing<'a> {
    fn say(&mut self, at: Time, by: &PersonId, command: Command) {
        self.say_then(at, by, command, |_, _| {});
    }

    fn say_then(
        &mut self,
        at: Time,
        by: &PersonId,
        command: Command,
        then: impl FnOnce(&mut Self, u64) + 'a,
    ) {
        let (by, then) = (Actor::Person(by.clone()), Box::new(then));
        self.add(at, Says { by, cause: None, command, then });
    }

    fn add(&mut self, at: Time, says: Says<'a>) {
        self.said += 1;
        self.todo.insert((at, self.said), says);
    }

    fn people(&self) -> Vec<PersonId> {
        let rotations = self.plan.rota().rotations.iter();
        let people: BTreeSet<_> =
            rotations.flat_map(|one| &one.members).flat_map(|member| member.people.clone()).collect();
        people.into_iter().collect()
    }

    fn lead(&self) -> Option<PersonId> {
        let squad = self.plan.rota().squad.as_ref()?;
        self.policy.spec().squads.get(squad)?.lead.clone()
    }

    /// Week by week: a swap now and then, holidays, somebody ill, and gardeners who are taken away for feature work.
    fn arrange(&mut self, period: Period) {
        let (people, garden) = (self.people(), self.plan.rota().cover.is_some());
        let Some(lead) = self.lead() else { return };
        for (number, (_, turn)) in (0_u64..).zip(self.plan.turns(period)) {
            let schedule = self.plan.schedule(&RotaState::default(), turn);
            let on = schedule.segments().iter().find_map(|segment| segment.on.first());
            let Some(on) = on.map(|on| on.person.clone()) else { continue };
            let others: Vec<_> = people.iter().filter(|person| **person != on).cloned().collect();
            let Some(with) = self.dice.pick(&others).cloned() else { continue };
            let week = Week {
                asked: turn.from - TimeDelta::seconds(self.dice.between(9 * 86_400, 16 * 86_400)),
                answered: TimeDelta::seconds(self.dice.between(7_200, 2 * 86_400)),
                turn,
                on,
                with,
            };
            // A few weeks have something that is rare, so that it is there at all.
            let what = match number {
                // Who stands in changes what was as well, so it is said before anybody is away.
                0 => 1_004,
                1..3 => continue,
                5 => 1_000,
                8 => 1_001,
                11 => 1_002,
                14 => 1_003,
                _ => self.dice.below(100),
            };
            self.arrange_week(week, &lead, what, garden);
        }
    }

    fn arrange_week(&mut self, week: Week, lead: &PersonId, what: u64, garden: bool) {
        let Week { asked, answered, turn, on, with } = week;
        let days = |from: i64, until: i64| {
            Period::new(turn.from + TimeDelta::days(from), turn.from + TimeDelta::days(until))
        };
        let swap = |with| Command::AskSwap { person: on.clone(), period: turn, with, why: None };
        let away = |person: &PersonId, period, reason| Command::BeAway {
            person: person.clone(),
            period,
            reason,
            why: None,
        };
        let change = |period, change| Command::Arrange { period, change, why: None };
        match what {
            0..16 => self.say_then(asked, &on, swap(None), move |all, swap| {
                all.say(asked + answered, &with, Command::TakeSwap { swap, in_return: None });
            }),
            16..19 | 1_000 => self.say(asked, &on, swap(Some(with))),
            19..22 | 1_001 => self.say_then(asked, &on.clone(), swap(None), move |all, swap| {
                all.say(asked + answered, &on, Command::CancelSwap { swap });
            }),
            22..30 | 1_002 => {
                let (at, back) = (asked - TimeDelta::days(3), turn.from + TimeDelta::days(8));
                let early = what == 1_002;
                self.say_then(
                    at,
                    &with.clone(),
                    away(&with, days(0, 11), Reason::TimeOff),
                    move |all, away| {
                        if early {
                            all.say(back, &with, Command::ComeBack { away });
                        }
                    },
                );
            }
            30..35 => {
                let morning =
                    turn.from + TimeDelta::hours(23) - TimeDelta::minutes(self.dice.between(10, 50));
                self.say(morning, &on, away(&on, days(1, 3), Reason::Sick));
                let stands_in = change(days(1, 3), Change::Add(with));
                self.say(morning + TimeDelta::minutes(12), lead, stands_in);
            }
            35..44 if garden => {
                let at = turn.from + TimeDelta::hours(43);
                self.say(at, lead, away(&on, days(2, 4), Reason::FeatureWork));
            }
            44..47 => {
                let person = on.clone();
                self.say(asked, lead, change(days(2, 3), Change::Replace { person, with }));
            }
            1_004 => {
                let people = vec![lead.clone(), with];
                self.say(turn.from + TimeDelta::hours(1), lead, Command::SetFallback { people });
            }
            1_003 => {
                let (day, lead) = (days(4, 5), lead.clone());
                let gap = Command::DeclareGap { period: day, why: None };
                let person = lead.clone();
                self.say_then(asked, &person, gap, move |all, gap| {
                    all.say(asked + answered, &lead, Command::ReclaimGap { gap });
                    let add = Command::Arrange { period: day, change: Change::Add(with), why: None };
                    all.say_then(asked + answered, &lead.clone(), add, move |all, arranged| {
                        all.say(asked + answered * 2, &lead, Command::Withdraw { arranged });
                    });
                });
            }
            _ => {}
        }
    }

    /// Whoever was called out says so the next morning, and the lead agrees some days later, or does not.
    fn call_out(&mut self, called: &Called, agrees: bool) {
        let CallOut { person, ticket, period } = called.call_out.clone();
        let mut dice = Dice::new(ticket.number(), [6, 0]);
        let confirmed = period.until + TimeDelta::minutes(dice.between(360, 900));
        let agreed = confirmed + TimeDelta::minutes(dice.between(1_440, 5_760));
        let lead = self.lead();
        let propose = Command::ProposeCallOut { person: person.clone(), ticket, period };
        let then = move |all: &mut Self, call_out| {
            all.say(confirmed, &person, Command::ConfirmCallOut { call_out, period: None });
            let Some(lead) = lead else { return };
            let answer = match agrees {
                true => Command::ApproveCallOut { call_out },
                false => Command::RefuseCallOut { call_out },
            };
            all.say(agreed, &lead, answer);
        };
        let at = called.at + TimeDelta::milliseconds(400);
        let (cause, then) = (Some(Cause::from(called.effect.clone())), Box::new(then));
        self.add(at, Says { by: Actor::Desk, cause, command: propose, then });
    }

    fn play(&mut self, period: Period) {
        self.tick(period.from);
        while let Some(((at, _), says)) = self.todo.pop_first() {
            if at <= period.from || at >= period.until {
                continue;
            }
            self.pass(at);
            let Says { by, cause, command, then } = says;
            let name = format!("sample/rota/{}", at.timestamp_micros());
            let cause = cause.unwrap_or_else(|| Cause::Inbound(name.as_str().into()));
            if let Some(seq) = self.decide(at, &by, &cause, &command) {
                then(self, seq);
            }
        }
        self.pass(period.until);
    }

    fn pass(&mut self, until: Time) {
        while let Some(at) = next_deadline(&self.state, &self.plan).filter(|at| *at < until) {
            self.tick(at);
        }
    }

    fn tick(&mut self, at: Time) {
        self.decide(at, &Actor::Desk, &Cause::Timer, &Command::Tick);
    }

    /// The number of the entry that it made. What is refused is as if nobody had said it.
    fn decide(&mut self, at: Time, by: &Actor, cause: &Cause, command: &Command) -> Option<u64> {
        let context = Context { now: at, by, policy: self.policy, plan: &self.plan };
        let events = decide(&self.state, command, &context).ok()?;
        for event in events {
            let own = matches!(
                event,
                Event::SwapExpired { .. } | Event::LookedAfter { .. } | Event::HandedOver { .. }
            );
            let (by, cause) = if own { (Actor::Desk, Cause::Timer) } else { (by.clone(), cause.clone()) };
            let entry = Entry { seq: self.state.seq + 1, at, by, cause, event };
            evolve(&mut self.state, &entry);
            self.entries.push(entry);
        }
        Some(self.state.seq)
    }
}

/// What may be arranged about a turn.
struct Week {
    asked: Time,
    answered: TimeDelta,
    turn: Period,
    on: PersonId,
    with: PersonId,
}
