//! A whole ticket's life on Slack, over HTTP, with a stand-in that misbehaves as Slack does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use common::host::{Host, config};
use common::slack::{Mishap, seen, shown};
use serde_json::json;
use supporty_core::ticket::StatusKind;
use supporty_slack::Config;
use supporty_store::Memory;

async fn host(now: &str) -> Host {
    Host::start(Arc::new(Memory::new()), now).await
}

/// Files a ticket by the command and the form, and answers with the root of its thread.
async fn files(host: &Host, user: &str, title: &str, priority: &str) -> String {
    let before = host.stand_in.workspace().roots("C1").len();
    assert_eq!(host.delivers(&host.command(user, "C1", title)).await.0, 200);
    let filled = [("priority", json!(priority)), ("kind", json!("incident"))];
    let (status, body) = host.delivers(&host.submits(user, &filled)).await;
    assert_eq!((status.as_u16(), body.as_str()), (200, ""));
    host.works(5).await;
    let workspace = host.stand_in.workspace();
    let roots = workspace.roots("C1");
    assert_eq!(roots.len(), before + 1, "one card: {roots:?}");
    roots.last().unwrap().ts.clone()
}

#[tokio::test]
async fn a_ticket_is_filed_claimed_answered_resolved_and_rated() {
    let host = host("2026-01-12T10:00:00Z").await;
    let root = files(&host, "U1", "The till is slow", "P2").await;
    let read = |host: &Host| host.stand_in.workspace().reads("C1", &root);
    assert!(
        read(&host)[0].contains("SUP-1") && read(&host)[0].contains("The till is slow"),
        "{:?}",
        read(&host)
    );
    assert!(read(&host)[1].contains("Expect an answer by"), "{:?}", read(&host));

    host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)).await;
    host.works(5).await;
    assert_eq!(host.ticket("SUP-1").await.status.kind(), StatusKind::Active);
    assert!(read(&host)[0].contains("@U2"), "the card names its owner: {:?}", read(&host)[0]);

    let (_, event) = host.types("U2", "C1", Some(&root), "We look at the network &amp; the till.");
    host.delivers(&host.event(&event)).await;
    host.works(5).await;
    assert_eq!(host.ticket("SUP-1").await.messages, 1);

    // Resolving needs to know how it ended: a form is opened, filled in, and sent.
    host.delivers(&host.press("U2", "supporty:do:resolve", "SUP-1", "C1", &root)).await;
    let answer = host.delivers(&host.submits("U2", &[("resolution", json!("configuration"))])).await;
    assert_eq!(answer.1, "");
    host.works(5).await;
    assert_eq!(host.ticket("SUP-1").await.status.kind(), StatusKind::Resolved);

    host.delivers(&host.press("U1", "supporty:rate:5", "SUP-1", "C1", &root)).await;
    host.delivers(&host.press("U1", "supporty:do:confirm", "SUP-1", "C1", &root)).await;
    host.works(5).await;
    let ticket = host.ticket("SUP-1").await;
    assert_eq!(ticket.status.kind(), StatusKind::Closed);
    let thread = read(&host);
    let workspace = host.stand_in.workspace();
    assert_eq!(workspace.broken_limits, Vec::<String>::new());
    assert_eq!(workspace.roots("C1").len(), 1);
    let said = |words: &str| thread.iter().filter(|line| line.contains(words)).count();
    for words in ["Expect an answer by", "owns this now", "a setting was changed", "This is closed"] {
        assert_eq!(said(words), 1, "{words}: {thread:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_shown_in_it() {
    let host = host("2026-01-12T10:00:00Z").await;
    host.delivers(&host.command("U1", "C1", "")).await;
    let (status, body) = host.delivers(&host.submits("U1", &[("title", json!("   "))])).await;
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(answer["response_action"], "errors");
    assert!(answer["errors"]["title"].is_string(), "{body}");
    assert!(host.desk.ticket("SUP-1".parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn out_of_hours_a_form_for_a_p1_says_who_is_woken_and_asks_for_the_impact() {
    let host = host("2026-01-12T22:00:00Z").await;
    host.delivers(&host.command("U1", "C1", "The shop is down")).await;
    let change = {
        let workspace = host.stand_in.workspace();
        let (id, view) = workspace.views.iter().next_back().unwrap();
        assert!(!shown(view).contains("wakes"), "a P3 wakes nobody: {}", shown(view));
        let option = json!({ "value": "P1", "text": { "type": "plain_text", "text": "P1" } });
        host.interaction(&json!({
            "type": "block_actions", "team": { "id": "T1" }, "user": { "id": "U1", "team_id": "T1" }, "trigger_id": "t",
            "container": { "type": "view", "view_id": id },
            "view": {
                "id": id, "hash": "1", "private_metadata": "", "callback_id": "supporty:form",
                "state": { "values": {
                    "title": { "supporty:input": { "type": "plain_text_input", "value": "The shop is down" } },
                    "priority": { "supporty:told": { "type": "radio_buttons", "selected_option": option } },
                    "area": { "supporty:told": { "type": "static_select", "selected_option": { "value": "checkout" } } },
                } },
            },
            "actions": [{ "action_id": "supporty:told", "block_id": "priority", "type": "radio_buttons", "selected_option": option, "action_ts": "1.1" }],
        }))
    };
    host.delivers(&change).await;
    let view = host.stand_in.workspace().views.values().next_back().unwrap().clone();
    assert!(shown(&view).contains("Filing this wakes @U3"), "{}", shown(&view));
    let asks = view["blocks"].as_array().unwrap().iter().any(|block| block["block_id"] == "field-impact");
    assert!(asks, "the impact is asked for");

    let filled =
        [("priority", json!("P1")), ("area", json!("checkout")), ("field-impact", json!("everybody"))];
    let (_, body) = host.delivers(&host.submits("U1", &filled)).await;
    assert_eq!(body, "");
    host.works(10).await;
    let workspace = host.stand_in.workspace();
    let woken = seen(&workspace.roots("DU3"));
    assert!(woken.iter().any(|line| line.contains("SUP-1")), "Lea is told by herself: {woken:?}");
}

#[tokio::test]
async fn out_of_hours_the_promise_is_shown_by_the_readers_own_clock() {
    let host = host("2026-01-09T22:00:00Z").await;
    let root = files(&host, "U1", "The colour is odd", "P3").await;
    let workspace = host.stand_in.workspace();
    let told = workspace.thread("C1", &root)[1];
    assert!(shown(&told.body).contains("It is out of hours"), "{}", shown(&told.body));
    let body = told.body["blocks"].to_string();
    // Monday at nine and eight hours of the office, in London.
    let monday = "2026-01-12T17:00:00Z".parse::<supporty_core::vocab::Time>().unwrap().timestamp();
    assert!(body.contains(r#""type":"date""#) && body.contains(&monday.to_string()), "{body}");
}

#[tokio::test]
async fn edge_25_whatever_comes_again_is_done_once() {
    let host = host("2026-01-12T10:00:00Z").await;
    let root = files(&host, "U1", "The till is slow", "P2").await;
    let (_, event) = host.types("U1", "C1", Some(&root), "Anybody?");
    // At once, after a minute, and after five; then under another event id, and after a restart.
    for seconds in [0, 0, 60, 240] {
        host.works(seconds).await;
        assert_eq!(host.delivers(&host.event(&event)).await.0, 200);
    }
    assert_eq!(host.ticket("SUP-1").await.messages, 1);

    // Two emoji at once: one of the two owns it, and the other is told so.
    let one = host.event(&host.reaction("reaction_added", "U2", "eyes", "C1", &root));
    let other = host.event(&host.reaction("reaction_added", "U3", "eyes", "C1", &root));
    tokio::join!(host.deliver(&one), host.deliver(&other));
    host.finish().await;
    host.works(5).await;
    assert!(host.ticket("SUP-1").await.owner().is_some());
    assert_eq!(host.stand_in.workspace().ephemeral.len(), 1, "whoever was later hears why not");

    // An emoji that is taken away again gives the ticket up, if it is theirs.
    let owner = host.ticket("SUP-1").await.owner().unwrap().to_string();
    let owner = if owner == "oli" { "U2" } else { "U3" };
    host.delivers(&host.event(&host.reaction("reaction_removed", owner, "eyes", "C1", &root))).await;
    assert!(host.ticket("SUP-1").await.owner().is_none());
}

#[tokio::test]
async fn edge_25_only_the_retry_arrives_and_the_process_dies_after_answering() {
    let store = Arc::new(Memory::new());
    let host = Host::start(store.clone(), "2026-01-12T10:00:00Z").await;
    let root = files(&host, "U1", "The till is slow", "P2").await;
    let (_, event) = host.types("U1", "C1", Some(&root), "Anybody?");
    assert_eq!(host.deliver(&host.event(&event)).await.0, 200);
    host.die();
    assert_eq!(host.ticket("SUP-1").await.messages, 0);

    let (stand_in, clock, config) = (host.stand_in.clone(), Arc::clone(&host.clock), (*host.config).clone());
    drop(host);
    let next = Host::on(store, stand_in, clock, config).await;
    next.works(120).await;
    assert_eq!(next.ticket("SUP-1").await.messages, 1, "what was acknowledged is not lost");
    next.delivers(&next.event(&event)).await;
    assert_eq!(next.ticket("SUP-1").await.messages, 1, "a retry after the restart finds it done");
}

#[tokio::test]
async fn deliveries_that_come_out_of_order_give_the_same_ticket() {
    let mut tickets = Vec::new();
    for backwards in [false, true] {
        let host = host("2026-01-12T10:00:00Z").await;
        let root = files(&host, "U1", "The till is slow", "P2").await;
        let mut bodies = Vec::new();
        for (minutes, user, text) in [(1, "U1", "Anybody?"), (4, "U2", "We look."), (2, "U1", "Thank you.")] {
            host.works(minutes * 60).await;
            let (_, event) = host.types(user, "C1", Some(&root), text);
            bodies.push(host.event(&event));
        }
        if backwards {
            bodies.reverse();
        }
        for body in bodies {
            host.delivers(&body).await;
        }
        host.works(60).await;
        let ticket = host.ticket("SUP-1").await;
        let respond = ticket.outcomes.iter().find(|one| one.target == supporty_core::vocab::Target::Respond);
        tickets.push((ticket.messages, respond.map(|one| one.verdict)));
    }
    assert_eq!(tickets[0].0, 3);
    assert!(tickets[0].1.is_some(), "the first answer is kept");
    assert_eq!(tickets[0], tickets[1]);
}

#[tokio::test]
async fn an_edit_and_a_deletion_are_followed_once() {
    let host = host("2026-01-12T10:00:00Z").await;
    let root = files(&host, "U1", "The till is slow", "P2").await;
    let (ts, event) = host.types("U1", "C1", Some(&root), "the passwrod is 1234");
    host.delivers(&host.event(&event)).await;
    let message = json!({ "type": "message", "user": "U1", "text": "never mind", "ts": ts, "thread_ts": root,
        "edited": { "user": "U1", "ts": "1768212060.000000" } });
    let edited = json!({ "type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel",
        "ts": "1768212060.000100", "event_ts": "1768212060.000100", "hidden": true, "message": message,
        "previous_message": { "type": "message", "user": "U1", "text": "the passwrod is 1234", "ts": ts, "thread_ts": root } });
    for _ in 0..3 {
        host.delivers(&host.event(&edited)).await;
    }
    let log = host.desk.log("SUP-1".parse().unwrap()).await.unwrap();
    let edits =
        log.iter().filter(|entry| matches!(entry.event, supporty_core::ticket::Event::Edited { .. })).count();
    assert_eq!(edits, 1);
    let deleted = json!({ "type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel",
        "ts": "1768212070.000100", "event_ts": "1768212070.000100", "hidden": true, "deleted_ts": ts,
        "previous_message": message });
    for _ in 0..2 {
        host.delivers(&host.event(&deleted)).await;
    }
    assert_eq!(host.ticket("SUP-1").await.messages, 0);
}

#[tokio::test]
async fn edge_27_a_storm_of_refusals_keeps_the_order_and_shows_everything_once() {
    let host = host("2026-01-12T10:00:00Z").await;
    for mishap in [
        Mishap::TooMany(30),
        Mishap::TooMany(5),
        Mishap::DoneThen500,
        Mishap::Broken,
        Mishap::Garbled,
        Mishap::TooMany(1),
        Mishap::DoneThen500,
    ] {
        host.stand_in.mishap("chat.postMessage", mishap);
    }
    host.stand_in.mishap("chat.update", Mishap::TooMany(20));
    host.stand_in.mishap("chat.update", Mishap::DoneThen500);
    host.stand_in.mishap("conversations.history", Mishap::TooMany(3));
    host.delivers(&host.command("U1", "C1", "The till is slow")).await;
    host.delivers(&host.submits("U1", &[("priority", json!("P2"))])).await;
    host.works(60).await;
    for (action, user) in [("claim", "U2"), ("release", "U2"), ("claim", "U3")] {
        host.delivers(&host.press(user, &format!("supporty:do:{action}"), "SUP-1", "C1", "1.1")).await;
    }
    host.works(600).await;
    {
        let workspace = host.stand_in.workspace();
        assert_eq!(workspace.roots("C1").len(), 1, "one card, whatever went wrong");
        let root = workspace.roots("C1")[0].ts.clone();
        let thread = workspace.reads("C1", &root);
        let order = ["Expect an answer by", "Oli owns this now", "gave this up", "Lea owns this now"];
        let order = order.map(|words| words.replace("Oli", "@U2").replace("Lea", "@U3"));
        let places: Vec<_> = order
            .iter()
            .map(|words| {
                let found: Vec<_> =
                    thread.iter().enumerate().filter(|(_, line)| line.contains(words)).collect();
                assert_eq!(found.len(), 1, "{words}: {thread:?}");
                found[0].0
            })
            .collect();
        assert!(places.is_sorted(), "{places:?} of {thread:?}");
        assert_eq!(workspace.broken_limits, Vec::<String>::new());
    }
    assert_eq!(host.stand_in.mishaps_left(), 0, "everything went wrong that should");
    assert!(host.desk.dead_letters().await.unwrap().is_empty());
}

#[tokio::test]
async fn edge_28_a_root_that_was_deleted_gets_a_new_thread() {
    for answered in [false, true] {
        let host = host("2026-01-12T10:00:00Z").await;
        let root = files(&host, "U1", "The till is slow", "P2").await;
        {
            let mut workspace = host.stand_in.workspace();
            let replies: Vec<_> =
                workspace.thread("C1", &root).iter().skip(1).map(|one| one.ts.clone()).collect();
            assert!(!replies.is_empty(), "we have said when to expect an answer");
            for reply in replies.iter().filter(|_| !answered) {
                workspace.delete("C1", reply);
            }
            workspace.delete("C1", &root);
            assert_eq!(
                workspace.roots("C1").len(),
                usize::from(answered),
                "others' replies leave a tombstone"
            );
        }
        host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)).await;
        host.works(60).await;
        let new = host.ticket("SUP-1").await.places[0].message.to_string();
        assert_ne!(new, root);
        {
            let workspace = host.stand_in.workspace();
            let thread = workspace.reads("C1", &new);
            assert_eq!(count(&thread, "owns this now"), 1, "{thread:?}");
            assert_eq!(count(&seen(&workspace.roots("C1")), "SUP-1 · The till is slow"), 1);
            let old = workspace.reads("C1", &root);
            assert_eq!(count(&old, "SUP-1 goes on in a new thread"), usize::from(answered), "{old:?}");
            assert_eq!(workspace.broken_limits, Vec::<String>::new());
        }
        // Whoever writes into the old thread is heard.
        let (_, event) = host.types("U1", "C1", Some(&root), "Here?");
        host.delivers(&host.event(&event)).await;
        assert_eq!(host.ticket("SUP-1").await.messages, 1);
    }
}

fn count(lines: &[String], words: &str) -> usize {
    lines.iter().filter(|line| line.contains(words)).count()
}

#[tokio::test]
async fn edge_28_an_archived_channel_loses_no_ticket_and_its_people_are_told_by_themselves() {
    let host = host("2026-01-12T10:00:00Z").await;
    host.stand_in.workspace().channel("C1").archived = true;
    host.delivers(&host.command("U1", "C9", "The till is slow")).await;
    host.delivers(&host.submits("U1", &[("priority", json!("P2"))])).await;
    host.works(60).await;
    let told = seen(&host.stand_in.workspace().roots("DU1"));
    assert!(told.iter().any(|line| line.contains("Expect an answer by")), "{told:?}");

    host.stand_in.workspace().channel("C1").archived = false;
    host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", "1.1")).await;
    host.works(60).await;
    assert_eq!(host.stand_in.workspace().roots("C1").len(), 1, "the card is there once it can be");
}

#[tokio::test]
async fn edge_28_a_token_that_was_taken_back_is_waited_for() {
    let host = host("2026-01-12T10:00:00Z").await;
    host.stand_in.workspace().revoked = true;
    let event = json!({ "type": "tokens_revoked", "tokens": { "bot": ["UBOT"], "oauth": [] } });
    host.delivers(&host.event(&event)).await;
    host.delivers(&host.command("U1", "C1", "The till is slow")).await;
    // The form can not be opened; a ticket that comes another way is not lost.
    let inbound = supporty_core::adapter::Inbound::open(
        "test/1".into(),
        supporty_core::vocab::Identity::new("slack", "U1"),
        supporty_core::adapter::Form::new("The till is slow", "P2"),
        host.desk.now(),
    );
    host.desk.handle(inbound.unwrap()).await.unwrap().outcome.unwrap();
    host.works(4 * 3600).await;
    assert!(host.desk.dead_letters().await.unwrap().is_empty(), "nothing is given up");
    host.stand_in.workspace().revoked = false;
    host.works(600).await;
    let cards = seen(&host.stand_in.workspace().roots("C1"));
    assert_eq!(cards.iter().filter(|card| card.starts_with("SUP-1 · ")).count(), 1, "{cards:?}");
}

#[tokio::test]
async fn edge_29_a_form_that_is_sent_twice_opens_one_ticket_and_one_for_a_closed_ticket_says_so() {
    let host = host("2026-01-12T10:00:00Z").await;
    host.delivers(&host.command("U1", "C1", "The till is slow")).await;
    let sent = host.submits("U1", &[("priority", json!("P2"))]);
    tokio::join!(host.deliver(&sent), host.deliver(&sent));
    host.delivers(&sent).await;
    host.works(60).await;
    assert_eq!(host.stand_in.workspace().roots("C1").len(), 1);
    assert!(host.desk.ticket("SUP-2".parse().unwrap()).await.unwrap().is_none());

    // The form to resolve it stays open while somebody else does.
    host.delivers(&host.press("U2", "supporty:do:resolve", "SUP-1", "C1", "1.1")).await;
    let late = host.submits("U2", &[("resolution", json!("code-change"))]);
    host.delivers(&host.press("U3", "supporty:more", "", "C1", "1.1")).await;
    host.delivers(&host.event(&host.reaction(
        "reaction_added",
        "U3",
        "no_entry_sign",
        "C1",
        &host.ticket("SUP-1").await.places[0].message.to_string(),
    )))
    .await;
    assert_eq!(host.ticket("SUP-1").await.status.kind(), StatusKind::Resolved);
    let (_, body) = host.delivers(&late).await;
    assert!(body.contains("errors") && body.contains("resolution"), "{body}");
}

#[tokio::test]
async fn a_restricted_ticket_stands_in_the_private_channel_and_its_title_nowhere_else() {
    let host = host("2026-01-12T10:00:00Z").await;
    host.delivers(&host.command("U1", "C1", "Ana's salary is visible")).await;
    host.delivers(&host.submits("U1", &[("priority", json!("P2")), ("restricted", json!(true))])).await;
    host.works(60).await;
    let workspace = host.stand_in.workspace();
    let public = seen(&workspace.roots("C1")).concat();
    let private = seen(&workspace.roots("C2")).concat();
    assert!(!public.contains("salary"), "{public}");
    assert!(private.contains("Ana's salary is visible"), "{private}");
}

#[tokio::test]
async fn whoever_is_not_slack_is_refused_and_nothing_happens() {
    let host = host("2026-01-12T10:00:00Z").await;
    let request =
        supporty_slack::Request { timestamp: "1768212000", signature: "v0=00", body: b"command=/support" };
    let outcome = host.front.receive(request, host.desk.now()).await;
    assert_eq!(outcome.status, 401);
    assert!(outcome.work.is_none());
}

#[tokio::test]
async fn a_mention_of_an_engineer_outside_threads_is_met_kindly() {
    let host = host("2026-01-12T10:00:00Z").await;
    let (_, event) = host.types("U1", "C1", None, "<@U2> can you look at the till?");
    for _ in 0..3 {
        host.delivers(&host.event(&event)).await;
    }
    assert_eq!(host.stand_in.workspace().ephemeral.len(), 1, "once, however often Slack tells of it");
    let said = host.stand_in.workspace().ephemeral.pop().expect("a kind word");
    assert_eq!((said.0.as_str(), said.1.as_str()), ("C1", "U1"));
    assert!(shown(&said.2).contains("Oli"), "{}", shown(&said.2));
    let value = said.2.to_string();
    assert!(value.contains("can you look at the till?"), "the form begins with what they wrote: {value}");
}

#[tokio::test]
async fn a_home_shows_what_is_mine_and_who_is_on() {
    let host = host("2026-01-12T10:00:00Z").await;
    files(&host, "U1", "The till is slow", "P2").await;
    host.delivers(
        &host.event(&json!({ "type": "app_home_opened", "user": "U1", "tab": "home", "channel": "DU1" })),
    )
    .await;
    let home = shown(&host.stand_in.workspace().homes["U1"]);
    assert!(home.contains("SUP-1") && home.contains("The till is slow") && home.contains("Shop"), "{home}");
}

#[tokio::test]
async fn who_is_on_stands_at_the_top_and_the_digest_is_posted_once_a_week() {
    let mut config = common::host::config();
    config.digest = Some("mon 09:00".to_owned().try_into().unwrap());
    let store = Arc::new(Memory::new());
    let host = Host::with(store.clone(), "2026-01-07T10:00:00Z", config).await;
    let root = files(&host, "U1", "The till is slow", "P2").await;
    host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)).await;
    let resolved = host.reaction("reaction_added", "U2", "no_entry_sign", "C1", &root);
    host.delivers(&host.event(&resolved)).await;
    host.until("2026-01-12T08:59:00Z").await;
    host.front.tend(std::future::ready(())).await;
    {
        let workspace = host.stand_in.workspace();
        assert_eq!(workspace.bookmarks.len(), 1);
        assert!(workspace.bookmarks[0]["title"].as_str().unwrap().contains("Oli"));
        assert_eq!(workspace.called("files.completeUploadExternal"), 0, "it is not nine yet");
    }
    host.until("2026-01-12T09:00:30Z").await;
    host.front.tend(std::future::ready(())).await;
    // The same again, and once more after a restart.
    host.front.tend(std::future::ready(())).await;
    let (stand_in, clock, config) = (host.stand_in.clone(), Arc::clone(&host.clock), (*host.config).clone());
    drop(host);
    let host = Host::on(store, stand_in, clock, config).await;
    host.front.tend(std::future::ready(())).await;
    let workspace = host.stand_in.workspace();
    let digests: Vec<_> = workspace
        .roots("C1")
        .into_iter()
        .filter(|root| root.body.to_string().contains("digest/2026-01-12"))
        .collect();
    assert_eq!(digests.len(), 1);
    let shows = shown(&digests[0].body);
    assert!(shows.contains("1 opened, 1 resolved, 0 still open"), "{shows}");
    #[cfg(feature = "picture")]
    assert!(workspace.files.values().next().unwrap().starts_with(b"\x89PNG"), "a picture of the figures");
    assert_eq!(workspace.bookmarks.len(), 1);
}

#[tokio::test]
async fn a_desk_in_german_says_everything_in_german() {
    let texts = serde_json::from_value(json!({ "language": "de" })).unwrap();
    let config = Config { texts, ..config() };
    let host = Host::with(Arc::new(Memory::new()), "2026-01-10T10:00:00Z", config).await;
    let root = files(&host, "U1", "Die Kasse hängt", "P2").await;
    host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)).await;
    host.delivers(&host.press("U2", "supporty:do:resolve", "SUP-1", "C1", &root)).await;
    host.delivers(&host.submits("U2", &[("resolution", json!("data-fix"))])).await;
    host.works(5).await;
    let thread = host.stand_in.workspace().reads("C1", &root);
    for words in [
        "Es ist außerhalb der Arbeitszeit. Eine Antwort kommt bis",
        "ist jetzt zuständig.",
        "hat das gelöst: die Daten wurden berichtigt. Nicht erledigt? Wieder öffnen.",
    ] {
        assert_eq!(thread.iter().filter(|line| line.contains(words)).count(), 1, "{words}: {thread:?}");
    }
    let english = ["Expect", "owns", "resolved", "Claim", "Owner"];
    let foreign: Vec<_> =
        thread.iter().filter(|line| english.iter().any(|word| line.contains(word))).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}
