//! A whole support desk on one machine: a web page, a chat of its own, timers, one SQLite file.
//!
//! Read it from the outside in: [`start`](mod@start) puts the parts together, [`server`] says which page is where,
//! [`inbound`] turns what people do into what the desk is asked, [`local`] is the chat adapter, [`mod@slack`] is Slack in its place, [`pager`] and
//! [`email`] wake people who do not answer there, and [`page`] draws. [`mod@look_after`] is what an operator does with a store,
//! and [`demo`] fills one with a made-up year.

pub mod app;
pub mod args;
pub mod contacts;
pub mod demo;
pub mod email;
pub mod form;
pub mod github;
pub mod guard;
pub mod history;
pub mod hooks;
pub mod http;
pub mod inbound;
pub mod kept;
pub mod live;
pub mod local;
pub mod log;
pub mod look_after;
pub mod metrics;
pub mod page;
pub mod pager;
pub mod plain;
pub mod policy_file;
pub mod public;
pub mod report;
pub mod rota_form;
pub mod server;
pub mod slack;
pub mod start;
pub mod who;
