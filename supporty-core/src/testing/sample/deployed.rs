//! What was deployed when, and what became of it.

use chrono::TimeDelta;

use super::cast::{DEPLOYMENTS, SERVICES};
use super::days::Day;
use super::dice::Dice;
use crate::vocab::{ChangeId, DeploymentId, ServiceId, Time};

/// An attempt to deploy a service.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    pub(super) service: usize,
    pub(super) day: u64,
    /// Its number on its day.
    nth: u64,
    pub(super) at: Time,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Well,
    /// It never was there.
    Failed,
    /// It hurt nobody that we know of, and was rolled back.
    TakenBack {
        at: Time,
    },
    /// An incident followed, and it was rolled back.
    Hurt {
        at: Time,
        rolled_back: Time,
    },
    /// An incident followed, and was mended by the next deployment.
    Mended {
        at: Time,
        by: Time,
    },
    /// It mends what one before it broke.
    Mends,
}

impl Deployed {
    pub(super) fn id(&self) -> DeploymentId {
        DeploymentId::new(format!("github/{}", self.number()))
    }

    pub(super) fn commit(&self) -> String {
        format!("{:07x}{:05x}", self.number().wrapping_mul(0x9e37_79b9) & 0xfff_ffff, self.number())
    }

    fn number(&self) -> u64 {
        1_000_000 + self.day * 100 + self.service as u64 * 20 + self.nth
    }

    pub(super) fn service_id(&self) -> ServiceId {
        SERVICES.get(self.service).map_or_else(ServiceId::default, |(id, ..)| ServiceId::new(id))
    }

    pub(super) fn is_there(&self) -> bool {
        self.outcome != Outcome::Failed
    }

    /// The incident that follows from it.
    pub(super) fn incident(&self) -> Option<Time> {
        match self.outcome {
            Outcome::Hurt { at, .. } | Outcome::Mended { at, .. } => Some(at),
            _ => None,
        }
    }

    /// One of the changes that it brings.
    pub(super) fn change(&self, nth: u64) -> Pull {
        Pull { service: self.service, number: (self.day * 10 + self.nth) * 3 + nth + 1 }
    }

    /// How many changes it brings beside those for tickets.
    pub(super) fn changes(&self) -> u64 {
        1 + self.number() % 3
    }
}

/// A pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pull {
    service: usize,
    number: u64,
}

impl Pull {
    /// The one that solves a ticket.
    pub(super) fn of_ticket(service: usize, ticket: u64) -> Self {
        Self { service, number: 20_000 + 2 * ticket }
    }

    /// The one that takes it out again.
    pub(super) fn reverted(self) -> Self {
        Self { number: self.number + 1, ..self }
    }

    pub(super) fn id(self) -> ChangeId {
        ChangeId::new(format!("github/{}/{}", 7_001 + self.service, self.number))
    }

    pub(super) fn label(self) -> String {
        let service = SERVICES.get(self.service).map_or("", |(id, ..)| id);
        format!("petal/{service}#{}", self.number)
    }

    pub(super) fn url(self) -> String {
        format!("https://github.com/{}", self.label().replace('#', "/pull/"))
    }
}

/// What is deployed on a day, in order of time.
pub(super) fn deployments(day: &Day, seed: u64) -> Vec<Deployed> {
    let mut deployed = Vec::new();
    if !day.working {
        return deployed;
    }
    // An incident takes the place of a few requests.
    let mut room = day.tickets / 5;
    for service in 0..SERVICES.len() {
        let mut dice = Dice::new(seed, [2, day.number * 16 + service as u64]);
        let mut nth = 0;
        for turn in 0..dice.weighed(DEPLOYMENTS).unwrap_or(0) {
            let opens = 570 + 120 * i64::try_from(turn).unwrap_or(0);
            let at = day.midnight + TimeDelta::seconds(dice.between(opens * 60, (opens + 90) * 60));
            let after =
                |dice: &mut Dice, from: i64, to: i64| TimeDelta::seconds(dice.between(from * 60, to * 60));
            let (hurts, noticed) = (at + after(&mut dice, 3, 15), at + after(&mut dice, 12, 35));
            let (rolled_back, mended) = (hurts + after(&mut dice, 15, 50), hurts + after(&mut dice, 40, 150));
            let outcome = match dice.below(1_000) {
                0..40 => Outcome::Failed,
                40..115 if room > 0 => {
                    room -= 1;
                    if dice.chance(500) {
                        Outcome::Hurt { at: hurts, rolled_back }
                    } else {
                        Outcome::Mended { at: hurts, by: mended }
                    }
                }
                40..150 => Outcome::TakenBack { at: noticed },
                _ => Outcome::Well,
            };
            deployed.push(Deployed { service, day: day.number, nth, at, outcome });
            nth += 1;
            if let Outcome::Mended { by, .. } = outcome {
                deployed.push(Deployed { service, day: day.number, nth, at: by, outcome: Outcome::Mends });
                nth += 1;
            }
        }
    }
    deployed.sort_by_key(|one| (one.at, one.service, one.nth));
    deployed
}
