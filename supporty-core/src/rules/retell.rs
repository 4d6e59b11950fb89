use crate::ticket::{
    CloseReason, Command, Event, FollowUp, Open, Opened, Reopening, Resumption, TicketEntry,
};
use crate::vocab::Actor;

/// The command behind an entry, for every event that a person or an adapter caused; derived events have none.
///
/// Retelling a log under the policy that it was written under yields the same log, which is what a backtest rests on.
pub fn retell(entry: &TicketEntry) -> Option<Command> {
    // What the desk assigned follows from who had room, as what time did follows from deadlines.
    let routed = matches!(entry.event, Event::Assigned { .. });
    let derived = entry.by == Actor::Desk && (routed || entry.cause == crate::stream::Cause::Timer);
    if derived {
        return None;
    }
    Some(match entry.event.clone() {
        Event::Opened(opened) => opening(*opened, &entry.by),
        Event::Claimed {} => Command::Claim,
        Event::Assigned { to } => Command::Assign { to },
        Event::HandedOff { to, note } => Command::HandOff { to, note },
        Event::Released { .. } => Command::Release,
        Event::TakenOver { .. } => Command::TakeOver,
        Event::Acknowledged {} => Command::Acknowledge,
        Event::Replied { message } => Command::Reply { message },
        Event::Noted { message } => Command::Note { message },
        Event::Edited { message } => Command::Edit { message },
        Event::Withdrawn { message } => Command::Withdraw { message },
        Event::Reprioritised { to, why, .. } => Command::Reprioritise { to, why },
        Event::Moved { to, .. } => Command::Move { to },
        Event::KindChanged { to, .. } => Command::ChangeKind { to },
        Event::Classified { upkeep, investment } => Command::Classify { upkeep, investment },
        Event::Replanned { to, .. } => Command::Replan { to },
        Event::Identified {} => Command::Identify,
        Event::Mitigated {} => Command::Mitigate,
        Event::Waited { on, until, why } => Command::Wait { on, until, why },
        Event::Resumed { because: Resumption::Asked, .. } => Command::Resume,
        Event::Resolved { resolution, note, .. } => Command::Resolve { resolution, note },
        Event::Closed { because: CloseReason::Confirmed, .. } => Command::Confirm,
        Event::Reopened { because: Reopening::Asked, why, .. } => Command::Reopen { why },
        Event::Merged { into } => Command::Merge { into },
        Event::Unmerged { .. } => Command::Unmerge,
        Event::Rated { stars } => Command::Rate { stars },
        Event::EscalatedByHand { why, .. } => Command::Escalate { why },
        Event::Erased { whose, texts, because } => Command::Erase { whose, texts, because },
        Event::Undelivered { person, adapter } => Command::Undelivered { person, adapter },
        Event::Placed { place, private } => Command::Place { place, private },
        Event::Restricted { readers } => Command::Restrict { readers },
        Event::Unrestricted {} => Command::Unrestrict,
        Event::Attached { to } => Command::Attach { to },
        Event::Detached { .. } => Command::Detach,
        Event::ChangeLinked { bond, change, .. } => Command::Link { bond, change: *change },
        Event::IssueAsked { .. } => Command::OpenIssue,
        Event::Commented { on, message } => Command::Comment { on, message },
        Event::Blamed { service, deployment } => Command::Blame { service, deployment },
        Event::Absolved { service, deployment } => Command::Absolve { service, deployment },
        Event::FixDeployed { service, deployment, changes, at } => {
            Command::Deployed { service, deployment, changes, at }
        }
        Event::FixReverted { change, at } => Command::Revert { change, at },
        Event::Signalled { alerts, names, of, unfollowed, .. } => {
            Command::Signal { alerts, names, of, unfollowed }
        }
        Event::PostMortemWritten { text } => Command::WritePostMortem { text },
        Event::Resumed { .. }
        | Event::Closed { .. }
        | Event::Reopened { .. }
        | Event::FollowedUp { .. }
        | Event::Absorbed { .. }
        | Event::GaveBack { .. }
        | Event::AcknowledgementLapsed { .. }
        | Event::Nudged { .. }
        | Event::Escalated { .. }
        | Event::Postponed { .. }
        | Event::Warned { .. }
        | Event::TargetMet { .. }
        | Event::TargetCancelled { .. }
        | Event::Breached { .. }
        | Event::Amended { .. }
        | Event::Gathered { .. }
        | Event::LetGo { .. }
        | Event::Heard { .. }
        | Event::PostMortemAsked { .. }
        | Event::PostMortemOverdue { .. }
        | Event::Prompted { .. }
        | Event::Paged { .. }
        | Event::Unreached { .. } => return None,
    })
}

fn opening(opened: Opened, by: &Actor) -> Command {
    if let Opened { follows: Some(of), message: Some(message), .. } = opened {
        return Command::FollowUp(FollowUp { of, message });
    }
    let Opened { title, details, requester, work, priority, area, fields, drill, .. } = opened;
    let on_behalf = Some(requester).filter(|requester| requester != by);
    let restricted = opened.restricted.is_some();
    let open = Open { title, details, kind: work, priority, area, on_behalf, fields, restricted, drill };
    match opened.raised {
        Some(by) => Command::Raise { open, by },
        None => Command::Open(open),
    }
}
