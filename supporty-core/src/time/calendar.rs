use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;

use super::days::Days;
use super::index::{Fine, Index};
use super::segments::{Segment, segments};
use super::spans::{DAY, LONGEST_WINDOW, number};
use super::{CalendarSpec, Window, Zone};
use crate::vocab::Time;

/// 1970 to 2200: what lies outside is beyond every calendar's horizon.
const OUTERMOST: (i64, i64) = (0, 84_006 * DAY);
/// 2026: nearly every calendar opens in any one year, and is known to open without being compiled whole.
const LOOKED_AT: (i64, i64) = (20_454 * DAY, 20_819 * DAY);
/// Days before and after the first instant that anybody asks about, in the index that is compiled then, and in the one
/// that is compiled when somebody asks about more.
const REACHES: [(i64, i64); 2] = [(400, 800), (3_650, 10_950)];

const NANOS: u32 = 1_000_000_000;

/// A calendar that can be asked.
///
/// It is compiled into an index (see [`compile`](Self::compile)) when it is first asked, so that adding, subtracting
/// and measuring working time cost the same over a day and over five years, and allocate nothing. Asked about more than
/// the index holds, a wider one is compiled once: of forty years, and at last of everything from 1970 to 2200, beyond
/// which there is no answer. Five windows a week take about 7 kB a year (16 bytes a window, 5 a day, 8 a window
/// to find it by working time); [`memory`](Self::memory) says how much it is. Clones share what was compiled.
///
/// ```
/// use chrono::TimeDelta;
/// use supporty_core::time::{Calendar, CalendarSpec, Hours, Weekday, Window, Zone};
///
/// let weekly = Weekday::WORKING.into_iter().map(|day| (day, vec![Window::hours(9, 17)])).collect();
/// let zone = Zone::new("Europe/London")?;
/// let hours = Hours { zone, weekly, closed: Default::default(), dated: Default::default() };
/// let calendar = Calendar::new(CalendarSpec::Hours(hours))?;
/// let friday = "2026-01-09T16:30:00Z".parse()?;
/// assert_eq!(calendar.add(friday, TimeDelta::hours(1))?.to_string(), "2026-01-12 09:30:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Calendar {
    compiled: Arc<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    spec: CalendarSpec,
    always: bool,
    zone: Zone,
    /// From the narrowest to everything.
    tiers: [OnceLock<Tier>; 3],
}

#[derive(Debug)]
struct Tier {
    index: Index,
    range: (i64, i64),
    days: OnceLock<Days>,
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.spec() == other.spec()
    }
}

impl Eq for Calendar {}

/// Why a calendar has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It never opens.
    #[error("the calendar never opens: give it hours on at least one day")]
    NeverOpens,
    /// A window is empty, backwards or longer than two days.
    #[error(
        "the window from second {from} to second {to} is not a span of a day: `from` must come before `to`, and `from` within the day"
    )]
    Window {
        /// Where it opens.
        from: u32,
        /// Where it closes.
        to: u32,
    },
    /// The answer lies beyond the horizon.
    #[error("the calendar has no answer for {from} between 1970 and 2200: check its hours and closed days")]
    BeyondHorizon {
        /// Where the search began.
        from: Time,
    },
}

impl Calendar {
    /// Checks a calendar and makes it ready to be asked.
    ///
    /// One that is open only when others are open together is an error if that is never, from 1970 to 2200.
    pub fn new(spec: CalendarSpec) -> Result<Self, CalendarError> {
        check(&spec)?;
        let zone = spec.zone().cloned().unwrap_or_else(Zone::utc);
        let always = spec == CalendarSpec::Always;
        let combined = matches!(spec, CalendarSpec::AllOf(_) | CalendarSpec::AnyOf(_));
        let calendar =
            Self { compiled: Arc::new(Compiled { spec, always, zone, tiers: Default::default() }) };
        // Most open within some year, and need not be compiled whole to know it.
        let never = |calendar: &Self| {
            Index::new(calendar.spec(), LOOKED_AT.0, LOOKED_AT.1).never_opens()
                && calendar.tier(2, (0, 0)).is_some_and(|tier| tier.index.never_opens())
        };
        if combined && never(&calendar) { Err(CalendarError::NeverOpens) } else { Ok(calendar) }
    }

    /// What it was made from.
    pub fn spec(&self) -> &CalendarSpec {
        &self.compiled.spec
    }

    /// Compiles the span between two instants now, instead of when somebody first asks about it.
    pub fn compile(&self, from: Time, to: Time) {
        let range = (from.timestamp().max(OUTERMOST.0), to.timestamp().min(OUTERMOST.1));
        let [near, ..] = &self.compiled.tiers;
        near.get_or_init(|| Tier::new(&self.compiled.spec, range));
    }

