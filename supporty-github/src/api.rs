//! The only file that knows HTTP.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::desk::{Clock, SystemClock};
use supporty_core::vocab::Time;

use crate::error::Failure;
use crate::ids::RepositoryId;
use crate::methods::{Method, RepositoryRef, Request, Verb, Who};
use crate::pace::Pace;
use crate::tokens::Credentials;

/// How long a connection may take. What takes longer has not sent anything yet.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long a request may take: GitHub itself gives up after ten seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const MOST: usize = 16 << 20;
/// How often a request is sent on.
const HOPS: usize = 3;
/// The least that an installation's token must still live to be used.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// How long it is not asked again whether an app is installed where it was not.
const NOWHERE: TimeDelta = TimeDelta::minutes(10);
/// How many installations are looked through for a repository that is known by its number only.
const INSTALLATIONS: usize = 100;
/// How much of GitHub's words an error holds, in characters.
const WORDS: usize = 200;

const MAKING: &str = "making a client of GitHub's";

/// GitHub's REST API. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: Url,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    learnt: Arc<Mutex<Learnt>>,
    /// GitHub asks for one write at a time.
    writing: Arc<tokio::sync::Mutex<()>>,
}

/// What answers have told. Repositories and installations are few.
#[derive(Default)]
struct Learnt {
    /// Which repository a name stands for, or stood for before it was renamed.
    numbers: BTreeMap<RepositoryRef, RepositoryId>,
    installations: BTreeMap<RepositoryRef, u64>,
    /// Where the app was not installed, and when that was seen.
    nowhere: BTreeMap<RepositoryRef, Time>,
    tokens: BTreeMap<u64, (SecretString, Time)>,
    /// Each installation has limits of its own, and so has the app.
    paces: BTreeMap<Option<u64>, Pace>,
}

/// An answer, with where the others are of a list that is turned page by page.
pub(crate) struct Answer {
    pub(crate) body: Value,
    link: String,
}

impl Api {
    /// That of a host: `github.com`, one of `ghe.com`, or an enterprise server.
    pub fn new(host: &str, credentials: Credentials) -> Result<Self, Error> {
        match host {
            "github.com" => Self::at("https://api.github.com/", credentials),
            host if host.ends_with(".ghe.com") => Self::at(&format!("https://api.{host}/"), credentials),
            host => Self::at(&format!("https://{host}/api/v3/"), credentials),
        }
    }

