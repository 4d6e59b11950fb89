use super::matrix::by_status;
use super::permission::{may_read, permitted};
use crate::policy::Policy;
use crate::ticket::{CommandKind, Ticket};
use crate::vocab::{Actor, Kind, Target, Watch};

/// What that person can sensibly ask of the ticket: the buttons to draw. What a button does is still decided when it
/// is pressed.
pub fn allowed(ticket: &Ticket, policy: &Policy, by: &Actor) -> Vec<CommandKind> {
    let at = ticket.last_at;
    use CommandKind as C;
    let Some(person) = by.person().filter(|_| may_read(ticket, policy, by, at)) else { return Vec::new() };
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
            let unseen = ticket.acknowledged.is_none() && pending(Target::Acknowledge);
            engineer && told && (unseen || ticket.pages.contains_key(person))
        }
        C::Note => engineer,
        C::Classify => engineer && ticket.kind == Kind::Gardening,
        C::Replan => engineer && ticket.policy() != Some(policy.version()),
        C::Identify => engineer && ticket.identified.is_none(),
        C::Mitigate => engineer && ticket.mitigated.is_none(),
        C::Restrict => {
            (engineer || asks) && ticket.restricted.is_none() && policy.spec().private_channel.is_some()
        }
        C::Unrestrict => engineer && ticket.restricted.is_some() && !in_restricted_area(ticket, policy),
        C::Attach => engineer && ticket.kind != Kind::Incident && ticket.reports_to.is_none(),
        C::Detach => engineer && ticket.reports_to.is_some(),
        C::OpenIssue => {
            let nowhere = ticket.restricted.is_some() || ticket.open_issue().is_some();
            engineer && !nowhere && policy.issues_of(ticket.area.as_ref()).is_some()
        }
        C::WritePostMortem => engineer && ticket.post_mortem.is_some(),
        C::Confirm => asks,
        C::Rate => asks && ticket.status.resolution().is_some_and(|resolution| resolution.counts()),
        _ => true,
    };
    let open = |kind: &C| permitted(ticket, policy, *kind, by, at);
    by_status(ticket.status.kind()).into_iter().filter(sensible).filter(open).collect()
}

fn in_restricted_area(ticket: &Ticket, policy: &Policy) -> bool {
    let area = ticket.area.as_ref().and_then(|area| policy.spec().areas.get(area));
    area.is_some_and(|area| area.restricted)
}
