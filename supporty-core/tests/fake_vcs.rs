//! The fake code host keeps the contract of a code host, sentence by sentence, and fails as it is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests say what failed by panicking")]

use supporty_core::adapter::{ErrorKind, Retry, Vcs, VcsRef};
use supporty_core::stream::EffectId;
use supporty_core::testing::{Failure, FakeVcs};

fn effect(n: u16) -> EffectId {
    format!("job/test.{n}").parse().unwrap()
}

async fn issue(vcs: &FakeVcs, n: u16) -> VcsRef {
    vcs.open_issue(effect(n), "shop".to_owned(), "Down".to_owned(), "It is.".to_owned()).await.unwrap()
}

#[tokio::test]
async fn open_issue_answers_with_the_reference_of_the_new_issue() {
    let vcs = FakeVcs::new();
    let (first, second) = (issue(&vcs, 1).await, issue(&vcs, 2).await);
    assert_ne!(first, second);
    assert_eq!(vcs.notes()[0].at, first);
}

#[tokio::test]
async fn comments_appear_in_order_on_what_they_refer_to() {
    let vcs = FakeVcs::new();
    let issue = issue(&vcs, 1).await;
    for (n, body) in [(2, "one"), (3, "two")] {
        vcs.comment(effect(n), issue.clone(), body.to_owned()).await.unwrap();
    }
    let below: Vec<_> = vcs.notes().into_iter().filter(|note| note.on.as_ref() == Some(&issue)).collect();
    assert_eq!(below.iter().map(|note| note.body.as_str()).collect::<Vec<_>>(), ["one", "two"]);
}

#[tokio::test]
async fn the_same_effect_appears_once_and_is_found_even_if_its_answer_was_lost() {
    let vcs = FakeVcs::new();
    assert!(vcs.capability().dedupes);
    vcs.fail_next(Failure::After);
    let lost = vcs.open_issue(effect(1), "shop".to_owned(), "Down".to_owned(), String::new()).await;
    assert_eq!(lost.unwrap_err().kind, ErrorKind::Unknown);
    let found = vcs.find(effect(1), "shop".to_owned()).await.unwrap();
    assert_eq!(found, Some(issue(&vcs, 1).await));
    assert_eq!(vcs.notes().len(), 1);
    assert_eq!(vcs.find(effect(2), "shop".to_owned()).await.unwrap(), None);
}

#[tokio::test]
async fn closing_what_is_closed_is_no_error() {
    let vcs = FakeVcs::new();
    let issue = issue(&vcs, 1).await;
    for n in [2, 3] {
        vcs.close(effect(n), issue.clone()).await.unwrap();
    }
    assert!(vcs.notes()[0].closed);
}

#[tokio::test]
async fn commenting_on_what_does_not_exist_is_final() {
    let vcs = FakeVcs::new();
    let nowhere = VcsRef { repository: "shop".to_owned(), id: "4711".to_owned() };
    let error = vcs.comment(effect(1), nowhere, "hello?".to_owned()).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::NotFound, Retry::Never));
}
