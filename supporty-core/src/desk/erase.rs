use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::commit::Request;
use super::{Desk, DeskError};
use crate::adapter::{Erase, Maintenance, Query};
use crate::rules::{Rejection, Row};
use crate::stream::{Cause, StreamId};
use crate::ticket::{Command, Erasure, Event, Status, StatusKind, TicketEntry, texts_by};
use crate::vocab::{Actor, InboundKey, PersonId, Text, TextRef, TicketKey, Time};

const PAGE: u32 = 256;

/// What was deleted of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// How many texts, wherever they were.
    pub texts: u64,
    /// On how many tickets the log says so now.
    pub tickets: u64,
}

/// What was deleted because it was kept for long enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tidied {
    /// The tickets that have no words any more: what a chat keeps of them is its host's to delete.
    pub tickets: Vec<TicketKey>,
    /// How many texts they had.
    pub texts: u64,
    /// How many answers to deliveries were forgotten.
    pub handled: u64,
}

impl Desk {
    /// Deletes everything that somebody wrote, also in deliveries that nobody has handled yet, and writes into the log of
    /// every ticket that lost words why they are missing. What happened stays, and so does every figure.
    ///
    /// Cards are shown anew without the words. What chats have already shown otherwise stays there, and is theirs to
    /// delete. Begun and not finished, it is done again and goes on. It reads the logs of all tickets.
    ///
    /// ```
    /// # use supporty_core::adapter::Maintenance;
    /// # use supporty_core::desk::{Desk, DeskError};
    /// # async fn example(desk: Desk, upkeep: &dyn Maintenance) -> Result<(), DeskError> {
    /// let erased = desk.erase(upkeep, &"local:rita".into()).await?;
    /// println!("{} texts on {} tickets", erased.texts, erased.tickets);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn erase(&self, upkeep: &dyn Maintenance, person: &PersonId) -> Result<Erased, DeskError> {
        let texts = upkeep.erase(Erase::Author(person.clone())).await?;
        let mut erased = Erased { texts, tickets: 0 };
        let cause = Cause::Inbound(InboundKey::new(format!("erase/{person}")));
        let mut after = None;
        loop {
            let streams = upkeep.streams(after, PAGE).await?;
            for key in streams.iter().filter_map(StreamId::ticket) {
                let written = self.unaccounted(key, person).await?;
                let left = self.texts(written.iter().cloned().collect()).await?;
                let missing = written.iter().filter(|text| !left.contains_key(text)).count();
                if missing > 0 {
                    let texts = u32::try_from(missing).unwrap_or(u32::MAX);
                    let (whose, because) = (Some(person.clone()), Erasure::Asked);
                    let done = self.account(key, Command::Erase { whose, texts, because }, &cause).await?;
                    erased.tickets += u64::from(done);
                }
            }
            match streams.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(erased),
            }
        }
    }

    /// Everything that somebody wrote on tickets and that is still there: what they may ask to be shown.
    pub async fn words_of(
        &self,
        upkeep: &dyn Maintenance,
        person: &PersonId,
    ) -> Result<BTreeMap<TextRef, Text>, DeskError> {
        let (mut words, mut after) = (BTreeMap::new(), None);
        loop {
            let streams = upkeep.streams(after, PAGE).await?;
            for key in streams.iter().filter_map(StreamId::ticket) {
                let written = self.unaccounted(key, person).await?;
                words.extend(self.texts(written.into_iter().collect()).await?);
            }
            match streams.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(words),
            }
        }
    }

    /// Deletes what the policy's [`Retention`](crate::policy::Retention) no longer keeps: the words on tickets that are
    /// closed, or merged into one that is, and on which nothing happened for so long; and answers to deliveries.
    ///
    /// To be called now and then, every hour say; several workers may. It looks at the row of every closed ticket.
    pub async fn tidy(&self, upkeep: &dyn Maintenance) -> Result<Tidied, DeskError> {
        let (mut tidied, now) = (Tidied::default(), self.now());
        let retention = self.policy().spec().retention;
        let before = |seconds: u32| now - TimeDelta::seconds(seconds.into());
        if let Some(handled) = retention.handled {
            tidied.handled = upkeep.prune(before(handled)).await?;
        }
        if let Some(limit) = retention.texts.map(before) {
            for key in self.kept_long_enough(limit).await? {
                let texts = upkeep.erase(Erase::Stream(StreamId::Ticket(key.clone()))).await?;
                let count = u32::try_from(texts).unwrap_or(u32::MAX);
                let erase = Command::Erase { whose: None, texts: count, because: Erasure::Elapsed };
                tidied.texts += texts;
                if self.account(&key, erase, &Cause::Timer).await? {
                    tidied.tickets.push(key);
                }
            }
        }
        Ok(tidied)
    }

    /// What somebody wrote on a ticket since the log last said that their words were deleted. A log that can not be read
    /// stops nothing else.
    async fn unaccounted(&self, key: &TicketKey, person: &PersonId) -> Result<BTreeSet<TextRef>, DeskError> {
        let stream = StreamId::Ticket(key.clone());
        let mut written = BTreeSet::new();
        for raw in self.inner.store.load(stream.clone(), 0).await? {
            let entry = match TicketEntry::decode(&stream, &raw) {
                Ok(entry) => entry,
                Err(error) => {
                    tracing::error!(%stream, %error, "it is not known what somebody wrote there");
                    return Ok(written);
                }
            };
            match &entry.event {
                Event::Erased { whose, .. } if whose.as_ref().is_none_or(|whose| whose == person) => {
                    written.clear();
                }
                _ => written.extend(texts_by(&entry, person)),
            }
        }
        Ok(written)
    }

    async fn account(&self, key: &TicketKey, erase: Command, cause: &Cause) -> Result<bool, DeskError> {
        let request = Request { by: &Actor::Desk, cause, texts: &[], inbound: None };
        match self.perform(key.clone(), erase, &request).await?.outcome {
            Ok(_) => Ok(true),
            // Another worker was first.
            Err(Rejection::Unchanged) => Ok(false),
            Err(rejection) => {
                tracing::error!(ticket = %key, %rejection, "the log can not say that words were deleted");
                Ok(false)
            }
        }
    }

    async fn kept_long_enough(&self, limit: Time) -> Result<Vec<TicketKey>, DeskError> {
        let over = vec![StatusKind::Closed, StatusKind::Merged];
        let mut query = Query { status: over, most: u32::MAX, ..Query::default() };
        let mut keys = Vec::new();
        loop {
            let page = self.list(query.clone()).await?;
            let old = |row: &Row| !row.erased && row.updated_at <= limit;
            for row in page.rows.into_iter().map(|listed| listed.row).filter(old) {
                if row.status == StatusKind::Closed || self.survivor_is_over(&row.key, limit).await? {
                    keys.push(row.key);
                }
            }
            match page.next {
                Some(next) => query.before = Some(next),
                None => return Ok(keys),
            }
        }
    }

    /// What was merged is needed for as long as what it was merged into.
    async fn survivor_is_over(&self, key: &TicketKey, limit: Time) -> Result<bool, DeskError> {
        let (mut key, mut seen) = (key.clone(), BTreeSet::new());
        while seen.insert(key.clone()) {
            let Some(ticket) = self.load(&key).await? else { return Ok(false) };
            match ticket.status {
                Status::Merged { into, .. } => key = into,
                Status::Closed { .. } => return Ok(ticket.erased.is_some() || ticket.last_at <= limit),
                _ => return Ok(false),
            }
        }
        Ok(false)
    }
}
