//! Signatures as GitHub's own library for JavaScript makes and takes them. `SUPPORTY_OCTOKIT` names a directory whose
//! `node_modules` have `@octokit/webhooks`; without it nothing is compared.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::io::Write;
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sha2::Sha256;
use supporty_github::inbound::{WebhookSecrets, verify};

fn signed(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

fn octokit(directory: &str, lines: &[Value]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/octokit.mjs");
    let mut node = Command::new("node")
        .args([script, directory])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = node.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writing.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn githubs_own_library_signs_and_verifies_as_we_do() {
    let Ok(directory) = std::env::var("SUPPORTY_OCTOKIT") else {
        eprintln!("SUPPORTY_OCTOKIT is not set: nothing was compared");
        return;
    };
    let mut runner = TestRunner::deterministic();
    let any = ("[!-~]{1,40}", "\\PC{1,200}", any::<bool>());
    let cases: Vec<(String, String, bool)> =
        (0..1_000).map(|_| any.new_tree(&mut runner).unwrap().current()).collect();
    let lines: Vec<_> = cases
        .iter()
        .map(|(secret, body, honest)| {
            let said = if *honest { body.clone() } else { format!("{body} ") };
            json!({ "secret": secret, "body": body, "signature": signed(secret, &said) })
        })
        .collect();
    let answers = octokit(&directory, &lines);
    assert_eq!(answers.len(), cases.len());
    for ((secret, body, honest), answer) in cases.iter().zip(answers) {
        assert_eq!(answer["verified"], *honest, "{secret:?} {body:?}");
        let theirs = answer["signature"].as_str().unwrap();
        let secrets = WebhookSecrets::new(secret.clone());
        assert_eq!(verify(&secrets, theirs, body.as_bytes()), Ok(()), "{secret:?} {body:?}");
        let tampered = format!("{body} ");
        assert!(verify(&secrets, theirs, tampered.as_bytes()).is_err());
    }
}
