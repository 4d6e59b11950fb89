//! The page over HTTP: what people type is shown and never obeyed, what is sent twice happens once, and nobody posts
//! from elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use common::{Desk, Visitor};

const TICKET: [(&str, &str); 4] =
    [("title", "The shop is down"), ("kind", "request"), ("priority", "P2"), ("area", "checkout")];

fn desk() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    (folder, desk)
}

#[test]
fn what_people_type_is_escaped_on_every_page() {
    let (_folder, desk) = desk();
    let jo = Visitor::new(&desk.address, "<script>alert(0)</script>");
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let ticket = jo.file(&[
        ("title", hostile),
        ("details", hostile),
        ("kind", "request"),
        ("priority", "P3"),
        ("area", ""),
    ]);
    jo.press(&ticket, "reply", &[("text", hostile)]);
    let ana = Visitor::new(&desk.address, "ana");
    ana.press(&ticket, "note", &[("text", hostile)]);
    ana.press(&ticket, "claim", &[]);
    ana.press(&ticket, "resolve", &[("resolution", "explanation"), ("note", hostile)]);
    jo.until(&ticket, "resolved this");
    for path in
        ["/?show=all", &ticket, "/board", "/board?by=owner", "/search?q=%3Cscript%3Ealert", "/me", "/who"]
    {
        for visitor in [&jo, &ana] {
            let page = visitor.get(path);
            assert_eq!(page.status, 200, "{path}");
            assert!(!page.body.contains("<script>alert"), "{path}:\n{}", page.body);
            assert!(!page.body.contains("<img"), "{path}:\n{}", page.body);
        }
    }
    assert!(ana.get(&ticket).body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn a_double_submit_opens_one_ticket_and_says_one_thing() {
    let (_folder, desk) = desk();
    let jo = Visitor::new(&desk.address, "Jo");
    let submission = jo.submission("/new");
    let fields: Vec<_> = TICKET.into_iter().chain([("submission", submission.as_str())]).collect();
    let (first, second) = (jo.post("/new", &fields), jo.post("/new", &fields));
    assert_eq!(first.location(), second.location());
    let ticket = first.location().to_owned();
    assert_eq!(jo.until("/", "The shop is down").matches("<article").count(), 1);

    jo.until(&ticket, "class=\"reply\"");
    let submission = jo.submission(&ticket);
    let fields = [("submission", submission.as_str()), ("text", "Are you there?")];
    for _ in 0..2 {
        assert_eq!(jo.post(&format!("{ticket}/reply"), &fields).status, 303);
    }
    assert_eq!(jo.until(&ticket, "Are you there?").matches("Are you there?").count(), 1);
}

#[test]
fn posts_from_other_sites_and_under_other_names_are_refused() {
    let (_folder, desk) = desk();
    let jo = Visitor::new(&desk.address, "Jo");
    let submission = jo.submission("/new");
    let fields: Vec<_> = TICKET.into_iter().chain([("submission", submission.as_str())]).collect();
    for origin in ["http://example.invalid", "null", "http://127.0.0.1:1"] {
        assert_eq!(jo.clone().with("Origin", origin).post("/new", &fields).status, 403, "{origin}");
    }
    assert_eq!(jo.clone().with("Sec-Fetch-Site", "cross-site").post("/new", &fields).status, 403);
    assert_eq!(jo.clone().with("Host", "example.invalid").get("/").status, 403);
    assert!(jo.get("/").body.contains("Nothing here."), "nothing was opened");
    let own = format!("http://{}", desk.address);
    assert_eq!(jo.with("Origin", &own).post("/new", &fields).status, 303);
}

#[test]
fn errors_stand_beside_the_form_with_what_was_typed() {
    let (_folder, desk) = desk();
    let jo = Visitor::new(&desk.address, "Jo");
    let empty = [("title", " "), ("details", "It is just broken"), ("kind", "incident"), ("priority", "P1")];
    let again = jo.submit("/new", "/new", &empty);
    assert_eq!(again.status, 422);
    assert!(again.body.contains("id=\"title-error\""), "{}", again.body);
    assert!(again.body.contains("The text is empty: write a few words."), "{}", again.body);
    assert!(again.body.contains("It is just broken"), "what was typed is kept");
    assert!(again.body.contains("value=\"P1\" checked"), "what was chosen is kept");

    let ticket = jo.file(&TICKET);
    let ana = Visitor::new(&desk.address, "ana");
    let early = [("on", "third-party"), ("until", "2020-01-01T10:00"), ("why", "They know")];
    let again = ana.press(&ticket, "wait", &early);
    assert_eq!(again.status, 422);
    assert!(again.body.contains("The wait would be over already"), "{}", again.body);
    assert!(again.body.contains("They know") && again.body.contains("value=\"2020-01-01T10:00\""));
    assert!(again.body.contains("id=\"do-wait\" open"), "the form stays open");

    let forbidden = jo.press(&ticket, "claim", &[]);
    assert_eq!(forbidden.status, 422);
    assert!(forbidden.body.contains("for the engineers of the policy"), "{}", forbidden.body);
}

#[test]
fn internal_notes_are_for_engineers() {
    let (_folder, desk) = desk();
    let (jo, ana) = (Visitor::new(&desk.address, "Jo"), Visitor::new(&desk.address, "ana"));
    let ticket = jo.file(&TICKET);
    ana.press(&ticket, "note", &[("text", "zebra between us")]);
    ana.press(&ticket, "reply", &[("text", "We are on it")]);
    assert!(ana.until(&ticket, "zebra between us").contains("We are on it"));
    assert!(!jo.until(&ticket, "We are on it").contains("zebra"));
    assert!(ana.get("/search?q=zebra").body.contains("The shop is down"));
    assert!(!jo.get("/search?q=zebra").body.contains("The shop is down"));
    assert_eq!(jo.press(&ticket, "note", &[("text", "me too")]).status, 422);
}

#[test]
fn a_page_is_safe_by_its_headers_and_asks_who_looks() {
    let (_folder, desk) = desk();
    let page = Visitor::new(&desk.address, "ana").get("/");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.body.contains("style=") && !page.body.contains("onclick"), "{}", page.body);
    assert!(page.body.contains("Kept in SQLite"));

    let nobody = Visitor::new(&desk.address, "");
    assert_eq!(nobody.get("/board").location(), "/who?next=/board");
    let chosen = nobody.post("/who", &[("user", "ana"), ("next", "/board")]);
    assert_eq!(chosen.location(), "/board");
    let cookie = chosen.header("set-cookie").unwrap();
    assert!(cookie.contains("SameSite=Lax") && cookie.contains("HttpOnly"), "{cookie}");
    assert_eq!(nobody.post("/who", &[("user", "ana"), ("next", "//example.invalid")]).location(), "/");
    assert_eq!(nobody.post("/who", &[("name", "ana")]).status, 422, "an engineer is chosen, not typed");
    assert_eq!(nobody.post("/who", &[("name", " ")]).status, 422);
}

#[test]
fn what_the_desk_tells_somebody_stands_on_their_page() {
    let (_folder, desk) = desk();
    let (jo, ana) = (Visitor::new(&desk.address, "Jo"), Visitor::new(&desk.address, "ana"));
    let ticket = jo.file(&TICKET);
    ana.press(&ticket, "assign", &[("to", "dev")]);
    let dev = Visitor::new(&desk.address, "dev");
    assert!(dev.until("/me", "The shop is down").contains("SUP-1"));
    ana.press(&ticket, "resolve", &[("resolution", "explanation"), ("note", "It was the cache")]);
    assert!(jo.until("/me", "It was the cache").contains("SUP-1"));
}

#[test]
fn a_ticket_is_put_under_a_new_policy_when_somebody_has_seen_what_that_changes() {
    let (folder, desk) = desk();
    let ticket = Visitor::new(&desk.address, "Jo").file(&TICKET);
    assert!(!Visitor::new(&desk.address, "ana").get(&ticket).body.contains("do-replan"));
    assert!(desk.stop().success());

    // Where London's office is open Tokyo's is not, so that the deadlines move whenever this runs.
    let file = folder.path().join("policy.toml");
    let policy = include_str!("../desk/policy.toml").replace("Europe/London", "Asia/Tokyo");
    std::fs::write(&file, policy).unwrap();
    let desk = Desk::start_by(
        common::command(folder.path()).args(["--listen", "127.0.0.1:0", "--policy"]).arg(&file),
    );
    let ana = Visitor::new(&desk.address, "ana");
    let page = ana.get(&ticket).body;
    assert!(page.contains("Put under the new policy") && page.contains("Resolve: "), "{page}");
    assert_eq!(ana.press(&ticket, "replan", &[("to", "another")]).status, 422);
    let to = page.split("name=\"to\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(ana.press(&ticket, "replan", &[("to", to)]).status, 303);
    assert!(ana.until(&ticket, "put this under the policy in force").contains("Expect"));
    assert!(!ana.get(&ticket).body.contains("do-replan"));
}

#[test]
fn a_page_tells_why_a_promise_is_due_when_it_is() {
    let (_folder, desk) = desk();
    let jo = Visitor::new(&desk.address, "Jo");
    let ticket = jo.file(&TICKET);
    let why = jo.get(&format!("{ticket}/why"));
    assert_eq!(why.status, 200);
    assert!(why.body.contains("P2 &quot;business affected&quot; promises 3 h of `office`"), "{}", why.body);
    assert!(why.body.contains("if nobody acts:"), "{}", why.body);
    assert_eq!(jo.get("/ticket/SUP-99/why").status, 404);
}

#[test]
fn a_rota_shows_its_month_and_refuses_what_can_not_be() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let ana = Visitor::new(&desk.address, "ana");
    let all = ana.get("/rotas").body;
    assert!(all.contains("Storefront gardener") && all.contains("Gardener of Storefront"), "{all}");
    let rota = "/rotas/storefront-nights";
    let month = ana.get(&format!("{rota}?month=2026-03")).body;
    assert!(
        month.contains("March 2026") && month.contains("Ana Pereira") && month.contains("09:00"),
        "{month}"
    );
    assert_eq!(ana.get("/rotas/nobodys").status, 404);
    assert_eq!(ana.get(&format!("{rota}?month=9999-99")).status, 200, "a month that is none is this one");

    let press = |visitor: &Visitor, action: &str, fields: &[(&str, &str)]| {
        visitor.submit(rota, &format!("{rota}/{action}"), fields)
    };
    let backwards =
        [("person", "ana"), ("reason", "sick"), ("from", "2026-03-02T09:00"), ("until", "2026-03-01T09:00")];
    let refused = press(&ana, "away", &backwards);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("The end comes before the beginning"), "{}", refused.body);
    assert!(refused.body.contains("value=\"2026-03-02T09:00\""), "what was typed is still there");
    let over = press(
        &ana,
        "change",
        &[("change", "add"), ("person", "ben"), ("from", "2026-03-01T09:00"), ("until", "2026-03-02T09:00")],
    );
    assert!(over.body.contains("That is over"), "{}", over.body);
    let when = press(
        &ana,
        "away",
        &[("person", "ana"), ("reason", "sick"), ("from", "soon"), ("until", "2026-03-01T09:00")],
    );
    assert_eq!(when.status, 422);
    let rita = Visitor::new(&desk.address, "Rita");
    assert!(!rita.get(rota).body.contains("Somebody is away"), "who asks arranges nothing");
}

