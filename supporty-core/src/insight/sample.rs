use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Lengths of time that were measured, shortest first.
///
/// ```
/// use chrono::TimeDelta;
/// use supporty_core::insight::Sample;
///
/// let sample: Sample = [3, 1].map(TimeDelta::hours).into_iter().collect();
/// assert_eq!(sample.median(), Some(TimeDelta::hours(2)));
/// assert_eq!(Sample::default().median(), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sample(Vec<i64>);

impl Sample {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The mean of the middle two, or the middle one; none of nothing.
    pub fn median(&self) -> Option<TimeDelta> {
        let middle = self.0.len() / 2;
        let upper = *self.0.get(middle)?;
        let lower = match self.0.len() % 2 {
            0 => *self.0.get(middle - 1)?,
            _ => upper,
        };
        Some(TimeDelta::microseconds(lower + (upper - lower) / 2))
    }

    /// The nearest rank: the shortest that at least nine of ten do not exceed; none of nothing.
    pub fn p90(&self) -> Option<TimeDelta> {
        let rank = (self.0.len() * 9).div_ceil(10);
        self.0.get(rank.checked_sub(1)?).copied().map(TimeDelta::microseconds)
    }

    /// The mean; none of nothing.
    pub fn mean(&self) -> Option<TimeDelta> {
        let sum: i128 = self.0.iter().copied().map(i128::from).sum();
        let count = i128::try_from(self.0.len()).ok().filter(|count| *count > 0)?;
        i64::try_from(sum / count).ok().map(TimeDelta::microseconds)
    }
}

impl FromIterator<TimeDelta> for Sample {
    fn from_iter<I: IntoIterator<Item = TimeDelta>>(lengths: I) -> Self {
        let mut all: Vec<_> =
            lengths.into_iter().map(|length| length.num_microseconds().unwrap_or(i64::MAX)).collect();
        all.sort_unstable();
        Self(all)
    }
}