    /// How many bytes the indexes take that were compiled so far.
    pub fn memory(&self) -> usize {
        self.compiled.tiers.iter().filter_map(OnceLock::get).map(|tier| tier.index.size()).sum()
    }

    /// The first instant at which that much working time has passed since `start`.
    ///
    /// Time that ends exactly when the calendar closes ends then, not at the next opening. None at all, asked outside
    /// the hours, ends at the next opening.
    pub fn add(&self, start: Time, budget: TimeDelta) -> Result<Time, CalendarError> {
        let budget = budget.max(TimeDelta::zero());
        if self.compiled.always {
            return start.checked_add_signed(budget).ok_or(CalendarError::BeyondHorizon { from: start });
        }
        let length = (budget.num_seconds(), budget.subsec_nanos().unsigned_abs());
        self.answer(start, |index, at| match length {
            (0, 0) => index.next_open(at),
            _ => index.reached(plus(index.work(at), length)),
        })
    }

    /// The last instant from which that much working time passes until `end`.
    pub fn sub(&self, end: Time, budget: TimeDelta) -> Result<Time, CalendarError> {
        let budget = budget.max(TimeDelta::zero());
        if self.compiled.always {
            return end.checked_sub_signed(budget).ok_or(CalendarError::BeyondHorizon { from: end });
        }
        let length = (budget.num_seconds(), budget.subsec_nanos().unsigned_abs());
        self.answer(end, |index, at| match length {
            (0, 0) => index.previous_close(at),
            _ => index.left(minus(index.work(at), length)),
        })
    }

    /// How much working time lies between two instants; none if the second comes first.
    pub fn between(&self, from: Time, to: Time) -> Result<TimeDelta, CalendarError> {
        if self.compiled.always || to <= from {
            return Ok((to - from).max(TimeDelta::zero()));
        }
        let (first, last) = (fine(from), fine(to));
        let tiers = (0..self.compiled.tiers.len()).filter_map(|number| self.tier(number, first));
        let mut both = tiers.filter(|tier| tier.index.covers(last));
        let beyond = || CalendarError::BeyondHorizon { from: if first.0 < OUTERMOST.0 { from } else { to } };
        let index = &both.next().ok_or_else(beyond)?.index;
        let (seconds, nanos) = minus(index.work(last), index.work(first));
        TimeDelta::new(seconds, nanos).ok_or_else(beyond)
    }

    /// Whether it is open at that instant; never beyond its horizon.
    pub fn is_open(&self, at: Time) -> bool {
        let tier = (0..self.compiled.tiers.len()).find_map(|number| self.tier(number, fine(at)));
        self.compiled.always || tier.is_some_and(|tier| tier.index.is_open(fine(at)))
    }

    /// The instant itself if it is open then, or the next at which it opens.
    pub fn next_open(&self, at: Time) -> Result<Time, CalendarError> {
        self.add(at, TimeDelta::zero())
    }

    /// The next instant at which it closes; while it is closed, the end of the next span in which it is open.
    pub fn next_close(&self, at: Time) -> Result<Time, CalendarError> {
        self.answer(at, Index::next_close)
    }

    /// The last instant at which it opened, which may be that instant itself.
    pub fn previous_open(&self, at: Time) -> Result<Time, CalendarError> {
        self.answer(at, Index::previous_open)
    }

    /// The instant itself if it is open until then, or the last at which it closed.
    pub fn previous_close(&self, at: Time) -> Result<Time, CalendarError> {
        self.sub(at, TimeDelta::zero())
    }

    /// The same local time on the `days`-th following day on which it opens, or the next opening if it is closed then.
    ///
    /// Without hours every day is a day, of 24 hours.
    pub fn add_days(&self, start: Time, days: u16) -> Result<Time, CalendarError> {
        let beyond = || CalendarError::BeyondHorizon { from: start };
        if self.compiled.always {
            return start.checked_add_signed(TimeDelta::days(days.into())).ok_or_else(beyond);
        }
        if days == 0 {
            return self.next_open(start);
        }
        let local = self.compiled.zone.local(start);
        let today = number(local.date());
        let day = self.by_days(start, |count| count.after(today, days)).ok_or_else(beyond)?;
        let date =
            chrono::NaiveDate::from_epoch_days(i32::try_from(day).unwrap_or(i32::MAX)).ok_or_else(beyond)?;
        self.next_open(self.compiled.zone.instant(date.and_time(local.time())))
    }

