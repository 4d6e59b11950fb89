use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocab::{ClockChange, PauseReason, PriorityId, Terms, TicketKey, Time, Warning, Watch};

/// Where a running clock counts from, and which promise it is held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The first counted instant.
    pub from: Time,
    /// What the promise depends on.
    #[serde(flatten)]
    pub terms: Terms,
}

/// One round of a clock. Its deadline is the earliest of its measures'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When the round began: what was due before that does not fire.
    pub since: Time,
    /// What is measured.
    pub measures: Vec<Measure>,
    /// The warnings given in this round.
    pub warned: Vec<Warning>,
    /// The deadline that was missed, and whether a change had put it into the past.
    pub breached: Option<(Time, bool)>,
}

/// One watched span of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The round, from 1; 0 if it never ran.
    pub epoch: u32,
    /// The round that is running.
    pub run: Option<Run>,
    /// The last round, once it has ended: a reopening may go on with it.
    pub ended: Option<Run>,
}

/// A span of real time in which clocks may stand still. The calendar measures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when.
    pub from: Time,
    /// Until when, unless it lasts.
    pub to: Option<Time>,
    /// Why.
    pub why: PauseReason,
}

/// How often a rung has fired in a round of what it watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// The round.
    pub epoch: u32,
    /// How many of its instants are spent.
    pub count: u32,
    /// When it fires instead of in the quiet hours.
    pub postponed: Option<Time>,
}

/// All the clocks of one ticket, with the pauses and the rungs that belong to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSet {
    /// By what they watch.
    pub clocks: BTreeMap<Watch, Clock>,
    /// In order of time.
    pub pauses: Vec<Pause>,
    /// By number in the ladder.
    pub rungs: BTreeMap<u8, Fired>,
}

/// A ticket's own clocks, and those of the tickets merged into it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Its own.
    pub own: ClockSet,
    /// Those it took in, by merged ticket.
    pub absorbed: BTreeMap<TicketKey, ClockSet>,
    /// Whose clock is in force, where it is not its own.
    pub lead: BTreeMap<Watch, TicketKey>,
}

impl Run {
    /// The first instant that counts.
    pub fn began(&self) -> Option<Time> {
        self.measures.iter().map(|measure| measure.from).min()
    }

    fn backdate(&mut self, at: Time) {
        if Some(self.since) == self.began() {
            self.since = at;
        }
        for measure in &mut self.measures {
            measure.from = measure.from.min(at);
        }
    }
}

impl Clock {
    /// The round that runs.
    pub fn running(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    fn start(&mut self, at: Time, terms: &Terms) {
        self.epoch = self.epoch.saturating_add(1);
        let measures = vec![Measure { from: at, terms: terms.clone() }];
        self.run = Some(Run { since: at, measures, warned: Vec::new(), breached: None });
        self.ended = None;
    }

    fn stop(&mut self) {
        if let Some(run) = self.run.take() {
            self.ended = Some(run);
        }
    }

    fn resume(&mut self, at: Time) {
        if let Some(mut run) = self.ended.take() {
            self.epoch = self.epoch.saturating_add(1);
            run.since = at;
            self.run = Some(run);
        }
    }

    fn change(&mut self, at: Time, (before, terms): (&Terms, &Terms), change: ClockChange) {
        let Some(run) = &mut self.run else { return };
        let from = run.measures.last().map_or(at, |measure| measure.from);
        let carried = Measure { from, terms: terms.clone() };
        match change {
            ClockChange::Restart => return self.start(at, terms),
            ClockChange::Keep => {
                let same = run.measures.iter_mut().filter(|measure| measure.terms == *before);
                return same.for_each(|measure| measure.terms = terms.clone());
            }
            ClockChange::Carry => run.measures = vec![carried],
            // The last one is of the terms that are in force, also when it was so before.
            ClockChange::KeepEarlier => {
                run.measures.retain(|measure| *measure != carried);
                run.measures.push(carried);
            }
        }
        self.anew(at);
    }

    /// Another round of the same measures: what was due before it does not fire.
    fn anew(&mut self, at: Time) {
        if let Some(run) = &mut self.run {
            self.epoch = self.epoch.saturating_add(1);
            run.since = at;
            run.warned.clear();
            run.breached = None;
        }
    }
}

impl ClockSet {
    /// The clock of a watch; a watch that never ran has none.
    pub fn clock(&self, watch: Watch) -> Option<&Clock> {
        self.clocks.get(&watch)
    }

