use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use supporty_core::webhook::Signature;

/// What GitHub signs its deliveries with: one secret, or the old and the new one while it is being changed.
#[derive(Clone)]
pub struct WebhookSecrets {
    current: SecretString,
    former: Option<SecretString>,
}

impl WebhookSecrets {
    /// The webhook's secret.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self { current: secret.into(), former: None }
    }

    /// The same, while GitHub may still sign with the one before.
    ///
    /// A webhook has one secret at a time, but it is changed there and here at different moments, and several webhooks may
    /// deliver here.
    #[must_use]
    pub fn or_former(self, secret: impl Into<SecretString>) -> Self {
        Self { former: Some(secret.into()), ..self }
    }

    fn all(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.former)
    }
}

impl fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecrets(…)")
    }
}

/// Why a delivery is not taken for GitHub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// There is no secret to check it with: with an empty one, anybody could sign.
    #[error("the webhook secret is empty: choose one, and set it at GitHub and here")]
    NoSecret,
    /// The header with the signature is missing, or holds none.
    #[error(
        "`X-Hub-Signature-256` is missing, or not `sha256=` with 64 hexadecimal digits: has the webhook a secret at GitHub?"
    )]
    Signature,
    /// Somebody else signed it, or something else.
    #[error(
        "the signature does not match: is this the secret of the webhook, and is the body passed on byte for byte?"
    )]
    Mismatch,
}

/// Whether GitHub sent this delivery: its header `X-Hub-Signature-256`, and its body byte for byte.
///
/// GitHub signs the body alone, without a time and without the other headers. So a recorded delivery verifies for as long as
/// the secret lives, under any `X-GitHub-Event` and any `X-GitHub-Delivery`: what makes it harmless is that the same fact has
/// the same [key](super::Fact::key), which is made of the body.
///
/// ```
/// use supporty_github::inbound::{Unverified, WebhookSecrets, verify};
///
/// // The example of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
/// let secrets = WebhookSecrets::new("It's a Secret to Everybody");
/// let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
/// assert_eq!(verify(&secrets, signature, b"Hello, World!"), Ok(()));
/// assert_eq!(verify(&secrets, signature, b"Hello, world!"), Err(Unverified::Mismatch));
/// ```
pub fn verify(secrets: &WebhookSecrets, signature: &str, body: &[u8]) -> Result<(), Unverified> {
    let mut result = Err(Unverified::NoSecret);
    for secret in secrets.all().map(ExposeSecret::expose_secret).filter(|secret| !secret.trim().is_empty()) {
        let signature =
            signature.strip_prefix("sha256=").and_then(Signature::hex).ok_or(Unverified::Signature)?;
        if signature.is_by(secret.as_bytes(), &[body]) {
            return Ok(());
        }
        result = Err(Unverified::Mismatch);
    }
    result
}
