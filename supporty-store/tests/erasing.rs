//! What people wrote can be deleted, by whom it was or by how long it was kept: what happened stays.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Form, Inbound, Maintenance, Query};
use supporty_core::desk::{Clock, Erased, Tidied, audit};
use supporty_core::rules::Row;
use supporty_core::stream::Cause;
use supporty_core::ticket::{Command, Erasure, Event, StatusKind, Ticket};
use supporty_core::vocab::{Actor, Identity, Resolution, Text, TextRef, TextRow, TicketKey, WaitingOn};
use team::bench::Bench;
use team::{at, reply, stores};

const POLICY: &str = r#"
[people.gwen]
[people.lea]
[squads.web]
channel = "squad-web"
members = ["gwen", "lea"]
gardener = "gwen"
[areas.checkout]
squad = "web"
[retention]
texts = "1 year"
handled = "30 days"
"#;

struct Desk {
    bench: Bench,
    upkeep: Arc<dyn Maintenance>,
    said: u64,
    _folder: Option<tempfile::TempDir>,
}

impl Desk {
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for (store, upkeep, folder) in stores::kept().await {
            let bench = Bench::new(store, "2026-01-12T10:00:00Z", POLICY).await;
            all.push(Self { bench, upkeep, said: 0, _folder: folder });
        }
        all
    }

    async fn takes(&self, inbound: Inbound) -> TicketKey {
        let done = self.bench.desk.handle(inbound).await.unwrap().outcome.unwrap();
        self.bench.desk.work().await.unwrap();
        done.ticket
    }

    async fn opens(&mut self, user: &str, title: &str) -> TicketKey {
        self.said += 1;
        let form = Form { area: Some("checkout".into()), details: "since nine", ..Form::new(title, "P2") };
        let key = format!("form/{}", self.said).as_str().into();
        let from = Identity::new("local", user);
        self.takes(Inbound::open(key, from, form, self.bench.clock.now()).unwrap()).await
    }

    async fn says(&mut self, user: &str, key: &TicketKey, words: &str) {
        self.said += 1;
        let id = format!("m{}", self.said);
        let text = Text::new(words, Text::MESSAGE).unwrap();
        let text = TextRow { at: TextRef::new(&id), author: None, internal: false, text };
        self.takes(Inbound {
            key: format!("message/{id}").as_str().into(),
            from: Identity::new("local", user),
            about: About::Ticket(key.clone()),
            command: reply(&id, self.bench.clock.now()),
            texts: vec![text],
            at: self.bench.clock.now(),
        })
        .await;
    }

    async fn closes(&mut self, key: &TicketKey) {
        let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
        self.bench.does("gwen", key, resolve).await;
        self.bench.does("rita", key, Command::Confirm).await;
    }

    async fn erase(&self, person: &str) -> Erased {
        let erased = self.bench.desk.erase(self.upkeep.as_ref(), &person.into()).await.unwrap();
        self.bench.desk.work().await.unwrap();
        erased
    }

    async fn tidy(&self) -> Tidied {
        let tidied = self.bench.desk.tidy(self.upkeep.as_ref()).await.unwrap();
        self.bench.desk.work().await.unwrap();
        tidied
    }

    async fn found(&self, words: &str) -> usize {
        let query = Query { search: Some(words.to_owned()), internal: true, ..Query::default() };
        self.bench.desk.list(query).await.unwrap().rows.len()
    }

    async fn row(&self, key: &TicketKey) -> Row {
        let rows = self.bench.desk.list(Query::default()).await.unwrap().rows;
        rows.into_iter().map(|listed| listed.row).find(|row| row.key == *key).unwrap()
    }

    /// Everything that is counted of a ticket.
    async fn figures(&self, key: &TicketKey) -> (Ticket, Row) {
        let (ticket, row) = (self.bench.ticket(key).await, self.row(key).await);
        let at = ticket.opened_at;
        let ticket = Ticket { seq: 0, last_at: at, erased: None, ..ticket };
        (ticket, Row { updated_at: at, erased: false, ..row })
    }

    async fn erasures(&self, key: &TicketKey) -> Vec<Event> {
        let log = self.bench.desk.log(key.clone()).await.unwrap();
        let erased = log.into_iter().filter(|entry| matches!(entry.event, Event::Erased { .. }));
        erased
            .map(|entry| {
                assert_eq!(entry.by, Actor::Desk);
                entry.event
            })
            .collect()
    }

    async fn is_sound(&self) {
        let audit = audit(self.bench.store.as_ref(), self.upkeep.as_ref()).await.unwrap();
        assert_eq!(audit.findings, []);
    }
}

