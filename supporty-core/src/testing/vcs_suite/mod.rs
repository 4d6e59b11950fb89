//! The contract of [`Vcs`], one function per sentence.
//!
//! Each takes a fresh code host wrapped in a [`VcsProbe`], which is how the suite sees what a person would see. The macro
//! [`vcs_suite!`](crate::vcs_suite) makes one named test of each:
//!
//! ```text
//! async fn fresh() -> MyProbe { /* an empty repository */ }
//! supporty_core::vcs_suite!(fresh);
//! ```
//!
//! An ability that is not claimed is not asked for, except that it must answer `Unsupported`.
//!
//! A runner of your own can walk [`PROMISES`] to list them.

#![allow(clippy::panic, reason = "a suite says what is broken by panicking with the sentence")]

use async_trait::async_trait;

use crate::adapter::{Check, Error, ErrorKind, Named, NewIssue, Piece, Retry, Vcs, VcsRef, Within};
use crate::stream::{EffectId, Origin, StreamId};
use crate::vocab::{ChangeState, PersonId, TicketKey, Time};

/// A fresh code host, and eyes for it.
#[async_trait]
pub trait VcsProbe: Send + Sync {
    /// The code host under test.
    fn vcs(&self) -> &dyn Vcs;

    /// The name of a repository that exists.
    fn repository(&self) -> String;

    /// A change that is open there.
    async fn change(&self) -> VcsRef;

    /// An issue that does not exist there.
    fn no_issue(&self) -> VcsRef;

    /// What a person reads there: the title of an issue or a change, its text, and the comments, oldest first.
    ///
    /// A text is what meets the eye: markup that the host obeyed is not in it, nor what it hides, markup that it shows is.
    async fn seen(&self, at: &VcsRef) -> Vec<String>;

    /// The labels on it.
    async fn labels(&self, at: &VcsRef) -> Vec<String>;

    /// What checks say beside a change, name and title.
    async fn checks(&self, at: &VcsRef) -> Vec<(String, String)>;

    /// Who was mentioned, and so told, by anything that was written.
    async fn mentioned(&self) -> Vec<String>;
}

/// One list: the index, and the macro that makes a test of each line.
macro_rules! promises {
    ($($name:ident: $sentence:literal,)*) => {
        /// Every promise: the name of its function, and the sentence of the contract.
        pub const PROMISES: &[(&str, &str)] = &[$((stringify!($name), $sentence)),*];

        /// One `#[tokio::test]` per sentence of the contract of [`Vcs`](crate::adapter::Vcs).
        ///
        /// Takes the path of an `async fn() -> impl VcsProbe` that makes a fresh code host. Needs `tokio` with its
        /// features `macros` and `rt` among the dev-dependencies.
        #[macro_export]
        macro_rules! vcs_suite {
            ($make:path) => {$(
                #[doc = $sentence]
                #[tokio::test]
                async fn $name() {
                    $crate::testing::vcs_suite::$name(&$make().await).await;
                }
            )*};
        }
    };
}

promises! {
    open_issue_answers_with_the_new_issue: "1. `open_issue` answers with the reference of the new issue, and `look` shows it open.",
    comments_appear_in_order: "2. `comment` appears on what it refers to, after every comment before it.",
    the_same_effect_appears_once: "3. If `dedupes` is claimed, the same effect sent again appears once, and answers with the first reference.",
    find_answers_for_what_was_written_only: "4. If `dedupes` is claimed, `find` answers with the reference of an effect that was sent, and with nothing for one that was not.",
    closing_and_reopening_may_be_repeated: "5. `close` closes and `reopen` reopens; either is no error where it is so already.",
    what_does_not_exist_is_final: "6. Commenting on, closing, reopening and looking at what does not exist is an error of kind `NotFound` or `Gone` that is not retried.",
    text_from_people_does_nothing: "7. Text from people is shown as they wrote it: markup in it does nothing, and nobody is mentioned.",
    endless_text_is_cut_and_never_refused: "8. Text over the host's limit is cut, never refused.",
    labels_are_put_beside_those_that_are_there: "9. If `labels` is claimed, an issue has the labels that it was given, each once, beside those that it had.",
    a_check_takes_the_place_of_one_about_its_ticket: "10. If `checks` is claimed, a check stands on a change; another about the same ticket takes its place.",
    what_is_not_claimed_is_unsupported: "11. What is not claimed answers `Unsupported` and writes nothing.",
    every_piece_of_a_comment_is_shown: "12. Every piece of a comment is shown, in its order.",
}

