//! Paid and fair on-call: bands by everybody's own clocks and holidays, statements that explain each line, corrections after
//! closing, too little rest, and who bore how much. All amounts are whole numbers of the currency's smallest unit.

mod bands;
mod fairness;
mod month;
mod planning;
mod rest;
mod standby;
mod statement;

pub use fairness::{Ledger, Weights, suggest};
pub use month::{Month, ParseMonthError};
pub use planning::{Assignment, Task, assign, plan};
pub use rest::{RestWarning, rest_warnings};
pub use standby::{Standby, on_call, standby};
pub use statement::{Item, Line, Statement, corrections, statements};
