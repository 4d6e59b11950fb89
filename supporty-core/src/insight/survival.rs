use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long tickets were open: those that ended, and those that are open still and will have been open for longer.
///
/// Quantiles are by Kaplan and Meier's estimate of how many are still open after a time, so that what is open counts for as
/// long as it has been, and is neither left out nor taken as ended now.
///
/// ```
/// use chrono::TimeDelta;
/// use supporty_core::insight::Survival;
///
/// let hours = |hours: &[i64]| hours.iter().map(|hours| TimeDelta::hours(*hours)).collect::<Vec<_>>();
/// let times = Survival::new(hours(&[1, 2, 3]), hours(&[5, 6]));
/// assert_eq!(times.median(), Some(TimeDelta::hours(3)));
/// assert_eq!(times.p90(), None, "two of five are open, so nobody knows yet");
/// assert_eq!(times.mean(), Some(TimeDelta::hours(2)), "of those that ended: too short while some are open");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survival {
    /// In microseconds, shortest first.
    ended: Vec<i64>,
    open: Vec<i64>,
}

/// A quantile, as the share that is still open: half of them, or one of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Left {
    pub(super) share: f64,
    /// Where exactly that share is left over a while: its middle, as of a sample's median, or its beginning.
    pub(super) middle: bool,
}

pub(super) const MEDIAN: Left = Left { share: 0.5, middle: true };
pub(super) const P90: Left = Left { share: 0.1, middle: false };

/// How many ended and how many were seen no longer after a time.
pub(super) type Step = (i64, u64, u64);

/// The first time after which no more than that share is open, by steps in order of time, with as many at the beginning.
///
/// Between two losses from sight the estimate is a ratio of whole numbers, so that without any it is exact.
pub(super) fn quantile(steps: impl IntoIterator<Item = Step>, count: u64, left: Left) -> Option<i64> {
    // The estimate is `share * open / of`.
    let (mut share, mut of, mut open) = (1.0, count, count);
    let mut flat = None;
    for (at, ended, lost) in steps {
        if ended > 0 {
            if let Some(begin) = flat {
                return Some(middle(begin, at));
            }
            open = open.saturating_sub(ended);
            let (is, wanted) = (share * open as f64, left.share * of as f64);
            if is < wanted * (1.0 - EVEN) || !left.middle && is <= wanted * (1.0 + EVEN) {
                return Some(at);
            }
            flat = Some(at).filter(|_| is <= wanted * (1.0 + EVEN));
        }
        if lost > 0 {
            share *= open as f64 / of as f64;
            open = open.saturating_sub(lost);
            of = open;
        }
    }
    flat
}

/// What rounding may make of two shares that are the same.
const EVEN: f64 = 1e-12;

pub(super) fn middle(one: i64, other: i64) -> i64 {
    one + (other - one) / 2
}

impl Survival {
    /// Those that ended after so long, and those that are open for so long.
    pub fn new(
        ended: impl IntoIterator<Item = TimeDelta>,
        open: impl IntoIterator<Item = TimeDelta>,
    ) -> Self {
        let micros = |length: TimeDelta| length.num_microseconds().unwrap_or(i64::MAX);
        Self::of(ended.into_iter().map(micros).collect(), open.into_iter().map(micros).collect())
    }

    pub(super) fn of(mut ended: Vec<i64>, mut open: Vec<i64>) -> Self {
        ended.sort_unstable();
        open.sort_unstable();
        Self { ended, open }
    }

    /// How many there are, open or not.
    pub fn count(&self) -> usize {
        self.ended.len() + self.open.len()
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// How long it took those that ended, shortest first.
    pub fn ended(&self) -> impl Iterator<Item = TimeDelta> {
        self.ended.iter().copied().map(TimeDelta::microseconds)
    }

    /// After how long half of them had ended: the middle of a while over which exactly half had, as of a sample without open
    /// ones, and as R's `quantile.survfit` has it. None while too many are open.
    pub fn median(&self) -> Option<TimeDelta> {
        self.left(MEDIAN)
    }

    /// After how long nine of ten had ended. None while too many are open.
    pub fn p90(&self) -> Option<TimeDelta> {
        self.left(P90)
    }

    /// The mean of those that ended.
    pub fn mean(&self) -> Option<TimeDelta> {
        mean(self.ended.iter().copied())
    }

    /// The share that is still open after each time at which one ended: what a plot of it draws. It begins at 1.
    pub fn curve(&self) -> Vec<(TimeDelta, f64)> {
        let (mut share, mut open) = (1.0, self.count() as f64);
        let mut curve = Vec::new();
        for (at, ended, lost) in self.steps() {
            if ended > 0 {
                share *= (open - ended as f64) / open;
                curve.push((TimeDelta::microseconds(at), share));
            }
            open -= (ended + lost) as f64;
        }
        curve
    }

    pub(super) fn left(&self, left: Left) -> Option<TimeDelta> {
        quantile(self.steps(), self.count() as u64, left).map(TimeDelta::microseconds)
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = Step> {
        let (mut ended, mut open) =
            (self.ended.iter().copied().peekable(), self.open.iter().copied().peekable());
        std::iter::from_fn(move || {
            let at = match (ended.peek(), open.peek()) {
                (Some(one), Some(other)) => *one.min(other),
                (one, other) => *one.or(other)?,
            };
            let run = |times: &mut dyn Iterator<Item = i64>| times.count() as u64;
            let count = |times: &mut std::iter::Peekable<std::iter::Copied<std::slice::Iter<'_, i64>>>| {
                run(&mut std::iter::from_fn(|| times.next_if_eq(&at)))
            };
            Some((at, count(&mut ended), count(&mut open)))
        })
    }

    /// Everything in order of time, each with whether it ended.
    pub(super) fn merged(&self) -> Vec<(i64, bool)> {
        let ended = self.ended.iter().map(|at| (*at, true));
        let mut all: Vec<_> = ended.chain(self.open.iter().map(|at| (*at, false))).collect();
        all.sort_unstable_by_key(|(at, ended)| (*at, !*ended));
        all
    }
}

/// The mean, towards zero to the microsecond; none of nothing.
pub(super) fn mean(lengths: impl Iterator<Item = i64>) -> Option<TimeDelta> {
    let (sum, count) = lengths.fold((0i128, 0i128), |(sum, count), one| (sum + i128::from(one), count + 1));
    ratio(sum, count)
}

pub(super) fn ratio(sum: i128, count: i128) -> Option<TimeDelta> {
    let mean = sum.checked_div(count)?;
    i64::try_from(mean).ok().map(TimeDelta::microseconds)
}
