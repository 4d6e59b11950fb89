//! What support cost, as a page and as files: what is asked, and the figures that answer it.

mod asked;
mod figures;
mod form;
mod kept;
mod rates;

pub use asked::{Asked, Facet, Named, STRETCHES, Span, word};
pub use figures::figures;
pub use form::Form;
pub use kept::{NotNow, Reckoned, Reports};
pub use rates::{Rate, rates};
