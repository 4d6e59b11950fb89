//! Stored formats do not change: one golden line per event, and one per other stored value.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{About, Answer, Inbound, RotaInbound};
use supporty_core::alert_log::{self, AlertEntry};
use supporty_core::desk_log::{self, DeskEntry};
use supporty_core::effect::{Alarm, Announce, CallOut, Effect, Intent, Notice, RotaNotice, Surface, Tell};
use supporty_core::pay::{Item, Line, Statement};
use supporty_core::policy::Policy;
use supporty_core::rota::{self, RotaEntry};
use supporty_core::rules::{Accepted, Rejection};
use supporty_core::service::{self, ServiceEntry};
use supporty_core::stream::{Cause, EffectId, Entry, Recorded, StreamId};
use supporty_core::ticket::{
    Alerts, Clock, ClockSet, CloseReason, Command, CommandKind, Erasure, Escalated, Event, Heard, Measure,
    Message, Opened, Paged, Pause, Raised, Reopening, Resumption, Run, Script, Signal, StatusKind, Taken,
    Ticket, TicketEntry, evolve,
};
use supporty_core::vocab::{
    Actor, Audience, Band, Bond, Change, ChangeState, ClockChange, FieldValue, Identity, Investment, Kind,
    PauseReason, Period, PersonId, Place, Recipient, ReopenMode, Resolution, Stars, Target, Terms, Text,
    TextRef, TextRow, TicketKey, Time, Told, Upkeep, WaitingOn, Warning, Watch,
};

fn at() -> Time {
    "2026-01-09T17:30:00.000001Z".parse().unwrap()
}

fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

fn text(name: &str) -> TextRef {
    TextRef::new(name)
}

fn message() -> Message {
    Message { id: "1767980000.000100".into(), text: text("m1/text"), said_at: at() }
}

fn place() -> Place {
    Place { adapter: "local".into(), channel: "support".to_owned(), message: "7".into() }
}

fn alerts_place() -> Place {
    Place {
        adapter: "alerts".into(),
        channel: "alertmanager".to_owned(),
        message: "{}:{alertname=\"Down\"}".into(),
    }
}

fn signal(until: Option<Time>) -> Signal {
    Signal { since: at(), until }
}

fn followed() -> Alerts {
    Alerts { known: [("alertmanager/c6ea".into(), signal(None))].into(), unfollowed: 12 }
}

fn told() -> Vec<Told> {
    vec![
        Told { to: Recipient::Person("ana".into()), as_: Audience::Lead },
        Told { to: Recipient::Channel("support".into()), as_: Audience::CatchAll },
    ]
}

fn change(state: ChangeState) -> Change {
    Change {
        id: "github/1296269/42".into(),
        label: "acme/shop#42".to_owned(),
        url: "https://github.com/acme/shop/pull/42".to_owned(),
        state,
        opened_at: at(),
        as_of: at(),
    }
}

fn issue() -> Change {
    Change { id: "github/1296269/50".into(), label: "acme/shop#50".to_owned(), ..change(ChangeState::Open) }
}

fn clocks() -> ClockSet {
    let run = Run {
        since: at(),
        measures: vec![Measure { from: at(), terms: Terms::of("P2".into()) }],
        warned: vec![Warning::Share(50)],
        breached: Some((at(), false)),
    };
    let clock = Clock { epoch: 1, run: Some(run), ended: None };
    let pause = Pause { from: at(), to: None, why: PauseReason::Requester };
    ClockSet { clocks: [(Watch::Resolve, clock)].into(), pauses: vec![pause], rungs: Default::default() }
}

