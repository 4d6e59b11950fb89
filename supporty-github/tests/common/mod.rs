//! What several tests share.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "every test file uses a part of it")]

use std::process::Command;
use std::sync::OnceLock;

use supporty_github::AppKey;

pub mod github;
pub mod octo;
pub mod probe;

/// The key of the app that the stand-in knows.
pub fn app_key() -> AppKey {
    static PEM: OnceLock<String> = OnceLock::new();
    let pem = PEM.get_or_init(|| {
        let made = Command::new("openssl").args(["genrsa", "2048"]).output().unwrap();
        String::from_utf8(made.stdout).unwrap()
    });
    AppKey::new(github::APP, &pem.clone().into()).unwrap()
}
