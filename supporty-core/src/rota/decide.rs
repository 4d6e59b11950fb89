use super::{
    Away, CallOut, CallOutState, Change, Command, Duty, Event, Handoff, Plan, RotaState, Swap, SwapState,
};
use crate::policy::{Policy, Standing};
use crate::vocab::{Actor, Period, Permission, PersonId, Time};

/// What a rota's rules may look at beside its state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: Time,
    /// Who asks.
    pub by: &'a Actor,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The rota's turns.
    pub plan: &'a Plan,
}

/// Why a command to a rota was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The policy has no such rota.
    #[error("there is no such rota")]
    NoSuchRota,
    /// Only engineers arrange who is on.
    #[error("only engineers of the policy arrange who is on")]
    NotAnEngineer,
    /// The policy leaves it to others.
    #[error("who is on is changed by {0}: ask one of them")]
    NotPermitted(String),
    /// Only the person themselves, or whoever leads the rota's squad.
    #[error("only {0} or the squad's lead can do that")]
    NotYours(PersonId),
    /// Only whoever leads the rota's squad, and not for themselves.
    #[error("only the squad's lead can do that, and not for themselves")]
    NotTheLead,
    /// A period without an instant.
    #[error("the end comes before the beginning, or with it")]
    Empty,
    /// It is over.
    #[error("that is over: what was, was")]
    Over,
    /// Longer than two years, or further away than that.
    #[error("that is too long or too far away: at most two years from now")]
    TooFar,
    /// Nobody by that name.
    #[error("{0} is not an engineer of the policy")]
    NobodyCalled(PersonId),
    /// They can not be on then.
    #[error("{person} is away from {period}: say first that they are back")]
    IsAway {
        /// Who.
        person: PersonId,
        /// When.
        period: Period,
    },
    /// They are not on in that period.
    #[error("{0} is not on in that period, so there is nothing to swap")]
    NotOn(PersonId),
    /// They are on already.
    #[error("{0} is on already in a part of that period, and nobody can be on twice")]
    OnAlready(PersonId),
    /// One's own swap, or with oneself.
    #[error("that would be a swap with oneself")]
    Oneself,
    /// What is given in return lies in what is taken.
    #[error(
        "what you give in return must lie outside the period that you take over: name only your own shifts"
    )]
    SamePeriod,
    /// It is not over.
    #[error("that is not over yet: say so when it is")]
    NotOver,
    /// It was offered to somebody else.
    #[error("that was offered to {0}")]
    OfferedTo(PersonId),
    /// It was proposed before.
    #[error("that call-out was proposed already")]
    ProposedAlready,
    /// What was asked about is not there.
    #[error("there is no such entry any more: somebody took it, undid it, or it came too late")]
    Gone,
}

/// What a command does to a rota.
pub fn decide(state: &RotaState, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let rules = Rules { state, context };
    if *command == Command::Tick {
        return Ok(rules.looked_at());
    }
    rules.engineer()?;
    let paid = matches!(
        command,
        Command::ProposeCallOut { .. }
            | Command::ConfirmCallOut { .. }
            | Command::ApproveCallOut { .. }
            | Command::RefuseCallOut { .. }
    );
    if !paid {
        rules.arranges()?;
    }
    let event = match command.clone() {
        Command::Arrange { period, change, why } => {
            rules.ahead(period)?;
            rules.may_change(&change, period)?;
            Event::Arranged { period, change, why }
        }
        Command::Withdraw { arranged } => {
            let all = state.arranged.get(&arranged).ok_or(Refusal::Gone)?;
            if all.iter().all(|one| one.period.until <= context.now) {
                return Err(Refusal::Over);
            }
            Event::Withdrawn { arranged }
        }
        Command::AskSwap { person, period, with, why } => {
            rules.ahead(period)?;
            rules.own(&person)?;
            let begins = rules.on_within(&person, period).first().map(|on| on.from);
            let expires = begins.ok_or_else(|| Refusal::NotOn(person.clone()))?;
            if expires <= context.now {
                return Err(Refusal::Over);
            }
            with.iter().try_for_each(|with| rules.known(with))?;
            if with.as_ref() == Some(&person) {
                return Err(Refusal::Oneself);
            }
            Event::SwapAsked { person, period, with, expires, why }
        }
        Command::TakeSwap { swap, in_return } => rules.take(swap, in_return)?,
        Command::CancelSwap { swap } => {
            let asked = rules.asked(swap)?;
            rules.own(&asked.person)?;
            Event::SwapCancelled { swap }
        }
        Command::BeAway { person, period, reason, why } => {
            rules.ahead(period)?;
            rules.known(&person)?;
            Event::WentAway { person, period, reason, why }
        }
        Command::ComeBack { away } => {
            let Away { period, .. } = state.away.get(&away).ok_or(Refusal::Gone)?;
            if period.until <= context.now {
                return Err(Refusal::Over);
            }
            Event::CameBack { away, at: context.now.max(period.from) }
        }
        Command::SetFallback { people } => {
            people.iter().try_for_each(|person| rules.known(person))?;
            Event::FallbackSet { people }
        }
        Command::DeclareGap { period, why } => {
            rules.ahead(period)?;
            Event::GapDeclared { period, why }
        }
        Command::ReclaimGap { gap } => {
            let declared = state.declared.get(&gap).ok_or(Refusal::Gone)?;
            if declared.period.until <= context.now {
                return Err(Refusal::Over);
            }
            Event::GapReclaimed { gap }
        }
        Command::ProposeCallOut { person, ticket, period } => {
            rules.known(&person)?;
            rules.over(period)?;
            let known = |one: &CallOut| {
                one.person == person && one.ticket == ticket && one.period.from == period.from
            };
            if state.call_outs.values().any(known) {
                return Err(Refusal::ProposedAlready);
            }
            Event::CallOutProposed { person, ticket, period }
        }
        Command::ConfirmCallOut { call_out, period } => {
            let known = rules.call_out(call_out, CallOutState::Proposed)?;
            if context.by.person() != Some(&known.person) {
                return Err(Refusal::NotYours(known.person.clone()));
            }
            let period = period.unwrap_or(known.period);
            rules.over(period)?;
            Event::CallOutConfirmed { call_out, period }
        }
        Command::ApproveCallOut { call_out } => {
            let known = rules.call_out(call_out, CallOutState::Confirmed)?;
            rules.lead_of(&known.person)?;
            Event::CallOutApproved { call_out }
        }
        Command::RefuseCallOut { call_out } => {
            let known = state.call_outs.get(&call_out).ok_or(Refusal::Gone)?;
            if matches!(known.state, CallOutState::Approved | CallOutState::Refused) {
                return Err(Refusal::Gone);
            }
            if context.by.person() != Some(&known.person) {
                rules.lead_of(&known.person)?;
            }
            Event::CallOutRefused { call_out }
        }
        Command::Tick => return Ok(Vec::new()),
    };
    let mut events = rules.due();
    events.push(event);
    Ok(events)
}

