//! A calendar over a span of time as an integer clock: how many seconds had been open at any instant, and back.

use super::CalendarSpec;
use super::spans::{Span, spans};

/// About eighteen hours: a power of two, so that finding an instant's slot needs no division.
const SLOT: u32 = 16;

/// An instant since 1970, or a length: whole seconds, and nanoseconds below one.
pub(super) type Fine = (i64, u32);

/// Where a span opens, and how many seconds were open before it. How long it is follows from the next one.
#[derive(Debug, Clone, Copy)]
struct Open {
    at: i64,
    before: i64,
}

/// A span as it was found.
#[derive(Debug, Clone, Copy)]
struct Found {
    open: i64,
    close: i64,
    before: i64,
}

/// Everything between two seconds since 1970.
#[derive(Debug)]
pub(super) struct Index {
    from: i64,
    to: i64,
    /// One more than there are spans: the last one says where the range ends and how much was open in all.
    spans: Box<[Open]>,
    /// By time: the first span that closes after a slot's first second.
    by_time: Box<[u32]>,
    /// By every `1 << shift` seconds of open time: the span in which they are over.
    by_work: Box<[u32]>,
    shift: u32,
}

impl Index {
    /// Compiles `[from, to)`.
    pub(super) fn new(spec: &CalendarSpec, from: i64, to: i64) -> Self {
        let to = to.max(from + 1);
        let found = spans(spec, from, to);
        let mut spans = Vec::with_capacity(found.len() + 1);
        let mut before = 0;
        for (open, close) in &found {
            spans.push(Open { at: *open, before });
            before += close - open;
        }
        spans.push(Open { at: to, before });
        let shift = (before / i64::try_from(found.len().max(1)).unwrap_or(1)).max(1).ilog2();
        let by_work = by_work(&spans, before, shift);
        Self { from, to, by_time: by_time(&found, from, to), by_work, spans: spans.into_boxed_slice(), shift }
    }

    pub(super) fn covers(&self, at: Fine) -> bool {
        self.from <= at.0 && at.0 < self.to
    }

    pub(super) fn never_opens(&self) -> bool {
        self.spans.len() == 1
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.spans)
            + size_of_val(&*self.by_time)
            + size_of_val(&*self.by_work)
    }

    /// The first span that closes after a second of the range; `None` if none does within it.
    #[inline]
    fn at(&self, second: i64) -> Option<Found> {
        let slot = usize::try_from((second - self.from) >> SLOT).ok()?;
        let [low, high] = self.by_time.get(slot..slot + 2)? else { return None };
        let near = self.spans.get(*low as usize..*high as usize + 1)?;
        let begun = *low as usize + near.partition_point(|open| open.at <= second);
        self.found(begun.wrapping_sub(1)).filter(|found| found.close > second).or_else(|| self.found(begun))
    }

    #[inline]
    fn found(&self, index: usize) -> Option<Found> {
        let [span, next] = self.spans.get(index..index.checked_add(2)?)? else { return None };
        let close = span.at + next.before - span.before;
        Some(Found { open: span.at, close, before: span.before })
    }

    /// How much was open before an instant of the range.
    #[inline]
    pub(super) fn work(&self, at: Fine) -> Fine {
        match self.at(at.0) {
            Some(found) if found.open <= at.0 => (found.before + (at.0 - found.open), at.1),
            Some(found) => (found.before, 0),
            None => (self.total(), 0),
        }
    }

    fn total(&self) -> i64 {
        self.spans.last().map_or(0, |end| end.before)
    }

    /// The first instant before which that much was open, if it is more than nothing.
    #[inline]
    pub(super) fn reached(&self, work: Fine) -> Option<Fine> {
        // What ends with a whole second ends within the second before.
        let open = self.holding(work.0 - i64::from(work.1 == 0))?;
        Some((open.at + (work.0 - open.before), work.1))
    }

    /// The last instant before which only that much was open.
    pub(super) fn left(&self, work: Fine) -> Option<Fine> {
        let open = self.holding(work.0)?;
        Some((open.at + (work.0 - open.before), work.1))
    }

    /// The span in which the `second`-th second of open time passes, counted from 0.
    #[inline]
    fn holding(&self, second: i64) -> Option<Open> {
        let slot = usize::try_from(second >> self.shift).ok()?;
        let [low, high] = self.by_work.get(slot..slot + 2)? else { return None };
        let near = self.spans.get(*low as usize..*high as usize + 1)?;
        let after = near.partition_point(|open| open.before <= second);
        (second < self.total()).then(|| near.get(after.wrapping_sub(1)).copied())?
    }

    /// The instant itself if it is open, or the next at which it opens.
    pub(super) fn next_open(&self, at: Fine) -> Option<Fine> {
        let found = self.at(at.0)?;
        Some(if found.open <= at.0 { at } else { (found.open, 0) })
    }

    pub(super) fn is_open(&self, at: Fine) -> bool {
        self.at(at.0).is_some_and(|found| found.open <= at.0)
    }

    /// The end of the span that is open then, or of the next one. A span that ends with the range has no end here.
    pub(super) fn next_close(&self, at: Fine) -> Option<Fine> {
        self.at(at.0).map(|found| found.close).filter(|close| *close < self.to).map(|close| (close, 0))
    }

    /// The instant itself if it is open until then, or the last at which it closed.
    pub(super) fn previous_close(&self, at: Fine) -> Option<Fine> {
        let work = self.work(at);
        if work == (0, 0) { None } else { self.reached(work) }
    }

    /// The last opening before or at an instant. A span that began before the range has none here.
    pub(super) fn previous_open(&self, at: Fine) -> Option<Fine> {
        let opened = match self.at(at.0) {
            Some(found) if found.open <= at.0 => Some(found.open),
            _ => self.holding(self.work(at).0 - 1).map(|open| open.at),
        };
        opened.filter(|open| *open > self.from).map(|open| (open, 0))
    }
}

/// One slot more than the range has, so that each has a next one.
fn by_time(spans: &[Span], from: i64, to: i64) -> Box<[u32]> {
    let mut next = 0;
    let slots = (0..=((to - from) >> SLOT) + 1).map(|slot| {
        while spans.get(next).is_some_and(|(_, close)| *close <= from + (slot << SLOT)) {
            next += 1;
        }
        u32::try_from(next).unwrap_or(u32::MAX)
    });
    slots.collect()
}

fn by_work(spans: &[Open], total: i64, shift: u32) -> Box<[u32]> {
    let mut holding = 0;
    let slots = (0..=(total >> shift) + 1).map(|slot| {
        while spans.get(holding + 1).is_some_and(|next| next.before <= slot << shift) {
            holding += 1;
        }
        u32::try_from(holding).unwrap_or(u32::MAX)
    });
    slots.collect()
}
