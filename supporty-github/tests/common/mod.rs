//! What several tests share.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "every test file uses a part of it")]

pub mod github;
pub mod octo;
