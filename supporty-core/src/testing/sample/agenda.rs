//! What is opened on a day: everything that must be known before anybody does anything, since other streams name it.

use chrono::TimeDelta;

use super::cast::{ALERTS, AREAS};
use super::days::Day;
use super::deployed::Deployed;
use super::dice::Dice;
use crate::vocab::{Resolution, Time};

/// How many requests of one service are solved on one day by changes that its stream knows. There is a bound, so that a
/// service does not grow with the number of tickets.
const TRACKED: usize = 8;
/// After how many days somebody comes back to what was closed.
pub(super) const COMES_BACK: u64 = 14;

/// A ticket that is opened.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) at: Time,
    pub(super) area: usize,
    pub(super) role: Role,
    /// The openings of one case have the same.
    pub(super) case: usize,
    /// Its ticket's number.
    pub(super) number: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// Somebody asks, and this is how it ends.
    Asks(Resolution),
    /// Somebody asks, and a change that is deployed by then solves it: the deployment's place among all.
    Solved { by: usize, reverted: bool },
    /// The same as the one before it of its case.
    Again,
    /// Somebody comes back to what was closed.
    ComesBack,
    /// A deployment hurts: its place among all.
    Hurt { by: usize },
    /// Somebody feels the incident of its case.
    Report,
    /// Monitoring finds something.
    Alert { night: bool },
    /// Upkeep.
    Garden,
    /// A game day.
    Drill,
}

/// What one day brings, in order of time and with numbers.
pub(super) fn agenda(day: &Day, all: &[Deployed], back: u64, seed: u64) -> Vec<Opening> {
    let mut made =
        Making { day, dice: Dice::new(seed, [3, day.number]), left: day.tickets, openings: Vec::new() };
    made.incidents(all);
    made.alerts();
    if day.working && day.number % 91 == 40 {
        let at = made.office(10, 15);
        made.lead(at, 1, Role::Drill);
    }
    for _ in 0..day.tickets * 55 / 1_000 + u64::from(made.dice.chance(day.tickets * 55 % 1_000)) {
        let (at, area) = (made.office(9, 17), made.area());
        made.lead(at, area, Role::Garden);
    }
    for _ in 0..back.min(made.left) {
        let (at, area) = (made.office(9, 16), made.area());
        made.lead(at, area, Role::ComesBack);
    }
    made.requests(all);
    let Making { mut openings, .. } = made;
    openings.sort_by_key(|opening| (opening.at, opening.case));
    for (number, opening) in (day.first..).zip(&mut openings) {
        opening.number = number;
    }
    openings
}

struct Making<'a> {
    day: &'a Day,
    dice: Dice,
    left: u64,
    openings: Vec<Opening>,
}

