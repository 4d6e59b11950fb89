//! When what may be said: Slack's limits, kept before Slack has to remind us. Pure: time is an argument.

use std::collections::{HashMap, VecDeque};

use chrono::TimeDelta;
use supporty_core::vocab::Time;

use crate::ids::TeamId;
use crate::methods::{Method, Rate};

/// Somebody who was told to come at a time and has not come that much later has lost it.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// Of a limit of several calls every how-manieth is kept for what is urgent, so that a burst of what is not does not use up
/// a whole minute.
const KEPT: usize = 5;
/// As many lanes are kept without looking which of them are idle.
const LANES: usize = 256;
/// As many wait in a lane with a time of their own; whoever comes then is told the time after the last.
const BOOKED: usize = 4_096;

/// The paces of all workspaces and channels.
#[derive(Debug, Default)]
pub struct Pace {
    lanes: HashMap<Key, Lane>,
    /// When somebody asked last.
    asked: Option<Time>,
}

/// What has a limit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    team: Option<TeamId>,
    method: Method,
    /// The channel, for a method whose limit is by channel.
    channel: Option<String>,
}

/// A call that somebody wants to make.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The workspace, if it is another than the desk's own.
    pub team: Option<&'a TeamId>,
    /// The method.
    pub method: Method,
    /// The channel that it is about.
    pub channel: &'a str,
    /// What it is for: who asks again with the same name has the time that they were given.
    pub name: &'a str,
    /// It goes before everything that waits.
    pub urgent: bool,
}

impl Pace {
    /// Whether a call may be made now; if not, from when on. Who may, is taken to do so.
    ///
    /// A time that was given is kept for whoever asks again under the same name, so that everybody asks about twice. A
    /// clock that steps back takes all times with it: nobody waits until it is as late again.
    pub fn book(&mut self, wish: Wish<'_>, now: Time) -> Result<(), Time> {
        let back = self.asked.replace(now).map_or(TimeDelta::zero(), |asked| asked - now);
        if back > TimeDelta::zero() {
            self.lanes.values_mut().for_each(|lane| lane.step_back(back));
        }
        if self.lanes.len() > LANES {
            self.lanes.retain(|_, lane| !lane.is_idle(now));
        }
        self.lane(&wish).book(wish.name, wish.urgent, now)
    }

    /// Slack refused a call, and says to leave the method alone for a while: everybody who waits moves on by as much, and
    /// whoever was refused goes before those who asked later.
    pub fn hold(&mut self, wish: Wish<'_>, until: Time) {
        self.lane(&wish).hold(wish.name, wish.urgent, until);
    }

    /// How many limits are looked after at the moment.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// How many have a time of their own.
    pub fn waiting(&self) -> usize {
        self.lanes.values().map(|lane| lane.booked.len()).sum()
    }

    fn lane(&mut self, wish: &Wish<'_>) -> &mut Lane {
        let (most, window) = match wish.method.rate() {
            Rate::PerMinute(most) => (most as usize, TimeDelta::seconds(60)),
            Rate::PerChannel => (1, TimeDelta::seconds(1)),
            // As often as anybody likes, until Slack says to wait.
            Rate::Unsaid => (1, TimeDelta::zero()),
        };
        self.lanes.entry(Key::of(wish)).or_insert_with(|| Lane::new(most, window))
    }
}

impl Key {
    fn of(wish: &Wish<'_>) -> Self {
        let by_channel = wish.method.rate() == Rate::PerChannel;
        let channel = by_channel.then(|| wish.channel.to_owned());
        Self { team: wish.team.cloned(), method: wish.method, channel }
    }
}

/// At most so many calls in every window of time.
#[derive(Debug)]
struct Lane {
    most: usize,
    window: TimeDelta,
    /// The last calls, at most `most` of them, oldest first.
    made: VecDeque<Booked>,
    /// Who was given which time, in the order in which they go.
    booked: VecDeque<Booked>,
    /// How many ever asked.
    count: u64,
    held: Option<Time>,
}

#[derive(Debug, Clone)]
struct Booked {
    rank: Rank,
    at: Time,
    name: String,
}

/// Not urgent, and the how-manieth: the lowest goes first.
type Rank = (bool, u64);

