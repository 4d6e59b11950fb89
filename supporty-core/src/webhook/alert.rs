use std::collections::BTreeMap;

use super::Sorted;
use super::text::{digest, instant, short};
use crate::adapter::{About, Inbound};
use crate::policy::Policy;
use crate::ticket::{Alerts, Command, Open, Raised, Signal, Ticket};
use crate::vocab::{
    AdapterName, AlertGroupId, AlertId, Identity, InboundKey, Place, Text, TextRef, TextRow, TicketKey, Time,
};

/// How many alerts are named when more begin to fire.
const NAMED: usize = 5;

/// What monitoring tells of a group of alerts: one ticket is open for it at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Who tells.
    pub source: AdapterName,
    /// What the group is called there, the same from one delivery to the next; a hash of it where that is long.
    pub key: String,
    /// The single alerts.
    pub alerts: BTreeMap<AlertId, Single>,
    /// How many more it has that the sender left out, and which may fire.
    pub more: u32,
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
            adapter: Place::ALERTS.into(),
            channel: self.source.as_str().to_owned(),
            message: self.key.as_str().into(),
        }
    }

    /// Under which name it is kept in mind that it was over without a ticket.
    pub fn group(&self) -> AlertGroupId {
        AlertGroupId::new(format!("{}/{}", self.source, digest([self.key.as_str()])))
    }

    /// The same, where some of it is known to be over by now.
    #[must_use]
    pub fn but_for(&self, over: &Alerts) -> Self {
        let mut late = self.clone();
        for (id, single) in &mut late.alerts {
            let newer = over.known.get(id).filter(|known| known.is_newer_than(&single.signal));
            single.signal = newer.copied().unwrap_or(single.signal);
        }
        late
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
        let Alerts { known: alerts, unfollowed } =
            Alerts::default().news(&self.signals(), self.more).unwrap_or_default();
        let by = Raised { place: self.place(), alerts, unfollowed };
        let command = Command::Raise { open, by };
        Inbound { key, from: self.from(), about: About::New, command, texts, at: self.at }
    }

    /// What tells the ticket that is open for it how its alerts stand; nothing where that is known. `of` is the ticket that
    /// stands at its [place](Self::place), which may be merged into that one.
    pub fn tell(&self, ticket: &Ticket, of: &TicketKey) -> Option<Inbound> {
        let Alerts { known: alerts, unfollowed } = ticket.group(of).news(&self.signals(), self.more)?;
        let told = alerts.iter().flat_map(|(id, signal)| {
            let until = signal.until.map_or(String::new(), instant);
            [id.as_str().to_owned(), instant(signal.since), until]
        });
        // A number comes again; what it was told after does not.
        let beyond = (unfollowed > 0).then(|| format!("{unfollowed} after {}", ticket.seq));
        let told: Vec<_> = told.chain(beyond).collect();
        let told = digest(told.iter().map(String::as_str));
        let key = format!("alert/{}/{}/{}/{told}", self.source, digest([self.key.as_str()]), ticket.key);
        let key = InboundKey::new(key);
        let begin = alerts.iter().filter(|(id, signal)| signal.fires() && !ticket.fires_already(id));
        let names: Vec<_> = begin
            .filter_map(|(id, _)| self.alerts.get(id))
            .take(NAMED)
            .map(|single| single.name.as_str())
            .collect();
        let mut texts = Vec::new();
        let names = Text::new(&names.join("\n"), Text::MESSAGE).ok();
        let names = names.map(|names| self.says(&mut texts, &key, "names", &names));
        let about = About::Ticket(ticket.key.clone());
        let command = Command::Signal { alerts, names, of: Some(of.clone()), unfollowed };
        Some(Inbound { key, from: self.from(), about, command, texts, at: self.at })
    }

    pub(crate) fn signals(&self) -> BTreeMap<AlertId, Signal> {
        self.alerts.iter().map(|(id, single)| (id.clone(), single.signal)).collect()
    }

    pub(crate) fn from(&self) -> Identity {
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
