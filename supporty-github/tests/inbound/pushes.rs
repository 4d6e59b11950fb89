use serde_json::json;
use supporty_github::inbound::Pushed;
use supporty_github::references::Link;

use crate::desk::{Desk, OTHER_SHA, SHA, ZEROS, at, push, what, with};

#[test]
fn a_push_says_from_where_to_where_and_what_is_in_it() {
    let fact = Desk::new().fact("push", &push());
    assert_eq!(fact.at, at("2026-03-02T11:00:00Z"), "the push's own time");
    let push = what!(fact, Push);
    assert_eq!(push.pushed, Pushed::Branch { name: "main".to_owned(), is_default: true });
    assert_eq!((push.before.unwrap().as_str(), push.after.unwrap().as_str()), (OTHER_SHA, SHA));
    assert!(!push.forced && !push.cut);
    let commit = &push.commits[0];
    assert_eq!((commit.sha.as_str(), commit.title.as_str()), (SHA, "Stop the login loop (#12)"));
    assert_eq!(commit.at, Some(at("2026-03-02T10:30:00Z")));
    assert_eq!((commit.author.as_deref(), commit.distinct), (Some("octocat"), true));
    assert_eq!(commit.references.of(&"SUP-42".parse().unwrap()).collect::<Vec<_>>(), [Link::Fixes]);
    assert_eq!(push.head.as_ref(), Some(commit));
}

#[test]
fn a_branch_that_was_made_or_deleted_has_nothing_on_one_side() {
    let made = what!(
        Desk::new().fact("push", &with(push(), &json!({ "before": ZEROS, "ref": "refs/heads/a/b" }))),
        Push
    );
    assert_eq!(
        (made.before, made.pushed),
        (None, Pushed::Branch { name: "a/b".to_owned(), is_default: false })
    );
    let gone = json!({ "after": ZEROS, "head_commit": null, "commits": [], "ref": "refs/tags/v1" });
    let gone = what!(Desk::new().fact("push", &with(push(), &gone)), Push);
    assert_eq!((gone.after, gone.head, gone.pushed), (None, None, Pushed::Tag("v1".to_owned())));
    let notes = what!(
        Desk::new().fact("push", &with(push(), &json!({ "ref": "refs/notes/x", "forced": true }))),
        Push
    );
    assert_eq!((notes.pushed, notes.forced), (Pushed::Other("refs/notes/x".to_owned()), true));
}

#[test]
fn a_list_that_github_may_have_cut_says_so() {
    let commit = push()["commits"][0].clone();
    for (count, cut) in [(2047, false), (2048, true)] {
        let many = with(push(), &json!({ "commits": vec![commit.clone(); count] }));
        assert_eq!(what!(Desk::new().fact("push", &many), Push).cut, cut);
    }
}

#[test]
fn the_time_of_a_push_without_one_is_that_of_its_last_commit() {
    let none = json!({ "repository": { "pushed_at": null } });
    assert_eq!(Desk::new().fact("push", &with(push(), &none)).at, at("2026-03-02T10:30:00Z"));
    let none = json!({ "repository": { "pushed_at": null }, "head_commit": null });
    assert_eq!(Desk::new().fact("push", &with(push(), &none)).at, at("2026-03-02T09:00:00Z"));
    let text = json!({ "repository": { "pushed_at": "2026-03-02T11:00:00Z" } });
    assert_eq!(Desk::new().fact("push", &with(push(), &text)).at, at("2026-03-02T11:00:00Z"));
}

#[test]
fn the_same_way_gone_twice_is_two_pushes() {
    let desk = Desk::new();
    let again = with(push(), &json!({ "repository": { "pushed_at": 1_772_449_260 } }));
    assert_ne!(desk.key("push", &push()), desk.key("push", &again));
    assert_eq!(
        desk.key("push", &push()),
        format!("github/push/7/refs/heads/main/{OTHER_SHA}/{SHA}/1772449200")
    );
}

#[test]
fn a_commit_that_takes_back_another_says_which() {
    let message = format!("Revert \"Cache\"\n\nThis reverts commit {OTHER_SHA}.");
    let body = with(push(), &json!({ "head_commit": { "message": message } }));
    let head = what!(Desk::new().fact("push", &body), Push).head.unwrap();
    assert_eq!(head.reverts.unwrap().title.as_deref(), Some("Cache"));
}