#[rustfmt::skip]
fn events() -> Vec<Event> {
    let (target, epoch, due) = (Target::Resolve, 1, at());
    vec![
        Opened {
            key: key(42), title: text("f1/title"), details: Some(text("f1/details")),
            requester: Actor::Person("local:rita".into()), work: Kind::Request, priority: "P2".into(),
            area: Some("checkout".into()), squad: Some("web".into()), requester_squads: BTreeSet::new(),
            policy: "00ff".into(), follows: Some(key(7)),
            message: Some(message()), fields: BTreeMap::new(), restricted: None, drill: None, raised: None,
        }.into(),
        Event::Claimed {},
        Event::Assigned { to: "ben".into() },
        Event::HandedOff { to: "ben".into(), note: Some(text("n1/note")) },
        Event::Released { from: "ben".into() },
        Event::TakenOver { from: "ben".into() },
        Event::Acknowledged {},
        Event::AcknowledgementLapsed { due },
        Event::Replied { message: message() },
        Event::Noted { message: message() },
        Event::Reprioritised { from: "P2".into(), to: "P1".into(), clocks: ClockChange::Restart, why: None },
        Event::Moved { from: None, to: "checkout".into(), squad: Some("web".into()), clocks: ClockChange::Carry, restricts: false },
        Event::KindChanged { from: Kind::Request, to: Kind::Incident, clocks: ClockChange::KeepEarlier },
        Event::Identified {},
        Event::Mitigated {},
        Event::Waited { on: WaitingOn::ThirdParty, until: due, why: Some(text("w1/why")) },
        Event::Nudged { due },
        Event::Resumed { because: Resumption::Elapsed, due: Some(due) },
        Event::Resolved { resolution: Resolution::CodeChange, note: None, due: None },
        Event::Closed { because: CloseReason::WindowEnded, due: Some(due) },
        Event::Reopened { mode: ReopenMode::Continue, because: Reopening::Asked, why: None },
        Event::FollowedUp { by: key(43) },
        Event::Merged { into: key(43) },
        Event::Absorbed {
            loser: key(42),
            taken: vec![Taken { ticket: key(42), requester: Actor::Bot("alerts".into()), clocks: clocks(), reports: BTreeSet::new(), alerts: Alerts::default(), issues: Vec::new() }],
            lead: vec![(Watch::Resolve, key(42))],
        },
        Event::Unmerged { from: key(43), alerts: BTreeMap::new(), over: false, issues: Vec::new() },
        Event::GaveBack { loser: key(42), given: vec![key(42)], lead: Vec::new(), over: false },
        Event::Rated { stars: Stars::new(5).unwrap() },
        Escalated {
            rung: 2, watch: Watch::Resolve, epoch, due, last_due: due, count: 1, spent: 1, meant: told(), told: told(), stood_in: Some(3), late_by: 0, rotas: [("web".into(), 3)].into(),
        }.into(),
        Event::EscalatedByHand { rung: Some(1), told: told(), why: Some(text("e1/why")) },
        Event::Postponed { rung: 1, watch: Watch::Unowned, epoch, due, until: due },
        Event::Warned { target, epoch, warning: Warning::Before(600), due, deadline: due },
        Event::TargetMet { target, epoch, due: Some(due), at: due },
        Event::TargetCancelled { target: Target::NextResponse, epoch },
        Event::Breached { target: Target::Update, epoch, due, on_change: true },
        Event::Amended { target: Target::Respond, epoch, due, at: due },
        Event::Placed { place: place(), private: false },
        Event::Withdrawn { message: "1767980000.000100".into() },
        Event::Classified { upkeep: Upkeep::FlakyTests, investment: Investment::Tactical },
        Event::Replanned { from: "00ff".into(), to: "11ee".into(), anew: [Watch::Resolve].into() },
        Opened {
            key: key(44), title: text("f2/title"), details: None,
            requester: Actor::Person("ana".into()), work: Kind::Drill, priority: "P1".into(),
            area: None, squad: None, requester_squads: BTreeSet::new(),
            policy: "00ff".into(), follows: None, message: None,
            fields: [
                ("orders".into(), FieldValue::Text(text("f2/field/orders"))),
                ("personal-data".into(), FieldValue::Choice("yes".to_owned())),
            ].into(),
            restricted: Some(["ben".into()].into()),
            drill: Some(Script { participants: ["ana".into()].into(), lines: vec![(600, text("f2/line/0"))] }),
            raised: None,
        }.into(),
        Event::Absorbed {
            loser: key(45),
            taken: vec![Taken { ticket: key(45), requester: Actor::Person("ana".into()), clocks: ClockSet::default(), reports: [key(46)].into(), alerts: Alerts::default(), issues: Vec::new() }],
            lead: Vec::new(),
        },
        Event::Moved { from: None, to: "accounts".into(), squad: None, clocks: ClockChange::Keep, restricts: true },
        Event::Placed { place: place(), private: true },
        Event::Undelivered { person: "ana".into(), adapter: "slack".into() },
        Event::Restricted { readers: ["ben".into()].into() },
        Event::Unrestricted {},
        Event::Attached { to: key(43) },
        Event::Detached { from: key(43) },
        Event::Gathered { report: key(42) },
        Event::LetGo { report: key(42) },
        Event::Heard { incident: key(43), seq: 7, by: Actor::Person("ben".into()), what: Heard::Said(Box::new(message())) },
        Event::Heard { incident: key(43), seq: 8, by: Actor::Person("ben".into()), what: Heard::Resolved(Resolution::CodeChange) },
        Event::PostMortemAsked { due },
        Event::PostMortemOverdue { due },
        Event::PostMortemWritten { text: text("p1/text") },
        Event::Prompted { line: 0, due },
        Paged {
            person: "ana".into(), as_: Audience::OnCall, rung: Some(0), due, adapter: "pager".into(), method: 1,
            until: due, instead_of: Some("ben".into()),
        }.into(),
        Event::Unreached { person: "ana".into(), rung: Some(2), told: told() },
        Event::Erased { whose: Some("ana".into()), texts: 3, because: Erasure::Asked },
        Event::Erased { whose: None, texts: 7, because: Erasure::Elapsed },
        Event::Edited { message: message() },
        Event::ChangeLinked { bond: Bond::Fix, was: None, before: None, change: Box::new(change(ChangeState::Open)) },
        Event::ChangeLinked {
            bond: Bond::Cause, was: Some(Bond::Mention), before: None, change: Box::new(change(ChangeState::Merged { at: at() })),
        },
        Event::ChangeLinked {
            bond: Bond::Nothing, was: Some(Bond::Fix), before: None, change: Box::new(change(ChangeState::Dropped { at: at() })),
        },
        Event::Blamed { service: "shop".into(), deployment: "github/145988746".into() },
        Event::Absolved { service: "shop".into(), deployment: "github/145988746".into() },
        Event::FixDeployed {
            service: "shop".into(), deployment: "github/145988746".into(),
            changes: ["github/1296269/42".into()].into(), at: at(),
        },
        Event::FixReverted { change: "github/1296269/42".into(), at: at() },
        Event::Resumed { because: Resumption::Deployed, due: None },
        Opened {
            key: key(47), title: text("a1/title"), details: None,
            requester: Actor::Bot("alertmanager:alertmanager".into()), work: Kind::Incident, priority: "P1".into(),
            area: None, squad: None, requester_squads: BTreeSet::new(),
            policy: "00ff".into(), follows: None, message: None, fields: BTreeMap::new(), restricted: None, drill: None,
            raised: Some(Raised { place: alerts_place(), alerts: [("alertmanager/c6ea".into(), signal(None))].into(), unfollowed: 0 }),
        }.into(),
        Event::Signalled {
            alerts: [("alertmanager/c6ea".into(), signal(None)), ("alertmanager/bc97".into(), signal(Some(at())))].into(),
            fire: 1, over: false, names: Some(text("a2/names")), of: None, unfollowed: 0,
        },
        Event::Signalled { alerts: [("alertmanager/c6ea".into(), signal(Some(at())))].into(), fire: 0, over: true, names: None, of: None, unfollowed: 0 },
        Event::Reopened { mode: ReopenMode::Continue, because: Reopening::Alert, why: None },
        Event::IssueAsked { repository: "github/acme/shop".parse().unwrap() },
        Event::ChangeLinked {
            bond: Bond::Track, was: Some(Bond::Track), before: Some(ChangeState::Open),
            change: Box::new(change(ChangeState::Closed { at: at() })),
        },
        Event::Commented { on: "github/1296269/43".into(), message: message() },
        Opened {
            key: key(48), title: text("a3/title"), details: None,
            requester: Actor::Bot("alertmanager:alertmanager".into()), work: Kind::Incident, priority: "P1".into(),
            area: None, squad: None, requester_squads: BTreeSet::new(),
            policy: "00ff".into(), follows: None, message: None, fields: BTreeMap::new(), restricted: None, drill: None,
            raised: Some(Raised { place: alerts_place(), alerts: BTreeMap::new(), unfollowed: 7 }),
        }.into(),
        Event::Absorbed {
            loser: key(47),
            taken: vec![Taken {
                ticket: key(47), requester: Actor::Bot("alertmanager:alertmanager".into()), clocks: ClockSet::default(),
                reports: BTreeSet::new(), alerts: followed(), issues: Vec::new(),
            }],
            lead: Vec::new(),
        },
        Event::Signalled {
            alerts: [("alertmanager/a1b2".into(), signal(None))].into(), fire: 1, over: false, names: None,
            of: Some(key(47)), unfollowed: 3,
        },
        Event::GaveBack { loser: key(49), given: vec![key(49)], lead: Vec::new(), over: true },
        Event::Unmerged { from: key(43), alerts: [(key(42), followed())].into(), over: true, issues: Vec::new() },
        Event::Absorbed {
            loser: key(50),
            taken: vec![Taken {
                ticket: key(50), requester: Actor::Person("ana".into()), clocks: ClockSet::default(),
                reports: BTreeSet::new(), alerts: Alerts::default(), issues: vec![issue()],
            }],
            lead: Vec::new(),
        },
        Event::Unmerged { from: key(43), alerts: BTreeMap::new(), over: false, issues: vec![issue()] },
    ]
}

