//! The pager keeps the contract of a chat that reaches people, says of every failure what it means, and what somebody
//! answers on it reaches the desk once, signed, and no other way.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;
#[path = "common/mail.rs"]
mod mail;
#[path = "common/pager.rs"]
mod stand_in;

use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use common::{Desk, Visitor, command};
use mail::MailServer;
use serde_json::{Value, json};
use stand_in::{Next, SECRET, StandIn, answer, signature};
use supporty_core::adapter::{Chat, Destination, Error, ErrorKind, Message, Named, Piece, Post, Retry};
use supporty_core::testing::chat_suite::ChatProbe;
use supporty_core::ticket::CommandKind;
use supporty_core::time::Zone;
use supporty_core::vocab::{ChannelId, Place};
use supporty_desk::app::now;
use supporty_desk::pager::{Pager, Secret};
use supporty_desk::public::Public;

struct Probe {
    chat: Pager,
    pager: StandIn,
}

#[async_trait]
impl ChatProbe for Probe {
    fn chat(&self) -> &dyn Chat {
        &self.chat
    }

    fn channel(&self) -> ChannelId {
        "support".into()
    }

    fn user(&self) -> String {
        "U-ana".to_owned()
    }

    fn no_thread(&self) -> Place {
        Place { adapter: "pager".into(), channel: "support".to_owned(), message: "4711".into() }
    }

    async fn seen(&self, at: &Destination) -> Vec<String> {
        let Destination::Person(user) = at else { return Vec::new() };
        let pages = self.pager.shown().into_iter().filter(|page| page["user"] == user.as_str());
        pages.map(|page| page["text"].as_str().unwrap().to_owned()).collect()
    }
}

async fn fresh() -> Probe {
    let pager = StandIn::start().await;
    Probe { chat: reach(&pager.url, SECRET, "http://127.0.0.1:7878"), pager }
}

supporty_core::chat_suite!(fresh);

fn reach(url: &str, secret: &str, public: &str) -> Pager {
    let zone = Zone::new("Europe/London").unwrap();
    let (secret, public) = (Secret::new(secret).unwrap(), Public::parse(public).unwrap());
    Pager::new(url.parse().unwrap(), secret, public, zone).unwrap()
}

/// What the desk says when nobody has answered.
fn post(ticket: &str) -> Post {
    let pieces = vec![
        Piece::Text("Nobody has answered ".to_owned()),
        Piece::Person(Named { id: "local:Jo".into(), name: "Jo".to_owned() }),
        Piece::Text(" since ".to_owned()),
        Piece::Time("2026-07-09T16:30:00Z".parse().unwrap()),
        Piece::Quote("It is all\nbroken".to_owned()),
    ];
    Post {
        effect: format!("entry/ticket/{ticket}/3.0").parse().unwrap(),
        to: Destination::Person("U-ana".to_owned()),
        message: Message {
            ticket: ticket.parse().ok(),
            pieces,
            urgent: true,
            actions: vec![CommandKind::Acknowledge, CommandKind::Claim, CommandKind::Escalate],
        },
    }
}

async fn refused(probe: &Probe) -> Error {
    probe.chat.tell(post("SUP-7")).await.unwrap_err()
}

#[tokio::test]
async fn a_page_says_whom_to_wake_why_and_how_to_answer() {
    let probe = fresh().await;
    let place = probe.chat.tell(post("SUP-7")).await.unwrap().place;
    assert_eq!((place.channel.as_str(), place.message.as_str()), ("U-ana", "entry/ticket/SUP-7/3.0"));
    let expected = json!({
        "id": "entry/ticket/SUP-7/3.0",
        "user": "U-ana",
        "ticket": "SUP-7",
        "text": "Nobody has answered Jo since Thu 9 Jul 2026 17:30 (Europe/London)\n> It is all\n> broken",
        "urgent": true,
        "actions": ["acknowledge", "claim"],
        "link": "http://127.0.0.1:7878/ticket/SUP-7",
        "callback": "http://127.0.0.1:7878/pager/callback",
    });
    assert_eq!(probe.pager.shown(), [expected]);
}

