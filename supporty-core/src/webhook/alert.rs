use std::collections::BTreeMap;

use super::Sorted;
use super::text::{digest, instant, short};
use crate::adapter::{About, Inbound};
use crate::policy::Policy;
use crate::ticket::{Command, Open, Raised, Signal, Ticket};
use crate::vocab::{
    AdapterName, AlertId, Identity, InboundKey, Place, Text, TextRef, TextRow, TicketKey, Time,
};

/// The adapter of the places by which alerts find their tickets. No chat has that name.
const ALERTS: &str = "alerts";
/// How many alerts are named when more begin to fire.
const NAMED: usize = 5;

/// What monitoring tells of a group of alerts: one ticket is open for it at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Who tells.
    pub source: AdapterName,
    /// What the group is called there, the same from one delivery to the next; a hash of it where that is long.
    pub key: String,
    /// The single alerts, at most [`Ticket::MOST_ALERTS`].
    pub alerts: BTreeMap<AlertId, Single>,
    /// What a ticket for it is called: at most [`Text::TITLE`] characters.
    pub title: Text,
    /// The alerts with what their sender says of each, cut to 4,000 characters.
    pub details: Option<Text>,
    /// Where it is looked at.
    pub url: Option<String>,
    /// What a ticket for it is.
    pub sorted: Sorted,
    /// When it came.
    pub at: Time,
}

/// One alert of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// How it stands.
    pub signal: Signal,
    /// What people call it.
    pub name: Text,
}

impl Alert {
    /// Whether any alert of it fires.
    pub fn fires(&self) -> bool {
        self.alerts.values().any(|single| single.signal.fires())
    }

    /// Where the ticket is found that is open for it.
    pub fn place(&self) -> Place {
        Place {
            adapter: ALERTS.into(),
            channel: self.source.as_str().to_owned(),
            message: self.key.as_str().into(),
        }
    }

    /// What opens a ticket for it, after the one that was open for it before and is closed, if there was one.
    ///
    /// Of whoever does this at the same time one opens it, and the others are answered with the same ticket: the key
    /// depends on the group and on that ticket alone. A priority or an area that the policy does not have is left to the
    /// policy: an alert does not get lost over that.
    pub fn raise(&self, before: Option<&TicketKey>, policy: &Policy) -> Inbound {
        let before = before.map_or("first".to_owned(), TicketKey::to_string);
        let key = format!("alert/{}/{}/{before}", self.source, digest([self.key.as_str()]));
        let key = InboundKey::new(key);
        let mut texts = Vec::new();
        let title = self.says(&mut texts, &key, "title", &self.title);
        let details = self.details.as_ref().map(|details| self.says(&mut texts, &key, "details", details));
        let Sorted { priority, area, kind } = self.sorted.clone();
        let priority = Some(priority).filter(|priority| policy.priority(priority).is_some());
        let priority = priority.unwrap_or_else(|| policy.spec().default_priority.clone());
        let area = area.filter(|area| policy.spec().areas.contains_key(area));
        let open = Open { details, kind, area, ..Open::new(title, priority) };
        let by = Raised { place: self.place(), alerts: self.signals() };
        let command = Command::Raise { open, by };
        Inbound { key, from: self.from(), about: About::New, command, texts, at: self.at }
    }

    /// What tells the ticket that is open for it how its alerts stand; nothing where that is known.
    pub fn tell(&self, ticket: &Ticket) -> Option<Inbound> {
        let alerts = ticket.news(&self.signals());
        let told = alerts.iter().flat_map(|(id, signal)| {
            let until = signal.until.map_or(String::new(), instant);
            [id.as_str().to_owned(), instant(signal.since), until]
        });
        let told: Vec<_> = told.collect();
        let told = digest(told.iter().map(String::as_str));
        let key = format!("alert/{}/{}/{}/{told}", self.source, digest([self.key.as_str()]), ticket.key);
        let key = InboundKey::new(key);
        let begin = alerts
            .iter()
            .filter(|(id, signal)| signal.fires() && !ticket.alerts.get(id).is_some_and(Signal::fires));
        let names: Vec<_> = begin
            .filter_map(|(id, _)| self.alerts.get(id))
            .take(NAMED)
            .map(|single| single.name.as_str())
            .collect();
        let mut texts = Vec::new();
        let names = Text::new(&names.join("\n"), Text::MESSAGE).ok();
        let names = names.map(|names| self.says(&mut texts, &key, "names", &names));
        let about = About::Ticket(ticket.key.clone());
        let (from, at) = (self.from(), self.at);
        (!alerts.is_empty()).then_some(Inbound {
            key,
            from,
            about,
            command: Command::Signal { alerts, names },
            texts,
            at,
        })
    }

    fn signals(&self) -> BTreeMap<AlertId, Signal> {
        self.alerts.iter().map(|(id, single)| (id.clone(), single.signal)).collect()
    }

    fn from(&self) -> Identity {
        Identity { adapter: self.source.clone(), user: self.source.as_str().to_owned(), bot: true }
    }

    fn says(&self, texts: &mut Vec<TextRow>, key: &InboundKey, name: &str, text: &Text) -> TextRef {
        let at = TextRef::new(format!("{key}/{name}"));
        texts.push(TextRow { at: at.clone(), author: None, internal: false, text: text.clone() });
        at
    }
}

/// What an alert is called in the log.
pub(super) fn id(source: &AdapterName, fingerprint: &str) -> AlertId {
    AlertId::new(format!("{source}/{}", short(fingerprint)))
}
