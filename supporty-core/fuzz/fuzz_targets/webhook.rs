//! Any bytes as a delivery of alerts or facts: nothing panics, nobody's signature fits, and whatever is understood means the
//! same when it comes again, fits where it is shown, can be stored, and is news on its own ticket only once.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use supporty_core::adapter::Inbound;
use supporty_core::policy::Policy;
use supporty_core::ticket::Alerts;
use supporty_core::vocab::{Actor, AdapterName, Text, Time};
use supporty_core::webhook::{
    Alert, AlertRule, AlertRules, Environments, Fact, Secret, Signed, read_alerts, read_facts, verify,
};
use supporty_core::world::World;

struct Desk {
    source: AdapterName,
    rules: AlertRules,
    policy: Policy,
    secrets: [Secret; 1],
    now: Time,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let labels = [("severity".to_owned(), "critical".to_owned())].into();
    let urgent = AlertRule { labels, priority: Some("P1".into()), ..AlertRule::default() };
    Desk {
        source: "monitoring".into(),
        rules: AlertRules { rules: vec![urgent], ..AlertRules::new("P2") },
        policy: Policy::default(),
        secrets: [Secret::standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("it is one")],
        now: "2026-01-09T17:31:00Z".parse().expect("it is a time"),
    }
});

fuzz_target!(|bytes: &[u8]| {
    let desk = &*DESK;
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.splitn(4, '\n');
    let mut part = || parts.next().unwrap_or_default();
    let (id, timestamp, signature) = (part(), part(), part());
    let signed = Signed { id, timestamp, signature };
    assert!(verify::standard(&desk.secrets, signed, bytes, desk.now).is_err());
    assert!(verify::grafana(&desk.secrets, signature, timestamp, bytes, desk.now).is_err());
    assert!(verify::bearer(&desk.secrets, &text).is_err());

    let alerts = read_alerts(&desk.source, &desk.rules, &text, desk.now);
    assert_eq!(alerts, read_alerts(&desk.source, &desk.rules, &text, desk.now));
    for alert in alerts.unwrap_or_default() {
        becomes_a_ticket(desk, &alert);
    }
    let facts = read_facts(&desk.source, &Environments::default(), &text, desk.now);
    assert_eq!(facts, read_facts(&desk.source, &Environments::default(), &text, desk.now));
    for fact in facts.unwrap_or_default() {
        match fact {
            Fact::Ticket(inbound) => is_stored(&inbound),
            Fact::Service(told) => {
                let stored = serde_json::to_string(&told).expect("it can be stored");
                assert_eq!(serde_json::from_str::<supporty_core::adapter::ServiceInbound>(&stored).ok(), Some(*told));
            }
        }
    }
});

fn becomes_a_ticket(desk: &Desk, alert: &Alert) {
    assert!(!alert.alerts.is_empty() && alert.key.len() <= 128);
    assert!(alert.title.as_str().chars().count() <= Text::TITLE);
    assert!(alert.details.as_ref().is_none_or(|details| details.as_str().chars().count() <= 4_000));
    let opens = alert.raise(None, &desk.policy);
    is_stored(&opens);
    let mut world = World::new(desk.policy.clone());
    let by = Actor::Bot("monitoring".into());
    let key = world.submit(desk.now, &by, None, opens.command).expect("nothing stands against it").ticket;
    let ticket = world.ticket(&key).expect("it was opened");
    assert!(ticket.group(&key).known.len() <= Alerts::MOST);
    let future = alert.alerts.values().any(|single| single.signal.until.unwrap_or(single.signal.since) > desk.now);
    let news = alert.tell(ticket, &key);
    news.iter().for_each(is_stored);
    assert!(future || alert.alerts.len() > Alerts::MOST || news.is_none(), "it is known");
}

fn is_stored(inbound: &Inbound) {
    let stored = serde_json::to_string(inbound).expect("it can be stored");
    assert_eq!(serde_json::from_str::<Inbound>(&stored).ok().as_ref(), Some(inbound));
}
