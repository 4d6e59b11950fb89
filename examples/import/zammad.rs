//! What Zammad's REST API answers, and what it means here.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::TimeDelta;
use serde::Deserialize;
use supporty_core::policy::Policy;
use supporty_core::vocab::{Actor, AreaId, Identity, PriorityId, Resolution, Text, Time, micros};

use crate::args::Options;
use crate::html;

/// What people of Zammad are identities of: `identities = [{ adapter = "zammad", user = "ana@example.org" }]`.
pub(crate) const ADAPTER: &str = "zammad";
/// How Zammad calls its own doings, and whoever owns what nobody owns.
const NOBODY: &str = "-";

/// The file.
#[derive(Debug, Deserialize)]
pub(crate) struct Export {
    tickets: Vec<ZammadTicket>,
    articles: Vec<Article>,
}

/// A ticket of `GET /api/v1/tickets?expand=true`.
#[derive(Debug, Deserialize)]
struct ZammadTicket {
    id: u64,
    number: String,
    title: String,
    group: String,
    state: String,
    priority: String,
    owner: String,
    customer: String,
    created_at: Time,
    updated_at: Time,
    created_by: Option<String>,
    updated_by: Option<String>,
    close_at: Option<Time>,
    last_close_at: Option<Time>,
    last_owner_update_at: Option<Time>,
    pending_time: Option<Time>,
}

/// An article of `GET /api/v1/ticket_articles/by_ticket/ID?expand=true`.
#[derive(Debug, Deserialize)]
struct Article {
    id: u64,
    ticket_id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    internal: bool,
    sender: String,
    created_by: String,
    created_at: Time,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    filename: String,
}

/// A ticket as it is told here.
#[derive(Debug)]
pub(crate) struct Told {
    /// How errors name it.
    pub(crate) name: String,
    pub(crate) title: Text,
    pub(crate) details: Text,
    pub(crate) requester: Actor,
    pub(crate) opened_by: Actor,
    pub(crate) opened_at: Time,
    /// When it was changed last.
    pub(crate) until: Time,
    pub(crate) priority: PriorityId,
    pub(crate) area: Option<AreaId>,
    pub(crate) messages: Vec<Said>,
    /// Who owns it, and since when.
    pub(crate) owner: Option<(Actor, Time)>,
    pub(crate) end: End,
}

/// A message or a note.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) id: u64,
    pub(crate) by: Actor,
    pub(crate) at: Time,
    pub(crate) internal: bool,
    pub(crate) text: Text,
}

/// Where it stands.
#[derive(Debug)]
pub(crate) enum End {
    Open,
    Waits { by: Actor, at: Time, until: Time },
    Closed { by: Actor, at: Time, resolution: Resolution },
}

/// Reads the file.
pub(crate) fn read(path: &Path) -> Result<Export, String> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name} can not be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "{name} is not an export of tickets and articles, both with `expand=true`: {error}; \
             README.md says how to get one"
        )
    })
}

/// The tickets in the order in which they were opened, or everything that can not be told.
pub(crate) fn tickets(export: &Export, policy: &Policy, options: &Options) -> Result<Vec<Told>, Vec<String>> {
    let mut articles: BTreeMap<u64, Vec<&Article>> = BTreeMap::new();
    for article in &export.articles {
        articles.entry(article.ticket_id).or_default().push(article);
    }
    articles
        .values_mut()
        .for_each(|articles| articles.sort_by_key(|article| (article.created_at, article.id)));
    let (mut told, mut wrong) = (Vec::new(), Vec::new());
    for ticket in &export.tickets {
        let articles = articles.remove(&ticket.id).unwrap_or_default();
        let teller = Teller { ticket, articles, policy, options };
        match teller.tell() {
            Ok(ticket) => told.extend(ticket),
            Err(why) => wrong.push(format!("ticket {} (id {}): {why}", ticket.number, ticket.id)),
        }
    }
    for id in articles.keys() {
        wrong.push(format!("ticket with id {id}: it has articles and is not in the file: export it as well"));
    }
    told.sort_by_key(|ticket| ticket.opened_at);
    if wrong.is_empty() { Ok(told) } else { Err(wrong) }
}

struct Teller<'a> {
    ticket: &'a ZammadTicket,
    /// In the order in which they were written.
    articles: Vec<&'a Article>,
    policy: &'a Policy,
    options: &'a Options,
}