    /// One that lies elsewhere: a stand-in, in a test. What is on this machine is reached without a proxy.
    pub fn at(base: &str, credentials: Credentials) -> Result<Self, Error> {
        let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, MAKING);
        let base = Url::parse(base).ok().filter(|url| url.path().ends_with('/')).ok_or_else(wrong)?;
        let (http, clock) = (client(&base, PATIENCE)?, Arc::new(SystemClock));
        Ok(Self { http, base, credentials, clock, learnt: Arc::default(), writing: Arc::default() })
    }

    /// Gives up on a request sooner or later than after ten seconds.
    pub fn patience(self, patience: Duration) -> Result<Self, Error> {
        Ok(Self { http: client(&self.base, patience)?, ..self })
    }

    /// By another clock: that of a test, whose time does not pass by itself.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A repository has that name: what a delivery says, so that nobody has to ask.
    pub(crate) fn learn(&self, id: RepositoryId, name: &str) {
        let mut learnt = self.learnt();
        if let Some(at @ RepositoryRef::Name(..)) = RepositoryRef::parse(name) {
            learnt.numbers.insert(at, id);
        }
    }

    /// The number of a repository.
    pub(crate) async fn number(&self, at: &RepositoryRef) -> Result<RepositoryId, Failure> {
        if let RepositoryRef::Number(id) = at {
            return Ok(*id);
        }
        let known = self.learnt().numbers.get(at).copied();
        match known {
            Some(id) => Ok(id),
            None => Ok(self.repository(at).await?.0),
        }
    }

    /// A repository's number and its name as it is now.
    pub(crate) async fn repository(&self, at: &RepositoryRef) -> Result<(RepositoryId, String), Failure> {
        let answer = self.call(&Request::on(at, Method::Repository, &[])).await?.body;
        let id = answer.get("id").and_then(Value::as_u64).map(RepositoryId);
        let name = answer.get("full_name").and_then(Value::as_str);
        let (Some(id), Some(name)) = (id, name) else { return Err(Failure::Garbled(Method::Repository)) };
        self.learn(id, name);
        let mut learnt = self.learnt();
        learnt.numbers.insert(at.clone(), id);
        if let Some(installation) = learnt.installations.get(at).copied() {
            learnt.installations.insert(RepositoryRef::Number(id), installation);
        }
        Ok((id, name.to_owned()))
    }

    /// Asks GitHub. Waits for nothing but its turn among the writes: where a limit wants something later, that is the
    /// answer.
    pub(crate) async fn call(&self, request: &Request) -> Result<Answer, Failure> {
        let (lane, token) = self.token(request).await?;
        match self.send(lane, &token, request).await {
            // Permissions changed, or the app was suspended and is back: nothing was done with the old token.
            Err(Failure::Refused { status: 401, .. }) if lane.is_some() => {
                self.forget(lane);
                let (lane, token) = self.token(request).await?;
                self.send(lane, &token, request).await
            }
            answered => answered,
        }
    }

    /// The token for a request, and whose limits count.
    async fn token(&self, request: &Request) -> Result<(Option<u64>, SecretString), Failure> {
        match (&self.credentials, request.method.who()) {
            (Credentials::Token(token), _) => Ok((None, token.clone())),
            (Credentials::App(_), Who::App) => Ok((None, self.jwt(request.method)?)),
            (Credentials::App(_), Who::Installation) => {
                let installation = match (request.installation, &request.repository) {
                    (Some(id), _) => id,
                    (None, Some(repository)) => self.installation(request.method, repository).await?,
                    (None, None) => return Err(Failure::NotInstalled(request.method)),
                };
                Ok((Some(installation), self.installation_token(installation).await?))
            }
        }
    }

    fn jwt(&self, method: Method) -> Result<SecretString, Failure> {
        match &self.credentials {
            Credentials::App(app) => app.jwt(self.clock.now()).ok_or(Failure::NoKey(method)),
            Credentials::Token(token) => Ok(token.clone()),
        }
    }

    /// Where the app is installed for a repository.
    async fn installation(&self, method: Method, repository: &RepositoryRef) -> Result<u64, Failure> {
        let known = self.learnt().installations.get(repository).copied();
        let seen = self.learnt().nowhere.get(repository).copied();
        if known.is_none() && seen.is_some_and(|seen| self.clock.now() - seen < NOWHERE) {
            return Err(Failure::NotInstalled(method));
        }
        let id = match (known, repository) {
            (Some(id), _) => return Ok(id),
            (None, RepositoryRef::Name(..)) => {
                let request = Request::on(repository, Method::InstallationOf, &[]);
                match self.send(None, &self.jwt(method)?, &request).await {
                    Ok(answer) => answer.body.get("id").and_then(Value::as_u64),
                    Err(Failure::Refused { status: 404, .. }) => None,
                    Err(failure) => return Err(failure),
                }
            }
            (None, RepositoryRef::Number(_)) => self.installation_that_sees(method, repository).await?,
        };
        let Some(id) = id else {
            self.learnt().nowhere.insert(repository.clone(), self.clock.now());
            return Err(Failure::NotInstalled(method));
        };
        self.learnt().installations.insert(repository.clone(), id);
        Ok(id)
    }

    /// GitHub tells the installation of a name only. A number is looked for in all of them, which are one most often.
    async fn installation_that_sees(
        &self,
        method: Method,
        repository: &RepositoryRef,
    ) -> Result<Option<u64>, Failure> {
        let all = Request::new(Method::Installations, &[]).with("per_page", INSTALLATIONS);
        let all = self.send(None, &self.jwt(method)?, &all).await?.body;
        for id in all.as_array().into_iter().flatten().filter_map(|one| one.get("id")?.as_u64()) {
            let token = match self.installation_token(id).await {
                Ok(token) => token,
                // It is suspended.
                Err(Failure::Refused { .. } | Failure::NotInstalled(_)) => continue,
                Err(failure) => return Err(failure),
            };
            match self.send(Some(id), &token, &Request::on(repository, Method::Repository, &[])).await {
                Ok(_) => return Ok(Some(id)),
                Err(Failure::Refused { .. }) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(None)
    }

    async fn installation_token(&self, id: u64) -> Result<SecretString, Failure> {
        const METHOD: Method = Method::InstallationToken;
        let known = self.learnt().tokens.get(&id).cloned();
        if let Some((token, _)) = known.filter(|(_, ends)| self.clock.now() + FRESH < *ends) {
            return Ok(token);
        }
        let answer = match self.send(None, &self.jwt(METHOD)?, &Request::new(METHOD, &[&id])).await {
            Ok(answer) => answer.body,
            Err(Failure::Refused { status: 404, .. }) => {
                self.forget(Some(id));
                return Err(Failure::NotInstalled(METHOD));
            }
            // To ask for a second token does no harm.
            Err(Failure::Unknown(_)) => return Err(Failure::Unreached(METHOD)),
            Err(failure) => return Err(failure),
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        let ends = text("expires_at").and_then(|ends| ends.parse::<Time>().ok());
        let (Some(token), Some(ends)) = (text("token").map(SecretString::from), ends) else {
            return Err(Failure::Unreached(METHOD));
        };
        self.learnt().tokens.insert(id, (token.clone(), ends));
        Ok(token)
    }

    /// A token does not work any more, and its installation may be gone.
    fn forget(&self, lane: Option<u64>) {
        let Some(installation) = lane else { return };
        let mut learnt = self.learnt();
        learnt.tokens.remove(&installation);
        learnt.installations.retain(|_, known| *known != installation);
    }

    async fn send(
        &self,
        lane: Option<u64>,
        token: &SecretString,
        request: &Request,
    ) -> Result<Answer, Failure> {
        let (method, now) = (request.method, self.clock.now());
        let content = method.makes_content();
        let may = match content {
            true => self.learnt().paces.entry(lane).or_default().write(&request.name, now),
            false => self.learnt().paces.entry(lane).or_default().read(now),
        };
        if let Err(at) = may {
            let wait = at.signed_duration_since(now).to_std().unwrap_or_default();
            return Err(Failure::Later { method, wait });
        }
        let _alone = if content { Some(self.writing.lock().await) } else { None };
        let response = self.follow(token, request).await?;
        self.understand(lane, method, response).await
    }

    /// Sends a request, and sends it on as it is where GitHub says that it belongs elsewhere:
    /// [a write too](https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects).
    async fn follow(&self, token: &SecretString, request: &Request) -> Result<Response, Failure> {
        let method = request.method;
        let mut url = self.url(request)?;
        for _ in 0..HOPS {
            let verb = match method.verb() {
                Verb::Get => reqwest::Method::GET,
                Verb::Patch => reqwest::Method::PATCH,
                Verb::Post => reqwest::Method::POST,
            };
            let sent = self
                .http
                .request(verb, url.clone())
                .bearer_auth(token.expose_secret())
                .header(header::ACCEPT, "application/vnd.github+json")
                .header("x-github-api-version", "2022-11-28");
            let sent = match &request.body {
                Some(body) => sent.header(header::CONTENT_TYPE, "application/json").body(body.to_string()),
                None => sent,
            };
            let response = sent.send().await.map_err(|error| lost(method, &error))?;
            match response.status().as_u16() {
                301 | 302 | 307 | 308 => {
                    url = self.elsewhere(&url, request, &response).ok_or(Failure::Garbled(method))?;
                }
                _ => return Ok(response),
            }
        }
        Err(Failure::Garbled(method))
    }

    fn url(&self, request: &Request) -> Result<Url, Failure> {
        let mut request = request.clone();
        if let Some(repository) = &mut request.repository
            && let Some(id) = self.learnt().numbers.get(repository)
        {
            *repository = RepositoryRef::Number(*id);
        }
        let mut url = self.base.join(&request.path()).map_err(|_| Failure::Unreached(request.method))?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }

    /// Where a redirect leads, if that is where our token belongs. From now on the repository is known by its number.
    fn elsewhere(&self, from: &Url, request: &Request, response: &Response) -> Option<Url> {
        let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
        let mut to = from.join(location).ok()?;
        if to.origin() != self.base.origin() || !to.path().starts_with(self.base.path()) {
            return None;
        }
        if to.query().is_none() {
            to.set_query(from.query());
        }
        let path = to.path().strip_prefix(self.base.path())?;
        let number = path.strip_prefix("repositories/").and_then(|rest| rest.split('/').next()?.parse().ok());
        if let (Some(name @ RepositoryRef::Name(..)), Some(id)) = (&request.repository, number) {
            self.learnt().numbers.insert(name.clone(), RepositoryId(id));
        }
        Some(to)
    }

    async fn understand(
        &self,
        lane: Option<u64>,
        method: Method,
        response: Response,
    ) -> Result<Answer, Failure> {
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_server_error() {
            return Err(Failure::Unknown(method));
        }
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let number = |name: &str| text(name).and_then(|value| value.parse::<i64>().ok());
        let body = read(response).await.ok_or(Failure::Unknown(method))?;
        let body: Option<Value> = serde_json::from_slice(&body).ok();
        if status.is_success() {
            self.learnt().paces.entry(lane).or_default().served();
            let link = text("link").unwrap_or_default().to_owned();
            return Ok(Answer { body: body.ok_or(Failure::Garbled(method))?, link });
        }
        let message = words(body.as_ref());
        if matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
            let now = self.clock.now();
            let said = number("retry-after").and_then(TimeDelta::try_seconds);
            let reset = number("x-ratelimit-reset").filter(|_| number("x-ratelimit-remaining") == Some(0));
            let reset = reset.and_then(|reset| TimeDelta::try_seconds(reset.checked_sub(now.timestamp())?));
            let secondary = status == StatusCode::TOO_MANY_REQUESTS
                || ["secondary rate limit", "abuse detection"].iter().any(|word| message.contains(word));
            if let Some(wait) =
                said.or(reset).map_or_else(|| secondary.then_some(None), |wait| Some(Some(wait)))
            {
                let wait = self.learnt().paces.entry(lane).or_default().hold(wait, now);
                return Err(Failure::Later { method, wait: wait.to_std().unwrap_or_default() });
            }
        }
        let needed = text("x-accepted-github-permissions").or_else(|| text("x-accepted-oauth-scopes"));
        let needed = needed.filter(|needed| !needed.is_empty()).map(str::to_owned);
        Err(Failure::Refused { method, status: status.as_u16(), message, needed })
    }

    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    /// What the address of another page has under a name, if there is one: `last`, `page`.
    pub(crate) fn page(&self, which: &str, name: &str) -> Option<String> {
        let which = format!("rel=\"{which}\"");
        let link = self.link.split(", <").find(|link| link.contains(&which))?;
        let url = Url::parse(link.trim_start_matches('<').split('>').next()?).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
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
        .user_agent(concat!("supporty-github/", env!("CARGO_PKG_VERSION")));
    let host = to.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let client = if local { client.no_proxy() } else { client };
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

/// GitHub's words for a refusal, with the fields that it is about; not with what was in them.
fn words(body: Option<&Value>) -> String {
    let text = |part: &Value, name: &str| part.get(name).and_then(Value::as_str).map(str::to_owned);
    let Some(body) = body else { return String::new() };
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let fields =
        errors.filter_map(|error| Some(format!(" ({} {})", text(error, "field")?, text(error, "code")?)));
    let message = text(body, "message").into_iter().chain(fields).collect::<String>();
    message.chars().filter(|sign| !sign.is_control()).take(WORDS).collect()
}

/// The provider is named here and never installed for the whole process, which belongs to whoever embeds this.
fn tls() -> Result<ClientConfig, rustls::Error> {
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

    fn api(host: &str) -> Api {
        Api::new(host, Credentials::Token("ghp_secret".into())).unwrap()
    }

    #[test]
    fn every_kind_of_host_has_its_address() {
        assert_eq!(api("github.com").base.as_str(), "https://api.github.com/");
        assert_eq!(api("octo.ghe.com").base.as_str(), "https://api.octo.ghe.com/");
        assert_eq!(api("git.example.org").base.as_str(), "https://git.example.org/api/v3/");
        assert!(Api::at("https://api.github.com/v3", Credentials::Token("ghp_secret".into())).is_err());
    }

    #[test]
    fn a_token_is_in_nothing_that_is_printed() {
        let api = api("github.com");
        assert!(!format!("{api:?} {:?}", api.credentials).contains("secret"));
    }

    #[test]
    fn a_page_is_read_from_the_link() {
        let link = "<https://api.github.com/repositories/7/issues?page=2>; rel=\"next\", <https://api.github.com/repositories/7/issues?page=5&x=a%2Cb>; rel=\"last\"";
        let answer = Answer { body: Value::Null, link: link.to_owned() };
        assert_eq!(answer.page("next", "page").as_deref(), Some("2"));
        assert_eq!(answer.page("last", "page").as_deref(), Some("5"));
        assert_eq!(answer.page("last", "x").as_deref(), Some("a,b"));
        assert_eq!(answer.page("prev", "page"), None);
    }
}
