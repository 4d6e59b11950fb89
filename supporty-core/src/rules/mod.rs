//! All the rules: what may be done ([`decide`]), what follows from it ([`react`]), when to look again
//! ([`next_deadline`]), and [`step`], which composes them.

mod account;
mod allowed;
mod audience;
mod context;
mod decide;
mod involve;
mod matrix;
mod measure;
mod paging;
mod permission;
mod plan;
mod react;
mod rejection;
mod replan;
mod retell;
mod routing;
mod row;
mod settle;
mod step;
mod still_wanted;
mod targets;

pub use account::{Account, account};
pub use allowed::allowed;
pub use context::Context;
pub use decide::decide;
pub(crate) use involve::involved;
pub use involve::{Redirect, involves, redirect};
pub use matrix::permits;
pub use measure::Stretch;
pub use permission::{may_read, permission_of};
pub use plan::{Deadline, Due, deadline_of, next_deadline, plan};
pub use react::react;
pub use rejection::{Accepted, Rejection};
pub use replan::{Replan, Replanned, replan};
pub use retell::retell;
pub use routing::{Load, RECENT, assigning, candidates, next_chance, queue, route, share_out};
pub use row::Row;
pub(crate) use step::{Advanced, Progress, advance};
pub use step::{Change, Step, step};
pub use still_wanted::still_wanted;
