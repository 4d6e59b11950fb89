use serde_json::{Value, json};
use supporty_github::inbound::{
    Conclusion, Delivery, InstallationNews, NotForUs, ReleaseState, RunState, Verdict,
};

use crate::desk::{Desk, GUID, at, installation, release, review, run, suite, what, with};

#[test]
fn publishing_a_release_is_one_fact_however_often_github_tells_it() {
    let desk = Desk::new();
    let keys =
        ["created", "published", "released", "edited"].map(|action| desk.key("release", &release(action)));
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let told = what!(desk.fact("release", &release("published")), Release);
    assert_eq!(
        (told.tag.as_str(), told.state),
        ("v1", ReleaseState::Published { at: at("2026-03-02T11:00:00Z") })
    );
    assert_eq!(told.references.tickets.len(), 1);
}

#[test]
fn a_release_that_is_no_longer_the_same_is_another_fact() {
    let desk = Desk::new();
    let state = |action: &str, others: Value| {
        let fact = desk.fact("release", &with(release(action), &json!({ "release": others })));
        (fact.key.to_string(), what!(fact, Release))
    };
    let (published, _) = state("published", json!({}));
    let (notes, _) = state("edited", json!({ "body": "Nothing" }));
    let (ready, told) = state("edited", json!({ "prerelease": true }));
    assert!(told.prerelease && published != notes && published != ready);
    let (draft, told) = state("unpublished", json!({ "draft": true }));
    assert!(draft.starts_with("github/release/7/33/draft/") && told.state == ReleaseState::Draft);
    let (gone, told) = state("deleted", json!({}));
    assert_eq!((gone.as_str(), told.state), ("github/release/7/33/deleted", ReleaseState::Deleted));
}

#[test]
fn a_review_says_what_the_reviewer_makes_of_it() {
    let fact = Desk::new().fact("pull_request_review", &review("submitted"));
    assert_eq!(fact.at, at("2026-03-02T11:30:00Z"));
    let told = what!(fact, Review);
    assert_eq!((told.id, told.pull_request, told.verdict, told.insider), (44, 12, Verdict::Approved, true));
    let changes =
        with(review("submitted"), &json!({ "review": { "state": "CHANGES_REQUESTED", "body": null } }));
    assert_eq!(
        what!(Desk::new().fact("pull_request_review", &changes), Review).verdict,
        Verdict::ChangesRequested
    );
    let dismissed = with(
        review("dismissed"),
        &json!({
            "review": { "state": "dismissed" }, "pull_request": { "updated_at": "2026-03-02T12:00:00Z" },
        }),
    );
    let fact = Desk::new().fact("pull_request_review", &dismissed);
    assert_eq!(fact.at, at("2026-03-02T12:00:00Z"), "later than the review itself");
}

#[test]
fn a_run_that_is_started_again_is_another_try_of_the_same() {
    let desk = Desk::new();
    let fact = desk.fact("workflow_run", &run("completed"));
    assert_eq!(fact.key.as_str(), "github/workflow-run/7/77/2/completed");
    let told = what!(fact, WorkflowRun);
    assert_eq!((told.attempt, told.state), (2, RunState::Completed(Some(Conclusion::TimedOut))));
    assert_eq!(told.started_at, at("2026-03-02T10:10:00Z"));
    assert_eq!(what!(desk.fact("workflow_run", &run("requested")), WorkflowRun).state, RunState::Requested);
    assert_eq!(
        what!(desk.fact("workflow_run", &run("in_progress")), WorkflowRun).state,
        RunState::InProgress
    );
    assert_eq!(desk.not_for_us("workflow_run", &run("paused")), NotForUs::Action("paused".to_owned()));
}

#[test]
fn checks_count_when_they_have_ended() {
    let desk = Desk::new();
    let told = what!(desk.fact("check_suite", &suite("completed")), CheckSuite);
    assert_eq!(
        (told.app.as_deref(), told.branch, told.pull_requests),
        (Some("github-actions"), None, vec![12])
    );
    assert_eq!(told.conclusion, Some(Conclusion::Success));
    let again = with(suite("completed"), &json!({ "check_suite": { "updated_at": "2026-03-02T10:30:00Z" } }));
    assert_ne!(desk.key("check_suite", &suite("completed")), desk.key("check_suite", &again));
    assert_eq!(
        desk.not_for_us("check_suite", &suite("rerequested")),
        NotForUs::Action("rerequested".to_owned())
    );
}

#[test]
fn an_installation_says_what_we_may_see() {
    let desk = Desk::new();
    let told = |event: &str, action: &str| match desk.read(event, &installation(action)) {
        Ok(Delivery::Installation(told)) => told,
        other => panic!("{other:?}"),
    };
    let made = told("installation", "created");
    assert_eq!((made.id, made.key.as_str()), (957_387, "github/installation/957387/created"));
    assert_eq!((made.account.unwrap().login.as_str(), made.at), ("octo", Some(at("2026-03-02T11:00:00Z"))));
    assert!(matches!(made.news, InstallationNews::Created { repositories } if repositories.len() == 1));
    let more = told("installation_repositories", "added");
    assert_eq!(more.key.as_str(), format!("github/installation/957387/added/{GUID}"));
    assert!(
        matches!(more.news, InstallationNews::Added { repositories } if repositories[0].name == "octo/till")
    );
    assert_eq!(
        told("installation_repositories", "removed").news,
        InstallationNews::Removed { repositories: vec![] }
    );
    assert_eq!(told("installation", "suspend").news, InstallationNews::Suspended);
    assert_eq!(desk.not_for_us("installation", &installation("moved")), NotForUs::Action("moved".to_owned()));
}

#[test]
fn a_ping_says_how_the_webhook_is_set_up_but_not_where_it_leads() {
    let hook = |config: Value| {
        let body = json!({ "zen": "Hush.", "hook_id": 5, "hook": { "type": "App", "events": ["push"], "config": config } });
        match Desk::new().read("ping", &body) {
            Ok(Delivery::Ping(ping)) => ping,
            other => panic!("{other:?}"),
        }
    };
    let good = hook(
        json!({ "content_type": "json", "insecure_ssl": "0", "url": "https://desk.example/hush", "secret": "hush" }),
    );
    assert!(good.json && good.checks_certificates && good.repository.is_none());
    assert_eq!((good.hook, good.of.as_str(), good.events.as_slice()), (5, "App", &["push".to_owned()][..]));
    assert!(!(serde_json::to_string(&good).unwrap() + &format!("{good:?}")).contains("hush"));
    let bad = hook(json!({ "content_type": "form", "insecure_ssl": "1" }));
    assert!(!bad.json && !bad.checks_certificates);
    assert!(!hook(json!({ "insecure_ssl": 1 })).checks_certificates);
}
