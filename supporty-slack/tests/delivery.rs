//! What becomes of a delivery that Slack refuses, by every way in which it does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::host::{Host, config};
use common::probe::{NOW, channel, effect, probe, probe_with};
use common::slack::{BOT, Mishap, StandIn, TOKEN, seen, shown};
use serde_json::json;
use supporty_core::adapter::{Chat, Destination, ErrorKind, Form, Inbound, Retry};
use supporty_core::desk::Clock;
use supporty_core::vocab::{Identity, Place};
use supporty_slack::{Config, Failure, Method, SeveralTeams, TeamId, Then, Tokens};
use supporty_store::Memory;

/// The table of the documentation of [`Then`]: what it is, a code, the kind, and when it is tried again.
const TABLE: &[(Then, &str, ErrorKind, Retry)] = &[
    (Then::Again, "internal_error", ErrorKind::Unavailable, Retry::Backoff),
    (Then::Waits, "message_limit_exceeded", ErrorKind::RateLimited, Retry::After(Duration::from_secs(30))),
    (Then::Mending, "account_inactive", ErrorKind::Forbidden, Retry::After(Duration::from_secs(300))),
    (Then::NewThread, "message_not_found", ErrorKind::NotFound, Retry::Never),
    (Then::AnotherWay, "is_archived", ErrorKind::Gone, Retry::Never),
    (Then::Plainer, "invalid_blocks", ErrorKind::Invalid, Retry::Never),
    (Then::Lists, "metadata_too_large", ErrorKind::Invalid, Retry::Never),
];

#[tokio::test]
async fn every_row_of_the_table_is_true_of_posting_and_of_changing() {
    for (then, code, kind, retry) in TABLE {
        let probe = probe().await;
        let known =
            Failure::Refused { method: Method::ChatPostMessage, code: (*code).to_owned(), needed: None };
        assert_eq!(known.then(), *then, "{code}");
        let place = probe.show(0, None, "The till is slow").await.unwrap();
        // What is refused for its blocks is refused for its words too.
        let times = if *then == Then::Plainer { 2 } else { 1 };
        for method in ["chat.postMessage", "chat.update"] {
            for _ in 0..times {
                probe.stand_in.mishap(method, Mishap::Refused(code));
            }
        }
        let posting = probe.tell(1, channel(), "Hello").await.unwrap_err();
        let changing = probe.show(2, Some(place), "The till is fast").await.unwrap_err();
        for error in [posting, changing] {
            assert_eq!((error.kind, error.retry), (*kind, *retry), "{code}");
            assert!(error.to_string().contains(code), "the operator reads Slack's word: {error}");
        }
        assert_eq!(probe.stand_in.mishaps_left(), 0, "{code}");
        assert_eq!(probe.stand_in.workspace().roots("C1").len(), 1, "{code}: nothing was posted");
    }
}

#[tokio::test]
async fn what_slack_will_not_have_with_blocks_is_shown_in_words() {
    let probe = probe().await;
    probe.stand_in.mishap("chat.postMessage", Mishap::Refused("invalid_blocks"));
    let place = probe.show(0, None, "The till is slow").await.unwrap();
    probe.stand_in.mishap("chat.postMessage", Mishap::Refused("msg_blocks_too_long"));
    probe.tell(1, channel(), "Hello & <!channel>").await.unwrap();
    {
        let workspace = probe.stand_in.workspace();
        let roots = workspace.roots("C1");
        assert!(roots.iter().all(|root| root.body["blocks"] == json!([])), "{roots:?}");
        let words = seen(&roots);
        assert!(words[0].contains("SUP-1") && words[0].contains("The till is slow"), "{words:?}");
        assert_eq!(words[1], "Hello & <!channel>");
    }
    probe.stand_in.mishap("chat.update", Mishap::Refused("invalid_blocks"));
    probe.show(2, Some(place.clone()), "The till is fast").await.unwrap();
    let words = seen(&probe.stand_in.workspace().roots("C1"));
    assert!(words[0].contains("The till is fast"), "{words:?}");
    // The next time it has its blocks again.
    probe.show(3, Some(place), "The till is well").await.unwrap();
    let workspace = probe.stand_in.workspace();
    assert!(!workspace.roots("C1")[0].body["blocks"].as_array().unwrap().is_empty());
    assert_eq!(workspace.called("chat.postMessage"), 2);
}

