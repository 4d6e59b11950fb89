//! Rotas on real stores: what people arrange is kept, told and read by whoever pages.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Destination, Inbound, RotaInbound, Store};
use supporty_core::desk::{Clock, Desk, ManualClock, Unclosed};
use supporty_core::pay::{Item, statements};
use supporty_core::policy::Policy;
use supporty_core::rota::{Command, Reason, Refusal, SwapState};
use supporty_core::testing::FakeChat;
use supporty_core::ticket::{Event, Open};
use supporty_core::vocab::{Band, Identity, Kind, Period, Recipient, RotaId, Text, TextRef, TextRow};

use team::stores::stores;
use team::{at, open};

const TEAM: &str = r#"
zone = "Europe/London"
[people.gwen]
[people.lea]
[people.oli]
[squads.web]
name = "Web"
channel = "squad-web"
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener_rota = "web"
on_call_rota = "web"
[areas.checkout]
squad = "web"
[rotas.web]
name = "Web gardener"
squad = "web"
[[rotas.web.rotations]]
every = "week"
start = "2026-03-16 09:00"
members = ["gwen", "oli"]
"#;

struct Bench {
    desk: Desk,
    chat: Arc<FakeChat>,
    clock: Arc<ManualClock>,
    said: u32,
}

impl Bench {
    async fn new(store: Arc<dyn Store>, now: &str) -> Self {
        Self::with(store, now, Policy::from_toml(TEAM).unwrap()).await
    }

    async fn with(store: Arc<dyn Store>, now: &str, policy: Policy) -> Self {
        let chat = Arc::new(FakeChat::new("local".into()));
        let clock = Arc::new(ManualClock::new(at(now)));
        let builder = Desk::builder(store).policy(policy);
        let builder = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let desk = builder.chat("local".into(), Arc::clone(&chat) as _).build().await.unwrap();
        Self { desk, chat, clock, said: 0 }
    }

    fn asks(&mut self, user: &str, command: Command) -> RotaInbound {
        self.said += 1;
        RotaInbound {
            key: format!("test/rota/{}/{user}", self.said).as_str().into(),
            from: Identity::new("local", user),
            rota: "web".into(),
            command,
            texts: Vec::new(),
            at: self.clock.now(),
        }
    }

    async fn arrange(&mut self, user: &str, command: Command) -> Result<u64, Refusal> {
        let asked = self.asks(user, command);
        let answer = self.desk.arrange(asked).await.unwrap();
        self.desk.work().await.unwrap();
        answer
    }

    async fn on(&self) -> Vec<String> {
        let rotas = self.desk.rotas().await.unwrap();
        let segment = rotas.who(&RotaId::new("web"), self.clock.now()).unwrap();
        segment.on.iter().map(|on| on.person.to_string()).collect()
    }

    fn heard(&self, person: &str) -> Vec<String> {
        self.chat.seen(&Destination::Person(person.to_owned()))
    }

    /// Opens a ticket of the highest priority, lets the desk work, and says whom its ladder told first.
    async fn page(&mut self) -> Vec<Recipient> {
        self.said += 1;
        let words = |name: &str| TextRow {
            at: TextRef::new(name),
            author: None,
            internal: false,
            text: Text::new("checkout is down", Text::MESSAGE).unwrap(),
        };
        let inbound = Inbound {
            key: format!("test/open/{}", self.said).as_str().into(),
            from: Identity::new("local", "rita"),
            about: About::New,
            command: open("P1"),
            texts: vec![words("title"), words("more")],
            at: self.clock.now(),
        };
        let ticket = self.desk.handle(inbound).await.unwrap().ticket.unwrap();
        self.desk.work().await.unwrap();
        let log = self.desk.log(ticket).await.unwrap();
        let told = log.iter().find_map(|entry| match &entry.event {
            Event::Escalated(fired) => {
                let known = fired.rotas.contains_key(&RotaId::new("web"));
                assert!(known, "it is recorded which version of the rota said so");
                Some(fired.told.iter().map(|told| told.to.clone()).collect())
            }
            _ => None,
        });
        told.unwrap()
    }
}

fn period(from: &str, until: &str) -> Period {
    Period::new(at(from), at(until))
}

fn swap(person: &str, from: &str, until: &str) -> Command {
    Command::AskSwap { person: person.into(), period: period(from, until), with: None, why: None }
}