#[tokio::test]
async fn a_page_whose_answer_was_lost_is_sent_again_and_shown_once() {
    let probe = fresh().await;
    probe.pager.next(Next::ShowAndAnswer(502));
    let lost = refused(&probe).await;
    assert_eq!((lost.kind, lost.retry), (ErrorKind::Unknown, Retry::Backoff));
    let first = probe.chat.tell(post("SUP-7")).await.unwrap();
    assert_eq!(probe.chat.tell(post("SUP-7")).await.unwrap(), first);
    assert_eq!((probe.pager.calls(), probe.pager.shown().len()), (3, 1));
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    let probe = fresh().await;
    let after = |seconds| Retry::After(Duration::from_secs(seconds));
    for (status, wait, kind, retry) in [
        (429, Some("7"), ErrorKind::RateLimited, after(7)),
        (429, None, ErrorKind::RateLimited, Retry::Backoff),
        (503, Some("30"), ErrorKind::Unavailable, after(30)),
        (500, None, ErrorKind::Unknown, Retry::Backoff),
        (401, None, ErrorKind::Forbidden, Retry::Never),
        (410, None, ErrorKind::Gone, Retry::Never),
        (422, None, ErrorKind::Invalid, Retry::Never),
    ] {
        probe.pager.next(Next::Answer(status, wait));
        let error = refused(&probe).await;
        assert_eq!((error.kind, error.retry), (kind, retry), "{status}");
        assert!(error.doing.contains(&status.to_string()), "{error}");
    }
    assert!(probe.pager.shown().is_empty());
}

#[tokio::test]
async fn a_pager_that_hangs_is_given_up_and_one_that_is_not_there_is_told_apart() {
    let pager = StandIn::start().await;
    let chat = reach(&pager.url, SECRET, "http://127.0.0.1:7878");
    let probe = Probe { chat: chat.patience(Duration::from_millis(700)).unwrap(), pager };
    probe.pager.next(Next::Hang);
    let error = refused(&probe).await;
    assert_eq!((error.kind, error.retry), (ErrorKind::Unknown, Retry::Backoff));

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = reach(&format!("http://{free}/a-token"), SECRET, "http://127.0.0.1:7878");
    let error = nowhere.tell(post("SUP-7")).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, Retry::Backoff));
    let shown = format!("{error:?} {nowhere:?}");
    assert!(!shown.contains("a-token") && !shown.contains(SECRET), "{shown}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let probe = fresh().await;
    let other = StandIn::start().await;
    probe.pager.next(Next::Redirect(other.url.clone()));
    let error = refused(&probe).await;
    assert_eq!((error.kind, error.retry), (ErrorKind::Invalid, Retry::Never));
    assert_eq!(other.calls(), 0);
}

#[tokio::test]
async fn another_secret_is_refused_by_the_pager() {
    let pager = StandIn::start().await;
    let chat = reach(&pager.url, "another secret of ours", "http://127.0.0.1:7878");
    let error = refused(&Probe { chat, pager }).await;
    assert_eq!((error.kind, error.retry), (ErrorKind::Forbidden, Retry::Never));
}

