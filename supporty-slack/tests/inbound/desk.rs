//! A desk with two engineers, in the channel `C1` of the workspace `T1`, where its bot is `UBOT`.

use serde_json::{Value, json};
use supporty_core::adapter::{About, Inbound, Unreadable};
use supporty_core::policy::Policy;
use supporty_core::ticket::Command;
use supporty_core::vocab::Time;
use supporty_slack::inbound::{App, Asked, Asker, Context, Delivery, NotForUs, Opens, read, read_envelope};
use supporty_slack::{Config, TeamId};

const POLICY: &str = r#"
key_prefix = "SUP"
channel = "support"
private_channel = "secrets"

[[fields]]
id = "browser"
label = "Which browser?"
options = ["Firefox", "the other one"]

[people.ana]
name = "Ana Pereira"
identities = [{ adapter = "slack", user = "UANA" }]

[people.ben]
name = "Ben Okafor"
identities = [{ adapter = "slack", user = "UBEN" }]

[squads.storefront]
name = "Storefront"
channel = "storefront"
members = ["ana", "ben"]
lead = "ana"

[areas.checkout]
name = "Checkout"
squad = "storefront"
"#;

pub(crate) struct Desk {
    pub(crate) config: Config,
    pub(crate) policy: Policy,
    pub(crate) app: App,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let channels = [("support", "C1"), ("secrets", "G1"), ("storefront", "C2")];
        let channels = channels.map(|(name, id)| (name.into(), id.to_owned()));
        Self {
            config: Config { team: Some(TeamId::new("T1")), channels: channels.into(), ..Config::default() },
            policy: Policy::from_toml(POLICY).unwrap(),
            app: App { app_id: "A1".to_owned(), bot_users: [(TeamId::new("T1"), "UBOT".to_owned())].into() },
        }
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context { config: &self.config, policy: &self.policy, app: &self.app }
    }

    pub(crate) fn read(&self, body: &str) -> Result<Delivery, Unreadable> {
        read(&self.context(), body, now())
    }

    /// What somebody does to a message or says, as the Events API tells of it.
    pub(crate) fn event(&self, event: &Value) -> Delivery {
        self.read(&callback(event)).unwrap()
    }

    /// What somebody does with a button, a form or a shortcut; over a socket it is the same.
    pub(crate) fn interaction(&self, payload: &Value) -> Delivery {
        let delivery = self.read(&interaction_body(payload)).unwrap();
        let payload = payload.to_string();
        let socket = read_envelope(&self.context(), "interactive", &payload, now()).unwrap();
        assert_eq!(delivery, socket, "it does not matter how it came");
        assert_eq!(delivery, self.read(&payload).unwrap(), "nor that it was kept in between");
        delivery
    }

    pub(crate) fn command(&self, text: &str) -> Delivery {
        let fields = slash(text);
        let pairs = fields.as_object().unwrap().iter();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs.map(|(name, value)| (name, value.as_str().unwrap())));
        let delivery = self.read(&form.finish()).unwrap();
        let payload = fields.to_string();
        let socket = read_envelope(&self.context(), "slash_commands", &payload, now()).unwrap();
        assert_eq!(delivery, socket, "it does not matter how it came");
        assert_eq!(delivery, self.read(&payload).unwrap(), "nor that it was kept in between");
        delivery
    }
}

pub(crate) fn now() -> Time {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// The body of a request with an event.
pub(crate) fn callback(event: &Value) -> String {
    let authorizations = json!([{ "team_id": "T1", "user_id": "UBOT", "is_bot": true }]);
    json!({
        "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event_time": 1,
        "authorizations": authorizations, "event": event,
    })
    .to_string()
}

pub(crate) fn interaction_body(payload: &Value) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

pub(crate) fn slash(text: &str) -> Value {
    json!({
        "team_id": "T1", "api_app_id": "A1", "channel_id": "C7", "user_id": "URITA", "command": "/support",
        "text": text, "trigger_id": "11.22.abc", "response_url": "https://hooks.slack.com/commands/T1/1/abc",
    })
}

/// A message of a thread in the desk's channel.
pub(crate) fn reply(text: &str) -> Value {
    json!({
        "type": "message", "channel": "C1", "channel_type": "channel", "user": "URITA", "team": "T1",
        "text": text, "ts": "1772442000.000200", "thread_ts": "1772440000.000100",
        "event_ts": "1772442000.000200",
    })
}

/// The same JSON with some fields changed; null takes one away.
pub(crate) fn with(mut value: Value, changes: &Value) -> Value {
    let fields = value.as_object_mut().unwrap();
    for (name, change) in changes.as_object().unwrap() {
        fields.insert(name.clone(), change.clone());
    }
    fields.retain(|_, field| !field.is_null());
    value
}

pub(crate) fn asked(delivery: Delivery) -> Asked {
    match delivery {
        Delivery::Asked(asked) => *asked,
        other => panic!("nothing is asked: {other:?}"),
    }
}

pub(crate) fn inbound(delivery: Delivery) -> Inbound {
    asked(delivery).inbound
}

pub(crate) fn opens(delivery: Delivery) -> Opens {
    match delivery {
        Delivery::Opens(opens) => opens,
        other => panic!("nothing opens: {other:?}"),
    }
}

pub(crate) fn refused(delivery: Delivery) -> NotForUs {
    match delivery {
        Delivery::NotForUs(why) => why,
        other => panic!("it is for us: {other:?}"),
    }
}

/// The words of a message that the desk is told, and its thread.
pub(crate) fn told(delivery: Delivery) -> (String, String) {
    let inbound = inbound(delivery);
    let message = match &inbound.command {
        Command::Reply { message } | Command::Edit { message } => message,
        other => panic!("not a message: {other:?}"),
    };
    let row = inbound.texts.iter().find(|row| row.at == message.text).unwrap();
    (row.text.as_str().to_owned(), thread(&inbound))
}

/// `C1/1772440000.000100`
pub(crate) fn thread(inbound: &Inbound) -> String {
    match &inbound.about {
        About::Thread(place) => format!("{}/{}", place.channel, place.message),
        other => panic!("not in a thread: {other:?}"),
    }
}

/// Who asks, without what lets us answer.
pub(crate) fn who(asker: &Asker) -> (String, Option<&str>, Option<&str>) {
    (asker.user.to_string(), asker.channel.as_deref(), asker.thread.as_deref())
}
