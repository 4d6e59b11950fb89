//! What is kept beside the log is what the log says, or is found and written anew.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::adapter::{About, Append, Commit, Derived, Inbound, Maintenance, Row, Snapshot, Wake};
use supporty_core::desk::{Clock, Desk, Finding, ManualClock, Wrong, audit, rebuild};
use supporty_core::policy::Policy;
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::ticket::{Command, StatusKind, Ticket};
use supporty_core::vocab::{Identity, Place, Resolution, TicketKey, WaitingOn};
use supporty_store::Memory;
use team::bench::Bench;
use team::{at, open, reply, stores};

const POLICY: &str = r#"
[people.gwen]
[people.lea]
[squads.web]
channel = "squad-web"
members = ["gwen", "lea"]
gardener_rota = "web"
[areas.checkout]
squad = "web"
[rotas.web]
squad = "web"
[[rotas.web.rotations]]
every = "week"
start = "2026-01-05 09:00"
members = ["gwen", "lea"]
"#;

struct Kept {
    bench: Bench,
    upkeep: Arc<dyn Maintenance>,
    key: TicketKey,
    _folder: Option<tempfile::TempDir>,
}

impl Kept {
    /// A ticket of 120 messages, whose snapshot is of the first hundred entries, beside one that was merged into it.
    async fn new((store, upkeep, folder): stores::Kept) -> Self {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", POLICY).await;
        let key = bench.opens("rita", "P3", "checkout").await;
        let other = bench.opens("rita", "P2", "checkout").await;
        for number in 0..120 {
            let said_at = at("2026-01-12T10:00:00Z") + TimeDelta::seconds(number);
            bench.clock.set(said_at);
            let said = reply(&format!("m{number}"), said_at);
            bench.asks("rita", About::Ticket(key.clone()), said).await.outcome.unwrap();
        }
        bench.does("gwen", &other, Command::Merge { into: key.clone() }).await;
        Self { bench, upkeep, key, _folder: folder }
    }

    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for store in stores::kept().await {
            all.push(Self::new(store).await);
        }
        all
    }

    fn stream(&self) -> StreamId {
        StreamId::Ticket(self.key.clone())
    }

    async fn derived(&self) -> Derived {
        self.upkeep.derived(self.stream()).await.unwrap()
    }

    async fn findings(&self) -> Vec<Finding> {
        audit(self.bench.store.as_ref(), self.upkeep.as_ref()).await.unwrap().findings
    }

    async fn only_finding(&self) -> Finding {
        let findings = self.findings().await;
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings[0].clone()
    }

    async fn rebuild(&self) {
        let rebuilt = rebuild(self.bench.store.as_ref(), self.upkeep.as_ref()).await.unwrap();
        assert_eq!(rebuilt.findings, []);
        assert_eq!(rebuilt.streams, 4, "two tickets, a rota and the desk");
    }

    /// Damages what is kept beside the ticket's log, as it is but for what is changed here.
    async fn damage(&self, change: impl FnOnce(&mut Append)) {
        let Derived { last, row, wake } = self.derived().await;
        let mut append = Append { row, wake, ..Append::new(self.stream(), last, Vec::new()) };
        change(&mut append);
        self.bench.store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_wrong_with_a_store_that_only_desks_wrote_to() {
    for kept in Kept::all().await {
        let audit = audit(kept.bench.store.as_ref(), kept.upkeep.as_ref()).await.unwrap();
        assert_eq!((audit.streams, audit.findings), (4, Vec::new()));
        assert!(audit.entries > 120);
        kept.rebuild().await;
        assert_eq!(kept.findings().await, []);
    }
}

#[tokio::test]
async fn a_row_that_is_not_the_logs_is_found_and_written_anew() {
    for kept in Kept::all().await {
        let right = kept.derived().await;
        kept.damage(|append| {
            append.row = append.row.take().map(|row| Row { status: StatusKind::Closed, messages: 3, ..row });
        })
        .await;
        let finding = kept.only_finding().await;
        assert_eq!(finding.stream, Some(kept.stream()));
        let told = "`ticket/SUP-1` is listed with `messages` 3 where its log says 120, `status` \"closed\" where its \
                    log says \"new\": rebuild what is derived from the log";
        assert_eq!(finding.to_string(), told);
        assert!(finding.can_be_rebuilt());
        kept.rebuild().await;
        assert_eq!((kept.findings().await, kept.derived().await), (Vec::new(), right));
    }
}

#[tokio::test]
async fn a_timer_that_is_not_the_logs_is_found_and_armed_anew() {
    for kept in Kept::all().await {
        let right = kept.derived().await;
        let later = at("2027-01-01T00:00:00Z");
        for wrong in [None, right.wake.clone().map(|wake| Wake { due: later, ..wake })] {
            kept.damage(|append| append.wake = wrong.clone()).await;
            let finding = kept.only_finding().await;
            assert_eq!(finding.wrong, Wrong::Timer { kept: wrong, expected: right.wake.clone() });
            kept.rebuild().await;
            assert_eq!((kept.findings().await, kept.derived().await), (Vec::new(), right.clone()));
        }
    }
}

#[tokio::test]
async fn a_timer_of_a_rota_is_found_as_well() {
    for kept in Kept::all().await {
        let stream = StreamId::Rota("web".into());
        let right = kept.upkeep.derived(stream.clone()).await.unwrap();
        let append = Append::new(stream.clone(), right.last, Vec::new());
        kept.bench.store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
        assert_eq!(kept.only_finding().await.stream, Some(stream.clone()));
        kept.rebuild().await;
        assert_eq!(kept.upkeep.derived(stream).await.unwrap(), right);
        assert_eq!(kept.findings().await, []);
    }
}

#[tokio::test]
async fn a_snapshot_that_is_not_the_logs_is_found_and_a_new_one_written() {
    for kept in Kept::all().await {
        let format = Ticket::FORMAT.to_owned();
        let recall = || kept.bench.store.recall(kept.stream(), format.clone());
        let right = recall().await.unwrap().snapshot.unwrap();
        let mut other: Ticket = serde_json::from_str(&right.body).unwrap();
        other.messages = 1;
        let body = serde_json::to_string(&other).unwrap();
        for (wrong, told) in [
            (Snapshot { body, ..right.clone() }, "differs from the log in `messages`"),
            (Snapshot { body: "{}".to_owned(), ..right.clone() }, "can not be read"),
            (Snapshot { seq: right.seq - 1, ..right.clone() }, "differs from the log in"),
            (Snapshot { seq: 4000, ..right.clone() }, "is of an entry that the log does not have"),
        ] {
            kept.damage(|append| append.snapshot = Some(wrong)).await;
            let finding = kept.only_finding().await.to_string();
            assert!(finding.contains(told), "{finding}");
            kept.rebuild().await;
            assert_eq!(kept.findings().await, []);
            assert_eq!(recall().await.unwrap().snapshot.unwrap().seq, kept.derived().await.last);
        }
    }
}

#[tokio::test]
async fn a_thread_that_leads_elsewhere_is_found_and_brought_back() {
    for kept in Kept::all().await {
        let place: Place = kept.bench.ticket(&kept.key).await.places[0].clone();
        let elsewhere = (place.clone(), StreamId::Desk);
        kept.bench.store.commit(Commit { places: vec![elsewhere], ..Commit::default() }).await.unwrap();
        let wrong = Wrong::Place { place: place.clone(), kept: Some(StreamId::Desk) };
        assert_eq!(kept.only_finding().await.wrong, wrong);
        kept.rebuild().await;
        assert_eq!(kept.bench.store.find(place).await.unwrap(), Some(kept.stream()));
        assert_eq!(kept.findings().await, []);
    }
}

#[tokio::test]
async fn a_stream_that_can_not_be_read_is_found_and_stops_no_other() {
    for kept in Kept::all().await {
        let last = kept.derived().await.last;
        let entry = RawEntry {
            seq: last + 1,
            at: kept.bench.clock.now(),
            kind: "teleported".to_owned(),
            body: "{}".to_owned(),
        };
        kept.damage(|append| append.entries.push(entry)).await;
        let finding = kept.only_finding().await;
        assert!(finding.to_string().contains("`teleported`, can not be read"), "{finding}");
        assert!(!finding.can_be_rebuilt());
        let rebuilt = rebuild(kept.bench.store.as_ref(), kept.upkeep.as_ref()).await.unwrap();
        assert_eq!((rebuilt.streams, rebuilt.findings), (3, vec![finding]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audit_and_a_rebuild_go_well_while_a_worker_writes() {
    for kept in Kept::all().await {
        kept.damage(|append| append.wake = None).await;
        let (desk, key, store) = (kept.bench.desk.clone(), kept.key.clone(), Arc::clone(&kept.bench.store));
        let writing = tokio::spawn(async move {
            for number in 0..60 {
                let about = About::Ticket(key.clone());
                let inbound = Inbound {
                    key: format!("busy/{number}").as_str().into(),
                    from: Identity::new("local", "rita"),
                    about,
                    command: reply(&format!("busy{number}"), desk.now()),
                    texts: Vec::new(),
                    at: desk.now(),
                };
                desk.handle(inbound).await.unwrap().outcome.unwrap();
                desk.work().await.unwrap();
            }
        });
        while !writing.is_finished() {
            rebuild(store.as_ref(), kept.upkeep.as_ref()).await.unwrap();
            assert_eq!(kept.findings().await, []);
        }
        writing.await.unwrap();
        assert_eq!(kept.findings().await, []);
        assert_eq!(kept.bench.ticket(&kept.key).await.messages, 180);
    }
}

fn moves() -> impl Strategy<Value = Vec<(i64, &'static str, u64, Command)>> {
    let until = at("2026-01-14T10:00:00Z");
    let command = prop_oneof![
        3 => prop::sample::select(&["P1", "P2", "P3"][..]).prop_map(open),
        2 => Just(Command::Claim),
        2 => Just(reply("m", at("2026-01-12T10:00:00Z"))),
        1 => Just(Command::Wait { on: WaitingOn::Requester, until, why: None }),
        1 => Just(Command::Reprioritise { to: "P1".into(), why: None }),
        1 => Just(Command::Resolve { resolution: Resolution::Explanation, note: None }),
        1 => Just(Command::Confirm),
        1 => Just(Command::Reopen { why: None }),
        1 => (1u64..4).prop_map(|into| Command::Merge { into: TicketKey::new("SUP", into) }),
        1 => Just(Command::Unmerge),
    ];
    prop::collection::vec(
        (0i64..40_000, prop::sample::select(&["gwen", "rita"][..]), 1u64..4, command),
        1..25,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_ask_the_audit_finds_nothing(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let store = Arc::new(Memory::new());
            let clock = Arc::new(ManualClock::new(at("2026-01-12T10:00:00Z")));
            let builder = Desk::builder(store.clone()).policy(Policy::from_toml(POLICY).unwrap());
            let desk = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>).build().await.unwrap();
            for (n, (after, user, number, command)) in moves.into_iter().enumerate() {
                clock.set(clock.now() + TimeDelta::seconds(after));
                let opens = matches!(command, Command::Open(_));
                let about = if opens { About::New } else { About::Ticket(TicketKey::new("SUP", number)) };
                let key = format!("k{n}").as_str().into();
                let (from, at) = (Identity::new("local", user), clock.now());
                let inbound = Inbound { key, from, about, command, texts: Vec::new(), at };
                drop(desk.handle(inbound).await.unwrap());
                desk.work().await.unwrap();
                let audit = audit(store.as_ref(), store.as_ref()).await.unwrap();
                assert_eq!(audit.findings, []);
            }
        });
    }
}
