use supporty_github::references::References;

use crate::{config, each, told};

#[test]
fn githubs_nine_words_close() {
    for word in ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"] {
        let upper = word.to_uppercase();
        for text in [
            format!("{word} SUP-42"),
            format!("{upper} SUP-42"),
            format!("{word}: SUP-42"),
            format!("{word}:SUP-42"),
            format!("{word} #SUP-42"),
            format!("{word} [SUP-42]"),
            format!("{word}  https://desk.example/tickets/SUP-42."),
            format!("It {word}\nSUP-42."),
            format!("- **{word}** SUP-42"),
            format!("> [!NOTE]\n> {word} SUP-42"),
        ] {
            assert_eq!(told(&References::in_text(&config(), &text)), "SUP-42 fixed", "{text}");
        }
    }
}

#[test]
fn other_words_do_not_close() {
    each(&[
        ("fixing SUP-42", "SUP-42 mentioned"),
        (
            "bugfix SUP-42, bug-fix SUP-43, prefix SUP-44",
            "SUP-42 mentioned, SUP-43 mentioned, SUP-44 mentioned",
        ),
        ("addresses SUP-42", "SUP-42 mentioned"),
        ("fix. SUP-42", "SUP-42 mentioned"),
        ("fix, SUP-42", "SUP-42 mentioned"),
        ("fixes the login of SUP-42", "SUP-42 mentioned"),
        ("fixes `it` SUP-42", "SUP-42 mentioned"),
        ("fixes https://jira.example/X-1 SUP-42", "SUP-42 mentioned"),
        ("fixes https://desk.example/tickets/SUP-41 SUP-42", "SUP-41 fixed, SUP-42 mentioned"),
        ("fixes\n\nSUP-42", "SUP-42 mentioned"),
        ("- fixes\n- SUP-42", "SUP-42 mentioned"),
        ("fix(login): SUP-42", "SUP-42 mentioned"),
        ("SUP-42 was fixed by #12", "SUP-42 mentioned"),
        ("SUP-42: fix the login", "SUP-42 mentioned"),
    ]);
}

#[test]
fn each_ticket_needs_its_own_word() {
    each(&[
        ("fixes SUP-1, SUP-2 and SUP-3", "SUP-1 fixed, SUP-2 mentioned, SUP-3 mentioned"),
        ("fixes SUP-1, fixes SUP-2 and closes SUP-3", "SUP-1 fixed, SUP-2 fixed, SUP-3 fixed"),
        ("fixes SUP-1/SUP-2", "SUP-1 fixed, SUP-2 mentioned"),
        ("fixes #7, SUP-1", "SUP-1 mentioned"),
        ("SUP-1, fixes SUP-1", "SUP-1 fixed"),
    ]);
}

#[test]
fn what_is_doubted_is_a_mention() {
    each(&[
        ("does not fix SUP-42", "SUP-42 mentioned"),
        ("This doesn't fix SUP-42", "SUP-42 mentioned"),
        ("This doesn’t really fix SUP-42", "SUP-42 mentioned"),
        ("will not fix SUP-42", "SUP-42 mentioned"),
        ("Won't fix: SUP-42", "SUP-42 mentioned"),
        ("never fixed SUP-42", "SUP-42 mentioned"),
        ("no longer fixes SUP-42", "SUP-42 mentioned"),
        ("Partly fixes SUP-42", "SUP-42 mentioned"),
        ("not caused SUP-42", "SUP-42 mentioned"),
        ("It did not work, fixes SUP-42", "SUP-42 fixed"),
        ("It does not loop any more. Fixes SUP-42", "SUP-42 fixed"),
        ("not only fixes SUP-42", "SUP-42 fixed"),
        ("not merely a cleanup of the module but fixes SUP-42", "SUP-42 fixed"),
    ]);
}

#[test]
fn a_message_has_a_title_and_a_text() {
    let told = |message: &str| told(&References::in_message(&config(), message));
    assert_eq!(
        told("Stop the loop (#13)\n\n* Fixes SUP-42\n* see SUP-7\n\nCo-authored-by: A <a@b.c>"),
        "SUP-7 mentioned, SUP-42 fixed"
    );
    assert_eq!(told("Stop the loop\r\n\r\nFixes: SUP-42\r\nSigned-off-by: A <a@b.c>\r\n"), "SUP-42 fixed");
    assert_eq!(told("Fix SUP-42"), "SUP-42 fixed");
    assert_eq!(told("Merge pull request #13 from octo/SUP-42-login\n\nFix the login"), "");
    assert_eq!(told(""), "");
}
