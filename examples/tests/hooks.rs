//! `desk --hooks`, the real program: alerts and facts over HTTP, and what its page shows of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{SecondsFormat, TimeDelta, Utc};
use common::{Desk, Visitor, command};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const POLICY: &str = r#"
zone = "Europe/London"
key_prefix = "OPS"

[people.ana]
name = "Ana"
identities = [{ adapter = "local", user = "ana" }]

[squads.shop]
name = "Shop"
members = ["ana"]

[areas.checkout]
squad = "shop"

[services.till]
name = "The till"
squad = "shop"
"#;
const DOCUMENT: &str = include_str!("../../supporty-core/WEBHOOKS.md");
const TOKEN: &str = "q7Yx0pQkT3mUe9LwZr5n";
const GRAFANA: &str = "a secret that Grafana knows, too";
const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// The block of the document that begins with that line.
fn documented(language: &str, begins: &str) -> String {
    let blocks = DOCUMENT.split("```").skip(1).step_by(2);
    let found = blocks.filter_map(|block| block.strip_prefix(language)).find(|block| block.contains(begins));
    found.unwrap_or_else(|| panic!("WEBHOOKS.md has no {language} with {begins}")).to_owned()
}

fn desk(folder: &Path) -> Command {
    std::fs::write(folder.join("policy.toml"), POLICY).unwrap();
    std::fs::write(folder.join("hooks.toml"), documented("toml", "[hooks.alertmanager]")).unwrap();
    let mut desk = command(folder);
    desk.current_dir(folder).args(["--policy", "policy.toml", "--hooks", "hooks.toml"]);
    desk.args(["--listen", "127.0.0.1:0"]);
    let secrets = [
        ("ALERTMANAGER_TOKEN", TOKEN),
        ("GRAFANA_SECRET", GRAFANA),
        ("CI_SECRET", NEW),
        ("CI_OLD_SECRET", OLD),
    ];
    desk.envs(secrets);
    desk
}

