//! Who should take which turn of a period, so that everybody bears about as much.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Ledger, Weights};
use crate::rota::Rotas;
use crate::vocab::{Period, PersonId, RotaId};

/// Something that one person has to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// When.
    pub period: Period,
    /// Who can take it, and how heavy it weighs on each of them.
    pub weighs: BTreeMap<PersonId, i64>,
}

/// Who takes what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Each task with who takes it; nobody where nobody can.
    pub taken: Vec<(Period, Option<PersonId>)>,
    /// What the one who bears most then bears more than the one who bears least.
    pub spread: i64,
    /// No assignment of all tasks can have a smaller spread than that.
    pub lower_bound: i64,
}

/// How often all pairs of tasks are looked at for something better.
const ROUNDS: usize = 50;
/// With no more assignments than that all of them are looked at.
const MOST_LOOKED_AT: usize = 5_000;

/// Assigns the turns of a rota over a period, whatever its order says, with time off respected.
///
/// It is a plan: whoever likes it arranges it. See [`assign`] for how good it is.
pub fn plan(
    rotas: &Rotas,
    rota: &RotaId,
    period: Period,
    before: &Ledger,
    weights: &Weights,
) -> Option<Assignment> {
    let known = rotas.policy().spec().rotas.get(rota)?;
    let away = || rotas.states().into_values().flat_map(|state| state.away.into_values());
    let away: Vec<_> = away().collect();
    let mut tasks = Vec::new();
    for (turn, period) in rotas.plan(rota)?.turns(period) {
        let rotation = known.rotations.get(usize::from(turn.rotation))?;
        let date = known.zone.local(period.from).date();
        let members = rotation.members.iter().filter(|member| member.serves_on(date));
        let free = |person: &&PersonId| {
            !away.iter().any(|away| away.person == **person && away.period.overlap(&period).is_some())
        };
        let people = members.flat_map(|member| &member.people).filter(free);
        let weighs =
            people.map(|one| (one.clone(), weights.burden(rotas.policy(), one, &known.zone, period)));
        tasks.push(Task { period, weighs: weighs.collect() });
    }
    let mut ledger = before.clone();
    let members = known.rotations.iter().flat_map(|rotation| &rotation.members);
    members.flat_map(|member| &member.people).for_each(|person| ledger.add(person, 0));
    Some(assign(&tasks, &ledger))
}

/// Gives each task to somebody who can take it, and nobody two at once, so that the spread of the ledger afterwards is
/// small: the best of all where they are few, or else the heaviest first to who bears least, then whatever move or
/// exchange makes it better, until none does.
///
/// That need not be the best there is, which is hard to find (it is multiprocessor scheduling). The lower bound says how
/// far off it can be: somebody bears at least the mean, at least what they bear already, and at least the heaviest task
/// on top of the least; the one who bears least then bears at most the mean of what is left. If `m` is the largest of
/// the three and `t` the most that all together can come to among `n` people, no spread is below
/// `m - floor((t - m) / (n - 1))`.
pub fn assign(tasks: &[Task], before: &Ledger) -> Assignment {
    let mut work = Work { tasks, before, taken: vec![None; tasks.len()] };
    if let Some(best) = work.best_of_all() {
        work.taken = best;
        return work.assignment();
    }
    let mut order: Vec<_> = (0..tasks.len()).collect();
    let heaviest = |index: &usize| tasks.get(*index).and_then(|task| task.weighs.values().max()).copied();
    order.sort_by_key(|index| (std::cmp::Reverse(heaviest(index)), *index));
    for index in order {
        work.give(index);
    }
    for _ in 0..ROUNDS {
        if !work.improve() {
            break;
        }
    }
    work.assignment()
}

/// A score and what has it.
type Best<'a> = ((i64, i128), Vec<Option<&'a PersonId>>);

struct Work<'a> {
    tasks: &'a [Task],
    before: &'a Ledger,
    taken: Vec<Option<&'a PersonId>>,
}

impl<'a> Work<'a> {
    fn assignment(&self) -> Assignment {
        let spread = self.ledger().spread();
        let taken = self.tasks.iter().zip(&self.taken).map(|(task, who)| (task.period, who.cloned()));
        let lower_bound = lower_bound(self.tasks, self.before).min(spread);
        Assignment { taken: taken.collect(), spread, lower_bound }
    }

