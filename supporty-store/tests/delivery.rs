//! From a change to a solved ticket, on every store: what a code host tells, and what the desk makes of it.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Arrival, Destination, Inbound, ServiceInbound, Store};
use supporty_core::desk::{Whose, audit};
use supporty_core::service::{Command, Contents, Deployment, Merged, Refusal};
use supporty_core::ticket::{Command as Ask, CommandKind, Progress};
use supporty_core::vocab::{
    Bond, Change, ChangeState, Identity, Kind, Period, ServiceId, SquadId, TicketKey, Time,
};

use team::at;
use team::bench::{Bench, asks_for};
use team::stores::kept;

const TEAM: &str = r#"
[people.gwen]
[squads.web]
members = ["gwen"]
[squads.data]
members = ["gwen"]
[areas.checkout]
squad = "web"
[services.shop]
squad = "web"
[services.lake]
squad = "data"
"#;

const NOW: &str = "2026-01-05T10:00:00Z";

async fn bench(store: &Arc<dyn Store>) -> Bench {
    Bench::new(Arc::clone(store), NOW, TEAM).await
}

async fn incident(bench: &mut Bench) -> TicketKey {
    let command = asks_for("P2", "checkout", Kind::Incident);
    bench.asks("rita", About::New, command).await.outcome.unwrap().ticket
}

async fn learns(bench: &Bench, told: ServiceInbound) -> Result<u64, Refusal> {
    let answer = bench.desk.learn(told).await.unwrap();
    bench.desk.work().await.unwrap();
    answer
}

fn host() -> Identity {
    Identity { bot: true, ..Identity::new("github", "hook") }
}

fn told(name: &str, service: &str, command: Command) -> ServiceInbound {
    ServiceInbound { key: name.into(), from: host(), service: service.into(), command, at: at(NOW) }
}

fn merged(at: Time, fixes: &TicketKey) -> Command {
    Command::Merge(Merged {
        change: "host/1/42".into(),
        label: "acme/shop#42".to_owned(),
        commit: "c42".to_owned(),
        began: at - chrono::TimeDelta::hours(5),
        at,
        fixes: [fixes.clone()].into(),
        reverts: None,
        as_of: None,
    })
}

fn deployed(name: &str, commit: &str, at: Time) -> Command {
    let contents = Contents::Commits([commit.to_owned()].into());
    let id = name.into();
    Command::Deploy(Deployment { id, commit: commit.to_owned(), at, contents, rollback: false, url: None })
}

#[tokio::test]
async fn a_fix_that_is_deployed_proposes_to_resolve_its_ticket_once() {
    for (store, upkeep, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let key = incident(&mut bench).await;
        let now = at(NOW);
        let change = Change {
            id: "host/1/42".into(),
            label: "acme/shop#42".to_owned(),
            url: "https://code.example/42".to_owned(),
            state: ChangeState::Merged { at: now },
            opened_at: now,
            as_of: now,
        };
        let link = Ask::Link { bond: Bond::Fix, change };
        let about = About::Ticket(key.clone());
        let linked = Inbound::ask("github/1/42/merged/SUP-1".into(), host(), about, link, now);
        bench.desk.handle(linked).await.unwrap().outcome.unwrap();
        learns(&bench, told("github/1/42/merged", "shop", merged(now, &key))).await.unwrap();
        let shown = bench.chat.cards().pop().unwrap().changes;
        assert_eq!((shown[0].bond, shown[0].progress), (Bond::Fix, Progress::Merged));

        let deployment = told("github/deployment/7/success", "shop", deployed("github/7", "c42", now));
        for _ in 0..2 {
            learns(&bench, deployment.clone()).await.unwrap();
        }
        let again = told("github/deployment/7/other", "shop", deployed("github/7", "c42", now));
        assert_eq!(learns(&bench, again).await, Err(Refusal::Known));

        let card = bench.chat.cards().pop().unwrap();
        assert_eq!(card.changes[0].progress, Progress::Deployed);
        let place = bench.desk.ticket(key.clone()).await.unwrap().unwrap().places.pop().unwrap();
        let there = Destination::Thread(place);
        let thread = bench.chat.seen(&there);
        let proposed = "What is meant to solve this is deployed to shop. If it is done, resolve it.";
        for words in ["acme/shop#42 is meant to solve this.", proposed] {
            assert_eq!(thread.iter().filter(|line| *line == words).count(), 1, "{thread:?}");
        }
        let proposal = bench.chat.messages(&there);
        assert!(proposal.iter().any(|message| message.actions == [CommandKind::Resolve]));
        let findings = audit(store.as_ref(), upkeep.as_ref()).await.unwrap().findings;
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[tokio::test]
async fn figures_are_by_service_and_by_squad() {
    for (store, _, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let key = incident(&mut bench).await;
        let now = at(NOW);
        learns(&bench, told("a", "shop", deployed("ci/1", "c1", now))).await.unwrap();
        learns(&bench, told("b", "shop", deployed("ci/2", "c2", now))).await.unwrap();
        learns(&bench, told("c", "lake", deployed("ci/3", "c3", now))).await.unwrap();
        learns(&bench, told("d", "unnamed", deployed("ci/4", "c4", now))).await.unwrap();
        let blame = Ask::Blame { service: "shop".into(), deployment: "ci/2".into() };
        bench.does("gwen", &key, blame).await;

        let day = Period::new(at("2026-01-05T00:00:00Z"), at("2026-01-06T00:00:00Z"));
        let of = async |whose| {
            let figures = bench.desk.delivery(&whose, day).await.unwrap();
            (figures.deployments, figures.failed, figures.incidents)
        };
        assert_eq!(of(Whose::Everybodys).await, (3, 1, 1), "what the policy does not name is kept aside");
        assert_eq!(of(Whose::Service(ServiceId::new("shop"))).await, (2, 1, 1));
        assert_eq!(of(Whose::Service(ServiceId::new("lake"))).await, (1, 0, 0));
        assert_eq!(of(Whose::Squad(SquadId::new("web"))).await, (2, 1, 1));
        assert_eq!(of(Whose::Squad(SquadId::new("data"))).await, (1, 0, 0));
        assert_eq!(bench.desk.service(&ServiceId::new("unnamed")).await.unwrap().deployed.len(), 1);
    }
}

#[tokio::test]
async fn what_was_accepted_before_a_crash_is_learnt_after_it() {
    for (store, _, _folder) in kept().await {
        let bench = bench(&store).await;
        let now = at(NOW);
        let left = told("left", "shop", deployed("ci/1", "c1", now));
        let body = serde_json::to_string(&left).unwrap();
        store.accept(Arrival { key: "left".into(), body, at: now, until: now }).await.unwrap();
        bench.down_until("2026-01-05T10:05:00Z").await;
        assert_eq!(bench.desk.service(&ServiceId::new("shop")).await.unwrap().deployed.len(), 1);
        assert_eq!(learns(&bench, left).await, Ok(1), "it is answered as it was decided");
    }
}
