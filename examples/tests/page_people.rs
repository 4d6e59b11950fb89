//! What the page shows of people: who may do and read what, whom a form wakes, post-mortems and game days.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where something is missing"
)]

mod common;

use std::path::Path;
use std::time::SystemTime;

use common::{Desk, Visitor, command};

const POLICY: &str = r#"
private_channel = "private"
[calendars.later]
hours = "OTHER 09:00-10:00"
[permissions]
reprioritise = "lead"
see-pay = "lead"
[[fields]]
id = "orders"
label = "Which orders?"
required = true
when = { area = "shop", priority = "P3" }
[[fields]]
id = "personal-data"
label = "Is personal data affected?"
options = ["no", "yes"]
restricts = "yes"
[drills.down]
title = "Game day: nobody can pay"
priority = "P1"
area = "shop"
participants = ["ana", "ben"]
script = ["1s: the provider sees nothing"]
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[people.cy]
name = "Cy"
[squads.web]
lead = "ana"
members = ["ana", "ben"]
on_call = ["ben"]
hours = "later"
[areas.shop]
name = "Shop"
squad = "web"
"#;

/// A desk whose squad is off until three days from now.
fn desk(folder: &Path) -> Desk {
    let policy = folder.join("policy.toml");
    let days = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400 + 3;
    let other = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][usize::try_from(days % 7).unwrap()];
    std::fs::write(&policy, POLICY.replace("OTHER", other)).unwrap();
    Desk::start_by(command(folder).arg("--policy").arg(policy).args(["--listen", "127.0.0.1:0"]))
}

fn file(visitor: &Visitor, title: &str, more: &[(&str, &str)]) -> String {
    let fields = [("title", title), ("kind", "request"), ("priority", "P2"), ("area", "shop")];
    let replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    let plain = fields.into_iter().filter(|(name, _)| !replaced(name));
    visitor.file(&plain.chain(more.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn a_restricted_ticket_is_shown_to_its_readers_and_masked_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let [ana, ben, cy, rita] = ["ana", "ben", "cy", "Rita"].map(|who| Visitor::new(&desk.address, who));
    let ticket = file(&rita, "Passwords in the log", &[("field-personal-data", "yes")]);
    let page = rita.get(&ticket).body;
    assert!(page.contains("Passwords in the log") && page.contains("Restricted"), "{page}");
    assert!(page.contains("Is personal data affected?"), "the answers are shown: {page}");
    let hidden = cy.get(&ticket);
    assert_eq!(hidden.status, 403);
    for path in ["/", "/board", "/search?q=passwords", &format!("{ticket}/why"), &ticket] {
        assert!(!cy.get(path).body.contains("Passwords"), "{path} tells its title");
    }
    assert!(cy.get("/board").body.contains("(restricted)"));
    assert_eq!(cy.submit("/new", &format!("{ticket}/claim"), &[]).status, 403, "nor can they act on it");
    assert!(rita.get("/search?q=passwords").body.contains("Passwords"));
    // Whoever asked names a reader.
    let named = rita.press(&ticket, "restrict", &[("readers", "ana, ben")]);
    assert!(named.status == 303 || named.status == 422, "{named:?}");
    ana.get("/");
    ben.get("/");
}

#[test]
fn a_ticket_that_is_restricted_later_moves_with_its_thread_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let [ana, cy, rita] = ["ana", "cy", "Rita"].map(|who| Visitor::new(&desk.address, who));
    let ticket = file(&rita, "Passwords in the log", &[]);
    assert!(cy.get(&ticket).body.contains("Passwords"));
    assert_eq!(ana.press(&ticket, "claim", &[]).status, 303);
    assert_eq!(ana.press(&ticket, "restrict", &[("readers", "")]).status, 303);
    ana.until(&ticket, "restricted this to its readers");
    assert_eq!(cy.get(&ticket).status, 403);
    cy.until("/", "(restricted)");
    assert!(!cy.get("/").body.contains("Passwords"));
    assert!(ana.get("/").body.contains("Passwords"), "readers see it among the others");
    assert_eq!(ana.press(&ticket, "reply", &[("text", "which ones?")]).status, 303);
    ana.until(&ticket, "which ones?");
    assert_eq!(ana.press(&ticket, "unrestrict", &[]).status, 303);
    cy.until(&ticket, "Passwords");
}

#[test]
fn a_form_that_would_wake_somebody_says_whom_and_asks_for_the_impact_first() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let rita = Visitor::new(&desk.address, "Rita");
    let fields = [("title", "Nobody can pay"), ("kind", "request"), ("priority", "P1"), ("area", "shop")];
    let asked = rita.submit("/new", "/new", &fields);
    assert_eq!(asked.status, 422);
    assert!(asked.body.contains("It is out of hours. Filing this wakes Ben."), "{}", asked.body);
    assert!(
        rita.get("/board").body.contains("Nothing") || !rita.get("/board").body.contains("Nobody can pay")
    );
    let told = [&fields[..], &[("field-impact", "every order is lost")]].concat();
    let ticket = rita.file(&told);
    let page = rita.get(&ticket).body;
    assert!(page.contains("every order is lost"), "{page}");
}

