//! The token of a GitHub App, as `openssl` judges it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde_json::Value;
use supporty_github::AppKey;

fn openssl(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("openssl").args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_token_is_signed_with_the_key_says_who_we_are_and_ends_within_ten_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    openssl(folder, &["genrsa", "-traditional", "-out", "pkcs1.pem", "2048"]);
    openssl(folder, &["pkcs8", "-topk8", "-nocrypt", "-in", "pkcs1.pem", "-out", "pkcs8.pem"]);
    openssl(folder, &["rsa", "-in", "pkcs1.pem", "-pubout", "-out", "public.pem"]);
    let now = "2026-03-02T10:00:00Z".parse().unwrap();
    for file in ["pkcs1.pem", "pkcs8.pem"] {
        let pem = std::fs::read_to_string(folder.join(file)).unwrap();
        for pem in [pem.clone(), pem.replace('\n', "\\n")] {
            let key = AppKey::new(4711, &pem.into()).unwrap();
            let token = key.jwt(now).unwrap();
            let parts: Vec<_> = token.expose_secret().split('.').collect();
            let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
            let claims: Value = serde_json::from_slice(&decoded(parts[1])).unwrap();
            assert_eq!(claims["iss"], "4711");
            let (from, to) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
            assert!(from < now.timestamp() && now.timestamp() < to && to - now.timestamp() < 600);
            std::fs::write(folder.join("signed"), format!("{}.{}", parts[0], parts[1])).unwrap();
            std::fs::write(folder.join("signature"), decoded(parts[2])).unwrap();
            let verified = ["dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "signed"];
            assert_eq!(openssl(folder, &verified).trim(), "Verified OK");
            assert!(!format!("{key:?}").contains("PRIVATE"));
        }
    }
}

#[test]
fn what_is_no_key_is_refused_without_being_shown() {
    for wrong in ["", "secret", "-----BEGIN RSA PRIVATE KEY-----\nsecret\n-----END RSA PRIVATE KEY-----\n"] {
        let error = AppKey::new(1, &wrong.to_owned().into()).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret"), "{error}");
    }
}