/// When a rota is to be looked at again: when the next swap is too late, or at the next handoff.
///
/// A rota on which nobody comes on for long is looked at from time to time.
pub fn next_deadline(state: &RotaState, plan: &Plan) -> Option<Time> {
    let asked = state.swaps.values().filter(|swap| swap.state == SwapState::Asked);
    let handoff = state.duty.iter().map(|duty| duty.next(plan, state));
    asked.map(|swap| swap.expires).chain(handoff).min()
}

struct Rules<'a> {
    state: &'a RotaState,
    context: &'a Context<'a>,
}

impl<'a> Rules<'a> {
    fn engineer(&self) -> Result<(), Refusal> {
        let by = self.context.by;
        let known = by.person().is_some_and(|person| self.context.policy.is_engineer(person));
        if known || *by == Actor::Desk { Ok(()) } else { Err(Refusal::NotAnEngineer) }
    }

    fn arranges(&self) -> Result<(), Refusal> {
        let (policy, by) = (self.context.policy, self.context.by);
        let standing = Standing { squad: self.context.plan.rota().squad.as_ref(), ..Standing::default() };
        if policy.may(Permission::Arrange, by, standing, self.context.now) {
            return Ok(());
        }
        let granted = policy.granted(Permission::Arrange).into_iter().flatten();
        let granted: Vec<_> = granted.map(ToString::to_string).collect();
        Err(Refusal::NotPermitted(granted.join(", ")))
    }

    fn known(&self, person: &PersonId) -> Result<(), Refusal> {
        if self.context.policy.is_engineer(person) {
            Ok(())
        } else {
            Err(Refusal::NobodyCalled(person.clone()))
        }
    }

    fn lead(&self) -> Option<&PersonId> {
        let squad = self.context.plan.rota().squad.as_ref()?;
        self.context.policy.spec().squads.get(squad)?.lead.as_ref()
    }

    fn own(&self, person: &PersonId) -> Result<(), Refusal> {
        let by = self.context.by.person();
        if by == Some(person) || by.is_some() && by == self.lead() {
            return Ok(());
        }
        Err(Refusal::NotYours(person.clone()))
    }

    /// Nobody approves what they are paid themselves. A squad without a lead has any engineer do it.
    fn lead_of(&self, person: &PersonId) -> Result<(), Refusal> {
        let by = self.context.by.person();
        let leads = self.lead().is_none_or(|lead| by == Some(lead));
        if leads && by != Some(person) { Ok(()) } else { Err(Refusal::NotTheLead) }
    }

    fn bounded(&self, period: Period) -> Result<(), Refusal> {
        if period.is_empty() {
            return Err(Refusal::Empty);
        }
        let furthest = self.context.now + chrono::TimeDelta::days(2 * 366);
        let longest = chrono::TimeDelta::days(2 * 366);
        if period.until > furthest || period.length() > longest { Err(Refusal::TooFar) } else { Ok(()) }
    }

    fn ahead(&self, period: Period) -> Result<(), Refusal> {
        self.bounded(period)?;
        if period.until <= self.context.now { Err(Refusal::Over) } else { Ok(()) }
    }

