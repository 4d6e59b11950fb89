use std::fmt;

use serde::{Serialize, Serializer};

/// A list of GitHub's words that may grow: what is not known is kept as it came.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
            /// A word that GitHub has added since.
            Other(String),
        }

        impl $name {
            /// GitHub's word, in capitals or not: its webhooks and its other interfaces do not agree on that.
            pub fn new(word: &str) -> Self {
                match word.to_ascii_lowercase().as_str() {
                    $($text => Self::$word,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $text,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

words! {
    /// Why an issue was closed.
    StateReason {
        /// It is done.
        Completed = "completed",
        /// It won't be.
        NotPlanned = "not_planned",
        /// Another one is about the same.
        Duplicate = "duplicate",
    }

    /// What a reviewer makes of a change.
    Verdict {
        /// It may go in.
        Approved = "approved",
        /// Not as it is.
        ChangesRequested = "changes_requested",
        /// Neither.
        Commented = "commented",
        /// Somebody took the verdict off again.
        Dismissed = "dismissed",
    }

    /// Where a deployment [stands](https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status).
    DeploymentState {
        /// It waits for its turn.
        Queued = "queued",
        /// It waits for something else.
        Pending = "pending",
        /// It waits for somebody's approval.
        Waiting = "waiting",
        /// It runs.
        InProgress = "in_progress",
        /// It is out.
        Success = "success",
        /// It failed.
        Failure = "failure",
        /// It could not even be tried.
        Error = "error",
        /// Another deployment has taken its place. GitHub says so by itself when a later one to the same environment succeeds.
        Inactive = "inactive",
    }

    /// How a run of a workflow, or of checks, ended.
    Conclusion {
        /// Well.
        Success = "success",
        /// Badly.
        Failure = "failure",
        /// Neither.
        Neutral = "neutral",
        /// Somebody stopped it.
        Cancelled = "cancelled",
        /// It did not need to run.
        Skipped = "skipped",
        /// It took too long.
        TimedOut = "timed_out",
        /// Somebody has to do something.
        ActionRequired = "action_required",
        /// GitHub gave up on it.
        Stale = "stale",
        /// It could not even begin.
        StartupFailure = "startup_failure",
    }
}