impl Lane {
    fn new(most: usize, window: TimeDelta) -> Self {
        let (made, booked) = (VecDeque::new(), VecDeque::new());
        Self { most: most.max(1), window, made, booked, count: 0, held: None }
    }

    fn book(&mut self, name: &str, urgent: bool, now: Time) -> Result<(), Time> {
        self.booked.retain(|booked| booked.at + GRACE >= now);
        let place = self.booked.iter().position(|booked| booked.name == name);
        let mine = place.and_then(|place| self.booked.remove(place));
        let given = mine.as_ref().map(|mine| mine.at);
        let mine = mine.filter(|mine| mine.rank.0 != urgent).unwrap_or_else(|| {
            self.count += 1;
            Booked { rank: (!urgent, self.count), at: now, name: name.to_owned() }
        });
        let may = self.free(urgent).is_none_or(|free| free <= now);
        if may && (urgent || self.booked.is_empty() || given.is_some_and(|at| at <= now)) {
            self.make(mine, now);
            return Ok(());
        }
        let rank = mine.rank;
        let place = self.insert(mine);
        self.space_out(now, Some(rank));
        let at = self.booked.get(place).map_or(now, |mine| mine.at);
        // Nobody comes before: whoever should have is late, and must not keep others waiting.
        if may && at <= now {
            if let Some(mine) = self.booked.remove(place) {
                self.make(mine, now);
            }
            return Ok(());
        }
        if self.booked.len() > BOOKED {
            self.booked.remove(place);
        }
        Err(at)
    }

    fn insert(&mut self, booked: Booked) -> usize {
        let place = self.booked.partition_point(|before| before.rank < booked.rank);
        self.booked.insert(place, booked);
        place
    }

    fn make(&mut self, mine: Booked, now: Time) {
        self.made.push_back(Booked { at: now, ..mine });
        if self.made.len() > self.most {
            self.made.pop_front();
        }
        self.space_out(now, None);
    }

    /// From when on a call may be made, as far as those that were made and Slack are asked.
    fn free(&self, urgent: bool) -> Option<Time> {
        self.after(self.made.iter().map(|made| made.at), urgent).max(self.held)
    }

    /// When the limit allows the next call after those.
    fn after(&self, made: impl DoubleEndedIterator<Item = Time>, urgent: bool) -> Option<Time> {
        let most = if urgent { self.most } else { self.most - self.most / KEPT };
        made.rev().nth(most - 1).map(|first| first + self.window)
    }

    /// Moves everybody on as far as those before them need. Nobody waits for those whose time has passed, but for the
    /// one who asks now: whether they come is not known, and they are given another time when they do.
    fn space_out(&mut self, now: Time, asking: Option<Rank>) {
        let mut before: Vec<Time> = self.made.iter().map(|made| made.at).collect();
        let mut booked = std::mem::take(&mut self.booked);
        for booked in &mut booked {
            if booked.at <= now && asking != Some(booked.rank) {
                continue;
            }
            let by_pace = self.after(before.iter().copied(), !booked.rank.0);
            let earliest = by_pace.max(self.held).max(before.last().copied());
            booked.at = earliest.map_or(booked.at, |earliest| earliest.max(booked.at));
            before.push(booked.at);
        }
        self.booked = booked;
    }

    fn hold(&mut self, name: &str, urgent: bool, until: Time) {
        self.held = self.held.max(Some(until));
        // One that so many calls were made after that it is not known any more was before all who wait.
        let refused = self.made.iter().rev().find(|made| made.name == name);
        let rank = refused.map_or((!urgent, 0), |refused| refused.rank);
        self.booked.retain(|booked| booked.name != name);
        self.insert(Booked { rank, at: until, name: name.to_owned() });
        // The call that Slack refused was the last.
        let now = self.made.back().map_or(Time::MIN_UTC, |made| made.at);
        self.space_out(now, None);
    }

    fn step_back(&mut self, by: TimeDelta) {
        let times = self.made.iter_mut().chain(&mut self.booked).map(|booked| &mut booked.at);
        times.chain(&mut self.held).for_each(|at| *at -= by);
    }

    fn is_idle(&self, now: Time) -> bool {
        let past = |at: Option<Time>| at.is_none_or(|at| at + self.window < now);
        let waits = self.booked.iter().any(|booked| booked.at + GRACE >= now);
        !waits && past(self.made.back().map(|made| made.at)) && past(self.held)
    }
}
