use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::time::{Weekday, Window};
use crate::vocab::{Band, RotaId};

/// What being on call outside working hours is paid.
///
/// Bands go by the person's own clocks and holidays. A holiday goes before a weekend, a weekend before a weeknight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// The currency's three letters: `GBP`.
    pub currency: String,
    /// How many digits stand after its point: amounts are whole numbers of its smallest unit.
    pub digits: u8,
    /// Working hours on the person's own clocks, in which standing by is not paid. They end within their day.
    pub working: BTreeMap<Weekday, Vec<Window>>,
    /// The days of the weekend.
    pub weekend: BTreeSet<Weekday>,
    /// The rates, each from a date on, in order.
    pub rates: Vec<Rates>,
    /// How many seconds of a call-out are paid at least.
    pub minimum_call_out: u32,
    /// Somebody who is on for two rotas at once is paid for one: the one whose short name comes first.
    pub once: bool,
    /// The rotas that are paid; all of them where none is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rotas: BTreeSet<RotaId>,
    /// More seconds on call in a row than this are warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_on_call: Option<u32>,
    /// Fewer seconds between the end of a call-out and the next working hours than this are warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_after_call_out: Option<u32>,
}

/// What an hour is paid from a date on, in the currency's smallest unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// The first day.
    pub from: NaiveDate,
    /// Standing by. A band that is missing is not paid.
    pub standby: BTreeMap<Band, u64>,
    /// Being called out, beside standing by. A band that is missing is not paid.
    pub call_out: BTreeMap<Band, u64>,
}

impl Pay {
    /// The rates in force on a day: none before the first.
    pub fn rates_on(&self, date: NaiveDate) -> Option<&Rates> {
        self.rates.iter().rev().find(|rates| rates.from <= date)
    }

    /// Whether a rota is paid.
    pub fn pays(&self, rota: &RotaId) -> bool {
        self.rotas.is_empty() || self.rotas.contains(rota)
    }

    /// An amount of the smallest unit as people write it: `-12.34`.
    pub fn written(&self, amount: i64) -> String {
        let digits = usize::from(self.digits);
        let whole = format!("{:0>width$}", amount.unsigned_abs(), width = digits + 1);
        let (units, cents) = whole.split_at(whole.len() - digits);
        let sign = if amount < 0 { "-" } else { "" };
        if digits == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{cents}") }
    }
}