fn assert_lines(golden: &str, lines: &[String]) {
    let actual = lines.join("\n") + "\n";
    assert_eq!(golden, actual, "a stored format changed; this is what would be written now:\n{actual}");
}

#[test]
fn every_event_is_stored_as_it_always_was() {
    let causes = [
        Cause::Inbound("local/m/7/posted".into()),
        Cause::Timer,
        Cause::Delivery(Box::new("entry/ticket/SUP-42/1.0".parse().unwrap())),
    ];
    let entries = events().into_iter().zip(1u64..).zip(causes.iter().cycle());
    let entries: Vec<TicketEntry> = entries
        .map(|((event, seq), cause)| Entry {
            seq,
            at: at(),
            by: Actor::Person("ana".into()),
            cause: cause.clone(),
            event,
        })
        .collect();
    let covered: BTreeSet<_> = entries.iter().map(|entry| entry.event.kind()).collect();
    assert_eq!(covered, Event::KINDS.iter().copied().collect(), "every event has its golden line");
    let lines: Vec<_> = entries.iter().map(|entry| entry.encode().unwrap().body).collect();
    assert_lines(include_str!("golden/events.jsonl"), &lines);
    for (line, entry) in include_str!("golden/events.jsonl").lines().zip(&entries) {
        assert_eq!(&serde_json::from_str::<TicketEntry>(line).unwrap(), entry);
    }
}