/// 1. `open_issue` answers with the reference of the new issue, and `look` shows it open.
pub async fn open_issue_answers_with_the_new_issue(probe: &impl VcsProbe) {
    let first = open(probe, 1, "The shop is down").await;
    let second = open(probe, 2, "The lamp is out").await;
    assert_ne!(first, second, "two issues are two");
    assert_shows(&probe.seen(&first).await, "The shop is down");
    assert_shows(&probe.seen(&second).await, "The lamp is out");
    let look = ok("look", probe.vcs().look(first.clone()).await);
    assert_eq!(look.state, ChangeState::Open, "a new issue is open");
    assert!(
        !look.label.is_empty() && look.url.starts_with("http"),
        "it can be named and looked at: {look:?}"
    );
    assert_eq!(VcsRef::of(&look.id).map(|(_, at)| at), Some(first), "its id leads back to it");
}

/// 2. `comment` appears on what it refers to, after every comment before it.
pub async fn comments_appear_in_order(probe: &impl VcsProbe) {
    let issue = open(probe, 1, "The shop is down").await;
    let change = probe.change().await;
    for (on, shift) in [(&issue, 0), (&change, 10)] {
        for n in 2..6 {
            say(probe, shift + n, on, &format!("word {n}")).await;
        }
        let seen = probe.seen(on).await.join("\n");
        let places: Vec<_> = (2..6).map(|n| seen.find(&format!("word {n}"))).collect();
        assert!(places.iter().all(Option::is_some), "every comment is there: {seen:?}");
        assert!(places.is_sorted(), "they stand in order: {seen:?}");
    }
}

/// 3. If `dedupes` is claimed, the same effect sent again appears once, and answers with the first reference.
pub async fn the_same_effect_appears_once(probe: &impl VcsProbe) {
    if !probe.vcs().capability().dedupes {
        return;
    }
    let issue = open(probe, 1, "The shop is down").await;
    assert_eq!(open(probe, 1, "The shop is down").await, issue, "the same effect is the same issue");
    let comment = say(probe, 2, &issue, "We look").await;
    assert_eq!(say(probe, 2, &issue, "We look").await, comment, "the same effect is the same comment");
    let times = probe.seen(&issue).await.join("\n").matches("We look").count();
    assert_eq!(times, 1, "it appears once");
}

/// 4. If `dedupes` is claimed, `find` answers with the reference of an effect that was sent, and with nothing for one that
///    was not.
pub async fn find_answers_for_what_was_written_only(probe: &impl VcsProbe) {
    if !probe.vcs().capability().dedupes {
        return;
    }
    let repository = Within::Repository(probe.repository());
    assert_eq!(ok("find", probe.vcs().find(effect(1), repository.clone()).await), None, "nothing yet");
    let issue = open(probe, 1, "The shop is down").await;
    assert_eq!(ok("find", probe.vcs().find(effect(1), repository.clone()).await), Some(issue.clone()));
    let below = Within::Below(issue.clone());
    assert_eq!(ok("find", probe.vcs().find(effect(2), below.clone()).await), None, "no comment yet");
    let comment = say(probe, 2, &issue, "We look").await;
    assert_eq!(ok("find", probe.vcs().find(effect(2), below).await), Some(comment));
    assert_eq!(ok("find", probe.vcs().find(effect(3), repository).await), None, "that was never sent");
}

/// 5. `close` closes and `reopen` reopens; either is no error where it is so already.
pub async fn closing_and_reopening_may_be_repeated(probe: &impl VcsProbe) {
    let issue = open(probe, 1, "The shop is down").await;
    for _ in 0..2 {
        ok("close", probe.vcs().close(issue.clone()).await);
        let state = ok("look", probe.vcs().look(issue.clone()).await).state;
        assert!(matches!(state, ChangeState::Closed { .. }), "it is closed: {state:?}");
    }
    for _ in 0..2 {
        ok("reopen", probe.vcs().reopen(issue.clone()).await);
        assert_eq!(ok("look", probe.vcs().look(issue.clone()).await).state, ChangeState::Open);
    }
}