impl Making<'_> {
    fn put(&mut self, at: Time, area: usize, role: Role, case: usize) -> bool {
        let fits = self.left > 0 && self.day.within.contains(at);
        if fits {
            self.left -= 1;
            self.openings.push(Opening { at, area, role, case, number: 0 });
        }
        fits
    }

    fn lead(&mut self, at: Time, area: usize, role: Role) -> bool {
        self.put(at, area, role, self.openings.len())
    }

    fn area(&mut self) -> usize {
        let areas: Vec<_> = (0..).zip(AREAS).map(|(index, area)| (area.weight, index)).collect();
        self.dice.weighed(&areas).unwrap_or(0)
    }

    /// An instant between two hours of the day.
    fn office(&mut self, from: i64, until: i64) -> Time {
        self.day.midnight + TimeDelta::seconds(self.dice.between(from * 3_600, until * 3_600))
    }

    fn incidents(&mut self, all: &[Deployed]) {
        let first = all.partition_point(|one| one.day < self.day.number);
        let today = all.iter().enumerate().skip(first).take_while(|(_, one)| one.day == self.day.number);
        for (by, one) in today {
            let Some((at, hit)) = one.incident().zip(super::cast::SERVICES.get(one.service)) else {
                continue;
            };
            let case = self.openings.len();
            let reports = self.dice.below(2 + (self.day.tickets / 12).min(5));
            if !self.put(at, hit.2, Role::Hurt { by }, case) {
                continue;
            }
            for _ in 0..reports.min(self.left / 2) {
                let later = TimeDelta::seconds(self.dice.between(120, 2_400));
                self.put(at + later, hit.2, Role::Report, case);
            }
        }
    }

    fn alerts(&mut self) {
        let (night, day) = if self.day.working { (170, 190) } else { (300, 0) };
        for (chance, night) in [(night, true), (day, false)] {
            if self.left < 2 || !self.dice.chance(chance) {
                continue;
            }
            let hour = match night {
                true => {
                    self.dice.weighed(&[(3, 0), (3, 1), (3, 2), (3, 3), (2, 5), (4, 19), (5, 20), (4, 22)])
                }
                false => self.dice.weighed(&[(1, 9), (1, 11), (1, 14), (1, 15)]),
            };
            let seconds = hour.unwrap_or(9) * 3_600 + self.dice.between(0, 3_000);
            let Some((area, _)) = self.dice.pick(ALERTS) else { continue };
            self.lead(self.day.midnight + TimeDelta::seconds(seconds), *area, Role::Alert { night });
        }
    }

    fn requests(&mut self, all: &[Deployed]) {
        let mut tracked = vec![0; super::cast::SERVICES.len()];
        while self.left > 0 {
            let area = self.area();
            let at = self.asked_at(area, all);
            let known = AREAS.get(area);
            let ends = known.and_then(|area| self.dice.weighed(area.endings));
            let role = Role::Asks(ends.unwrap_or(Resolution::Explanation));
            let service =
                known.and_then(|area| area.service).filter(|_| ends == Some(Resolution::CodeChange));
            let count =
                service.and_then(|service| tracked.get_mut(service)).filter(|count| **count < TRACKED);
            let by = count.and_then(|count| {
                let by = solving(at, service?, all)?;
                *count += 1;
                Some(by)
            });
            let reverted = self.dice.chance(30);
            let role = by.map_or(role, |by| Role::Solved { by, reverted });
            let case = self.openings.len();
            self.lead(at, area, role);
            if self.dice.chance(30) {
                let again = at + TimeDelta::seconds(self.dice.between(300, 5_400));
                self.put(again, area, Role::Again, case);
            }
        }
    }

    /// What breaks when something is deployed is asked about soon after.
    fn asked_at(&mut self, area: usize, all: &[Deployed]) -> Time {
        let usual = self.day.instant(&mut self.dice);
        let breaks = AREAS.get(area).filter(|area| area.id == "deliveries").and_then(|area| area.service);
        let first = all.partition_point(|one| one.day < self.day.number);
        let today = || all.iter().skip(first).take_while(|one| one.day == self.day.number);
        let deployed =
            breaks.and_then(|service| today().find(|one| one.service == service && one.is_there()));
        match deployed.filter(|_| self.dice.chance(550)) {
            Some(deployed) => {
                let later = self.dice.along(&[(0, 180), (500, 2_400), (900, 7_200), (999, 12_000)]);
                self.day.clipped(deployed.at + TimeDelta::seconds(later))
            }
            None => usual,
        }
    }
}

/// The deployment that can bring what is asked for at that time: there is an afternoon to write it.
fn solving(at: Time, service: usize, all: &[Deployed]) -> Option<usize> {
    let earliest = at + TimeDelta::hours(3);
    let first = all.partition_point(|one| one.at < earliest);
    let mut later =
        all.iter().enumerate().skip(first).take_while(|(_, one)| one.at < at + TimeDelta::days(4));
    let stays = |one: &Deployed| one.outcome == super::deployed::Outcome::Well;
    later.find(|(_, one)| one.service == service && stays(one)).map(|(index, _)| index)
}
