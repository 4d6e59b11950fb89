use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{PolicyError, PolicySpec, Priority, Rung, Squad, Trigger};
use crate::time::{Budget, Calendar};
use crate::vocab::Warning;
use crate::vocab::{
    Actor, AreaId, Audience, CalendarId, Identity, PersonId, PolicyVersion, PriorityId, TicketKey,
};

/// Every plan walks a rung's repeats.
const MOST_REPEATS: u32 = 10_000;

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
    pub fn new(spec: PolicySpec) -> Result<Self, PolicyError> {
        let mut calendars = BTreeMap::new();
        for (id, calendar) in &spec.calendars {
            let compiled = Calendar::new(calendar.clone())
                .map_err(|error| PolicyError::Calendar { calendar: id.clone(), error })?;
            calendars.insert(id.clone(), compiled);
        }
        check_key_prefix(&spec)?;
        check_priorities(&spec)?;
        check_people(&spec)?;
        let identities = identities(&spec)?;
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

    /// The squad that owns an area.
    pub fn squad_of(&self, area: Option<&AreaId>) -> Option<(&crate::vocab::SquadId, &Squad)> {
        let area = self.spec.areas.get(area?)?;
        self.spec.squads.get_key_value(&area.squad)
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
    type Error = PolicyError;

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

fn check_key_prefix(spec: &PolicySpec) -> Result<(), PolicyError> {
    let key: Result<TicketKey, _> = format!("{}-1", spec.key_prefix).parse();
    key.map(|_| ()).map_err(|_| PolicyError::KeyPrefix(spec.key_prefix.clone()))
}

fn check_priorities(spec: &PolicySpec) -> Result<(), PolicyError> {
    if spec.priorities.is_empty() {
        return Err(PolicyError::NoPriorities);
    }
    known_calendar(spec, &spec.limits.wait_clock, || "`limits.wait_clock`".to_owned())?;
    let mut seen = BTreeSet::new();
    for priority in &spec.priorities {
        if !seen.insert(&priority.id) {
            return Err(PolicyError::DuplicatePriority(priority.id.clone()));
        }
        if priority.promises.is_empty() {
            return Err(PolicyError::NoPromise(priority.id.clone()));
        }
        known_calendar(spec, &priority.clock, || format!("priority `{}`", priority.id))?;
        check_promises(spec, priority)?;
        for (index, rung) in priority.ladder.iter().enumerate() {
            check_rung(spec, priority, index, rung)?;
        }
    }
    if !seen.contains(&spec.default_priority) {
        return Err(PolicyError::UnknownPriority(spec.default_priority.clone()));
    }
    Ok(())
}

fn check_promises(spec: &PolicySpec, priority: &Priority) -> Result<(), PolicyError> {
    for (target, promise) in &priority.promises {
        let wrong = |why| Err(PolicyError::Promise { priority: priority.id.clone(), target: *target, why });
        known_calendar(spec, &promise.clock, || format!("the promise to {target} of `{}`", priority.id))?;
        if matches!(promise.within, Budget::Seconds(0) | Budget::Days(0)) {
            return wrong("it gives no time: write how long it may take");
        }
        for warning in &promise.warnings {
            match (warning, promise.within) {
                (Warning::Share(1..=99), Budget::Seconds(_)) => {}
                (Warning::Share(_), Budget::Seconds(_)) => {
                    return wrong("a warning's share lies between 1 % and 99 %");
                }
                (Warning::Share(_), Budget::Days(_)) => {
                    return wrong(
                        "working days have no shares: give the warning as a time before the deadline",
                    );
                }
                (Warning::Before(before), Budget::Seconds(within)) if *before >= within => {
                    return wrong("a warning comes before the clock starts: bring it nearer to the deadline");
                }
                (Warning::Before(_), _) => {}
            }
        }
    }
    Ok(())
}

fn check_rung(spec: &PolicySpec, priority: &Priority, index: usize, rung: &Rung) -> Result<(), PolicyError> {
    let place = || format!("rung {} of priority `{}`", index + 1, priority.id);
    let wrong = |why| Err(PolicyError::Rung { priority: priority.id.clone(), rung: index + 1, why });
    if index > usize::from(u8::MAX) {
        return wrong("a ladder has at most 256 rungs");
    }
    if rung.audience.is_empty() {
        return wrong("it tells nobody: name an audience");
    }
    if rung.repeat.is_some_and(|repeat| repeat.every == 0) {
        return wrong("it repeats without a pause: give at least a second");
    }
    if rung.repeat.is_some_and(|repeat| repeat.at_most > MOST_REPEATS) {
        return wrong("it repeats without an end: at most 10,000 times");
    }
    if let Some(target) = rung.trigger.watch().target() {
        let Some(promise) = priority.promises.get(&target) else {
            return wrong("it watches a promise that the priority does not make");
        };
        match (rung.trigger, promise.within) {
            (Trigger::Share { .. }, Budget::Days(_)) => {
                return wrong("working days have no shares: use a time before the deadline");
            }
            (Trigger::Share { percent: 1..=100, .. }, _) => {}
            (Trigger::Share { .. }, _) => return wrong("a share lies between 1 % and 100 %"),
            (Trigger::Before { seconds, .. }, Budget::Seconds(within)) if seconds >= within => {
                return wrong("it comes before the clock starts: bring it nearer to the deadline");
            }
            _ => {}
        }
    }
    if let Some(hours) = &rung.hours {
        known_calendar(spec, hours, place)?;
    }
    let people = rung.audience.iter().filter_map(|audience| match audience {
        Audience::Person(person) => Some(person),
        _ => None,
    });
    known_people(spec, people, &place)
}

fn check_people(spec: &PolicySpec) -> Result<(), PolicyError> {
    for (id, squad) in &spec.squads {
        let place = || format!("squad `{id}`");
        known_calendar(spec, &squad.hours, place)?;
        known_people(spec, squad.members.iter(), &place)?;
        known_people(spec, squad.on_call.iter(), &place)?;
        known_people(spec, squad.lead.iter().chain(&squad.gardener), &place)?;
    }
    for (id, area) in &spec.areas {
        if !spec.squads.contains_key(&area.squad) {
            return Err(PolicyError::UnknownSquad { area: id.clone(), squad: area.squad.clone() });
        }
    }
    Ok(())
}

fn known_calendar(
    spec: &PolicySpec,
    id: &CalendarId,
    place: impl FnOnce() -> String,
) -> Result<(), PolicyError> {
    if spec.calendars.contains_key(id) {
        return Ok(());
    }
    let known = spec.calendars.keys().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    Err(PolicyError::UnknownCalendar { place: place(), calendar: id.clone(), known })
}

fn known_people<'a>(
    spec: &PolicySpec,
    people: impl Iterator<Item = &'a PersonId>,
    place: &dyn Fn() -> String,
) -> Result<(), PolicyError> {
    for person in people {
        if !spec.people.contains_key(person) {
            return Err(PolicyError::UnknownPerson { place: place(), person: person.clone() });
        }
    }
    Ok(())
}

fn identities(spec: &PolicySpec) -> Result<BTreeMap<Identity, PersonId>, PolicyError> {
    let mut known: BTreeMap<Identity, PersonId> = BTreeMap::new();
    for (id, person) in &spec.people {
        for identity in &person.identities {
            let plain = Identity { bot: false, ..identity.clone() };
            if let Some(first) = known.insert(plain, id.clone()).filter(|first| first != id) {
                return Err(PolicyError::SharedIdentity {
                    first,
                    second: id.clone(),
                    adapter: identity.adapter.to_string(),
                    user: identity.user.clone(),
                });
            }
        }
    }
    Ok(known)
}
