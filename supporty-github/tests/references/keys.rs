use supporty_github::Config;
use supporty_github::references::References;

use crate::each;

#[test]
fn a_key_that_stands_alone_is_found() {
    each(&[
        ("SUP-42", "SUP-42 mentioned"),
        ("see SUP-42.", "SUP-42 mentioned"),
        ("[SUP-42] Login loops", "SUP-42 mentioned"),
        ("SUP-42: Login loops", "SUP-42 mentioned"),
        ("Login loops (SUP-42)", "SUP-42 mentioned"),
        ("#SUP-42", "SUP-42 mentioned"),
        ("'SUP-42', “SUP-43”, \"SUP-44\"", "SUP-42 mentioned, SUP-43 mentioned, SUP-44 mentioned"),
        ("SUP-42's reporter and SUP-43’s", "SUP-42 mentioned, SUP-43 mentioned"),
        ("SUP-42… and SUP-43?", "SUP-42 mentioned, SUP-43 mentioned"),
        ("SUP-42- the login", "SUP-42 mentioned"),
        (
            "SUP-1,SUP-2;SUP-3/SUP-4&SUP-5+SUP-6",
            "SUP-1 mentioned, SUP-2 mentioned, SUP-3 mentioned, SUP-4 mentioned, SUP-5 mentioned, SUP-6 mentioned",
        ),
        ("SUP-1–SUP-3", "SUP-1 mentioned, SUP-3 mentioned"),
        ("OPS2-7", "OPS2-7 mentioned"),
        ("SUP-18446744073709551615", "SUP-18446744073709551615 mentioned"),
    ]);
}

#[test]
fn a_key_needs_no_spaces_where_a_language_has_none() {
    each(&[
        ("修复SUP-42的问题", "SUP-42 mentioned"),
        ("SUP-42を直す。", "SUP-42 mentioned"),
        ("SUP-42를 고침", "SUP-42 mentioned"),
        ("（SUP-42）", "SUP-42 mentioned"),
    ]);
}

#[test]
fn what_only_looks_like_a_key_is_none() {
    each(&[
        ("UTF-8, SHA-256, ISO-8601, RFC-2119, X-42, COVID-19", ""),
        ("XSUP-42 SUPX-42 SUP42 SUP -42 SUP- 42 SUP--42 SUP_42", ""),
        ("sup-42 Sup-42", ""),
        ("SUP-42a SUP-42b7 SUP-42é SUP-42_x", ""),
        ("SUP-0 SUP-00 SUP-042 SUP--1 SUP-1.5", ""),
        ("v1.SUP-42 SUP-42.md SUP-42.1 a.SUP-42", ""),
        ("docs/SUP-42 docs/SUP-42.md SUP-42/notes ./SUP-42 ~/SUP-42 C:\\\\SUP-42", ""),
        ("SUP-42-login PRE-SUP-42 SUP-42-SUP-43 -SUP-42", ""),
        ("me@SUP-42 ticket=SUP-42 @SUP-42", ""),
        ("SUP-18446744073709551616 SUP-99999999999999999999999999999999", ""),
        ("SUP-４２ SUP-٤٢ ＳＵＰ-42 ЅUP-42", ""),
        ("SUP", ""),
        ("", ""),
    ]);
}

#[test]
fn the_address_of_a_ticket_is_a_ticket_and_that_of_another_thing_is_not() {
    each(&[
        ("https://desk.example/tickets/SUP-42", "SUP-42 mentioned"),
        ("HTTPS://Desk.Example/tickets/SUP-42.", "SUP-42 mentioned"),
        ("(see https://desk.example/tickets/SUP-42)", "SUP-42 mentioned"),
        ("https://desk.example/tickets/SUP-42/timeline?page=2#last", "SUP-42 mentioned"),
        ("<https://desk.example/tickets/SUP-42>", "SUP-42 mentioned"),
        ("[the login](https://desk.example/tickets/SUP-42)", "SUP-42 mentioned"),
        ("[the login][1]\n\n[1]: https://desk.example/tickets/SUP-42", "SUP-42 mentioned"),
        ("https://desk.example/tickets/SUP-42a https://desk.example/tickets/XSUP-42", ""),
        ("https://desk.example/tickets/sup-42 https://desk.example/SUP-42", ""),
        ("https://desk.example/tickets/ABC-42", ""),
        ("https://desk.example.evil/tickets/SUP-42", ""),
        ("https://evil.example/?to=https://desk.example/tickets/SUP-42", ""),
        ("https://jira.example/browse/SUP-42 www.example.com/SUP-42 ftp://a/SUP-42", ""),
        ("[board](https://jira.example/browse/SUP-42)", ""),
        ("![SUP-42](https://desk.example/tickets/SUP-42)", ""),
    ]);
}

#[test]
fn what_a_link_says_counts_wherever_it_leads() {
    each(&[
        ("[SUP-42](https://chat.example/archives/C1/p1)", "SUP-42 mentioned"),
        ("fixes [SUP-42](https://chat.example/archives/C1/p1)", "SUP-42 fixed"),
        ("fixes [the login loop](https://desk.example/tickets/SUP-42)", "SUP-42 fixed"),
        ("fixes [SUP-42](https://desk.example/tickets/SUP-42)", "SUP-42 fixed"),
    ]);
}

#[test]
fn only_the_prefixes_of_the_desk_are_keys() {
    let none = Config { key_prefixes: Vec::new(), ..Config::default() };
    assert!(References::in_text(&none, "fixes SUP-42").is_empty());
    let odd = Config {
        key_prefixes: vec!["su".into(), "".into(), "Ä".into()],
        ticket_urls: vec!["".into()],
        ..Config::default()
    };
    assert!(References::in_text(&odd, "su-1 -1 Ä-1 https://a.example/su-1").is_empty());
}

#[test]
fn the_address_of_tickets_may_end_in_a_slash_or_not() {
    for base in
        ["https://desk.example/tickets", "https://desk.example/tickets/", "https://desk.example/?ticket="]
    {
        let config = Config { ticket_urls: vec![base.to_owned()], ..Config::default() };
        let url = format!("{}SUP-42", if base.ends_with('s') { format!("{base}/") } else { base.to_owned() });
        assert_eq!(References::in_text(&config, &url).tickets.len(), 1, "{base}");
    }
}
