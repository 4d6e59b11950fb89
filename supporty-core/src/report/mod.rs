//! What support costs, made visible: a report that one looks at rather than reads.
//!
//! A [`Report`] is figures and the words about them. Each [`Section`] says in one sentence what it shows, what to do about it,
//! and on how many tickets it rests. The same report is a page that needs nothing beside itself ([`Report::to_html`]), JSON
//! (it is [`Serialize`](serde::Serialize)), [CSV](Report::to_csv), [Markdown](Report::to_markdown) and, for chat, a
//! [picture](Report::to_png). `INSIGHT.md` beside the sources says what each figure is.
//!
//! ```
//! use supporty_core::insight::{Facts, Question};
//! use supporty_core::policy::{Policies, Policy};
//! use supporty_core::report::{Material, Report};
//! use supporty_core::vocab::Period;
//!
//! let (facts, policies) = (Facts::new(), Policies::new(Policy::default()));
//! let january = Period::new("2026-01-01T00:00:00Z".parse()?, "2026-02-01T00:00:00Z".parse()?);
//! let question = Question::new(january, "2026-02-01T09:00:00Z".parse()?);
//! let report = Report::new(&question, &Material::new(&facts, &policies));
//! assert_eq!(report.tickets, 0);
//! assert!(report.to_html().contains("No ticket was opened"));
//! # Ok::<(), chrono::ParseError>(())
//! ```

mod amount;
mod asked;
mod compared;
mod csv;
mod draw;
mod html;
mod links;
mod markdown;
mod material;
mod picture;
mod plot;
mod section;
mod sections;
mod words;

pub use amount::Amount;
pub use compared::{Compared, Verdict};
pub use html::STYLE;
pub use links::{Ask, Behind, Links, NoLinks};
pub use material::Material;
pub use picture::NoPicture;
pub use plot::{Look, Plot, Series};
pub use section::{Cell, Report, Row, Section, Table};
