use supporty_github::references::{References, Reverts};

use crate::{config, name, told};

fn reverts(title: &str, text: &str) -> Option<String> {
    let reverts = Reverts::in_parts(&config(), title, text)?;
    let changes: Vec<_> = reverts.changes.iter().map(name).collect();
    Some(format!("{} ({})", reverts.title.unwrap_or_default(), changes.join(", ")))
}

#[test]
fn githubs_button_is_known_by_its_title_and_its_line() {
    let told = |title: &str, text: &str| reverts(title, text).unwrap();
    assert_eq!(told("Revert \"Cache carts\"", "Reverts octo/shop#12"), "Cache carts (octo/shop#12)");
    assert_eq!(told("Revert \"Cache \"all\" carts\" (#13)", ""), "Cache \"all\" carts ()");
    assert_eq!(told("Carts without a cache", "It is slow.\nReverts octo/shop#12\n"), " (octo/shop#12)");
    assert_eq!(told("Revert \"Revert \"x\"\"", "Reverts #13."), "Revert \"x\" (#13)");
    let long = "Reverts https://github.com/octo/shop/pull/12 since it is slow";
    assert_eq!(told("Slower carts", long), " (octo/shop#12)");
}

#[test]
fn gits_message_names_the_commit() {
    let message = "Revert \"Cache carts\"\n\nThis reverts commit 1b2c3d4e5f60718293a4b5c6d7e8f90123456789.\n";
    let reverts = Reverts::in_message(&config(), message).unwrap();
    let changes: Vec<_> = reverts.changes.iter().map(name).collect();
    assert_eq!(changes, ["1b2c3d4e5f60718293a4b5c6d7e8f90123456789"]);
}

#[test]
fn what_only_speaks_of_reverting_takes_nothing_back() {
    for (title, text) in [
        ("Revert to the old cache", "It reverts octo/shop#12 in part"),
        ("Reapply \"Cache carts\"", "> Reverts octo/shop#12"),
        ("Revert button", "`Reverts octo/shop#12`\n\n    Reverts #1"),
        ("Revert \"", "Reverts everything"),
        ("Please Revert \"x\"", "Reverts"),
    ] {
        assert_eq!(reverts(title, text), None, "{title}");
    }
}

#[test]
fn a_title_that_quotes_another_fixes_nothing() {
    let found = |title: &str, text: &str| told(&References::in_parts(&config(), Some(title), text, None));
    assert_eq!(found("Revert \"Fix SUP-42\"", "Reverts octo/shop#12"), "SUP-42 mentioned");
    assert_eq!(found("Revert \"Caused SUP-42\" (#13)", "Fixes SUP-43"), "SUP-42 mentioned, SUP-43 fixed");
    assert_eq!(found("Revert \"Fix SUP-42, caused by #12\"", ""), "SUP-42 mentioned");
    assert_eq!(found("Reapply \"Fix SUP-42\"", ""), "SUP-42 fixed");
    let message = told(&References::in_message(
        &config(),
        "Revert \"Fixes SUP-42\" (#13)\n\nThis reverts commit 1b2c3d4.",
    ));
    assert_eq!(message, "SUP-42 mentioned");
}
