use serde_json::{Value, json};
use supporty_github::inbound::{IssueNews, IssueState, NotForUs, StateReason};
use supporty_github::marker;

use crate::desk::{Desk, at, issue, our_bot, what, with};

fn effect() -> supporty_core::stream::EffectId {
    "entry/ticket/SUP-1/3.0".parse().unwrap()
}

/// An issue of that author's with our mark, touched by somebody.
fn marked(action: &str, author: &Value, sender: &Value) -> Value {
    let body = marker::mark("See [SUP-1](https://desk.example/tickets/SUP-1).", &effect());
    with(issue(action), &json!({ "sender": sender, "issue": { "user": author, "body": body } }))
}

#[test]
fn an_issue_says_what_happened_and_how_it_stands() {
    let fact = Desk::new().fact("issues", &issue("opened"));
    assert_eq!(fact.at, at("2026-03-02T11:00:00Z"));
    assert_eq!(fact.key.as_str(), "github/issue/7/3/opened");
    let told = what!(fact, Issue);
    assert_eq!((told.number, told.title.as_str(), told.body.as_str()), (3, "Login loops", "See SUP-42."));
    assert_eq!((told.news, told.state), (IssueNews::Opened { from: None }, IssueState::Open));
    assert_eq!((told.opened_at, told.insider, told.ours), (at("2026-03-02T10:00:00Z"), false, None));
    assert!(told.labels.contains("bug") && told.references.tickets.len() == 1);
}

#[test]
fn an_issue_is_closed_for_a_reason_that_may_be_new_to_us() {
    for (reason, expected) in [
        (json!("completed"), Some(StateReason::Completed)),
        (json!("not_planned"), Some(StateReason::NotPlanned)),
        (json!("duplicate"), Some(StateReason::Duplicate)),
        (json!("sold"), Some(StateReason::Other("sold".to_owned()))),
        (Value::Null, None),
    ] {
        let closed = json!({ "issue": { "state": "closed", "closed_at": "2026-03-02T11:00:00Z", "state_reason": reason } });
        let told = what!(Desk::new().fact("issues", &with(issue("closed"), &closed)), Issue);
        assert_eq!(told.state, IssueState::Closed { at: at("2026-03-02T11:00:00Z"), reason: expected });
    }
}

#[test]
fn two_labels_of_one_second_are_two_facts() {
    let desk = Desk::new();
    let label = |id: u64, name: &str| with(issue("labeled"), &json!({ "label": { "id": id, "name": name } }));
    let (one, other) = (label(11, "bug"), label(12, "urgent"));
    assert_ne!(desk.key("issues", &one), desk.key("issues", &other));
    assert_eq!(what!(desk.fact("issues", &other), Issue).news, IssueNews::Labelled("urgent".to_owned()));
    assert_eq!(desk.key("issues", &one), desk.key("issues", &label(11, "renamed since")));
    let nameless = with(issue("unlabeled"), &json!({ "label": null }));
    assert_eq!(what!(desk.fact("issues", &nameless), Issue).news, IssueNews::Unlabelled(String::new()));
}

#[test]
fn an_issue_that_moves_says_where_it_goes_on() {
    let changes = json!({ "changes": { "new_issue": { "number": 4 }, "new_repository": { "id": 8, "full_name": "octo/till" } } });
    let moved = what!(Desk::new().fact("issues", &with(issue("transferred"), &changes)), Issue);
    let IssueNews::Transferred { to: Some(to) } = moved.news else { panic!("{:?}", moved.news) };
    assert_eq!((to.repository.unwrap().id.0, to.number), (8, 4));
    let changes = json!({ "changes": { "old_issue": { "number": 4 }, "old_repository": null } });
    let came = what!(Desk::new().fact("issues", &with(issue("opened"), &changes)), Issue);
    let IssueNews::Opened { from: Some(from) } = came.news else { panic!("{:?}", came.news) };
    assert_eq!((from.repository, from.number), (None, 4));
}

#[test]
fn what_we_opened_ourselves_is_no_news() {
    let desk = Desk::new();
    let person = json!({ "id": 501, "login": "ana", "type": "User" });
    for us in [our_bot(), person] {
        assert_eq!(desk.not_for_us("issues", &marked("opened", &us, &us)), NotForUs::Ours(effect()));
        assert_eq!(desk.not_for_us("issues", &marked("edited", &us, &us)), NotForUs::Ours(effect()));
    }
    let renamed = json!({ "id": 900, "login": "helpy[bot]", "type": "Bot" });
    let by_app = with(
        marked("opened", &renamed, &Value::Null),
        &json!({ "issue": { "performed_via_github_app": { "id": 29_310 } } }),
    );
    assert_eq!(desk.not_for_us("issues", &by_app), NotForUs::Ours(effect()), "known by the app's number");
}

#[test]
fn what_people_do_to_our_issue_is_news_of_that_effect() {
    let (desk, ana) = (Desk::new(), json!({ "id": 1, "login": "octocat", "type": "User" }));
    for action in ["edited", "closed", "reopened", "labeled", "deleted", "transferred"] {
        let fact = desk.fact("issues", &marked(action, &our_bot(), &ana));
        assert!(!fact.by.as_ref().unwrap().us);
        assert_eq!(what!(fact, Issue).ours, Some(effect()), "{action}");
    }
    let closed = desk.fact("issues", &marked("closed", &our_bot(), &our_bot()));
    assert!(closed.by.unwrap().us, "what we close ourselves says by whom");
}

#[test]
fn a_mark_that_somebody_else_wrote_is_not_ours() {
    let desk = Desk::new();
    for login in ["octocat", "supporty", "supporty[bot]x", "Supporty-bot"] {
        let forger = json!({ "id": 1, "login": login, "type": "User" });
        let told = what!(desk.fact("issues", &marked("opened", &forger, &forger)), Issue);
        assert_eq!(told.ours, None, "{login}");
    }
    // A person's words through our app are that person's words.
    let person = json!({ "id": 1, "login": "octocat", "type": "User" });
    let through = with(
        marked("opened", &person, &person),
        &json!({ "issue": { "performed_via_github_app": { "id": 29_310 } } }),
    );
    assert_eq!(what!(desk.fact("issues", &through), Issue).ours, None);
    let unmarked = with(issue("opened"), &json!({ "sender": our_bot(), "issue": { "user": our_bot() } }));
    assert_eq!(what!(desk.fact("issues", &unmarked), Issue).ours, None);
}
