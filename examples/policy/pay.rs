//! `policy pay`: what a month of being on call will cost, by the policy alone.
//!
//! What people arrange and what they are called out for is in the desk: its statements have that as well.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::json;
use supporty_core::pay::{Month, Statement, statements};
use supporty_core::policy::Policy;
use supporty_core::rota::Rotas;
use supporty_core::time::Zone;
use supporty_core::vocab::Period;

use crate::{Failed, input, pretty};

pub(crate) fn pay(
    path: &Path,
    month: Month,
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let policy = input::policy(path, colour)?;
    let Some(pay) = &policy.spec().pay else {
        return Err(Failed("the policy pays nothing: add a section `[pay]` to its file".to_owned()));
    };
    let all = projected(&policy, month);
    let total: i64 = all.iter().map(Statement::total).sum();
    if json {
        let people: BTreeMap<_, _> = all.iter().map(|one| (one.person.as_str(), one.total())).collect();
        let answer = json!({
            "month": month,
            "currency": pay.currency,
            "digits": pay.digits,
            "total": total,
            "people": people,
            "statements": all,
        });
        let _ = out.write_all(pretty(&answer).as_bytes());
        return Ok(true);
    }
    for one in &all {
        let _ = writeln!(out, "{}", one.to_markdown(&policy, pay));
    }
    let _ = writeln!(
        out,
        "{month} costs {} {} in standing by, call-outs apart",
        pay.written(total),
        pay.currency
    );
    Ok(true)
}

/// Every clock on earth has the month within a day more on either side.
fn projected(policy: &Policy, month: Month) -> Vec<Statement> {
    let day = chrono::TimeDelta::days(1);
    let period = month.period(&Zone::utc());
    let ready = Period::new(period.from - day, period.until + day);
    statements(&Rotas::new(policy, &BTreeMap::new(), ready), month)
}
