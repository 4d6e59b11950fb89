//! Made-up histories, seeded and realistic: a year of a shop's support, from a hundred tickets to a million.
//!
//! Every command goes through [`rules::step`](crate::rules::step) at the time at which somebody would give it, and every
//! deadline is looked at when it comes. So the streams are true logs: they follow from each other, they can be retold, and
//! an audit of a store that has them finds nothing.
//!
//! # What was assumed
//!
//! | what | how |
//! | --- | --- |
//! | who | 22 engineers in three squads, and 18 others who ask; one in twelve requests comes from an engineer of another squad |
//! | when | nine of ten requests in office hours, most before lunch; Mondays are a third busier than Thursdays, weekends and holidays nearly quiet; February, March and December are busier |
//! | where | nine areas. *Vouchers* are hard to understand: six of ten requests end with an explanation. *Deliveries* break when something is deployed: half of what is asked on such a day is asked soon after |
//! | how fast | the time of a promise that is used has a long tail: half of it by a third, and one in twelve is late |
//! | how it ends | by area: code was changed for about half in *Website* and *Deliveries*, and for about a tenth in *Vouchers* |
//! | what else | waits, hand-offs, changes of priority, merges, reopenings (one in twenty-five), follow-ups (one in a hundred), ratings (four of ten), internal notes; one person leaves and has their words deleted |
//! | deployments | five services, each four times a week; about one in ten hurts, most of those with an incident that somebody feels, half of which are rolled back |
//! | nights | an alert wakes somebody about eighty times a year, and one in ten does not hear the first call |
//! | rotas | a gardener and somebody on call for each squad, by week; every sixth week is swapped |
//! | policies | after four tenths of the time an easier policy is replaced by [`Sample::policy`], and most of what is open is put under it |
//!
//! The time that work takes does not depend on how much there is of it: with a hundred times the tickets nobody becomes
//! slower. Numbers of deployments, nights and swaps do not depend on the number of tickets either, as long as there are
//! enough tickets for their incidents.
//!
//! # How much memory
//!
//! A day's tickets are made together and handed out; nothing of them is kept. What is kept is what streams share: rotas,
//! deployments, and which ticket hears of which deployment, a few megabytes for a year however many tickets it has. A ticket
//! with its words takes about 15 kB while it is on its way, so that a day of a million tickets a year takes about 60 MB.
//!
//! ```
//! use supporty_core::testing::sample::{Sample, Stream};
//!
//! let (from, until) = ("2026-01-05T00:00:00Z".parse()?, "2026-02-02T00:00:00Z".parse()?);
//! let mut tickets = 0;
//! Sample { seed: 7, tickets: 40, from, until }.play(|story| {
//!     tickets += u64::from(matches!(story.stream, Stream::Ticket { .. }));
//! })?;
//! assert_eq!(tickets, 40);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agenda;
mod case;
mod cast;
mod days;
mod deployed;
mod desk;
mod dice;
mod incident;
mod plan;
mod request;
mod roster;
mod services;
mod setting;
mod side;
mod story;
mod twists;
mod words;
mod work;

pub use plan::Plan;
pub use story::{Story, Stream};

use crate::policy::{Policy, PolicyFileError};
use crate::vocab::Time;

/// The policy of a sample as a file, to read and to learn from.
pub const POLICY: &str = include_str!("policy.toml");

/// What a made-up history is made of. The same gives the same, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Whatever number: another one gives another history.
    pub seed: u64,
    /// How many tickets are opened, merged ones and follow-ups among them.
    pub tickets: u64,
    /// When it begins. Holidays are known from 2024 to 2027.
    pub from: Time,
    /// When it ends: whatever is under way then stays so.
    pub until: Time,
}

impl Sample {
    /// The policy that is in force at the end.
    pub fn policy() -> Result<Policy, PolicyFileError> {
        Policy::from_toml(POLICY)
    }

    /// The policy that was in force before: requests had more time.
    pub fn earlier_policy() -> Result<Policy, PolicyFileError> {
        let easier = POLICY
            .replace(r#"within = "6h", warnings"#, r#"within = "9h", warnings"#)
            .replace(r#"within = "3 working days""#, r#"within = "4 working days""#);
        Policy::from_toml(&easier)
    }

    /// Everything that streams share, from which they can be made in any order.
    pub fn plan(&self) -> Result<Plan, PolicyFileError> {
        Plan::new(self)
    }

    /// Makes all of it, stream by stream: the desk's, the rotas', the services', then those of tickets, day by day.
    pub fn play(&self, mut sink: impl FnMut(Story)) -> Result<(), PolicyFileError> {
        let plan = self.plan()?;
        plan.shared().into_iter().for_each(&mut sink);
        (0..plan.days()).flat_map(|day| plan.day(day)).for_each(sink);
        Ok(())
    }
}