/// 6. Commenting on, closing, reopening and looking at what does not exist is an error of kind `NotFound` or `Gone` that is
///    not retried.
pub async fn what_does_not_exist_is_final(probe: &impl VcsProbe) {
    let nowhere = probe.no_issue();
    let vcs = probe.vcs();
    assert_final("comment", vcs.comment(effect(1), nowhere.clone(), words("hello?")).await);
    assert_final("close", vcs.close(nowhere.clone()).await);
    assert_final("reopen", vcs.reopen(nowhere.clone()).await);
    assert_final("look", vcs.look(nowhere).await);
}

/// 7. Text from people is shown as they wrote it: markup in it does nothing, and nobody is mentioned.
pub async fn text_from_people_does_nothing(probe: &impl VcsProbe) {
    let issue = open(probe, 1, "The @acme/team <b>shop</b> `is` #1 down").await;
    assert_shows(&probe.seen(&issue).await, "The @acme/team <b>shop</b> `is` #1 down");
    let hostile = [
        "@here @octocat @acme/team look",
        "<b>bold</b> <img src=x onerror=alert(1)>",
        "**bold** _thin_ `code` [text](https://evil.example) ![i](https://evil.example/x.png)",
        "```\nfence\n```\n~~~\n@octocat",
        "````` @octocat `````",
        "<!-- supporty:entry/ticket/SUP-9/1.0 --> --> hidden",
        "- [ ] task\n> quote\n# heading\n1. one\n| a | b |\n|---|---|",
        "fixes #1, closes acme/shop#2",
        "&lt;b&gt; &amp;",
        "line one\nline two",
    ];
    for (n, text) in (2..).zip(hostile) {
        let body = vec![Piece::Text("They say: ".to_owned()), Piece::Quote(text.to_owned())];
        ok("comment", probe.vcs().comment(effect(n), issue.clone(), body).await);
        let seen = probe.seen(&issue).await.pop().unwrap_or_default();
        for line in text.lines() {
            assert!(seen.contains(line), "{line:?} is shown as it was written: {seen:?}");
        }
    }
    let mentioned = probe.mentioned().await;
    assert!(mentioned.is_empty(), "nobody is mentioned by what somebody else wrote: {mentioned:?}");
}

/// 8. Text over the host's limit is cut, never refused.
pub async fn endless_text_is_cut_and_never_refused(probe: &impl VcsProbe) {
    let endless = "endless ü ` < & ".repeat(20_000);
    let issue = NewIssue {
        repository: probe.repository(),
        title: endless.clone(),
        body: vec![Piece::Quote(endless.clone())],
        labels: Vec::new(),
    };
    let issue = ok("open_issue", probe.vcs().open_issue(effect(1), issue).await);
    let body = vec![Piece::Quote(endless.clone()), Piece::Text(endless)];
    ok("comment", probe.vcs().comment(effect(2), issue.clone(), body).await);
    assert_shows(&probe.seen(&issue).await, "endless");
    if probe.vcs().capability().dedupes {
        let found = ok("find", probe.vcs().find(effect(2), Within::Below(issue)).await);
        assert!(found.is_some(), "what it is found by is not cut");
    }
}

/// 9. If `labels` is claimed, an issue has the labels that it was given, each once, beside those that it had.
pub async fn labels_are_put_beside_those_that_are_there(probe: &impl VcsProbe) {
    if !probe.vcs().capability().labels {
        return;
    }
    let labels = vec!["support".to_owned()];
    let (title, repository) = ("Down".to_owned(), probe.repository());
    let issue = NewIssue { repository, title, body: words("It is."), labels };
    let issue = ok("open_issue", probe.vcs().open_issue(effect(1), issue).await);
    for labels in [["P1", "support"], ["P1", "checkout"]] {
        let labels = labels.map(ToOwned::to_owned).to_vec();
        ok("label", probe.vcs().label(issue.clone(), labels).await);
    }
    let mut labels = probe.labels(&issue).await;
    labels.sort();
    assert_eq!(labels, ["P1", "checkout", "support"]);
}

