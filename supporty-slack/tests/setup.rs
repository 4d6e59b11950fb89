//! What the page on setting up says is so.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something is missing")]

use supporty_core::vocab::ChannelId;
use supporty_slack::{Config, SCOPES, WhoIsOn};

const PAGE: &str = include_str!("../SETUP.md");

#[test]
fn its_configuration_can_be_read() {
    let (_, rest) = PAGE.split_once("```toml\n").expect("a configuration");
    let (text, _) = rest.split_once("```").unwrap();
    let config: Config = toml::from_str(text).unwrap();
    assert_eq!(config.channel(&ChannelId::new("support")), "C024BE91L");
    assert_eq!(config.who_is_on, WhoIsOn::Bookmark);
    assert!(config.digest.is_some());
    assert_eq!(config.emoji.len(), 4);
}

#[test]
fn a_configuration_with_a_wrong_word_names_it() {
    let wrong = |text: &str| toml::from_str::<Config>(text).unwrap_err().to_string();
    assert!(wrong("[emoji]\neyes = \"clam\"").contains("an emoji can not `clam`"));
    assert!(wrong("digest = \"monday\"").contains("expected one like `mon 09:00`"));
    assert!(wrong("chanels = {}").contains("chanels"));
}

#[test]
fn its_pictures_are_there() {
    for name in PAGE.split("](docs/").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        assert!(path.exists(), "{name}");
    }
    assert!(SCOPES.is_sorted(), "the scopes are read by people");
}