#[test]
fn what_the_policy_asks_is_answered_and_what_it_leaves_to_leads_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let [ana, ben, rita] = ["ana", "ben", "Rita"].map(|who| Visitor::new(&desk.address, who));
    let fields = [("title", "Orders are gone"), ("kind", "request"), ("priority", "P3"), ("area", "shop")];
    let missing = rita.submit("/new", "/new", &fields);
    assert_eq!(missing.status, 422);
    assert!(missing.body.contains("`Which orders?` is not answered"), "{}", missing.body);
    let ticket = rita.file(&[&fields[..], &[("field-orders", "4711 <b>")]].concat());
    assert!(rita.get(&ticket).body.contains("4711 &lt;b&gt;"));
    assert!(
        !ben.get(&ticket).body.contains("do-reprioritise")
            && ana.get(&ticket).body.contains("do-reprioritise")
    );
    let refused = ben.press(&ticket, "reprioritise", &[("priority", "P2")]);
    assert!(refused.body.contains("Reprioritise is for lead: ask one of them."), "{}", refused.body);
    assert_eq!(ana.press(&ticket, "reprioritise", &[("priority", "P2")]).status, 303);
}

#[test]
fn pay_of_others_is_for_whom_the_policy_names() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let [ana, ben] = ["ana", "ben"].map(|who| Visitor::new(&desk.address, who));
    assert!(ana.get("/statement?person=ben").body.contains("Statement of Ben"));
    assert!(ben.get("/statement?person=ana").body.contains("My statement"), "ben sees his own");
}

#[test]
fn a_report_hears_of_its_incident_and_a_post_mortem_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let [ana, rita] = ["ana", "Rita"].map(|who| Visitor::new(&desk.address, who));
    let impact = ("field-impact", "nobody can pay");
    let incident = file(&ana, "Cards are refused", &[("kind", "incident"), ("priority", "P1"), impact]);
    let report = file(&rita, "I can not pay", &[]);
    let key = incident.rsplit('/').next().unwrap();
    assert_eq!(ana.press(&report, "attach", &[("into", key)]).status, 303);
    rita.until(&report, "is heard here");
    assert_eq!(ana.press(&incident, "reply", &[("text", "the provider is down")]).status, 303);
    rita.until(&report, "the provider is down");
    assert_eq!(ana.press(&incident, "resolve", &[("resolution", "third-party")]).status, 303);
    let page = ana.until(&incident, "do-write-post-mortem");
    assert!(page.contains("What was the cause?"), "the template is there to be filled in: {page}");
    assert_eq!(ana.press(&incident, "write-post-mortem", &[("text", "It was DNS")]).status, 303);
    ana.until(&incident, "It was DNS");
}

#[test]
fn a_game_day_is_begun_from_its_page_and_says_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let ana = Visitor::new(&desk.address, "ana");
    let page = ana.get("/drills").body;
    assert!(page.contains("Game day: nobody can pay"), "{page}");
    let begun = ana.submit("/drills", "/drills/down", &[]);
    assert_eq!(begun.status, 303, "{begun:?}");
    let ticket = begun.location().to_owned();
    ana.until(&ticket, "the provider sees nothing");
    assert_eq!(ana.press(&ticket, "claim", &[]).status, 303);
    assert_eq!(ana.press(&ticket, "resolve", &[("resolution", "configuration")]).status, 303);
    let report = ana.until(&ticket, "The game day took");
    assert!(report.contains("Ben: told"), "{report}");
    let unknown = ana.submit("/drills", "/drills/nothing", &[]);
    assert!(unknown.body.contains("no such game day"), "{}", unknown.body);
}