#[tokio::test]
async fn whatever_is_refused_once_is_there_once_in_the_end_or_listed() {
    for (then, code, ..) in TABLE {
        let host = Host::start(Arc::new(Memory::new()), NOW).await;
        host.stand_in.mishap("chat.postMessage", Mishap::Refused(code));
        let who = Identity::new("slack", "U1");
        let inbound =
            Inbound::open("delivery/1".into(), who, Form::new("The till is slow", "P2"), host.desk.now());
        host.desk.handle(inbound.unwrap()).await.unwrap().outcome.unwrap();
        host.works(900).await;
        let dead = host.desk.dead_letters().await.unwrap();
        let workspace = host.stand_in.workspace();
        let cards = seen(&workspace.roots("C1"));
        let count = cards.iter().filter(|card| card.starts_with("SUP-1 · ")).count();
        let shown = match then {
            Then::Again | Then::Waits | Then::Mending | Then::Plainer => 1,
            // A card that was never posted has no thread to be gone, and no other way.
            Then::NewThread | Then::AnotherWay | Then::Lists => 0,
        };
        assert_eq!((count, dead.len()), (shown, 1 - shown), "{code}: {cards:?} {dead:?}");
        assert!(dead.iter().all(|letter| letter.why.contains(code)), "{dead:?}");
        let told = cards.iter().any(|line| line.contains("Expect an answer by"))
            || workspace.roots("C1").iter().any(|root| {
                workspace.reads("C1", &root.ts).iter().any(|line| line.contains("Expect an answer by"))
            });
        assert!(told, "{code}: the asker hears when to expect an answer: {cards:?}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_unknown_and_what_it_was_about_is_found() {
    let probe = probe().await;
    for (n, mishap) in (1..).zip([Mishap::DoneThen500, Mishap::Garbled, Mishap::Broken]) {
        probe.stand_in.mishap("chat.postMessage", mishap.clone());
        let error = probe.tell(n, channel(), "Hello").await.unwrap_err();
        assert_eq!((error.kind, error.retry), (ErrorKind::Unknown, Retry::Backoff), "{mishap:?}");
    }
    probe.passes();
    let found = probe.slack.find(effect(1), channel()).await.unwrap().expect("it was posted");
    assert_eq!(found.place.message.as_str(), probe.stand_in.workspace().roots("C1")[0].ts);
    assert_eq!(probe.slack.find(effect(2), channel()).await.unwrap(), None);
    // What was found is not posted again.
    assert_eq!(probe.tell(1, channel(), "Hello").await.unwrap(), found.place);
    assert_eq!(probe.stand_in.workspace().roots("C1").len(), 1);
}

#[tokio::test]
async fn what_others_post_with_our_metadata_is_not_taken_for_ours() {
    let probe = probe().await;
    let root = probe.show(0, None, "The till is slow").await.unwrap();
    let forged = |bot: Option<&str>| {
        let mark =
            json!({ "event_type": "supporty_effect", "event_payload": { "effect": effect(1).to_string() } });
        json!({ "text": "Ours, believe me", "bot_id": bot, "metadata": mark })
    };
    let below = Destination::Thread(root.clone());
    for (user, bot) in [("U2", None), ("UOTHER", Some("BOTHER")), ("", Some("BOTHER"))] {
        for thread in [None, Some(root.message.as_str())] {
            probe.stand_in.workspace().put("C1", user, forged(bot), thread);
        }
        for to in [channel(), below.clone()] {
            probe.passes();
            assert_eq!(probe.slack.find(effect(1), to).await.unwrap(), None, "{user} {bot:?}");
        }
    }
    // Ours is found among them, also by a process that has not posted it.
    let mut probe = probe;
    let place = probe.tell(1, below.clone(), "Hello").await.unwrap();
    probe.restart();
    probe.passes();
    let found = probe.slack.find(effect(1), below).await.unwrap().expect("ours");
    assert_eq!(found.place, place);
    let mut workspace = probe.stand_in.workspace();
    assert!(
        workspace
            .channel("C1")
            .messages
            .iter()
            .any(|one| one.ts == place.message.as_str() && one.user == BOT)
    );
}

#[tokio::test]
async fn what_is_said_below_a_root_that_is_not_there_does_not_stay_in_the_channel() {
    let probe = probe().await;
    let root = probe.show(0, None, "The till is slow").await.unwrap();
    let never = Place { message: "1768200000.000001".into(), ..root.clone() };
    let error = probe.tell(1, Destination::Thread(never), "Hello").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    // The root was there a moment ago, so that Slack is not asked, and ignores it.
    probe.stand_in.workspace().delete("C1", root.message.as_str());
    let error = probe.tell(2, Destination::Thread(root.clone()), "Hello").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Gone);
    assert_eq!(probe.stand_in.workspace().called("chat.delete"), 1);
    assert_eq!(seen(&probe.stand_in.workspace().roots("C1")), Vec::<String>::new());
    // What it says can not be taken back stays, and is not said twice.
    let root = probe.show(3, None, "The till is slow").await.unwrap();
    probe.stand_in.workspace().delete("C1", root.message.as_str());
    probe.stand_in.mishap("chat.delete", Mishap::Refused("cant_delete_message"));
    probe.tell(4, Destination::Thread(root), "Hello").await.unwrap_err();
    probe.tell(4, channel(), "Hello").await.unwrap();
    assert_eq!(seen(&probe.stand_in.workspace().roots("C1")), ["Hello"]);
}

#[tokio::test]
async fn a_card_whose_root_is_a_tombstone_goes_on_once_elsewhere_though_the_process_ends() {
    let mut probe = probe().await;
    let root = probe.show(0, None, "The till is slow").await.unwrap();
    probe.stand_in.workspace().types("C1", "U1", "Anybody?", Some(root.message.as_str()));
    probe.stand_in.workspace().delete("C1", root.message.as_str());
    let gone = probe.show(1, Some(root.clone()), "The till is slow").await.unwrap_err();
    assert_eq!((gone.kind, gone.retry), (ErrorKind::NotFound, Retry::Never));
    // The card is there, and the desk has not heard of it when the process ends.
    let later = probe.show(1, None, "The till is slow").await.unwrap_err();
    assert_eq!(later.retry, Retry::After(Duration::from_secs(1)));
    for _ in 0..2 {
        probe.restart();
        probe.show(1, Some(root.clone()), "The till is slow").await.unwrap_err();
        let place = probe.show(1, None, "The till is slow").await.unwrap();
        let workspace = probe.stand_in.workspace();
        let cards: Vec<_> = workspace.roots("C1").iter().map(|one| one.ts.clone()).collect();
        assert_eq!(cards, [root.message.as_str(), place.message.as_str()]);
        let old = workspace.reads("C1", root.message.as_str());
        assert_eq!(
            old[1..],
            ["Anybody?", "SUP-1 goes on in a new thread, since the first message of this one was deleted."]
        );
    }
}

#[tokio::test]
async fn a_method_that_slack_asks_to_leave_alone_is_left_alone() {
    let probe = probe().await;
    probe.stand_in.mishap("auth.test", Mishap::TooMany(7));
    for _ in 0..3 {
        let error = probe.slack.find(effect(1), channel()).await.unwrap_err();
        assert_eq!(error.retry, Retry::After(Duration::from_secs(7)));
    }
    let asked = probe.stand_in.requests().iter().filter(|request| request.method == "auth.test").count();
    assert_eq!(asked, 1);
    probe.passes();
    assert_eq!(probe.slack.find(effect(1), channel()).await.unwrap(), None);
}

#[tokio::test]
async fn a_slow_answer_to_a_card_leaves_one_card() {
    let host = Host::start(Arc::new(Memory::new()), NOW).await;
    let slow = Mishap::DoneThenSlow(Duration::from_secs(2));
    host.stand_in.mishap("chat.postMessage", slow);
    let who = Identity::new("slack", "U1");
    let inbound =
        Inbound::open("delivery/1".into(), who, Form::new("The till is slow", "P2"), host.desk.now());
    host.desk.handle(inbound.unwrap()).await.unwrap().outcome.unwrap();
    host.works(120).await;
    let workspace = host.stand_in.workspace();
    let roots = workspace.roots("C1");
    assert_eq!(roots.len(), 1, "{:?}", seen(&roots));
    let thread = workspace.reads("C1", &roots[0].ts);
    assert_eq!(thread.iter().filter(|line| line.contains("Expect an answer by")).count(), 1, "{thread:?}");
}

#[tokio::test]
async fn an_address_to_answer_at_is_slacks_or_is_not_called() {
    let host = Host::start(Arc::new(Memory::new()), NOW).await;
    let stranger = StandIn::start(Arc::clone(&host.clock) as Arc<dyn Clock>).await;
    let who = Identity::new("slack", "U1");
    let inbound =
        Inbound::open("delivery/1".into(), who, Form::new("The till is slow", "P2"), host.desk.now());
    host.desk.handle(inbound.unwrap()).await.unwrap().outcome.unwrap();
    host.works(5).await;
    let root = host.stand_in.workspace().roots("C1")[0].ts.clone();
    let press = |user: &str, at: &str| {
        host.interaction(&json!({
            "type": "block_actions", "team": { "id": "T1" }, "user": { "id": user, "team_id": "T1" },
            "container": { "type": "message", "message_ts": root, "channel_id": "C1" }, "trigger_id": "t",
            "channel": { "id": "C1" }, "message": { "ts": root, "thread_ts": root }, "response_url": at,
            "actions": [{
                "action_id": "supporty:do:claim", "block_id": "b", "value": "SUP-1", "type": "button",
                "action_ts": format!("1.{:06}", host.next_event()),
            }],
        }))
    };
    host.delivers(&press("U2", &host.stand_in.response_url("r1"))).await;
    // Oli owns it, and Lea hears so: where Slack said, and nowhere else.
    host.delivers(&press("U3", &host.stand_in.response_url("r2"))).await;
    assert_eq!(host.stand_in.workspace().responses.len(), 1);
    let strange = [
        stranger.response_url("r3"),
        stranger.response_url("r3").replace("127.0.0.1", "hooks.slack.com@127.0.0.1"),
        "https://hooks.slack.com.example.org/x".to_owned(),
        "http://hooks.slack.com/x".to_owned(),
        "https://hooks.slack.com:8443/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "nonsense".to_owned(),
    ];
    for address in strange {
        assert_eq!(host.delivers(&press("U3", &address)).await.0, 200, "{address}");
    }
    assert_eq!(host.stand_in.workspace().responses.len(), 1);
    assert!(stranger.workspace().responses.is_empty(), "nobody else is told");
}

#[cfg(feature = "picture")]
#[tokio::test]
async fn an_upload_goes_nowhere_but_to_slack() {
    let mut config = config();
    config.digest = Some("mon 09:00".to_owned().try_into().unwrap());
    let host = Host::with(Arc::new(Memory::new()), NOW, config).await;
    let stranger = StandIn::start(Arc::clone(&host.clock) as Arc<dyn Clock>).await;
    let (ours, theirs) = (host.stand_in.workspace().uploads.clone(), stranger.workspace().uploads.clone());
    host.stand_in.workspace().uploads = theirs;
    host.front.tend(std::future::ready(())).await;
    assert!(stranger.workspace().files.is_empty(), "nothing was sent there");
    assert_eq!(host.stand_in.workspace().roots("C1").len(), 1, "the digest is there without its picture");

    host.stand_in.workspace().uploads = ours;
    host.clock.set(host.clock.now() + chrono::TimeDelta::days(7));
    host.front.tend(std::future::ready(())).await;
    let workspace = host.stand_in.workspace();
    assert_eq!((workspace.roots("C1").len(), workspace.files.len()), (2, 1));
}

#[tokio::test]
async fn the_same_user_of_two_workspaces_is_told_with_the_token_of_each() {
    const THEIRS: &str = "xoxb-for-T9";
    let tokens = SeveralTeams::new(TeamId::new("T1"));
    tokens.installed(TeamId::new("T1"), TOKEN.into());
    tokens.installed(TeamId::new("T9"), THEIRS.into());
    let config = Config { team: Some(TeamId::new("T1")), ..config() };
    let probe = probe_with(config, Arc::new(tokens)).await;
    probe.stand_in.workspace().tokens.insert(THEIRS.to_owned());
    let used = || probe.stand_in.workspace().calls.last().unwrap().token.clone();

    let home = probe.tell(1, Destination::Person("U1".to_owned()), "Hello").await.unwrap();
    assert_eq!((used().as_str(), home.channel.as_str()), (TOKEN, "DU1"));
    let away = probe.tell(2, Destination::Person("T9/U1".to_owned()), "Hello").await.unwrap();
    assert_eq!((used().as_str(), away.channel.as_str()), (THEIRS, "T9/DU1"));
    // What was said there is answered and looked for there.
    probe.tell(3, Destination::Thread(away.clone()), "And more").await.unwrap();
    assert_eq!(used(), THEIRS);
    probe.passes();
    probe.slack.find(effect(9), Destination::Person("T9/U1".to_owned())).await.unwrap();
    assert_eq!(used(), THEIRS);
    probe.show(4, Some(away), "The till is slow").await.unwrap();
    assert_eq!(used(), THEIRS);
    let home = shown(&probe.stand_in.workspace().roots("DU1")[0].body);
    assert_eq!(home, "Hello");
}

#[tokio::test]
async fn a_workspace_without_a_token_is_waited_for() {
    let tokens = Arc::new(SeveralTeams::new(TeamId::new("T1")));
    let probe = probe_with(config(), Arc::clone(&tokens) as Arc<dyn Tokens>).await;
    let error = probe.tell(1, channel(), "Hello").await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Forbidden, Retry::After(Duration::from_secs(300))));
    tokens.installed(TeamId::new("T1"), TOKEN.into());
    probe.tell(1, channel(), "Hello").await.unwrap();
}
