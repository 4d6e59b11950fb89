//! What the driver does with a store comes to the same as what happens in the pure world.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::adapter::{About, Inbound, Store};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::{Assignees, Assignment, Member, Policy, Rota, Rotation};
use supporty_core::ticket::{Command, Event, TicketEntry};
use supporty_core::time::{Unit, Zone};
use supporty_core::vocab::{Actor, Identity, Resolution, TicketKey, WaitingOn};
use supporty_core::world::World;

use team::stores::stores;
use team::{at, open, reply, team};

#[derive(Debug, Clone)]
struct Move {
    after: i64,
    user: &'static str,
    ticket: Option<u64>,
    command: Command,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let start = at("2026-03-26T07:00:00Z");
    let soon = move |seconds: i64| start + TimeDelta::seconds(seconds);
    let command = prop_oneof![
        3 => prop::sample::select(&["P1", "P2", "P3"][..]).prop_map(open),
        2 => Just(Command::Claim),
        1 => Just(Command::Release),
        3 => (0i64..900_000).prop_map(move |seconds| reply("m", soon(seconds))),
        1 => Just(Command::Reprioritise { to: "P1".into(), why: None }),
        2 => (0i64..900_000).prop_map(move |seconds| Command::Wait { on: WaitingOn::Requester, until: soon(seconds), why: None }),
        2 => Just(Command::Resolve { resolution: Resolution::Explanation, note: None }),
        1 => Just(Command::Confirm),
        1 => Just(Command::Reopen { why: None }),
        2 => (1u64..4).prop_map(|into| Command::Merge { into: TicketKey::new("SUP", into) }),
        1 => Just(Command::Unmerge),
    ];
    let one = (0i64..40_000, prop::sample::select(&["gwen", "lea", "rita"][..]), 1u64..4, command);
    let one = one.prop_map(|(after, user, ticket, command)| {
        let ticket = Some(ticket).filter(|_| !matches!(command, Command::Open(_)));
        Move { after, user, ticket, command }
    });
    prop::collection::vec(one, 1..25)
}

/// The team, whose tickets are assigned in one of the ways that there are, or not at all, with a rota or without.
fn assigning(to: Option<usize>, rota: bool) -> Policy {
    let mut spec = team().spec().clone();
    if rota {
        let turns = Rotation {
            layer: 0,
            every: Unit::Hour,
            length: 7,
            start: at("2026-03-20T09:00:00Z").naive_utc(),
            end: None,
            lasts: Some(6 * 3600),
            hours: None,
            members: ["gwen", "oli", "lea"].map(Member::one).to_vec(),
        };
        let rota = Rota {
            name: "Web".to_owned(),
            zone: Zone::utc(),
            squad: None,
            rotations: vec![turns],
            people_on: 1,
            cover: None,
            fallback: Vec::new(),
        };
        spec.rotas.insert("web".into(), rota);
        for squad in spec.squads.values_mut() {
            squad.gardener = None;
            (squad.gardener_rota, squad.on_call_rota) = (Some("web".into()), Some("web".into()));
        }
    }
    let all = [Assignees::Gardener, Assignees::OnCall, Assignees::Members];
    let assign = to.and_then(|to| all.get(to)).map(|to| Assignment { to: *to, limit: 1 });
    spec.squads.values_mut().for_each(|squad| squad.assign = assign);
    Policy::new(spec).unwrap()
}

/// What must be the same: numbers, instants, people and events. Causes are named by whoever delivers, and the world
/// writes no handoffs, so that its rotas have other last entries.
fn told(entries: &[TicketEntry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| {
            let mut event = entry.event.clone();
            if let Event::Escalated(fired) = &mut event {
                fired.rotas.clear();
            }
            format!("{} {} {:?} {event:?}", entry.seq, entry.at, entry.by)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_driver_comes_to_the_same_as_the_world(
        moves in moves(), assign in prop::option::of(0usize..3), rota in any::<bool>()
    ) {
        let policy = assigning(assign, rota);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for (store, _folder) in stores().await {
                compare(store, &policy, moves.clone()).await;
            }
        });
    }
}

async fn compare(store: Arc<dyn Store>, policy: &Policy, moves: Vec<Move>) {
    let mut now = at("2026-03-26T07:00:00Z");
    let mut world = World::new(policy.clone());
    world.staff_around(now);
    // Without a chat: where a thread stands is the one thing that only a chat can tell.
    let clock = Arc::new(ManualClock::new(now));
    let builder =
        Desk::builder(store.clone()).policy(policy.clone()).clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let desk = builder.build().await.unwrap();
    for (n, one) in moves.into_iter().enumerate() {
        now += TimeDelta::seconds(one.after);
        world.run_until(now);
        while let Some(wake) = store.next_wake().await.unwrap().filter(|wake| *wake <= now) {
            clock.set(wake.max(clock.now()));
            desk.work().await.unwrap();
        }
        clock.set(now);
        let key = one.ticket.map(|number| TicketKey::new("SUP", number));
        let identity = Identity { adapter: "local".into(), user: one.user.to_owned(), bot: false };
        let by: Actor = desk.policy().actor(&identity);
        let about = key.clone().map_or(About::New, About::Ticket);
        let inbound = Inbound {
            key: format!("k{n}").as_str().into(),
            from: identity,
            about,
            command: one.command.clone(),
            texts: Vec::new(),
            at: now,
        };
        let expected = world.submit(now, &by, key.as_ref(), one.command);
        assert_eq!(desk.handle(inbound).await.unwrap().outcome, expected);
    }
    while store.next_wake().await.unwrap().is_some_and(|wake| wake <= now) {
        desk.work().await.unwrap();
    }
    for ticket in world.tickets() {
        let log: Vec<_> = world.log(&ticket.key).cloned().collect();
        assert_eq!(told(&desk.log(ticket.key.clone()).await.unwrap()), told(&log));
    }
}
