use crate::insight::{Group, Kept, Selection, Share, Span, Statistic, Survival};
use crate::report::asked::Asked;
use crate::report::compared::Better;
use crate::report::{Amount, Compared};

/// The figures that one looks at first.
pub(super) fn headline(asked: &Asked<'_>, whole: &Selection<'_>) -> Vec<Compared> {
    let before = asked.select(&asked.previous);
    let everything = Group::default();
    let [now_tally, then_tally] =
        [whole, &before].map(|one| one.tallies().remove(&everything).unwrap_or_default());
    let [now_time, then_time]: [Survival; 2] =
        [whole, &before].map(|one| one.survivals(Span::Wall).remove(&everything).unwrap_or_default());
    let [now_kept, then_kept] = [whole, &before].map(|one| kept(one, &everything));
    let bootstrap = asked.bootstrap.as_ref();
    let share = |what: &str, now: Share, then: Share, better| {
        let difference = bootstrap.and_then(|bootstrap| now.since(&then, bootstrap));
        Compared::share(what, (now, then), difference, better)
    };
    let median = bootstrap.and_then(|bootstrap| now_time.since(&then_time, Statistic::Median, bootstrap));
    let reopened = |tally: &crate::insight::Tally| Share { part: tally.reopened, of: tally.opened };
    let good = |tally: &crate::insight::Tally| {
        let [.., four, five] = tally.stars.last;
        Share { part: four + five, of: tally.stars.rated() }
    };
    let cost =
        whole.costs(&asked.material.work, &asked.material.rates).remove(&everything).unwrap_or_default();
    let past = before.costs(&asked.material.work, &asked.material.rates).remove(&everything);
    let active = |cost: &crate::insight::Cost| match cost.tickets {
        0 => Amount::None,
        _ => Amount::Work { seconds: cost.active },
    };
    vec![
        Compared::plain("Opened", Amount::Count(now_tally.opened), Amount::Count(then_tally.opened)),
        Compared::plain("Still open", Amount::Count(now_tally.open), Amount::Count(then_tally.open)),
        Compared::length("Open time, median", (&now_time, &then_time), Survival::median, median),
        share("Promises kept", now_kept, then_kept, Better::More),
        share("Needed no code change", unchanged(&now_tally), unchanged(&then_tally), Better::Less),
        share("Reopened", reopened(&now_tally), reopened(&then_tally), Better::Less),
        share("Four or five stars", good(&now_tally), good(&then_tally), Better::More),
        Compared::plain("Work on tickets", active(&cost), active(&past.unwrap_or_default())),
    ]
}

fn unchanged(tally: &crate::insight::Tally) -> Share {
    Share { part: tally.unchanged(), of: tally.resolved }
}

fn kept(selection: &Selection<'_>, everything: &Group) -> Share {
    let targets = selection.promises().remove(everything).unwrap_or_default();
    targets.into_values().fold(Kept::default(), Kept::plus).share()
}
