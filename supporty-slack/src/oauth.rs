//! Installing the app in a workspace: from the button to the token.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use supporty_core::adapter::Error;
use supporty_core::vocab::Time;

use crate::api::Api;
use crate::error::Failure;
use crate::ids::TeamId;
use crate::manifest::SCOPES;
use crate::methods::Method;

/// How long somebody may take between the button and coming back.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// An app that workspaces install.
pub struct Install {
    api: Api,
    client_id: String,
    client_secret: SecretString,
}

/// What installing gave.
#[derive(Debug)]
pub struct Installed {
    /// The workspace.
    pub team: TeamId,
    /// Its token, to be kept wherever [`Tokens`](crate::Tokens) looks.
    pub token: SecretString,
    /// Our bot user there.
    pub bot_user: String,
}

/// Why somebody who comes back is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongState {
    /// It is none of ours.
    #[error("the state was not made here: begin at the button again")]
    Forged,
    /// It took too long.
    #[error("it took longer than ten minutes: begin at the button again")]
    Old,
}

impl Install {
    /// The app of that client id and secret, which are in its settings under *Basic Information*.
    pub fn new(api: Api, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        Self { api, client_id: client_id.into(), client_secret }
    }

    /// Where the button leads. `session` is whatever the host knows the browser by, so that nobody can have somebody
    /// else finish what they began.
    pub fn button(&self, redirect: &str, session: &str, now: Time) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.client_id).append_pair("scope", &SCOPES.join(","));
        query.append_pair("redirect_uri", redirect).append_pair("state", &self.state(session, now));
        format!("https://slack.com/oauth/v2/authorize?{}", query.finish())
    }

    /// Whether somebody who comes back pressed our button a moment ago.
    pub fn check(&self, state: &str, session: &str, now: Time) -> Result<(), WrongState> {
        let (at, signature) = state.split_once('.').ok_or(WrongState::Forged)?;
        let seconds: i64 = at.parse().map_err(|_| WrongState::Forged)?;
        let signature = unhex(signature).ok_or(WrongState::Forged)?;
        let signed = self.sign(seconds, session).ok_or(WrongState::Forged)?;
        signed.verify_slice(&signature).map_err(|_| WrongState::Forged)?;
        let made = Time::from_timestamp(seconds, 0).ok_or(WrongState::Forged)?;
        let age = now.signed_duration_since(made);
        if age < TimeDelta::zero() || age > PATIENCE { Err(WrongState::Old) } else { Ok(()) }
    }

    /// Changes the code that somebody came back with into a token.
    pub async fn finish(&self, code: &str, redirect: &str) -> Result<Installed, Error> {
        let args = json!({
            "client_id": self.client_id, "client_secret": self.client_secret.expose_secret(), "code": code,
            "redirect_uri": redirect,
        });
        let answer = self.api.without_token(Method::OauthAccess, &args).await?;
        let text = |at: &str| answer.pointer(at).and_then(Value::as_str).map(ToOwned::to_owned);
        let (Some(team), Some(token)) = (text("/team/id"), text("/access_token")) else {
            return Err(Failure::Garbled(Method::OauthAccess).into());
        };
        let bot_user = text("/bot_user_id").unwrap_or_default();
        Ok(Installed { team: TeamId::new(team), token: token.into(), bot_user })
    }

    fn state(&self, session: &str, now: Time) -> String {
        let seconds = now.timestamp();
        let signature = self.sign(seconds, session).map(|signed| signed.finalize().into_bytes());
        let hex: String = signature.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
        format!("{seconds}.{hex}")
    }

    fn sign(&self, seconds: i64, session: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.client_secret.expose_secret().as_bytes()).ok()?;
        mac.update(format!("install:{seconds}:{session}").as_bytes());
        Some(mac)
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.as_bytes().chunks(2).map(byte).collect()
}
