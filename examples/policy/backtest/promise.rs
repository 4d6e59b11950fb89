//! What `--sweep` asks, and what it answers.

use std::fmt::Write;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use supporty_core::backtest::{NotSwept, Point, Sweep};
use supporty_core::time::{parse_length, print_length};
use supporty_core::vocab::{PriorityId, Target};

/// More than anybody reads.
const MOST_POINTS: u32 = 500;
const WIDTH: f64 = 40.0;

/// One promise and its lengths, as `P2/resolve=1h..8h/30m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) priority: PriorityId,
    pub(crate) target: Target,
    /// In seconds, the shortest first.
    pub(crate) lengths: Vec<u32>,
}

impl FromStr for Lengths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is no sweep: write P2/resolve=1h..8h/30m, from a length to another in steps")
        };
        let (promise, range) = text.split_once('=').ok_or_else(wrong)?;
        let (priority, word) = promise.split_once('/').ok_or_else(wrong)?;
        let (range, step) = range.split_once('/').ok_or_else(wrong)?;
        let (first, last) = range.split_once("..").ok_or_else(wrong)?;
        let target = Target::parse(&word.replace('_', "-")).ok_or_else(|| {
            let known: Vec<_> = Target::ALL.iter().map(|target| target.as_str()).collect();
            format!("`{word}` is no promise: choose from {}", known.join(", "))
        })?;
        let length = |text: &str| parse_length(text).map_err(|why| format!("`{text}` {why}"));
        let (first, last, step) = (length(first)?, length(last)?, length(step)?);
        match step {
            0 => return Err("the steps of a sweep are longer than nothing".to_owned()),
            _ if first == 0 || last < first => {
                return Err("a sweep goes from something to something longer".to_owned());
            }
            _ if (last - first) / step >= MOST_POINTS => {
                return Err(format!("that are more than {MOST_POINTS} lengths: make the steps longer"));
            }
            _ => {}
        }
        let lengths = (first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX)).collect();
        Ok(Self { priority: priority.into(), target, lengths })
    }
}

/// What could be promised.
pub(super) struct Answer<'a> {
    pub(super) asked: &'a Lengths,
    pub(super) points: Vec<Point>,
    /// How many rounds were counted, and how many groups of tickets were replayed for each length.
    pub(super) size: (usize, usize),
    /// Which part is to be kept.
    pub(super) share: f64,
}

impl<'a> Answer<'a> {
    pub(super) fn new(
        asked: &'a Lengths,
        sweep: &Sweep<'_>,
        share: f64,
        threads: usize,
    ) -> Result<Self, NotSwept> {
        let next = AtomicUsize::new(0);
        let points = Mutex::new(Vec::new());
        let work = || -> Result<(), NotSwept> {
            while let Some(within) = asked.lengths.get(next.fetch_add(1, Ordering::Relaxed)) {
                let point = sweep.point(*within)?;
                points.lock().unwrap_or_else(PoisonError::into_inner).push(point);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
        })?;
        let mut points = points.into_inner().unwrap_or_else(PoisonError::into_inner);
        points.sort_by_key(|point| point.within);
        Ok(Self { asked, points, size: sweep.size(), share })
    }

    fn smallest(&self) -> Option<&Point> {
        Sweep::smallest(&self.points, self.share).filter(|point| point.due > 0)
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "priority": self.asked.priority,
            "target": self.asked.target,
            "share": self.share,
            "smallest": self.smallest().map(|point| point.within),
            "counted": self.size.0,
            "replayed": self.size.1,
            "points": self.points,
        })
    }

    /// A table, with bars from the least share to all.
    pub(super) fn text(&self) -> String {
        let Lengths { priority, target, .. } = self.asked;
        let name = target.as_str().replace('-', " ");
        let mut text = format!("What could be promised: {name} of {priority}\n");
        let shares = || self.points.iter().filter_map(|point| point.share);
        let least = (shares().fold(1.0, f64::min) * 10.0).floor() / 10.0;
        for point in &self.points {
            let bar = match point.share {
                Some(share) if least < 1.0 => {
                    "█".repeat(((share - least) / (1.0 - least) * WIDTH).round() as usize)
                }
                _ => String::new(),
            };
            let kept = point.share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0));
            let mark = if self.smallest() == Some(point) { " <" } else { "" };
            let (within, of) =
                (print_length(point.within.into()), format!("{} of {}", point.kept, point.due));
            let _ = writeln!(text, "  {within:>12} {of:>20} {kept:>8}  {bar}{mark}");
        }
        let share = (self.share * 1e8).round() / 1e6;
        let _ = match self.smallest() {
            Some(point) => writeln!(
                text,
                "  {share} % would have been kept of {}, the shortest of these",
                print_length(point.within.into())
            ),
            None => writeln!(text, "  none of these would have been kept to {share} %: try longer ones"),
        };
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_read_or_says_what_is_wrong() {
        let read: Lengths = "P2/resolve=1h..2h/30m".parse().unwrap();
        assert_eq!((read.target, read.lengths), (Target::Resolve, vec![3_600, 5_400, 7_200]));
        assert_eq!("P2/next_response=1h..2h/30m".parse::<Lengths>().unwrap().target, Target::NextResponse);
        for (text, why) in [
            ("P2", "write P2/resolve=1h..8h/30m"),
            ("P2/solve=1h..2h/30m", "`solve` is no promise"),
            ("P2/resolve=2h..1h/30m", "something longer"),
            ("P2/resolve=1h..2h/0m", "longer than nothing"),
            ("P2/resolve=1m..1000h/1m", "more than 500"),
        ] {
            let error = text.parse::<Lengths>().unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
