//! The words that everything shares. No logic beyond parsing and printing.

mod actor;
mod audience;
mod change;
mod field;
mod ids;
mod instant;
mod key;
mod period;
mod repository;
mod spelled;
mod terms;
mod text;
mod warning;
mod words;

pub use actor::{Actor, Identity};
pub use audience::{Audience, Place, Recipient, Told};
pub use change::{Change, ChangeState};
pub use field::FieldValue;
pub use ids::{
    AdapterName, AlertGroupId, AlertId, AreaId, CalendarId, ChangeId, ChannelId, DeploymentId, DrillId,
    FieldId, InboundKey, MessageId, PersonId, PolicyVersion, PriorityId, RotaId, ServiceId, SquadId, TextId,
};
pub use instant::instant;
pub(crate) use instant::maybe;
pub use key::{ParseKeyError, TicketKey};
pub use period::Period;
pub use repository::{ParseRepositoryError, Repository};
pub(crate) use spelled::{parsed, spelled};
pub use terms::Terms;
pub use text::{Text, TextError, TextRef, TextRow};
pub use warning::Warning;
pub use words::{
    Band, Bond, ClockChange, Investment, Kind, PauseReason, Permission, ReopenMode, Resolution, Role, Stars,
    StarsError, Target, Upkeep, WaitingOn, Watch,
};

/// An instant: UTC, in whole microseconds once it has passed [`micros`].
pub type Time = chrono::DateTime<chrono::Utc>;

/// The instant cut to whole microseconds, which is the precision of everything stored.
///
/// Every instant that enters the core passes here, so that what is replayed equals what was live.
pub fn micros(at: Time) -> Time {
    Time::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
