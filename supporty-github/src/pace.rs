//! When what may be asked: GitHub's limits, kept before GitHub has to remind us. Pure: time is an argument.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use supporty_core::vocab::Time;

/// The least time between two writes, as
/// [GitHub asks](https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests).
const GAP: TimeDelta = TimeDelta::seconds(1);
/// Somebody who was told to come at a time and has not come that much later has lost it.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// What GitHub asks to wait at a secondary limit without `retry-after`; each further time it is twice as long.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(60);
/// It does not grow beyond that.
const MOST_DOUBLINGS: u32 = 6;
/// As many have a time of their own; whoever comes then is told the time after the last.
const BOOKED: usize = 4_096;

/// The pace of one token.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last write was made.
    made: Option<Time>,
    /// Who was given which time.
    booked: BTreeMap<String, Time>,
    /// GitHub wants to hear nothing before.
    held: Option<Time>,
    /// How often in a row GitHub said so without saying how long.
    strikes: u32,
}

impl Pace {
    /// Whether something may be read now; if not, from when on.
    pub fn read(&self, now: Time) -> Result<(), Time> {
        match self.held {
            Some(held) if held > now => Err(held),
            _ => Ok(()),
        }
    }

    /// Whether something may be written now; if not, from when on. Who may, is taken to do so.
    ///
    /// A time that was given is kept for whoever asks again under the same name, so that everybody asks about twice.
    pub fn write(&mut self, name: &str, now: Time) -> Result<(), Time> {
        self.booked.retain(|_, at| *at + GRACE >= now);
        let free = self.made.map(|made| made + GAP).max(self.held).map_or(now, |free| free.max(now));
        let mine = self.booked.remove(name);
        let first = self.booked.values().all(|at| *at <= now);
        if free == now && mine.map_or(first, |mine| mine <= now) {
            self.made = Some(now);
            return Ok(());
        }
        let last = self.booked.values().max().map(|last| *last + GAP);
        let at =
            mine.filter(|mine| *mine >= free).unwrap_or_else(|| last.map_or(free, |last| last.max(free)));
        if self.booked.len() < BOOKED {
            self.booked.insert(name.to_owned(), at);
        }
        Err(at)
    }

    /// GitHub says to come again after a while, or does not say when. Answers with how long.
    pub fn hold(&mut self, wait: Option<TimeDelta>, now: Time) -> TimeDelta {
        let wait = wait.unwrap_or_else(|| {
            let wait = FIRST_WAIT * 2_i32.pow(self.strikes);
            self.strikes = (self.strikes + 1).min(MOST_DOUBLINGS);
            wait
        });
        let wait = wait.max(GAP);
        self.held = self.held.max(now.checked_add_signed(wait));
        wait
    }

    /// GitHub has done something for us.
    pub fn served(&mut self) {
        self.strikes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::milliseconds(millis)
    }

    #[test]
    fn a_second_lies_between_two_writes_and_everybody_asks_twice() {
        let mut pace = Pace::default();
        assert_eq!(pace.write("a", at(0)), Ok(()));
        assert_eq!(pace.write("b", at(100)), Err(at(1_000)));
        assert_eq!(pace.write("c", at(200)), Err(at(2_000)));
        assert_eq!(pace.write("b", at(300)), Err(at(1_000)));
        assert_eq!(pace.write("b", at(1_000)), Ok(()));
        assert_eq!(pace.write("d", at(1_500)), Err(at(3_000)));
        assert_eq!(pace.write("c", at(2_000)), Ok(()));
        assert_eq!(pace.write("d", at(3_000)), Ok(()));
    }

    #[test]
    fn who_comes_late_keeps_nobody_waiting_and_is_not_too_early() {
        let mut pace = Pace::default();
        assert_eq!(pace.write("a", at(0)), Ok(()));
        assert_eq!(pace.write("b", at(0)), Err(at(1_000)));
        assert_eq!(pace.write("c", at(5_000)), Ok(()));
        assert_eq!(pace.write("b", at(5_100)), Err(at(6_000)));
    }

    #[test]
    fn nobody_asks_while_github_wants_to_hear_nothing() {
        let mut pace = Pace::default();
        assert_eq!(pace.hold(Some(TimeDelta::seconds(30)), at(0)), TimeDelta::seconds(30));
        assert_eq!(pace.read(at(1)), Err(at(30_000)));
        assert_eq!(pace.write("a", at(1)), Err(at(30_000)));
        assert_eq!(pace.read(at(30_000)), Ok(()));
        assert_eq!(pace.write("a", at(30_000)), Ok(()));
    }

    #[test]
    fn where_github_does_not_say_how_long_the_wait_grows_until_it_serves_us() {
        let mut pace = Pace::default();
        let waits: Vec<_> = (0..8).map(|_| pace.hold(None, at(0)).num_seconds()).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1_920, 3_840, 3_840]);
        pace.served();
        assert_eq!(pace.hold(None, at(0)).num_seconds(), 60);
    }
}
