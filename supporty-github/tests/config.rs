//! How GitHub is set up, as it stands in a file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use supporty_github::Config;

const WHOLE: &str = r#"
host = "github.example"
repositories = ["octo/*", "186853002"]
key-prefixes = ["SUP", "OPS"]
ticket-urls = ["https://desk.example/tickets/"]
bots = ["ci-robot"]
production = ["live", "prod-*"]

[[services]]
repository = "octo/shop"
environment = "shop-*"
service = "checkout"

[[services]]
repository = "octo/mono"
payload = { field = "app.name" }

[rollback]
tasks = ["undo"]
"#;

#[test]
fn a_file_may_say_everything_or_nothing() {
    assert_eq!(toml::from_str::<Config>("").unwrap(), Config::default());
    let config: Config = toml::from_str(WHOLE).unwrap();
    assert_eq!((config.host.as_str(), config.services.len()), ("github.example", 2));
    assert_eq!(config.services[0].service.as_ref().unwrap().as_str(), "checkout");
    assert_eq!(config.services[1].payload.as_ref().unwrap().field, "app.name");
    assert_eq!(config.rollback.tasks, ["undo"]);
    assert_eq!(config.rollback.fields, ["rollback"], "what is not said stays as it is");
    let again: Config = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
    assert_eq!(again, config);
}

#[test]
fn a_word_that_means_nothing_is_refused() {
    for wrong in [
        "repos = []",
        "[rollback]\ntask = []",
        "[[services]]\nrepo = \"octo/shop\"",
        "[[services]]\npayload = { name = \"x\" }",
    ] {
        let error = toml::from_str::<Config>(wrong).unwrap_err().to_string();
        assert!(error.contains("unknown field"), "{error}");
    }
}
