use std::collections::BTreeMap;

use super::agenda::{COMES_BACK, Opening, Role, agenda};
use super::case::Case;
use super::deployed::{Outcome, deployments};
use super::dice::Dice;
use super::services::{self, Fix};
use super::setting::Setting;
use super::{Sample, Story, Stream, days, desk, incident, request, roster, side};
use crate::policy::{Policies, PolicyFileError};
use crate::rota::Rotas;
use crate::vocab::{Period, Resolution, TicketKey};
use chrono::TimeDelta;

/// Everything that the streams of a history share: its days can be made in any order, and by several threads at once.
pub struct Plan {
    setting: Setting,
    shared: Vec<Story>,
}

impl Plan {
    pub(super) fn new(sample: &Sample) -> Result<Self, PolicyFileError> {
        let (earlier, policy) = (Sample::earlier_policy()?, Sample::policy()?);
        let before = Policies::new(earlier.clone());
        let mut after = Policies::new(earlier);
        after.adopt(policy.clone());
        let (seed, period) = (sample.seed, Period::new(sample.from, sample.until.max(sample.from)));
        let part = |tenths: i32| period.from + period.length() * tenths / 10;
        let zone = policy.spec().pay.as_ref().and_then(|_| policy.spec().rotas.values().next());
        let zone = zone.map_or_else(crate::time::Zone::utc, |rota| rota.zone.clone());
        let office = policy.calendar(&"office".into()).cloned();
        let days = office.map_or_else(Vec::new, |office| {
            office.compile(period.from, period.until + TimeDelta::days(60));
            days::days(period, sample.tickets, seed, &zone, &office)
        });
        let deployed: Vec<_> = days.iter().flat_map(|day| deployments(day, seed)).collect();
        let arranged = roster::rotas(&policy, period, seed, &BTreeMap::new());
        let ready = Period::new(period.from - TimeDelta::days(7), period.until + TimeDelta::days(30));
        let states =
            |told: &[roster::Told]| told.iter().map(|one| (one.id.clone(), one.state.clone())).collect();
        let rotas = Rotas::new(&policy, &states(&arranged), ready);
        let mut setting = Setting {
            seed,
            period,
            before,
            after,
            adopted: part(4) + TimeDelta::minutes(7),
            replanned: part(4) + TimeDelta::minutes(38),
            left: part(6) + TimeDelta::minutes(11),
            rotas,
            told: BTreeMap::new(),
            days,
            back: Vec::new(),
            deployed,
            mail: BTreeMap::new(),
        };
        let (fixes, nights) = setting.look_ahead();
        let (services, mail) = services::services(&setting.deployed, &fixes, period.until, seed);
        setting.mail = mail;
        let mut called = Vec::new();
        for opening in &nights {
            called.extend(setting.run(std::slice::from_ref(opening), None).called);
        }
        let arranged = roster::rotas(&policy, period, seed, &roster::by_rota(&called, &setting.rotas));
        setting.rotas = Rotas::new(&policy, &states(&arranged), ready);
        let times = |one: &roster::Told| one.entries.iter().map(|entry| entry.at).collect();
        setting.told = arranged.iter().map(|one| (one.id.clone(), times(one))).collect();
        let mut shared = vec![desk::desk(&setting)];
        for roster::Told { id, entries, wake, .. } in arranged {
            shared.push(Story { stream: Stream::Rota(id, entries), texts: Vec::new(), wake });
        }
        for services::Told { id, entries } in services {
            if !entries.is_empty() {
                shared.push(Story { stream: Stream::Service(id, entries), texts: Vec::new(), wake: None });
            }
        }
        Ok(Self { setting, shared })
    }

    /// The policies by which everything was decided: the one in force, and the one before it.
    pub fn policies(&self) -> &Policies {
        &self.setting.after
    }

    /// The last number that a ticket has.
    pub fn last_number(&self) -> u64 {
        self.setting.days.last().map_or(0, |day| day.first + day.tickets - 1)
    }

    /// The streams that are not tickets: the desk's, the rotas', the services'.
    pub fn shared(&self) -> Vec<Story> {
        self.shared.clone()
    }

    /// How many days there are.
    pub fn days(&self) -> usize {
        self.setting.days.len()
    }

    /// How many tickets are opened on a day.
    pub fn tickets(&self, day: usize) -> u64 {
        self.setting.days.get(day).map_or(0, |day| day.tickets)
    }

    /// The tickets that were opened on a day, and follow-ups of them, as they are at the end.
    pub fn day(&self, day: usize) -> Vec<Story> {
        self.cases(day).flat_map(Case::finish).collect()
    }

    fn cases(&self, day: usize) -> impl Iterator<Item = Case<'_>> {
        let setting = &self.setting;
        let openings = setting.agenda(day);
        let mut back = setting.comes_back(day, &openings);
        let mut cases: BTreeMap<usize, Vec<Opening>> = BTreeMap::new();
        for opening in openings {
            cases.entry(opening.case).or_default().push(opening);
        }
        // What comes back was made on the day to which it comes back.
        cases.retain(|_, openings| openings.iter().all(|opening| opening.role != Role::ComesBack));
        cases.into_iter().map(move |(case, openings)| setting.run(&openings, back.remove(&case)))
    }
}

impl Setting {
    fn agenda(&self, day: usize) -> Vec<Opening> {
        let back = self.back.get(day).copied().unwrap_or(0);
        self.days.get(day).map_or_else(Vec::new, |day| agenda(day, &self.deployed, back, self.seed))
    }

