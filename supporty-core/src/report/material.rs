use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::insight::{Bootstrap, Effort, Facts, Rates, Work};
use crate::pay::Ledger;
use crate::policy::Policies;
use crate::service::Service;
use crate::vocab::ServiceId;

/// What a report is made of.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The tickets.
    pub facts: &'a Facts,
    /// What measures them; names and hours are those of the current one.
    pub policies: &'a Policies,
    /// What was deployed. Without any, nothing is said about delivery.
    pub services: BTreeMap<ServiceId, &'a Service>,
    /// What everybody bore on call in the period.
    pub ledger: Ledger,
    /// Who was at which ticket when.
    pub work: Cow<'a, Work>,
    /// What an hour of work costs. Without any, costs are told in hours.
    pub rates: Rates,
    /// How differences to the period before are tried; none leaves it open whether they are chance, which is faster. Above
    /// 100,000 tickets there are fewer rounds, and never fewer than 200.
    pub bootstrap: Option<Bootstrap>,
}

impl<'a> Material<'a> {
    /// Tickets alone, with everything else as it is by default.
    pub fn new(facts: &'a Facts, policies: &'a Policies) -> Self {
        Self {
            facts,
            policies,
            services: BTreeMap::new(),
            ledger: Ledger::default(),
            work: Cow::Owned(facts.work(&Effort::default())),
            rates: Rates::default(),
            bootstrap: Some(Bootstrap::default()),
        }
    }
}
