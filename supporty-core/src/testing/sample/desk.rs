//! The desk's own stream: two policies, and months of pay that leads closed.

use chrono::TimeDelta;

use super::setting::Setting;
use super::{Story, Stream};
use crate::desk_log::{Command, DeskEntry, DeskState, decide, evolve};
use crate::pay::{Month, statements};
use crate::stream::{Cause, Entry};
use crate::time::Zone;
use crate::vocab::{Actor, Time};

/// How long after its end a month is closed: whatever was called out in it is confirmed by then.
const CLOSED_AFTER: i64 = 9;

pub(super) fn desk(setting: &Setting) -> Story {
    let period = setting.period;
    let adopts = |at, policies: &crate::policy::Policies| {
        let (version, zones) = (policies.current().version().clone(), Zone::database_version().to_owned());
        (at, Actor::Desk, Command::Adopt { version, zones })
    };
    let mut said = vec![adopts(period.from, &setting.before), adopts(setting.adopted, &setting.after)];
    let mut month = Month::of(period.from.date_naive()).next();
    loop {
        let at = month.next().period(&Zone::utc()).from + TimeDelta::days(CLOSED_AFTER);
        if at >= period.until {
            break;
        }
        let statements = statements(&setting.rotas, month);
        let by = Actor::Person("petra".into());
        said.push((at + TimeDelta::hours(9), by, Command::CloseMonth { month, statements }));
        month = month.next();
    }
    said.retain(|(at, ..)| *at < period.until);
    said.sort_by_key(|(at, ..)| *at);
    let (mut state, mut entries) = (DeskState::default(), Vec::new());
    for (at, by, command) in said {
        let cause = match by {
            Actor::Desk => Cause::Timer,
            _ => Cause::Inbound(format!("sample/desk/{}", at.timestamp_micros()).as_str().into()),
        };
        for event in decide(&state, &command) {
            entries.push(entry(&mut state, at, &by, &cause, event));
        }
    }
    Story { stream: Stream::Desk(entries), texts: Vec::new(), wake: None }
}

fn entry(
    state: &mut DeskState,
    at: Time,
    by: &Actor,
    cause: &Cause,
    event: crate::desk_log::Event,
) -> DeskEntry {
    let entry = Entry { seq: state.seq + 1, at, by: by.clone(), cause: cause.clone(), event };
    evolve(state, &entry);
    entry
}