    /// The best of all assignments that give every task to somebody, where there are few enough to look at.
    fn best_of_all(&self) -> Option<Vec<Option<&'a PersonId>>> {
        let all = self.tasks.iter().try_fold(1_usize, |all, task| all.checked_mul(task.weighs.len()));
        all.filter(|all| (1..=MOST_LOOKED_AT).contains(all))?;
        let mut work = Work { tasks: self.tasks, before: self.before, taken: vec![None; self.tasks.len()] };
        let mut best = None;
        work.look(0, &mut best);
        best.map(|(_, taken)| taken)
    }

    fn look(&mut self, index: usize, best: &mut Option<Best<'a>>) {
        let Some(task) = self.tasks.get(index) else {
            let score = self.score();
            if best.as_ref().is_none_or(|(known, _)| score < *known) {
                *best = Some((score, self.taken.clone()));
            }
            return;
        };
        for who in task.weighs.keys() {
            if self.can(who, index) {
                self.set(index, Some(who));
                self.look(index + 1, best);
                self.set(index, None);
            }
        }
    }

    fn ledger(&self) -> Ledger {
        let mut ledger = self.before.clone();
        for (task, who) in self.tasks.iter().zip(&self.taken) {
            let weighs = who.and_then(|who| Some((who, task.weighs.get(who)?)));
            weighs.into_iter().for_each(|(who, weighs)| ledger.add(who, *weighs));
        }
        ledger
    }

    /// Smaller is better: the spread, and then how uneven it is on the way there.
    fn score(&self) -> (i64, i128) {
        let ledger = self.ledger();
        let squares = ledger.iter().map(|(_, borne)| i128::from(borne) * i128::from(borne)).sum();
        (ledger.spread(), squares)
    }

    fn can(&self, who: &PersonId, index: usize) -> bool {
        let Some(task) = self.tasks.get(index) else { return false };
        let others = self.tasks.iter().zip(&self.taken).enumerate();
        let mut others = others.filter(|(other, (_, taker))| *other != index && **taker == Some(who));
        task.weighs.contains_key(who)
            && others.all(|(_, (other, _))| other.period.overlap(&task.period).is_none())
    }

    fn give(&mut self, index: usize) {
        let Some(task) = self.tasks.get(index) else { return };
        let ledger = self.ledger();
        let able = task.weighs.iter().filter(|(who, _)| self.can(who, index));
        let best = able.min_by_key(|(who, weighs)| (ledger.borne(who) + **weighs, *who));
        if let (Some((who, _)), Some(place)) = (best, self.taken.get_mut(index)) {
            *place = Some(who);
        }
    }

    fn set(&mut self, index: usize, who: Option<&'a PersonId>) {
        if let Some(place) = self.taken.get_mut(index) {
            *place = who;
        }
    }

    /// Makes the first moves and exchanges that are better, and says whether there was any.
    fn improve(&mut self) -> bool {
        let mut any = false;
        for index in 0..self.tasks.len() {
            let Some(task) = self.tasks.get(index) else { continue };
            for who in task.weighs.keys() {
                any |= self.keep_if_better(&[(index, Some(who))]);
            }
            for other in index + 1..self.tasks.len() {
                let (mine, theirs) =
                    (self.taken.get(index).copied().flatten(), self.taken.get(other).copied().flatten());
                if mine != theirs && mine.is_some() && theirs.is_some() {
                    any |= self.keep_if_better(&[(index, theirs), (other, mine)]);
                }
            }
        }
        any
    }

    fn keep_if_better(&mut self, changes: &[(usize, Option<&'a PersonId>)]) -> bool {
        let (before, known) = (self.score(), self.taken.clone());
        changes.iter().for_each(|(index, who)| self.set(*index, *who));
        let able = changes.iter().all(|(index, who)| who.is_none_or(|who| self.can(who, *index)));
        let better = able && self.score() < before;
        if !better {
            self.taken = known;
        }
        better
    }
}

fn lower_bound(tasks: &[Task], before: &Ledger) -> i64 {
    let count = i64::try_from(before.iter().count()).unwrap_or(i64::MAX);
    if count < 2 {
        return 0;
    }
    let borne: i64 = before.iter().map(|(_, borne)| borne).sum();
    let takeable = tasks.iter().filter(|task| !task.weighs.is_empty());
    let (mut least, mut most) = (borne, borne);
    let mut one = before.iter().map(|(_, borne)| borne).max().unwrap_or(0);
    for task in takeable {
        least += task.weighs.values().min().copied().unwrap_or(0);
        most += task.weighs.values().max().copied().unwrap_or(0);
        one = one.max(task.weighs.iter().map(|(who, weighs)| before.borne(who) + weighs).min().unwrap_or(0));
    }
    let top = one.max(least.div_euclid(count) + i64::from(least.rem_euclid(count) > 0));
    (top - (most - top).div_euclid(count - 1)).max(0)
}
