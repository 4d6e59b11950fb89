//! GitHub keeps the contract of a code host, sentence by sentence, against a stand-in over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use common::github::{Mishap, StandIn};
use common::probe::{Probe, number, patient};
use supporty_core::adapter::{Error, ErrorKind, NewIssue, Piece, Retry, Vcs, Within};
use supporty_core::stream::EffectId;
use supporty_github::{Api, Config, Credentials, GitHub};

async fn fresh() -> Probe {
    Probe::new().await
}

supporty_core::vcs_suite!(fresh);

fn effect(n: u16) -> EffectId {
    format!("entry/ticket/SUP-1/7.{n}").parse().unwrap()
}

fn issue(labels: &[&str]) -> NewIssue {
    NewIssue {
        repository: "acme/shop".to_owned(),
        title: "The till is slow".to_owned(),
        body: vec![Piece::Text("It is.".to_owned())],
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_after_the_work_is_looked_for_also_by_another_process() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::LostAfter);
    let lost = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unknown);
    let at = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);

    probe.stand_in.world().mishaps.push_back(Mishap::LostAfter);
    let words = vec![Piece::Text("We look.".to_owned())];
    probe.vcs.comment(effect(2), at.clone(), words.clone()).await.unwrap_err();
    let other = patient(&probe.stand_in);
    let found = other.find(effect(2), Within::Below(at.clone())).await.unwrap();
    assert!(found.is_some());
    assert_eq!(probe.vcs.comment(effect(2), at, words).await.unwrap(), found.unwrap());
    assert_eq!(probe.stand_in.world().comments.len(), 1);
}

#[tokio::test]
async fn a_server_that_broke_before_the_work_has_done_nothing_and_it_is_done_once() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::Broken);
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap_err();
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);
}

#[tokio::test]
async fn a_limit_is_told_with_its_time_and_kept() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::Limited(30));
    let github = &probe.vcs.github;
    let wait = |error: Error| match error.retry {
        Retry::After(wait) => wait.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(github.open_issue(effect(1), issue(&[])).await.unwrap_err()), 30);
    let asked = probe.stand_in.world().requests.len();
    assert_eq!(wait(github.open_issue(effect(1), issue(&[])).await.unwrap_err()), 30);
    assert_eq!(probe.stand_in.world().requests.len(), asked, "nobody asks before the time");
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);
}

#[tokio::test]
async fn labels_that_github_drops_are_no_silence() {
    let probe = Probe::new().await;
    let at = probe.vcs.open_issue(effect(1), issue(&["support"])).await.unwrap();
    probe.stand_in.world().mishaps.push_back(Mishap::NoLabels);
    let error = probe.vcs.label(at, vec!["P1".to_owned()]).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Forbidden, Retry::Never));
    assert!(error.to_string().contains("label"), "{error}");
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_followed_and_a_person_who_copies_our_mark_is_not_us() {
    let probe = Probe::new().await;
    let old = NewIssue { repository: "acme/old".to_owned(), ..issue(&[]) };
    let at = probe.vcs.open_issue(effect(1), old).await.unwrap();
    assert_eq!(at.repository, "7");
    let body = probe.stand_in.world().issues[&number(&at)].body.clone();
    probe.stand_in.world().issues.get_mut(&number(&at)).unwrap().by = 1;
    assert!(body.contains("<!--"));
    let other = patient(&probe.stand_in);
    let found = other.find(effect(1), Within::Repository("acme/shop".to_owned())).await.unwrap();
    assert_eq!(found, None, "whoever wrote it, it was not us");
}

#[tokio::test]
async fn what_stands_many_pages_down_is_found() {
    let probe = Probe::new().await;
    let at = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    for n in 2..130 {
        let words = vec![Piece::Text(format!("word {n}"))];
        probe.vcs.comment(effect(n), at.clone(), words).await.unwrap();
    }
    let other = patient(&probe.stand_in);
    for n in [2, 101, 129] {
        assert!(other.find(effect(n), Within::Below(at.clone())).await.unwrap().is_some(), "{n}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_never_shown() {
    let stand_in = StandIn::start().await;
    let api = Api::at(&stand_in.base, Credentials::Token("ghp_another-secret".into())).unwrap();
    let github = GitHub::new(api, Arc::new(Config::default()));
    let error = github.open_issue(effect(1), issue(&[])).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(!format!("{error:?} {github:?}").contains("secret"));
}
