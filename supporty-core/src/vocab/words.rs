use std::fmt;

use serde::{Deserialize, Serialize};

/// An enum of plain words with one stored spelling each.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stored spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value of a stored spelling.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

words! {
    /// What kind of work a ticket is.
    Kind {
        /// A person asked for something.
        Request => "request",
        /// Production is hurt.
        Incident => "incident",
        /// Upkeep.
        Gardening => "gardening",
        /// A game day: the same machine, but it pages only its participants and is left out of figures.
        Drill => "drill",
    }

    /// What a change of code is to a ticket.
    Bond {
        /// It is meant to solve it.
        Fix => "fix",
        /// It made it necessary.
        Cause => "cause",
        /// It is an issue that was opened for it, and goes the same way.
        Track => "track",
        /// It only names it.
        Mention => "mention",
        /// It named it once, and has nothing to do with it any more.
        Nothing => "nothing",
    }

    /// What a promise is about. Each has its own clock.
    Target {
        /// Somebody took it, or somebody who was told said so.
        Acknowledge => "acknowledge",
        /// The first answer by a human who is not the requester.
        Respond => "respond",
        /// From the requester's first unanswered message to our next answer.
        NextResponse => "next-response",
        /// We say something at least every so often.
        Update => "update",
        /// The ticket is resolved.
        Resolve => "resolve",
    }

    /// What is watched on a ticket: the five targets, and two spans that only ladders look at.
    Watch {
        /// See [`Target::Acknowledge`].
        Acknowledge => "acknowledge",
        /// See [`Target::Respond`].
        Respond => "respond",
        /// See [`Target::NextResponse`].
        NextResponse => "next-response",
        /// See [`Target::Update`].
        Update => "update",
        /// See [`Target::Resolve`].
        Resolve => "resolve",
        /// Nobody owns it.
        Unowned => "unowned",
        /// Its owner has said and done nothing.
        Silent => "silent",
    }

    /// What a change of priority, area or kind did to the running clocks.
    ClockChange {
        /// Nothing: the promises are the same.
        Keep => "keep",
        /// The new promise runs from the change.
        Restart => "restart",
        /// The spans so far are measured against the new promise, in a new round.
        Carry => "carry",
        /// The earlier of the old and the carried deadline.
        KeepEarlier => "keep-earlier",
    }

    /// What reopening does to the resolve clock.
    ReopenMode {
        /// It goes on; the time while resolved does not count.
        Continue => "continue",
        /// It runs anew from the reopening.
        Restart => "restart",
        /// It stays as it ended.
        Freeze => "freeze",
    }

    /// How a ticket ended.
    Resolution {
        /// The code was changed.
        CodeChange => "code-change",
        /// A setting was changed.
        Configuration => "configuration",
        /// Data was repaired.
        DataFix => "data-fix",
        /// It was explained; nothing had to change.
        Explanation => "explanation",
        /// It could not be seen again.
        CannotReproduce => "cannot-reproduce",
        /// Another ticket covers it.
        Duplicate => "duplicate",
        /// It works as it should.
        NotABug => "not-a-bug",
        /// Somebody else's system was the cause.
        ThirdParty => "third-party",
        /// We will not do it.
        Declined => "declined",
        /// The requester did not answer.
        NoAnswer => "no-answer",
        /// It should not have been a ticket: left out of figures, no stars.
        NotATicket => "not-a-ticket",
    }

    /// Whom a waiting ticket waits for.
    WaitingOn {
        /// The person who asked.
        Requester => "requester",
        /// Somebody outside.
        ThirdParty => "third-party",
        /// A deployment of ours, which pauses no promise.
        Deploy => "deploy",
    }

    /// Why a clock may stand still.
    PauseReason {
        /// Waiting on the requester.
        Requester => "requester",
        /// Waiting on a third party.
        ThirdParty => "third-party",
        /// Waiting on a deployment.
        Deploy => "deploy",
        /// Between a resolution and the reopening.
        Resolved => "resolved",
    }

    /// When somebody is on call, as far as it changes what they are paid.
    Band {
        /// Outside working hours on a day of work.
        Weeknight => "weeknight",
        /// On a weekend.
        Weekend => "weekend",
        /// On a holiday of theirs.
        Holiday => "holiday",
    }

    /// What a gardener does.
    Upkeep {
        /// Looking after production and mending it.
        Production => "production",
        /// Mending staging.
        Staging => "staging",
        /// Closing holes.
        Security => "security",
        /// New versions of what one depends on.
        Upgrades => "upgrades",
        /// Tests that fail now and then.
        FlakyTests => "flaky-tests",
        /// Queries that take too long.
        SlowQueries => "slow-queries",
        /// Everything else.
        Other => "other",
    }

    /// What work is an investment in.
    Investment {
        /// It keeps things running.
        Operational => "operational",
        /// It makes the next months easier.
        Tactical => "tactical",
        /// It makes the next years easier.
        Strategic => "strategic",
    }

    /// What a policy may leave to some people. Whatever it does not name is open to everybody who could do it anyway.
    Permission {
        /// Take a ticket that nobody owns.
        Claim => "claim",
        /// Give a ticket to somebody.
        Assign => "assign",
        /// Give one's own ticket away.
        HandOff => "hand-off",
        /// Give a ticket up, one's own or somebody else's.
        Release => "release",
        /// Take a ticket from a silent owner.
        TakeOver => "take-over",
        /// Change the priority.
        Reprioritise => "reprioritise",
        /// Move to another area.
        Move => "move",
        /// Change the kind of work.
        ChangeKind => "change-kind",
        /// Put under the policy in force.
        Replan => "replan",
        /// Let a ticket wait, and end that.
        Wait => "wait",
        /// Call for help.
        Escalate => "escalate",
        /// Resolve.
        Resolve => "resolve",
        /// Reopen.
        Reopen => "reopen",
        /// Merge, and undo that.
        Merge => "merge",
        /// Gather reports under an incident, and let go of them.
        Gather => "gather",
        /// Restrict a ticket to its readers, name them, and undo that.
        Restrict => "restrict",
        /// Read restricted tickets that one has no part in.
        ReadRestricted => "read-restricted",
        /// Begin a game day.
        Drill => "drill",
        /// Change who is on: swaps, time off, changes.
        Arrange => "arrange",
        /// See what somebody else is paid.
        SeePay => "see-pay",
        /// Close a month of pay.
        CloseMonth => "close-month",
    }

    /// What somebody is to a ticket.
    Role {
        /// Asked for it.
        Requester => "requester",
        /// Owns it, or did.
        Owner => "owner",
        /// Answered on it.
        Responder => "responder",
        /// Follows it.
        Watcher => "watcher",
    }
}

