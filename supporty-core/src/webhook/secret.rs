use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;

use super::signature::mac;

/// Fewer bytes than these can be guessed, or are a word that somebody typed to try it out.
const LEAST_BYTES: usize = 16;

/// What a sender and the desk share. Whoever knows it can open tickets.
///
/// Functions that check take several: the one in use, and the one before while it is being changed.
#[derive(Clone)]
pub struct Secret(Box<[u8]>);

/// Why something can not be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// It does not begin as secrets of Standard Webhooks do.
    #[error("the secret does not begin with `whsec_`: make one with `echo whsec_$(openssl rand -base64 32)`")]
    Prefix,
    /// What follows is no base64.
    #[error("what follows `whsec_` is not base64: make one with `echo whsec_$(openssl rand -base64 32)`")]
    Base64,
    /// It could be guessed.
    #[error(
        "the secret has {bytes} bytes and at least 16 are needed: make one with `openssl rand -base64 32`"
    )]
    TooShort {
        /// How many it has.
        bytes: usize,
    },
}

impl Secret {
    /// A secret of [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks): `whsec_` and base64.
    ///
    /// ```
    /// use supporty_core::webhook::{BadSecret, Secret};
    /// assert!(Secret::standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
    /// assert_eq!(Secret::standard("hunter2").unwrap_err(), BadSecret::Prefix);
    /// ```
    pub fn standard(secret: &str) -> Result<Self, BadSecret> {
        let base64 = secret.trim().strip_prefix("whsec_").ok_or(BadSecret::Prefix)?;
        let bytes = STANDARD.decode(base64).map_err(|_| BadSecret::Base64)?;
        Self::of(bytes)
    }

    /// A secret that is used as it is written: Alertmanager's token, or what Grafana signs with.
    pub fn plain(secret: &str) -> Result<Self, BadSecret> {
        Self::of(secret.trim().as_bytes().to_vec())
    }

    fn of(bytes: Vec<u8>) -> Result<Self, BadSecret> {
        match bytes.len() {
            LEAST_BYTES.. => Ok(Self(bytes.into())),
            bytes => Err(BadSecret::TooShort { bytes }),
        }
    }

    /// Whether that is the signature of the parts one after the other, in a time that does not tell how much of it is
    /// right.
    pub(super) fn signed(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        mac(&self.0, parts).is_some_and(|mac| mac.verify_slice(signature).is_ok())
    }

    /// Whether somebody presents the secret itself. What is compared are signatures: how long comparing takes tells
    /// nothing about the secret.
    pub(super) fn is(&self, presented: &[u8]) -> bool {
        mac(&self.0, &[&self.0]).is_some_and(|mac| self.signed(&[presented], &mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
