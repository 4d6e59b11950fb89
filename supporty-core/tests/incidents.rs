//! What comes with an incident: reports that hear of it, runbooks, a post-mortem, and game days to practise it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;

use supporty_core::adapter::Inbound;
use supporty_core::effect::{Intent, Notice};
use supporty_core::explain::drill_report;
use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Command, Event, Heard, Open, Verdict};
use supporty_core::vocab::{Actor, Identity, Kind, Recipient, Resolution, Target, TextRef, TicketKey, Time};
use supporty_core::world::World;

use common::{due, open, person, reply};

const POLICY: &str = r#"
private_channel = "private"
[people.oli]
[people.gwen]
[people.lea]
[people.max]
[squads.web]
lead = "lea"
gardener = "gwen"
on_call = ["oli"]
[areas.shop]
squad = "web"
runbooks = ["https://wiki.example/shop", "https://wiki.example/cards"]
[drills.checkout-down]
title = "The checkout is down"
details = "All cards are refused"
priority = "P1"
area = "shop"
participants = ["oli", "gwen"]
script = ["25m: orders come in again", "10m: the provider sees nothing"]
"#;

/// A Monday at ten, and so many minutes.
fn at(minute: i64) -> Time {
    let monday: Time = "2026-01-12T10:00:00Z".parse().unwrap();
    monday + TimeDelta::minutes(minute)
}

fn world() -> World {
    World::new(Policy::from_toml(POLICY).unwrap())
}

fn opened(world: &mut World, by: &str, priority: &str, kind: Kind) -> TicketKey {
    let Command::Open(request) = open(priority, Some("shop")) else { unreachable!() };
    let command = Command::Open(Open { kind, ..request });
    world.submit(at(0), &person(by), None, command).unwrap().ticket
}

fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::CodeChange, note: None }
}

/// What was said in a ticket's thread, from an effect on.
fn thread(world: &World, key: &TicketKey) -> Vec<Notice> {
    let told = world.effects().iter().filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) if tell.to == Recipient::Thread(key.clone()) => Some(tell.notice.clone()),
        _ => None,
    });
    told.collect()
}

/// SUP-1 is an incident, SUP-2 and SUP-3 are reports of it by rita and rob.
fn gathered() -> (World, [TicketKey; 3]) {
    let mut world = world();
    let incident = opened(&mut world, "oli", "P1", Kind::Incident);
    let reports = ["rita", "rob"].map(|by| {
        let report = opened(&mut world, by, "P2", Kind::Request);
        let attach = Command::Attach { to: incident.clone() };
        world.submit(at(1), &person("gwen"), Some(&report), attach).unwrap();
        report
    });
    let [one, two] = reports;
    (world, [incident, one, two])
}

#[test]
fn what_is_said_on_an_incident_reaches_every_reports_thread() {
    let (mut world, [incident, one, two]) = gathered();
    world.submit(at(2), &person("oli"), Some(&incident), reply("m1", at(2))).unwrap();
    world.submit(at(3), &person("oli"), Some(&incident), Command::Identify).unwrap();
    world.submit(at(4), &person("oli"), Some(&incident), Command::Mitigate).unwrap();
    world.submit(at(5), &person("oli"), Some(&incident), resolve()).unwrap();
    for report in [&one, &two] {
        let heard: Vec<_> = thread(&world, report)
            .into_iter()
            .filter_map(|notice| match notice {
                Notice::Heard { incident: from, by, what } => {
                    assert_eq!((from, by), (incident.clone(), person("oli")));
                    Some(what)
                }
                _ => None,
            })
            .collect();
        assert!(matches!(&heard[0], Heard::Said(message) if message.id.as_str() == "m1"));
        assert_eq!(
            heard[1..],
            [Heard::Identified, Heard::Mitigated, Heard::Resolved(Resolution::CodeChange)]
        );
    }
    assert_eq!(world.ticket(&one).unwrap().messages, 0, "it was said elsewhere, and is counted there");
}

