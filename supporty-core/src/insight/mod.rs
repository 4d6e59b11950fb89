//! What support and delivery cost, and how good they were: pure folds over what happened.
//!
//! `INSIGHT.md` beside the sources says what each figure is, and what others count.

mod columns;
mod compare;
mod cost;
mod delivery;
mod fact;
mod facts;
mod figures;
mod fold;
mod groups;
mod join;
mod keys;
mod load;
mod open_time;
mod promises;
mod question;
mod sample;
mod selection;
mod stored;
mod survival;
mod table;
mod tally;
mod times;
mod which;
mod work;

pub use compare::{Bootstrap, Difference, Share, Statistic};
pub use cost::{Cost, TicketCost};
pub use delivery::{Blamed, Cause, Delivery, Incident, delivery};
pub use fact::{Act, End, Fact, Link, Part, Round};
pub use facts::Facts;
pub use figures::{Figure, Figures};
pub use load::Load;
pub use open_time::{OpenTime, Span};
pub use promises::Kept;
pub use question::{By, Filter, Group, Question, Value};
pub use sample::Sample;
pub use selection::Selection;
pub use survival::Survival;
pub use tally::{HeatMap, StarCount, Tally};
pub use times::{Reached, Took};
pub use which::Which;
pub use work::{Effort, Rates, Work};
