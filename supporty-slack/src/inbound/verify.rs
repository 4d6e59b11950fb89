use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use supporty_core::vocab::Time;
use supporty_core::webhook::Signature;

/// How far a request's time may be from ours: [five minutes](https://docs.slack.dev/authentication/verifying-requests-from-slack).
const WINDOW_SECONDS: i64 = 5 * 60;

/// What Slack signs its requests with: one secret, or the old and the new one while it is being changed.
#[derive(Clone)]
pub struct SigningSecrets {
    current: SecretString,
    former: Option<SecretString>,
}

impl SigningSecrets {
    /// The app's signing secret.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self { current: secret.into(), former: None }
    }

    /// The same, while Slack may still sign with the one before.
    #[must_use]
    pub fn or_former(self, secret: impl Into<SecretString>) -> Self {
        Self { former: Some(secret.into()), ..self }
    }

    fn all(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.former)
    }
}

impl fmt::Debug for SigningSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecrets(…)")
    }
}

/// Why a request is not taken for Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// There is no secret to check it with: with an empty one, anybody could sign.
    #[error("the signing secret is empty: copy it from the app's page at Slack")]
    NoSecret,
    /// The header with the time is missing, or holds no time.
    #[error("`X-Slack-Request-Timestamp` is missing, or no number of seconds")]
    Timestamp,
    /// It may have been recorded and sent again.
    #[error(
        "the request is {seconds} s away from now, and at most 300 are allowed: is this machine's clock right?"
    )]
    TooFar {
        /// How long ago it was signed; less than nothing for what comes from the future.
        seconds: i64,
    },
    /// The header with the signature is missing, or holds none.
    #[error("`X-Slack-Signature` is missing, or not `v0=` with 64 hexadecimal digits")]
    Signature,
    /// Somebody else signed it, or something else.
    #[error("the signature does not match: is this the signing secret of the app?")]
    Mismatch,
}

/// Whether Slack sent this request: its headers `X-Slack-Request-Timestamp` and `X-Slack-Signature`, and its body byte for
/// byte.
///
/// ```
/// use supporty_slack::inbound::{SigningSecrets, Unverified, verify};
///
/// let secrets = SigningSecrets::new("8f742231b10e8888abcd99yyyzzz85a5");
/// let now = "2018-07-12T18:36:58Z".parse().unwrap();
/// assert_eq!(verify(&secrets, "1531420618", "v0=00", b"", now), Err(Unverified::Signature));
/// ```
pub fn verify(
    secrets: &SigningSecrets,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: Time,
) -> Result<(), Unverified> {
    let seconds = seconds(timestamp).ok_or(Unverified::Timestamp)?;
    let age = now.timestamp().saturating_sub(seconds);
    if !(-WINDOW_SECONDS..=WINDOW_SECONDS).contains(&age) {
        return Err(Unverified::TooFar { seconds: age });
    }
    let signature = signature.strip_prefix("v0=").and_then(Signature::hex).ok_or(Unverified::Signature)?;
    let parts = [b"v0:", timestamp.as_bytes(), b":", body];
    let mut result = Err(Unverified::NoSecret);
    for secret in secrets.all().map(ExposeSecret::expose_secret).filter(|secret| !secret.trim().is_empty()) {
        if signature.is_by(secret.as_bytes(), &parts) {
            return Ok(());
        }
        result = Err(Unverified::Mismatch);
    }
    result
}

/// Digits alone, without a sign. Spaces around them are signed too, and mean nothing.
fn seconds(timestamp: &str) -> Option<i64> {
    let digits = timestamp.trim_ascii();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
