use serde_json::{Value, json};
use supporty_github::inbound::PullRequestState;
use supporty_github::references::Link;

use crate::desk::{Desk, OTHER_SHA, SHA, at, is_pull_request, our_bot, pull_request, what, with};

#[test]
fn a_pull_request_says_what_goes_where_and_which_tickets_it_is_about() {
    let fact = Desk::new().fact("pull_request", &pull_request("opened"));
    assert_eq!(fact.at, at("2026-03-02T11:00:00Z"));
    assert_eq!((fact.repository.id.0, fact.repository.name.as_str()), (7, "octo/shop"));
    assert_eq!(fact.by.as_ref().unwrap().login, "octocat");
    let change = what!(fact, PullRequest);
    assert_eq!((change.number, change.title.as_str()), (12, "Stop the login loop"));
    assert_eq!(change.state, PullRequestState::Open);
    assert_eq!(change.opened_at, at("2026-03-02T10:00:00Z"));
    assert_eq!((change.head.branch.as_str(), change.head.sha.unwrap().as_str()), ("sup-7-login", SHA));
    assert_eq!((change.base.branch.as_str(), change.base.is_default), ("main", true));
    assert!(change.insider && change.reverts.is_none());
    let links = |key: &str| change.references.of(&key.parse().unwrap()).collect::<Vec<_>>();
    assert_eq!((links("SUP-42"), links("SUP-7")), (vec![Link::Fixes], vec![Link::Mentioned]));
}

#[test]
fn a_merge_tells_when_and_as_which_commit() {
    let merged = json!({ "pull_request": {
        "state": "closed", "merged": true, "merged_at": "2026-03-02T12:00:00Z", "closed_at": "2026-03-02T12:00:00Z",
        "merge_commit_sha": OTHER_SHA, "merged_by": our_bot(),
    } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("closed"), &merged)), PullRequest);
    let PullRequestState::Merged { at: when, commit, by } = change.state else {
        panic!("{:?}", change.state)
    };
    assert_eq!((when, commit.unwrap().as_str()), (at("2026-03-02T12:00:00Z"), OTHER_SHA));
    assert!(by.unwrap().us);
}

#[test]
fn a_merge_without_its_time_or_commit_is_still_one() {
    let merged = json!({ "pull_request": { "state": "closed", "merged": true, "merged_by": null } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("closed"), &merged)), PullRequest);
    let expected = PullRequestState::Merged { at: at("2026-03-02T11:00:00Z"), commit: None, by: None };
    assert_eq!(change.state, expected);
}

#[test]
fn a_pull_request_may_be_merged_before_it_is_opened() {
    let merged =
        json!({ "pull_request": { "state": "closed", "merged": true, "merged_at": "2026-03-02T09:59:00Z" } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("closed"), &merged)), PullRequest);
    let PullRequestState::Merged { at: when, .. } = change.state else { panic!("{:?}", change.state) };
    assert!(when < change.opened_at);
}

#[test]
fn what_is_closed_without_a_merge_and_a_draft_are_told_apart() {
    let state = |others| {
        what!(
            Desk::new()
                .fact("pull_request", &with(pull_request("closed"), &json!({ "pull_request": others }))),
            PullRequest
        )
        .state
    };
    let closed = state(
        json!({ "state": "closed", "closed_at": "2026-03-02T12:00:00Z", "merge_commit_sha": SHA, "draft": true }),
    );
    assert_eq!(closed, PullRequestState::Closed { at: at("2026-03-02T12:00:00Z") });
    assert_eq!(state(json!({ "draft": true })), PullRequestState::Draft);
    assert_eq!(state(json!({ "state": "queued" })), PullRequestState::Open);
}

#[test]
fn a_pull_request_against_another_branch_says_so() {
    let other = json!({ "pull_request": { "base": { "ref": "release/1" } } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("opened"), &other)), PullRequest);
    assert!(!change.base.is_default);
}

#[test]
fn nulls_that_github_sends_are_no_obstacle() {
    let nulls = json!({ "sender": null, "pull_request": {
        "body": null, "user": null, "head": { "repo": null }, "author_association": null, "html_url": null, "draft": null,
    } });
    let fact = Desk::new().fact("pull_request", &with(pull_request("opened"), &nulls));
    assert_eq!(fact.by, None);
    let change = what!(fact, PullRequest);
    assert_eq!((change.author, change.head.repository, change.insider), (None, None, false));
}

#[test]
fn one_that_takes_back_another_says_which() {
    let revert =
        json!({ "pull_request": { "title": "Revert \"Fix SUP-42\"", "body": "Reverts octo/shop#11" } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("opened"), &revert)), PullRequest);
    let reverts = change.reverts.unwrap();
    assert_eq!((reverts.title.as_deref(), reverts.changes.len()), (Some("Fix SUP-42"), 1));
    assert_eq!(change.references.of(&"SUP-42".parse().unwrap()).collect::<Vec<_>>(), [Link::Mentioned]);
}

#[test]
fn only_what_changes_its_state_is_a_fact() {
    let desk = Desk::new();
    for action in
        ["opened", "edited", "closed", "reopened", "synchronize", "ready_for_review", "converted_to_draft"]
    {
        assert!(is_pull_request(&desk.fact("pull_request", &pull_request(action))), "{action}");
    }
    for action in ["labeled", "assigned", "review_requested", "enqueued", "auto_merge_enabled", "stacked", ""]
    {
        let expected = supporty_github::inbound::NotForUs::Action(action.to_owned());
        assert_eq!(desk.not_for_us("pull_request", &pull_request(action)), expected);
    }
}

#[test]
fn a_stranger_who_names_a_ticket_is_known_as_one() {
    let fork = json!({ "pull_request": {
        "author_association": "FIRST_TIME_CONTRIBUTOR", "head": { "repo": { "id": 70, "full_name": "stranger/shop" } },
    } });
    let change = what!(Desk::new().fact("pull_request", &with(pull_request("opened"), &fork)), PullRequest);
    assert!(!change.insider);
    assert_eq!(change.head.repository.unwrap().name, "stranger/shop");
}

#[test]
fn a_ticket_that_is_edited_away_is_named_no_longer() {
    let was = |changes: Value| -> Vec<String> {
        let mut told = pull_request("edited");
        told["pull_request"]["title"] = json!("Mend SUP-3");
        told["pull_request"]["body"] = json!("Fixes SUP-1");
        told["changes"] = changes;
        let named = what!(Desk::new().fact("pull_request", &told), PullRequest).no_longer;
        named.into_iter().map(|ticket| ticket.to_string()).collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(was(json!({ "body": { "from": "Fixes SUP-1 and SUP-2" } })), ["SUP-2"]);
    assert_eq!(
        was(json!({ "title": { "from": "SUP-4" }, "body": { "from": "SUP-5, SUP-3" } })),
        ["SUP-4", "SUP-5"]
    );
    assert_eq!(was(json!({ "body": { "from": null } })), none);
    assert_eq!(was(json!({ "base": { "ref": { "from": "next" } } })), none);
}
