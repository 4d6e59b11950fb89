//! Changes and deployments.

use supporty_core::adapter::About;
use supporty_core::service::{Command, Contents};
use supporty_core::ticket::Command as Ask;
use supporty_core::vocab::{Bond, ChangeState};
use supporty_core::webhook::{Environments, Fact, read_facts};

use super::now;

pub(super) const DEPLOYMENT: &str = r#"{"service": "shop", "deployment": {"id": "812", "commit": "f95f852",
    "environment": "production", "status": "success", "at": "2026-01-09T17:30:00Z", "commits": ["f95f852", "a1b2c3d"],
    "url": "https://ci.example/812"}}"#;
pub(super) const CHANGE: &str = r#"{"change": {"id": "acme/shop#42", "url": "https://code.example/42", "state": "merged",
    "opened_at": "2026-01-08T09:00:00Z", "at": "2026-01-09T17:00:00Z", "bond": "fix", "tickets": ["SUP-1", "SUP-2"]}}"#;
const MERGED: &str = r#"{"service": "shop", "merged": {"id": "acme/shop#42", "commit": "f95f852",
    "began": "2026-01-08T09:00:00Z", "at": "2026-01-09T17:00:00Z", "fixes": ["SUP-1"], "reverts": "acme/shop#41"}}"#;

fn read(body: &str) -> Vec<Fact> {
    read_facts(&"ci".into(), &Environments::default(), body, now()).unwrap()
}

fn service(body: &str) -> supporty_core::adapter::ServiceInbound {
    match read(body).pop().unwrap() {
        Fact::Service(told) => *told,
        Fact::Ticket(_) => panic!("it is about a service"),
    }
}

#[test]
fn a_deployment_is_one_fact_however_often_it_is_sent() {
    let told = service(DEPLOYMENT);
    assert_eq!((told.key.as_str(), told.service.as_str()), ("ci/deployment/shop/812/success", "shop"));
    let Command::Deploy(deployment) = told.command else { panic!() };
    assert_eq!(deployment.id.as_str(), "ci/812");
    assert_eq!(deployment.contents, Contents::Commits(["f95f852".to_owned(), "a1b2c3d".to_owned()].into()));
    assert!(!deployment.rollback && deployment.url.is_some());

    let failed = service(&DEPLOYMENT.replace("success", "failure"));
    assert_eq!(failed.key.as_str(), "ci/deployment/shop/812/failure");
    assert!(matches!(failed.command, Command::FailDeploy(_)));
    let back = service(&DEPLOYMENT.replace("success", "rollback"));
    assert!(matches!(back.command, Command::Deploy(deployment) if deployment.rollback));
}

#[test]
fn only_environments_that_users_see_count() {
    assert_eq!(read(&DEPLOYMENT.replace("production", "staging")), []);
    assert_eq!(read(&DEPLOYMENT.replace("production", "prod")).len(), 1);
    let live = Environments(["live".to_owned()].into());
    let told = read_facts(&"ci".into(), &live, &DEPLOYMENT.replace("production", "live"), now());
    assert_eq!(told.unwrap().len(), 1);
}

#[test]
fn a_merged_change_is_told_under_a_key_of_what_it_says() {
    let told = service(MERGED);
    let Command::Merge(change) = &told.command else { panic!() };
    assert_eq!((change.change.as_str(), change.label.as_str()), ("ci/acme/shop#42", "acme/shop#42"));
    assert_eq!(change.reverts.as_ref().unwrap().as_str(), "ci/acme/shop#41");
    assert_eq!(service(MERGED).key, told.key);
    assert_ne!(service(&MERGED.replace("SUP-1", "SUP-2")).key, told.key, "it may turn out to solve more");
}

#[test]
fn a_change_is_linked_to_each_of_its_tickets() {
    let told = read(CHANGE);
    assert_eq!(told.len(), 2);
    let Fact::Ticket(inbound) = &told[0] else { panic!() };
    assert_eq!(inbound.about, About::Ticket("SUP-1".parse().unwrap()));
    let Ask::Link { bond: Bond::Fix, change } = &inbound.command else { panic!() };
    assert_eq!(change.state, ChangeState::Merged { at: change.as_of });
    assert!(inbound.from.bot);
}

#[test]
fn what_is_no_fact_is_said() {
    for (body, said) in [
        (DEPLOYMENT.replace("\"service\": \"shop\",", ""), "tells of nothing"),
        (
            DEPLOYMENT.replace("\"commits\": [\"f95f852\", \"a1b2c3d\"],", ""),
            "one of `changes`, `commits` and `built_at`",
        ),
        (DEPLOYMENT.replace("\"812\"", "\"\""), "`id` is empty"),
        (CHANGE.replace("https:", "file:"), "`url` is no address"),
        (CHANGE.replace("\"fix\"", "\"cure\""), "expected one of"),
    ] {
        let why = read_facts(&"ci".into(), &Environments::default(), &body, now()).unwrap_err().to_string();
        assert!(why.contains(said), "{why}");
    }
}