#[test]
fn a_ticket_of_every_event_has_the_state_that_its_format_names() {
    let mut ticket = None;
    for line in include_str!("golden/events.jsonl").lines() {
        evolve(&mut ticket, &serde_json::from_str::<TicketEntry>(line).unwrap());
    }
    let state = serde_json::to_string(&ticket.unwrap()).unwrap() + "\n";
    assert_eq!(
        (Ticket::FORMAT, include_str!("golden/ticket-2.json")),
        ("ticket-2", state.as_str()),
        "what a ticket is has changed: give `Ticket::FORMAT` another name, and this file, too"
    );
}

fn service_events() -> Vec<service::Event> {
    use service::{Contents, Deployment, Event, Merged};
    let deployment = |contents| Deployment {
        id: "github/145988746".into(),
        commit: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e".to_owned(),
        at: at(),
        contents,
        rollback: false,
        url: None,
    };
    let change = Merged {
        change: "github/1296269/42".into(),
        label: "acme/shop#42".to_owned(),
        commit: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e".to_owned(),
        began: at(),
        at: at(),
        fixes: [key(42)].into(),
        reverts: Some("github/1296269/41".into()),
        as_of: None,
    };
    let bare = Merged { fixes: BTreeSet::new(), reverts: None, ..change.clone() };
    let dated = Merged { as_of: Some(at()), ..change.clone() };
    let built = deployment(Contents::BuiltAt(at()));
    let rollback =
        Deployment { rollback: true, url: Some("https://ci.example/7".to_owned()), ..built.clone() };
    vec![
        Event::ChangeMerged { change },
        Event::ChangeMerged { change: bare },
        Event::Deployed { deployment: built },
        Event::Deployed { deployment: deployment(Contents::Changes(["github/1296269/42".into()].into())) },
        Event::DeployFailed { deployment: deployment(Contents::Commits(["f95f852b".to_owned()].into())) },
        Event::RolledBack { deployment: rollback },
        Event::ChangeMerged { change: dated },
    ]
}

