//! Slack as the front of a desk: forms, cards, threads, buttons, emoji, a home, over HTTP or Socket Mode.
//!
//! Two values do it. [`Slack`] is what the desk speaks through: a [`Chat`](supporty_core::adapter::Chat). [`Front`] takes what
//! Slack sends, in any web framework: it says what to answer, at once, and gives the work that is left.
//!
//! ```no_run
//! # async fn example(store: std::sync::Arc<dyn supporty_core::adapter::Store>) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use supporty_core::desk::Desk;
//! use supporty_core::policy::Policy;
//! use supporty_slack::inbound::SigningSecrets;
//! use supporty_slack::{Api, Config, Front, OneTeam, Request, Slack, SlackReader, identify};
//!
//! let policy = Policy::default();
//! let mut config = Config::default();
//! config.channels.insert("support".into(), "C024BE91L".to_owned());
//! let config = Arc::new(config);
//!
//! let api = Api::new(Arc::new(OneTeam::new(std::env::var("SLACK_BOT_TOKEN")?.into())))?;
//! let who = identify(&api).await?;
//! let slack = Arc::new(Slack::new(api, config.clone(), Arc::new(policy.clone())));
//! let desk = Desk::builder(store).policy(policy).chat("slack".into(), slack.clone());
//! let desk = desk.reader("slack".into(), Arc::new(SlackReader::new(config, who.app.clone()))).build().await?;
//! let secrets = SigningSecrets::new(std::env::var("SLACK_SIGNING_SECRET")?);
//! let front = Front::new(desk.clone(), slack, Some(secrets), who.app);
//!
//! // In the handler of a request:
//! # let (timestamp, signature, body) = ("", "", &b""[..]);
//! let outcome = front.receive(Request { timestamp, signature, body }, desk.now()).await;
//! // Send `outcome.status` and `outcome.body`, then:
//! if let Some(work) = outcome.work {
//!     tokio::spawn(work);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What Slack delivers is understood by pure functions ([`inbound`]), and what it shows is drawn by pure functions
//! ([`render`], [`block`]). `SETUP.md` says how to set up a workspace in ten minutes, and what happens when something fails.

mod adapter;
mod api;
pub mod block;
mod check;
mod config;
mod error;
mod front;
mod ids;
pub mod inbound;
mod known;
mod manifest;
mod methods;
mod names;
mod oauth;
mod pace;
pub mod render;
#[cfg(feature = "socket")]
mod socket;
mod tokens;

pub use adapter::Slack;
pub use api::{Api, SLACK};
pub use check::{Finding, Identified, check, identify};
pub use config::{Config, EmojiAction, Weekly, WhoIsOn};
pub use error::{Failure, Then};
pub use front::{Front, Outcome, Request, SlackReader, Work};
pub use ids::{ChannelRef, TeamId, UserRef};
pub use manifest::{EVENTS, SCOPES, manifest};
pub use methods::{Method, Rate};
pub use oauth::{Install, Installed, WrongState};
pub use pace::{Pace, Wish};
#[cfg(feature = "socket")]
pub use socket::Socket;
pub use tokens::{OneTeam, SeveralTeams, Tokens};
