use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// Chance that is the same whenever it is thrown for the same thing. Whole numbers only: an `ln` differs between machines.
pub(super) struct Dice(Pcg32);

impl Dice {
    /// Dice for one thing of a history: what is thrown for one changes nothing for another.
    pub(super) fn new(seed: u64, what: [u64; 2]) -> Self {
        let mixed = what.iter().fold(seed, |mixed, part| mix(mixed ^ mix(*part)));
        Self(Pcg32::new(mixed, mix(mixed)))
    }

    /// A number below that one.
    pub(super) fn below(&mut self, most: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(most);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from one to another, both of which may come.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from + 1).unwrap_or(1);
        from + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(super) fn chance(&mut self, in_thousand: u64) -> bool {
        self.below(1_000) < in_thousand
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = self.below(of.len() as u64);
        of.get(usize::try_from(index).ok()?)
    }

    /// One of some texts.
    pub(super) fn say(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or_default()
    }

    /// One of them, by weight.
    pub(super) fn weighed<T: Copy>(&mut self, of: &[(u64, T)]) -> Option<T> {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        let hit = of.iter().find(|(weight, _)| {
            let here = left < *weight;
            left = left.saturating_sub(*weight);
            here
        });
        hit.map(|(_, one)| *one)
    }

    /// A value by its quantiles: what so many of a thousand stay below, with straight lines between.
    pub(super) fn along(&mut self, quantiles: &[(i64, i64)]) -> i64 {
        let at = self.between(0, 999);
        let above = quantiles.partition_point(|(share, _)| *share <= at);
        let (low, high) = (quantiles.get(above.saturating_sub(1)), quantiles.get(above));
        match (low, high) {
            (Some((from, low)), Some((to, high))) => low + (high - low) * (at - from) / (to - from).max(1),
            (Some((_, value)), None) | (None, Some((_, value))) => *value,
            (None, None) => 0,
        }
    }
}

/// SplitMix64's last steps.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
