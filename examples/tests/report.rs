//! What support costs, as a page, as files and by the command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::{Desk, Reply, Visitor, command, db};
use serde_json::Value;

const SHOP: &str = r#"
private_channel = "private"
[people.ana]
name = "Ana Pereira"
[people.ben]
name = "Ben <Okafor>"
[squads.web]
name = "Web & shop"
lead = "ana"
members = ["ana"]
[areas.shop]
name = "Shop"
squad = "web"
[areas.till]
name = "Till"
squad = "web"
[pay]
currency = "GBP"
[[pay.rates]]
from = 2026-01-01
standby = { weeknight = "2.00", weekend = "3.00", holiday = "5.00" }
call_out = { weeknight = "20.00", weekend = "30.00", holiday = "50.00" }
"#;

fn shop(folder: &Path) -> Desk {
    let policy = folder.join("policy.toml");
    std::fs::write(&policy, SHOP).unwrap();
    let rate = ["--listen", "127.0.0.1:0", "--rate", "2026-01-01=60.00", "--policy"];
    Desk::start_by(command(folder).args(rate).arg(&policy))
}

fn asks(title: &'static str, priority: &'static str) -> [(&'static str, &'static str); 4] {
    [("title", title), ("kind", "request"), ("priority", priority), ("area", "shop")]
}

/// The links to the tickets behind figures.
fn behind(page: &str) -> Vec<String> {
    let links = page.split("href=\"/report/tickets?").skip(1);
    let link = |rest: &str| rest.split('"').next().unwrap().replace("&amp;", "&");
    links.map(|rest| format!("/report/tickets?{}", link(rest))).collect()
}