#[test]
fn whoever_is_on_call_sees_what_it_is_paid_and_takes_it_to_a_calendar() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let (ana, emi) = (Visitor::new(&desk.address, "ana"), Visitor::new(&desk.address, "emi"));
    let march = ana.get("/statement?month=2026-03");
    assert!(
        march.body.contains("On call for Storefront on call, weekends") && march.body.contains("GBP"),
        "{}",
        march.body
    );
    let csv = ana.get("/statement.csv?month=2026-03");
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.body.starts_with("person,month,item,seconds"), "{}", csv.body);
    assert!(ana.get("/statement.md?month=2026-03").body.contains("| **Together** |"));
    assert!(emi.get("/statement?month=2026-03").body.contains("Nothing is paid for this month"));
    assert_eq!(emi.get("/statement.csv").status, 404);

    let close =
        |visitor: &Visitor, month: &str| visitor.submit("/new", "/statement/close", &[("month", month)]);
    assert!(close(&emi, "2199-01").body.contains("not over yet"));
    assert!(
        close(&Visitor::new(&desk.address, "ben"), "2026-03").body.contains("Closing a month is for others")
    );
    assert_eq!(close(&ana, "2026-03").status, 303);
    assert_eq!(ana.get("/statement.csv?month=2026-03").body, csv.body, "closed as it was");

    let all = ana.get("/rotas/storefront-nights/shifts.ics");
    assert_eq!(all.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert!(all.body.contains("SUMMARY:Storefront on call: Ben Okafor"), "{}", all.body);
    let mine = ana.get("/rotas/storefront-nights/mine.ics").body;
    assert!(mine.contains("Ana Pereira") && !mine.contains("Ben Okafor"), "{mine}");
    assert_eq!(ana.get("/rotas/nobodys/shifts.ics").status, 404);
}