#[test]
fn an_answer_on_the_incident_keeps_the_promises_of_its_reports() {
    let (mut world, [incident, one, _]) = gathered();
    assert!(due(&world, &one, Target::Respond).is_some());
    world.submit(at(2), &person("rita"), Some(&one), reply("q", at(2))).unwrap();
    world.submit(at(3), &person("oli"), Some(&incident), reply("m1", at(3))).unwrap();
    let ticket = world.ticket(&one).unwrap();
    let met = |target| {
        ticket.outcomes.iter().any(|outcome| {
            outcome.target == target
                && matches!(outcome.verdict, Verdict::Met { at: when, .. } if when == at(3))
        })
    };
    assert!(met(Target::Respond) && met(Target::NextResponse), "{:?}", ticket.outcomes);
    assert_eq!(due(&world, &one, Target::Respond), None);
}

#[test]
fn notes_stay_inside_and_what_was_heard_before_is_not_heard_again() {
    let (mut world, [incident, one, _]) = gathered();
    let note = |id: &str| match reply(id, at(2)) {
        Command::Reply { message } => Command::Note { message },
        other => other,
    };
    world.submit(at(2), &person("oli"), Some(&incident), note("n")).unwrap();
    assert!(!thread(&world, &one).iter().any(|notice| matches!(notice, Notice::Heard { .. })));
    world.submit(at(3), &person("oli"), Some(&incident), reply("m", at(3))).unwrap();
    let seq = world.ticket(&incident).unwrap().seq;
    let again = Command::Hear { incident: incident.clone(), seq, by: person("oli"), what: Heard::Identified };
    assert!(
        world.submit(at(4), &Actor::Desk, Some(&one), again.clone()).is_err(),
        "a second delivery does nothing"
    );
    let forged = world.submit(at(4), &person("rita"), Some(&one), again);
    assert!(matches!(forged, Err(Rejection::ForTheDesk { .. })), "{forged:?}");
}

#[test]
fn only_an_open_incident_gathers_and_a_report_is_of_one_incident_only() {
    let (mut world, [incident, one, two]) = gathered();
    let attach = |to: &TicketKey| Command::Attach { to: to.clone() };
    let mut ask =
        |by: &str, about: &TicketKey, command| world.submit(at(2), &person(by), Some(about), command);
    assert_eq!(ask("gwen", &one, attach(&incident)), Err(Rejection::Unchanged));
    assert!(matches!(ask("gwen", &one, attach(&two)), Err(Rejection::NotAnOpenIncident { .. })));
    assert_eq!(ask("gwen", &incident, attach(&one)), Err(Rejection::IsAnIncident));
    assert!(matches!(ask("rita", &one, Command::Detach), Err(Rejection::NotAnEngineer { .. })));
    ask("gwen", &one, Command::Detach).unwrap();
    assert_eq!(ask("gwen", &one, Command::Detach), Err(Rejection::ReportsToNone));
    assert_eq!(world.ticket(&incident).unwrap().reports.keys().collect::<Vec<_>>(), [&two]);
    world.submit(at(3), &person("oli"), Some(&incident), reply("m", at(3))).unwrap();
    assert!(!thread(&world, &one).iter().any(|notice| matches!(notice, Notice::Heard { .. })));
}

#[test]
fn the_reports_of_a_merged_incident_hear_of_its_survivor_and_go_back_with_it() {
    let (mut world, [incident, one, _]) = gathered();
    let survivor = opened(&mut world, "max", "P1", Kind::Incident);
    world.submit(at(2), &person("oli"), Some(&incident), Command::Merge { into: survivor.clone() }).unwrap();
    world.submit(at(3), &person("max"), Some(&survivor), reply("m", at(3))).unwrap();
    let heard = |world: &World| {
        let all = thread(world, &one);
        all.iter().filter(|notice| matches!(notice, Notice::Heard { .. })).count()
    };
    assert_eq!(heard(&world), 1);
    world.submit(at(4), &person("oli"), Some(&incident), Command::Unmerge).unwrap();
    world.submit(at(5), &person("max"), Some(&survivor), reply("n", at(5))).unwrap();
    assert_eq!(heard(&world), 1);
    world.submit(at(6), &person("oli"), Some(&incident), reply("o", at(6))).unwrap();
    assert_eq!(heard(&world), 2);
}

