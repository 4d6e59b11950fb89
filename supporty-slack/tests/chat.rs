//! Slack keeps the contract of a chat.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use common::slack::{StandIn, TOKEN, Workspace, seen};
use supporty_core::adapter::ChatCapability;
use supporty_core::adapter::{Chat, Delivered, Destination, Error, ErrorKind, Post, Retry, Show};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::stream::EffectId;
use supporty_core::testing::chat_suite::ChatProbe;
use supporty_core::vocab::{ChannelId, Place};
use supporty_slack::{Api, Config, OneTeam, Slack};

/// Slack by a clock that moves on by itself as far as the pace asks, as the desk's outbox does.
struct Probe {
    slack: Slack,
    stand_in: StandIn,
    clock: Arc<ManualClock>,
}

async fn fresh() -> Probe {
    let clock = Arc::new(ManualClock::new("2026-01-09T17:30:00Z".parse().unwrap()));
    let stand_in = StandIn::start(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let api = Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    let mut config = Config::default();
    config.channels.insert("support".into(), "C1".to_owned());
    let slack = Slack::new(api, Arc::new(config), Arc::new(Policy::default()));
    Probe { slack: slack.with_clock(Arc::clone(&clock) as Arc<dyn Clock>), stand_in, clock }
}

impl Probe {
    fn waits(&self, error: &Error) -> bool {
        match (error.kind, error.retry) {
            (ErrorKind::RateLimited, Retry::After(wait)) => {
                self.clock.set(self.clock.now() + TimeDelta::from_std(wait).unwrap());
                true
            }
            _ => false,
        }
    }
}

#[async_trait]
impl Chat for Probe {
    fn capability(&self) -> ChatCapability {
        self.slack.capability()
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        loop {
            match self.slack.show(show.clone()).await {
                Err(error) if self.waits(&error) => {}
                done => return done,
            }
        }
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        loop {
            match self.slack.tell(post.clone()).await {
                Err(error) if self.waits(&error) => {}
                done => return done,
            }
        }
    }

    async fn find(&self, effect: EffectId, to: Destination) -> Result<Option<Delivered>, Error> {
        loop {
            match self.slack.find(effect.clone(), to.clone()).await {
                Err(error) if self.waits(&error) => {}
                done => return done,
            }
        }
    }
}

#[async_trait]
impl ChatProbe for Probe {
    fn chat(&self) -> &dyn Chat {
        self
    }

    fn channel(&self) -> ChannelId {
        "support".into()
    }

    fn user(&self) -> String {
        "U1".to_owned()
    }

    fn no_thread(&self) -> Place {
        Place { adapter: "slack".into(), channel: "C1".to_owned(), message: "1767980000.000100".into() }
    }

    async fn seen(&self, at: &Destination) -> Vec<String> {
        let workspace = self.stand_in.workspace();
        assert_eq!(workspace.broken_limits, Vec::<String>::new());
        match at {
            Destination::Thread(root) => workspace.reads(&root.channel, root.message.as_str()),
            Destination::Channel(_) => seen(&workspace.roots("C1")),
            Destination::Person(user) => seen(&workspace.roots(&Workspace::direct(user))),
        }
    }
}

supporty_core::chat_suite!(fresh);
