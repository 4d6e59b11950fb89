//! Slack and its stand-in without a desk, by a clock that moves only when it is told to.

use std::sync::Arc;

use chrono::TimeDelta;
use supporty_core::adapter::{Card, Chat, Destination, Error, Message, Named, Piece, Post, Show};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::stream::{EffectId, Origin};
use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{Kind, PersonId, Place, PriorityId, TicketKey};
use supporty_slack::{Api, Config, OneTeam, Slack, Tokens};

use super::host::{config, policy};
use super::slack::{StandIn, TOKEN};

pub const NOW: &str = "2026-01-12T10:00:00Z";

/// Slack and its stand-in, by a clock that stands still.
pub struct Probe {
    pub slack: Slack,
    pub stand_in: StandIn,
    pub clock: Arc<ManualClock>,
}

pub async fn probe() -> Probe {
    probe_with(config(), Arc::new(OneTeam::new(TOKEN.into()))).await
}

pub async fn probe_with(config: Config, tokens: Arc<dyn Tokens>) -> Probe {
    let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
    let stand_in = StandIn::start(Arc::clone(&clock) as Arc<dyn Clock>).await;
    Probe { slack: slack(&stand_in.base, config, tokens, &clock), stand_in, clock }
}

pub fn slack(base: &str, config: Config, tokens: Arc<dyn Tokens>, clock: &Arc<ManualClock>) -> Slack {
    let api = Api::at(base, tokens).unwrap();
    let slack = Slack::new(api, Arc::new(config), Arc::new(policy()));
    slack.with_clock(Arc::clone(clock) as Arc<dyn Clock>)
}

impl Probe {
    /// The process ends, and another begins that knows nothing.
    pub fn restart(&mut self) {
        let tokens = Arc::new(OneTeam::new(TOKEN.into()));
        self.slack = slack(&self.stand_in.base, config(), tokens, &self.clock);
    }

    /// Time passes until nothing has to wait.
    pub fn passes(&self) {
        self.clock.set(self.clock.now() + TimeDelta::minutes(2));
    }

    pub async fn tell(&self, n: u16, to: Destination, words: &str) -> Result<Place, Error> {
        self.passes();
        let pieces = vec![Piece::Text(words.to_owned())];
        let message = Message { ticket: None, pieces, urgent: false, actions: Vec::new() };
        let delivered = self.slack.tell(Post { effect: effect(n), to, message }).await?;
        Ok(delivered.place)
    }

    pub async fn show(&self, n: u16, at: Option<Place>, title: &str) -> Result<Place, Error> {
        self.passes();
        let show = Show { effect: effect(n), at, channel: "support".into(), card: card(1, title) };
        Ok(self.slack.show(show).await?.place)
    }
}

pub fn effect(n: u16) -> EffectId {
    EffectId { cause: Origin::Job("delivery".to_owned()), n }
}

pub fn channel() -> Destination {
    Destination::Channel("support".into())
}

/// The card of a ticket that was just filed.
pub fn card(number: u64, title: &str) -> Card {
    Card {
        key: TicketKey::new("SUP", number),
        seq: 1,
        title: Some(title.to_owned()),
        details: None,
        status: StatusKind::New,
        kind: Kind::Incident,
        priority: PriorityId::new("P2"),
        priority_name: "high".to_owned(),
        area: None,
        squad: None,
        requester: Named { id: PersonId::new("slack:U1"), name: "Jo".to_owned() },
        owner: None,
        opened_at: NOW.parse().unwrap(),
        waiting: None,
        merged_into: None,
        promises: Vec::new(),
        resolution: None,
        stars: None,
        restricted: false,
        fields: Vec::new(),
        reports_to: None,
        reports: 0,
        post_mortem: None,
        changes: Vec::new(),
        waking: Vec::new(),
        messages: 0,
        actions: Vec::new(),
    }
}
