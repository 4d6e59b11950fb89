//! Whether a delivery comes from whom it says. The body is that which came, byte for byte, before anybody parsed it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Secret, Signature};
use crate::vocab::Time;

/// How far a delivery's time may be from ours, as the libraries of Standard Webhooks have it.
const WINDOW_SECONDS: i64 = 5 * 60;

/// The headers of Standard Webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// `webhook-id`: the same when it is sent again.
    pub id: &'a str,
    /// `webhook-timestamp`: when this try was made, in seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or several, with spaces between them.
    pub signature: &'a str,
}

/// Why a delivery is not taken for its sender's. Whoever sent it should not be told: it says what to change here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Nothing to check it with was given.
    #[error("there is no secret to check it with: configure one for this sender")]
    NoSecret,
    /// The delivery has no id, or one that can not be told from what follows it.
    #[error("`webhook-id` is missing: sign the delivery as Standard Webhooks do")]
    Id,
    /// The header with the time is missing, or holds no time.
    #[error(
        "the header with the time is missing or no number of seconds: send `webhook-timestamp`, or in Grafana name a timestamp header"
    )]
    Timestamp,
    /// It may have been recorded and sent again.
    #[error("the delivery is {seconds} s away from now, and at most 300 are allowed: are both clocks right?")]
    TooFar {
        /// How long ago it was signed; less than nothing for what comes from the future.
        seconds: i64,
    },
    /// The header with the signature is missing, or holds none.
    #[error(
        "the signature is missing or no signature: expected `v1,` and base64, or from Grafana 64 hexadecimal digits"
    )]
    Signature,
    /// The header with the token is missing.
    #[error(
        "`Authorization: Bearer` is missing: set `http_config.authorization.credentials` in Alertmanager"
    )]
    Authorization,
    /// Somebody else sent it, or something else.
    #[error("it does not match: has the sender the same secret as the desk?")]
    Mismatch,
}

/// Whether a delivery was signed as [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks) are, by
/// any of the secrets. `now` is the time here.
///
/// ```
/// use supporty_core::webhook::{Secret, Signed, verify};
///
/// let secret = Secret::standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
/// let signed = Signed {
///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     timestamp: "1614265330",
///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// };
/// let now = "2021-02-25T15:03:00Z".parse().unwrap();
/// assert_eq!(verify::standard(&[secret], signed, br#"{"test": 2432232314}"#, now), Ok(()));
/// ```
pub fn standard(secrets: &[Secret], signed: Signed<'_>, body: &[u8], now: Time) -> Result<(), Unverified> {
    let Signed { id, timestamp, signature } = signed;
    // A dot would let what is signed be divided in another way.
    if id.is_empty() || id.contains('.') {
        return Err(Unverified::Id);
    }
    in_time(timestamp, now)?;
    // Signatures of other versions, as those with a public key, are none of ours.
    let signatures = signature.split_ascii_whitespace().filter_map(|one| one.strip_prefix("v1,"));
    let signatures: Vec<_> = signatures.filter_map(|base64| STANDARD.decode(base64).ok()).collect();
    if signatures.is_empty() {
        return Err(Unverified::Signature);
    }
    let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    any(secrets, |secret| signatures.iter().any(|signature| secret.signed(&parts, signature)))
}

/// Whether [Grafana](https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/)
/// signed a delivery: its header `X-Grafana-Alerting-Signature`, and the header whose name the contact point gives for the
/// time.
///
/// Grafana adds a time only if it was told a name for its header. Without one a delivery could be sent again by whoever
/// sees it, so the desk wants one.
pub fn grafana(
    secrets: &[Secret],
    signature: &str,
    timestamp: &str,
    body: &[u8],
    now: Time,
) -> Result<(), Unverified> {
    in_time(timestamp, now)?;
    let signature = Signature::hex(signature.trim()).ok_or(Unverified::Signature)?;
    any(secrets, |secret| secret.signed(&[timestamp.as_bytes(), b":", body], signature.bytes()))
}

/// Whether a header `Authorization` presents any of the secrets: for Alertmanager, which does not sign. Whoever can read
/// the connection can read the secret, so use it over TLS.
///
/// ```
/// use supporty_core::webhook::{Secret, Unverified, verify};
///
/// let secret = Secret::plain("q7Yx0pQkT3mUe9Lw").unwrap();
/// assert_eq!(verify::bearer(&[secret.clone()], "Bearer q7Yx0pQkT3mUe9Lw"), Ok(()));
/// assert_eq!(verify::bearer(&[secret], "Bearer q7Yx0pQkT3mUe9LW"), Err(Unverified::Mismatch));
/// ```
pub fn bearer(secrets: &[Secret], authorization: &str) -> Result<(), Unverified> {
    let (scheme, token) = authorization.trim().split_once(' ').ok_or(Unverified::Authorization)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Unverified::Authorization);
    }
    any(secrets, |secret| secret.is(token.trim().as_bytes()))
}

fn any(secrets: &[Secret], mut matches: impl FnMut(&Secret) -> bool) -> Result<(), Unverified> {
    match secrets {
        [] => Err(Unverified::NoSecret),
        secrets if secrets.iter().any(&mut matches) => Ok(()),
        _ => Err(Unverified::Mismatch),
    }
}

fn in_time(timestamp: &str, now: Time) -> Result<(), Unverified> {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let at: i64 = timestamp.parse().ok().filter(|_| digits).ok_or(Unverified::Timestamp)?;
    let seconds = now.timestamp().saturating_sub(at);
    match (-WINDOW_SECONDS..=WINDOW_SECONDS).contains(&seconds) {
        true => Ok(()),
        false => Err(Unverified::TooFar { seconds }),
    }
}
