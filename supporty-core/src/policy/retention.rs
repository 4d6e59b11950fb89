use serde::{Deserialize, Serialize};

/// How long things are kept that nobody needs for ever. Without a length they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// For how many seconds after a ticket's last entry, once it is closed, what people wrote on it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts: Option<u32>,
    /// For how many seconds it is known what was answered to a delivery, should it come again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<u32>,
}

impl Retention {
    /// Platforms send again what was not answered, some of them for a day.
    pub const LEAST_HANDLED: u32 = 24 * 60 * 60;

    pub(crate) fn is_for_ever(&self) -> bool {
        *self == Self::default()
    }
}