/// The tickets that a page lists.
fn listed(page: &str) -> Vec<String> {
    let rows = page.split("class=\"row-card").skip(1);
    rows.map(|row| row.split("/ticket/").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn figures_lead_to_their_tickets_and_a_secret_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let desk = shop(folder.path());
    let (jo, ana, ben) = (
        Visitor::new(&desk.address, "Jo"),
        Visitor::new(&desk.address, "ana"),
        Visitor::new(&desk.address, "ben"),
    );
    assert!(ana.get("/report").body.contains("No ticket was opened in this time."));
    let open = jo.file(&asks("The lamp is <b>out</b>", "P3"));
    let done = jo.file(&asks("The door squeaks", "P2"));
    ana.press(&done, "claim", &[]);
    ana.press(&done, "resolve", &[("resolution", "configuration")]);
    let secret: Vec<_> =
        asks("Passwords in the log", "P2").into_iter().chain([("restricted", "yes")]).collect();
    let reply = jo.submit("/new", "/new", &secret);
    let secret = reply.location().to_owned();

    let page = ana.until("/report?period=last-30-days", "3 tickets opened");
    assert!(page.contains("<h1 class=\"title\">What support costs</h1>"));
    assert!(!page.contains("Passwords"), "figures name no ticket's words");
    assert!(page.contains("GBP"), "the rate makes money of hours");
    let links = behind(&page);
    assert!(links.len() > 5, "{links:?}");
    let mut all = std::collections::BTreeSet::new();
    for link in &links {
        let listing = ben.get(link);
        assert_eq!(listing.status, 200, "{link}");
        assert!(!listing.body.contains("Passwords"), "{link}");
        assert!(!listing.body.contains("<b>out</b>"));
        all.extend(listed(&listing.body));
    }
    let key = |ticket: &str| ticket.trim_start_matches("/ticket/").to_owned();
    assert_eq!(all, [key(&open), key(&done), key(&secret)].into());
    let words =
        links.iter().map(|link| ben.get(link).body).find(|body| body.contains(&key(&secret))).unwrap();
    assert!(words.contains("Restricted"));
    let read = links.iter().any(|link| jo.get(link).body.contains("Passwords in the log"));
    assert!(read, "whoever asked for it reads it there too");

    let only = ana.get("/report?priority=P3").body;
    assert!(only.contains("1 ticket opened") && only.contains("with priority P3"), "{only}");
    assert_eq!(
        behind(&only)
            .iter()
            .flat_map(|link| listed(&ana.get(link).body))
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        1
    );
    let squad = ana.get("/report?squad=web&area=shop&area=till&kind=request").body;
    assert!(squad.contains("3 tickets opened") && squad.contains("Web &amp; shop"));
    assert!(ana.get("/report?person=ana").body.contains("1 ticket opened"));

    // What happens later is there at once, and by a link that was made before.
    jo.file(&asks("The bell is silent", "P3"));
    assert!(ana.get("/report").body.contains("4 tickets opened"), "no wait for the next look");
    assert!(desk.stop().success());
}

#[test]
fn a_question_that_can_not_be_asked_is_answered_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let desk = shop(folder.path());
    let ana = Visitor::new(&desk.address, "ana");
    let stranger = Visitor::new(&desk.address, "");
    assert_eq!(stranger.get("/report").location(), "/who?next=/report");
    for (query, says) in [
        ("from=2026-02-30", "<b>from</b>: `2026-02-30` is no day: write it like 2026-01-31."),
        ("priority=P9", "<b>priority</b>: `P9` is none: choose from P1, P2, P3."),
        ("area=%3Cscript%3E", "<b>area</b>: `&lt;script&gt;` is none: choose from shop, till."),
        ("period=soon", "<b>period</b>: `soon` is none"),
        ("priorty=P1", "<b>priorty</b>: there is no such field"),
    ] {
        for path in ["/report", "/report.csv", "/report.png", "/report/tickets"] {
            let reply = ana.get(&format!("{path}?{query}"));
            assert_eq!(reply.status, 400, "{path}?{query}");
            assert!(reply.body.contains(says), "{path}?{query}: {}", reply.body);
        }
    }
    for (query, says) in [
        ("", "<b>ask</b>: it names no figure"),
        ("ask=%7B", "<b>ask</b>: it names no figure"),
        ("ask=%7B%22which%22%3A%7B%22which%22%3A%22opened%22%7D%7D&page=x", "<b>page</b>: it is no number"),
    ] {
        let reply = ana.get(&format!("/report/tickets?{query}"));
        assert!(reply.status == 400 && reply.body.contains(says), "{query}: {}", reply.body);
    }
    let beyond = ana
        .get("/report/tickets?ask=%7B%22which%22%3A%7B%22which%22%3A%22opened%22%7D%7D&page=99999999999999");
    assert!(beyond.status == 200 && beyond.body.contains("No ticket."), "{beyond:?}");
}

#[test]
fn a_report_is_taken_along_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let desk = shop(folder.path());
    let jo = Visitor::new(&desk.address, "Jo");
    jo.file(&asks("The lamp is out", "P3"));
    let named = |reply: &Reply, ending: &str| {
        let name = reply.header("content-disposition").unwrap();
        assert!(
            name.starts_with("attachment; filename=\"report-20") && name.ends_with(&format!(".{ending}\"")),
            "{name}"
        );
    };
    let html = jo.get("/report.html?period=this-year");
    assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(html.body.contains("1 ticket opened") && !html.body.contains("href=\"/"), "it leads nowhere");
    named(&html, "html");
    let json = jo.get("/report.json?priority=P3");
    let read: Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!((&read["tickets"], &read["question"]["filter"]["priorities"][0]), (&1.into(), &"P3".into()));
    named(&json, "json");
    let csv = jo.get("/report.csv");
    assert!(csv.body.starts_with("section,table,row,column,value"), "{}", csv.body);
    named(&csv, "csv");
    let markdown = jo.get("/report.md");
    assert!(markdown.body.contains("1 ticket opened"), "{}", markdown.body);
    named(&markdown, "md");
    assert_eq!(jo.get("/report.png?period=last-year").status, 404, "there is nothing to draw");
    assert_eq!(jo.get("/report.pdf").status, 404);
    assert!(desk.stop().success());
}

