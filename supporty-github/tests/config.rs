//! How GitHub is set up, as it stands in a file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use supporty_github::{Config, ConfigProblem, ServiceRule};

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

#[test]
fn what_does_nothing_is_told() {
    assert_eq!(Config::default().problems(), []);
    assert_eq!(toml::from_str::<Config>(WHOLE).unwrap().problems(), []);
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let config = Config {
        host: "https://github.com/".to_owned(),
        repositories: owned(&["shop", "octo/shop", "7", "*", "/"]),
        key_prefixes: owned(&["SUP", "sup", "", "4S", "A-B"]),
        ticket_urls: owned(&["https://desk.example/", "desk.example", "https://", ""]),
        services: vec![
            ServiceRule { repository: "octo/shop".to_owned(), ..ServiceRule::default() },
            ServiceRule { service: Some("till".into()), ..ServiceRule::default() },
        ],
        ..Config::default()
    };
    let prefix = |text: &str| ConfigProblem::KeyPrefix(text.to_owned());
    let url = |text: &str| ConfigProblem::TicketUrl(text.to_owned());
    let expected = [
        ConfigProblem::Host("https://github.com/".to_owned()),
        ConfigProblem::Repository("shop".to_owned()),
        ConfigProblem::Repository("/".to_owned()),
        prefix("sup"),
        prefix(""),
        prefix("4S"),
        prefix("A-B"),
        url("desk.example"),
        url("https://"),
        url(""),
        ConfigProblem::Service(1),
        ConfigProblem::Service(2),
    ];
    assert_eq!(config.problems(), expected);
    let told = config.problems().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(told.iter().all(|told| told.starts_with('`') && !told.ends_with('.')), "{told:?}");
}
