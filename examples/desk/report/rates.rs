use std::str::FromStr;

use chrono::NaiveDate;
use supporty_core::insight::Rates;
use supporty_core::policy::Policy;

/// What an hour costs from a day on, as it was typed: `2026-01-01=60.00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    from: NaiveDate,
    units: u64,
    /// What stands behind the point.
    digits: String,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no rate: write a day and what an hour costs, like 2026-01-01=60.00");
        let (day, amount) = text.split_once('=').ok_or_else(wrong)?;
        let (units, digits) = amount.split_once('.').unwrap_or((amount, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(units) || !plain(digits) {
            return Err(wrong());
        }
        Ok(Self {
            from: day.parse().map_err(|_| wrong())?,
            units: units.parse().map_err(|_| wrong())?,
            digits: digits.to_owned(),
        })
    }
}

/// The rates in the smallest unit of the policy's currency.
pub fn rates(all: &[Rate], policy: &Policy) -> Result<Rates, String> {
    if all.is_empty() {
        return Ok(Rates::default());
    }
    let pay = policy.spec().pay.as_ref();
    let pay = pay.ok_or("--rate needs a currency: add a section [pay] to the policy, or leave --rate out")?;
    let width = usize::from(pay.digits);
    let rate = |rate: &Rate| {
        let minor = format!("{}{:0<width$}", rate.units, rate.digits);
        let minor = minor.parse().ok().filter(|_| rate.digits.len() <= width);
        let why = || format!("--rate {}: {} has {width} digits behind its point", rate.from, pay.currency);
        Ok::<_, String>((rate.from, minor.ok_or_else(why)?))
    };
    Ok(Rates(all.iter().map(rate).collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAY: &str = r#"
[pay]
currency = "GBP"
[[pay.rates]]
from = 2026-01-01
standby = { weeknight = "2.00", weekend = "3.00", holiday = "5.00" }
call_out = { weeknight = "20.00", weekend = "30.00", holiday = "50.00" }
"#;

    #[test]
    fn rates_are_in_the_smallest_unit() {
        let policy = Policy::from_toml(PAY).unwrap();
        let read = |text: &[&str]| {
            let all: Result<Vec<Rate>, _> = text.iter().map(|one| one.parse()).collect();
            rates(&all?, &policy)
        };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let both = read(&["2026-01-01=60.5", "2026-07-01=63"]).unwrap();
        assert_eq!(both.on(day("2026-06-30")), 6_050);
        assert_eq!(both.on(day("2026-07-01")), 6_300);
        assert!(read(&["2026-01-01=60.123"]).unwrap_err().contains("GBP has 2 digits"));
        for wrong in ["60", "2026-01-01", "2026-01-01=", "2026-01-01=-6", "2026-13-01=6", "2026-01-01=6.x"] {
            assert!(read(&[wrong]).unwrap_err().contains("like 2026-01-01=60.00"), "{wrong}");
        }
        let none = rates(&["2026-01-01=60".parse().unwrap()], &Policy::default());
        assert!(none.unwrap_err().contains("[pay]"));
    }
}
