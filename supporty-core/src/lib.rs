//! The heart of supporty: support as a pure state machine, and the driver that runs it.
//!
//! A ticket is the fold of what happened to it. Four verbs, one meaning each:
//!
//! | verb | what it does | what it never does |
//! | --- | --- | --- |
//! | [`decide`](rules::decide) | holds all rules: a command becomes events, or a rejection | change anything |
//! | [`evolve`](ticket::evolve) | applies one entry to a ticket | see a policy, or fail |
//! | [`react`](rules::react) | says what to do about it, as intent | know a platform |
//! | [`next_deadline`](rules::next_deadline) | says when to look again | keep a timer |
//!
//! [`step`](rules::step) composes them; [`World`](world::World) runs whole desks of them in memory. Nothing here reads
//! a clock, draws a random number, touches a file or a network, or panics: time is an argument.
//!
//! ```
//! use supporty_core::policy::Policy;
//! use supporty_core::ticket::{Command, Open, StatusKind};
//! use supporty_core::vocab::{Actor, TextRef};
//! use supporty_core::world::World;
//!
//! let mut desk = World::new(Policy::default());
//! let (rita, oli) = (Actor::Person("rita".into()), Actor::Person("oli".into()));
//! let open = Open::new(TextRef::new("form-1/title"), "P2");
//! let friday = "2026-01-09T17:30:00Z".parse().unwrap();
//! let key = desk.submit(friday, &rita, None, Command::Open(open)).unwrap().ticket;
//!
//! // Three hours of office time: half an hour is left on Friday, the rest passes on Monday.
//! let due = supporty_core::rules::deadline_of(
//!     desk.ticket(&key).unwrap(),
//!     desk.policies(),
//!     supporty_core::vocab::Target::Resolve,
//! );
//! assert_eq!(due.unwrap().to_rfc3339(), "2026-01-12T11:30:00+00:00");
//!
//! desk.submit(friday, &oli, Some(&key), Command::Claim).unwrap();
//! assert_eq!(desk.ticket(&key).unwrap().status.kind(), StatusKind::Active);
//! ```
//!
//! # The modules, each using only those above it
//!
//! | module | holds |
//! | --- | --- |
//! | [`vocab`] | words that everything shares: ids, actors, targets, kinds, resolutions, keys |
//! | [`wording`] | phrases of ours, in several languages |
//! | [`time`] | zones and calendars: working time |
//! | [`stream`] | what every stream has in common: its name, its entries, the ids of effects |
//! | [`policy`] | configuration as data: priorities and their promises, ladders, people |
//! | [`ticket`] | commands, events, the ticket, its clocks, `evolve` |
//! | [`desk_log`] | the desk's own stream: which policy was adopted when |
//! | [`alert_log`] | alerts that are over and have no ticket |
//! | [`effect`] | what to do about it |
//! | [`service`] | what is deployed: merged changes, deployments, rollbacks |
//! | [`rules`] | `decide`, `react`, `next_deadline`, `step` |
//! | [`insight`] | what support costs and how good it is: facts of every ticket, and figures over them; how changes reach production |
//! | [`garden`] | what gardening invests in, over time |
//! | [`world`] | the whole desk in memory, synchronous and pure |
//! | [`explain`] | why a deadline is what it is, and what happens if nobody acts |
//! | [`backtest`] | what would have happened under another policy |
//! | [`adapter`] | the traits for chats, code hosts and stores, and their one error |
//! | `webhook` | with the feature `webhook`: alerts, changes and deployments over HTTP |
//! | `desk` | with the feature `desk`: the async driver |
//! | `testing` | with the feature `testing`: policies under test, fakes and conformance suites |
//!
//! # Features
//!
//! None is on by default, and they only add: `desk` (the driver, on tokio), `policy-file` (policies from TOML), `ics`
//! (holidays from iCalendar files), `testing` (policies under test, fakes and suites, no runtime), `mock` (mockall mocks
//! of the traits), `webhook` (what monitoring and builds send, and whether it is theirs).

pub mod adapter;
pub mod alert_log;
pub mod backtest;
#[cfg(feature = "desk")]
pub mod desk;
pub mod desk_log;
pub mod effect;
pub mod explain;
pub mod garden;
pub mod insight;
pub mod pay;
pub mod policy;
#[cfg(feature = "report")]
pub mod report;
pub mod rota;
pub mod rules;
pub mod service;
pub mod stream;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket;
pub mod time;
pub mod vocab;
#[cfg(feature = "webhook")]
pub mod webhook;
pub mod wording;
pub mod world;
