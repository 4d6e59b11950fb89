//! Who signed a delivery: GitHub's published example, and what its own library takes and refuses.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::path::Path;

use serde_json::Value;
use supporty_github::inbound::{Unverified, WebhookSecrets, verify};

/// From GitHub's page on [validating deliveries](https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
const SECRET: &str = "It's a Secret to Everybody";
const BODY: &[u8] = b"Hello, World!";
const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn the_example_of_githubs_documentation_is_githubs() {
    assert_eq!(verify(&WebhookSecrets::new(SECRET), SIGNATURE, BODY), Ok(()));
}

#[test]
fn either_secret_is_good_while_one_replaces_the_other() {
    let both = WebhookSecrets::new("the new one").or_former(SECRET);
    assert_eq!(verify(&both, SIGNATURE, BODY), Ok(()));
    let none = WebhookSecrets::new("the new one").or_former("another");
    assert_eq!(verify(&none, SIGNATURE, BODY), Err(Unverified::Mismatch));
}

#[test]
fn an_empty_secret_signs_nothing() {
    for empty in ["", " \n"] {
        assert_eq!(verify(&WebhookSecrets::new(empty), SIGNATURE, BODY), Err(Unverified::NoSecret));
    }
    let rotated = WebhookSecrets::new(SECRET).or_former("");
    assert_eq!(verify(&rotated, SIGNATURE, BODY), Ok(()));
    let rotated = WebhookSecrets::new("").or_former("another");
    assert_eq!(verify(&rotated, SIGNATURE, BODY), Err(Unverified::Mismatch));
}

#[test]
fn another_body_is_not_githubs() {
    for body in [&b""[..], b"Hello, World", b"Hello, World!\n", b"\xef\xbb\xbfHello, World!"] {
        assert_eq!(verify(&WebhookSecrets::new(SECRET), SIGNATURE, body), Err(Unverified::Mismatch));
    }
}

#[test]
fn what_is_no_signature_is_named() {
    let (upper, long) = (SIGNATURE.to_uppercase(), format!("{SIGNATURE}0"));
    let spaced = format!(" {SIGNATURE}");
    // GitHub signs with SHA-1 too, for those who never changed to the other header.
    let sha1 = "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59";
    for signature in [
        "",
        "sha256=",
        sha1,
        &SIGNATURE[7..],
        &SIGNATURE[..60],
        &upper,
        &long,
        &spaced,
        "sha256=zz",
        "sha256=ü",
    ] {
        let answer = verify(&WebhookSecrets::new(SECRET), signature, BODY);
        assert_eq!(answer, Err(Unverified::Signature), "{signature}");
    }
}

#[test]
fn secrets_are_shown_by_nothing() {
    let secrets = WebhookSecrets::new(SECRET).or_former("the old one");
    let shown = format!("{secrets:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("old"), "{shown}");
}

/// Vectors that GitHub's own library for JavaScript signed, and was asked about.
#[test]
fn deliveries_are_taken_and_refused_as_githubs_own_library_does() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the vectors were not tried");
        return;
    };
    let folder = Path::new(&cases).join("github");
    let text = std::fs::read_to_string(folder.join("signature_vectors.jsonl")).unwrap();
    let (mut taken, mut refused) = (0, 0);
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| case[name].as_str();
        let body = match field("body_file") {
            Some(file) => std::fs::read(folder.join(file)).unwrap(),
            None => field("body").unwrap().as_bytes().to_vec(),
        };
        let secrets = WebhookSecrets::new(field("secret").unwrap());
        let answer = verify(&secrets, field("signature").unwrap(), &body);
        let expected = case["expected_valid"].as_bool().unwrap();
        assert_eq!(answer.is_ok(), expected, "{}: {answer:?}", case["name"]);
        if expected { taken += 1 } else { refused += 1 }
    }
    assert!(taken > 50 && refused > 2, "{taken} and {refused}");
}
