//! What support and delivery cost, and how good they were: pure folds over what happened.

mod delivery;
mod sample;

pub use delivery::{Cause, Delivery, Incident, delivery};
pub use sample::Sample;