impl Band {
    /// What people call it.
    pub fn said(self) -> &'static str {
        match self {
            Self::Weeknight => "weeknights",
            Self::Weekend => "weekends",
            Self::Holiday => "holidays",
        }
    }
}

impl Resolution {
    /// Whether the resolution says that code was changed: "was a code change needed?"
    pub fn code_changed(self) -> bool {
        self == Self::CodeChange
    }

    /// Whether the ticket counts in figures and may be rated.
    pub fn counts(self) -> bool {
        self != Self::NotATicket
    }
}

impl From<Target> for Watch {
    fn from(target: Target) -> Self {
        match target {
            Target::Acknowledge => Self::Acknowledge,
            Target::Respond => Self::Respond,
            Target::NextResponse => Self::NextResponse,
            Target::Update => Self::Update,
            Target::Resolve => Self::Resolve,
        }
    }
}

impl Watch {
    /// The target, unless it is a span that only ladders look at.
    pub fn target(self) -> Option<Target> {
        match self {
            Self::Acknowledge => Some(Target::Acknowledge),
            Self::Respond => Some(Target::Respond),
            Self::NextResponse => Some(Target::NextResponse),
            Self::Update => Some(Target::Update),
            Self::Resolve => Some(Target::Resolve),
            Self::Unowned | Self::Silent => None,
        }
    }
}

impl From<WaitingOn> for PauseReason {
    fn from(on: WaitingOn) -> Self {
        match on {
            WaitingOn::Requester => Self::Requester,
            WaitingOn::ThirdParty => Self::ThirdParty,
            WaitingOn::Deploy => Self::Deploy,
        }
    }
}

/// One to five stars.
///
/// ```
/// use supporty_core::vocab::Stars;
/// assert_eq!(Stars::new(5)?.count(), 5);
/// assert!(Stars::new(0).is_err());
/// # Ok::<(), supporty_core::vocab::StarsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

impl Stars {
    /// A rating of one to five.
    pub fn new(count: u8) -> Result<Self, StarsError> {
        if (1..=5).contains(&count) { Ok(Self(count)) } else { Err(StarsError(count)) }
    }

    /// How many.
    pub fn count(self) -> u8 {
        self.0
    }
}

/// A rating outside one to five.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} stars can not be given: choose from 1 to 5")]
pub struct StarsError(u8);

impl TryFrom<u8> for Stars {
    type Error = StarsError;

    fn try_from(count: u8) -> Result<Self, Self::Error> {
        Self::new(count)
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}
