//! When what may be said: Slack's limits, kept before Slack has to remind us. Pure: time is an argument.

use std::collections::{HashMap, VecDeque};

use chrono::TimeDelta;
use supporty_core::vocab::Time;

use crate::ids::TeamId;
use crate::methods::{Method, Rate};

/// Somebody who was told to come at a time and has not come that much later has lost it.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// As many lanes are kept without looking which of them are idle.
const LANES: usize = 256;
/// As many wait in a lane with a time of their own; whoever comes then is told the time after the last.
const BOOKED: usize = 4_096;

/// The paces of all workspaces and channels.
#[derive(Debug, Default)]
pub struct Pace {
    lanes: HashMap<Key, Lane>,
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
    /// A time that was given is kept for whoever asks again under the same name, so that everybody asks about twice.
    pub fn book(&mut self, wish: Wish<'_>, now: Time) -> Result<(), Time> {
        let (most, window) = match wish.method.rate() {
            Rate::PerMinute(most) => (most as usize, TimeDelta::seconds(60)),
            Rate::PerChannel => (1, TimeDelta::seconds(1)),
            Rate::Unsaid => return Ok(()),
        };
        if self.lanes.len() > LANES {
            self.lanes.retain(|_, lane| !lane.is_idle(now));
        }
        let lane = self.lanes.entry(Key::of(&wish)).or_insert_with(|| Lane::new(most, window));
        lane.book(wish.name, wish.urgent, now)
    }

    /// Slack says to leave a method alone for a while: everybody who waits moves on by as much.
    pub fn hold(&mut self, wish: Wish<'_>, until: Time) {
        if let Some(lane) = self.lanes.get_mut(&Key::of(&wish)) {
            lane.hold(until);
        }
    }

    /// How many limits are looked after at the moment.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// How many have a time of their own.
    pub fn waiting(&self) -> usize {
        self.lanes.values().map(|lane| lane.booked.len()).sum()
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
    /// When the last calls were made, at most `most` of them, oldest first.
    made: VecDeque<Time>,
    /// Who was given which time, in the order in which they go.
    booked: VecDeque<Booked>,
    /// How many were ever given a time.
    count: u64,
    held: Option<Time>,
}

#[derive(Debug)]
struct Booked {
    /// Not urgent, and the how-manieth: the lowest goes first.
    rank: (bool, u64),
    at: Time,
    name: String,
}

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
        let may = self.free().is_none_or(|free| free <= now);
        if may && (urgent || self.booked.is_empty() || given.is_some_and(|at| at <= now)) {
            self.make(now);
            return Ok(());
        }
        let mine = mine.filter(|mine| mine.rank.0 != urgent).unwrap_or_else(|| {
            self.count += 1;
            Booked { rank: (!urgent, self.count), at: now, name: name.to_owned() }
        });
        let rank = mine.rank;
        let place = self.booked.partition_point(|booked| booked.rank < rank);
        self.booked.insert(place, mine);
        self.space_out(now, Some(rank));
        let at = self.booked.get(place).map_or(now, |mine| mine.at);
        // Nobody comes before: whoever should have is late, and must not keep others waiting.
        if may && at <= now {
            self.booked.remove(place);
            self.make(now);
            return Ok(());
        }
        if self.booked.len() > BOOKED {
            self.booked.remove(place);
        }
        Err(at)
    }

    fn make(&mut self, now: Time) {
        self.made.push_back(now);
        if self.made.len() > self.most {
            self.made.pop_front();
        }
        self.space_out(now, None);
    }

    /// From when on a call may be made, as far as those that were made and Slack are asked.
    fn free(&self) -> Option<Time> {
        let full = self.made.len() == self.most;
        let by_pace = self.made.front().filter(|_| full).map(|first| *first + self.window);
        by_pace.max(self.held)
    }

    /// Moves everybody on as far as those before them need. Nobody waits for those whose time has passed, but for the
    /// one who asks now: whether they come is not known, and they are given another time when they do.
    fn space_out(&mut self, now: Time, asking: Option<(bool, u64)>) {
        let mut before = self.made.clone();
        for booked in &mut self.booked {
            if booked.at <= now && asking != Some(booked.rank) {
                continue;
            }
            let full = before.len() == self.most;
            let by_pace = before.front().filter(|_| full).map(|first| *first + self.window);
            let earliest = by_pace.max(self.held).max(before.back().copied());
            booked.at = earliest.map_or(booked.at, |earliest| earliest.max(booked.at));
            before.push_back(booked.at);
            if before.len() > self.most {
                before.pop_front();
            }
        }
    }

    fn hold(&mut self, until: Time) {
        self.held = self.held.max(Some(until));
        // The call that Slack refused was the last.
        let now = self.made.back().copied().unwrap_or(Time::MIN_UTC);
        self.space_out(now, None);
    }

    fn is_idle(&self, now: Time) -> bool {
        let past = |at: Option<&Time>| at.is_none_or(|at| *at + self.window < now);
        let waits = self.booked.iter().any(|booked| booked.at + GRACE >= now);
        !waits && past(self.made.back()) && past(self.held.as_ref())
    }
}
