use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::check::check;
use super::{Misplaced, PolicyError, PolicyErrors, PolicySpec, Priority, Promise, Rule, Squad};
use crate::time::{Calendar, CalendarSpec};
use crate::vocab::{
    Actor, AreaId, CalendarId, Identity, PersonId, PolicyVersion, PriorityId, Repository, SquadId, Target,
    Terms, TicketKey, Time,
};

/// A policy that was checked: everything it names exists.
///
/// ```
/// use supporty_core::policy::Policy;
/// let policy = Policy::default();
/// let p1 = policy.priority(&"P1".into()).unwrap();
/// assert_eq!(p1.name, "business critical");
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "PolicySpec", into = "PolicySpec")]
pub struct Policy {
    spec: PolicySpec,
    version: PolicyVersion,
    calendars: BTreeMap<CalendarId, Calendar>,
    identities: BTreeMap<Identity, PersonId>,
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl Eq for Policy {}

impl Policy {
    /// Checks a policy and gives it its version.
    pub fn new(spec: PolicySpec) -> Result<Self, PolicyErrors> {
        let mut wrong = check(&spec);
        let mut calendars = BTreeMap::new();
        for (id, calendar) in &spec.calendars {
            match Calendar::new(calendar.clone()) {
                Ok(compiled) => drop(calendars.insert(id.clone(), compiled)),
                Err(error) => wrong.push(Misplaced {
                    path: format!("calendars/{id}"),
                    error: PolicyError::Calendar { calendar: id.clone(), error },
                }),
            }
        }
        let identities = identities(&spec, &mut wrong);
        if !wrong.is_empty() {
            return Err(PolicyErrors(wrong));
        }
        let version = version(&spec);
        Ok(Self { spec, version, calendars, identities })
    }

    /// The policy as data.
    pub fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// Its content hash.
    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }

    pub(super) fn stored_as(self, version: PolicyVersion) -> Self {
        Self { version, ..self }
    }

    /// The calendar of that name.
    pub fn calendar(&self, id: &CalendarId) -> Option<&Calendar> {
        self.calendars.get(id)
    }

    /// The priority of that name.
    pub fn priority(&self, id: &PriorityId) -> Option<&Priority> {
        self.spec.priorities.iter().find(|priority| priority.id == *id)
    }

    /// How urgent a priority is: 0 is the most urgent.
    pub fn rank(&self, id: &PriorityId) -> Option<usize> {
        self.spec.priorities.iter().position(|priority| priority.id == *id)
    }

    /// The rule that applies to tickets of those terms: the first that matches.
    pub fn rule(&self, terms: &Terms) -> Option<&Rule> {
        self.spec.rules.iter().find(|rule| rule.when.matches(terms))
    }

    /// What tickets of those terms are promised: by the rule that applies to them, or else by their priority.
    pub fn promise(&self, terms: &Terms, target: Target) -> Option<&Promise> {
        let special = self.rule(terms).and_then(|rule| rule.promises.get(&target));
        special.or_else(|| self.priority(&terms.priority)?.promises.get(&target))
    }

    /// The squads that somebody belongs to at an instant, by the dates of each squad's hours.
    pub fn squads_of(&self, person: &PersonId, at: Time) -> BTreeSet<SquadId> {
        let squads = self.spec.squads.iter().filter(|(_, squad)| {
            let date = self.date(squad, at);
            squad.members.iter().any(|member| member.person == *person && member.holds_on(date))
        });
        squads.map(|(id, _)| id.clone()).collect()
    }

    /// Who belongs to a squad at an instant, by the dates of its hours.
    pub fn members_of(&self, squad: &SquadId, at: Time) -> BTreeSet<PersonId> {
        let Some(squad) = self.spec.squads.get(squad) else { return BTreeSet::new() };
        let date = self.date(squad, at);
        let members = squad.members.iter().filter(|member| member.holds_on(date));
        members.map(|member| member.person.clone()).collect()
    }

    fn date(&self, squad: &Squad, at: Time) -> chrono::NaiveDate {
        let zone = self.spec.calendars.get(&squad.hours).and_then(CalendarSpec::zone);
        zone.map_or(at.naive_utc(), |zone| zone.local(at)).date()
    }

    /// The squad that owns an area.
    pub fn squad_of(&self, area: Option<&AreaId>) -> Option<(&SquadId, &Squad)> {
        let area = self.spec.areas.get(area?)?;
        self.spec.squads.get_key_value(&area.squad)
    }

    /// Where issues are opened for tickets in an area.
    pub fn issues_of(&self, area: Option<&AreaId>) -> Option<&Repository> {
        let of_area = area.and_then(|area| self.spec.areas.get(area)?.issues.as_ref());
        of_area.or(self.spec.code.issues.as_ref())
    }

    /// Who somebody known to an adapter is. Somebody whom the policy does not know becomes `adapter:user`.
    ///
    /// An identity whose user is a person's own name is that person, so that a small policy needs no identities; not
    /// where the policy says which account there is theirs.
    pub fn actor(&self, identity: &Identity) -> Actor {
        let named = || {
            let id = PersonId::new(&identity.user);
            let person = self.spec.people.get(&id)?;
            let elsewhere = person.identities.iter().all(|known| known.adapter != identity.adapter);
            elsewhere.then_some(id)
        };
        let plain = Identity { bot: false, ..identity.clone() };
        let known = self.identities.get(&plain).cloned().or_else(named);
        let person =
            known.unwrap_or_else(|| PersonId::new(format!("{}:{}", identity.adapter, identity.user)));
        if identity.bot { Actor::Bot(person) } else { Actor::Person(person) }
    }

    /// Whether somebody may work on tickets: anybody where the policy has no people.
    pub fn is_engineer(&self, person: &PersonId) -> bool {
        self.spec.people.is_empty() || self.spec.people.contains_key(person)
    }

    /// What somebody is called.
    pub fn name_of(&self, person: &PersonId) -> String {
        match self.spec.people.get(person) {
            Some(known) => known.name.clone(),
            None => person.as_str().split_once(':').map_or(person.as_str(), |(_, user)| user).to_owned(),
        }
    }

    /// The key of a reserved number.
    pub fn key(&self, number: u64) -> TicketKey {
        TicketKey::new(&self.spec.key_prefix, number)
    }
}

impl TryFrom<PolicySpec> for Policy {
    type Error = PolicyErrors;

    fn try_from(spec: PolicySpec) -> Result<Self, Self::Error> {
        Self::new(spec)
    }
}

impl From<Policy> for PolicySpec {
    fn from(policy: Policy) -> Self {
        policy.spec
    }
}

fn version(spec: &PolicySpec) -> PolicyVersion {
    let json = serde_json::to_vec(spec).unwrap_or_default();
    let digest = Sha256::digest(json);
    PolicyVersion::new(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn identities(spec: &PolicySpec, wrong: &mut Vec<Misplaced>) -> BTreeMap<Identity, PersonId> {
    let mut known: BTreeMap<Identity, PersonId> = BTreeMap::new();
    for (id, person) in &spec.people {
        for (index, identity) in person.identities.iter().enumerate() {
            let plain = Identity { bot: false, ..identity.clone() };
            if let Some(first) = known.insert(plain, id.clone()).filter(|first| first != id) {
                let (adapter, user) = (identity.adapter.to_string(), identity.user.clone());
                let error = PolicyError::SharedIdentity { first, second: id.clone(), adapter, user };
                wrong.push(Misplaced { path: format!("people/{id}/identities/{index}"), error });
            }
        }
    }
    known
}