impl Teller<'_> {
    /// Nothing for a ticket that is to be left out.
    fn tell(&self) -> Result<Option<Told>, String> {
        let ticket = self.ticket;
        let Some(end) = self.end()? else { return Ok(None) };
        let title = Text::line(&cut(&ticket.title, Text::TITLE), Text::TITLE);
        let title = title.map_err(|_| "its title is empty: give it one in Zammad, and export it again")?;
        let (first, rest) = match self.articles.split_first() {
            Some((first, rest)) if !first.internal => (Some(*first), rest),
            _ => (None, self.articles.as_slice()),
        };
        let reference = format!("Zammad ticket {}", ticket.number);
        let details = match first {
            Some(first) => format!("{}\n\n{reference}", cut(&words(first), Text::MESSAGE - 100)),
            None => reference,
        };
        let opened_by = ticket.created_by.as_deref().unwrap_or(&ticket.customer);
        Ok(Some(Told {
            name: format!("ticket {} (id {})", ticket.number, ticket.id),
            title,
            details: text(&details)?,
            requester: self.actor(&ticket.customer),
            opened_by: self.actor(opened_by),
            opened_at: micros(ticket.created_at),
            until: micros(ticket.updated_at),
            priority: self.priority()?,
            area: self.area()?,
            messages: rest.iter().map(|article| self.said(article)).collect::<Result<_, _>>()?,
            owner: self.owner(&end),
            end,
        }))
    }

    fn said(&self, article: &Article) -> Result<Said, String> {
        let mut by = self.actor(&article.created_by);
        if let ("System", Actor::Person(person)) = (article.sender.as_str(), &by) {
            by = Actor::Bot(person.clone());
        }
        let at = micros(article.created_at.max(self.ticket.created_at));
        let text = text(&cut(&words(article), Text::MESSAGE))?;
        Ok(Said { id: article.id, by, at, internal: article.internal, text })
    }

    fn actor(&self, login: &str) -> Actor {
        let user = if login == NOBODY { "system" } else { login };
        let bot = login == NOBODY;
        self.policy.actor(&Identity { adapter: ADAPTER.into(), user: user.to_owned(), bot })
    }

    /// Who owns it, from when Zammad says, or from their first words on it, or from the beginning.
    fn owner(&self, end: &End) -> Option<(Actor, Time)> {
        let ticket = self.ticket;
        if ticket.owner == NOBODY || ticket.owner.is_empty() {
            return None;
        }
        let spoke = self.articles.iter().find(|article| article.created_by == ticket.owner);
        let since = ticket.last_owner_update_at.or(spoke.map(|article| article.created_at));
        let since = micros(since.unwrap_or(ticket.created_at).max(ticket.created_at));
        let since = match end {
            End::Open => since,
            End::Waits { at, .. } | End::Closed { at, .. } => since.min(*at),
        };
        Some((self.actor(&ticket.owner), since))
    }

    fn end(&self) -> Result<Option<End>, String> {
        let ticket = self.ticket;
        let said = self.options.states.get(&ticket.state).map(String::as_str);
        let word = match (said, ticket.state.as_str()) {
            (Some(said), _) => said,
            (None, "new" | "open") => "open",
            (None, "pending reminder" | "pending close") => "waiting",
            (None, "closed" | "merged") => "closed",
            (None, "removed") => "left-out",
            (None, other) => {
                return Err(format!("its state `{other}` is not known: say --state \"{other}=open\""));
            }
        };
        let by = match (&ticket.updated_by, ticket.owner.as_str()) {
            (Some(by), _) if by != NOBODY => self.actor(by),
            (_, owner) => self.actor(owner),
        };
        match word {
            "open" => Ok(Some(End::Open)),
            "left-out" => Ok(None),
            "waiting" => {
                let at = micros(ticket.updated_at);
                let longest = TimeDelta::seconds(self.policy.spec().limits.longest_wait.into());
                let until = micros(ticket.pending_time.unwrap_or(at + longest)).min(at + longest);
                let waits = End::Waits { by, at, until };
                Ok(Some(if until > at { waits } else { End::Open }))
            }
            "closed" => {
                let closed = ticket.last_close_at.or(ticket.close_at).unwrap_or(ticket.updated_at);
                let last = self.articles.last().map(|article| article.created_at);
                let at = micros(last.map_or(closed, |last| last.max(closed)).max(ticket.created_at));
                let merged = ticket.state == "merged" && said.is_none();
                let resolution = if merged { Resolution::Duplicate } else { self.options.resolution };
                Ok(Some(End::Closed { by, at, resolution }))
            }
            other => Err(format!("--state makes it `{other}`: choose open, waiting, closed or left-out")),
        }
    }

    fn priority(&self) -> Result<PriorityId, String> {
        let all = &self.policy.spec().priorities;
        let there = self.ticket.priority.as_str();
        let default = match there {
            "3 high" => all.first(),
            "2 normal" => all.get(1).or(all.last()),
            "1 low" => all.last(),
            _ => None,
        };
        let said = self.options.priorities.get(there).map(PriorityId::new);
        let here = said.or(default.map(|known| known.id.clone()));
        match here {
            Some(here) if self.policy.priority(&here).is_some() => Ok(here),
            Some(here) => {
                let all: Vec<_> = all.iter().map(|known| known.id.to_string()).collect();
                Err(format!(
                    "its priority would be `{here}`, which is none: choose one of {}",
                    all.join(", ")
                ))
            }
            None => Err(format!("its priority `{there}` is not known: say --priority \"{there}=P2\"")),
        }
    }

    fn area(&self) -> Result<Option<AreaId>, String> {
        let there = self.ticket.group.as_str();
        let areas = &self.policy.spec().areas;
        match self.options.groups.get(there).map(AreaId::new) {
            Some(here) if areas.contains_key(&here) => Ok(Some(here)),
            Some(here) => {
                Err(format!("the policy has no area `{here}` for the group `{there}`: add it there"))
            }
            None => {
                let same = |name: &str| name.eq_ignore_ascii_case(there);
                let known = areas.iter().find(|(id, area)| same(id.as_str()) || same(&area.name));
                Ok(known.map(|(id, _)| id.clone()))
            }
        }
    }
}

/// What an article says: its words, and the names of what was attached.
fn words(article: &Article) -> String {
    let body = article.body.as_deref().unwrap_or_default();
    let html = article.content_type.as_deref().is_some_and(|kind| kind.starts_with("text/html"));
    let said = if html { html::text(body) } else { body.trim().to_owned() };
    let said = if said.is_empty() { "(no words)".to_owned() } else { said };
    let names: Vec<_> = article.attachments.iter().map(|attached| attached.filename.as_str()).collect();
    if names.is_empty() { said } else { format!("{said}\n\nAttached in Zammad: {}", names.join(", ")) }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((end, _)) if text.chars().count() > most => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

fn text(words: &str) -> Result<Text, String> {
    Text::new(words, Text::MESSAGE).map_err(|error| error.to_string())
}
