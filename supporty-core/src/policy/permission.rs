use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::vocab::{Actor, Permission, PersonId, SquadId, Time};

/// Somebody to whom a permission is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Everybody.
    Anybody,
    /// The engineers of the policy.
    Engineers,
    /// Whoever asked for the ticket.
    Requester,
    /// The ticket's owner.
    Owner,
    /// The members of the squad that it is about.
    Squad,
    /// The lead of that squad.
    Lead,
    /// The people who have that role.
    Role(String),
    /// One person.
    Person(PersonId),
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("anybody"),
            Self::Engineers => f.write_str("engineers"),
            Self::Requester => f.write_str("requester"),
            Self::Owner => f.write_str("owner"),
            Self::Squad => f.write_str("squad"),
            Self::Lead => f.write_str("lead"),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Person(person) => write!(f, "person {person}"),
        }
    }
}

/// How somebody stands to what they want to act on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing<'a> {
    /// They asked for it.
    pub asks: bool,
    /// Who owns it.
    pub owner: Option<&'a PersonId>,
    /// The squad that it is about.
    pub squad: Option<&'a SquadId>,
}

impl Policy {
    /// Whom the policy gives a permission to; `None` where it leaves it open.
    pub fn granted(&self, permission: Permission) -> Option<&BTreeSet<Grant>> {
        self.spec().permissions.get(&permission)
    }

    /// Whether somebody has a permission. What the policy does not name is open to all, but for closing a month, which is
    /// for leads where there are squads, and for reading what is restricted, which is for nobody.
    ///
    /// The desk itself may do everything: what it does was decided by rules.
    ///
    /// ```
    /// use supporty_core::policy::{Policy, PolicySpec, Standing};
    /// use supporty_core::vocab::{Actor, Permission, Time};
    ///
    /// let policy = Policy::default();
    /// let (ana, now) = (Actor::Person("ana".into()), Time::UNIX_EPOCH);
    /// assert!(policy.may(Permission::Reprioritise, &ana, Standing::default(), now));
    /// assert!(!policy.may(Permission::ReadRestricted, &ana, Standing::default(), now));
    /// ```
    pub fn may(&self, permission: Permission, by: &Actor, standing: Standing<'_>, at: Time) -> bool {
        let person = match by {
            Actor::Desk => return true,
            Actor::Person(person) | Actor::Bot(person) => person,
        };
        match self.granted(permission) {
            Some(grants) => grants.iter().any(|grant| self.holds(grant, person, standing, at)),
            None => match permission {
                Permission::ReadRestricted => false,
                Permission::CloseMonth => {
                    let leads = || self.spec().squads.values().filter_map(|squad| squad.lead.as_ref());
                    leads().next().is_none() || leads().any(|lead| lead == person)
                }
                _ => true,
            },
        }
    }

    fn holds(&self, grant: &Grant, person: &PersonId, standing: Standing<'_>, at: Time) -> bool {
        let squad = || standing.squad.and_then(|id| self.spec().squads.get_key_value(id));
        match grant {
            Grant::Anybody => true,
            Grant::Engineers => self.is_engineer(person),
            Grant::Requester => standing.asks,
            Grant::Owner => standing.owner == Some(person),
            Grant::Squad => squad().is_some_and(|(id, _)| self.squads_of(person, at).contains(id)),
            Grant::Lead => squad().is_some_and(|(_, squad)| squad.lead.as_ref() == Some(person)),
            Grant::Role(role) => {
                self.spec().people.get(person).is_some_and(|known| known.roles.contains(role))
            }
            Grant::Person(granted) => granted == person,
        }
    }

    /// Whether somebody may see what another person is paid: themselves always, and by default everybody.
    pub fn may_see_pay(&self, by: &Actor, of: &PersonId, at: Time) -> bool {
        let squads = self.squads_of(of, at);
        let stands = |squad| Standing { asks: false, owner: Some(of), squad };
        by.person() == Some(of)
            || self.may(Permission::SeePay, by, stands(None), at)
            || squads.iter().any(|squad| self.may(Permission::SeePay, by, stands(Some(squad)), at))
    }
}