#[test]
fn every_event_of_a_service_is_stored_as_it_always_was() {
    let events = service_events();
    let covered: BTreeSet<_> = events.iter().map(Recorded::kind).collect();
    assert_eq!(covered, service::Event::KINDS.iter().copied().collect(), "every event has its golden line");
    let entries: Vec<_> = events
        .into_iter()
        .zip(1u64..)
        .map(|(event, seq)| Entry { seq, at: at(), by: Actor::Bot("ci".into()), cause: Cause::Timer, event })
        .collect();
    let lines: Vec<_> = entries.iter().map(|entry| entry.encode().unwrap().body).collect();
    assert_lines(include_str!("golden/service.jsonl"), &lines);
    for (line, entry) in include_str!("golden/service.jsonl").lines().zip(&entries) {
        assert_eq!(&serde_json::from_str::<ServiceEntry>(line).unwrap(), entry);
    }
}

fn rota_events() -> Vec<rota::Event> {
    use rota::{Change, Event, Reason};
    let period = Period::new(at(), at() + chrono::TimeDelta::hours(8));
    let (ana, ben) = (|| PersonId::new("ana"), || PersonId::new("ben"));
    vec![
        Event::Arranged { period, change: Change::Add(ana()), why: Some(text("r1/why")) },
        Event::Arranged { period, change: Change::Remove(ana()), why: None },
        Event::Arranged { period, change: Change::Replace { person: ana(), with: ben() }, why: None },
        Event::Arranged { period, change: Change::Only(vec![ana(), ben()]), why: None },
        Event::Withdrawn { arranged: 1 },
        Event::SwapAsked { person: ana(), period, with: Some(ben()), expires: at(), why: None },
        Event::SwapTaken { swap: 6, by: ben(), in_return: Some(period) },
        Event::SwapCancelled { swap: 6 },
        Event::SwapExpired { swap: 6, due: at() },
        Event::WentAway { person: ana(), period, reason: Reason::FeatureWork, why: None },
        Event::CameBack { away: 10, at: at() },
        Event::FallbackSet { people: vec![ana()] },
        Event::GapDeclared { period, why: None },
        Event::GapReclaimed { gap: 13 },
        Event::CallOutProposed { person: ana(), ticket: key(42), period },
        Event::CallOutConfirmed { call_out: 15, period },
        Event::CallOutApproved { call_out: 15 },
        Event::CallOutRefused { call_out: 15 },
        Event::LookedAfter { on: [ana()].into() },
        Event::HandedOver {
            due: at(),
            from: [ana()].into(),
            to: [ben()].into(),
            on: [ben()].into(),
            missed: 2,
        },
    ]
}