#[tokio::test]
async fn erasing_somebody_deletes_their_words_and_the_log_says_why_and_no_figure_changes() {
    for mut desk in Desk::all().await {
        let hers = desk.opens("rita", "The shop burns").await;
        let his = desk.opens("oli", "A question").await;
        let apart = desk.opens("oli", "Another question").await;
        desk.says("rita", &hers, "it smokes").await;
        desk.says("gwen", &hers, "looking").await;
        desk.says("rita", &his, "me too").await;
        let before = (desk.figures(&hers).await, desk.figures(&his).await);
        let rita = "local:rita".into();
        let words = desk.bench.desk.words_of(desk.upkeep.as_ref(), &rita).await.unwrap();
        let mut words: Vec<_> = words.values().map(Text::as_str).collect();
        words.sort_unstable();
        assert_eq!(words, ["The shop burns", "it smokes", "me too", "since nine"]);

        assert_eq!(desk.erase("local:rita").await, Erased { texts: 4, tickets: 2 });
        for word in ["burns", "smokes", "too"] {
            assert_eq!(desk.found(word).await, 0, "{word}");
        }
        assert_eq!((desk.found("looking").await, desk.found("question").await), (1, 2));
        let erased =
            |texts| vec![Event::Erased { whose: Some("local:rita".into()), texts, because: Erasure::Asked }];
        assert_eq!(desk.erasures(&hers).await, erased(3));
        assert_eq!(desk.erasures(&his).await, erased(1));
        assert_eq!(desk.erasures(&apart).await, []);
        assert_eq!((desk.figures(&hers).await, desk.figures(&his).await), before);
        desk.is_sound().await;
        assert_eq!(desk.bench.desk.words_of(desk.upkeep.as_ref(), &rita).await.unwrap().len(), 0);

        assert_eq!(desk.erase("local:rita").await, Erased::default(), "it is done");
        desk.says("rita", &hers, "here again").await;
        assert_eq!(desk.erase("local:rita").await, Erased { texts: 1, tickets: 1 });
        assert_eq!(desk.erasures(&hers).await.len(), 2);
    }
}

#[tokio::test]
async fn an_erasure_that_was_cut_off_is_finished_by_another_one() {
    for mut desk in Desk::all().await {
        let key = desk.opens("rita", "The shop burns").await;
        let author = supporty_core::adapter::Erase::Author("local:rita".into());
        assert_eq!(desk.upkeep.erase(author).await.unwrap(), 2);
        assert_eq!(desk.erase("local:rita").await, Erased { texts: 0, tickets: 1 });
        assert_eq!(desk.erasures(&key).await.len(), 1);
    }
}

#[tokio::test]
async fn a_card_and_what_is_told_say_where_words_were_erased() {
    for mut desk in Desk::all().await {
        let key = desk.opens("rita", "The shop burns").await;
        let shown = |desk: &Desk| desk.bench.chat.cards().into_iter().next().unwrap();
        assert_eq!(shown(&desk).title.as_deref(), Some("The shop burns"));
        desk.erase("local:rita").await;
        let card = shown(&desk);
        assert_eq!((card.title.as_deref(), card.details.as_deref()), (Some("(erased)"), Some("(erased)")));
        desk.bench.does("gwen", &key, Command::Assign { to: "lea".into() }).await;
        let heard = desk.bench.heard("lea").concat();
        assert!(heard.contains("(erased)") && !heard.contains("burns"), "{heard}");
    }
}

#[tokio::test]
async fn what_is_closed_for_long_enough_loses_its_words_and_nothing_else() {
    for mut desk in Desk::all().await {
        let closed = desk.opens("rita", "The shop burns").await;
        let open = desk.opens("rita", "Still open").await;
        let merged = desk.opens("oli", "The shop smokes").await;
        let merged_into_open = desk.opens("oli", "As open as that").await;
        desk.bench.does("gwen", &merged, Command::Merge { into: closed.clone() }).await;
        desk.bench.does("gwen", &merged_into_open, Command::Merge { into: open.clone() }).await;
        let until = at("2026-01-20T10:00:00Z");
        desk.bench.does("gwen", &open, Command::Wait { on: WaitingOn::Deploy, until, why: None }).await;
        desk.closes(&closed).await;
        desk.bench.until("2026-12-01T10:00:00Z").await;
        let tidied = desk.tidy().await;
        assert_eq!((tidied.tickets.len(), tidied.texts), (0, 0), "it is not long enough ago");
        assert!(tidied.handled > 0);

        desk.bench.until("2027-02-01T10:00:00Z").await;
        let before = (desk.figures(&closed).await, desk.figures(&merged).await);
        let tidied = desk.tidy().await;
        assert_eq!(
            (tidied.tickets.len(), tidied.texts),
            (2, 6),
            "titles, details, and what came with the last command"
        );
        let all = |texts| vec![Event::Erased { whose: None, texts, because: Erasure::Elapsed }];
        assert_eq!(desk.erasures(&merged).await, all(2));
        assert_eq!((desk.erasures(&open).await, desk.erasures(&merged_into_open).await), (vec![], vec![]));
        let cause = desk.bench.desk.log(closed.clone()).await.unwrap().pop().unwrap().cause;
        assert_eq!(cause, Cause::Timer);
        assert_eq!((desk.figures(&closed).await, desk.figures(&merged).await), before);
        assert!(desk.row(&closed).await.erased && !desk.row(&open).await.erased);
        assert_eq!((desk.found("burns").await, desk.found("open").await), (0, 2));
        desk.is_sound().await;
        assert_eq!(desk.tidy().await, Tidied::default(), "nothing is left to do");
        assert_eq!(desk.bench.ticket(&closed).await.status.kind(), StatusKind::Closed);
    }
}

#[tokio::test]
async fn only_the_desk_says_that_words_were_erased() {
    for mut desk in Desk::all().await {
        let key = desk.opens("rita", "The shop burns").await;
        let erase = Command::Erase { whose: None, texts: 1, because: Erasure::Asked };
        let refused = desk.bench.asks("gwen", About::Ticket(key), erase).await.outcome.unwrap_err();
        assert!(refused.to_string().contains("erase"), "{refused}");
    }
}
