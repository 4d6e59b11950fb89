use crate::each;

#[test]
fn code_is_not_looked_at() {
    each(&[
        ("`SUP-1` ``SUP-2 ` SUP-3`` ```SUP-4```", ""),
        ("```\nfixes SUP-1\n```\nfixes SUP-2", "SUP-2 fixed"),
        ("~~~sh\nfixes SUP-1\n~~~\n\nfixes SUP-2", "SUP-2 fixed"),
        ("````\n```\nSUP-1\n```\nSUP-2\n````", ""),
        ("text\n\n    fixes SUP-1\n\nSUP-2", "SUP-2 mentioned"),
        ("- item\n\n  ```\n  SUP-1\n  ```\n- SUP-2", "SUP-2 mentioned"),
        ("```\nnever closed SUP-1", ""),
        ("a ` alone SUP-1", "SUP-1 mentioned"),
        ("<code>SUP-1</code> SUP-2", "SUP-2 mentioned"),
        ("<pre>\nSUP-1\n\nSUP-2\n</pre>\n\nSUP-3", "SUP-3 mentioned"),
        ("never <code> closed SUP-1\n\nSUP-2", "SUP-2 mentioned"),
    ]);
}

#[test]
fn comments_are_not_looked_at() {
    each(&[
        ("<!-- fixes SUP-1 -->", ""),
        ("<!-- fixes SUP-1 -->\nFixes SUP-2", "SUP-2 fixed"),
        ("<!-- fixes SUP-1 --> Fixes SUP-2", "SUP-2 fixed"),
        ("Fixes <!-- SUP-1 or --> SUP-2", "SUP-2 fixed"),
        ("<!--\nWrite `fixes SUP-1`:\n\nfixes SUP-1\n-->\n\nFixes SUP-2", "SUP-2 fixed"),
        ("<!-- never closed SUP-1\n\nfixes SUP-2", ""),
        ("<!-- supporty:entry/ticket/SUP-1/3.0 -->", ""),
        ("[//]: # (fixes SUP-1)", ""),
    ]);
}

#[test]
fn quoted_replies_are_not_looked_at_but_alerts_are() {
    each(&[
        ("> fixes SUP-1\n\nNo.", ""),
        ("> > fixes SUP-1\n\nfixes SUP-2", "SUP-2 fixed"),
        ("> fixes SUP-1\nit goes on SUP-2", ""),
        ("> [!WARNING]\n> causes SUP-1", "SUP-1 caused"),
        ("> [!NOTE]\n> > SUP-1\n>\n> SUP-2", "SUP-2 mentioned"),
        (
            "<blockquote>\n\nfixes SUP-1\n\n<blockquote>SUP-2</blockquote>\n\nSUP-3\n\n</blockquote>\n\nSUP-4",
            "SUP-4 mentioned",
        ),
        ("a > b, SUP-1", "SUP-1 mentioned"),
    ]);
}

#[test]
fn what_is_struck_out_is_taken_back() {
    each(&[
        ("fixes ~~SUP-1~~ SUP-2", "SUP-2 fixed"),
        ("~~fixes SUP-1~~", ""),
        ("<del>fixes SUP-1</del> <s>SUP-2</s>", ""),
        ("~SUP-1~", ""),
    ]);
}

#[test]
fn markup_does_not_hide_a_key() {
    each(&[
        ("**SUP-1** _SUP-2_ *fixes* **SUP-3**", "SUP-1 mentioned, SUP-2 mentioned, SUP-3 fixed"),
        (
            "# SUP-1\n\n1. SUP-2\n   - [x] fixes SUP-3\n\n| SUP-4 | x |\n|---|---|\n| SUP-5 | y |",
            "SUP-1 mentioned, SUP-2 mentioned, SUP-3 fixed, SUP-4 mentioned, SUP-5 mentioned",
        ),
        ("SUP\\-1", "SUP-1 mentioned"),
        ("SUP&#45;1 &amp; SUP-2", "SUP-1 mentioned, SUP-2 mentioned"),
        ("<b>fixes</b> SUP-1<br>SUP-2", "SUP-1 fixed, SUP-2 mentioned"),
        ("<details><summary>SUP-1</summary>\n\nfixes SUP-2\n\n</details>", "SUP-1 mentioned, SUP-2 fixed"),
        ("<div>\nfixes SUP-1\n</div>", "SUP-1 fixed"),
        ("<div title=\"SUP-1\">x</div>", ""),
        ("a < b SUP-1", "SUP-1 mentioned"),
        ("SUP-1\r\nSUP-2\rSUP-3", "SUP-1 mentioned, SUP-2 mentioned, SUP-3 mentioned"),
    ]);
}