    /// How many days on which it opens lie wholly between two instants.
    pub fn whole_days(&self, from: Time, to: Time) -> u16 {
        let count = |count: i64| u16::try_from(count.max(0)).unwrap_or(u16::MAX);
        if self.compiled.always || to <= from {
            return count((to - from).num_days());
        }
        let day = |at| number(self.compiled.zone.local(at).date());
        let within = (day(from), day(to));
        let whole = self.by_days(from, |days| days.whole(within, (fine(from), fine(to))));
        whole.map_or(0, |whole| u16::try_from(whole).unwrap_or(u16::MAX))
    }

    /// The spans from one instant to another, each with why it is open or closed: for explanations. They touch, and
    /// those that are open sum up to [`between`](Self::between). None beyond the horizon.
    pub fn segments(&self, from: Time, to: Time) -> Vec<Segment> {
        let within = |at: Time| {
            let second = at.timestamp().clamp(OUTERMOST.0, OUTERMOST.1);
            if second == at.timestamp() { at } else { Time::from_timestamp(second, 0).unwrap_or(at) }
        };
        segments(&self.compiled.spec, within(from), within(to))
    }

    fn answer(&self, at: Time, ask: impl Fn(&Index, Fine) -> Option<Fine>) -> Result<Time, CalendarError> {
        let asked = fine(at);
        let found = self.first(asked, |tier| ask(&tier.index, asked));
        let time = found.and_then(|(second, nanos)| Time::from_timestamp(second, nanos));
        time.ok_or(CalendarError::BeyondHorizon { from: at })
    }

    fn by_days<T>(&self, at: Time, ask: impl Fn(&Days) -> Option<T>) -> Option<T> {
        self.first(fine(at), |tier| {
            let Compiled { spec, zone, .. } = &*self.compiled;
            ask(tier.days.get_or_init(|| Days::new(spec, zone, &tier.index, tier.range)))
        })
    }

    /// The answer of the narrowest index that has one.
    fn first<T>(&self, at: Fine, ask: impl Fn(&Tier) -> Option<T>) -> Option<T> {
        (0..self.compiled.tiers.len()).find_map(|number| ask(self.tier(number, at)?))
    }

    /// The index of that width, if it holds an instant; compiled around it if nobody has asked for it before.
    fn tier(&self, number: usize, at: Fine) -> Option<&Tier> {
        let tier = self.compiled.tiers.get(number)?;
        tier.get().or_else(|| self.widen(number, at)).filter(|tier| tier.index.covers(at))
    }

    #[cold]
    fn widen(&self, number: usize, at: Fine) -> Option<&Tier> {
        if !(OUTERMOST.0..OUTERMOST.1).contains(&at.0) {
            return None;
        }
        let tier = self.compiled.tiers.get(number)?;
        Some(tier.get_or_init(|| Tier::new(&self.compiled.spec, range(number, at.0))))
    }
}

impl Tier {
    fn new(spec: &CalendarSpec, range: (i64, i64)) -> Self {
        Self { index: Index::new(spec, range.0, range.1), range, days: OnceLock::new() }
    }
}

fn range(number: usize, at: i64) -> (i64, i64) {
    match REACHES.get(number) {
        Some((back, ahead)) => ((at - back * DAY).max(OUTERMOST.0), (at + ahead * DAY).min(OUTERMOST.1)),
        None => OUTERMOST,
    }
}

fn fine(at: Time) -> Fine {
    // A leap second is the last moment of its second.
    (at.timestamp(), at.timestamp_subsec_nanos().min(NANOS - 1))
}

fn plus(one: Fine, other: Fine) -> Fine {
    let (seconds, nanos) = (one.0.saturating_add(other.0), one.1 + other.1);
    if nanos < NANOS { (seconds, nanos) } else { (seconds.saturating_add(1), nanos - NANOS) }
}

fn minus(one: Fine, other: Fine) -> Fine {
    let seconds = one.0.saturating_sub(other.0);
    if one.1 >= other.1 { (seconds, one.1 - other.1) } else { (seconds - 1, one.1 + NANOS - other.1) }
}

fn check(spec: &CalendarSpec) -> Result<(), CalendarError> {
    let hours = match spec {
        CalendarSpec::Always => return Ok(()),
        CalendarSpec::AnyOf(members) | CalendarSpec::AllOf(members) => {
            return match members.is_empty() {
                true => Err(CalendarError::NeverOpens),
                false => members.iter().try_for_each(check),
            };
        }
        CalendarSpec::Hours(hours) => hours,
    };
    let windows = || hours.weekly.values().chain(hours.dated.values()).flatten();
    for Window { from, to } in windows().copied() {
        if from >= to || i64::from(from) >= DAY || to > LONGEST_WINDOW {
            return Err(CalendarError::Window { from, to });
        }
    }
    if windows().next().is_none() { Err(CalendarError::NeverOpens) } else { Ok(()) }
}
