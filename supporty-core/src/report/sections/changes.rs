use crate::insight::{By, Group, Share, Tally, Which};
use crate::report::asked::{Asked, ask};
use crate::report::{Amount, Cell, Look, Plot, Row, Section, Table};

/// "How many requests need a change of code?" by area: where few do, the part is hard to understand.
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let question = asked.by([By::Area]);
    let mut all: Vec<(Group, Tally)> = asked.select(&question).tallies().into_iter().collect();
    all.retain(|(_, tally)| tally.opened > 0);
    all.sort_by_key(|(group, tally)| (std::cmp::Reverse(tally.resolved), asked.rank(group)));
    let rests_on = all.iter().map(|(_, tally)| tally.resolved).sum();
    if rests_on == 0 {
        return None;
    }
    let name = |group: &Group| group.0.last().map(|value| asked.name(value)).unwrap_or_default();
    let mut table = Table::new(
        "By area",
        ["Area", "Opened", "Resolved", "With a change of code", "Without one", "Share without", "Reopened"],
    );
    for (group, tally) in &all {
        let ask = ask(&question, group);
        let cells = [
            Cell::from(tally.opened).of(ask(Which::Opened)),
            Cell::from(tally.resolved).of(ask(Which::Resolved)),
            Cell::from(tally.code_changed).of(ask(Which::CodeChanged)),
            Cell::from(tally.unchanged()).of(ask(Which::Unchanged)),
            Amount::share(unchanged(tally)).into(),
            Cell::from(tally.reopened).of(ask(Which::Reopened)),
        ];
        table.rows.push(Row::new(name(group), cells));
    }
    let shown = || all.iter().filter(|(_, tally)| tally.resolved > 0);
    let labels = shown().map(|(group, _)| name(group)).collect();
    let plot = Plot::new(Look::Across, "tickets resolved", labels)
        .with("without a change of code", shown().map(|(_, tally)| Some(tally.unchanged().into())))
        .with("with a change of code", shown().map(|(_, tally)| Some(tally.code_changed.into())));
    let whole = Share { part: all.iter().map(|(_, tally)| tally.unchanged()).sum(), of: rests_on };
    Some(Section {
        id: "changes",
        title: "Requests against code changes",
        says: format!("{} of the resolved tickets needed no change of code.", Amount::share(whole)),
        advice: match hardest(&all, whole) {
            Some((group, tally)) => format!(
                "{} stands out: {} of its {} needed none, so people did not understand it. Read those tickets, then write it down or make it \
                 plain where they looked.",
                name(group),
                tally.unchanged(),
                tally.resolved
            ),
            None => "No area stands out. Where one does, people do not understand that part: read its tickets, then make it plain where they looked.".to_owned(),
        },
        rests_on,
        plot: Some(plot),
        compared: Vec::new(),
        tables: vec![table],
    })
}

fn unchanged(tally: &Tally) -> Share {
    Share { part: tally.unchanged(), of: tally.resolved }
}

/// The area with enough tickets to say so, of which clearly more need none than elsewhere.
fn hardest(all: &[(Group, Tally)], whole: Share) -> Option<&(Group, Tally)> {
    let elsewhere = whole.value()?;
    let some = all.iter().filter(|(_, tally)| tally.resolved >= 10);
    let share = |one: &&(Group, Tally)| unchanged(&one.1).value().unwrap_or(0.0);
    let most = some.max_by(|one, other| share(one).total_cmp(&share(other)))?;
    (share(&most) > elsewhere + 0.1).then_some(most)
}