fn sick(person: &str, from: &str, until: &str) -> Command {
    Command::BeAway { person: person.into(), period: period(from, until), reason: Reason::Sick, why: None }
}

#[tokio::test]
async fn a_swap_over_a_clock_change_pages_whoever_took_it() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z").await;
        // Oli's week, with the clock change in the night to Sunday, 29 March.
        let night = swap("oli", "2026-03-28T18:00:00Z", "2026-03-29T09:00:00Z");
        let asked = bench.arrange("oli", night).await.unwrap();
        let channel = bench.chat.seen(&Destination::Channel("squad-web".into()));
        assert!(channel.iter().any(|line| line.contains("asks for somebody to take over")), "{channel:?}");
        let taken = bench.asks("lea", Command::TakeSwap { swap: asked, in_return: None });
        let first = bench.desk.arrange(taken.clone()).await.unwrap();
        assert_eq!(first, bench.desk.arrange(taken).await.unwrap(), "the same press, once");
        bench.desk.work().await.unwrap();
        assert!(
            bench.heard("oli").iter().any(|line| line.contains("takes over")),
            "{:?}",
            bench.heard("oli")
        );

        let mut later = Bench::new(store, "2026-03-29T01:30:00Z").await;
        assert_eq!(later.on().await, ["lea"]);
        let told = later.page().await;
        assert!(told.contains(&Recipient::Person("lea".into())), "{told:?}");
        assert!(!told.contains(&Recipient::Person("oli".into())), "{told:?}");
        let p1 = Open {
            title: TextRef::new("title"),
            details: None,
            kind: Kind::Incident,
            priority: "P1".into(),
            area: Some("checkout".into()),
            on_behalf: None,
            fields: Default::default(),
            restricted: false,
            drill: None,
        };
        let hour = chrono::TimeDelta::hours(1);
        let steps =
            later.desk.who_would_be_told(p1, at("2026-03-29T02:00:00Z"), hour).await.unwrap().unwrap();
        let lea = |one: &&supporty_core::explain::Hears| {
            one.to == Recipient::Person("lea".into()) && one.duty.is_some()
        };
        let lea = steps.iter().flat_map(|step| &step.hears).find(lea).unwrap();
        assert_eq!(lea.duty.as_ref().unwrap().on.arranged, first.clone().ok(), "by the swap that she took");
        let explained = later.desk.explain("SUP-1".parse().unwrap(), hour).await.unwrap().unwrap();
        let text = explained.text(&supporty_core::time::Zone::utc());
        assert!(
            text.contains(&format!("put on Web gardener by its entry {}", first.clone().unwrap())),
            "{text}"
        );
        later.clock.set(at("2026-03-29T09:00:00Z"));
        assert_eq!(later.on().await, ["oli"]);
    }
}

#[tokio::test]
async fn somebody_who_falls_ill_is_not_paged_and_the_lead_hears_of_the_gap() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-24T03:00:00Z").await;
        assert_eq!(bench.on().await, ["oli"]);
        let away =
            bench.arrange("gwen", sick("oli", "2026-03-24T03:00:00Z", "2026-03-25T00:00:00Z")).await.unwrap();
        assert!(bench.on().await.is_empty());
        assert!(
            bench.heard("lea").iter().any(|line| line.contains("nobody is on")),
            "{:?}",
            bench.heard("lea")
        );
        let told = bench.page().await;
        assert!(!told.contains(&Recipient::Person("oli".into())), "{told:?}");
        bench.arrange("oli", Command::SetFallback { people: vec!["gwen".into()] }).await.unwrap();
        assert!(bench.page().await.contains(&Recipient::Person("gwen".into())));
        bench.arrange("oli", Command::ComeBack { away }).await.unwrap();
        assert_eq!(bench.on().await, ["oli"]);
    }
}

