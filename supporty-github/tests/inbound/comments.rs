use serde_json::json;
use supporty_github::inbound::{CommentNews, NotForUs};
use supporty_github::marker;

use crate::desk::{Desk, at, comment, our_bot, what, with};

#[test]
fn a_comment_says_who_wrote_what_below_what() {
    let fact = Desk::new().fact("issue_comment", &comment("created"));
    assert_eq!((fact.key.as_str(), fact.at), ("github/comment/7/99/created", at("2026-03-02T11:00:00Z")));
    let told = what!(fact, Comment);
    assert_eq!((told.id, told.news, told.on, told.on_pull_request), (99, CommentNews::Created, 3, false));
    assert_eq!((told.body.as_str(), told.written_at), ("It loops again, SUP-42", at("2026-03-02T10:00:00Z")));
    assert_eq!((told.author.unwrap().bot, told.insider, told.references.tickets.len()), (false, true, 1));
}

#[test]
fn a_comment_below_a_pull_request_says_so() {
    let below = with(comment("created"), &json!({ "issue": { "pull_request": { "url": "…" } } }));
    assert!(what!(Desk::new().fact("issue_comment", &below), Comment).on_pull_request);
}

#[test]
fn programs_are_told_from_people() {
    let mut desk = Desk::new();
    desk.config.bots.insert("ci-robot".to_owned());
    for (login, kind, bot) in [
        ("dependabot[bot]", "Bot", true),
        ("dependabot[bot]", "User", true),
        ("CI-Robot", "User", true),
        ("octocat", "User", false),
        ("robot", "Mannequin", false),
    ] {
        let by = json!({ "comment": { "user": { "id": 6, "login": login, "type": kind } } });
        let told = what!(desk.fact("issue_comment", &with(comment("created"), &by)), Comment);
        assert_eq!(told.author.unwrap().bot, bot, "{login}");
    }
}

#[test]
fn who_is_gone_is_nobody() {
    let desk = Desk::new();
    for nobody in [json!(null), json!({ "id": 10_137, "login": "ghost", "type": "User" })] {
        let gone = with(comment("created"), &json!({ "comment": { "user": nobody }, "sender": nobody }));
        let fact = desk.fact("issue_comment", &gone);
        assert_eq!(fact.by, None);
        assert_eq!(what!(fact, Comment).author, None);
    }
}

#[test]
fn our_own_comment_is_no_news_until_somebody_touches_it() {
    let (desk, effect) = (Desk::new(), "entry/ticket/SUP-1/4.1".parse().unwrap());
    let body = marker::mark("It is fixed.", &effect);
    let ours = |action: &str, sender| {
        with(comment(action), &json!({ "sender": sender, "comment": { "user": our_bot(), "body": body } }))
    };
    for action in ["created", "edited", "deleted"] {
        assert_eq!(
            desk.not_for_us("issue_comment", &ours(action, our_bot())),
            NotForUs::Ours(effect.clone())
        );
    }
    let ana = json!({ "id": 1, "login": "octocat", "type": "User" });
    let touched = what!(desk.fact("issue_comment", &ours("deleted", ana)), Comment);
    assert_eq!((touched.news, touched.ours), (CommentNews::Deleted, Some(effect)));
}

#[test]
fn somebody_who_quotes_our_mark_is_heard() {
    let quoted = marker::mark("> It is fixed.\n\nIt is not!", &"job/x.0".parse().unwrap());
    let told = with(comment("created"), &json!({ "comment": { "body": quoted } }));
    assert_eq!(what!(Desk::new().fact("issue_comment", &told), Comment).ours, None);
}

#[test]
fn two_edits_of_one_second_are_two_facts() {
    let desk = Desk::new();
    let other = with(comment("edited"), &json!({ "comment": { "body": "No, it does not." } }));
    assert_ne!(desk.key("issue_comment", &comment("edited")), desk.key("issue_comment", &other));
}
