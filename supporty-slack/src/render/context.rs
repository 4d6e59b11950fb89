use std::collections::BTreeMap;

use supporty_core::adapter::Named;
use supporty_core::policy::Policy;
use supporty_core::time::Zone;
use supporty_core::vocab::{PersonId, PriorityId, TicketKey, Time};

use super::{Texts, phrase};
use crate::block::{Fallback, Inline, Limit, Url, cut};
use crate::config::Config;
use crate::ids::UserRef;

/// How long a name may get before it takes the place of others.
const NAME: Limit = Limit { most: 150, of: "name" };

/// What is known while something is shown.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// How the workspace is set up: which adapter we are, and what we say.
    pub config: &'a Config,
    /// The policy in force: who is who, and what is asked.
    pub policy: &'a Policy,
    /// Where tickets stand: the address of a card by its key. Without one a key leads nowhere.
    pub links: &'a BTreeMap<TicketKey, String>,
}

impl<'a> Context<'a> {
    pub(super) fn texts(&self) -> &'a Texts {
        &self.config.texts
    }

    /// How many do not fit, in words.
    pub(super) fn more(&self) -> impl Fn(usize) -> String + use<'a> {
        let texts = self.texts();
        move |count| phrase::plain(&texts.more, &[("count", &count.to_string())])
    }

    /// Somebody, mentioned where Slack knows them.
    pub(super) fn person(&self, person: &Named) -> Inline {
        Inline::user(&self.user(&person.id).unwrap_or_default(), &cut(&person.name, NAME))
    }

    /// Several people, with commas between them.
    pub(super) fn people<'p>(&self, people: impl IntoIterator<Item = &'p Named>) -> Vec<Inline> {
        let mut all = Vec::new();
        for person in people {
            if !all.is_empty() {
                all.push(Inline::text(", "));
            }
            all.push(self.person(person));
        }
        all
    }

    /// The id on Slack of somebody of our own workspace.
    pub(super) fn user(&self, person: &PersonId) -> Option<String> {
        let adapter = &self.config.name;
        let known = self.policy.spec().people.get(person);
        let identity = known.and_then(|known| known.identities.iter().find(|each| each.adapter == *adapter));
        let user = match identity {
            Some(identity) => identity.user.as_str(),
            None => person.as_str().strip_prefix(adapter.as_str())?.strip_prefix(':')?,
        };
        let user = UserRef::parse(user);
        user.team.is_none().then_some(user.id)
    }

    /// A ticket's key, leading to its card.
    pub(super) fn ticket(&self, key: &TicketKey) -> Inline {
        Inline::link(self.link(key).as_ref(), &key.to_string())
    }

    pub(super) fn link(&self, key: &TicketKey) -> Option<Url> {
        self.links.get(key).and_then(|link| Url::new(link))
    }

    /// An instant, by the clocks of whoever reads it.
    pub(super) fn when(&self, at: Time) -> Inline {
        Inline::date(at.timestamp(), &self.texts().when, &self.local(at))
    }

    /// The same where there is no rich text.
    pub(super) fn when_in(&self, text: Fallback, at: Time) -> Fallback {
        text.date(at.timestamp(), &self.texts().when, &self.local(at))
    }

    /// An instant by the policy's clocks.
    pub(super) fn local(&self, at: Time) -> String {
        let zone = self.zone();
        format!("{} {}", zone.local(at).format("%Y-%m-%d %H:%M"), zone.name())
    }

    /// The zone of the policy's first calendar that has one.
    pub(crate) fn zone(&self) -> Zone {
        self.policy.spec().zone()
    }

    /// The colour of a priority: by how urgent it is, as far as there are colours.
    pub(super) fn colour(&self, priority: &PriorityId) -> Inline {
        Inline::emoji(match self.policy.rank(priority) {
            Some(0) => "red_circle",
            Some(1) => "large_orange_circle",
            Some(2) => "large_yellow_circle",
            _ => "white_circle",
        })
    }

    /// A name of people's or of a policy's on a line of ours.
    pub(super) fn name(&self, name: &str) -> Inline {
        Inline::text(short(name))
    }
}

/// A name that leaves room for others.
pub(super) fn short(name: &str) -> String {
    cut(name, NAME).into_owned()
}
