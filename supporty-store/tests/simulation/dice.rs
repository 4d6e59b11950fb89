//! Everything that is left to chance, from one seed.

use std::sync::Mutex;

/// Numbers that depend on the seed alone: [SplitMix64](https://prng.di.unimi.it/splitmix64.c).
pub(crate) struct Dice(Mutex<u64>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    pub(crate) fn roll(&self, sides: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// Once in that many times.
    pub(crate) fn one_in(&self, times: u64) -> bool {
        self.roll(times) == 0
    }

    #[allow(dead_code, reason = "not every test chooses")]
    pub(crate) fn pick<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }
}
