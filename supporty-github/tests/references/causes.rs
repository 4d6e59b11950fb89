use crate::each;

#[test]
fn a_change_that_says_it_caused_a_ticket_did() {
    each(&[
        ("Caused SUP-42", "SUP-42 caused"),
        ("causes SUP-42", "SUP-42 caused"),
        ("Caused: https://desk.example/tickets/SUP-42", "SUP-42 caused"),
        ("This caused SUP-42.", "SUP-42 caused"),
        ("This change caused SUP-42.", "SUP-42 caused"),
        ("This pull request causes SUP-42.", "SUP-42 caused"),
        ("Moves carts to the cache (caused SUP-42)", "SUP-42 caused"),
        ("Moves carts to the cache, caused SUP-42", "SUP-42 caused"),
        ("Moves carts to the cache.\nCaused SUP-42", "SUP-42 caused"),
        ("Caused SUP-42, fixes SUP-42", "SUP-42 fixed, SUP-42 caused"),
        ("Caused SUP-1, SUP-2", "SUP-1 caused, SUP-2 mentioned"),
    ]);
}

#[test]
fn somebody_elses_fault_is_not_the_changes() {
    each(&[
        ("Removes the query that caused SUP-42", "SUP-42 mentioned"),
        ("Removes the query which has\ncaused SUP-42", "SUP-42 mentioned"),
        ("Find out what caused SUP-42", "SUP-42 mentioned"),
        ("Revert the change caused SUP-42", "SUP-42 mentioned"),
        ("The release caused SUP-42", "SUP-42 mentioned"),
        ("caused by SUP-42", "SUP-42 mentioned"),
        ("SUP-1 is caused by SUP-2", "SUP-1 mentioned, SUP-2 mentioned"),
    ]);
}

#[test]
fn a_fix_may_say_which_change_is_to_blame() {
    each(&[
        ("fixes SUP-42, caused by #12", "SUP-42 fixed, SUP-42 because of #12"),
        ("Fixes SUP-42 (caused by octo/shop#12).", "SUP-42 fixed, SUP-42 because of octo/shop#12"),
        ("Fixes SUP-42, which was caused by PR #12.", "SUP-42 fixed, SUP-42 because of #12"),
        ("Fixes SUP-42.\n\nCaused by: #12", "SUP-42 fixed, SUP-42 because of #12"),
        (
            "Caused by #12.\n\nFixes SUP-1, fixes SUP-2.",
            "SUP-1 fixed, SUP-2 fixed, SUP-1 because of #12, SUP-2 because of #12",
        ),
        (
            "Fixes SUP-1, caused by #12, and fixes SUP-2, caused by #13",
            "SUP-1 fixed, SUP-2 fixed, SUP-1 because of #12, SUP-2 because of #13",
        ),
        ("SUP-42 was caused by commit 1B2C3D4.", "SUP-42 mentioned, SUP-42 because of 1b2c3d4"),
        (
            "SUP-42 was caused by https://github.com/octo/shop/pull/12.",
            "SUP-42 mentioned, SUP-42 because of octo/shop#12",
        ),
        ("SUP-42 was caused by [that](https://github.com/octo/shop/pull/12)", "SUP-42 mentioned"),
        (
            "fixes SUP-42, caused by https://github.com/octo/shop/commit/1b2c3d4e5f60718293a4b5c6d7e8f90123456789",
            "SUP-42 fixed, SUP-42 because of 1b2c3d4e5f60718293a4b5c6d7e8f90123456789",
        ),
        ("fixes SUP-42, not caused by #12", "SUP-42 fixed"),
        (
            "Fixes SUP-42.\n\nCaused by #12.\nCaused by #13.",
            "SUP-42 fixed, SUP-42 because of #12, SUP-42 because of #13",
        ),
        ("Fixes SUP-1. Fixes SUP-2. Caused by #12. Caused by #13.", "SUP-1 fixed, SUP-2 fixed"),
        ("See SUP-42. Caused by #12.", "SUP-42 mentioned"),
        ("caused by #12", ""),
        (
            "fixes SUP-42, caused by a/b/c#12, caused by #x, caused by https://gitlab.example/octo/shop/pull/12",
            "SUP-42 fixed",
        ),
    ]);
}
