use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A name type: cheap to clone, ordered, stored as a plain string.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// Wraps a name as it is.
            pub fn new(name: impl AsRef<str>) -> Self {
                Self(SmolStr::new(name))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self(SmolStr::default())
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self::new(name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    )*};
}

names! {
    /// An alert, by its source and what that calls it: `alertmanager/c6eadffa33fcdf37`.
    AlertId;
    /// A group of alerts, by its source and a hash of what that calls it: `alertmanager/9b74c9897bac770ffc029102a200c5de`.
    AlertGroupId;
    /// An adapter by name: `local`, `slack`, `github`.
    AdapterName;
    /// A part of the product that a squad owns.
    AreaId;
    /// A calendar of the policy.
    CalendarId;
    /// A change of code, by what stays the same when its repository is renamed: `github/1296269/42`.
    ChangeId;
    /// A channel of the chat, by the name that the policy gives it.
    ChannelId;
    /// What makes a delivery from outside unique: channel, message, kind and revision, say.
    ///
    /// A key that was seen before is answered with what it did then.
    InboundKey;
    /// A deployment, by its own id where it was made: `github/145988746`.
    DeploymentId;
    /// A game day that the policy describes.
    DrillId;
    /// A question that the form asks beside the usual ones.
    FieldId;
    /// A message on its own platform.
    MessageId;
    /// A person: the policy's name for them, or `adapter:user` for somebody the policy does not know.
    PersonId;
    /// The content hash of a policy.
    PolicyVersion;
    /// A priority of the policy: `P1`.
    PriorityId;
    /// A rota of the policy.
    RotaId;
    /// A service that is deployed.
    ServiceId;
    /// A squad of the policy.
    SquadId;
    /// The name of a stored text.
    TextId;
}
