//! Paid on-call: bands by everybody's own clocks and holidays, statements that explain each line, corrections after
//! closing, and too little rest. All amounts are whole numbers of the currency's smallest unit.

mod bands;
mod month;
mod rest;
mod standby;
mod statement;

pub use month::{Month, ParseMonthError};
pub use rest::{RestWarning, rest_warnings};
pub use standby::{Standby, standby};
pub use statement::{Item, Line, Statement, corrections, statements};
