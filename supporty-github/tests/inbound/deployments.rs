use serde_json::{Value, json};
use supporty_core::vocab::ServiceId;
use supporty_github::inbound::{Deployment, DeploymentState};
use supporty_github::{PayloadField, ServiceRule};

use crate::desk::{Desk, SHA, at, deployment, status, what, with};

fn told(desk: &Desk, others: &Value) -> Deployment {
    what!(desk.fact("deployment", &with(deployment(), &json!({ "deployment": others }))), Deployment)
}

#[test]
fn a_deployment_says_what_goes_where() {
    let fact = Desk::new().fact("deployment", &deployment());
    assert_eq!((fact.key.as_str(), fact.at), ("github/deployment/7/55", at("2026-03-02T10:00:00Z")));
    let told = what!(fact, Deployment);
    assert_eq!((told.id, told.service.as_str(), told.environment.as_str()), (55, "shop", "production"));
    assert_eq!(
        (told.sha.unwrap().as_str(), told.reference.as_str(), told.task.as_str()),
        (SHA, "main", "deploy")
    );
    assert!(told.production && !told.rollback);
    assert_eq!((told.creator.unwrap().login.as_str(), told.run), ("octocat", None));
}

#[test]
fn a_status_says_where_the_deployment_stands() {
    for (word, state) in [
        ("success", DeploymentState::Success),
        ("failure", DeploymentState::Failure),
        ("error", DeploymentState::Error),
        ("inactive", DeploymentState::Inactive),
        ("in_progress", DeploymentState::InProgress),
        ("QUEUED", DeploymentState::Queued),
        ("pending", DeploymentState::Pending),
        ("waiting", DeploymentState::Waiting),
        ("abandoned", DeploymentState::Other("abandoned".to_owned())),
    ] {
        let fact = Desk::new().fact("deployment_status", &status(word));
        assert_eq!(
            (fact.key.as_str(), fact.at),
            ("github/deployment-status/7/55/56", at("2026-03-02T10:05:00Z"))
        );
        let shown = serde_json::to_string(&fact).unwrap() + &format!("{fact:?}");
        assert!(!shown.contains("hush"), "{shown}");
        let told = what!(fact, DeploymentStatus);
        assert_eq!((told.id, told.state, told.deployment.id), (56, state, 55));
    }
}

#[test]
fn a_status_may_name_another_environment() {
    let other = with(status("success"), &json!({ "deployment_status": { "environment": "canary" } }));
    let told = what!(Desk::new().fact("deployment_status", &other), DeploymentStatus);
    assert_eq!((told.deployment.environment.as_str(), told.deployment.production), ("canary", false));
}

#[test]
fn production_is_what_github_says_or_what_is_called_so() {
    let desk = Desk::new();
    for (environment, flag, production) in [
        ("production", Value::Null, true),
        ("Production", json!(false), true),
        ("live", json!(true), true),
        ("live", Value::Null, false),
        ("production-eu", json!(false), false),
    ] {
        let told = told(&desk, &json!({ "environment": environment, "production_environment": flag }));
        assert_eq!(told.production, production, "{environment} {flag}");
    }
}

#[test]
fn production_is_what_the_configuration_names_if_it_names_any() {
    let mut desk = Desk::new();
    desk.config.production = vec!["live".to_owned(), "prod-*".to_owned()];
    for (environment, production) in
        [("LIVE", true), ("prod-eu", true), ("production", false), ("staging", false)]
    {
        let told = told(&desk, &json!({ "environment": environment, "production_environment": true }));
        assert_eq!(told.production, production, "{environment}");
    }
}