#[test]
fn what_is_said_on_a_restricted_incident_stays_there() {
    let (mut world, [incident, one, _]) = gathered();
    world.submit(at(2), &person("oli"), Some(&incident), Command::Claim).unwrap();
    let restrict = Command::Restrict { readers: Default::default() };
    world.submit(at(2), &person("oli"), Some(&incident), restrict).unwrap();
    world.submit(at(3), &person("oli"), Some(&incident), reply("m", at(3))).unwrap();
    assert!(!thread(&world, &one).iter().any(|notice| matches!(notice, Notice::Heard { .. })));
    let other = opened(&mut world, "ruth", "P3", Kind::Request);
    let refused = world.submit(at(4), &person("oli"), Some(&other), Command::Attach { to: incident.clone() });
    assert_eq!(refused, Err(Rejection::RestrictedIncident { of: incident }));
}

#[test]
fn runbooks_are_posted_when_a_critical_ticket_opens_or_a_ticket_becomes_critical() {
    let mut world = world();
    let helps = |world: &World, key: &TicketKey| {
        let all = thread(world, key);
        all.into_iter().find_map(|notice| match notice {
            Notice::Runbooks { links } => Some(links.len()),
            _ => None,
        })
    };
    let critical = opened(&mut world, "rita", "P1", Kind::Request);
    assert_eq!(helps(&world, &critical), Some(2));
    let other = opened(&mut world, "rita", "P2", Kind::Request);
    assert_eq!(helps(&world, &other), None);
    world
        .submit(at(1), &person("oli"), Some(&other), Command::Reprioritise { to: "P1".into(), why: None })
        .unwrap();
    assert_eq!(helps(&world, &other), Some(2));
}