    fn resume_pause(&mut self, at: Time) {
        for pause in &mut self.pauses {
            pause.to.get_or_insert(at.max(pause.from));
        }
    }
}

impl Clocks {
    /// The clocks that are in force for a watch: its own, or those of a merged ticket that would be due first.
    pub fn leading(&self, watch: Watch) -> &ClockSet {
        self.lead.get(&watch).and_then(|key| self.absorbed.get(key)).unwrap_or(&self.own)
    }

    /// The clock in force for a watch.
    pub fn clock(&self, watch: Watch) -> Option<&Clock> {
        self.leading(watch).clock(watch)
    }

    /// The running round in force for a watch.
    pub fn run(&self, watch: Watch) -> Option<&Run> {
        self.clock(watch).and_then(Clock::running)
    }

    /// Whether the round in force had begun by then.
    pub fn runs_at(&self, watch: Watch, at: Time) -> bool {
        self.run(watch).and_then(Run::began).is_some_and(|began| began <= at)
    }

    /// The round in force for a watch, by number; 0 if it never ran.
    pub fn epoch(&self, watch: Watch) -> u32 {
        self.clock(watch).map_or(0, |clock| clock.epoch)
    }

    fn sets(&mut self) -> impl Iterator<Item = &mut ClockSet> {
        std::iter::once(&mut self.own).chain(self.absorbed.values_mut())
    }

    pub(super) fn leading_mut(&mut self, watch: Watch) -> &mut ClockSet {
        match self.lead.get(&watch) {
            Some(key) => self.absorbed.get_mut(key).unwrap_or(&mut self.own),
            None => &mut self.own,
        }
    }

    pub(super) fn start(&mut self, watch: Watch, at: Time, terms: &Terms) {
        for set in self.sets() {
            set.clocks.entry(watch).or_default().start(at, terms);
        }
    }

    pub(super) fn stop(&mut self, watch: Watch) {
        for clock in self.sets().filter_map(|set| set.clocks.get_mut(&watch)) {
            clock.stop();
        }
    }

    pub(super) fn backdate(&mut self, watch: Watch, at: Time) {
        let running = self.sets().filter_map(|set| set.clocks.get_mut(&watch)?.run.as_mut());
        running.for_each(|run| run.backdate(at));
    }

    pub(super) fn resume(&mut self, watch: Watch, at: Time) {
        for clock in self.sets().filter_map(|set| set.clocks.get_mut(&watch)) {
            clock.resume(at);
        }
    }

    pub(super) fn change(&mut self, at: Time, terms: (&Terms, &Terms), change: ClockChange) {
        for clock in self.sets().flat_map(|set| set.clocks.values_mut()) {
            clock.change(at, terms, change);
        }
    }

    pub(super) fn anew(&mut self, watch: Watch, at: Time) {
        for clock in self.sets().filter_map(|set| set.clocks.get_mut(&watch)) {
            clock.anew(at);
        }
    }

    pub(super) fn pause(&mut self, at: Time, why: PauseReason) {
        for set in self.sets() {
            set.resume_pause(at);
            set.pauses.push(Pause { from: at, to: None, why });
        }
    }

    pub(super) fn unpause(&mut self, at: Time) {
        for set in self.sets() {
            set.resume_pause(at);
        }
    }

    /// The rungs of another priority's ladder say nothing about this one's: of those only what falls due from now on
    /// is told.
    pub(super) fn absorb(&mut self, loser: TicketKey, mut clocks: ClockSet, at: Time, priority: &PriorityId) {
        clocks.resume_pause(at);
        let runs = || clocks.clocks.values().filter_map(Clock::running).flat_map(|run| &run.measures);
        if runs().any(|measure| measure.terms.priority != *priority) {
            clocks.rungs.clear();
            for clock in clocks.clocks.values_mut() {
                clock.epoch = clock.epoch.saturating_add(1);
                clock.run.iter_mut().for_each(|run| run.since = at);
            }
        }
        if let Some(Pause { why, .. }) = self.own.pauses.iter().find(|pause| pause.to.is_none()) {
            clocks.pauses.push(Pause { from: at, to: None, why: *why });
            if *why == PauseReason::Resolved {
                clocks.clocks.values_mut().for_each(Clock::stop);
            }
        }
        self.absorbed.insert(loser, clocks);
    }
}
