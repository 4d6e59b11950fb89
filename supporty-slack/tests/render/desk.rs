//! A desk with something in every corner, to be shown.

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{Card, CardChange, CardPromise, Fields, Message, Named, Piece, PromiseState};
use supporty_core::policy::{Area, Condition, Field, Person, Policy, PolicySpec, Squad};
use supporty_core::ticket::{CommandKind, Progress, StatusKind};
use supporty_core::vocab::{
    Bond, Identity, Kind, Period, PersonId, Resolution, Stars, Target, TicketKey, Time, WaitingOn,
};
use supporty_slack::Config;
use supporty_slack::render::{Context, Figures, Home, Kept, Language, On, Row, Texts};

pub(super) const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "*bold* _slanted_ ~gone~ `code` ```block```",
    "[a link](https://example.invalid) <https://example.invalid|another>",
    "<!channel> <!everyone> <@U123> @here @channel <#C123>",
    "&lt;b&gt; &amp;amp; R&D",
    ":tada: :not-an-emoji:",
    "> quoted\n\n- one\n1. two\n\ttab \"quotes\" \\ back",
    "{owner} {when} {}} {",
];

pub(super) struct Shown {
    pub(super) config: Config,
    pub(super) policy: Policy,
    pub(super) links: BTreeMap<TicketKey, String>,
}

impl Shown {
    pub(super) fn new(language: Language) -> Self {
        let config = Config { texts: Texts::of(language), ..Config::default() };
        let links = [1, 2, 7].map(|n| (key(n), format!("https://example.slack.com/archives/C1/p{n}")));
        Self { config, policy: policy(), links: links.into() }
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { config: &self.config, policy: &self.policy, links: &self.links }
    }
}

