//! How a report looks in a real browser: light and dark, on a desk and on a phone, to whoever sees it and to whoever does
//! not. `SUPPORTY_AXE` names axe-core's script; without it only what it looks for is not looked for.
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

use std::process::Command;

use browser::Browser;
use common::{Desk, Visitor, command, db};
use serde_json::{Value, json};

const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// What is wrong with the plots that are seen: texts that lie over each other or outside, or that nobody can read.
const PLOTS: &str = r#"
const wrong = [];
const seen = (box) => box.width > 0 && box.height > 0;
const figures = [...document.querySelectorAll("figure")];
for (const figure of figures) {
  const name = figure.closest("section")?.id;
  if (figure.getAttribute("role") !== "img" || (figure.getAttribute("aria-label") || "").length < 20) wrong.push(`${name}: no words for it`);
  const plots = [...figure.querySelectorAll("svg")].filter((svg) => seen(svg.getBoundingClientRect()));
  if (plots.length !== 1) { wrong.push(`${name}: ${plots.length} plots are seen`); continue; }
  const frame = plots[0].getBoundingClientRect();
  const texts = [...plots[0].querySelectorAll("text")].filter((text) => text.textContent.trim() && seen(text.getBoundingClientRect()));
  if (texts.length < 4) wrong.push(`${name}: only ${texts.length} labels`);
  const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
  for (const [words, box] of boxes) {
    if (box.height < 9) wrong.push(`${name}: "${words}" is ${box.height} high`);
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) wrong.push(`${name}: "${words}" is cut off`);
  }
  boxes.forEach(([one, a], index) => boxes.slice(index + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 3) wrong.push(`${name}: "${one}" lies over "${other}"`);
  }));
}
if (figures.length < 4) wrong.push(`only ${figures.length} figures`);
return wrong;
"#;

const AXE: &str = r#"
const done = arguments[arguments.length - 1];
window.axe.run(document).then(
  (found) => done(found.violations.map((one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 200)} ${one.nodes[0].failureSummary}`)),
  (error) => done([String(error)]));
"#;

/// Holds a page against everything that must be so however it is looked at.
async fn examine(browser: &Browser, page: &str, axe: Option<&str>) -> u32 {
    let (mut held, mut found) = (0, Vec::new());
    for size in [DESK, PHONE] {
        for scheme in ["light", "dark"] {
            let look = format!("{page}, {} wide, {scheme}", size.0);
            browser.looks(size, scheme).await;
            let wide = "return [document.documentElement.scrollWidth, innerWidth]";
            let wide = browser.client.execute(wide, vec![]).await.unwrap();
            assert_eq!(wide[1], size.0, "{look}");
            if wide[0].as_u64() > wide[1].as_u64() {
                found.push(format!("{look}: it is {} wide", wide[0]));
            }
            let wrong = browser.client.execute(PLOTS, vec![]).await.unwrap();
            found.extend(wrong.as_array().unwrap().iter().map(|wrong| format!("{look}: {wrong}")));
            if let Some(axe) = axe {
                browser.client.execute(axe, vec![]).await.unwrap();
                let violations = browser.client.execute_async(AXE, vec![]).await.unwrap();
                found.extend(violations.as_array().unwrap().iter().map(|one| format!("{look}: {one}")));
                held += 1;
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_can_be_looked_at_by_everybody_and_goes_on() {
    let axe = std::env::var("SUPPORTY_AXE").ok().map(|path| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("SUPPORTY_AXE: {path}: {error}"))
    });
    if axe.is_none() {
        eprintln!("SUPPORTY_AXE is not set: nobody looked at how accessible it is");
    }
    let folder = tempfile::tempdir().unwrap();
    let demo = ["--demo", "--demo-tickets", "400", "--listen", "127.0.0.1:0", "--rate", "2020-01-01=60"];
    let desk = Desk::start_by(command(folder.path()).args(demo));
    let base = format!("http://{}", desk.address);
    let browser = Browser::start().await;
    browser.become_engineer(&base, "ana").await;
    let year = chrono::Utc::now().date_naive() - chrono::TimeDelta::days(360);
    browser.open(&format!("{base}/report?from={year}")).await;
    browser.shows("What to do:").await;
    let mut held = examine(&browser, "the page", axe.as_deref()).await;

    // What is chosen stays while the figures go on.
    let opened = "return Number(/(\\d+) tickets? opened/.exec(document.body.innerText)[1])";
    let before = browser.client.execute(opened, vec![]).await.unwrap().as_u64().unwrap();
    browser.press(".facet:has([name=priority]) summary").await;
    browser.press("input[name=priority][value=P2]").await;
    browser.press("#promises details summary").await;
    let jo = Visitor::new(&desk.address, "Jo");
    let asks = [("title", "The lamp is out"), ("kind", "request"), ("priority", "P3"), ("area", "website")];
    tokio::task::spawn_blocking(move || jo.file(&asks)).await.unwrap();
    browser.shows(&format!("{} tickets opened", before + 1)).await;
    assert!(browser.yes("return document.querySelector('input[name=priority][value=P2]').checked").await);
    let open = "return document.querySelectorAll('.report details[open]').length === 1 \
                && document.querySelector('#promises details').open";
    assert!(browser.yes(open).await, "what was open is, and nothing else");
    browser.press(".asks button.primary").await;
    browser.shows("with priority P2").await;
    browser.press("#open-time details summary").await;
    browser.press("#open-time details[open] a[href^='/report/tickets?']").await;
    browser.shows("Which tickets?").await;
    browser.looks(PHONE, "light").await;
    assert!(browser.yes("return document.documentElement.scrollWidth <= innerWidth").await);

    let file = folder.path().join("report.html");
    let mut report = Command::new(env!("CARGO_BIN_EXE_report"));
    let report = report.arg("--db").arg(db(folder.path())).arg("--out").arg(&file).output().unwrap();
    assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
    browser.open(&format!("file://{}", file.display())).await;
    held += examine(&browser, "the file", axe.as_deref()).await;
    let loaded = "return performance.getEntriesByType('resource').length";
    assert_eq!(
        browser.client.execute(loaded, vec![]).await.unwrap(),
        Value::from(0),
        "it needs nothing else"
    );
    if axe.is_some() {
        let told = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe.json");
        std::fs::write(told, json!({ "pages": held }).to_string()).unwrap();
    }
    browser.end().await;
    assert!(desk.stop().success());
}
