use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::survival::{Left, MEDIAN, P90, Survival, quantile};

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

impl Share {
    /// As a number from 0 to 1; none of nothing, which is not the same as 0.
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.part) / f64::from(self.of))
    }

    /// How it differs from what it was before.
    pub fn since(&self, before: &Self, bootstrap: &Bootstrap) -> Option<Difference> {
        let draw = |share: &Self, random: &mut Random| {
            let part = (0..share.of).filter(|_| random.below(share.of) < share.part).count();
            Some(part as f64 / f64::from(share.of))
        };
        difference((before.value()?, self.value()?), bootstrap, |random| {
            Some(draw(self, random)? - draw(before, random)?)
        })
    }
}

/// Which number of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// The mean of those that ended.
    Mean,
    /// See [`Survival::median`].
    Median,
    /// See [`Survival::p90`].
    P90,
}

/// How a difference is tried: by drawing, with replacement, as many as there were from each of two samples, again and again
/// (the percentile bootstrap: Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13).
///
/// The same seed gives the same interval, on every machine: the draws are PCG's, whose values its crate promises to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Where the draws begin.
    pub seed: u64,
    /// How often: the book asks for a thousand at least.
    pub rounds: u16,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { seed: 0, rounds: 1_000 }
    }
}

/// How a figure differs from what it was before: lengths in seconds, shares from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// What it was.
    pub before: f64,
    /// What it is.
    pub now: f64,
    /// Between what the difference lies in 95 of 100 draws; none where too few draws had an answer.
    pub interval: Option<(f64, f64)>,
}

impl Difference {
    /// Whether it may well be chance: the interval holds nothing at all, or is not known.
    pub fn may_be_noise(&self) -> bool {
        self.interval.is_none_or(|(low, high)| low <= 0.0 && 0.0 <= high)
    }
}

struct Random(Pcg64Mcg);

impl Random {
    /// A number below that, each as likely as the other but for one in 2^32.
    fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(wide >> 32).unwrap_or(0)
    }
}

/// In order of size, at 2.5 and at 97.5 of 100, where at least half of the draws have an answer.
fn difference(
    (before, now): (f64, f64),
    bootstrap: &Bootstrap,
    mut draw: impl FnMut(&mut Random) -> Option<f64>,
) -> Option<Difference> {
    let mut random = Random(Pcg64Mcg::seed_from_u64(bootstrap.seed));
    let rounds = usize::from(bootstrap.rounds);
    let mut drawn: Vec<_> = (0..rounds).filter_map(|_| draw(&mut random)).collect();
    drawn.sort_unstable_by(f64::total_cmp);
    let cut = drawn.len() / 40;
    let ends = drawn.get(cut).copied().zip(drawn.iter().rev().nth(cut).copied());
    let interval = ends.filter(|_| drawn.len() * 2 > rounds);
    Some(Difference { before, now, interval })
}

impl Survival {
    /// How one number of it differs from what it was before.
    pub fn since(&self, before: &Self, statistic: Statistic, bootstrap: &Bootstrap) -> Option<Difference> {
        let value = |survival: &Self| {
            let length = match statistic {
                Statistic::Mean => survival.mean(),
                Statistic::Median => survival.median(),
                Statistic::P90 => survival.p90(),
            };
            length.map(|length| length.as_seconds_f64())
        };
        let (mine, theirs) = (Pool::new(self), Pool::new(before));
        difference((value(before)?, value(self)?), bootstrap, |random| {
            Some(mine.draw(statistic, random)? - theirs.draw(statistic, random)?)
        })
    }
}

/// A sample to draw from, in order of time.
struct Pool(Vec<(i64, bool)>);

impl Pool {
    fn new(survival: &Survival) -> Self {
        Self(survival.merged())
    }

    fn draw(&self, statistic: Statistic, random: &mut Random) -> Option<f64> {
        let count = u32::try_from(self.0.len()).ok()?;
        let mut times = vec![0u64; self.0.len()];
        for _ in 0..count {
            times.get_mut(random.below(count) as usize).into_iter().for_each(|times| *times += 1);
        }
        let drawn = self.0.iter().zip(&times).filter(|(_, times)| **times > 0);
        let left = |left: Left| {
            let steps = drawn
                .clone()
                .map(|((at, ended), times)| (*at, *times * u64::from(*ended), *times * u64::from(!*ended)));
            quantile(steps, count.into(), left).map(|length| length as f64 / 1e6)
        };
        match statistic {
            Statistic::Median => left(MEDIAN),
            Statistic::P90 => left(P90),
            Statistic::Mean => {
                let ended = drawn.clone().filter(|((_, ended), _)| *ended);
                let (sum, count) = ended.fold((0i128, 0u64), |(sum, count), ((at, _), times)| {
                    (sum + i128::from(*at) * i128::from(*times), count + times)
                });
                (count > 0).then(|| sum as f64 / count as f64 / 1e6)
            }
        }
    }
}
