//! What we are known by on GitHub: a token, or the key of an app.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::SigningKey;
use secrecy::{ExposeSecret, SecretString};
use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::vocab::Time;

/// How far a token of the app begins in the past, since GitHub's clock may be behind ours, and how far in the future it
/// ends. [GitHub](https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app)
/// takes none that ends in more than ten minutes.
const BEHIND: TimeDelta = TimeDelta::seconds(60);
const AHEAD: TimeDelta = TimeDelta::seconds(9 * 60);

/// What we are known by.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token of an account, which should be nobody's own: what its owner does there would be taken for ours.
    Token(SecretString),
    /// A GitHub App, which asks for a token of each installation by itself.
    App(AppKey),
}

/// A GitHub App with its private key.
#[derive(Clone)]
pub struct AppKey {
    id: u64,
    key: Arc<dyn SigningKey>,
}

impl AppKey {
    /// The app's number, and its private key as GitHub gives it out: a PEM file (PKCS#1), or one of PKCS#8. Line ends may be
    /// written as `\n`, as they are where a secret has to be one line.
    ///
    /// # Errors
    ///
    /// `Invalid` if that is no RSA key.
    pub fn new(id: u64, pem: &SecretString) -> Result<Self, Error> {
        let wrong =
            || Error::new(ErrorKind::Invalid, Retry::Never, "reading the private key of a GitHub App");
        let pem = SecretString::from(pem.expose_secret().replace("\\n", "\n"));
        // What lies below might quote the key.
        let der = PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes()).map_err(|_| wrong())?;
        let key = any_supported_type(&der).map_err(|_| wrong())?;
        match key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]) {
            Some(_) => Ok(Self { id, key }),
            None => Err(wrong()),
        }
    }

    /// The app's number.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// A token by which the app is known for the next nine minutes: a JSON Web Token, signed with RS256.
    pub fn jwt(&self, now: Time) -> Option<SecretString> {
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let header = part(serde_json::json!({ "alg": "RS256", "typ": "JWT" }));
        let (from, to) = ((now - BEHIND).timestamp(), (now + AHEAD).timestamp());
        let claims = part(serde_json::json!({ "iat": from, "exp": to, "iss": self.id.to_string() }));
        let signed = format!("{header}.{claims}");
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])?;
        let signature = URL_SAFE_NO_PAD.encode(signer.sign(signed.as_bytes()).ok()?);
        Some(format!("{signed}.{signature}").into())
    }
}

/// Without the key.
impl fmt::Debug for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppKey").field("id", &self.id).finish_non_exhaustive()
    }
}
