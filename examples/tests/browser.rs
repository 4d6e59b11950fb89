//! What a person does, in a real browser: file, reply, claim, resolve, rate; then the program dies, and comes back with
//! everything. Needs `chromium` and `chromedriver`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

#[path = "common/browser.rs"]
mod browser;
mod common;

use browser::Browser;
use common::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_from_the_form_to_the_stars_and_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let base = format!("http://{}", desk.address);
    let browser = Browser::start().await;

    browser.become_somebody(&base, "Jo Bloggs").await;
    browser.open(&format!("{base}/new")).await;
    browser.write("#title", "The basket is <b>empty</b> after paying").await;
    browser.write("#details", "Since this morning.").await;
    browser.press("input[name=priority][value=P2]").await;
    browser.press("form.stack button.primary").await;
    browser.shows("The basket is <b>empty</b> after paying").await;
    browser.shows("Nobody yet").await;
    browser.write("#text", "Tell me if you need order numbers.").await;
    browser.press("form.reply button.primary").await;
    browser.shows("Tell me if you need order numbers.").await;

    browser.become_engineer(&base, "ana").await;
    browser.open(&format!("{base}/ticket/SUP-1")).await;
    browser.press("#do-claim").await;
    browser.shows("Ana Pereira owns this now").await;
    browser.press("#do-resolve summary").await;
    browser.press("#resolve-resolution option[value=configuration]").await;
    browser.write("#resolve-note", "A cache was stale.").await;
    browser.press("#do-resolve button").await;
    browser.shows("A cache was stale.").await;

    browser.become_somebody(&base, "Jo Bloggs").await;
    browser.open(&format!("{base}/ticket/SUP-1")).await;
    browser.press("button[name=stars][value='4']").await;
    browser.shows("★★★★").await;
    assert!(
        browser.yes("return document.documentElement.scrollWidth <= innerWidth").await,
        "it fits a phone"
    );

    desk.kill();
    let desk = Desk::start(folder.path());
    let base = format!("http://{}", desk.address);
    browser.open(&format!("{base}/ticket/SUP-1")).await;
    for kept in [
        "<b>empty</b>",
        "order numbers",
        "Ana Pereira owns this now",
        "A cache was stale.",
        "★★★★",
        "Resolved",
    ] {
        browser.shows(kept).await;
    }
    browser.open(&format!("{base}/search?q=basket")).await;
    browser.shows("One ticket.").await;
    browser.end().await;
    assert!(desk.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_follows_what_happens_and_keeps_what_is_being_typed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let base = format!("http://{}", desk.address);
    let jo = common::Visitor::new(&desk.address, "Jo");
    let ticket =
        jo.file(&[("title", "The lamp is out"), ("kind", "request"), ("priority", "P3"), ("area", "")]);

    let browser = Browser::start().await;
    browser.become_engineer(&base, "ana").await;
    browser.open(&format!("{base}{ticket}")).await;
    browser.write("#text", "I was about to s").await;
    jo.press(&ticket, "reply", &[("text", "It is the one by the door.")]);
    browser.shows("It is the one by the door.").await;
    browser.write("#text", "ay").await;
    assert_eq!(browser.value("#text").await, "I was about to say");
    assert!(browser.yes("return document.activeElement.id === 'text'").await, "the focus stays");

    browser.press("#do-wait summary").await;
    browser.write("#wait-why", "Which door?").await;
    common::Visitor::new(&desk.address, "ben").press(&ticket, "claim", &[]);
    browser.shows("Ben Okafor owns this now").await;
    assert_eq!(browser.value("#wait-why").await, "Which door?", "a form in use is left alone");

    let counted =
        "const [one] = document.querySelectorAll('[data-due]'); return one && /in|ago/.test(one.textContent)";
    assert!(browser.yes(counted).await, "the promise counts down");
    browser.end().await;
    assert!(desk.stop().success());
}

const ROTA: &str = r#"
zone = "Europe/London"
[people.ana]
name = "Ana Pereira"
[people.ben]
name = "Ben Okafor"
[rotas.web]
name = "Web on call"
[[rotas.web.rotations]]
every = "week"
start = "2026-01-05 09:00"
members = ["ana"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_is_asked_in_one_browser_and_taken_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, ROTA).unwrap();
    let desk = Desk::start_by(
        common::command(folder.path()).args(["--listen", "127.0.0.1:0", "--policy"]).arg(&policy),
    );
    let base = format!("http://{}", desk.address);
    let (ana, ben) = tokio::join!(Browser::start(), Browser::start());
    ana.become_engineer(&base, "ana").await;
    ben.become_engineer(&base, "ben").await;
    for browser in [&ana, &ben] {
        browser.open(&format!("{base}/rotas")).await;
        browser.shows("Web on call").await;
        browser.open(&format!("{base}/rotas/web")).await;
    }
    let in_days =
        |days| (chrono::Utc::now() + chrono::TimeDelta::days(days)).format("%Y-%m-%dT10:00").to_string();
    ana.press("details:has(#swap-from) summary").await;
    ana.set("#swap-from", &in_days(2)).await;
    ana.set("#swap-until", &in_days(3)).await;
    ana.write("#swap-why", "My sister marries <b>again</b>.").await;
    ana.press("details:has(#swap-from) button").await;
    ana.shows("Keep it after all").await;

    ben.shows("Ana Pereira asks for somebody to take over").await;
    ben.press("form[action$='/take'] button").await;
    ben.shows("Ben Okafor is on instead of Ana Pereira").await;
    ana.shows("Ben Okafor is on instead of Ana Pereira").await;
    ana.open(&format!("{base}/me")).await;
    ana.shows("takes over").await;
    assert!(ben.yes("return document.documentElement.scrollWidth <= innerWidth").await, "it fits a phone");
    ana.end().await;
    ben.end().await;
    assert!(desk.stop().success());
}

