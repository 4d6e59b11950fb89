use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A workspace of Slack: `T024BE7LD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeamId(String);

impl TeamId {
    /// The workspace of that id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// What is of the desk's own workspace is written by its id alone, `U1`; of another one with that before it, `T9/U1`.
        /// So ids of two workspaces are never taken for one another.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            /// The workspace, if it is another than the desk's own.
            pub team: Option<TeamId>,
            /// Its id there.
            pub id: String,
        }

        impl $name {
            /// Something of a workspace, where `home` is the desk's own.
            pub fn of(team: Option<&TeamId>, home: Option<&TeamId>, id: impl Into<String>) -> Self {
                Self { team: team.filter(|team| Some(*team) != home && home.is_some()).cloned(), id: id.into() }
            }

            /// What [`Display`](fmt::Display) has written.
            pub fn parse(text: &str) -> Self {
                match text.split_once('/') {
                    Some((team, id)) => Self { team: Some(TeamId::new(team)), id: id.to_owned() },
                    None => Self { team: None, id: text.to_owned() },
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.team {
                    Some(team) => write!(f, "{team}/{}", self.id),
                    None => f.write_str(&self.id),
                }
            }
        }
    )*};
}

refs! {
    /// Somebody on Slack, as an identity of a policy and a place name them.
    UserRef
    /// A channel of Slack, as a place names it.
    ChannelRef
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_user_of_two_workspaces_is_two() {
        let (home, other) = (TeamId::new("T1"), TeamId::new("T2"));
        let mine = UserRef::of(Some(&home), Some(&home), "U1");
        let theirs = UserRef::of(Some(&other), Some(&home), "U1");
        assert_eq!((mine.to_string(), theirs.to_string()), ("U1".to_owned(), "T2/U1".to_owned()));
        assert_eq!(UserRef::parse("T2/U1"), theirs);
        assert_eq!(UserRef::parse("U1"), mine);
    }
}
