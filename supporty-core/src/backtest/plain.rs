use crate::ticket::{Event, TicketEntry};

/// Whether the length of a promise changes nothing on a ticket but when that promise is broken: then everything else
/// happens at every length as it did in this log.
///
/// The length changes who is told when, and so who may acknowledge and read (`tells`: the promise stands on the ladder), and
/// whether a message that was said before something else is still in time. Whatever makes clocks of a ticket other than its
/// own, or measures them otherwise than they began, is not plain either.
pub(super) fn is_plain(log: &[TicketEntry], tells: bool) -> bool {
    // Of what does not depend on the length.
    let mut last = None;
    log.iter().all(|entry| {
        let plain = match &entry.event {
            Event::Warned { .. }
            | Event::Breached { .. }
            | Event::Escalated { .. }
            | Event::Postponed { .. }
            | Event::Paged { .. }
            | Event::Undelivered { .. }
            | Event::Unreached { .. } => return true,
            Event::Opened(opened) => {
                opened.follows.is_none()
                    && opened.message.is_none()
                    && (opened.restricted.is_none() || !tells)
            }
            Event::Acknowledged {}
            | Event::AcknowledgementLapsed { .. }
            | Event::Restricted { .. }
            | Event::Unrestricted {} => !tells,
            Event::Replied { message } => message.said_at <= entry.at && Some(message.said_at) >= last,
            Event::Claimed {}
            | Event::Assigned { .. }
            | Event::HandedOff { .. }
            | Event::Released { .. }
            | Event::TakenOver { .. }
            | Event::Noted { .. }
            | Event::Edited { .. }
            | Event::Withdrawn { .. }
            | Event::Classified { .. }
            | Event::Identified {}
            | Event::Mitigated {}
            | Event::Waited { .. }
            | Event::Nudged { .. }
            | Event::Resumed { .. }
            | Event::Resolved { .. }
            | Event::Closed { .. }
            | Event::Rated { .. }
            | Event::EscalatedByHand { .. }
            | Event::TargetMet { .. }
            | Event::TargetCancelled { .. }
            | Event::Amended { .. }
            | Event::ChangeLinked { .. }
            | Event::IssueAsked { .. }
            | Event::Commented { .. }
            | Event::Blamed { .. }
            | Event::Absolved { .. }
            | Event::FixDeployed { .. }
            | Event::FixReverted { .. }
            | Event::Signalled { .. }
            | Event::PostMortemAsked { .. }
            | Event::PostMortemOverdue { .. }
            | Event::PostMortemWritten { .. }
            | Event::Prompted { .. }
            | Event::Erased { .. }
            | Event::Placed { .. } => true,
            Event::Reprioritised { .. }
            | Event::Moved { .. }
            | Event::KindChanged { .. }
            | Event::Replanned { .. }
            | Event::Reopened { .. }
            | Event::FollowedUp { .. }
            | Event::Merged { .. }
            | Event::Absorbed { .. }
            | Event::Unmerged { .. }
            | Event::GaveBack { .. }
            | Event::Attached { .. }
            | Event::Detached { .. }
            | Event::Gathered { .. }
            | Event::LetGo { .. }
            | Event::Heard { .. } => false,
        };
        last = Some(entry.at);
        plain
    })
}
