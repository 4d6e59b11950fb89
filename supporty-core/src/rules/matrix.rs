use crate::ticket::{CommandKind, StatusKind};

/// Whether a status allows a command. What else a command needs (an owner, a requester, a window) is told by its own
/// rejection.
///
/// | command | new | active | waiting | resolved | closed | merged |
/// | --- | --- | --- | --- | --- | --- | --- |
/// | open | - | - | - | - | - | - |
/// | claim | yes | yes | yes | - | - | - |
/// | assign | yes | yes | yes | - | - | - |
/// | hand-off | yes | yes | yes | - | - | - |
/// | release | yes | yes | yes | - | - | - |
/// | take-over | yes | yes | yes | - | - | - |
/// | acknowledge | yes | yes | yes | - | - | - |
/// | reply | yes | yes | yes | yes | elsewhere | elsewhere |
/// | note | yes | yes | yes | yes | - | elsewhere |
/// | edit | yes | yes | yes | yes | yes | yes |
/// | withdraw | yes | yes | yes | yes | yes | yes |
/// | reprioritise | yes | yes | yes | - | - | - |
/// | move | yes | yes | yes | - | - | - |
/// | change-kind | yes | yes | yes | - | - | - |
/// | classify | yes | yes | yes | - | - | - |
/// | replan | yes | yes | yes | - | - | - |
/// | identify | yes | yes | yes | - | - | - |
/// | mitigate | yes | yes | yes | - | - | - |
/// | wait | yes | yes | - | - | - | - |
/// | resume | - | - | yes | - | - | - |
/// | escalate | yes | yes | yes | - | - | - |
/// | resolve | yes | yes | yes | - | - | - |
/// | confirm | - | - | - | yes | - | - |
/// | reopen | - | - | - | yes | - | - |
/// | rate | - | - | - | yes | yes | - |
/// | merge | yes | yes | yes | - | - | - |
/// | unmerge | - | - | - | - | - | yes |
/// | attach | yes | yes | yes | - | - | - |
/// | detach | yes | yes | yes | yes | - | - |
/// | open-issue | yes | yes | yes | - | - | - |
/// | link | yes | yes | yes | yes | yes | elsewhere |
/// | comment | yes | yes | yes | yes | yes | elsewhere |
/// | blame | yes | yes | yes | yes | yes | elsewhere |
/// | absolve | yes | yes | yes | yes | yes | elsewhere |
/// | raise | - | - | - | - | - | - |
/// | signal | yes | yes | yes | yes | - | elsewhere |
/// | restrict | yes | yes | yes | yes | yes | yes |
/// | unrestrict | yes | yes | yes | yes | yes | yes |
/// | write-post-mortem | - | - | - | yes | yes | - |
/// | follow-up | - | - | - | - | - | - |
/// | hear | yes | yes | yes | yes | - | - |
/// | deployed | yes | yes | yes | yes | yes | elsewhere |
/// | revert | yes | yes | yes | yes | yes | elsewhere |
/// | erase | yes | yes | yes | yes | yes | yes |
/// | undelivered | yes | yes | yes | - | - | - |
/// | place | yes | yes | yes | yes | yes | yes |
/// | tick | yes | yes | yes | yes | yes | yes |
///
/// *elsewhere*: a reply to a closed ticket opens a follow-up, one to a merged ticket goes to the survivor, and so does what a code host or
/// monitoring tells. `open`, `raise` and `follow-up` are for keys without a ticket.
pub fn permits(status: StatusKind, command: CommandKind) -> bool {
    use CommandKind as C;
    use StatusKind as S;
    match command {
        C::Open | C::Raise | C::FollowUp => false,
        C::Wait => matches!(status, S::New | S::Active),
        C::Resume => status == S::Waiting,
        C::Reply | C::Note | C::Signal | C::Detach | C::Hear => status.is_open() || status == S::Resolved,
        C::Confirm | C::Reopen => status == S::Resolved,
        C::Rate | C::WritePostMortem => matches!(status, S::Resolved | S::Closed),
        C::Unmerge => status == S::Merged,
        C::Link | C::Comment | C::Blame | C::Absolve | C::Deployed | C::Revert => status != S::Merged,
        C::Restrict | C::Unrestrict | C::Edit | C::Withdraw | C::Erase | C::Place | C::Tick => true,
        C::Claim
        | C::Assign
        | C::HandOff
        | C::Release
        | C::TakeOver
        | C::Acknowledge
        | C::Reprioritise
        | C::Move
        | C::ChangeKind
        | C::Classify
        | C::Replan
        | C::Identify
        | C::Mitigate
        | C::Escalate
        | C::Attach
        | C::OpenIssue
        | C::Undelivered
        | C::Resolve
        | C::Merge => status.is_open(),
    }
}

/// What goes to the survivor of a merged ticket.
pub(super) fn goes_on(command: CommandKind) -> bool {
    use CommandKind as C;
    matches!(
        command,
        C::Reply
            | C::Note
            | C::Signal
            | C::Link
            | C::Comment
            | C::Blame
            | C::Absolve
            | C::Deployed
            | C::Revert
    )
}

/// What people may ask of a ticket in that status; what only platforms and the desk report is left out.
pub(super) fn by_status(status: StatusKind) -> Vec<CommandKind> {
    use CommandKind as C;
    let asked = |kind: &&C| {
        !matches!(
            kind,
            C::Edit
                | C::Withdraw
                | C::Link
                | C::Comment
                | C::Blame
                | C::Absolve
                | C::Signal
                | C::Hear
                | C::Deployed
                | C::Revert
                | C::Erase
                | C::Undelivered
                | C::Place
                | C::Tick
        )
    };
    CommandKind::ALL.iter().filter(asked).copied().filter(|kind| permits(status, *kind)).collect()
}
