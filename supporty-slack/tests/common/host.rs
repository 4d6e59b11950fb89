//! A desk that listens to Slack over HTTP, as a host would have it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use supporty_core::adapter::Store;
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::ticket::Ticket;
use supporty_core::vocab::{TicketKey, Time};
use supporty_slack::inbound::{App, SigningSecrets};
use supporty_slack::{Api, Config, Front, OneTeam, Request, Slack, SlackReader};

use super::slack::{APP, BOT, StandIn, TEAM, TOKEN};

pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// People, squads and two channels.
pub const TEAM_POLICY: &str = r#"
zone = "Europe/London"
channel = "support"
private_channel = "support-private"

[people.oli]
name = "Oli"
identities = [{ adapter = "slack", user = "U2" }]

[people.lea]
name = "Lea"
identities = [{ adapter = "slack", user = "U3" }]

[squads.shop]
name = "Shop"
members = ["oli", "lea"]
lead = "lea"
gardener = "oli"
on_call = ["lea"]

[areas.checkout]
name = "Checkout"
squad = "shop"
"#;

/// A desk, its front, the workspace, and the time.
pub struct Host {
    pub desk: Desk,
    pub front: Front,
    pub slack: Arc<Slack>,
    pub stand_in: StandIn,
    pub clock: Arc<ManualClock>,
    pub config: Arc<Config>,
    url: String,
    http: reqwest::Client,
    work: Arc<Mutex<VecDeque<supporty_slack::Work>>>,
    events: Mutex<u64>,
}

#[derive(Clone)]
struct Listening {
    front: Front,
    clock: Arc<ManualClock>,
    work: Arc<Mutex<VecDeque<supporty_slack::Work>>>,
}

pub fn config() -> Config {
    let mut config = Config::default();
    config.channels.insert("support".into(), "C1".to_owned());
    config.channels.insert("support-private".into(), "C2".to_owned());
    config
}

pub fn policy() -> Policy {
    let no_files = |name: &str| Err(format!("there is no file {name}"));
    let reading = supporty_core::policy::read_policy(TEAM_POLICY, &no_files, None);
    reading.policy.unwrap_or_else(|| panic!("{:?}", reading.diagnostics))
}

pub fn app() -> App {
    App { app_id: APP.to_owned(), bot_users: [(supporty_slack::TeamId::new(TEAM), BOT.to_owned())].into() }
}

impl Host {
    pub async fn start(store: Arc<dyn Store>, now: &str) -> Self {
        Self::with(store, now, config()).await
    }

    pub async fn with(store: Arc<dyn Store>, now: &str, config: Config) -> Self {
        let clock = Arc::new(ManualClock::new(now.parse().unwrap()));
        let stand_in = StandIn::start(Arc::clone(&clock) as Arc<dyn Clock>).await;
        Self::on(store, stand_in, clock, config).await
    }