/// 10. If `checks` is claimed, a check stands on a change; another about the same ticket takes its place.
pub async fn a_check_takes_the_place_of_one_about_its_ticket(probe: &impl VcsProbe) {
    if !probe.vcs().capability().checks {
        return;
    }
    let change = probe.change().await;
    let check =
        |number, title: &str| Check { ticket: TicketKey::new("SUP", number), title: title.to_owned() };
    for (number, title) in [(1, "new"), (2, "new"), (1, "resolved"), (1, "resolved")] {
        ok("check", probe.vcs().check(change.clone(), check(number, title)).await);
    }
    let mut checks = probe.checks(&change).await;
    checks.sort();
    let expected = [("SUP-1", "resolved"), ("SUP-2", "new")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(checks, expected);
}

/// 11. What is not claimed answers `Unsupported` and writes nothing.
pub async fn what_is_not_claimed_is_unsupported(probe: &impl VcsProbe) {
    let can = probe.vcs().capability();
    let issue = open(probe, 1, "The shop is down").await;
    if !can.dedupes {
        let found = probe.vcs().find(effect(1), Within::Repository(probe.repository())).await;
        assert_unsupported("find", found);
    }
    if !can.labels {
        assert_unsupported("label", probe.vcs().label(issue.clone(), vec!["P1".to_owned()]).await);
        assert!(probe.labels(&issue).await.is_empty());
    }
    if !can.checks {
        let change = probe.change().await;
        let check = Check { ticket: TicketKey::new("SUP", 1), title: "new".to_owned() };
        assert_unsupported("check", probe.vcs().check(change.clone(), check).await);
        assert!(probe.checks(&change).await.is_empty());
    }
}

/// 12. Every piece of a comment is shown, in its order.
pub async fn every_piece_of_a_comment_is_shown(probe: &impl VcsProbe) {
    let issue = open(probe, 1, "The shop is down").await;
    let body = vec![
        Piece::Text("It began with ".to_owned()),
        Piece::Ticket(TicketKey::new("SUP", 17)),
        Piece::Text(", says ".to_owned()),
        Piece::Person(Named { id: PersonId::new("zo"), name: "Zo".to_owned() }),
        Piece::Text(" on ".to_owned()),
        Piece::Time(Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000)),
        Piece::Text(": ".to_owned()),
        Piece::Quote("nothing\nworks".to_owned()),
        Piece::Text("Please look at ".to_owned()),
        Piece::Link { label: "the page".to_owned(), url: "https://desk.example/ticket/SUP-17".to_owned() },
    ];
    ok("comment", probe.vcs().comment(effect(2), issue.clone(), body).await);
    let seen = probe.seen(&issue).await.pop().unwrap_or_default();
    let mut rest = seen.as_str();
    let parts = ["It began with", "SUP-17", "says", "Zo", "on", "2024-10-04", "nothing", "works", "the page"];
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => panic!("{part:?} is missing, or not where it belongs: {seen:?}"),
        }
    }
}

fn effect(n: u16) -> EffectId {
    let stream = StreamId::Ticket(TicketKey::new("SUP", 1));
    EffectId { cause: Origin::Entry { stream, seq: 7 }, n }
}

fn words(text: &str) -> Vec<Piece> {
    vec![Piece::Text(text.to_owned())]
}

async fn open(probe: &impl VcsProbe, n: u16, title: &str) -> VcsRef {
    let (repository, title) = (probe.repository(), title.to_owned());
    let issue = NewIssue { repository, title, body: words("It is."), labels: Vec::new() };
    ok("open_issue", probe.vcs().open_issue(effect(n), issue).await)
}

async fn say(probe: &impl VcsProbe, n: u16, on: &VcsRef, text: &str) -> VcsRef {
    ok("comment", probe.vcs().comment(effect(n), on.clone(), words(text)).await)
}

fn ok<T>(doing: &str, answer: Result<T, Error>) -> T {
    answer.unwrap_or_else(|error| panic!("{doing} failed: {error}"))
}

fn assert_shows(seen: &[String], text: &str) {
    assert!(seen.iter().any(|seen| seen.contains(text)), "{text:?} is shown: {seen:?}");
}

fn assert_final<T: std::fmt::Debug>(doing: &str, answer: Result<T, Error>) {
    match answer {
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) => {
            assert_eq!(error.retry, Retry::Never, "{doing} is not tried again");
        }
        other => panic!("{doing} on what does not exist answers that it does not: {other:?}"),
    }
}

fn assert_unsupported<T: std::fmt::Debug>(doing: &str, answer: Result<T, Error>) {
    match answer {
        Err(error) if error.kind == ErrorKind::Unsupported => {}
        other => panic!("{doing} is not claimed, and answers `Unsupported`: {other:?}"),
    }
}
