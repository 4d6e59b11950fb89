//! Lists and searches among very many tickets.

use chrono::TimeDelta;
use supporty_core::adapter::{OwnerFilter, Query};
use supporty_core::ticket::StatusKind;

use crate::data::{fill, tickets};
use crate::{Measured, floor, line, median, rate, timed};

pub(crate) async fn measure(stores: &[Measured], url: &str) {
    let open = vec![StatusKind::New, StatusKind::Active, StatusKind::Waiting];
    let search = |words: &str| Query { search: Some(words.to_owned()), ..Query::default() };
    let queries = [
        ("the newest 50", Query::default()),
        ("50 in the middle", Query { before: Some(tickets() / 2), ..Query::default() }),
        ("open ones", Query { status: open.clone(), ..Query::default() }),
        (
            "open ones of a squad",
            Query { status: open.clone(), squad: Some("web".into()), ..Query::default() },
        ),
        (
            "open ones of a person",
            Query { status: open, owner: Some(OwnerFilter::Person("p7".into())), ..Query::default() },
        ),
        ("search: a rare word", search("w12345")),
        ("search: a word in every second", search("checkout")),
        ("search: a rare word and a common one", search("w123 checkout")),
        ("search: the beginning of many words", search("w1")),
        ("search: nothing", search("nowhere")),
    ];
    for Measured { name, store } in stores {
        let (time, ()) = timed(fill(store.as_ref(), tickets(), TimeDelta::seconds(1), true)).await;
        rate("tickets filled in, with rows and titles", name, usize::try_from(tickets()).unwrap(), time);
        // As the server does by itself, in time.
        floor::run(url, "analyze").await;
        for (what, query) in &queries {
            let (mut times, mut found) = (Vec::new(), 0);
            for _ in 0..9 {
                let (time, page) = timed(store.list(query.clone())).await;
                found = page.unwrap().rows.len();
                times.push(time);
            }
            line(&format!("{what} ({found})"), name, median(times), None);
        }
    }
}
