//! GitHub beside a desk: what its webhooks say of changes, issues and deployments, and what is written there.
//!
//! [`inbound`] says whether GitHub sent a delivery and what it means, [`references`] finds the tickets that people name in what
//! they write, [`marker`] tells what we wrote ourselves, and [`told`] what a fact tells a desk: pure functions of what came.
//! [`Front`] takes deliveries in any web framework and lets a desk learn them. [`GitHub`] is the way back: a
//! [`Vcs`](supporty_core::adapter::Vcs), with the token of an account or the key of an app. `SETUP.md` says how to set it up, `OTHERS.md` how
//! to write the same for another code host.
//!
//! ```
//! use supporty_github::Config;
//! use supporty_github::inbound::{App, Context, Delivery, What, read};
//!
//! let body = br#"{
//!     "action": "created",
//!     "repository": { "id": 7, "full_name": "octo/shop", "name": "shop" },
//!     "deployment": {
//!         "id": 1, "sha": "a10867b14bb761a232cd80139fbd4c0d33264240", "ref": "main", "task": "deploy",
//!         "environment": "production", "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T10:00:00Z"
//!     }
//! }"#;
//! let (config, app) = (Config::default(), App::default());
//! let context = Context { config: &config, app: &app };
//! let delivery = read(&context, "deployment", "72d3162e-cc78-11e3-81ab-4c9367dc0958", body)?;
//! let Delivery::Fact(fact) = delivery else { panic!("it is a fact") };
//! assert_eq!(fact.key.as_str(), "github/deployment/7/1");
//! let What::Deployment(deployment) = fact.what else { panic!("it is a deployment") };
//! assert_eq!((deployment.service.as_str(), deployment.production), ("shop", true));
//! # Ok::<(), supporty_github::inbound::Unreadable>(())
//! ```

mod adapter;
mod api;
mod check;
mod config;
mod error;
mod front;
mod ids;
pub mod inbound;
mod known;
pub mod marker;
mod methods;
pub mod pace;
pub mod references;
pub mod render;
mod tokens;

pub use adapter::GitHub;
pub use api::Api;
pub use check::{EVENTS, Finding, PERMISSIONS, check};
pub use config::{Config, ConfigProblem, PayloadField, Rollback, ServiceRule};
pub use error::{Failure, Then};
pub use front::{CaughtUp, Front, Health, Outcome, Request, Told, told};
pub use ids::{DeliveryId, RepositoryId, Sha};
pub use methods::Method;
pub use tokens::{AppKey, Credentials};

/// Another code host: how to write an adapter.
#[cfg(doctest)]
#[doc = include_str!("../OTHERS.md")]
mod others {}