#[tokio::test]
async fn a_swap_that_nobody_takes_expires_by_its_timer_and_its_owner_is_told() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z").await;
        let asked =
            bench.arrange("oli", swap("oli", "2026-03-23T09:00:00Z", "2026-03-24T09:00:00Z")).await.unwrap();
        bench.clock.set(at("2026-03-23T09:00:00Z"));
        bench.desk.work().await.unwrap();
        let rotas = bench.desk.rotas().await.unwrap();
        assert_eq!(rotas.state(&"web".into()).unwrap().swaps[&asked].state, SwapState::Expired);
        assert!(
            bench.heard("oli").iter().any(|line| line.contains("stays yours")),
            "{:?}",
            bench.heard("oli")
        );
        let late = bench.arrange("lea", Command::TakeSwap { swap: asked, in_return: None }).await;
        assert_eq!(late, Err(Refusal::Gone));
        let nowhere =
            RotaInbound { rota: "nowhere".into(), ..bench.asks("lea", Command::CancelSwap { swap: 1 }) };
        assert_eq!(bench.desk.arrange(nowhere).await.unwrap(), Err(Refusal::NoSuchRota));
    }
}

#[tokio::test]
async fn one_press_that_comes_twice_at_once_is_done_once_and_answered_the_same() {
    for (store, _folder) in stores().await {
        let mut one = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z").await;
        let other = Bench::new(store, "2026-03-20T12:00:00Z").await;
        let press = one.asks("oli", sick("oli", "2026-03-23T09:00:00Z", "2026-03-24T09:00:00Z"));
        let (first, second) = tokio::join!(one.desk.arrange(press.clone()), other.desk.arrange(press));
        assert_eq!(first.unwrap(), second.unwrap());
        let rotas = one.desk.rotas().await.unwrap();
        assert_eq!(rotas.state(&"web".into()).unwrap().away.len(), 1);
    }
}

#[tokio::test]
async fn two_desks_on_one_store_see_each_others_arrangements_and_one_taker_wins() {
    for (store, _folder) in stores().await {
        let mut one = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z").await;
        let mut other = Bench::new(store, "2026-03-20T12:00:00Z").await;
        let asked =
            one.arrange("oli", swap("oli", "2026-03-23T09:00:00Z", "2026-03-24T09:00:00Z")).await.unwrap();
        let (lea, gwen) = (
            one.asks("lea", Command::TakeSwap { swap: asked, in_return: None }),
            other.asks("gwen", Command::TakeSwap { swap: asked, in_return: None }),
        );
        let (lea, gwen) = tokio::join!(one.desk.arrange(lea), other.desk.arrange(gwen));
        let answers = [lea.unwrap(), gwen.unwrap()];
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.contains(&Err(Refusal::Gone)), "{answers:?}");
        for bench in [&one, &other] {
            bench.clock.set(at("2026-03-23T12:00:00Z"));
        }
        assert_eq!(one.on().await, other.on().await);
    }
}

/// The story of a night: a gardener rota over a clock change, with a swap, somebody ill, and a holiday.
const NIGHT: &str = r#"
[people.gwen]
holidays = "uk"
[calendars.uk]
hours = "mon-fri 09:00-17:00"
zone = "Europe/London"
holidays = { "2026-03-29" = "a local holiday" }
[pay]
currency = "GBP"
working = "mon-fri 09:00-17:00"
minimum_call_out = "1h"
[[pay.rates]]
from = 2026-01-01
standby = { weeknight = "2", weekend = "3", holiday = "5" }
call_out = { weeknight = "20", weekend = "30", holiday = "50" }
"#;