    /// What somebody did has an end.
    fn over(&self, period: Period) -> Result<(), Refusal> {
        self.bounded(period)?;
        if period.until > self.context.now { Err(Refusal::NotOver) } else { Ok(()) }
    }

    fn here(&self, person: &PersonId, period: Period) -> Result<(), Refusal> {
        let away = self.state.away.values().filter(|away| away.person == *person);
        match away.map(|away| away.period).find(|away| away.overlap(&period).is_some()) {
            Some(period) => Err(Refusal::IsAway { person: person.clone(), period }),
            None => Ok(()),
        }
    }

    fn may_change(&self, change: &Change, period: Period) -> Result<(), Refusal> {
        let comes: Vec<&PersonId> = match change {
            Change::Add(person) => vec![person],
            Change::Remove(person) => return self.known(person),
            Change::Replace { person, with } if person == with => return Err(Refusal::Oneself),
            Change::Replace { with, .. } => vec![with],
            Change::Only(people) => people.iter().collect(),
        };
        comes.iter().try_for_each(|person| {
            self.known(person)?;
            self.here(person, period)
        })
    }

    /// When somebody is on within a period.
    fn on_within(&self, person: &PersonId, period: Period) -> Vec<Period> {
        let schedule = self.context.plan.schedule(self.state, period);
        let theirs = schedule.segments().iter();
        let theirs = theirs.filter(|segment| segment.on.iter().any(|on| on.person == *person));
        theirs.map(|segment| segment.period).collect()
    }

    fn asked(&self, swap: u64) -> Result<&'a Swap, Refusal> {
        let waits = |swap: &&Swap| swap.state == SwapState::Asked && swap.expires > self.context.now;
        self.state.swaps.get(&swap).filter(waits).ok_or(Refusal::Gone)
    }

    fn take(&self, swap: u64, in_return: Option<Period>) -> Result<Event, Refusal> {
        let asked = self.asked(swap)?;
        let by = self.context.by.person().ok_or(Refusal::NotAnEngineer)?;
        if *by == asked.person {
            return Err(Refusal::Oneself);
        }
        if let Some(with) = asked.with.as_ref().filter(|with| *with != by) {
            return Err(Refusal::OfferedTo(with.clone()));
        }
        self.moves(&asked.person, by, asked.period)?;
        if let Some(given) = in_return {
            self.bounded(given)?;
            // One after the other, the second would give back what the first has moved.
            if given.overlap(&asked.period).is_some() {
                return Err(Refusal::SamePeriod);
            }
            self.moves(by, &asked.person, given)?;
            if self.on_within(by, given).first().is_some_and(|first| first.from <= self.context.now) {
                return Err(Refusal::Over);
            }
        }
        Ok(Event::SwapTaken { swap, by: by.clone(), in_return })
    }

    /// Whether somebody's shifts of a period can become somebody else's.
    fn moves(&self, from: &PersonId, to: &PersonId, period: Period) -> Result<(), Refusal> {
        let shifts = self.on_within(from, period);
        if shifts.is_empty() {
            return Err(Refusal::NotOn(from.clone()));
        }
        shifts.iter().try_for_each(|shift| self.here(to, *shift))?;
        let both = |on: &Period| shifts.iter().any(|shift| shift.overlap(on).is_some());
        match self.on_within(to, period).iter().any(both) {
            true => Err(Refusal::OnAlready(to.clone())),
            false => Ok(()),
        }
    }

    fn call_out(&self, call_out: u64, state: CallOutState) -> Result<&'a CallOut, Refusal> {
        self.state.call_outs.get(&call_out).filter(|known| known.state == state).ok_or(Refusal::Gone)
    }

    /// What time does on its own. A rota that the desk did not look after is looked after from now on.
    fn looked_at(&self) -> Vec<Event> {
        let mut events = self.due();
        let now = self.state.at.map_or(self.context.now, |last| self.context.now.max(last));
        let handed_over = events.iter().any(|event| matches!(event, Event::HandedOver { .. }));
        if !handed_over && self.state.duty.as_ref().is_none_or(|duty| duty.is_old(now)) {
            events.push(Event::LookedAfter { on: Duty::at(self.context.plan, self.state, now) });
        }
        events
    }

    fn due(&self) -> Vec<Event> {
        let mut events = self.expired();
        let Context { now, plan, .. } = *self.context;
        let duty = self.state.duty.as_ref().filter(|duty| duty.since <= now);
        if let Some((handoff, missed)) = duty.and_then(|duty| duty.missed(plan, self.state, now)) {
            let Handoff { at, from, to, on } = handoff;
            events.push(Event::HandedOver { due: at, from, to, on, missed });
        }
        events
    }

    fn expired(&self) -> Vec<Event> {
        let asked = self.state.swaps.iter().filter(|(_, swap)| swap.state == SwapState::Asked);
        let late = asked.filter(|(_, swap)| swap.expires <= self.context.now);
        late.map(|(entry, swap)| Event::SwapExpired { swap: *entry, due: swap.expires }).collect()
    }
}
