use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use supporty_core::vocab::Time;

/// The header that says when something was signed: seconds since 1970, UTC.
pub const TIMESTAMP: &str = "supporty-timestamp";
/// The header of the signature: `sha256=` and 64 hexadecimal digits.
pub const SIGNATURE: &str = "supporty-signature";

const PREFIX: &str = "sha256=";

/// What the desk and a pager both know: each signs with it what it sends to the other.
///
/// A signature is the HMAC-SHA256 of the timestamp, a full stop and the body. It counts for five minutes.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

/// A secret that can be guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has {0} bytes and needs at least {least}: make one with `openssl rand -hex 32`", least = Secret::LEAST)]
pub struct TooShort(usize);

/// What a body is sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) timestamp: String,
    pub(super) signature: String,
}

/// Why something is not believed to come from who it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// A header is missing or is no text.
    #[error("the header `{0}` is missing: sign `timestamp.body` with the shared secret")]
    Missing(&'static str),
    /// The timestamp is no number.
    #[error("the header `{TIMESTAMP}` is not a number of seconds since 1970")]
    Timestamp,
    /// It was signed long ago, or by a clock that is wrong.
    #[error("the header `{TIMESTAMP}` is more than 5 minutes away from now: sign anew, and set the clocks")]
    Stale,
    /// The signature is another one.
    #[error("the header `{SIGNATURE}` does not fit the body: compare the secrets and what is signed")]
    Signature,
}

impl Secret {
    /// The fewest bytes that are not guessed.
    pub const LEAST: usize = 16;

    /// A secret of at least [`LEAST`](Self::LEAST) bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, TooShort> {
        let text = text.into();
        match text.len() {
            short @ ..Self::LEAST => Err(TooShort(short)),
            _ => Ok(Self(text.into())),
        }
    }

    pub(super) fn sign(&self, at: Time, body: &[u8]) -> Signed {
        let timestamp = at.timestamp().to_string();
        let mac = self.mac(&timestamp, body).map(|mac| mac.finalize().into_bytes());
        let hex: String = mac.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        Signed { timestamp, signature: format!("{PREFIX}{hex}") }
    }

    /// Whether a body was signed by whoever has the secret, at most five minutes from `now`. It takes the same time
    /// whatever is wrong with a signature.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: Time) -> Result<(), Forged> {
        let header = |name: &'static str| {
            headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Forged::Missing(name))
        };
        let (timestamp, signature) = (header(TIMESTAMP)?, header(SIGNATURE)?);
        let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let at = at.ok_or(Forged::Timestamp)?;
        if now.signed_duration_since(at).abs() > TimeDelta::minutes(5) {
            return Err(Forged::Stale);
        }
        let theirs = signature.strip_prefix(PREFIX).and_then(unhex).ok_or(Forged::Signature)?;
        let ours = self.mac(timestamp, body).ok_or(Forged::Signature)?;
        ours.verify_slice(&theirs).map_err(|_| Forged::Signature)
    }

    /// Nothing only for a key of a wrong length, and HMAC takes every length.
    fn mac(&self, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()).ok()?;
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(mac)
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    hex.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"1"}"#;

    fn secret() -> Secret {
        Secret::new("0123456789abcdef").unwrap()
    }

    fn at(seconds: i64) -> Time {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn headers(signed: &Signed) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, signed.timestamp.parse().unwrap());
        headers.insert(SIGNATURE, signed.signature.parse().unwrap());
        headers
    }

    /// `printf '1767980000.{"id":"1"}' | openssl dgst -sha256 -hmac 0123456789abcdef`
    #[test]
    fn it_signs_as_openssl_does() {
        let signed = secret().sign(at(1_767_980_000), BODY);
        assert_eq!(signed.timestamp, "1767980000");
        assert_eq!(
            signed.signature,
            "sha256=dac586bff202078e75cc07bc83cdd3c069b4a5dfb340900ee45ab70ea73517c2"
        );
    }

    #[test]
    fn a_signature_counts_for_five_minutes_on_either_side() {
        let signed = headers(&secret().sign(at(1_000), BODY));
        for seconds in [700, 1_000, 1_300] {
            assert_eq!(secret().verify(&signed, BODY, at(seconds)), Ok(()), "{seconds}");
        }
        for seconds in [699, 1_301, 100_000] {
            assert_eq!(secret().verify(&signed, BODY, at(seconds)), Err(Forged::Stale), "{seconds}");
        }
    }

    #[test]
    fn whatever_was_changed_is_noticed() {
        let signed = secret().sign(at(1_000), BODY);
        let verify = |timestamp: &str, signature: &str, body: &[u8]| {
            let changed = Signed { timestamp: timestamp.to_owned(), signature: signature.to_owned() };
            secret().verify(&headers(&changed), body, at(1_000))
        };
        let Signed { timestamp, signature } = &signed;
        assert_eq!(verify(timestamp, signature, BODY), Ok(()));
        assert_eq!(verify(timestamp, signature, b"{}"), Err(Forged::Signature));
        assert_eq!(verify("1001", signature, BODY), Err(Forged::Signature));
        assert_eq!(verify("soon", signature, BODY), Err(Forged::Timestamp));
        for wrong in ["", "sha256=", "sha256=00", "sha256=zz", &signature[..70], &signature[7..], "sha1=00"] {
            assert_eq!(verify(timestamp, wrong, BODY), Err(Forged::Signature), "{wrong}");
        }
        let other = Secret::new("another secret 17").unwrap().sign(at(1_000), BODY);
        assert_eq!(secret().verify(&headers(&other), BODY, at(1_000)), Err(Forged::Signature));
        let none = HeaderMap::new();
        assert_eq!(secret().verify(&none, BODY, at(1_000)), Err(Forged::Missing(TIMESTAMP)));
    }

    #[test]
    fn a_secret_is_long_and_is_not_shown() {
        assert_eq!(Secret::new("0123456789abcde").unwrap_err(), TooShort(15));
        assert!(!format!("{:?}", secret()).contains("0123"));
    }
}
