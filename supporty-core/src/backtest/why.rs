use chrono::TimeDelta;

use super::group::Stream;
use super::replay::Backtest;
use crate::explain::{Explained, explain_with};
use crate::policy::Policies;
use crate::rota::Rotas;
use crate::ticket::TicketEntry;
use crate::vocab::{Target, TicketKey, Time};

/// Why a promise was due when it was, and why it would have been when it would: every span that counted and every one that
/// did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The instant at which both are looked at.
    pub at: Time,
    /// As it was; `None` where nothing was promised, or by a policy that is not known.
    pub before: Option<Explained>,
    /// As it would have been.
    pub after: Option<Explained>,
}

impl Backtest {
    /// Explains one promise of one ticket as it stood at an instant, before and after. The group is replayed for it.
    ///
    /// `history` has the policies that the tickets were measured by.
    pub fn why(
        &self,
        group: &[Stream],
        history: &Policies,
        (ticket, target): (&TicketKey, Target),
        at: Time,
    ) -> Why {
        let explained = |log: &[TicketEntry], policies: &Policies, rotas: Option<&Rotas>| {
            let all = explain_with(log, policies, rotas, at, TimeDelta::zero())?;
            all.promises.into_iter().find(|promise| promise.target == target)
        };
        let logs = self.replay(group).logs;
        let of =
            |streams: &[Stream]| streams.iter().find(|one| one.key == *ticket).map(|one| one.entries.clone());
        let before = of(group).and_then(|log| explained(&log, history, None));
        let after = of(&logs).and_then(|log| explained(&log, &self.policies, self.rotas.as_ref()));
        Why { at, before, after }
    }
}
