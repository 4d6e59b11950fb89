//! Any bytes as a delivery, over HTTP and over a socket: nothing panics, it means the same however it came and whenever it
//! comes again, and nothing that lets its holder act is shown.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use supporty_core::policy::Policy;
use supporty_core::vocab::Time;
use supporty_slack::inbound::{App, Context, Delivery, SigningSecrets, read, read_envelope, unread_key, verify};
use supporty_slack::{Config, TeamId};

const POLICY: &str = r#"
channel = "support"
[[fields]]
id = "browser"
label = "Which browser?"
options = ["Firefox", "another"]
[people.ana]
name = "Ana"
identities = [{ adapter = "slack", user = "UANA" }]
[squads.web]
name = "Web"
members = ["ana"]
[areas.shop]
name = "Shop"
squad = "web"
"#;

static DESK: LazyLock<(Config, Policy, App)> = LazyLock::new(|| {
    let config = Config {
        team: Some(TeamId::new("T111")),
        channels: ["C1", "C111", "C123"].map(|id| (id.into(), id.to_owned())).into(),
        ..Config::default()
    };
    let app = App { app_id: "A111".to_owned(), bot_users: [(TeamId::new("T111"), "UBOT".to_owned())].into() };
    (config, Policy::from_toml(POLICY).expect("it is a policy"), app)
});

fuzz_target!(|bytes: &[u8]| {
    let (config, policy, app) = &*DESK;
    let context = Context { config, policy, app };
    let now: Time = chrono::DateTime::from_timestamp(1_772_445_600, 0).expect("it is a time");
    let body = String::from_utf8_lossy(bytes);
    let (timestamp, signature) = body.split_once('\n').unwrap_or(("1772445600", &body));
    assert!(verify(&SigningSecrets::new("secret"), timestamp, signature, bytes, now).is_err());
    let _ = unread_key(&config.name, &body);

    let direct = read(&context, &body, now);
    let later = read(&context, &body, now + chrono::TimeDelta::days(1));
    if let (Ok(Delivery::Asked(first)), Ok(Delivery::Asked(again))) = (&direct, &later) {
        assert_eq!(first.inbound.key, again.inbound.key);
        assert_eq!(first.inbound.command.kind(), again.inbound.command.kind());
        assert!(!first.inbound.key.as_str().is_empty());
    }
    assert_eq!(direct.is_ok(), later.is_ok());
    if body.trim_start().starts_with('{') {
        for kind in ["events_api", "interactive", "slash_commands"] {
            assert_eq!(read_envelope(&context, kind, &body, now).is_ok(), direct.is_ok());
        }
    }
    if let Ok(delivery) = &direct {
        serde_json::to_string(delivery).expect("every delivery can be shown");
    }
});
