use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::alerts::is_zero;
use super::{
    Alerts, CloseReason, Erasure, Escalated, Heard, Message, Opened, Paged, Reopening, Resumption, Signal,
    Taken,
};
use crate::stream::events;
use crate::vocab::{
    Actor, AdapterName, AlertId, AreaId, Bond, Change, ChangeId, ChangeState, ClockChange, DeploymentId,
    Investment, Kind, MessageId, PersonId, Place, PolicyVersion, PriorityId, ReopenMode, Repository,
    Resolution, ServiceId, SquadId, Stars, Target, TextRef, TicketKey, Time, Told, Upkeep, WaitingOn,
    Warning, Watch,
};

pub(crate) fn on_time(late_by: &u32) -> bool {
    *late_by == 0
}

events! {
    /// What happened to a ticket. Whoever did it, and when it was seen, is in the entry.
    ///
    /// Whatever depended on the policy was decided before the event was written, so that replaying needs none.
    Event

    /// The ticket was opened.
    Opened "opened" (Box<Opened>)
    /// Somebody took it.
    Claimed "claimed" {}
    /// Somebody gave it to somebody.
    Assigned "assigned" {
        /// The new owner.
        to: PersonId,
    }
    /// The owner gave it to somebody.
    HandedOff "handed-off" {
        /// The new owner.
        to: PersonId,
        /// What they should know.
        note: Option<TextRef>,
    }
    /// The owner, or somebody for them, gave it up.
    Released "released" {
        /// Who owned it.
        from: PersonId,
    }
    /// Somebody took it from a silent owner.
    TakenOver "taken-over" {
        /// Who owned it.
        from: PersonId,
    }
    /// Somebody who was told is looking at it.
    Acknowledged "acknowledged" {}
    /// Nothing followed the acknowledgement, so that it counts no longer.
    AcknowledgementLapsed "acknowledgement-lapsed" {
        /// When it lapsed.
        due: Time,
    }
    /// A message in the thread.
    Replied "replied" {
        /// The message.
        message: Message,
    }
    /// A message that the requester does not see.
    Noted "noted" {
        /// The message.
        message: Message,
    }
    /// A message in the thread was changed on its platform. What it kept stays kept, and nothing is kept anew.
    Edited "edited" {
        /// The message as it is now.
        message: Message,
    }
    /// A message in the thread was deleted on its platform. What it kept stays kept: it was said.
    Withdrawn "withdrawn" {
        /// Which.
        message: MessageId,
    }
    /// The priority changed.
    Reprioritised "reprioritised" {
        /// The old priority.
        from: PriorityId,
        /// The new priority.
        to: PriorityId,
        /// What that did to the clocks.
        clocks: ClockChange,
        /// Why.
        why: Option<TextRef>,
    }
    /// It belongs to another area.
    Moved "moved" {
        /// The old area.
        from: Option<AreaId>,
        /// The new area.
        to: AreaId,
        /// The squad that owns the new area.
        squad: Option<SquadId>,
        /// What that did to the clocks.
        clocks: ClockChange,
        /// Only its readers know what it is about from now on, as of everything in that area.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        restricts: bool,
    }
    /// It is another kind of work.
    KindChanged "kind-changed" {
        /// The old kind.
        from: Kind,
        /// The new kind.
        to: Kind,
        /// What that did to the clocks.
        clocks: ClockChange,
    }
    /// It is known what kind of gardening it is.
    Classified "classified" {
        /// What is looked after.
        upkeep: Upkeep,
        /// What it is an investment in.
        investment: Investment,
    }
    /// Another policy measures it from now on.
    Replanned "replanned" {
        /// The policy until then.
        from: PolicyVersion,
        /// The policy from now on.
        to: PolicyVersion,
        /// What begins a new round, because another promise or another ladder looks at it.
        anew: BTreeSet<Watch>,
    }
    /// The cause is known.
    Identified "identified" {}
    /// Service is back.
    Mitigated "mitigated" {}
    /// It waits for somebody else.
    Waited "waited" {
        /// For whom.
        on: WaitingOn,
        /// Until when.
        until: Time,
        /// Why.
        why: Option<TextRef>,
    }
    /// A silent requester was reminded.
    Nudged "nudged" {
        /// When that was due.
        due: Time,
    }
    /// The wait is over.
    Resumed "resumed" {
        /// Why.
        because: Resumption,
        /// When it was due, where its time was up.
        due: Option<Time>,
    }
    /// It is done.
    Resolved "resolved" {
        /// How it ended.
        resolution: Resolution,
        /// What the requester should know.
        note: Option<TextRef>,
        /// When it was due, where nobody resolved it but time.
        due: Option<Time>,
    }
    /// It is over for good.
    Closed "closed" {
        /// Why.
        because: CloseReason,
        /// When the reopening window ended, where that was why.
        due: Option<Time>,
    }
    /// It was not done.
    Reopened "reopened" {
        /// What that does to the resolve clock.
        mode: ReopenMode,
        /// Why it could be.
        because: Reopening,
        /// Why.
        why: Option<TextRef>,
    }
    /// A follow-up goes on from here.
    FollowedUp "followed-up" {
        /// The follow-up.
        by: TicketKey,
    }
    /// Another ticket goes on for it.
    Merged "merged" {
        /// The survivor.
        into: TicketKey,
    }
    /// It goes on for another ticket too.
    Absorbed "absorbed" {
        /// The merged ticket.
        loser: TicketKey,
        /// What it brings: its own, and what it had taken in itself.
        taken: Vec<Taken>,
        /// Whose clock is in force from now on, where it is not this ticket's own.
        lead: Vec<(Watch, TicketKey)>,
    }
    /// It goes on by itself again.
    Unmerged "unmerged" {
        /// Who had survived it.
        from: TicketKey,
        /// What was told meanwhile of its alerts, and of those of tickets merged into it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        alerts: BTreeMap<TicketKey, Alerts>,
        /// Whether the last one that fired was over meanwhile.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        over: bool,
        /// What was told meanwhile of its issues.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        issues: Vec<Change>,
    }
    /// It goes on without the other again.
    GaveBack "gave-back" {
        /// The ticket that goes on by itself.
        loser: TicketKey,
        /// Everything that goes with it.
        given: Vec<TicketKey>,
        /// Whose clock is in force from now on, where it is not this ticket's own.
        lead: Vec<(Watch, TicketKey)>,
        /// Whether the last alerts that fired go with it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        over: bool,
    }
    /// The requester rated it.
    Rated "rated" {
        /// How much.
        stars: Stars,
    }
    /// A rung of the ladder fired.
    Escalated "escalated" (Box<Escalated>)
    /// Somebody fired the ladder's next rung by hand.
    EscalatedByHand "escalated-by-hand" {
        /// The rung whose audience was told.
        rung: Option<u8>,
        /// Who was told, and as what.
        told: Vec<Told>,
        /// Why.
        why: Option<TextRef>,
    }
    /// A rung fell into quiet hours and was moved.
    Postponed "postponed" {
        /// Which one, from 0.
        rung: u8,
        /// What it watches.
        watch: Watch,
        /// The round of what it watches.
        epoch: u32,
        /// When it was due.
        due: Time,
        /// When it will fire.
        until: Time,
    }
    /// A part of a promise is used up.
    Warned "warned" {
        /// Which promise.
        target: Target,
        /// The round of its clock.
        epoch: u32,
        /// Which warning.
        warning: Warning,
        /// When the warning was due.
        due: Time,
        /// The deadline that it warns of.
        deadline: Time,
    }
    /// A promise was kept, or kept late.
    TargetMet "target-met" {
        /// Which promise.
        target: Target,
        /// The round of its clock.
        epoch: u32,
        /// Its deadline, unless the clock stood still without one.
        #[serde(default, deserialize_with = "crate::vocab::maybe")]
        due: Option<Time>,
        /// When it was met.
        #[serde(deserialize_with = "crate::vocab::instant")]
        at: Time,
    }
    /// A promise no longer applies.
    TargetCancelled "target-cancelled" {
        /// Which promise.
        target: Target,
        /// The round of its clock.
        epoch: u32,
    }
    /// A promise was broken.
    Breached "breached" {
        /// Which promise.
        target: Target,
        /// The round of its clock.
        epoch: u32,
        /// Its deadline.
        due: Time,
        /// A change put the deadline into the past: counted apart.
        on_change: bool,
    }
    /// A late fact kept a promise earlier than was recorded, and may undo a broken one.
    Amended "amended" {
        /// Which promise.
        target: Target,
        /// The round of its clock.
        epoch: u32,
        /// Its deadline.
        due: Time,
        /// When it had been met.
        at: Time,
    }
    /// Only its readers know what it is about from now on.
    Restricted "restricted" {
        /// Who may read it beside those who have a part in it.
        readers: BTreeSet<PersonId>,
    }
    /// Everybody knows again.
    Unrestricted "unrestricted" {}
    /// It is a report of an incident.
    Attached "attached" {
        /// The incident.
        to: TicketKey,
    }
    /// It is no report of that incident any more.
    Detached "detached" {
        /// The incident.
        from: TicketKey,
    }
    /// It gathers a report.
    Gathered "gathered" {
        /// The report.
        report: TicketKey,
    }
    /// It gathers a report no more.
    LetGo "let-go" {
        /// The report.
        report: TicketKey,
    }
    /// Something happened on the incident that it is a report of.
    Heard "heard" {
        /// The incident.
        incident: TicketKey,
        /// The incident's entry.
        seq: u64,
        /// Who did it.
        by: Actor,
        /// What.
        what: Heard,
    }
    /// A change of code has to do with it, has got further, or has nothing to do with it any more.
    ChangeLinked "change-linked" {
        /// What it is to the ticket.
        bond: Bond,
        /// What it was until then, where it was linked.
        was: Option<Bond>,
        /// How far it was until then, as far as that was known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<ChangeState>,
        /// The change as it was told.
        change: Box<Change>,
    }
    /// Somebody wants an issue for it on a code host.
    IssueAsked "issue-asked" {
        /// Where.
        repository: Repository,
    }
    /// Somebody wrote below the issue that was opened for it.
    Commented "commented" {
        /// The issue.
        on: ChangeId,
        /// What they wrote.
        message: Message,
    }
    /// A deployment caused it.
    Blamed "blamed" {
        /// Of which service.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    }
    /// A deployment did not cause it after all.
    Absolved "absolved" {
        /// Of which service.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    }
    /// What is meant to solve it was deployed.
    FixDeployed "fix-deployed" {
        /// To which service.
        service: ServiceId,
        /// By which deployment.
        deployment: DeploymentId,
        /// What.
        changes: BTreeSet<ChangeId>,
        /// When.
        at: Time,
    }
    /// What is meant to solve it was taken out of the code again.
    FixReverted "fix-reverted" {
        /// What.
        change: ChangeId,
        /// When.
        at: Time,
    }
    /// Alerts that have to do with it fire, or are over.
    Signalled "signalled" {
        /// How each stands that stood otherwise before.
        alerts: BTreeMap<AlertId, Signal>,
        /// How many fire that did not before.
        fire: u32,
        /// Whether that was the last one that fired.
        over: bool,
        /// What the first few are called that fire.
        names: Option<TextRef>,
        /// The merged ticket for whose group they were told, where it is not this ticket's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<TicketKey>,
        /// How many more of that group fire than are followed.
        #[serde(default, skip_serializing_if = "is_zero")]
        unfollowed: u32,
    }
    /// Somebody should write down what was learnt.
    PostMortemAsked "post-mortem-asked" {
        /// Until when.
        due: Time,
    }
    /// Nobody has written it in time.
    PostMortemOverdue "post-mortem-overdue" {
        /// When it was due.
        due: Time,
    }
    /// Somebody wrote down what was learnt.
    PostMortemWritten "post-mortem-written" {
        /// The words.
        text: TextRef,
    }
    /// A line of the game day's script was said.
    Prompted "prompted" {
        /// Which, from 0.
        line: u16,
        /// When it was due.
        due: Time,
    }
    /// Words were deleted. What happened stays, and so does every figure.
    Erased "erased" {
        /// Whose; everybody's, unless it is said.
        whose: Option<PersonId>,
        /// How many texts.
        texts: u32,
        /// Why.
        because: Erasure,
    }
    /// A way to wake somebody came to nothing.
    Undelivered "undelivered" {
        /// Who.
        person: PersonId,
        /// Which way.
        adapter: AdapterName,
    }
    /// Somebody is being woken.
    Paged "paged" (Box<Paged>)
    /// Somebody could not be woken by any way: whoever comes next on the ladder is told.
    Unreached "unreached" {
        /// Who.
        person: PersonId,
        /// The rung whose audience was told instead, if there is one.
        rung: Option<u8>,
        /// Who was told, and as what.
        told: Vec<Told>,
    }
    /// Its thread stands there.
    Placed "placed" {
        /// The thread's root.
        place: Place,
        /// Whether that is where restricted tickets stand.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        private: bool,
    }
}