type Headers = Vec<(&'static str, String)>;

/// Sends it; the status and the body of the answer.
fn send(address: &str, path: &str, headers: &Headers, body: &str) -> (u16, Value) {
    let length = body.len();
    let mut request = format!("POST {path} HTTP/1.1\r\nhost: hooks.test\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    let mut wire = TcpStream::connect(address).unwrap();
    wire.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    wire.write_all(format!("{request}connection: close\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

fn mac(secret: &[u8], signed: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn by_token(token: &str) -> Headers {
    vec![("authorization", format!("Bearer {token}"))]
}

fn signed(secret: &str, body: &str) -> Headers {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let at = Utc::now().timestamp().to_string();
    let signature = STANDARD.encode(mac(&key, &format!("msg_1.{at}.{body}")));
    let id = "msg_1".to_owned();
    vec![("webhook-id", id), ("webhook-timestamp", at), ("webhook-signature", format!("v1,{signature}"))]
}

fn by_grafana(body: &str) -> Headers {
    let at = Utc::now().timestamp().to_string();
    let signature = mac(GRAFANA.as_bytes(), &format!("{at}:{body}"));
    let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![("x-grafana-alerting-signature", signature), ("x-grafana-alerting-signature-timestamp", at)]
}

fn ago(minutes: i64) -> String {
    (Utc::now() - TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A group of Alertmanager's: the names of its alerts, since the same time, and until then.
fn group(names: impl IntoIterator<Item = String>, since: &str, until: Option<&str>) -> String {
    let alerts = names.into_iter().map(|name| {
        json!({
            "status": if until.is_some() { "resolved" } else { "firing" },
            "labels": { "alertname": name, "severity": "critical" }, "annotations": {},
            "startsAt": since, "endsAt": until.unwrap_or("0001-01-01T00:00:00Z"),
            "generatorURL": "https://prometheus.example/graph", "fingerprint": name,
        })
    });
    let alerts: Vec<_> = alerts.collect();
    json!({ "version": "4", "groupKey": "{}:{team=\"shop\"}", "truncatedAlerts": 0, "alerts": alerts })
        .to_string()
}

fn named(name: &str) -> [String; 1] {
    [name.to_owned()]
}

#[test]
fn alerts_open_a_ticket_add_to_it_group_and_propose_to_resolve_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = Desk::start_by(&mut desk(folder.path()));
    let ana = Visitor::new(&running.address, "Ana");
    let since = ago(10);
    let tell = |body: &str| {
        let (status, said) = send(&running.address, "/hooks/alerts/alertmanager", &by_token(TOKEN), body);
        assert_eq!(status, 200, "{said}");
        said["outcomes"][0].clone()
    };
    let opened = tell(&group(named("Latency"), &since, None));
    assert_eq!((&opened["outcome"], &opened["ticket"]), (&json!("done"), &json!("OPS-1")));
    let page = ana.until("/ticket/OPS-1", "Latency");
    assert!(page.contains("P1"), "the severity is a rule of the file: {page}");
    let again = tell(&group(named("Latency"), &since, None));
    assert_eq!((&again["outcome"], &again["ticket"]), (&json!("refused"), &json!("OPS-1")));

    tell(&group(["Latency", "Disk"].map(str::to_owned), &since, None));
    ana.until("/ticket/OPS-1", "An alert fires:");
    let storm = |names: usize| (0..names).map(|n| format!("Down{n:03}"));
    tell(&group(storm(600), &since, None));
    let page = ana.until("/ticket/OPS-1", "600 alerts fire, among them:");
    assert_eq!(page.matches("alerts fire, among them:").count(), 1, "{page}");
    assert_eq!(ana.get("/ticket/OPS-2").status, 404, "a storm is one ticket");

    tell(&group(["Latency", "Disk"].map(str::to_owned).into_iter().chain(storm(500)), &since, Some(&ago(1))));
    assert!(
        !ana.get("/ticket/OPS-1").body.contains("No alert of this fires any more."),
        "a hundred still do"
    );
    tell(&group(storm(600), &since, Some(&ago(0))));
    let page = ana.until("/ticket/OPS-1", "No alert of this fires any more.");
    assert_eq!(page.matches("No alert of this fires any more.").count(), 1, "{page}");
}

#[test]
fn what_is_not_signed_by_whom_it_says_is_refused_and_two_secrets_are_taken_while_one_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let running = Desk::start_by(&mut desk(folder.path()));
    let address = &running.address;
    let body =
        json!({ "key": "nightly", "status": "firing", "title": "The nightly build is red" }).to_string();
    let stranger = format!("whsec_{}", STANDARD.encode([7; 24]));
    let refused = [
        ("/hooks/alerts/ci", signed(&stranger, &body)),
        ("/hooks/alerts/ci", signed(NEW, "{}")),
        ("/hooks/alerts/ci", by_token(NEW)),
        ("/hooks/alerts/ci", Vec::new()),
        ("/hooks/alerts/alertmanager", by_token("q7Yx0pQkT3mUe9LwZr5N")),
        ("/hooks/alerts/grafana", by_grafana("{}")),
    ];
    for (path, headers) in refused {
        assert_eq!(send(address, path, &headers, &body).0, 401, "{path} {headers:?}");
    }
    assert_eq!(
        send(address, "/hooks/alerts/ci", &signed(OLD, &body), &body).1["outcomes"][0]["ticket"],
        "OPS-1"
    );
    assert_eq!(send(address, "/hooks/alerts/ci", &signed(NEW, &body), &body).0, 200);
    let body = body.replace("nightly", "hourly");
    assert_eq!(
        send(address, "/hooks/alerts/grafana", &by_grafana(&body), &body).1["outcomes"][0]["ticket"],
        "OPS-2"
    );
}

#[test]
fn what_leads_nowhere_is_too_large_or_means_nothing_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let running = Desk::start_by(&mut desk(folder.path()));
    let address = &running.address;
    let body = "{\"key\": 1}";
    assert_eq!(send(address, "/hooks/alerts/nobody", &Vec::new(), body).0, 404);
    assert_eq!(send(address, "/hooks/words/ci", &signed(NEW, body), body).0, 404);
    assert_eq!(send(address, "/hooks/facts/alertmanager", &by_token(TOKEN), body).0, 404, "it has none");
    let (status, said) = send(address, "/hooks/alerts/ci", &signed(NEW, body), body);
    assert_eq!(status, 422);
    assert!(said["error"].as_str().unwrap().contains("expected a string"), "{said}");
    let long = " ".repeat((4 << 20) + 1);
    assert_eq!(send(address, "/hooks/alerts/ci", &signed(NEW, &long), &long).0, 413);
    let get = Visitor::new(address, "Ana").get("/hooks/alerts/ci");
    assert_eq!(get.status, 405);
}

#[test]
fn what_builds_tell_of_deployments_and_changes_stands_in_the_figures_and_on_tickets() {
    let folder = tempfile::tempdir().unwrap();
    let running = Desk::start_by(&mut desk(folder.path()));
    let address = &running.address;
    let ana = Visitor::new(address, "Ana");
    let ticket = ana.file(&[("title", "The till is slow"), ("kind", "incident"), ("priority", "P2")]);
    assert!(ana.get("/delivery").body.contains("Nothing was deployed"));
    let facts = [
        json!({ "change": { "id": "acme/till#42", "url": "https://code.example/42", "state": "merged", "bond": "fix",
            "opened_at": ago(600), "at": ago(120), "tickets": ["OPS-1"] } }),
        json!({ "service": "till", "merged": { "id": "acme/till#42", "commit": "f95f852", "began": ago(600),
            "at": ago(120), "fixes": ["OPS-1"] } }),
        json!({ "service": "till", "deployment": { "id": "811", "commit": "f95f852", "environment": "staging",
            "status": "success", "at": ago(90), "changes": ["acme/till#42"] } }),
        json!({ "service": "till", "deployment": { "id": "812", "commit": "f95f852", "environment": "production",
            "status": "success", "at": ago(60), "changes": ["acme/till#42"] } }),
    ];
    for body in facts.map(|fact| fact.to_string()) {
        for _ in 0..2 {
            let (status, said) = send(address, "/hooks/facts/ci", &signed(NEW, &body), &body);
            assert_eq!(status, 200, "{said}");
        }
    }
    let page = ana.until(&ticket, "is deployed to till");
    assert!(page.contains("https://code.example/42"), "{page}");
    let page = ana.get("/delivery?service=till").body;
    assert!(page.contains("Deployments: 1"), "staging does not count, and twice is once: {page}");
}

/// The shell of the document, as it stands there.
#[test]
fn a_shell_can_send_what_the_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let running = Desk::start_by(&mut desk(folder.path()));
    let script =
        documented("sh", "curl").replace("https://desk.example", &format!("http://{}", running.address));
    let output = Command::new("sh").args(["-euc", &script]).env("CI_SECRET", NEW).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(r#""ticket":"OPS-1""#), "{said}");
    Visitor::new(&running.address, "Ana").until("/ticket/OPS-1", "The nightly build is red");
}

#[test]
fn what_is_missing_or_wrong_is_named_with_the_remedy_and_no_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let said = |hooks: &str, secret: &str| {
        let mut desk = desk(folder.path());
        std::fs::write(folder.path().join("hooks.toml"), hooks).unwrap();
        let output = desk.env("S", secret).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let hook = |more: &str| format!("[hooks.ci]\nkind = \"own\"\nsecret = \"S\"\n{more}");
    let takes = hook("alerts = { priority = \"P2\" }\n");
    let wrong = [
        (hook("secrets = \"S\"\n"), "unknown field `secrets`, expected one of `kind`"),
        (takes.replace("own", "nagios"), "unknown variant `nagios`, expected one of `alertmanager`"),
        (takes.replace("\"S\"", "\"T\""), "the hook `ci` needs its secret in T"),
        (hook("old-secret = \"T\"\nenvironments = [\"live\"]\n"), "the hook `ci` needs its secret in T"),
        (hook(""), "the hook `ci` is for nothing"),
        (takes.replace("P2", "P9"), "the priority `P9`, which the policy does not have: it has P1, P2"),
        (takes.replace("\"P2\"", "\"P2\", area = \"lake\""), "the area `lake`"),
        (takes.replace("hooks.ci", "hooks.\"C I\""), "the hook `C I` can not be reached"),
    ];
    for (hooks, why) in wrong {
        let said = said(&hooks, NEW);
        assert!(said.contains(why), "{hooks}\n{said}");
    }
    let inside = said(&takes.replace("\"S\"", "\"whsec_aHVudGVyMg==\""), NEW);
    assert!(
        inside.contains("something else than the name of a variable") && !inside.contains("whsec_"),
        "{inside}"
    );
    let short = said(&takes, "hunter2");
    assert!(short.contains("the hook `ci` can not use S") && short.contains("openssl rand"), "{short}");
    assert!(!short.contains("hunter2"), "{short}");
    assert!(said(&takes, " ").contains("needs its secret in S"));
    std::fs::remove_file(folder.path().join("hooks.toml")).unwrap();
    let mut desk = command(folder.path());
    let missing = desk.args(["--hooks", "missing.toml"]).output().unwrap().stderr;
    assert!(String::from_utf8(missing).unwrap().contains("missing.toml can not be read"));
}