    /// A desk that begins on a store and in a workspace that are there already.
    pub async fn on(
        store: Arc<dyn Store>,
        stand_in: StandIn,
        clock: Arc<ManualClock>,
        config: Config,
    ) -> Self {
        let (policy, config) = (policy(), Arc::new(config));
        let api = Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
        let slack = Slack::new(api, Arc::clone(&config), Arc::new(policy.clone()));
        let slack = Arc::new(slack.with_clock(Arc::clone(&clock) as Arc<dyn Clock>));
        slack.set_web("https://example.slack.com/");
        let desk = Desk::builder(store)
            .policy(policy)
            .clock(Arc::clone(&clock) as Arc<dyn Clock>)
            .phrases(config.phrases())
            .chat(config.name.clone(), Arc::clone(&slack) as _)
            .reader(config.name.clone(), Arc::new(SlackReader::new(Arc::clone(&config), app())))
            .delivery_timeout(Duration::from_millis(500));
        let desk = desk.build().await.unwrap();
        let secrets = Some(SigningSecrets::new(SECRET));
        let front = Front::new(desk.clone(), Arc::clone(&slack), secrets, app());
        let work = Arc::new(Mutex::new(VecDeque::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/slack", listener.local_addr().unwrap());
        let listening =
            Listening { front: front.clone(), clock: Arc::clone(&clock), work: Arc::clone(&work) };
        let router = Router::new().route("/slack", post(receive)).with_state(listening);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let http = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls()).build().unwrap();
        let events = Mutex::new(0);
        Self { desk, front, slack, stand_in, clock, config, url, http, work, events }
    }

    /// Slack delivers, signed; answers with the status and the body.
    pub async fn deliver(&self, body: &str) -> (StatusCode, String) {
        let sent = self.clock.now().timestamp().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("v0:{sent}:{body}").as_bytes());
        let signature: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = self.http.post(&self.url).header(header::CONTENT_TYPE, kind);
        let request = request.header("x-slack-request-timestamp", sent);
        let request = request.header("x-slack-signature", format!("v0={signature}"));
        let response = request.body(body.to_owned()).send().await.unwrap();
        let status = StatusCode::from_u16(response.status().as_u16()).unwrap();
        (status, response.text().await.unwrap())
    }

    /// The same, and what is left to do is done.
    pub async fn delivers(&self, body: &str) -> (StatusCode, String) {
        let answer = self.deliver(body).await;
        self.finish().await;
        answer
    }

    /// Does what was left to do after answering.
    pub async fn finish(&self) {
        loop {
            let next = self.work.lock().unwrap().pop_front();
            match next {
                Some(work) => work.await,
                None => return,
            }
        }
    }

    /// Forgets what was left to do: the process died after answering.
    pub fn die(&self) {
        self.work.lock().unwrap().clear();
    }

    /// Works until a time, from wake to wake.
    pub async fn until(&self, end: &str) {
        let end: Time = end.parse().unwrap();
        loop {
            while !self.desk.work().await.unwrap().is_idle() {}
            let now = self.clock.now();
            let wake = self.store_wake().await.filter(|wake| *wake <= end);
            match wake {
                Some(wake) => self.clock.set(wake.max(now + TimeDelta::milliseconds(1))),
                None => break,
            }
        }
        self.clock.set(end.max(self.clock.now()));
        while !self.desk.work().await.unwrap().is_idle() {}
    }

    async fn store_wake(&self) -> Option<Time> {
        self.desk.next_wake().await.unwrap()
    }

    pub async fn works(&self, seconds: i64) {
        let end = self.clock.now() + TimeDelta::seconds(seconds);
        self.until(&end.to_rfc3339()).await;
    }

    pub async fn ticket(&self, key: &str) -> Ticket {
        self.desk.ticket(key.parse::<TicketKey>().unwrap()).await.unwrap().expect("a ticket")
    }

    pub fn next_event(&self) -> u64 {
        let mut events = self.events.lock().unwrap();
        *events += 1;
        *events
    }

    /// The body of an event of the Events API.
    pub fn event(&self, event: &Value) -> String {
        let id = self.next_event();
        serde_json::json!({
            "token": "x", "team_id": TEAM, "api_app_id": APP, "type": "event_callback", "event": event,
            "event_id": format!("Ev{id}"), "event_time": self.clock.now().timestamp(),
        })
        .to_string()
    }

    /// The body of an interaction.
    pub fn interaction(&self, payload: &Value) -> String {
        let payload = payload.to_string();
        form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish()
    }
}

async fn receive(State(host): State<Listening>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request = Request {
        timestamp: text("x-slack-request-timestamp"),
        signature: text("x-slack-signature"),
        body: &body,
    };
    let outcome = host.front.receive(request, host.clock.now()).await;
    let status = StatusCode::from_u16(outcome.status).unwrap();
    let response = (status, [(header::CONTENT_TYPE, outcome.content_type)], outcome.body).into_response();
    host.work.lock().unwrap().extend(outcome.work);
    response
}

fn tls() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}