    pub(super) fn key(&self, number: u64) -> TicketKey {
        self.policy().key(number)
    }

    /// Looks at every day once: how many come back, what is solved by which deployment, and who is woken at night.
    fn look_ahead(&mut self) -> (Vec<Fix>, Vec<Opening>) {
        let (mut fixes, mut nights) = (Vec::new(), Vec::new());
        let mut eligible: Vec<u64> = Vec::new();
        for day in 0..self.days.len() {
            let tickets = self.days.get(day).map_or(0, |day| day.tickets);
            let wanted =
                tickets / 100 + u64::from(Dice::new(self.seed, [8, day as u64]).chance(tickets % 100 * 10));
            let earlier = day.checked_sub(COMES_BACK as usize).and_then(|earlier| eligible.get(earlier));
            self.back.push(earlier.map_or(0, |earlier| wanted.min(*earlier)));
            let openings = self.agenda(day);
            eligible.push(ends_soon(&openings).count() as u64);
            for opening in &openings {
                let fix =
                    |by, reverted| Fix { by, ticket: self.key(opening.number), opened: opening.at, reverted };
                match opening.role {
                    Role::Solved { by, reverted } => fixes.push(fix(by, reverted)),
                    Role::Hurt { by } => fixes.extend(self.mending(by).map(|by| fix(by, false))),
                    Role::Alert { night: true } => nights.push(opening.clone()),
                    _ => {}
                }
            }
        }
        (fixes, nights)
    }

    /// The deployment that mends what another broke.
    pub(super) fn mending(&self, hurt: usize) -> Option<usize> {
        let broke = self.deployed.get(hurt)?;
        let Outcome::Mended { by, .. } = broke.outcome else { return None };
        let later = self.deployed.iter().enumerate().skip(hurt);
        let mut mends =
            later.filter(|(_, one)| one.service == broke.service && one.outcome == Outcome::Mends);
        mends.find(|(_, one)| one.at == by).map(|(index, _)| index)
    }

    /// The cases of a day to whom somebody comes back, each with when and under which number.
    fn comes_back(&self, day: usize, openings: &[Opening]) -> BTreeMap<usize, Opening> {
        let later = self.agenda(day + COMES_BACK as usize);
        let back = later.into_iter().filter(|opening| opening.role == Role::ComesBack);
        ends_soon(openings).map(|opening| opening.case).zip(back).collect()
    }

    /// Makes a case, and lets time pass to the end of the history.
    fn run<'a>(&'a self, openings: &[Opening], back: Option<Opening>) -> Case<'a> {
        let mail = openings.iter().flat_map(|opening| {
            let key = self.key(opening.number);
            let mail = self.mail.get(&key).cloned().unwrap_or_default();
            mail.into_iter().map(move |mail| (key.clone(), mail))
        });
        let mut case = Case::new(self, mail.collect());
        let number = openings.iter().map(|opening| opening.number).min().unwrap_or(0);
        let mut dice = Dice::new(self.seed, [9, number]);
        if let [first, rest @ ..] = openings {
            let case = &mut case;
            let dice = &mut dice;
            // Whoever is not done when the history ends is not done.
            let _ = match &first.role {
                Role::Asks(ending) => match (rest, back) {
                    ([again, ..], _) => request::twice(case, dice, first, again, *ending),
                    ([], Some(back)) => request::comes_back(case, dice, first, *ending, &back),
                    ([], None) => request::asks(case, dice, first, *ending),
                },
                Role::Solved { by, .. } => match rest {
                    [again, ..] => request::twice(case, dice, first, again, Resolution::CodeChange),
                    [] => request::solved(case, dice, first, *by),
                },
                Role::Again | Role::Report | Role::ComesBack => {
                    request::asks(case, dice, first, Resolution::Explanation)
                }
                Role::Hurt { by } => incident::hurt(case, dice, first, *by, rest),
                Role::Alert { night } => incident::alert(case, dice, first, *night),
                Role::Garden => side::garden(case, dice, first),
                Role::Drill => side::drill(case, dice, first),
            };
        }
        case.end();
        case
    }
}

/// What is opened in the morning by one person alone, and is closed some days later.
fn ends_soon(openings: &[Opening]) -> impl Iterator<Item = &Opening> {
    let alone = |opening: &&Opening| {
        matches!(opening.role, Role::Asks(Resolution::CodeChange | Resolution::DataFix))
            && openings.iter().filter(|other| other.case == opening.case).count() == 1
    };
    openings.iter().filter(alone)
}

impl Case<'_> {
    /// Its streams.
    fn finish(self) -> Vec<Story> {
        let wakes: BTreeMap<_, _> =
            self.members.keys().filter_map(|key| Some((key.clone(), self.wake(key)?))).collect();
        let stories = self.members.into_iter().filter_map(|(key, member)| {
            let ticket = Box::new(member.ticket?);
            let stream = Stream::Ticket { ticket, entries: member.entries };
            Some(Story { stream, texts: member.texts, wake: wakes.get(&key).copied() })
        });
        stories.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever is refused did what nobody would do there.
    #[test]
    fn hardly_anybody_is_refused() {
        let (from, until) = ("2026-01-05T00:00:00Z", "2026-06-30T12:00:00Z");
        let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
        let plan = Sample { seed: 3, tickets: 600, from, until }.plan().unwrap();
        let refused: u64 = (0..plan.days()).flat_map(|day| plan.cases(day)).map(|case| case.refused).sum();
        assert!(refused <= 12, "{refused} commands were refused");
    }
}
