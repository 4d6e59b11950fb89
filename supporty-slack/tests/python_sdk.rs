//! Slack's own SDK for Python beside ours: what it signs we take, and what it refuses we refuse. `SUPPORTY_PYTHON` names a
//! Python that can `import slack_sdk`; left out where it is not set.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sha2::Sha256;
use supporty_slack::inbound::{SigningSecrets, verify};

const CASES: usize = 3_000;

/// A request as it arrives.
#[derive(Debug, Clone)]
struct Request {
    secret: String,
    timestamp: String,
    signature: String,
    body: String,
    now: i64,
}

#[test]
fn our_signatures_are_those_of_slacks_sdk() {
    let Some(python) = python() else { return };
    let requests = generate(honest());
    for (request, answer) in requests.iter().zip(ask(&python, &requests)) {
        assert_eq!(answer["signed"].as_str(), Some(request.signature.as_str()), "{request:?}");
        assert_eq!(answer["valid"], true, "{request:?}");
        assert!(ours(request), "{request:?}");
    }
}

#[test]
fn we_refuse_what_slacks_sdk_refuses_and_nothing_else() {
    let Some(python) = python() else { return };
    let requests = generate(tampered());
    let (mut taken, mut refused) = (0, 0);
    for (request, answer) in requests.iter().zip(ask(&python, &requests)) {
        assert_eq!(answer["valid"], ours(request), "{request:?}");
        if ours(request) { taken += 1 } else { refused += 1 }
    }
    assert!(taken > CASES / 10 && refused > CASES / 10, "{taken} taken, {refused} refused");
}

fn python() -> Option<String> {
    let python = std::env::var("SUPPORTY_PYTHON").ok();
    if python.is_none() {
        eprintln!("SUPPORTY_PYTHON is not set: Slack's SDK was not asked");
    }
    python
}

fn ours(request: &Request) -> bool {
    let Request { secret, timestamp, signature, body, now } = request;
    let now = DateTime::from_timestamp(*now, 0).unwrap();
    verify(&SigningSecrets::new(secret.as_str()), timestamp, signature, body.as_bytes(), now).is_ok()
}

/// What is signed well and arrives in time: any body, empty or in any script.
fn honest() -> impl Strategy<Value = Request> {
    let body = prop_oneof![Just(String::new()), "\\PC{1,300}", "[ -~]{1,300}", "(?s).{1,100}"];
    let secret = prop_oneof!["[0-9a-f]{32}", "\\PC{0,20}[a-z]", "[a-z]{100,150}"];
    (secret, 1_000_000_000..2_000_000_000_i64, body, -300..=300_i64, "[ ]?", "[ ]?").prop_map(
        |(secret, at, body, later, before, after)| {
            let timestamp = format!("{before}{at}{after}");
            let signature = sign(&secret, &timestamp, &body);
            Request { secret, timestamp, signature, body, now: at + later }
        },
    )
}

/// The same with something changed on the way; some of it changes nothing.
fn tampered() -> impl Strategy<Value = Request> {
    let change = prop_oneof![
        3 => Just(0_u8),
        8 => 1..=8_u8,
    ];
    (honest(), change, any::<prop::sample::Index>(), -700..=700_i64, "\\PC{0,80}").prop_map(
        |(request, change, place, seconds, junk)| match change {
            1 => Request { now: request.now + seconds, ..request },
            2 => Request { body: format!("{}{junk}", request.body), ..request },
            3 => Request { secret: junk, ..request },
            4 => Request { signature: request.signature.to_uppercase(), ..request },
            5 => Request { signature: junk, ..request },
            6 => {
                let mut digits = request.signature.clone().into_bytes();
                let at = place.index(digits.len());
                digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
                Request { signature: String::from_utf8(digits).unwrap(), ..request }
            }
            // Signed as it is, but no number of seconds.
            7 => resigned(request, |_| "soon".to_owned()),
            8 => resigned(request, |at| format!("-{}", at.trim())),
            _ => request,
        },
    )
}

fn resigned(request: Request, change: impl Fn(&str) -> String) -> Request {
    let timestamp = change(&request.timestamp);
    let signature = sign(&request.secret, &timestamp, &request.body);
    Request { timestamp, signature, ..request }
}

fn sign(secret: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let digits = mac.finalize().into_bytes();
    digits.iter().fold("v0=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn generate(requests: impl Strategy<Value = Request>) -> Vec<Request> {
    let mut runner = TestRunner::deterministic();
    (0..CASES).map(|_| requests.new_tree(&mut runner).unwrap().current()).collect()
}

fn ask(python: &str, requests: &[Request]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_sdk/answer.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines: String = requests
        .iter()
        .map(|request| {
            let Request { secret, timestamp, signature, body, now } = request;
            let line = json!({
                "secret": secret, "timestamp": timestamp, "signature": signature, "body": body, "now": now,
            });
            format!("{line}\n")
        })
        .collect();
    let mut stdin = child.stdin.take().unwrap();
    // It answers while it is asked: one thread alone would wait for the other side's pipe.
    let asking = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    asking.join().unwrap().unwrap();
    assert!(output.status.success(), "the SDK did not answer");
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<_> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), requests.len());
    answers
}
