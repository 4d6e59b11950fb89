use serde::Serialize;

use super::Amount;
use super::amount::{spoken, worked};
use crate::insight::{Difference, Share, Survival};
use chrono::TimeDelta;

/// A figure beside what it was in the period before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// What it is.
    pub what: String,
    /// What it is now.
    pub now: Amount,
    /// What it was.
    pub before: Amount,
    /// Whether that is better, and whether it may be chance.
    pub verdict: Verdict,
    /// Between what the difference lies in 95 of 100 draws: lengths in seconds, shares from 0 to 1.
    pub interval: Option<(f64, f64)>,
}

/// What is to be thought of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is better, and that is more than chance.
    Better,
    /// It is worse, and that is more than chance.
    Worse,
    /// It may well be chance.
    MayBeChance,
    /// Nobody knows: there is too little to compare, or more of it is neither good nor bad.
    Unknown,
}

/// What is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    More,
    Less,
}

impl Compared {
    /// A count, or something else of which more is neither good nor bad.
    pub(super) fn plain(what: impl Into<String>, now: Amount, before: Amount) -> Self {
        Self { what: what.into(), now, before, verdict: Verdict::Unknown, interval: None }
    }

    /// A length.
    pub(super) fn length(
        what: impl Into<String>,
        (now, before): (&Survival, &Survival),
        of: impl Fn(&Survival) -> Option<TimeDelta>,
        difference: Option<Difference>,
    ) -> Self {
        let plain = Self::plain(what, Amount::length(of(now)), Amount::length(of(before)));
        plain.judged(difference, Better::Less)
    }

    /// A share.
    pub(super) fn share(
        what: impl Into<String>,
        (now, before): (Share, Share),
        difference: Option<Difference>,
        better: Better,
    ) -> Self {
        Self::plain(what, Amount::share(now), Amount::share(before)).judged(difference, better)
    }

    fn judged(self, difference: Option<Difference>, better: Better) -> Self {
        let Some(difference) = difference else { return self };
        let more = difference.now > difference.before;
        let verdict = match () {
            () if difference.interval.is_none() => Verdict::Unknown,
            () if difference.may_be_noise() => Verdict::MayBeChance,
            () if more == (better == Better::More) => Verdict::Better,
            () => Verdict::Worse,
        };
        Self { verdict, interval: difference.interval, ..self }
    }

    /// The difference in one sentence, without its beginning: "48 min less than before (95 %: 20 min to 1 h less), which is
    /// better".
    pub fn sentence(&self) -> String {
        let judged = match self.verdict {
            Verdict::Better => ", which is better",
            Verdict::Worse => ", which is worse",
            Verdict::MayBeChance => ", which may be chance",
            Verdict::Unknown => "",
        };
        let gap = match (&self.now, &self.before) {
            (_, Amount::None) => return "nothing to compare with".to_owned(),
            (Amount::None, before) => return format!("{before} before"),
            (Amount::Length { seconds: now }, Amount::Length { seconds: before }) => {
                way((*now - *before).as_seconds_f64(), length)
            }
            (Amount::Work { seconds: now }, Amount::Work { seconds: before }) => {
                way((*now - *before).as_seconds_f64(), |seconds| worked(TimeDelta::seconds(seconds as i64)))
            }
            (Amount::Share(now), Amount::Share(before)) => {
                let value = |share: &Share| share.value().unwrap_or(0.0);
                way(value(now) - value(before), points)
            }
            (now, before) if now == before => return "as before".to_owned(),
            (_, before) => return format!("{before} before"),
        };
        let between = match (self.interval, &self.now) {
            (Some((low, high)), Amount::Length { .. }) => {
                format!(" (95 %: {} to {})", way(low, length), way(high, length))
            }
            (Some((low, high)), _) => format!(" (95 %: {} to {})", way(low, points), way(high, points)),
            (None, _) => String::new(),
        };
        format!("{gap} than before{between}{judged}")
    }
}

fn way(difference: f64, said: impl Fn(f64) -> String) -> String {
    format!("{} {}", said(difference.abs()), if difference < 0.0 { "less" } else { "more" })
}

fn length(seconds: f64) -> String {
    spoken(TimeDelta::seconds(seconds.round() as i64))
}

fn points(share: f64) -> String {
    format!("{:.1} points", share * 100.0)
}
