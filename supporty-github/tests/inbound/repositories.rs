use serde_json::{Value, json};
use supporty_github::inbound::{NotForUs, RepositoryNews};

use crate::desk::{Desk, issue, repository, what, with};

fn renamed() -> Value {
    with(repository("renamed"), &json!({ "changes": { "repository": { "name": { "from": "store" } } } }))
}

fn transferred(kind: &str) -> Value {
    with(
        repository("transferred"),
        &json!({ "changes": { "owner": { "from": { kind: { "login": "cat", "id": 1 } } } } }),
    )
}

#[test]
fn a_repository_keeps_its_number_whatever_happens_to_it() {
    let desk = Desk::new();
    let news = |body: &Value| {
        let fact = desk.fact("repository", body);
        assert_eq!(fact.repository.id.0, 7);
        what!(fact, Repository)
    };
    let from = |name: &str| Some(name.to_owned());
    assert_eq!(news(&renamed()), RepositoryNews::Renamed { from: from("octo/store") });
    assert_eq!(news(&transferred("user")), RepositoryNews::Transferred { from: from("cat/shop") });
    assert_eq!(news(&transferred("organization")), RepositoryNews::Transferred { from: from("cat/shop") });
    assert_eq!(news(&repository("renamed")), RepositoryNews::Renamed { from: None });
    assert_eq!(news(&repository("archived")), RepositoryNews::Archived);
    assert_eq!(news(&repository("unarchived")), RepositoryNews::Unarchived);
    assert_eq!(news(&repository("deleted")), RepositoryNews::Deleted);
    assert_eq!(desk.not_for_us("repository", &repository("edited")), NotForUs::Action("edited".to_owned()));
}

#[test]
fn other_repositories_are_not_for_us() {
    let mut desk = Desk::new();
    for (named, ours) in [
        ("octo/shop", true),
        ("Octo/*", true),
        ("7", true),
        ("octo/till", false),
        ("8", false),
        ("shop", false),
    ] {
        desk.config.repositories = vec![named.to_owned()];
        let told = desk.read("issues", &issue("opened")).unwrap();
        let other =
            supporty_github::inbound::Delivery::NotForUs(NotForUs::OtherRepository("octo/shop".to_owned()));
        assert_eq!(told != other, ours, "{named}");
    }
}

#[test]
fn that_a_repository_is_called_otherwise_now_is_heard_under_its_old_name() {
    let mut desk = Desk::new();
    desk.config.repositories = vec!["octo/store".to_owned(), "cat/shop".to_owned()];
    desk.fact("repository", &renamed());
    desk.fact("repository", &transferred("user"));
    let other = NotForUs::OtherRepository("octo/shop".to_owned());
    assert_eq!(desk.not_for_us("repository", &repository("archived")), other);
}

#[test]
fn kinds_that_mean_nothing_to_us_are_named_whatever_is_in_them() {
    let desk = Desk::new();
    for body in [&b""[..], b"no", b"{\"repository\": 1}"] {
        let told = desk.read_bytes("star", "", body).unwrap();
        let expected = supporty_github::inbound::Delivery::NotForUs(NotForUs::Kind("star".to_owned()));
        assert_eq!(told, expected);
    }
}