pub(super) fn policy() -> Policy {
    let person = |name: &str, user: Option<&str>| Person {
        name: name.to_owned(),
        identities: user.map(|user| Identity::new("slack", user)).into_iter().collect(),
        ..Person::default()
    };
    let field = |id: &str, label: &str, options: &[&str], when: Condition| Field {
        id: id.into(),
        label: label.to_owned(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        required: true,
        when,
        restricts: BTreeSet::new(),
    };
    let incidents = Condition { kind: BTreeSet::from([Kind::Incident]), ..Condition::default() };
    let web = Squad {
        name: "Web".to_owned(),
        members: vec!["ana".into(), "bo".into()],
        hours: "office".into(),
        ..Squad::default()
    };
    let mut personal =
        field("data", "Whose data is it?", &["Nobody's", "A customer's"], Condition::default());
    personal.restricts = BTreeSet::from(["A customer's".to_owned()]);
    let area = |name: &str| Area { name: name.to_owned(), squad: "web".into(), ..Area::default() };
    Policy::new(PolicySpec {
        private_channel: Some("private".into()),
        people: [
            ("ana".into(), person("Ana", Some("U0ANA"))),
            ("bo".into(), person("Bo", None)),
            ("cy".into(), person("Cy <@U123>", Some("not an id"))),
        ]
        .into(),
        squads: [("web".into(), web)].into(),
        areas: [("checkout".into(), area("Checkout")), ("r&d".into(), area("R&D"))].into(),
        fields: vec![
            field("orders", "Which orders?", &[], Condition::default()),
            field("since", "Since when?", &[], incidents),
            personal,
        ],
        ..PolicySpec::default()
    })
    .unwrap()
}

pub(super) fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

pub(super) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub(super) fn named(id: &str, name: &str) -> Named {
    Named { id: PersonId::new(id), name: name.to_owned() }
}

pub(super) fn typed(fields: &[(&str, &str)]) -> Fields {
    let pairs = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    pairs.collect::<Vec<_>>().into()
}

pub(super) fn card(title: &str) -> Card {
    let promise =
        |target, state, due: Option<&str>| CardPromise { target, state, since: None, due: due.map(at) };
    Card {
        key: key(1),
        seq: 1,
        title: Some(title.to_owned()),
        details: Some("Nothing loads.\nNot even the front page.".to_owned()),
        status: StatusKind::New,
        kind: Kind::Incident,
        priority: "P1".into(),
        priority_name: "business critical".to_owned(),
        area: Some("Checkout".to_owned()),
        squad: Some("Web".to_owned()),
        requester: named("slack:U0JO", "Jo"),
        owner: None,
        opened_at: at("2026-01-09T17:30:00Z"),
        waiting: None,
        merged_into: None,
        promises: vec![
            promise(Target::Respond, PromiseState::Met, None),
            promise(Target::Resolve, PromiseState::AtRisk, Some("2026-01-09T18:30:00Z")),
        ],
        resolution: None,
        stars: None,
        messages: 2,
        restricted: false,
        fields: vec![("Which orders?".to_owned(), "<b>all</b> of them".to_owned())],
        reports_to: None,
        reports: 0,
        post_mortem: None,
        changes: Vec::new(),
        waking: Vec::new(),
        actions: vec![
            CommandKind::Claim,
            CommandKind::Assign,
            CommandKind::Reply,
            CommandKind::Reprioritise,
            CommandKind::Wait,
            CommandKind::Escalate,
            CommandKind::Resolve,
        ],
    }
}

fn change(bond: Bond, label: &str, progress: Progress) -> CardChange {
    CardChange { bond, label: label.to_owned(), url: format!("https://code.example/{label}"), progress }
}

/// Everything that a card can show at once, though no ticket is ever all of it.
pub(super) fn full_card() -> Card {
    Card {
        status: StatusKind::Waiting,
        owner: Some(named("ana", "Ana")),
        waiting: Some((WaitingOn::ThirdParty, at("2026-01-12T09:00:00Z"))),
        merged_into: Some(key(2)),
        promises: Target::ALL
            .iter()
            .zip([
                PromiseState::Met,
                PromiseState::MetLate,
                PromiseState::Paused,
                PromiseState::Breached,
                PromiseState::Cancelled,
            ])
            .map(|(target, state)| CardPromise {
                target: *target,
                state,
                since: None,
                due: (state != PromiseState::Paused).then(|| at("2026-01-09T18:30:00Z")),
            })
            .collect(),
        resolution: Some(Resolution::CodeChange),
        stars: Some((Stars::new(1).unwrap(), Stars::new(5).unwrap())),
        messages: 1,
        restricted: true,
        reports_to: Some(key(7)),
        reports: 3,
        post_mortem: Some((at("2026-01-16T17:30:00Z"), false)),
        changes: vec![
            change(Bond::Fix, "acme/shop#42", Progress::Open),
            change(Bond::Fix, "acme/shop#43", Progress::Deployed),
            change(Bond::Cause, "acme/shop#41", Progress::Reverted),
            change(Bond::Mention, "acme/docs#7", Progress::Merged),
            change(Bond::Fix, "acme/shop#44", Progress::Dropped),
        ],
        waking: vec![named("ana", "Ana"), named("bo", "Bo")],
        actions: CommandKind::ALL.to_vec(),
        ..card("The shop is down")
    }
}

pub(super) fn masked_card() -> Card {
    Card { title: None, details: None, fields: Vec::new(), actions: Vec::new(), restricted: true, ..card("") }
}

pub(super) fn said(pieces: Vec<Piece>, urgent: bool, actions: &[CommandKind]) -> Message {
    Message { ticket: Some(key(1)), pieces, urgent, actions: actions.to_vec() }
}

pub(super) fn text(words: &str) -> Piece {
    Piece::Text(words.to_owned())
}

pub(super) fn quote(words: &str) -> Piece {
    Piece::Quote(words.to_owned())
}

pub(super) fn row(number: u64, title: Option<&str>) -> Row {
    Row {
        key: key(number),
        title: title.map(str::to_owned),
        restricted: title.is_none(),
        status: StatusKind::Active,
        priority: "P2".into(),
        due: Some(at("2026-01-09T18:30:00Z")),
        at_risk: number == 1,
        link: Some(format!("https://example.slack.com/archives/C1/p{number}")),
    }
}

pub(super) fn on() -> Vec<On> {
    vec![
        On {
            what: "Web on call".to_owned(),
            people: vec![named("ana", "Ana"), named("bo", "Bo")],
            until: Some(at("2026-01-12T09:00:00Z")),
        },
        On { what: "Gardener".to_owned(), people: Vec::new(), until: None },
    ]
}

pub(super) fn a_home() -> Home {
    Home {
        mine: vec![row(1, Some("The shop is down")), row(2, None)],
        squad: Some(Vec::new()),
        at_risk: Some(vec![row(1, Some(HOSTILE[3]))]),
        on: on(),
    }
}

pub(super) fn figures() -> Figures {
    Figures {
        period: Period::new(at("2026-01-05T00:00:00Z"), at("2026-01-12T00:00:00Z")),
        opened: 42,
        resolved: 40,
        open: 7,
        promises: vec![
            Kept { priority: "P1".into(), kept: 3, broken: 1 },
            Kept { priority: "P2".into(), kept: 17, broken: 0 },
            Kept { priority: "P3".into(), kept: 0, broken: 0 },
        ],
        median_hours: Some(2.5),
        p90_hours: Some(20.25),
        stars: Some((4.25, 12)),
        areas: vec![("Checkout".to_owned(), 20), ("R&D".to_owned(), 5)],
        people: Some(9),
        hours: Some(31.0),
        code_changes: Some(11),
    }
}

pub(super) fn no_figures() -> Figures {
    Figures {
        opened: 0,
        resolved: 0,
        open: 0,
        promises: Vec::new(),
        median_hours: None,
        p90_hours: None,
        stars: None,
        areas: Vec::new(),
        people: None,
        hours: None,
        code_changes: None,
        ..figures()
    }
}