/// The lines of shell with which `PAGING.md` says how to believe a page, on one that was signed here.
#[test]
fn a_page_is_believed_as_the_manual_says() {
    let manual = include_str!("../desk/PAGING.md");
    let shell =
        manual.split("```").find(|block| block.starts_with("sh\n") && block.contains("body.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let body = "{\"text\":\"ü $(id) `id` %s\"}";
    std::fs::write(folder.path().join("body.json"), body).unwrap();
    let verified = |signed: &str, seconds_ago: i64| {
        let timestamp = (now().timestamp() - seconds_ago).to_string();
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg(shell.strip_prefix("sh\n").unwrap())
            .current_dir(folder.path())
            .env("secret", SECRET)
            .env("signature", signature(SECRET, &timestamp, signed.as_bytes()))
            .env("timestamp", timestamp)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(verified(body, 0), "from the desk\n");
    assert_eq!(verified(body, 400), "too old\n");
    assert_eq!(verified("{}", 0), "not from the desk\n");
}

/// Ana and Ben are on the pager, by other names.
const POLICY: &str = r#"
[people.ana]
name = "Ana"
identities = [{ adapter = "local", user = "ana" }, { adapter = "pager", user = "U-ana" }, { adapter = "email", user = "ana@example.org" }]
contacts = ["pager for 5m", "email for 5m"]

[people.ben]
name = "Ben"
identities = [{ adapter = "local", user = "ben" }, { adapter = "pager", user = "U-ben" }]

[squads.web]
name = "Web"
channel = "web"
members = ["ana", "ben"]
gardener = "ana"
on_call = ["ana"]

[areas.website]
name = "Website"
squad = "web"
"#;

fn desk(folder: &Path, pager: &str) -> Desk {
    desk_with(folder, pager, &[])
}

fn desk_with(folder: &Path, pager: &str, more: &[&str]) -> Desk {
    let policy = folder.join("policy.toml");
    std::fs::write(&policy, POLICY).unwrap();
    let mut command = command(folder);
    command.args(["--listen", "127.0.0.1:0", "--pager", pager]).args(more).arg("--policy").arg(&policy);
    Desk::start_by(command.env("DESK_PAGER_SECRET", SECRET))
}

fn ticket(visitor: &Visitor) -> String {
    let fields =
        [("title", "The shop is down"), ("kind", "incident"), ("priority", "P1"), ("area", "website")];
    let fields = [&fields[..], &[("field-impact", "nobody can buy")]].concat();
    visitor.file(&fields).trim_start_matches("/ticket/").to_owned()
}

/// Answers as a pager does whose secret and clock may be others.
async fn call_back(url: &str, body: &str, secret: &str, seconds_ago: i64) -> (u16, Value) {
    let timestamp = (now().timestamp() - seconds_ago).to_string();
    let request = reqwest_to(url)
        .header("host", "desk.example.org")
        .header("origin", "https://elsewhere.example.org")
        .header("supporty-signature", signature(secret, &timestamp, body.as_bytes()))
        .header("supporty-timestamp", timestamp);
    let response = request.body(body.to_owned()).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

fn reqwest_to(url: &str) -> reqwest::RequestBuilder {
    let url: reqwest::Url = url.parse().unwrap();
    supporty_desk::http::client(&url, Duration::from_secs(10)).unwrap().post(url)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_woken_acknowledges_and_claims_by_answering_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let pager = StandIn::start().await;
    let desk = desk(folder.path(), &pager.url);
    let jo = Visitor::new(&desk.address, "Jo");
    let key = ticket(&jo);
    let path = format!("/ticket/{key}");

    let page = shown(&pager).await;
    assert_eq!((page["user"].as_str(), page["urgent"].as_bool()), (Some("U-ana"), Some(true)), "{page}");
    assert!(page["text"].as_str().unwrap().contains("> The shop is down"), "{page}");
    let said = |name: &str| page[name].as_str().unwrap().to_owned();
    let press = |id: &str, user: &str, action: &str| answer(id, &said("ticket"), user, action);
    let callback = said("callback");

    let seen = press("ans-1", "U-ana", "acknowledge");
    let (status, done) = call_back(&callback, &seen, SECRET, 0).await;
    assert_eq!((status, &done), (200, &json!({ "outcome": "done", "ticket": key, "why": null })));
    assert!(jo.until(&path, "is looking at this").contains("Ana"));

    let (status, again) = call_back(&callback, &seen, SECRET, 1).await;
    assert_eq!((status, again), (200, done), "the same answer again is answered the same");
    let other = press("ans-1", "U-ben", "claim");
    assert_eq!(call_back(&callback, &other, SECRET, 0).await.1["outcome"], "done", "an id is used once");
    assert_eq!(jo.get(&path).body.matches("is looking at this").count(), 1);

    let (status, claimed) = call_back(&callback, &press("ans-2", "U-ben", "claim"), SECRET, 0).await;
    assert_eq!((status, claimed["outcome"].as_str()), (200, Some("done")));
    assert!(jo.until(&path, "owns this now").contains("Ben"));
    let (status, late) = call_back(&callback, &press("ans-3", "U-ana", "claim"), SECRET, 0).await;
    assert_eq!((status, late["outcome"].as_str()), (200, Some("refused")));
    assert!(late["why"].as_str().unwrap().contains("ben"), "{late}");
}

/// The first page, once it is there.
async fn shown(pager: &StandIn) -> Value {
    let begun = Instant::now();
    loop {
        if let Some(page) = pager.shown().into_iter().next() {
            return page;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody is paged");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pager_that_is_gone_is_followed_by_a_mail_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (pager, server) = (StandIn::start().await, MailServer::start());
    pager.next(Next::Answer(410, None));
    let smtp = format!("smtp://127.0.0.1:{}", server.port);
    let mail = ["--smtp", smtp.as_str(), "--mail-from", "desk@example.org"];
    let desk = desk_with(folder.path(), &pager.url, &mail);
    let key = ticket(&Visitor::new(&desk.address, "Jo"));
    let begun = Instant::now();
    let mails = loop {
        let mails = server.mails();
        if !mails.is_empty() {
            break mails;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no mail came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(mails[0]["heads"]["to"], "ana@example.org");
    let body = mails[0]["body"].as_str().unwrap();
    assert!(body.contains("The shop is down") && body.contains(&format!("/ticket/{key}")), "{body}");
    assert!(pager.shown().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_who_is_not_the_pager_or_is_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), "http://127.0.0.1:9/page");
    let callback = format!("http://{}/pager/callback", desk.address);
    let jo = Visitor::new(&desk.address, "Jo");
    let key = ticket(&jo);
    let claim = answer("ans-1", &key, "U-ana", "claim");

    let (status, forged) = call_back(&callback, &claim, "another secret of ours", 0).await;
    assert_eq!(status, 401);
    assert!(forged["error"].as_str().unwrap().contains("supporty-signature"), "{forged}");
    for seconds in [330, -330] {
        let (status, stale) = call_back(&callback, &claim, SECRET, seconds).await;
        assert_eq!(status, 401);
        assert!(stale["error"].as_str().unwrap().contains("5 minutes"), "{stale}");
    }
    let unsigned = reqwest_to(&callback).body(claim.clone()).send().await.unwrap();
    assert_eq!(unsigned.status().as_u16(), 401);
    let (status, wrong) = call_back(&callback, &answer("ans-1", &key, "U-ana", "resolve"), SECRET, 0).await;
    assert_eq!((status, wrong["field"].as_str()), (422, Some("action")));
    let huge = answer("ans-1", &key, &"u".repeat(20_000), "claim");
    assert_eq!(call_back(&callback, &huge, SECRET, 0).await.0, 413);

    for user in ["U-mallory", "ana"] {
        let id = format!("ans-{user}");
        let (status, refused) = call_back(&callback, &answer(&id, &key, user, "claim"), SECRET, 0).await;
        assert_eq!((status, refused["outcome"].as_str()), (200, Some("refused")), "{user}: {refused}");
    }
    let nothing = answer("ans-none", "SUP-4711", "U-ana", "claim");
    assert_eq!(call_back(&callback, &nothing, SECRET, 0).await.1["outcome"], "refused");
    assert!(!jo.get(&format!("/ticket/{key}")).body.contains("claimed"));

    let (status, done) = call_back(&callback, &claim, SECRET, 0).await;
    assert_eq!((status, done["outcome"].as_str()), (200, Some("done")), "what was refused used up no id");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_stay_behind_their_guard_and_a_desk_without_a_pager_has_no_callback() {
    let folder = tempfile::tempdir().unwrap();
    let with = desk(folder.path(), "http://127.0.0.1:9/page");
    let jo = Visitor::new(&with.address, "Jo");
    for (name, value) in [("Origin", "https://elsewhere.example.org"), ("Host", "desk.example.org")] {
        let elsewhere = jo.clone().with(name, value);
        assert_eq!(elsewhere.post("/new", &[]).status, 403, "{name}");
        assert_eq!(elsewhere.post("/pager/callback", &[]).status, 401, "{name}");
    }
    let answered = jo.post("/pager/callback", &[]);
    assert_eq!(answered.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(jo.get("/pager/callback").status, 405);

    let folder = tempfile::tempdir().unwrap();
    let without = Desk::start(folder.path());
    assert_eq!(Visitor::new(&without.address, "Jo").post("/pager/callback", &[]).status, 404);
}
