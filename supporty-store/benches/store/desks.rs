//! Very many desks on one server.

use std::sync::Arc;
use std::time::Duration;

use supporty_core::adapter::{Query, Store};
use supporty_store::Postgres;

use crate::data::{at, step};
use crate::{floor, line, median, rate, timed};

const TICKETS: u64 = 20;
const CALLERS: usize = 16;

pub(crate) async fn measure(first: &Postgres, url: &str) {
    let many: usize =
        std::env::var("SUPPORTY_DESKS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let mut desks: Vec<Arc<Postgres>> = Vec::new();
    let open = async {
        for number in 0..many {
            desks.push(Arc::new(first.another_desk(&format!("desk {number}")).await.unwrap()));
        }
    };
    let (time, ()) = timed(open).await;
    rate("desks opened", "postgres", many, time);
    let desks = Arc::new(desks);
    for (what, entries) in [("opened", 0..1), ("answered", 1..5)] {
        let count = many * usize::try_from(TICKETS).unwrap() * entries.clone().count();
        let caller = |caller: usize| {
            let (desks, entries) = (Arc::clone(&desks), entries.clone());
            tokio::spawn(async move {
                for (ticket, after) in
                    (1..=TICKETS).flat_map(|ticket| entries.clone().map(move |after| (ticket, after)))
                {
                    for desk in desks.iter().skip(caller).step_by(CALLERS) {
                        desk.commit(step(ticket, after)).await.unwrap();
                    }
                }
            })
        };
        let all = async {
            let callers: Vec<_> = (0..CALLERS).map(caller).collect();
            for caller in callers {
                caller.await.unwrap();
            }
        };
        let (time, ()) = timed(all).await;
        rate(&format!("commits: tickets {what}, {CALLERS} callers"), "postgres", count, time);
    }
    let mut looks: [Vec<Duration>; 4] = Default::default();
    for desk in desks.iter().step_by(many.div_ceil(500)) {
        looks[0].push(timed(desk.lease_timers(at(0), at(60), 64)).await.0);
        looks[1].push(timed(desk.next_wake()).await.0);
        looks[2].push(timed(desk.list(Query::default())).await.0);
        looks[3].push(timed(desk.load(crate::data::stream(1), 0)).await.0);
    }
    let names = ["lease timers, none due", "look for the next wake", "list 20 tickets", "load 5 entries"];
    for (name, times) in names.into_iter().zip(looks) {
        line(&format!("{name}, one desk of {many}"), "postgres", median(times), None);
    }
    let client = floor::connect(url).await;
    let sizes = "select relname, pg_total_relation_size(oid), greatest(reltuples, 0)::bigint
                 from pg_class where relnamespace = 'supporty'::regnamespace and relkind = 'r' order by 2 desc limit 5";
    client.batch_execute("analyze").await.unwrap();
    for row in client.query(sizes, &[]).await.unwrap() {
        let (name, bytes, rows): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
        println!("table {name:<40} {:>8} MB {rows:>11} rows", bytes >> 20);
    }
}