const NIGHT: &str = r#"
private_channel = "private"
[calendars.later]
hours = "OTHER 09:00-10:00"
[people.ana]
name = "Ana Pereira"
[people.ben]
name = "Ben Okafor"
[squads.web]
lead = "ana"
on_call = ["ana"]
hours = "later"
[areas.shop]
name = "Shop"
squad = "web"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_would_wake_somebody_is_asked_why_and_a_secret_stays_with_its_readers() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    let other = (chrono::Utc::now() + chrono::TimeDelta::days(3)).format("%a").to_string().to_lowercase();
    std::fs::write(&policy, NIGHT.replace("OTHER", &other)).unwrap();
    let desk = Desk::start_by(
        common::command(folder.path()).args(["--listen", "127.0.0.1:0", "--policy"]).arg(&policy),
    );
    let base = format!("http://{}", desk.address);
    let (ana, ben) = tokio::join!(Browser::start(), Browser::start());
    ana.become_engineer(&base, "ana").await;
    ben.become_somebody(&base, "Ben's mother").await;

    ben.open(&format!("{base}/new")).await;
    ben.write("#title", "Passwords in the log").await;
    ben.set("#area", "shop").await;
    ben.press("input[name=priority][value=P1]").await;
    ben.press("input[name=restricted]").await;
    ben.press("form.stack button.primary").await;
    ben.shows("It is out of hours. Filing this wakes Ana Pereira.").await;
    assert!(
        ben.yes("return document.querySelector('input[name=restricted]').checked").await,
        "nothing is lost"
    );
    ben.write("#impact", "Everybody's password").await;
    ben.press("form.stack button.primary").await;
    ben.shows("Restricted").await;
    ben.shows("Everybody's password").await;
    let ticket = ben.client.current_url().await.unwrap();

    ana.open(ticket.as_str()).await;
    ana.shows("Passwords in the log").await;
    ben.become_engineer(&base, "ben").await;
    assert!(!ben.text().await.contains("Passwords"), "{}", ben.text().await);
    ben.open(ticket.as_str()).await;
    ben.shows("This ticket is restricted").await;
    assert!(!ben.text().await.contains("Passwords"));
    ana.press("#do-restrict, #do-unrestrict").await;
    ana.shows("opened this to everybody again").await;
    ben.open(ticket.as_str()).await;
    ben.shows("Passwords in the log").await;
    assert!(ana.yes("return document.documentElement.scrollWidth <= innerWidth").await, "it fits a phone");
    ana.end().await;
    ben.end().await;
    assert!(desk.stop().success());
}

const SHOP: &str = r#"
[people.ana]
name = "Ana Pereira"
[squads.web]
name = "Web"
members = ["ana"]
[services.shop]
name = "The shop"
squad = "web"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_delivery_are_drawn_and_grow_as_deployments_come() {
    use common::github::{SECRET, deliver, deployed, merged};
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, SHOP).unwrap();
    let desk = Desk::start_by(
        common::command(folder.path())
            .args(["--listen", "127.0.0.1:0", "--github", "--policy"])
            .arg(&policy)
            .env("GITHUB_WEBHOOK_SECRET", SECRET),
    );
    let base = format!("http://{}", desk.address);
    let browser = Browser::start().await;
    browser.become_engineer(&base, "ana").await;
    browser.open(&format!("{base}/delivery")).await;
    browser.shows("Nothing was deployed in these weeks").await;
    let production = |id, commit, hours| {
        let text = deployed(id, commit, hours).to_string().replace("\"live\"", "\"production\"");
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(deliver(&desk.address, SECRET, "pull_request", merged(42, "", 'a')).0, 200);
    assert_eq!(deliver(&desk.address, SECRET, "deployment_status", production(9, 'a', 1)).0, 200);
    browser.shows("Deployments: 1").await;
    browser.shows("Lead time: 29 h").await;
    let drawn = "const plot = document.querySelector('.plot svg'); \
                 return plot && plot.getBoundingClientRect().width > 200 && document.querySelectorAll('.plot').length == 2";
    assert!(browser.yes(drawn).await, "both plots are drawn");
    let said = "return [...document.querySelectorAll('.plot [role=img]')].every(one => one.getAttribute('aria-label'))";
    assert!(browser.yes(said).await, "and said");
    assert!(
        browser.yes("return document.documentElement.scrollWidth <= innerWidth").await,
        "it fits a phone"
    );
    browser.press("nav[aria-label='Whose figures'] a[href='/delivery?service=shop']").await;
    browser.shows("Deployments: 1").await;
    browser.end().await;
    assert!(desk.stop().success());
}
