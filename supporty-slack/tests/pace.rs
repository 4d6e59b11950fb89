//! Laws of the pace, in virtual time.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::TimeDelta;
use proptest::prelude::*;
use supporty_core::vocab::Time;
use supporty_slack::{Method, Pace, Rate, TeamId, Wish};

const GRACE: i64 = 60_000;

fn start() -> Time {
    "2026-01-12T10:00:00Z".parse().unwrap()
}

fn at(millis: i64) -> Time {
    start() + TimeDelta::milliseconds(millis)
}

fn millis(at: Time) -> i64 {
    at.signed_duration_since(start())
        .num_microseconds()
        .map(|micros| (micros + 999).div_euclid(1000))
        .unwrap()
}

fn wish<'a>(method: Method, channel: &'a str, name: &'a str, urgent: bool) -> Wish<'a> {
    Wish { team: None, method, channel, name, urgent }
}

/// Somebody who wants a call, and how they behave.
#[derive(Debug, Clone)]
struct Asker {
    method: Method,
    channel: &'static str,
    /// When they ask first, in milliseconds.
    from: i64,
    urgent: bool,
    /// How much later than told they come.
    late: i64,
    /// After being told they never come again.
    leaves: bool,
}

/// What became of it.
#[derive(Debug, Default)]
struct Played {
    /// When each call was made, by asker.
    made: BTreeMap<usize, i64>,
    /// How often each asked.
    asks: BTreeMap<usize, u32>,
}

/// Everybody asks, and asks again when told; Slack asks for a pause of each length at each time.
fn play(askers: &[Asker], holds: &[(i64, i64)]) -> Played {
    let mut pace = Pace::default();
    let mut played = Played::default();
    let first = askers.iter().enumerate().map(|(n, asker)| Reverse((asker.from, n)));
    let mut next: BinaryHeap<_> = first.collect();
    let mut holds = holds.iter().peekable();
    while let Some(Reverse((now, n))) = next.pop() {
        let asker = &askers[n];
        let name = n.to_string();
        while let Some((_, length)) = holds.next_if(|(from, _)| *from <= now) {
            pace.hold(wish(Method::ChatPostMessage, "C1", "", false), at(now + length));
        }
        let asks = played.asks.entry(n).or_default();
        *asks += 1;
        assert!(*asks < 10_000, "{n} asks for ever");
        match pace.book(wish(asker.method, asker.channel, &name, asker.urgent), at(now)) {
            Ok(()) => drop(played.made.insert(n, now)),
            Err(_) if asker.leaves => {}
            Err(told) => {
                assert!(told >= at(now), "nobody is told to have come earlier");
                next.push(Reverse((millis(told) + asker.late, n)));
            }
        }
    }
    played
}

fn posts(count: usize) -> Vec<Asker> {
    let asker = Asker {
        method: Method::ChatPostMessage,
        channel: "C1",
        from: 0,
        urgent: false,
        late: 0,
        leaves: false,
    };
    vec![asker; count]
}

fn askers() -> impl Strategy<Value = Vec<Asker>> {
    let method = prop_oneof![
        6 => Just(Method::ChatPostMessage), 2 => Just(Method::ChatUpdate), 1 => Just(Method::BookmarksAdd)
    ];
    let channel = prop_oneof![2 => Just("C1"), 1 => Just("C2")];
    let late = prop_oneof![3 => Just(0), 1 => 0i64..3_000, 1 => 0i64..90_000];
    let asker = (method, channel, 0i64..60_000, prop::bool::weighted(0.1), late, prop::bool::weighted(0.1));
    let asker = asker.prop_map(|(method, channel, from, urgent, late, leaves)| Asker {
        method,
        channel,
        from,
        urgent,
        late,
        leaves,
    });
    prop::collection::vec(asker, 1..150)
}

proptest! {
    #[test]
    fn no_window_has_more_calls_than_its_limit_allows_and_everybody_who_comes_is_served(
        askers in askers(),
        holds in prop::collection::vec((0i64..120_000, 0i64..30_000), 0..4),
    ) {
        let mut holds = holds;
        holds.sort_unstable();
        let played = play(&askers, &holds);
        let mut lanes: BTreeMap<(Method, &str), Vec<i64>> = BTreeMap::new();
        for (n, made) in &played.made {
            let Asker { method, channel, .. } = askers[*n];
            let channel = if method.rate() == Rate::PerChannel { channel } else { "" };
            lanes.entry((method, channel)).or_default().push(*made);
        }
        for ((method, _), made) in &mut lanes {
            made.sort_unstable();
            let (most, window) = match method.rate() {
                Rate::PerChannel => (1, 1_000),
                Rate::PerMinute(most) => (most as usize, 60_000),
                Rate::Unsaid => continue,
            };
            for calls in made.windows(most + 1) {
                prop_assert!(calls[most] - calls[0] >= window, "{method:?}: {calls:?}");
            }
        }
        for (n, asker) in askers.iter().enumerate() {
            prop_assert!(asker.leaves || played.made.contains_key(&n), "{n} is never served");
        }
    }

    #[test]
    fn a_hold_moves_everybody_and_keeps_the_order(count in 2usize..60, from in 0i64..30_000, length in 0i64..90_000) {
        let (calm, held) = (play(&posts(count), &[]), play(&posts(count), &[(from, length)]));
        let order: Vec<_> = held.made.values().collect();
        prop_assert!(order.is_sorted(), "{order:?}");
        for (n, made) in &held.made {
            prop_assert!(*made >= calm.made[n]);
            prop_assert!(*made <= calm.made[n] + length + 1_000, "{n}: {made} after {}", calm.made[n]);
        }
    }

    #[test]
    fn whoever_does_not_come_costs_their_own_turn_and_no_more(gone in prop::collection::btree_set(1usize..80, 0..40)) {
        let mut askers = posts(80);
        gone.iter().for_each(|gone| askers[*gone].leaves = true);
        let (all, some) = (play(&posts(80), &[]), play(&askers, &[]));
        for (n, made) in &some.made {
            prop_assert!(*made <= all.made[n], "{n} waits for somebody who does not come");
        }
    }

    #[test]
    fn an_urgent_one_is_next_whatever_waits(waiting in 1usize..300, from in 0i64..200_000) {
        let mut askers = posts(waiting);
        let urgent = Asker { from, urgent: true, ..askers[0].clone() };
        askers.push(urgent);
        let played = play(&askers, &[]);
        prop_assert!(played.made[&waiting] <= from + 1_000, "{}", played.made[&waiting]);
        let rest: Vec<_> = (0..waiting).map(|n| played.made[&n]).collect();
        prop_assert!(rest.is_sorted());
    }
}

