use rusqlite::params;
use supporty_core::adapter::Piece;
use supporty_core::vocab::TicketKey;

use super::Body;
use super::table::{Open, encode};

const ERASED: &str = "(erased)";

impl Open<'_> {
    /// Takes what a user typed out of every message, and those words where they are quoted.
    pub(super) fn forget(&self, user: &str, words: &[String]) -> rusqlite::Result<u64> {
        self.rewrite(|_, body| {
            let theirs = matches!(body, Body::Said(said) if said.user == user);
            blank(body, |text| theirs || words.iter().any(|word| word == text.trim()));
        })
    }

    /// Takes all words out of what stands in those tickets' threads, or is about them.
    pub(super) fn forget_tickets(&self, tickets: &[TicketKey]) -> rusqlite::Result<u64> {
        let mut roots = Vec::new();
        for ticket in tickets {
            roots.extend(self.root_of(&ticket.to_string())?.map(|line| line.id));
        }
        self.rewrite(|root, body| {
            let about = match body {
                Body::Card(card) => Some(&card.key),
                Body::Told(message) => message.ticket.as_ref(),
                Body::Said(_) => None,
            };
            let about = about.is_some_and(|key| tickets.contains(key));
            if about || root.is_some_and(|root| roots.contains(&root)) {
                blank(body, |_| true);
            }
        })
    }

    /// Changes messages, each given with its thread, and answers how many are not as they were.
    fn rewrite(&self, change: impl Fn(Option<i64>, &mut Body)) -> rusqlite::Result<u64> {
        let transaction = self.0.unchecked_transaction()?;
        let bodies = transaction
            .prepare("SELECT id, root, body FROM local_messages")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<Vec<(i64, Option<i64>, String)>>>()?;
        let mut changed = 0;
        for (id, root, body) in bodies {
            let Ok(before) = serde_json::from_str::<Body>(&body) else { continue };
            let mut body = before.clone();
            change(root, &mut body);
            if body != before {
                let put = "UPDATE local_messages SET body = ? WHERE id = ?";
                transaction.execute(put, params![encode(&body)?, id])?;
                changed += 1;
            }
        }
        transaction.commit()?;
        self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(changed)
    }
}

/// Puts what stands for deleted words in place of some of a message's.
fn blank(body: &mut Body, gone: impl Fn(&str) -> bool) {
    let blank = |text: &mut String| {
        if gone(text) {
            ERASED.clone_into(text);
        }
    };
    match body {
        Body::Said(said) => blank(&mut said.text),
        Body::Told(message) => message.pieces.iter_mut().for_each(|piece| {
            if let Piece::Quote(quote) = piece {
                blank(quote);
            }
        }),
        Body::Card(card) => {
            card.title.iter_mut().chain(&mut card.details).for_each(blank);
            card.fields.iter_mut().for_each(|(_, answer)| blank(answer));
        }
    }
}
