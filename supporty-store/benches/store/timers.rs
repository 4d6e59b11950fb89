//! Timers that are due among very many that are not.

use chrono::TimeDelta;
use supporty_core::adapter::{Append, Commit, Wake};

use crate::data::{at, fill, tickets};
use crate::{Measured, floor, line, median, rate, timed};

pub(crate) async fn measure(stores: &[Measured], url: &str) {
    let trip = floor::round_trip(url, 1_000).await;
    line("floor: prepared select", "postgres", trip, None);
    for Measured { name, store } in stores {
        let total = tickets();
        let (time, ()) = timed(fill(store.as_ref(), total, TimeDelta::milliseconds(600), false)).await;
        rate("tickets filled in, each with a timer", name, usize::try_from(total).unwrap(), time);

        let (mut times, mut leased) = (Vec::new(), 0);
        for minute in 1..=60 {
            let (now, until) = (at(minute * 60), at(minute * 60 + 40_000_000));
            let (time, due) = timed(store.lease_timers(now, until, 1_000)).await;
            leased += due.unwrap().len();
            times.push(time);
        }
        println!("{:<46} {name:<10} {:>11} due a minute of {total}", "", leased / 60);
        line("lease what is due", name, median(times), Some(trip).filter(|_| *name == "postgres"));
        let mut times = Vec::new();
        for _ in 0..200 {
            times.push(timed(store.lease_timers(at(3_600), at(3_660), 64)).await.0);
        }
        line("lease when nothing is due", name, median(times), None);
        let mut times = Vec::new();
        for _ in 0..200 {
            times.push(timed(store.next_wake()).await.0);
        }
        line("look for the next wake", name, median(times), None);

        let due = usize::try_from(total / 10).unwrap().min(20_000);
        let now = at(0) + TimeDelta::milliseconds(600) * i32::try_from(due + 6_000).unwrap();
        let mut drained = 0;
        let drain = async {
            while drained < due {
                let leased = store.lease_timers(now, now + TimeDelta::seconds(60), 500).await.unwrap();
                if leased.is_empty() {
                    break;
                }
                drained += leased.len();
                let wake = Wake { due: at(90_000_000), stamp: "bench".to_owned() };
                let arm = |stream| Append { wake: Some(wake.clone()), ..Append::new(stream, 1, Vec::new()) };
                let appends = leased.into_iter().map(|lease| arm(lease.stream)).collect();
                store.commit(Commit { appends, ..Commit::default() }).await.unwrap();
            }
        };
        let (time, ()) = timed(drain).await;
        rate("timers drained: leased and armed anew", name, drained, time);
    }
}
