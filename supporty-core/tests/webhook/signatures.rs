//! Whether a delivery is its sender's.

use chrono::TimeDelta;
use supporty_core::webhook::{BadSecret, Secret, Signed, Unverified, verify};

use super::at;

/// The published example of Standard Webhooks.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNED: Signed<'_> = Signed {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: "1614265330",
    signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

fn then() -> supporty_core::vocab::Time {
    at("2021-02-25T15:02:10Z")
}

fn secret() -> Secret {
    Secret::standard(SECRET).unwrap()
}

fn other() -> Secret {
    Secret::standard("whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB").unwrap()
}

#[test]
fn the_published_example_is_signed() {
    let check = |signed, body| verify::standard(&[secret()], signed, body, then());
    assert_eq!(check(SIGNED, BODY), Ok(()));
    assert_eq!(check(SIGNED, b"{\"test\": 2432232315}"), Err(Unverified::Mismatch));
    assert_eq!(check(Signed { id: "msg_other", ..SIGNED }, BODY), Err(Unverified::Mismatch));
    assert_eq!(check(Signed { timestamp: "1614265331", ..SIGNED }, BODY), Err(Unverified::Mismatch));
}

#[test]
fn one_of_several_signatures_and_secrets_is_enough() {
    let several = format!("v1a,AAAA v1,bm9uZQ== {}", SIGNED.signature);
    let signed = Signed { signature: &several, ..SIGNED };
    assert_eq!(verify::standard(&[other(), secret()], signed, BODY, then()), Ok(()));
    assert_eq!(verify::standard(&[other()], signed, BODY, then()), Err(Unverified::Mismatch));
    assert_eq!(verify::standard(&[], signed, BODY, then()), Err(Unverified::NoSecret));
}

#[test]
fn what_was_signed_long_ago_or_later_is_refused() {
    for (seconds, checked) in [
        (300, Ok(())),
        (-300, Ok(())),
        (301, Err(Unverified::TooFar { seconds: 301 })),
        (-301, Err(Unverified::TooFar { seconds: -301 })),
    ] {
        let now = then() + TimeDelta::seconds(seconds);
        assert_eq!(verify::standard(&[secret()], SIGNED, BODY, now), checked);
    }
}

#[test]
fn headers_that_are_none_are_refused() {
    let check = |signed| verify::standard(&[secret()], signed, BODY, then());
    for id in ["", "a.1614265330"] {
        assert_eq!(check(Signed { id, ..SIGNED }), Err(Unverified::Id));
    }
    for timestamp in ["", "-1", "+1614265330", "1e9", "99999999999999999999"] {
        assert_eq!(check(Signed { timestamp, ..SIGNED }), Err(Unverified::Timestamp));
    }
    for signature in ["", "v1", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,é"] {
        assert_eq!(check(Signed { signature, ..SIGNED }), Err(Unverified::Signature));
    }
    for signature in ["v1,", "v1,AAAA"] {
        assert_eq!(check(Signed { signature, ..SIGNED }), Err(Unverified::Mismatch));
    }
}

/// `printf '1614265330:{"test": 2432232314}' | openssl dgst -sha256 -hmac q7Yx0pQkT3mUe9Lw`
const BY_GRAFANA: &str = "82372c891528bc720f13fe13b789e2014d2314de13a7b16513b179e17695b088";

#[test]
fn grafana_signs_its_time_and_the_body() {
    let secrets = [Secret::plain("q7Yx0pQkT3mUe9Lw").unwrap()];
    let check = |signature: &str, timestamp| verify::grafana(&secrets, signature, timestamp, BODY, then());
    assert_eq!(check(BY_GRAFANA, "1614265330"), Ok(()));
    assert_eq!(check(BY_GRAFANA, "1614265331"), Err(Unverified::Mismatch));
    assert_eq!(check(BY_GRAFANA, ""), Err(Unverified::Timestamp), "without a time it could be sent again");
    assert_eq!(check("sha256=00", "1614265330"), Err(Unverified::Signature));
}

#[test]
fn a_token_is_the_secret_and_nothing_near_it() {
    let secrets =
        [Secret::plain("former-former-former").unwrap(), Secret::plain("q7Yx0pQkT3mUe9Lw").unwrap()];
    for (header, checked) in [
        ("Bearer q7Yx0pQkT3mUe9Lw", Ok(())),
        ("bearer former-former-former", Ok(())),
        ("Bearer q7Yx0pQkT3mUe9L", Err(Unverified::Mismatch)),
        ("Basic q7Yx0pQkT3mUe9Lw", Err(Unverified::Authorization)),
        ("", Err(Unverified::Authorization)),
    ] {
        assert_eq!(verify::bearer(&secrets, header), checked, "{header}");
    }
}

#[test]
fn a_secret_is_never_shown_and_never_short() {
    assert_eq!(format!("{:?}", secret()), "Secret(…)");
    assert_eq!(Secret::standard("whsec_not base64").unwrap_err(), BadSecret::Base64);
    assert_eq!(Secret::standard("whsec_").unwrap_err(), BadSecret::TooShort { bytes: 0 });
    assert_eq!(Secret::plain("hunter2").unwrap_err(), BadSecret::TooShort { bytes: 7 });
}