#[test]
fn gardening_is_classified_and_seen_across_squads() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let ana = Visitor::new(&desk.address, "ana");
    let ticket = ana.file(&[
        ("title", "Tests fail on Mondays"),
        ("kind", "gardening"),
        ("priority", "P3"),
        ("area", "checkout"),
    ]);
    let classified = ana.press(&ticket, "classify", &[("upkeep", "flaky-tests"), ("investment", "tactical")]);
    assert_eq!(classified.status, 303, "{classified:?}");
    let garden = ana.get("/garden").body;
    assert!(garden.contains("Tests fail on Mondays") && garden.contains("Flaky tests"), "{garden}");
    assert!(garden.contains("Tactical: the next months: 1"), "{garden}");
    assert!(garden.contains("All squads: what gardening invests in") && garden.contains("1 / 0"), "{garden}");
    assert!(garden.contains("title=\"1 opened, 0 resolved\""), "in words as well: {garden}");
    let request = ana.file(&[("title", "A question"), ("kind", "request"), ("priority", "P3"), ("area", "")]);
    let refused = ana.press(&request, "classify", &[("upkeep", "other"), ("investment", "tactical")]);
    assert!(refused.body.contains("only gardening is classified"), "{}", refused.body);
    assert!(!ana.get("/garden").body.contains("A question"));
}