#[test]
fn five_hundred_posts_to_a_channel_take_five_hundred_seconds_and_two_asks_each() {
    let played = play(&posts(500), &[]);
    let last = played.made.values().max().unwrap();
    assert!((498_000..=502_000).contains(last), "{last} ms");
    assert!(played.asks.values().all(|asks| *asks <= 2), "{:?}", played.asks.values().max());

    // Fifty urgent ones in between: whoever they displaced asks again, and the whole takes as much longer.
    let mut askers = posts(500);
    let urgent = |n: i64| Asker { from: n * 7_000 + 3, urgent: true, ..posts(1)[0].clone() };
    askers.extend((0..50).map(urgent));
    let played = play(&askers, &[]);
    let last = played.made.values().max().unwrap();
    assert!((548_000..=552_000).contains(last), "{last} ms");
    let asks: u32 = played.asks.values().sum();
    assert!(asks <= 550 * 4, "{asks} asks");
    let order: Vec<_> = (0..500).map(|n| played.made[&n]).collect();
    assert!(order.is_sorted());

    // Everybody is a little late, as in a real process: that costs little more.
    let mut askers = posts(500);
    askers.iter_mut().for_each(|asker| asker.late = 5);
    let played = play(&askers, &[]);
    let last = played.made.values().max().unwrap();
    assert!((498_000..=505_000).contains(last), "{last} ms");
    let asks: u32 = played.asks.values().sum();
    assert!(asks <= 500 * 5, "{asks} asks");
}

#[test]
fn a_process_that_stood_still_goes_on_in_order_and_asks_no_more_than_once_more() {
    let mut pace = Pace::default();
    let names: Vec<_> = (0..100).map(|n| n.to_string()).collect();
    let post = |n: usize| wish(Method::ChatPostMessage, "C1", &names[n], false);
    for n in 0..100 {
        assert_eq!(pace.book(post(n), start()).is_ok(), n == 0);
    }
    // All at once, thirty seconds late: the time of thirty has passed.
    let now = at(30_000);
    let told: Vec<_> = (1..100).map(|n| pace.book(post(n), now).err().unwrap_or(now)).collect();
    assert!(told.is_sorted());
    let mut slots = told.clone();
    slots.dedup();
    assert_eq!(slots.len(), told.len(), "nobody is told the time of somebody else");
    for (n, told) in told.into_iter().enumerate().skip(1) {
        assert_eq!(pace.book(post(n + 1), told), Ok(()), "{n}");
    }
    assert_eq!(pace.waiting(), 0);
}

#[test]
fn after_the_grace_nobody_remembers_who_did_not_come() {
    let mut pace = Pace::default();
    for name in ["one", "two", "three"] {
        let _ = pace.book(wish(Method::ChatPostMessage, "C1", name, false), start());
    }
    let late = at(2_000 + GRACE + 1);
    assert_eq!(pace.book(wish(Method::ChatPostMessage, "C1", "four", false), late), Ok(()));
    assert_eq!(pace.waiting(), 0);
}

#[test]
fn what_is_idle_is_forgotten_and_what_waits_is_bounded() {
    let mut pace = Pace::default();
    for n in 0..20_000i64 {
        let user = format!("U{n}");
        assert_eq!(pace.book(wish(Method::ChatPostMessage, &user, "x", false), at(n * 20)), Ok(()));
        assert!(pace.lanes() <= 320, "{} lanes", pace.lanes());
    }
    let mut pace = Pace::default();
    for n in 0..5_000 {
        let _ = pace.book(wish(Method::ChatPostMessage, "C1", &n.to_string(), false), start());
    }
    assert!(pace.waiting() <= 4_096, "{} wait", pace.waiting());
}

#[test]
fn channels_methods_and_workspaces_do_not_wait_for_each_other() {
    let mut pace = Pace::default();
    let other = TeamId::new("T9");
    let post = wish(Method::ChatPostMessage, "C1", "a", false);
    assert_eq!(pace.book(post, start()), Ok(()));
    assert_eq!(pace.book(Wish { name: "b", ..post }, start()), Err(at(1_000)));
    assert_eq!(pace.book(Wish { channel: "C2", ..post }, start()), Ok(()));
    assert_eq!(pace.book(Wish { method: Method::ChatUpdate, ..post }, start()), Ok(()));
    assert_eq!(pace.book(Wish { team: Some(&other), ..post }, start()), Ok(()));
}
