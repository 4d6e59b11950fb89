use std::collections::BTreeMap;
use std::sync::Arc;

use super::Policy;
use crate::vocab::PolicyVersion;

/// Every policy that a ticket may be measured by, and the one that is in force.
///
/// ```
/// use supporty_core::policy::{Policies, Policy};
/// let policies = Policies::new(Policy::default());
/// assert_eq!(policies.get(policies.current().version()), Some(policies.current()));
/// ```
#[derive(Debug, Clone)]
pub struct Policies {
    known: BTreeMap<PolicyVersion, Arc<Policy>>,
    current: Arc<Policy>,
}

impl Policies {
    /// One policy, in force.
    pub fn new(policy: Policy) -> Self {
        let current = Arc::new(policy);
        Self { known: BTreeMap::from([(current.version().clone(), Arc::clone(&current))]), current }
    }

    /// Adds a policy and puts it in force. Open tickets keep the one that they were opened under.
    pub fn adopt(&mut self, policy: Policy) {
        let policy = Arc::new(policy);
        self.known.insert(policy.version().clone(), Arc::clone(&policy));
        self.current = policy;
    }

    /// Adds an earlier policy, which stays out of force, under the version that it was stored as.
    ///
    /// That is its name for ever, though another version of this library may write it with more fields and so compute
    /// another hash.
    pub fn remember(&mut self, version: PolicyVersion, policy: Policy) {
        self.known.entry(version.clone()).or_insert_with(|| Arc::new(policy.stored_as(version)));
    }

    /// How many are known: it never falls.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// The policy in force.
    pub fn current(&self) -> &Policy {
        &self.current
    }

    /// The policy in force, to be kept while another may be adopted.
    pub fn in_force(&self) -> Arc<Policy> {
        Arc::clone(&self.current)
    }

    /// The policy of that version.
    pub fn get(&self, version: &PolicyVersion) -> Option<&Policy> {
        if self.current.version() == version {
            return Some(&self.current);
        }
        self.known.get(version).map(Arc::as_ref)
    }
}
