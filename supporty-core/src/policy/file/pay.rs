//! From what the file says about pay to the policy, and back.

use std::collections::{BTreeMap, BTreeSet};

use super::clock_words::HoursLine;
use super::lower::Lower;
use super::print::{list, quoted};
use super::reader::At;
use super::tables::{BandsTable, PayTable, RatesTable};
use super::words::Text;
use crate::policy::{Pay, Rates};
use crate::time::{Hours, Weekday, Zone, print_length};
use crate::vocab::{Band, RotaId};

impl Lower<'_> {
    pub(super) fn pay(&mut self, table: Option<PayTable>) -> Option<Pay> {
        let table = table?;
        let digits = table.digits.map_or(2, |digits| self.placed("pay/digits", digits).0);
        let mut working: BTreeMap<Weekday, Vec<_>> = BTreeMap::new();
        if let Some(lines) = table.working.map(|lines| self.placed("pay/working", lines)) {
            for line in lines.0 {
                match line.value {
                    HoursLine::On(days, windows) => {
                        days.into_iter()
                            .for_each(|day| working.entry(day).or_default().extend(windows.clone()));
                    }
                    HoursLine::Always => {
                        let help =
                            Some("say which hours are worked, such as `mon-fri 09:00-17:30`".to_owned());
                        self.problems.error(line.span, "nobody works always".to_owned(), "here", help);
                    }
                }
            }
        }
        let weekend = table.weekend.map(|days| days.0.into_iter().map(|day| day.value.0).collect());
        let rates = table.rates.map(|many| many.0).unwrap_or_default().into_iter().enumerate();
        let rates = rates
            .filter_map(|(index, rates)| self.rates(&format!("pay/rates/{index}"), rates, digits))
            .collect();
        let rotas = table.rotas.map(|many| many.0).unwrap_or_default().into_iter();
        let rotas = rotas.map(|name| {
            let place = format!("pay/rotas/{}", name.value.0);
            RotaId::new(self.placed(&place, name).0)
        });
        let rotas: BTreeSet<_> = rotas.collect();
        Some(Pay {
            currency: table
                .currency
                .map_or_else(String::new, |currency| self.placed("pay/currency", currency).0),
            digits,
            working,
            weekend: weekend.unwrap_or_else(|| BTreeSet::from([Weekday::Sat, Weekday::Sun])),
            rates,
            minimum_call_out: table.minimum_call_out.map_or(0, |length| length.0),
            once: table.once.is_none_or(|flag| flag.0),
            rotas,
            longest_on_call: table.longest_on_call.map(|length| length.0),
            rest_after_call_out: table.rest_after_call_out.map(|length| length.0),
        })
    }

    fn rates(&mut self, path: &str, table: At<RatesTable>, digits: u8) -> Option<Rates> {
        let At { value: table, span } = table;
        self.places.insert(path.to_owned(), span.start..span.start + 1);
        if table.from.is_none() && !table.short {
            self.missing(span.start..span.start + 1, "from", "from = 2026-01-01");
        }
        let from = table.from?.value.0;
        Some(Rates {
            from,
            standby: self.bands(table.standby, digits),
            call_out: self.bands(table.call_out, digits),
        })
    }

    fn bands(&mut self, table: Option<BandsTable>, digits: u8) -> BTreeMap<Band, u64> {
        let Some(table) = table else { return BTreeMap::new() };
        let given = [
            (Band::Weeknight, table.weeknight),
            (Band::Weekend, table.weekend),
            (Band::Holiday, table.holiday),
        ];
        let given =
            given.into_iter().filter_map(|(band, amount)| Some((band, self.amount(amount?, digits)?)));
        given.collect()
    }

    fn amount(&mut self, text: At<Text>, digits: u8) -> Option<u64> {
        let amount = parse_amount(&text.value.0, digits);
        if amount.is_none() {
            let message = format!("`{}` is no amount of that currency", super::reader::shown(&text.value.0));
            let help = Some(format!("write it as `2.50`, with at most {digits} digits after the point"));
            self.problems.error(text.span, message, "here", help);
        }
        amount
    }
}

/// An amount as people write it, in the smallest unit: exact, or nothing.
fn parse_amount(text: &str, digits: u8) -> Option<u64> {
    let (units, cents) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digit = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !units.is_empty() && digit(units) && digit(cents) && cents.len() <= usize::from(digits);
    let whole = format!("{units}{cents:0<width$}", width = usize::from(digits));
    if fits { whole.parse().ok() } else { None }
}

pub(super) fn pay_lines(pay: &Pay, line: &mut impl FnMut(String)) {
    line("\n[pay]".to_owned());
    line(format!("currency = {}", quoted(&pay.currency)));
    line(format!("digits = {}", pay.digits));
    let week = Hours {
        zone: Zone::utc(),
        weekly: pay.working.clone(),
        closed: BTreeMap::new(),
        dated: BTreeMap::new(),
    };
    line(format!("working = {}", list(week.week().iter().map(String::as_str))));
    let weekend: Vec<_> = pay.weekend.iter().map(ToString::to_string).collect();
    line(format!("weekend = {}", list(weekend.iter().map(String::as_str))));
    line(format!("minimum_call_out = {}", quoted(&print_length(pay.minimum_call_out.into()))));
    line(format!("once = {}", pay.once));
    line(format!("rotas = {}", list(pay.rotas.iter().map(|id| id.as_str()))));
    let lengths =
        [("longest_on_call", pay.longest_on_call), ("rest_after_call_out", pay.rest_after_call_out)];
    for (key, length) in lengths {
        length
            .iter()
            .for_each(|seconds| line(format!("{key} = {}", quoted(&print_length((*seconds).into())))));
    }
    for rates in &pay.rates {
        line("[[pay.rates]]".to_owned());
        line(format!("from = {}", quoted(&rates.from.to_string())));
        for (key, bands) in [("standby", &rates.standby), ("call_out", &rates.call_out)] {
            let written = |rate: u64| pay.written(i64::try_from(rate).unwrap_or(i64::MAX));
            let bands = bands.iter().map(|(band, rate)| format!("{band} = {}", quoted(&written(*rate))));
            line(format!("{key} = {{ {} }}", bands.collect::<Vec<_>>().join(", ")));
        }
    }
}
