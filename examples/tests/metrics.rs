//! What a running desk tells those who look after it: figures, and where it is in its work; never anybody's words.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use common::{Desk, Visitor};
use supporty_core::adapter::{About, Form, Inbound};
use supporty_core::policy::Policy;
use supporty_core::ticket::Command;
use supporty_core::vocab::Identity;
use supporty_store::Memory;
use tracing_subscriber::fmt::format::FmtSpan;

fn value(metrics: &str, name: &str) -> u64 {
    let line = metrics.lines().find(|line| line.split(' ').next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("no {name}:\n{metrics}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_figures_are_those_of_what_was_done_and_every_one_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let jo = Visitor::new(&desk.address, "Jo");
    let fields = [
        ("submission", "11111111111111111111111111111111"),
        ("title", "The wombat escaped"),
        ("kind", "request"),
        ("priority", "P3"),
    ];
    let ticket = jo.send("POST", "/new", &fields).unwrap().location().to_owned();
    assert_eq!(jo.send("POST", "/new", &fields).unwrap().location(), ticket);
    let refused = [("submission", "22222222222222222222222222222222"), ("stars", "4")];
    assert_eq!(jo.send("POST", &format!("{ticket}/rate"), &refused).unwrap().status, 422);
    jo.until(&ticket, "wombat");
    let begun = std::time::Instant::now();
    // A pass is counted when it is over.
    while value(&jo.get("/metrics").body, "supporty_effects_delivered_total") == 0 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "nothing is delivered");
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    let reply = jo.get("/metrics");
    assert!(reply.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let metrics = reply.body;
    for (name, expected) in [
        ("supporty_deliveries_handled_total", 2),
        ("supporty_deliveries_refused_total", 1),
        ("supporty_deliveries_repeated_total", 1),
        ("supporty_errors_total", 0),
        ("supporty_tickets", 1),
        ("supporty_dead_letters", 0),
        ("supporty_workers", 1),
    ] {
        assert_eq!(value(&metrics, name), expected, "{name}:\n{metrics}");
    }
    assert!(metrics.contains("supporty_info{store=\"sqlite\","), "{metrics}");
    assert!(!metrics.contains("wombat"));

    let documented = include_str!("../desk/OPERATING.md");
    for line in metrics.lines().filter(|line| line.starts_with("# TYPE ")) {
        let name = line.split(' ').nth(2).unwrap();
        assert!(documented.contains(&format!("`{name}`")), "{name}");
    }
    let elsewhere = Visitor::new(&desk.address, "Jo").with("Host", "evil.example.org");
    assert_eq!(elsewhere.get("/metrics").status, 403);
    assert!(jo.get("/board").body.contains(", by one worker."));
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn spans_name_the_delivery_the_stream_and_the_effect_and_no_words() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer({
            let written = written.clone();
            move || written.clone()
        })
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let builder = supporty_core::desk::Desk::builder(Arc::new(Memory::new()));
            let chat = supporty_desk::local::Local::in_memory().unwrap();
            let builder = builder.policy(Policy::default()).chat(chat.name(), Arc::new(chat));
            let desk = builder.build().await.unwrap();
            let (rita, now) = (Identity::new("cli", "rita"), desk.now());
            let form = Form { details: "It digs", ..Form::new("The wombat escaped", "P2") };
            let open = Inbound::open("form/1".into(), rita.clone(), form, now).unwrap();
            let key = desk.handle(open).await.unwrap().outcome.unwrap().ticket;
            let about = About::Ticket(key);
            desk.handle(Inbound::ask("press/1".into(), rita, about, Command::Claim, now)).await.unwrap();
            desk.work().await.unwrap();
        });
    });
    let told = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    for span in ["handle{key=form/1}", "handle{key=press/1}", "deliver{effect=entry/ticket/SUP-1/1.0"] {
        assert!(told.contains(span), "{span}:\n{told}");
    }
    assert!(!told.contains("wombat") && !told.contains("digs"), "{told}");
}
