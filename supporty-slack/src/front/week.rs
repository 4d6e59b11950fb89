use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use supporty_core::adapter::{Listed, PromiseState, Query};
use supporty_core::desk::{Desk, DeskError};
use supporty_core::vocab::{Kind, Period, PriorityId, Resolution, Time};

use crate::render::{Figures, Kept};

/// How long ago a ticket may have been opened to count when it is resolved.
const LOOKS_BACK: TimeDelta = TimeDelta::days(180);
const PAGE: u32 = 500;
/// How many areas are named.
const AREAS: usize = 3;

/// What support was about in a period. Game days are left out, and so is what was opened half a year before it.
pub(super) async fn week(desk: &Desk, period: Period) -> Result<Figures, DeskError> {
    let policy = desk.policy();
    let mut figures = Figures::nothing(period);
    let (mut hours, mut stars, mut people) = (Vec::new(), Vec::new(), BTreeSet::new());
    let (mut areas, mut kept) = (BTreeMap::<String, u64>::new(), BTreeMap::<PriorityId, (u64, u64)>::new());
    let mut code_changes = 0;
    for Listed { row, .. } in opened_since(desk, period.from - LOOKS_BACK).await? {
        if row.kind == Kind::Drill || row.opened_at >= period.until {
            continue;
        }
        if row.resolved_at.is_none_or(|at| at >= period.until) {
            figures.open += 1;
        }
        if period.contains(row.opened_at) {
            figures.opened += 1;
            if let Some(area) = row.area.as_ref().and_then(|area| policy.spec().areas.get(area)) {
                *areas.entry(area.name.clone()).or_default() += 1;
            }
        }
        let Some(resolved) = row.resolved_at.filter(|at| period.contains(*at)) else { continue };
        figures.resolved += 1;
        hours.push(resolved.signed_duration_since(row.opened_at).num_seconds() as f64 / 3_600.0);
        stars.extend(row.stars.map(|stars| f64::from(stars.count())));
        people.extend(row.owner.clone());
        code_changes += u64::from(row.resolution == Some(Resolution::CodeChange));
        let (met, broken) = kept.entry(row.priority.clone()).or_default();
        for promise in desk.card(row.key.clone()).await?.map(|card| card.promises).unwrap_or_default() {
            match promise.state {
                PromiseState::Met => *met += 1,
                PromiseState::MetLate | PromiseState::Breached => *broken += 1,
                PromiseState::Pending
                | PromiseState::AtRisk
                | PromiseState::Paused
                | PromiseState::Cancelled => {}
            }
        }
    }
    hours.sort_by(f64::total_cmp);
    figures.median_hours = median(&hours);
    figures.p90_hours = nearest_rank(&hours, 0.9);
    figures.stars = mean(&stars).map(|mean| (mean, stars.len() as u64));
    figures.people = (!people.is_empty()).then_some(people.len() as u64);
    figures.code_changes = (figures.resolved > 0).then_some(code_changes);
    figures.promises =
        kept.into_iter().map(|(priority, (kept, broken))| Kept { priority, kept, broken }).collect();
    figures.areas = areas.into_iter().collect();
    figures.areas.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    figures.areas.truncate(AREAS);
    Ok(figures)
}

/// Newest first; numbers are given in the order in which tickets are opened.
async fn opened_since(desk: &Desk, since: Time) -> Result<Vec<Listed>, DeskError> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let page = desk.list(Query { most: PAGE, before, ..Query::default() }).await?;
        before = page.next;
        let all = page.rows.len();
        let recent = page.rows.into_iter().take_while(|listed| listed.row.opened_at >= since);
        let seen = rows.len();
        rows.extend(recent);
        if before.is_none() || rows.len() < seen + all {
            return Ok(rows);
        }
    }
}

/// The mean of the middle two.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    match sorted.len() % 2 {
        0 => sorted.get(middle.checked_sub(1)?).map(|lower| (lower + upper) / 2.0),
        _ => Some(*upper),
    }
}

fn nearest_rank(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.checked_sub(1)?).copied()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_of_nothing_is_nothing_and_of_two_lies_between() {
        assert_eq!([median(&[]), median(&[4.0]), median(&[1.0, 4.0])], [None, Some(4.0), Some(2.5)]);
        assert_eq!([nearest_rank(&[], 0.9), nearest_rank(&[4.0], 0.9)], [None, Some(4.0)]);
        assert_eq!(nearest_rank(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], 0.9), Some(9.0));
    }
}
