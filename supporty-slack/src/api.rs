//! The only file that knows HTTP.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header, redirect};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use supporty_core::adapter::{Error, ErrorKind, Retry};

use crate::error::Failure;
use crate::ids::TeamId;
use crate::inbound::ResponseUrl;
use crate::methods::Method;
use crate::tokens::Tokens;

/// Where Slack's Web API is.
pub const SLACK: &str = "https://slack.com/api/";

/// How long a connection may take. What takes longer has not sent anything yet.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long a call may take, well under what the desk waits for a delivery.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long Slack is left alone where it does not say how long.
const A_WHILE: u64 = 30;

/// Slack's Web API. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: Url,
    tokens: Arc<dyn Tokens>,
}

/// An answer, with what the bot may do.
pub(crate) struct Answered {
    pub(crate) body: Value,
    /// The scopes of the token, where Slack says so.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Api {
    /// Slack's own.
    pub fn new(tokens: Arc<dyn Tokens>) -> Result<Self, Error> {
        Self::at(SLACK, tokens)
    }

    /// One that lies elsewhere: a stand-in, in a test. What is on this machine is reached without a proxy.
    pub fn at(base: &str, tokens: Arc<dyn Tokens>) -> Result<Self, Error> {
        const DOING: &str = "making a client of Slack's";
        let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, DOING);
        let base = Url::parse(base).ok().filter(|url| url.path().ends_with('/')).ok_or_else(wrong)?;
        let http = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| wrong().caused_by(error))?)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECTING)
            .timeout(PATIENCE)
            .user_agent(concat!("supporty-slack/", env!("CARGO_PKG_VERSION")));
        let http = if is_loopback(&base) { http.no_proxy() } else { http };
        let http = http.build().map_err(|error| wrong().caused_by(error.without_url()))?;
        Ok(Self { http, base, tokens })
    }

    /// Calls a method with the token of a workspace, or of the desk's own. Arguments that are no text go as JSON.
    pub async fn call(&self, team: Option<&TeamId>, method: Method, args: &Value) -> Result<Value, Failure> {
        Ok(self.answered(team, method, args).await?.body)
    }

    pub(crate) async fn answered(
        &self,
        team: Option<&TeamId>,
        method: Method,
        args: &Value,
    ) -> Result<Answered, Failure> {
        let token = self.tokens.token(team.cloned()).await.map_err(|error| {
            tracing::error!(%error, "the tokens can not be read");
            Failure::Unreached(method)
        })?;
        let token = token.ok_or(Failure::NoToken(method))?;
        self.with_token(&token, method, args).await
    }

    /// Calls a method with a token of its own: an app's, or none where there is none yet.
    pub(crate) async fn with_token(
        &self,
        token: &SecretString,
        method: Method,
        args: &Value,
    ) -> Result<Answered, Failure> {
        let request = self.request(method, args)?.bearer_auth(token.expose_secret());
        self.send(method, request).await
    }

    pub(crate) async fn without_token(&self, method: Method, args: &Value) -> Result<Value, Failure> {
        let request = self.request(method, args)?;
        Ok(self.send(method, request).await?.body)
    }

    fn request(&self, method: Method, args: &Value) -> Result<RequestBuilder, Failure> {
        let url = self.base.join(method.name()).map_err(|_| Failure::Unreached(method))?;
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in args.as_object().into_iter().flatten() {
            match value {
                Value::Null => {}
                Value::String(text) => drop(form.append_pair(name, text)),
                other => drop(form.append_pair(name, &other.to_string())),
            }
        }
        let typed = "application/x-www-form-urlencoded; charset=utf-8";
        Ok(self.http.post(url).header(header::CONTENT_TYPE, typed).body(form.finish()))
    }

    async fn send(&self, method: Method, request: RequestBuilder) -> Result<Answered, Failure> {
        let response =
            request.send().await.map_err(|error| match error.is_connect() || error.is_builder() {
                true => Failure::Unreached(method),
                false => Failure::Unknown(method),
            })?;
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = Duration::from_secs(retry_after(&response).unwrap_or(A_WHILE).max(1));
                return Err(Failure::Later { method, wait });
            }
            status if status.is_server_error() => return Err(Failure::Unknown(method)),
            _ => {}
        }
        let scopes = response.headers().get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok());
        let scopes = scopes.map(|scopes| scopes.split(',').map(|scope| scope.trim().to_owned()).collect());
        let body = response.bytes().await.map_err(|_| Failure::Unknown(method))?;
        let body: Value = serde_json::from_slice(&body).map_err(|_| Failure::Garbled(method))?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        match body.get("ok").and_then(Value::as_bool) {
            Some(true) => Ok(Answered { scopes, body }),
            Some(false) => {
                let (code, needed) = (text("error").unwrap_or_default(), text("needed"));
                Err(Failure::Refused { method, code, needed })
            }
            None => Err(Failure::Garbled(method)),
        }
    }

    /// Answers where a delivery said that it may be answered. The address comes from outside: it must be of the host
    /// that our calls go to, or of `hooks.slack.com`.
    pub(crate) async fn respond(&self, to: &ResponseUrl, message: &Value) -> Result<(), Failure> {
        const METHOD: Method = Method::ChatPostEphemeral;
        let url =
            Url::parse(to.as_str()).ok().filter(|url| self.is_ours(url)).ok_or(Failure::Unreached(METHOD))?;
        let request =
            self.http.post(url).header(header::CONTENT_TYPE, "application/json").body(message.to_string());
        let response = request.send().await.map_err(|_| Failure::Unknown(METHOD))?;
        if response.status().is_success() { Ok(()) } else { Err(Failure::Garbled(METHOD)) }
    }

    fn is_ours(&self, url: &Url) -> bool {
        let hooks =
            url.scheme() == "https" && url.host_str() == Some("hooks.slack.com") && url.port().is_none();
        hooks || url.origin() == self.base.origin() && is_loopback(url)
    }

    /// Whether an address is of the site that our calls go to: `files.slack.com` for `slack.com`.
    #[cfg(feature = "picture")]
    fn is_near(&self, url: &Url) -> bool {
        let (Some(host), Some(ours)) = (url.host_str(), self.base.host_str()) else { return false };
        let below = host.strip_suffix(ours).is_some_and(|below| below.is_empty() || below.ends_with('.'));
        url.scheme() == "https" && below || url.origin() == self.base.origin() && is_loopback(url)
    }

    /// Sends a file, and answers with its id. It stands nowhere until a message shows it.
    #[cfg(feature = "picture")]
    pub(crate) async fn upload(
        &self,
        team: Option<&TeamId>,
        name: &str,
        file: Vec<u8>,
    ) -> Result<String, Failure> {
        const METHOD: Method = Method::FilesGetUploadUrl;
        let args = serde_json::json!({ "filename": name, "length": file.len() });
        let place = self.call(team, METHOD, &args).await?;
        let text = |name: &str| place.get(name).and_then(Value::as_str);
        let (Some(url), Some(id)) = (text("upload_url"), text("file_id")) else {
            return Err(Failure::Garbled(METHOD));
        };
        let url = Url::parse(url).ok().filter(|url| self.is_near(url));
        let url = url.ok_or(Failure::Garbled(METHOD))?;
        let sent = self.http.post(url).body(file).send().await.map_err(|_| Failure::Unknown(METHOD))?;
        if !sent.status().is_success() {
            return Err(Failure::Unknown(METHOD));
        }
        let args = serde_json::json!({ "files": [{ "id": id, "title": name }] });
        self.call(team, Method::FilesCompleteUpload, &args).await?;
        Ok(id.to_owned())
    }

    pub(crate) async fn revoked(&self, team: &TeamId) -> Result<(), Error> {
        self.tokens.revoked(team.clone()).await
    }

    #[cfg(feature = "socket")]
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.base)
    }
}

/// Without tokens.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The provider is named here and never installed for the whole process, which belongs to whoever embeds this.
pub(crate) fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let builder =
        || ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let verified = match builder()?.with_platform_verifier() {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(%error, "https will not work here: install the package `ca-certificates`");
            builder()?.with_root_certificates(RootCertStore::empty())
        }
    };
    Ok(verified.with_no_client_auth())
}
