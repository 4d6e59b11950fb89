use serde::{Deserialize, Serialize};

/// How a squad's tickets are given to people when nobody takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// To whom.
    pub to: Assignees,
    /// How many open requests and incidents one person may own, of any squad, before they are given no more.
    pub limit: u8,
}

impl Assignment {
    /// The limit, unless it is said.
    pub const LIMIT: u8 = 5;
}

/// Who is given a squad's tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignees {
    /// Its gardener, in its hours.
    Gardener,
    /// Who answers for it: its gardener in its hours, whoever is on call outside them.
    OnCall,
    /// Whoever belongs to it, in its hours.
    Members,
}

impl Assignees {
    /// The stored spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gardener => "gardener",
            Self::OnCall => "on-call",
            Self::Members => "members",
        }
    }
}
