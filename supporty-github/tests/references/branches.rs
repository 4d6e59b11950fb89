use supporty_github::references::References;

use crate::{config, told};

#[test]
fn a_branch_names_a_ticket_in_capitals_or_not() {
    for branch in [
        "SUP-42",
        "sup-42",
        "Sup-42",
        "feature/SUP-42-login",
        "sup-42_login",
        "fix/sup-42",
        "ana/sup-42/login",
        "revert-12-SUP-42-login",
        "login_SUP-42",
        "login-sup-42",
        "v1.sup-42",
        "fixes-SUP-42",
        "causes/SUP-42",
    ] {
        assert_eq!(told(&References::in_branch(&config(), branch)), "SUP-42 mentioned", "{branch}");
    }
    let two = References::in_branch(&config(), "sup-1-sup-2-ops2-3");
    assert_eq!(told(&two), "OPS2-3 mentioned, SUP-1 mentioned, SUP-2 mentioned");
}

#[test]
fn what_only_looks_like_a_key_in_a_branch_is_none() {
    for branch in [
        "",
        "main",
        "sup42",
        "sup_42",
        "sup/42",
        "xsup-42",
        "sup-42a",
        "sup-042",
        "sup-0",
        "sup-",
        "-42",
        "sup--42",
        "utf-8-names",
        "sup-9999999999999999999999",
        "éSUP-42",
        "sup-x-42",
    ] {
        assert_eq!(told(&References::in_branch(&config(), branch)), "", "{branch}");
    }
}

#[test]
fn title_description_and_branch_are_one() {
    let found = References::in_parts(
        &config(),
        Some("SUP-1: login"),
        "Fixes SUP-2, caused by #12",
        Some("sup-2-sup-3"),
    );
    assert_eq!(told(&found), "SUP-1 mentioned, SUP-2 fixed, SUP-3 mentioned, SUP-2 because of #12");
    let found = References::in_parts(&config(), Some("Fix SUP-1"), "Caused by #12", None);
    assert_eq!(told(&found), "SUP-1 fixed, SUP-1 because of #12");
    let found = References::in_parts(&config(), Some("fixes"), "SUP-1", None);
    assert_eq!(told(&found), "SUP-1 mentioned", "a title ends where it ends");
}
