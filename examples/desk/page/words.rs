use maud::{Markup, html};
use supporty_core::adapter::PromiseState;
use supporty_core::policy::Policy;
use supporty_core::ticket::{CommandKind, Progress, StatusKind};
use supporty_core::vocab::{Bond, Investment, Kind, PriorityId, Resolution, Target, Upkeep, WaitingOn};

/// What a button says.
pub(super) fn button(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::Claim => "Claim",
        CommandKind::Assign => "Assign",
        CommandKind::HandOff => "Hand off",
        CommandKind::Release => "Release",
        CommandKind::TakeOver => "Take over",
        CommandKind::Acknowledge => "Acknowledge",
        CommandKind::Reply => "Reply",
        CommandKind::Note => "Add internal note",
        CommandKind::Reprioritise => "Set priority",
        CommandKind::Move => "Set area",
        CommandKind::ChangeKind => "Set kind",
        CommandKind::Classify => "Classify",
        CommandKind::Replan => "Put under the new policy",
        CommandKind::Identify => "Cause is known",
        CommandKind::Mitigate => "Service is back",
        CommandKind::Wait => "Wait",
        CommandKind::Resume => "Resume",
        CommandKind::Escalate => "Escalate",
        CommandKind::Resolve => "Resolve",
        CommandKind::Confirm => "Confirm it is done",
        CommandKind::Reopen => "Reopen",
        CommandKind::Rate => "Rate",
        CommandKind::OpenIssue => "Open an issue",
        CommandKind::Merge => "Merge",
        CommandKind::Unmerge => "Undo the merge",
        CommandKind::Attach => "It is a report of an incident",
        CommandKind::Detach => "It is no report",
        CommandKind::Restrict => "Restrict",
        CommandKind::Unrestrict => "Open to everybody",
        CommandKind::WritePostMortem => "Write the post-mortem",
        _ => kind.as_str(),
    }
}

/// A link to somewhere else. What is no address of the web, a script say, leads nowhere.
pub(super) fn link(label: &str, url: &str) -> Markup {
    let leads = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    html! {
        @if leads { a href=(url) rel="noopener noreferrer" { (label) } } @else { (label) }
    }
}

/// What stands before a change.
pub(super) fn bond(bond: Bond) -> &'static str {
    match bond {
        Bond::Fix => "fix",
        Bond::Cause => "caused by",
        Bond::Track => "issue",
        Bond::Mention | Bond::Nothing => "see also",
    }
}

pub(super) fn progress(progress: Progress) -> &'static str {
    match progress {
        Progress::Open => "open",
        Progress::Dropped => "given up",
        Progress::Closed => "closed",
        Progress::Merged => "merged",
        Progress::Deployed => "deployed",
        Progress::Reverted => "taken out again",
    }
}

pub(super) fn upkeep(upkeep: Upkeep) -> &'static str {
    match upkeep {
        Upkeep::Production => "Production",
        Upkeep::Staging => "Staging",
        Upkeep::Security => "Security fixes",
        Upkeep::Upgrades => "Upgrades",
        Upkeep::FlakyTests => "Flaky tests",
        Upkeep::SlowQueries => "Slow queries",
        Upkeep::Other => "Other upkeep",
    }
}

pub(super) fn investment(investment: Investment) -> &'static str {
    match investment {
        Investment::Operational => "Operational: it keeps things running",
        Investment::Tactical => "Tactical: the next months",
        Investment::Strategic => "Strategic: the next years",
    }
}

pub(super) fn status(status: StatusKind) -> &'static str {
    match status {
        StatusKind::New => "New",
        StatusKind::Active => "Active",
        StatusKind::Waiting => "Waiting",
        StatusKind::Resolved => "Resolved",
        StatusKind::Closed => "Closed",
        StatusKind::Merged => "Merged",
    }
}

pub(super) fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Request => ("Request", "somebody needs something"),
        Kind::Incident => ("Incident", "production is hurt"),
        Kind::Gardening => ("Gardening", "upkeep"),
        Kind::Drill => ("Drill", "an exercise, left out of figures"),
    }
}

pub(super) fn resolution(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::CodeChange => "Code was changed",
        Resolution::Configuration => "A setting was changed",
        Resolution::DataFix => "Data was repaired",
        Resolution::Explanation => "Explained; nothing had to change",
        Resolution::CannotReproduce => "Could not be seen again",
        Resolution::Duplicate => "Another ticket covers it",
        Resolution::NotABug => "Works as it should",
        Resolution::ThirdParty => "Caused by somebody else's system",
        Resolution::Declined => "We will not do it",
        Resolution::NoAnswer => "No answer from the requester",
        Resolution::NotATicket => "Not a ticket",
    }
}

pub(super) fn waiting_on(on: WaitingOn) -> &'static str {
    match on {
        WaitingOn::Requester => "the requester",
        WaitingOn::ThirdParty => "a third party",
        WaitingOn::Deploy => "a deployment",
    }
}

/// A promise, as what is to be done by its deadline.
pub(super) fn target(target: Target) -> &'static str {
    match target {
        Target::Acknowledge => "Acknowledge",
        Target::Respond => "First answer",
        Target::NextResponse => "Next answer",
        Target::Update => "Next update",
        Target::Resolve => "Resolve",
    }
}

/// How a promise stands: a class of the style sheet, and a word.
pub(super) fn promise(state: PromiseState) -> (&'static str, &'static str) {
    match state {
        PromiseState::Pending => ("pending", "on track"),
        PromiseState::AtRisk => ("at-risk", "at risk"),
        PromiseState::Met => ("met", "kept"),
        PromiseState::MetLate => ("met-late", "kept late"),
        PromiseState::Breached => ("breached", "broken"),
        PromiseState::Paused => ("paused", "paused"),
        PromiseState::Cancelled => ("cancelled", "no longer applies"),
    }
}

/// The class of a priority's colour: by how urgent it is, as far as there are colours.
pub(super) fn urgency(policy: &Policy, priority: &PriorityId) -> &'static str {
    match policy.rank(priority) {
        Some(0) => "rank-0",
        Some(1) => "rank-1",
        Some(2) => "rank-2",
        _ => "rank-3",
    }
}

/// The first letter in upper case, and a stop at the end.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}