#[test]
fn every_event_of_a_rota_is_stored_as_it_always_was() {
    let events = rota_events();
    let covered: BTreeSet<_> = events.iter().map(Recorded::kind).collect();
    assert_eq!(covered, rota::Event::KINDS.iter().copied().collect(), "every event has its golden line");
    let by = Actor::Person("ana".into());
    let entries = events.into_iter().zip(1u64..).map(|(event, seq)| RotaEntry {
        seq,
        at: at(),
        by: by.clone(),
        cause: Cause::Timer,
        event,
    });
    let entries: Vec<_> = entries.collect();
    let lines: Vec<_> = entries.iter().map(|entry| entry.encode().unwrap().body).collect();
    assert_lines(include_str!("golden/rota.jsonl"), &lines);
    for (line, entry) in include_str!("golden/rota.jsonl").lines().zip(&entries) {
        assert_eq!(&serde_json::from_str::<RotaEntry>(line).unwrap(), entry);
    }
}

#[test]
fn everything_else_is_stored_as_it_always_was() {
    let id: EffectId = "entry/ticket/SUP-42/9.1".parse().unwrap();
    let tell = Tell {
        since: None,
        to: Recipient::Thread(key(42)),
        via: None,
        ticket: key(42),
        by: Actor::Desk,
        notice: Notice::Escalated {
            told: told().remove(0),
            why: Alarm::Breached { target: Target::Resolve, deadline: Some(at()) },
            note: None,
            late_by: 0,
        },
    };
    let inbound = Inbound {
        key: "local/m/7/posted".into(),
        from: Identity { adapter: "local".into(), user: "rita".to_owned(), bot: false },
        about: About::Thread(place()),
        command: Command::Reply { message: message() },
        texts: vec![TextRow {
            at: text("m1/text"),
            author: None,
            internal: false,
            text: Text::new("it is down", Text::MESSAGE).unwrap(),
        }],
        at: at(),
    };
    let refused = Rejection::WrongStatus {
        command: CommandKind::Resume,
        status: StatusKind::New,
        allowed: vec![CommandKind::Claim],
    };
    let answers = [
        Answer { ticket: Some(key(42)), outcome: Ok(Accepted { ticket: key(42), seq: 9 }) },
        Answer { ticket: Some(key(42)), outcome: Err(refused) },
    ];
    let adopted = desk_log::Event::PolicyAdopted { version: "00ff".into() };
    let zones = desk_log::Event::ZonesAdopted { zones: "2026f".to_owned() };
    let desk =
        |event| -> DeskEntry { Entry { seq: 1, at: at(), by: Actor::Desk, cause: Cause::Timer, event } };
    let period = Period::new(at(), at() + chrono::TimeDelta::hours(8));
    let announce = Announce {
        to: Recipient::Channel("squad-web".into()),
        rota: "web".into(),
        by: Actor::Person("ana".into()),
        notice: RotaNotice::SwapAsked { swap: 6, person: "ana".into(), period, why: Some(text("r1/why")) },
    };
    let announced = Effect { id: "entry/rota/web/6.0".parse().unwrap(), intent: Intent::Announce(announce) };
    let hand_over = Announce {
        to: Recipient::Person("ben".into()),
        rota: "web".into(),
        by: Actor::Desk,
        notice: RotaNotice::HandOver { from: ["ana".into()].into(), to: ["ben".into()].into(), at: at() },
    };
    let handed_over =
        Effect { id: "entry/rota/web/20.0".parse().unwrap(), intent: Intent::Announce(hand_over) };
    let of = Item::CallOut { rota: "web".into(), entry: 15, ticket: key(42), band: Band::Holiday };
    let lines = vec![
        Line {
            item: Item::Standby { rota: "web".into(), band: Band::Weeknight },
            seconds: 28_800,
            rate: 250,
            amount: 2_000,
            periods: vec![period],
        },
        Line {
            item: Item::Correction { month: "2026-02".parse().unwrap(), of: Box::new(of) },
            seconds: -3_600,
            rate: 5_000,
            amount: -5_000,
            periods: Vec::new(),
        },
    ];
    let month = "2026-03".parse().unwrap();
    let statements = vec![Statement { person: "ana".into(), month, lines }];
    let closed = desk_log::Event::MonthClosed { month, statements };
    let call_out = CallOut { person: "ana".into(), ticket: key(42), period };
    let called_out =
        Effect { id: "entry/ticket/SUP-42/9.1".parse().unwrap(), intent: Intent::CallOut(call_out) };
    let arranged = RotaInbound {
        key: "local/rota/6".into(),
        from: Identity::new("local", "ana"),
        rota: "web".into(),
        command: rota::Command::TakeSwap { swap: 6, in_return: None },
        texts: Vec::new(),
        at: at(),
    };
    let woken = Tell { to: Recipient::Person("ana".into()), via: Some("pager".into()), ..tell.clone() };
    let called = Tell { since: Some(at()), ..woken.clone() };
    let called = Effect { id: id.clone(), intent: Intent::Tell(called) };
    let woken = Effect { id: id.clone(), intent: Intent::Tell(woken) };
    let over = alert_log::Event::Over { alerts: [("alertmanager/c6ea".into(), signal(Some(at())))].into() };
    let over: AlertEntry =
        Entry { seq: 1, at: at(), by: Actor::Bot("am".into()), cause: Cause::Timer, event: over };
    let signal_of_a_merged_ticket = Command::Signal {
        alerts: [("alertmanager/c6ea".into(), signal(None))].into(),
        names: None,
        of: Some(key(42)),
        unfollowed: 3,
    };
    let lines = [
        serde_json::to_string(&Effect { id: id.clone(), intent: Intent::Show(Surface::Card(key(42))) }),
        serde_json::to_string(&Effect { id: id.clone(), intent: Intent::Tell(tell) }),
        serde_json::to_string(&Effect {
            id,
            intent: Intent::Send { to: StreamId::Ticket(key(43)), command: Command::Claim },
        }),
        serde_json::to_string(&inbound),
        serde_json::to_string(&answers[0]),
        serde_json::to_string(&answers[1]),
        serde_json::to_string(&desk(adopted)),
        serde_json::to_string(&Policy::default()),
        serde_json::to_string(&desk(zones)),
        serde_json::to_string(&announced),
        serde_json::to_string(&called_out),
        serde_json::to_string(&desk(closed)),
        serde_json::to_string(&arranged),
        serde_json::to_string(&woken),
        serde_json::to_string(&handed_over),
        serde_json::to_string(&Effect {
            id: "entry/ticket/SUP-42/1.3".parse().unwrap(),
            intent: Intent::Route("web".into()),
        }),
        serde_json::to_string(&Effect::look_again(&"web".into(), at())),
        serde_json::to_string(&called),
        serde_json::to_string(&over),
        serde_json::to_string(&StreamId::Alerts("alertmanager/9b74c9897bac770ffc029102a200c5de".into())),
        serde_json::to_string(&signal_of_a_merged_ticket),
    ];
    let lines: Vec<_> = lines.into_iter().map(Result::unwrap).collect();
    assert_lines(include_str!("golden/others.jsonl"), &lines);
}

#[test]
fn an_event_of_a_newer_version_stops_its_stream_with_a_clear_error() {
    let stream = StreamId::Ticket(key(42));
    let mut raw =
        TicketEntry { seq: 3, at: at(), by: Actor::Desk, cause: Cause::Timer, event: Event::Claimed {} }
            .encode()
            .unwrap();
    raw.kind = "teleported".to_owned();
    raw.body = raw.body.replace("claimed", "teleported");
    let error = TicketEntry::decode(&stream, &raw).unwrap_err().to_string();
    assert!(
        error.starts_with("entry 3 of `ticket/SUP-42`, of kind `teleported`, can not be read"),
        "{error}"
    );
    assert!(error.ends_with("run the version that wrote it, or newer"), "{error}");
}
