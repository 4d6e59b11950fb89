//! Who is looking: a name in a cookie.

use axum::http::{HeaderMap, HeaderValue, header};
use supporty_core::policy::Policy;
use supporty_core::vocab::{Actor, Identity, PersonId};

use crate::local;

/// Somebody who looks at the desk. Nobody proves who they are: the desk serves one machine, and believes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Their name in the local chat.
    pub user: String,
    /// Who they are to the desk.
    pub actor: Actor,
    /// What they are called.
    pub name: String,
    /// Whether they may work on tickets.
    pub engineer: bool,
}

impl Viewer {
    /// The person that a user of the chat is.
    pub fn of(user: &str, policy: &Policy) -> Self {
        let actor = policy.actor(&identity(user));
        let name = actor.person().map_or_else(|| user.to_owned(), |person| policy.name_of(person));
        let engineer = actor.person().is_some_and(|person| policy.is_engineer(person));
        Self { user: user.to_owned(), actor, name, engineer }
    }

    /// Whoever the cookie says.
    pub fn of_cookie(headers: &HeaderMap, policy: &Policy) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let value =
            cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix("who="))?;
        unhex(value).filter(|user| !user.is_empty()).map(|user| Self::of(&user, policy))
    }

    /// How an adapter says who it was.
    pub fn identity(&self) -> Identity {
        identity(&self.user)
    }

    /// Their person.
    pub fn person(&self) -> Option<&PersonId> {
        self.actor.person()
    }
}

/// The user of the chat that a person of the policy is.
pub fn user_of(person: &PersonId, policy: &Policy) -> String {
    let known = policy.spec().people.get(person).map(|person| &person.identities);
    let mine = known.into_iter().flatten().find(|identity| identity.adapter.as_str() == local::NAME);
    mine.map_or_else(|| person.to_string(), |identity| identity.user.clone())
}

/// What keeps the choice of a user for a year.
pub fn cookie(user: &str) -> Option<HeaderValue> {
    let hex: String = user.bytes().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("who={hex}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")).ok()
}

fn identity(user: &str) -> Identity {
    Identity { adapter: local::NAME.into(), user: user.to_owned(), bot: false }
}

fn unhex(hex: &str) -> Option<String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = hex.as_bytes().chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_gives_back_who_it_was_made_for() {
        let mut headers = HeaderMap::new();
        let set = cookie("Zoë; Path=/evil").unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        headers.insert(header::COOKIE, HeaderValue::try_from(format!("a=b; {pair}")).unwrap());
        let viewer = Viewer::of_cookie(&headers, &Policy::default()).unwrap();
        assert_eq!(viewer.name, "Zoë; Path=/evil");
    }

    #[test]
    fn a_mangled_cookie_is_nobody() {
        for value in ["who=", "who=zz", "who=ff", "who=6", "other=61"] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]);
            let viewer = Viewer::of_cookie(&headers, &Policy::default());
            assert!(value == "who=6" || viewer.is_none(), "{value}: {viewer:?}");
        }
    }
}