#[tokio::test]
async fn the_p1_of_the_night_pages_whoever_took_the_shift_and_the_statement_pays_them() {
    let policy = Policy::from_toml(&TEAM.replace("[people.gwen]\n", NIGHT)).unwrap();
    for (store, _folder) in stores().await {
        let mut bench = Bench::with(Arc::clone(&store), "2026-03-20T12:00:00Z", policy.clone()).await;
        // Oli has the week of 23 March; Gwen takes the weekend with the clock change, and Oli falls ill on Friday.
        let weekend = swap("oli", "2026-03-28T00:00:00Z", "2026-03-30T08:00:00Z");
        let asked = bench.arrange("oli", weekend).await.unwrap();
        bench.arrange("gwen", Command::TakeSwap { swap: asked, in_return: None }).await.unwrap();
        bench.arrange("oli", sick("oli", "2026-03-27T00:00:00Z", "2026-03-28T00:00:00Z")).await.unwrap();

        bench.clock.set(at("2026-03-29T00:30:00Z"));
        let told = bench.page().await;
        assert!(told.contains(&Recipient::Person("gwen".into())), "{told:?}");
        let ticket = About::Ticket("SUP-1".parse().unwrap());
        for (minutes, command) in [
            (10, supporty_core::ticket::Command::Claim),
            (
                45,
                supporty_core::ticket::Command::Resolve {
                    resolution: supporty_core::vocab::Resolution::Configuration,
                    note: None,
                },
            ),
        ] {
            bench.clock.set(at("2026-03-29T00:30:00Z") + chrono::TimeDelta::minutes(minutes));
            let key = format!("test/night/{minutes}").as_str().into();
            let asked =
                Inbound::ask(key, Identity::new("local", "gwen"), ticket.clone(), command, bench.clock.now());
            bench.desk.handle(asked).await.unwrap().outcome.unwrap();
            bench.desk.work().await.unwrap();
        }
        let heard = bench.heard("gwen");
        assert!(heard.iter().any(|line| line.contains("You were called out for")), "{heard:?}");
        let rotas = bench.desk.rotas().await.unwrap();
        let (entry, call_out) = rotas.state(&"web".into()).unwrap().call_outs.iter().next().unwrap();
        assert_eq!(call_out.period, period("2026-03-29T00:30:00Z", "2026-03-29T01:15:00Z"));
        bench.arrange("gwen", Command::ConfirmCallOut { call_out: *entry, period: None }).await.unwrap();
        assert_eq!(
            bench.arrange("gwen", Command::ApproveCallOut { call_out: *entry }).await,
            Err(Refusal::NotTheLead)
        );
        bench.arrange("lea", Command::ApproveCallOut { call_out: *entry }).await.unwrap();

        let rotas = bench.desk.rotas().await.unwrap();
        let all = statements(&rotas, "2026-03".parse().unwrap());
        let line = |who: &str, wanted: &dyn Fn(&Item) -> bool| -> i64 {
            let lines = all.iter().filter(|one| one.person.as_str() == who).flat_map(|one| &one.lines);
            lines.filter(|line| wanted(&line.item)).map(|line| line.amount).sum()
        };
        let holiday = |item: &Item| matches!(item, Item::Standby { band: Band::Holiday, .. });
        assert_eq!(line("gwen", &holiday), 23 * 500, "her holiday has 23 hours, since the clocks go forward");
        assert_eq!(
            line("gwen", &|item| matches!(item, Item::CallOut { .. })),
            5000,
            "45 minutes are paid as an hour"
        );
        let (march, april) = ("2026-03".parse().unwrap(), "2026-04".parse().unwrap());
        let lea = Identity::new("local", "lea");
        assert_eq!(
            bench.desk.close_month("close/3".into(), &lea, march).await.unwrap(),
            Err(Unclosed::NotOver)
        );
        bench.clock.set(at("2026-04-02T09:00:00Z"));
        let gwen = Identity::new("local", "gwen");
        let hers = bench.desk.close_month("close/3".into(), &gwen, march).await.unwrap();
        assert_eq!(hers, Err(Unclosed::NotPermitted), "leads close months");
        let closed = bench.desk.close_month("close/3".into(), &lea, march).await.unwrap().unwrap();
        assert_eq!(closed, all);
        let forgotten = Command::ProposeCallOut {
            person: "gwen".into(),
            ticket: "SUP-1".parse().unwrap(),
            period: period("2026-03-28T23:00:00Z", "2026-03-29T00:00:00Z"),
        };
        let entry = bench.arrange("lea", forgotten).await.unwrap();
        bench.arrange("gwen", Command::ConfirmCallOut { call_out: entry, period: None }).await.unwrap();
        bench.arrange("lea", Command::ApproveCallOut { call_out: entry }).await.unwrap();
        assert_eq!(bench.desk.statements(march).await.unwrap(), closed, "what is closed stays");
        let next = bench.desk.statements(april).await.unwrap();
        let gwen = next.iter().find(|one| one.person.as_str() == "gwen").unwrap();
        let corrected = gwen.lines.iter().filter(|line| matches!(line.item, Item::Correction { .. }));
        assert_eq!(
            corrected.map(|line| line.amount).collect::<Vec<_>>(),
            [3000],
            "an hour of a Saturday, later"
        );

        // Oli keeps his week until Friday begins.
        let week = period("2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z");
        let oli = supporty_core::pay::standby(&rotas, policy.spec().pay.as_ref().unwrap(), week, |_, _| week);
        let hours: i64 = oli[&"oli".into()].iter().map(|one| one.period.length().num_hours()).sum();
        assert_eq!(hours, 3 * 16 + 7, "three nights, and Thursday's evening");
    }
}