fn report(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_report"));
    command.current_dir(folder).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_command_reads_beside_a_running_desk_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = shop(folder.path());
    let jo = Visitor::new(&desk.address, "Jo");
    jo.file(&asks("The lamp is out", "P3"));
    let ticket = jo.file(&asks("The door squeaks", "P2"));
    let store = db(folder.path());
    let store = store.to_str().unwrap();

    let json = report(folder.path(), &["--db", store, "--out", "-", "--format", "json", "--priority", "P2"]);
    let read: Value = serde_json::from_slice(&json.stdout).unwrap_or_else(|_| panic!("{}", said(&json)));
    assert_eq!(read["tickets"], 1);
    assert!(json.stderr.is_empty(), "no bar where nobody looks: {}", said(&json));
    jo.press(&ticket, "reply", &[("text", "It still does.")]);

    let first = report(folder.path(), &["--db", store]);
    assert!(first.status.success() && said(&first).contains("wrote report.html"), "{}", said(&first));
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("2 tickets opened"));
    let again = report(folder.path(), &["--db", store]);
    assert!(!again.status.success() && said(&again).contains("--force"), "{}", said(&again));
    assert!(report(folder.path(), &["--db", store, "--force", "--from", "2026-01-01"]).status.success());
    assert!(desk.stop().success());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("report"))
        .collect();
    assert_eq!(left, ["report.html"], "nothing lies beside it");

    let page = |output: &Output| output.stdout.clone();
    let db_says =
        report(folder.path(), &["--db", store, "--out", "-", "--format", "csv", "--rate", "2026-01-01=60"]);
    let lines = folder.path().join("lines.jsonl");
    assert!(command(folder.path()).arg("export").arg(&lines).output().unwrap().status.success());
    let lines = lines.to_str().unwrap();
    let lines_say = report(
        folder.path(),
        &["--history", lines, "--out", "-", "--format", "csv", "--rate", "2026-01-01=60"],
    );
    let tickets = |csv: Vec<u8>| {
        String::from_utf8(csv)
            .unwrap()
            .lines()
            .filter(|line| line.ends_with("count"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(tickets(page(&db_says)).len() > 5, "{}", said(&db_says));
    assert_eq!(tickets(page(&db_says)), tickets(page(&lines_say)), "a store and its lines say the same");
}

#[test]
fn what_the_command_can_not_do_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("lines.jsonl");
    let made = Command::new(env!("CARGO_BIN_EXE_sample"))
        .args(["--tickets", "40", "--seed", "3", "--from", "2026-05-01", "--until", "2026-06-01"])
        .output()
        .unwrap();
    std::fs::write(&lines, &made.stdout).unwrap();
    let lines = lines.to_str().unwrap();
    for (args, code, says) in [
        (&["--bd", "x"][..], 2, "invalid option '--bd'; try `report --help`"),
        (&["--db", "nowhere.db"], 1, "nowhere.db"),
        (&["--history", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (&["--history", lines, "--priority", "P9"], 1, "--priority: `P9` is none: choose from P1"),
        (&["--history", "nowhere.jsonl", "--from", "May"], 1, "--from: `May` is no day"),
        (&["--history", lines, "--out", "no/such/place.html"], 1, "place.html can not be written"),
        (&["--history", lines, "--rate", "2026-01-01=60.001"], 1, "digits behind its point"),
    ] {
        let output = report(folder.path(), args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", said(&output));
        assert!(said(&output).contains(says), "{args:?}: {}", said(&output));
    }
    let may = report(folder.path(), &["--history", lines, "--out", "may.md"]);
    assert!(may.status.success(), "{}", said(&may));
    let text = std::fs::read_to_string(folder.path().join("may.md")).unwrap();
    assert!(text.contains("1 May 2026"), "all of it, without being asked for: {text}");
    let png = report(folder.path(), &["--history", lines, "--out", "may.png"]);
    assert!(png.status.success(), "{}", said(&png));
    assert!(std::fs::read(folder.path().join("may.png")).unwrap().starts_with(b"\x89PNG"));
}