#[test]
fn a_p1_that_ends_asks_for_a_post_mortem_and_says_when_it_is_late() {
    let mut world = world();
    let key = opened(&mut world, "rita", "P1", Kind::Incident);
    world.submit(at(1), &person("oli"), Some(&key), Command::Claim).unwrap();
    world.submit(at(30), &person("oli"), Some(&key), resolve()).unwrap();
    let asked = world.ticket(&key).unwrap().post_mortem.clone().unwrap();
    let monday: Time = "2026-01-19T10:30:00Z".parse().unwrap();
    assert_eq!(asked.due, monday, "five working days on");
    assert!(thread(&world, &key).contains(&Notice::PostMortemAsked { due: asked.due }));

    let mut late = world.clone();
    late.run_until(monday + TimeDelta::days(2));
    let told: Vec<_> = late
        .effects()
        .iter()
        .filter_map(|effect| match &effect.intent {
            Intent::Tell(tell) if matches!(tell.notice, Notice::PostMortemOverdue { .. }) => {
                Some(tell.to.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        ["oli", "lea"].map(|name| Recipient::Person(name.into())),
        "though the ticket is closed"
    );
    let learnt = || Command::WritePostMortem { text: TextRef::new("learnt") };
    late.submit(monday + TimeDelta::days(3), &person("oli"), Some(&key), learnt()).unwrap();

    world.submit(at(60), &person("oli"), Some(&key), learnt()).unwrap();
    world.run_until(monday + TimeDelta::days(2));
    assert!(!world.ticket(&key).unwrap().post_mortem.as_ref().unwrap().overdue);
    assert!(matches!(
        world.submit(at(61), &person("rita"), Some(&key), learnt()),
        Err(Rejection::NotAnEngineer { .. })
    ));
}

#[test]
fn a_reopened_p1_asks_again_and_duplicates_non_tickets_and_lesser_tickets_ask_for_nothing() {
    let mut world = world();
    let key = opened(&mut world, "rita", "P1", Kind::Request);
    world.submit(at(1), &person("oli"), Some(&key), resolve()).unwrap();
    world.submit(at(2), &person("rita"), Some(&key), Command::Reopen { why: None }).unwrap();
    assert_eq!(world.ticket(&key).unwrap().post_mortem, None);
    world.submit(at(3), &person("oli"), Some(&key), resolve()).unwrap();
    assert!(world.ticket(&key).unwrap().post_mortem.is_some());
    for (priority, resolution) in
        [("P1", Resolution::Duplicate), ("P1", Resolution::NotATicket), ("P2", Resolution::CodeChange)]
    {
        let other = opened(&mut world, "rita", priority, Kind::Request);
        let command = Command::Resolve { resolution, note: None };
        world.submit(at(4), &person("oli"), Some(&other), command).unwrap();
        assert_eq!(world.ticket(&other).unwrap().post_mortem, None, "{priority} {resolution}");
    }
}

#[test]
fn a_game_day_follows_its_script_pages_only_who_takes_part_and_reports_how_it_went() {
    let mut world = world();
    let plan = world.policies().current().spec().drills[&"checkout-down".into()].clone();
    let begin = Inbound::drill("drill/1".into(), Identity::new("local", "lea"), &plan, at(0)).unwrap();
    assert_eq!(begin.texts.len(), 4, "a title, details and two lines");
    let key = world.submit(at(0), &person("lea"), None, begin.command).unwrap().ticket;
    world.run_until(at(12));
    let told = world.effects().iter().filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) if matches!(tell.notice, Notice::Escalated { .. }) => Some(tell.to.clone()),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.contains(&Recipient::Person("gwen".into())), "{told:?}");
    assert!(!told.contains(&Recipient::Person("lea".into())), "who does not take part is not told: {told:?}");
    world.submit(at(13), &person("gwen"), Some(&key), Command::Claim).unwrap();
    world.submit(at(14), &person("gwen"), Some(&key), reply("m", at(14))).unwrap();
    world.submit(at(20), &person("gwen"), Some(&key), Command::Mitigate).unwrap();
    world.submit(at(30), &person("gwen"), Some(&key), resolve()).unwrap();

    let lines: Vec<_> = thread(&world, &key)
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::Prompted { text } => Some(text.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(lines, ["drill/1/line/1", "drill/1/line/0"], "in the order of time, whatever the file's is");
    assert!(thread(&world, &key).contains(&Notice::DrillEnded));
    assert_eq!(world.ticket(&key).unwrap().post_mortem, None);
    assert!(!world.effects().iter().any(|effect| matches!(effect.intent, Intent::CallOut(_))), "never paid");

    let log: Vec<_> = world.log(&key).cloned().collect();
    let report = drill_report(&log, world.policies()).unwrap();
    assert_eq!(report.ended, Some(at(30)));
    assert_eq!(report.mitigated, Some(TimeDelta::minutes(20)));
    let [gwen, oli] = report.people.as_slice() else { unreachable!() };
    assert_eq!((gwen.told, gwen.moved), (Some(TimeDelta::zero()), Some(TimeDelta::minutes(13))));
    assert_eq!((oli.told, oli.moved), (None, None), "in the squad's hours the gardener is told");
    assert_eq!(report.lines[0].answered, Some(TimeDelta::minutes(3)));
    let [(Target::Acknowledge, Verdict::MetLate { at: acknowledged, .. }), ..] = report.promises[..] else {
        panic!("{:?}", report.promises)
    };
    assert_eq!(acknowledged, at(13));
    assert_eq!((report.lines[1].line, report.lines[1].said), (2, TimeDelta::minutes(25)));
}

#[test]
fn only_a_drill_has_a_script_and_lines_that_were_missed_are_all_said() {
    let mut world = world();
    let plan = world.policies().current().spec().drills[&"checkout-down".into()].clone();
    let begin =
        || Inbound::drill("drill/1".into(), Identity::new("local", "lea"), &plan, at(0)).unwrap().command;
    let Command::Open(drill) = begin() else { unreachable!() };
    let wrong = Command::Open(Open { kind: Kind::Request, ..drill });
    assert_eq!(
        world.submit(at(0), &person("lea"), None, wrong),
        Err(Rejection::NotADrill { kind: Kind::Request })
    );
    let key = world.submit(at(0), &person("lea"), None, begin()).unwrap().ticket;
    world.tick(at(60));
    let said = world.log(&key).filter(|entry| matches!(entry.event, Event::Prompted { .. })).count();
    assert_eq!(said, 2);
}
