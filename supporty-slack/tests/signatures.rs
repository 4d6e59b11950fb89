//! Who signed a request: Slack's published example, and what two of its own SDKs take and refuse.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::path::Path;

use chrono::DateTime;
use serde_json::Value;
use supporty_core::vocab::Time;
use supporty_slack::inbound::{SigningSecrets, Unverified, verify};

/// From Slack's page on [verifying requests](https://docs.slack.dev/authentication/verifying-requests-from-slack).
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const TIMESTAMP: &str = "1531420618";
const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

fn at(seconds: i64) -> Time {
    DateTime::from_timestamp(1_531_420_618 + seconds, 0).unwrap()
}

#[test]
fn the_example_of_slacks_documentation_is_slacks() {
    let secrets = SigningSecrets::new(SECRET);
    assert_eq!(verify(&secrets, TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(0)), Ok(()));
}

#[test]
fn either_secret_is_good_while_one_replaces_the_other() {
    let both = SigningSecrets::new("the new one").or_former(SECRET);
    assert_eq!(verify(&both, TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(0)), Ok(()));
    let none = SigningSecrets::new("the new one").or_former("another");
    assert_eq!(verify(&none, TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(0)), Err(Unverified::Mismatch));
}

#[test]
fn an_empty_secret_signs_nothing() {
    for empty in ["", " \n"] {
        let answer = verify(&SigningSecrets::new(empty), TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(0));
        assert_eq!(answer, Err(Unverified::NoSecret));
    }
    let rotated = SigningSecrets::new(SECRET).or_former("");
    assert_eq!(verify(&rotated, TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(0)), Ok(()));
}

#[test]
fn a_request_is_good_for_five_minutes_on_either_side() {
    let secrets = SigningSecrets::new(SECRET);
    let after = |seconds| verify(&secrets, TIMESTAMP, SIGNATURE, BODY.as_bytes(), at(seconds));
    assert_eq!((after(300), after(-300)), (Ok(()), Ok(())));
    assert_eq!(after(301), Err(Unverified::TooFar { seconds: 301 }));
    assert_eq!(after(-301), Err(Unverified::TooFar { seconds: -301 }));
    for far in [Time::MIN_UTC, Time::MAX_UTC] {
        let far = verify(&secrets, "9223372036854775807", SIGNATURE, BODY.as_bytes(), far);
        assert!(matches!(far, Err(Unverified::TooFar { .. })));
    }
}

#[test]
fn what_is_no_time_or_no_signature_is_named() {
    let secrets = SigningSecrets::new(SECRET);
    for timestamp in
        ["", "soon", "-1531420618", "+1531420618", "1531420618.0", "99999999999999999999", "１５３１"]
    {
        let answer = verify(&secrets, timestamp, SIGNATURE, BODY.as_bytes(), at(0));
        assert_eq!(answer, Err(Unverified::Timestamp), "{timestamp}");
    }
    let (upper, long) = (SIGNATURE.to_uppercase(), format!("{SIGNATURE}0"));
    for signature in ["", "v0=", "v1=00", &SIGNATURE[3..], &SIGNATURE[..60], &upper, &long, "v0=zz", "v0=ü"]
    {
        let answer = verify(&secrets, TIMESTAMP, signature, BODY.as_bytes(), at(0));
        assert_eq!(answer, Err(Unverified::Signature), "{signature}");
    }
}

#[test]
fn secrets_are_shown_by_nothing() {
    let secrets = SigningSecrets::new(SECRET).or_former("the old one");
    let shown = format!("{secrets:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("old"), "{shown}");
}

/// Vectors that Slack's SDKs for Python and JavaScript were asked about; where they do not agree, nothing is expected.
#[test]
fn requests_are_taken_and_refused_as_slacks_own_sdks_do() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the vectors were not tried");
        return;
    };
    let path = Path::new(&cases).join("slack/signature_vectors.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut taken, mut refused) = (0, 0);
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| case[name].as_str().unwrap();
        let now = DateTime::from_timestamp(case["now"].as_i64().unwrap(), 0).unwrap();
        let secrets = SigningSecrets::new(field("secret"));
        let answer = verify(&secrets, field("timestamp"), field("signature"), field("body").as_bytes(), now);
        if let Some(expected) = case["expected_valid"].as_bool() {
            assert_eq!(answer.is_ok(), expected, "{}: {answer:?}", case["name"]);
            if expected { taken += 1 } else { refused += 1 }
        }
    }
    assert!(taken > 20 && refused > 8, "{taken} and {refused}");
}
