//! A desk on a store, with a chat and a clock that a test moves.

use std::sync::Arc;

use supporty_core::adapter::{About, Answer, Destination, Inbound, RotaInbound, Store};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::rota::{self, Refusal};
use supporty_core::testing::{FakeChat, FakeVcs};
use supporty_core::ticket::{Command, Open, Ticket};
use supporty_core::vocab::{Identity, Kind, RotaId, Text, TextRef, TextRow, TicketKey};

use super::at;

pub(crate) struct Bench {
    pub(crate) desk: Desk,
    pub(crate) chat: Arc<FakeChat>,
    /// A code host by the name of `code`.
    pub(crate) code: Arc<FakeVcs>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<dyn Store>,
    said: u32,
}

/// A request of that priority, in an area or in none.
pub(crate) fn asks_for(priority: &str, area: &str, kind: Kind) -> Command {
    let details = Some(TextRef::new("more"));
    let area = Some(area).filter(|area| !area.is_empty()).map(Into::into);
    Command::Open(Open { details, kind, area, ..Open::new(TextRef::new("title"), priority) })
}

impl Bench {
    pub(crate) async fn new(store: Arc<dyn Store>, now: &str, policy: &str) -> Self {
        let chat = Arc::new(FakeChat::new("local".into()));
        let clock = Arc::new(ManualClock::new(at(now)));
        let builder = Desk::builder(Arc::clone(&store)).policy(Policy::from_toml(policy).unwrap());
        let builder = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let code = Arc::new(FakeVcs::new("code".into()));
        let builder = builder.vcs("code".into(), Arc::clone(&code) as _);
        let desk = builder.chat("local".into(), Arc::clone(&chat) as _).build().await.unwrap();
        desk.work().await.unwrap();
        Self { desk, chat, code, clock, store, said: 0 }
    }

    /// Lets time pass as a desk does that is up: it wakes whenever there is something to do.
    pub(crate) async fn until(&self, when: &str) {
        while let Some(wake) = self.store.next_wake().await.unwrap().filter(|wake| *wake <= at(when)) {
            self.clock.set(wake.max(self.clock.now()));
            self.desk.work().await.unwrap();
        }
        self.clock.set(at(when));
    }

    /// Lets time pass as a desk does that is down until then.
    pub(crate) async fn down_until(&self, when: &str) {
        self.clock.set(at(when));
        self.desk.work().await.unwrap();
    }

    pub(crate) async fn asks(&mut self, user: &str, about: About, command: Command) -> Answer {
        self.said += 1;
        let words = |name: &str| TextRow {
            at: TextRef::new(name),
            author: None,
            internal: false,
            text: Text::new("checkout is down", Text::MESSAGE).unwrap(),
        };
        let inbound = Inbound {
            key: format!("test/{}/{user}/{}", self.clock.now(), self.said).as_str().into(),
            from: Identity::new("local", user),
            about,
            command,
            texts: vec![words("title"), words("more")],
            at: self.clock.now(),
        };
        let answer = self.desk.handle(inbound).await.unwrap();
        self.desk.work().await.unwrap();
        answer
    }

    pub(crate) async fn opens(&mut self, user: &str, priority: &str, area: &str) -> TicketKey {
        let command = asks_for(priority, area, Kind::Request);
        self.asks(user, About::New, command).await.outcome.unwrap().ticket
    }

    pub(crate) async fn does(&mut self, user: &str, key: &TicketKey, command: Command) {
        self.asks(user, About::Ticket(key.clone()), command).await.outcome.unwrap();
    }

    pub(crate) async fn arranges(
        &mut self,
        user: &str,
        rota: &str,
        command: rota::Command,
    ) -> Result<u64, Refusal> {
        self.said += 1;
        let asked = RotaInbound {
            key: format!("test/rota/{}/{user}/{}", self.clock.now(), self.said).as_str().into(),
            from: Identity::new("local", user),
            rota: rota.into(),
            command,
            texts: Vec::new(),
            at: self.clock.now(),
        };
        let answer = self.desk.arrange(asked).await.unwrap();
        self.desk.work().await.unwrap();
        answer
    }

    pub(crate) async fn ticket(&self, key: &TicketKey) -> Ticket {
        self.desk.ticket(key.clone()).await.unwrap().unwrap()
    }

    pub(crate) async fn rota(&self, rota: &str) -> supporty_core::rota::RotaState {
        let rotas = self.desk.rotas().await.unwrap();
        rotas.state(&RotaId::new(rota)).unwrap().clone()
    }

    /// What somebody heard directly.
    pub(crate) fn heard(&self, person: &str) -> Vec<String> {
        self.chat.seen(&Destination::Person(person.to_owned()))
    }
}
