use std::collections::BTreeMap;

use crate::insight::{By, End, Group, Kept, Which};
use crate::report::asked::{Asked, ask};
use crate::report::compared::Better;
use crate::report::words::{capital, counted};
use crate::report::{Amount, Cell, Compared, Look, Plot, Row, Section, Table};
use crate::vocab::Target;

/// Were promises kept?
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let question = asked.by([By::Priority]);
    let mut all: Vec<_> = asked.select(&question).promises().into_iter().collect();
    all.sort_by_key(|(group, _)| asked.rank(group));
    let together =
        all.iter().flat_map(|(_, targets)| targets.values()).copied().fold(Kept::default(), Kept::plus);
    let rests_on = together.share().of + together.breached_on_change;
    if rests_on == 0 {
        return None;
    }
    let mut table = Table::new(
        "By priority and promise",
        ["Promise", "Fell due", "Kept", "Kept late", "Broken", "Broken by a change", "Share kept"],
    );
    for (group, targets) in &all {
        let ask = ask(&question, group);
        for (target, kept) in targets {
            let ended = |count: u32, end| Cell::from(count).of(ask(Which::Promise(*target, end)));
            let cells = [
                Cell::from(kept.share().of),
                ended(kept.met, End::Met),
                ended(kept.met_late, End::MetLate),
                ended(kept.breached, End::Breached),
                ended(kept.breached_on_change, End::BreachedOnChange),
                Amount::share(kept.share()).into(),
            ];
            table.rows.push(Row::new(format!("{group}: {target}"), cells));
        }
    }
    let share = Amount::share(together.share());
    Some(Section {
        id: "promises",
        title: "Promises kept",
        says: format!("{share} of the promises that fell due were kept in time."),
        advice: advice(&all),
        rests_on: tickets(asked, &all, &question),
        plot: Some(plot(&all)),
        compared: compared(asked, &all),
        tables: vec![table],
    })
}

type Targets = BTreeMap<Target, Kept>;

fn tickets(asked: &Asked<'_>, all: &[(Group, Targets)], question: &crate::insight::Question) -> u32 {
    let selection = asked.select(question);
    let ends = [End::Met, End::MetLate, End::Breached, End::BreachedOnChange];
    let mut keys: Vec<_> = all
        .iter()
        .flat_map(|(group, targets)| targets.keys().map(move |target| (group, target)))
        .flat_map(|(group, target)| ends.map(|end| selection.which(group, Which::Promise(*target, end))))
        .flatten()
        .collect();
    keys.sort_unstable();
    keys.dedup();
    u32::try_from(keys.len()).unwrap_or(u32::MAX)
}

fn plot(all: &[(Group, Targets)]) -> Plot {
    let bars: Vec<_> = all
        .iter()
        .flat_map(|(group, targets)| targets.iter().map(move |(target, kept)| (group, target, kept)))
        .filter(|(_, _, kept)| kept.share().of > 0)
        .collect();
    let labels = bars.iter().map(|(group, target, _)| format!("{group} {target}")).collect();
    let share = |count: fn(&Kept) -> u32| {
        let shares = bars
            .iter()
            .map(move |(_, _, kept)| Some(f64::from(count(kept)) * 100.0 / f64::from(kept.share().of)));
        shares.collect::<Vec<_>>()
    };
    Plot::new(Look::Across, "% of those that fell due", labels)
        .with("kept", share(|kept| kept.met))
        .with("kept late", share(|kept| kept.met_late))
        .with("broken", share(|kept| kept.breached))
}

fn advice(all: &[(Group, Targets)]) -> String {
    let some = all.iter().flat_map(|(group, targets)| targets.iter().map(move |each| (group, each)));
    let worst = some
        .filter(|(_, (_, kept))| kept.share().of >= 5)
        .filter_map(|(group, (target, kept))| Some((kept.share().value()?, group, target, kept)))
        .min_by(|one, other| one.0.total_cmp(&other.0));
    match worst {
        Some((share, group, target, kept)) if share < 0.9 => format!(
            "Begin with the promise to {target} of {group}: {} of {} were kept. Look at the tickets that broke it, then give it people or \
             promise what can be kept; a backtest with other lengths says what that is.",
            kept.met,
            counted(kept.share().of, "promise")
        ),
        Some((_, group, target, _)) => format!(
            "All promises are kept nine times of ten or more often; the weakest is to {target} for {group}. Whether a shorter one could be \
             kept as well, a backtest says."
        ),
        None => "So few fell due that a share says little: look at the tickets instead.".to_owned(),
    }
}

fn compared(asked: &Asked<'_>, all: &[(Group, Targets)]) -> Vec<Compared> {
    let question = asked.previous.clone().by([By::Priority]);
    let then = asked.select(&question).promises();
    let bootstrap = asked.bootstrap.as_ref();
    let each = all.iter().filter_map(|(group, targets)| {
        let target = Target::Resolve;
        let now = targets.get(&target)?.share();
        let then = then.get(group).and_then(|targets| targets.get(&target)).copied().unwrap_or_default();
        let difference = bootstrap.and_then(|bootstrap| now.since(&then.share(), bootstrap));
        let what = capital(&format!("{group}, {target}"));
        Some(Compared::share(what, (now, then.share()), difference, Better::More))
    });
    each.collect()
}
