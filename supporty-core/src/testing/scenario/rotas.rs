//! Who is on in a story: by the policy's rotas, and by what people arrange in it.

use super::{Scenario, clock};
use crate::rota::{Command, Reason};
use crate::vocab::{Actor, Period, PersonId, RotaId, SquadId};

/// What is arranged.
impl Scenario {
    /// Somebody takes over another's shifts of a period: the one asks, and the other takes them.
    #[track_caller]
    #[must_use]
    pub fn swaps(self, who: &str, with: &str, rota: &str, from: &str, until: &str) -> Self {
        let period = self.period(from, until);
        let ask = Command::AskSwap { person: who.into(), period, with: Some(with.into()), why: None };
        let (asked, swap) = self.arranged(who, rota, &ask);
        asked.arranged(with, rota, &Command::TakeSwap { swap, in_return: None }).0
    }

    /// Somebody can not be on.
    #[track_caller]
    #[must_use]
    pub fn away(self, who: &str, rota: &str, from: &str, until: &str) -> Self {
        let period = self.period(from, until);
        self.arranges(
            who,
            rota,
            Command::BeAway { person: who.into(), period, reason: Reason::TimeOff, why: None },
        )
    }

    /// Somebody arranges anything on a rota, and the story needs it to be done.
    #[track_caller]
    #[must_use]
    pub fn arranges(self, who: &str, rota: &str, command: Command) -> Self {
        self.arranged(who, rota, &command).0
    }

    #[track_caller]
    fn arranged(mut self, who: &str, rota: &str, command: &Command) -> (Self, u64) {
        self = self.step();
        let by = Actor::Person(who.into());
        match self.world.arrange(self.now, &by, &RotaId::new(rota), command) {
            Ok(entry) => (self, entry),
            Err(refusal) => {
                self.fail(&format!("{who} arranged something on {rota}, and was refused: {refusal}"))
            }
        }
    }

    #[track_caller]
    fn period(&self, from: &str, until: &str) -> Period {
        Period::new(self.moment(from), self.moment(until))
    }
}

/// What is expected of it.
impl Scenario {
    /// These answer for a squad now, and nobody else: its gardener in its hours, whoever is on call outside them. Several
    /// with commas; `nobody`.
    #[track_caller]
    #[must_use]
    pub fn on_call(self, squad: &str, who: &str) -> Self {
        let on = self.world.roster().on_call(&SquadId::new(squad), self.now);
        self.on("on call", squad, who, &on)
    }

    /// That is a squad's gardener now, in its hours or outside them; or `nobody` is.
    #[track_caller]
    #[must_use]
    pub fn gardener(self, squad: &str, who: &str) -> Self {
        let on: Vec<_> = self.world.roster().gardener(&SquadId::new(squad), self.now).into_iter().collect();
        self.on("the gardener", squad, who, &on)
    }

    #[track_caller]
    fn on(self, what: &str, squad: &str, expected: &str, on: &[PersonId]) -> Self {
        if !self.world.policies().current().spec().squads.contains_key(&SquadId::new(squad)) {
            self.fail(&format!("there is no squad {squad}"));
        }
        let mut wanted: Vec<_> =
            expected.split(',').map(str::trim).filter(|name| *name != "nobody").collect();
        let mut known: Vec<_> = on.iter().map(PersonId::as_str).collect();
        wanted.sort_unstable();
        known.sort_unstable();
        if wanted == known {
            return self;
        }
        let known = if known.is_empty() { "nobody".to_owned() } else { known.join(", ") };
        let now = clock::show(self.now, &self.zone);
        self.fail(&format!("expected {what} for {squad} at {now}: {expected}; it is {known}"))
    }
}
