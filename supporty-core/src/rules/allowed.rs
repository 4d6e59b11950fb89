use super::matrix::by_status;
use crate::policy::Policy;
use crate::ticket::{CommandKind, Ticket};
use crate::vocab::{Actor, Kind, Target, Watch};

/// What that person can sensibly ask of the ticket: the buttons to draw. What a button does is still decided when it
/// is pressed.
pub fn allowed(ticket: &Ticket, policy: &Policy, by: &Actor) -> Vec<CommandKind> {
    use CommandKind as C;
    let Some(person) = by.person() else { return Vec::new() };
    let engineer = policy.is_engineer(person);
    let (owner, asks) = (ticket.owner(), ticket.is_requester(by));
    let pending = |target| ticket.clocks.run(Watch::from(target)).is_some();
    let sensible = |kind: &C| match kind {
        C::Claim => engineer && owner.is_none(),
        C::Assign => engineer && owner != Some(person),
        C::HandOff => owner == Some(person),
        C::Release => engineer && owner.is_some(),
        C::TakeOver => engineer && owner.is_some_and(|owner| owner != person),
        C::Acknowledge => {
            let told = ticket.told_channel || ticket.told.contains(person) || owner == Some(person);
            engineer && told && ticket.acknowledged.is_none() && pending(Target::Acknowledge)
        }
        C::Note => engineer,
        C::Classify => engineer && ticket.kind == Kind::Gardening,
        C::Replan => engineer && ticket.policy() != Some(policy.version()),
        C::Identify => engineer && ticket.identified.is_none(),
        C::Mitigate => engineer && ticket.mitigated.is_none(),
        C::Confirm => asks,
        C::Rate => asks && ticket.status.resolution().is_some_and(|resolution| resolution.counts()),
        _ => true,
    };
    by_status(ticket.status.kind()).into_iter().filter(sensible).collect()
}
