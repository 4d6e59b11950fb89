use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;

/// Values that are known by a number: the same one for the same value, in the order in which they came.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    numbers: HashMap<T, u32, FixedState>,
    all: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { numbers: HashMap::default(), all: Vec::new() }
    }
}

impl<T: Hash + Eq + Clone> Table<T> {
    #[inline]
    pub(super) fn number(&mut self, value: &T) -> u32 {
        match self.numbers.get(value) {
            Some(number) => *number,
            None => self.add(value),
        }
    }

    #[cold]
    fn add(&mut self, value: &T) -> u32 {
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.numbers.insert(value.clone(), number);
        self.all.push(value.clone());
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.all.get(number as usize)
    }

    pub(super) fn all(&self) -> &[T] {
        &self.all
    }
}
