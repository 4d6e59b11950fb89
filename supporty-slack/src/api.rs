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

use crate::error::{A_WHILE, Failure};
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
/// A wait of nothing would be none.
const LEAST_WAIT: Duration = Duration::from_secs(1);
/// Slack asks to wait for a minute or so. Whatever asks for longer is asked again after an hour.
const MOST_WAIT: Duration = Duration::from_secs(60 * 60);
/// The longest answer that is read, in bytes.
const MOST: usize = 16 << 20;

const MAKING: &str = "making a client of Slack's";

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
        let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, MAKING);
        let base = Url::parse(base).ok().filter(|url| url.path().ends_with('/')).ok_or_else(wrong)?;
        Ok(Self { http: client(&base, PATIENCE)?, base, tokens })
    }

    /// Gives up on a call sooner or later than after ten seconds.
    pub fn patience(self, patience: Duration) -> Result<Self, Error> {
        Ok(Self { http: client(&self.base, patience)?, ..self })
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
        let response = request.send().await.map_err(|error| lost(method, &error))?;
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = retry_after(&response).map_or(A_WHILE, Duration::from_secs);
                return Err(Failure::Later { method, wait: wait.clamp(LEAST_WAIT, MOST_WAIT) });
            }
            status if status.is_server_error() => return Err(Failure::Unknown(method)),
            _ => {}
        }
        let scopes = response.headers().get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok());
        let scopes = scopes.map(|scopes| scopes.split(',').map(|scope| scope.trim().to_owned()).collect());
        let body = read(response).await.ok_or(Failure::Unknown(method))?;
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

    /// Answers where a delivery said that it may be answered, for half an hour. The address comes from outside: it must
    /// be Slack's, or of the host that our calls go to.
    pub(crate) async fn respond(&self, to: &ResponseUrl, message: &Value) -> Result<(), Failure> {
        const METHOD: Method = Method::ChatPostEphemeral;
        let url = self.trusted(to.as_str()).ok_or(Failure::Garbled(METHOD))?;
        let request =
            self.http.post(url).header(header::CONTENT_TYPE, "application/json").body(message.to_string());
        let response = request.send().await.map_err(|error| lost(METHOD, &error))?;
        let refused = |code: &str| Failure::Refused { method: METHOD, code: code.to_owned(), needed: None };
        match response.status() {
            status if status.is_success() => {}
            // `used_url`, `expired_url` in plain words.
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(refused("not_found")),
            StatusCode::TOO_MANY_REQUESTS => return Err(Failure::Later { method: METHOD, wait: A_WHILE }),
            _ => return Err(Failure::Unknown(METHOD)),
        }
        // Slack says `ok`, in plain words or in JSON.
        let body = read(response).await.ok_or(Failure::Unknown(METHOD))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        match body.get("ok").and_then(Value::as_bool) {
            Some(false) => Err(refused(body.get("error").and_then(Value::as_str).unwrap_or_default())),
            _ => Ok(()),
        }
    }

    /// An address that came from outside, if it is Slack's, or of the host that our calls go to.
    fn trusted(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let host = url.host_str().unwrap_or_default();
        let slack = url.scheme() == "https"
            && url.port().is_none()
            && (host == "slack.com" || host.ends_with(".slack.com"));
        let anonymous = url.username().is_empty() && url.password().is_none();
        Some(url).filter(|url| anonymous && (slack || url.origin() == self.base.origin()))
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
        let url = self.trusted(url).ok_or(Failure::Garbled(METHOD))?;
        let sent = self.http.post(url).body(file).send().await.map_err(|error| lost(METHOD, &error))?;
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

/// A client for one place. What is on this machine is reached directly; elsewhere the environment may name a proxy.
fn client(to: &Url, patience: Duration) -> Result<Client, Error> {
    let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, MAKING);
    let client = Client::builder()
        .tls_backend_preconfigured(tls().map_err(|error| wrong().caused_by(error))?)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECTING.min(patience))
        .timeout(patience)
        .user_agent(concat!("supporty-slack/", env!("CARGO_PKG_VERSION")));
    let client = if is_loopback(to) { client.no_proxy() } else { client };
    client.build().map_err(|error| wrong().caused_by(error.without_url()))
}

/// A request that was not answered. Without a connection nothing was sent; otherwise nobody knows.
fn lost(method: Method, error: &reqwest::Error) -> Failure {
    match error.is_connect() || error.is_builder() {
        true => Failure::Unreached(method),
        false => Failure::Unknown(method),
    }
}

/// The body of an answer; none where it breaks off or does not end.
async fn read(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > MOST {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::OneTeam;

    fn api(base: &str) -> Api {
        Api::at(base, Arc::new(OneTeam::new("xoxb-secret".into()))).unwrap()
    }

    #[test]
    fn an_address_from_outside_is_slacks_or_it_is_not_called() {
        let slack = api(SLACK);
        for good in [
            "https://hooks.slack.com/actions/T1/1/x",
            "https://files.slack.com/upload/v1/x",
            "https://hooks.slack.com:443/commands/1",
        ] {
            assert!(slack.trusted(good).is_some(), "{good}");
        }
        for bad in [
            "http://hooks.slack.com/actions/T1/1/x",
            "https://hooks.slack.com.example.org/x",
            "https://evilslack.com/x",
            "https://example.org/hooks.slack.com",
            "https://slack.com@example.org/x",
            "https://user:pass@hooks.slack.com/x",
            "https://hooks.slack.com:8443/x",
            "http://127.0.0.1/x",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "",
        ] {
            assert!(slack.trusted(bad).is_none(), "{bad}");
        }
        let local = api("http://127.0.0.1:7000/api/");
        assert!(local.trusted("http://127.0.0.1:7000/respond/1").is_some());
        assert!(local.trusted("http://127.0.0.1:7001/respond/1").is_none());
    }

    #[test]
    fn a_token_is_in_nothing_that_is_printed() {
        let api = api("http://127.0.0.1:7000/api/");
        let request = api.request(Method::AuthTest, &serde_json::json!({})).unwrap();
        let request = request.bearer_auth("xoxb-secret").build().unwrap();
        assert!(!format!("{api:?} {request:?}").contains("secret"));
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for wrong in ["slack.com/api/", "https://slack.com/api", ""] {
            assert!(Api::at(wrong, Arc::new(OneTeam::new("xoxb-secret".into()))).is_err(), "{wrong}");
        }
    }
}