#[test]
fn a_service_is_found_by_the_first_rule_that_fits() {
    let mut desk = Desk::new();
    let rule = |repository: &str| ServiceRule { repository: repository.to_owned(), ..ServiceRule::default() };
    let service = |name: &str| Some(ServiceId::new(name));
    let field = |field: &str, is: Option<&str>| {
        Some(PayloadField { field: field.to_owned(), is: is.map(str::to_owned) })
    };
    desk.config.services = vec![
        ServiceRule { service: service("never"), ..rule("octo/other") },
        ServiceRule {
            payload: field("app.name", Some("till")),
            service: service("checkout"),
            ..rule("octo/shop")
        },
        ServiceRule { payload: field("app.name", None), ..rule("7") },
        ServiceRule {
            environment: Some("shop-*".to_owned()),
            service: service("by-environment"),
            ..rule("OCTO/*")
        },
        rule("octo/shop"),
    ];
    let named = |others| told(&desk, &others).service.to_string();
    assert_eq!(named(json!({ "payload": { "app": { "name": "till" } } })), "checkout");
    assert_eq!(named(json!({ "payload": { "app": { "name": "search" } } })), "search");
    assert_eq!(named(json!({ "payload": "{\"app\": {\"name\": \"search\"}}" })), "search");
    assert_eq!(named(json!({ "environment": "shop-eu" })), "by-environment");
    for payload in [
        Value::Null,
        json!(""),
        json!("search"),
        json!([]),
        json!({ "app": 1 }),
        json!({ "app": { "name": "" } }),
    ] {
        assert_eq!(named(json!({ "payload": payload })), "shop");
    }
}

#[test]
fn a_service_may_have_a_workflow_of_its_own() {
    let mut desk = Desk::new();
    desk.config.services = vec![ServiceRule {
        repository: "octo/shop".to_owned(),
        workflow: Some("*/till.yml".to_owned()),
        service: Some(ServiceId::new("till")),
        ..ServiceRule::default()
    }];
    let service = |others: &Value| {
        let asked = what!(desk.fact("deployment", &with(deployment(), others)), Deployment);
        let told = what!(desk.fact("deployment_status", &with(status("success"), others)), DeploymentStatus);
        assert_eq!(asked, told.deployment);
        (asked.service.to_string(), asked.run)
    };
    let path = ".github/workflows/till.yml";
    let run = json!({ "workflow": { "path": path }, "workflow_run": { "id": 77, "path": "other" } });
    assert_eq!(service(&run), ("till".to_owned(), Some(77)));
    let run = json!({ "workflow": null, "workflow_run": { "id": 77, "path": path } });
    assert_eq!(service(&run), ("till".to_owned(), Some(77)));
    assert_eq!(service(&json!({ "workflow": null, "workflow_run": null })), ("shop".to_owned(), None));
}

#[test]
fn a_rollback_is_known_by_any_of_its_signs() {
    let desk = Desk::new();
    for others in [
        json!({ "task": "deploy:rollback" }),
        json!({ "task": "rollback" }),
        json!({ "description": "Rollback to v41" }),
        json!({ "description": "  rolled back: carts are empty" }),
        json!({ "payload": { "rollback": true } }),
        json!({ "payload": "{\"rollback\": true}" }),
    ] {
        assert!(told(&desk, &others).rollback, "{others}");
    }
    for others in [
        json!({ "task": "deploy" }),
        json!({ "task": null, "description": "" }),
        json!({ "description": "Fix the rollback button" }),
        json!({ "description": "Rollbacks are faster" }),
        json!({ "payload": { "rollback": false } }),
        json!({ "payload": { "rollback": "true" } }),
    ] {
        assert!(!told(&desk, &others).rollback, "{others}");
    }
}

#[test]
fn the_signs_of_a_rollback_are_the_configurations() {
    let mut desk = Desk::new();
    desk.config.rollback.tasks = vec!["undo".to_owned()];
    desk.config.rollback.descriptions = vec![String::new()];
    desk.config.rollback.fields = vec!["why.undo".to_owned()];
    assert!(told(&desk, &json!({ "task": "undo" })).rollback);
    assert!(told(&desk, &json!({ "payload": { "why": { "undo": true } } })).rollback);
    assert!(!told(&desk, &json!({ "task": "deploy:rollback", "description": "rollback" })).rollback);
}
