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

impl Asker {
    fn posts_to_one(&self) -> bool {
        (self.method, self.channel) == (Method::ChatPostMessage, "C1")
    }
}

/// What became of it.
#[derive(Debug, Default)]
struct Played {
    /// When each call was made, by asker.
    made: BTreeMap<usize, i64>,
    /// How often each asked.
    asks: BTreeMap<usize, u32>,
}

/// Everybody asks, and asks again when told; from each time on Slack refuses the next post to `C1`, and asks for a pause
/// of that length.
fn play(askers: &[Asker], refusals: &[(i64, i64)]) -> Played {
    let mut pace = Pace::default();
    let mut played = Played::default();
    let first = askers.iter().enumerate().map(|(n, asker)| Reverse((asker.from, n)));
    let mut next: BinaryHeap<_> = first.collect();
    let mut refusals = refusals.iter().peekable();
    while let Some(Reverse((now, n))) = next.pop() {
        let asker = &askers[n];
        let name = n.to_string();
        let wished = wish(asker.method, asker.channel, &name, asker.urgent);
        let asks = played.asks.entry(n).or_default();
        *asks += 1;
        assert!(*asks < 10_000, "{n} asks for ever");
        match pace.book(wished, at(now)) {
            Ok(()) => match refusals.next_if(|(from, _)| *from <= now && asker.posts_to_one()) {
                Some((_, length)) => {
                    pace.hold(wished, at(now + length));
                    next.push(Reverse((now + length, n)));
                }
                None => drop(played.made.insert(n, now)),
            },
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
        refusals in prop::collection::vec((0i64..120_000, 1_000i64..30_000), 0..4),
    ) {
        let mut refusals = refusals;
        refusals.sort_unstable();
        let played = play(&askers, &refusals);
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
    fn a_refusal_moves_everybody_and_keeps_the_order(
        count in 2usize..60,
        from in 0i64..30_000,
        length in 1_000i64..90_000,
        refused in 1usize..4,
    ) {
        let (calm, held) = (play(&posts(count), &[]), play(&posts(count), &vec![(from, length); refused]));
        let order: Vec<_> = held.made.values().collect();
        prop_assert!(order.is_sorted(), "{order:?}");
        for (n, made) in &held.made {
            prop_assert!(*made >= calm.made[n]);
            let most = calm.made[n] + length * refused as i64 + 1_000;
            prop_assert!(*made <= most, "{n}: {made} after {}", calm.made[n]);
        }
    }

    #[test]
    fn a_clock_that_steps_back_holds_nobody_up(
        waiting in 1usize..50,
        until in 0i64..20_000,
        back in 1i64..10_000_000,
    ) {
        let mut pace = Pace::default();
        let names: Vec<_> = (0..=waiting).map(|n| n.to_string()).collect();
        let post = |n: usize| wish(Method::ChatPostMessage, "C1", &names[n], false);
        for n in 0..waiting {
            let _ = pace.book(post(n), start());
        }
        let last = pace.book(post(waiting), at(until)).err().map_or(0, |told| millis(told) - until);
        let now = until - back;
        let again = pace.book(post(waiting), at(now)).err().map_or(0, |told| millis(told) - now);
        prop_assert!(again <= last.max(1_000), "{again} ms instead of {last}");
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
fn of_a_limit_of_several_calls_something_is_kept_for_what_is_urgent() {
    let ordinary = Asker { method: Method::ChatUpdate, ..posts(1)[0].clone() };
    let mut askers = vec![ordinary.clone(); 200];
    let urgent = (0..40).map(|n| Asker { from: n * 6_000 + 7, urgent: true, ..ordinary.clone() });
    askers.extend(urgent);
    let played = play(&askers, &[]);
    for (n, asker) in askers.iter().enumerate().skip(200) {
        assert_eq!(played.made[&n], asker.from, "it waits for nobody");
    }
    let order: Vec<_> = (0..200).map(|n| played.made[&n]).collect();
    assert!(order.is_sorted());
    assert!(order[199] <= 300_000, "what is kept costs the others a fifth: {}", order[199]);
}

#[test]
fn a_method_without_a_known_limit_is_left_alone_as_long_as_slack_asks() {
    let mut pace = Pace::default();
    let ask = |name| wish(Method::AuthTest, "", name, true);
    for name in ["one", "two", "three"] {
        assert_eq!(pace.book(ask(name), start()), Ok(()));
    }
    pace.hold(ask("two"), at(7_000));
    assert_eq!(pace.book(ask("four"), at(1)), Err(at(7_000)));
    for name in ["two", "four", "five"] {
        assert_eq!(pace.book(ask(name), at(7_000)), Ok(()));
    }
}

#[test]
fn several_that_are_refused_go_again_in_the_order_in_which_they_went() {
    let mut pace = Pace::default();
    let update = |name| wish(Method::ChatUpdate, "C1", name, false);
    for name in ["one", "two", "three"] {
        assert_eq!(pace.book(update(name), start()), Ok(()));
    }
    // Their answers come in any order.
    for name in ["two", "three", "one"] {
        pace.hold(update(name), at(60_000));
    }
    assert_eq!(pace.book(update("four"), at(10)), Err(at(60_000)));
    assert_eq!(pace.waiting(), 4);
    for name in ["one", "two", "three", "four"] {
        assert_eq!(pace.book(update(name), at(60_000)), Ok(()), "{name}");
    }
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
