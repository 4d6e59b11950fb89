use std::collections::BTreeSet;

use supporty_core::vocab::TicketKey;

use super::prose;
use super::tokens::{Token, tokens};
use super::{Cause, ChangeRef, Link, Reference, References};
use crate::config::Config;
use crate::ids::Sha;

/// GitHub's own.
const CLOSING: &[&str] =
    &["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// Words that take back, or half of it, what the next ones say. So does whatever ends in `n't`.
const DOUBT: &[&str] = &[
    "not",
    "never",
    "no",
    "nor",
    "neither",
    "without",
    "cannot",
    "cant",
    "dont",
    "doesnt",
    "didnt",
    "wont",
    "partly",
    "partially",
];

/// How far back a word of doubt is looked for.
const REACH: usize = 4;

/// What may stand between `this` and `caused`.
const CHANGE: &[&str] =
    &["change", "commit", "pr", "request", "merge", "deploy", "deployment", "release", "refactoring"];

/// Collects what texts say of tickets.
pub(super) struct Scan<'a> {
    config: &'a Config,
    found: References,
    /// What was blamed where no ticket stands before it in the same sentence.
    loose: BTreeSet<ChangeRef>,
}

/// What was read last, if the next word completes it.
#[derive(Clone, Copy)]
enum Pending {
    Closing { doubted: bool },
    Caused { ours: bool, doubted: bool },
    CausedBy { doubted: bool },
}

/// Where a sentence stands.
#[derive(Default)]
struct Sentence<'t> {
    /// The words of the clause so far, the last ones.
    before: Vec<&'t str>,
    /// The last ticket in it.
    ticket: Option<TicketKey>,
    pending: Option<Pending>,
    /// A line has just begun.
    fresh: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Self { config, found: References::default(), loose: BTreeSet::new() }
    }

    /// A title; one that quotes another only mentions.
    pub(super) fn title(&mut self, title: &str, quotes: bool) {
        if quotes {
            let mut quoted = Self::new(self.config);
            quoted.text(title.trim());
            let tickets = quoted.found.tickets.into_iter();
            self.found.tickets.extend(tickets.map(|found| Reference { link: Link::Mentioned, ..found }));
        } else {
            self.text(title.trim());
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        for block in prose::blocks(text, |url| self.ticket_at(url).is_some()) {
            let mut sentence = Sentence::default();
            for token in tokens(&block) {
                self.token(&mut sentence, token);
            }
        }
    }

    pub(super) fn branch(&mut self, branch: &str) {
        let mut names = branch.split_inclusive(|c: char| !c.is_alphanumeric()).peekable();
        while let Some(name) = names.next() {
            let (Some(prefix), Some(number)) = (name.strip_suffix('-'), names.peek()) else { continue };
            let number = number.trim_end_matches(|c: char| !c.is_alphanumeric());
            let key = format!("{}-{number}", prefix.to_uppercase());
            self.add(self.key(&key), Link::Mentioned);
        }
    }

    pub(super) fn finish(mut self) -> References {
        let strong = self.found.tickets.iter().filter(|found| found.link != Link::Mentioned);
        let strong: BTreeSet<_> = strong.map(|found| found.ticket.clone()).collect();
        self.found.tickets.retain(|found| found.link != Link::Mentioned || !strong.contains(&found.ticket));
        let fixed = self.found.tickets.iter().filter(|found| found.link == Link::Fixes);
        let fixed: Vec<_> = fixed.map(|found| found.ticket.clone()).collect();
        // Of several tickets and several changes nobody knows which belong together.
        if fixed.len() == 1 || self.loose.len() == 1 {
            let pairs = fixed.iter().flat_map(|ticket| self.loose.iter().map(move |change| (ticket, change)));
            let causes =
                pairs.map(|(ticket, change)| Cause { ticket: ticket.clone(), change: change.clone() });
            self.found.causes.extend(causes);
        }
        self.found
    }

    fn token<'t>(&mut self, sentence: &mut Sentence<'t>, token: Token<'t>) {
        match token {
            Token::Space { line } => sentence.fresh |= line,
            Token::Url(url) => {
                if let Some(ticket) = self.ticket_at(url) {
                    self.named(sentence, vec![ticket]);
                } else if let Some(change) = self.change_at(url) {
                    self.blame(sentence, change);
                }
                sentence.pending = None;
                sentence.said("");
            }
            Token::Word(word) => {
                self.word(sentence, word);
                if word.ends_with(['.', '…']) {
                    *sentence = Sentence::default();
                }
            }
            // A colon and a bracket may stand between the word and the key, as in `Fixes: [SUP-42]`.
            Token::Sign(':' | '[') => sentence.before.clear(),
            Token::Sign(',' | '(' | ')' | '–' | '—') => {
                sentence.before.clear();
                sentence.pending = None;
            }
            Token::Sign(';' | '!' | '?' | '。' | '！' | '？') => *sentence = Sentence::default(),
            Token::Sign(_) => sentence.pending = None,
        }
    }

    fn word<'t>(&mut self, sentence: &mut Sentence<'t>, word: &'t str) {
        let tickets = self.keys(word);
        if !tickets.is_empty() {
            self.named(sentence, tickets);
        } else if let (Some(Pending::CausedBy { .. }), Some(change)) = (sentence.pending, change(word)) {
            self.blame(sentence, change);
        } else {
            sentence.pending = sentence.promise(word);
        }
        sentence.said(word);
    }

    /// Tickets one beside the other: what was said before is said of the first.
    fn named(&mut self, sentence: &mut Sentence<'_>, tickets: Vec<TicketKey>) {
        let mut link = match sentence.pending.take() {
            Some(Pending::Closing { doubted: false }) => Link::Fixes,
            Some(Pending::Caused { ours: true, doubted: false }) => Link::Caused,
            _ => Link::Mentioned,
        };
        for ticket in tickets {
            sentence.ticket = Some(ticket.clone());
            self.add(Some(ticket), std::mem::replace(&mut link, Link::Mentioned));
        }
    }

    /// A change, if it was just said what it caused.
    fn blame(&mut self, sentence: &mut Sentence<'_>, change: ChangeRef) {
        match (sentence.pending.take(), &sentence.ticket) {
            (Some(Pending::CausedBy { doubted: false }), Some(ticket)) => {
                self.found.causes.insert(Cause { ticket: ticket.clone(), change });
            }
            (Some(Pending::CausedBy { doubted: false }), None) => {
                self.loose.insert(change);
            }
            _ => {}
        }
    }

    fn add(&mut self, ticket: Option<TicketKey>, link: Link) {
        self.found.tickets.extend(ticket.map(|ticket| Reference { ticket, link }));
    }

    /// The keys that a word is: one, or several with a slash between them.
    fn keys(&self, word: &str) -> Vec<TicketKey> {
        let word = word.strip_prefix('#').unwrap_or(word).trim_matches(['\'', '’']);
        let word = word.trim_end_matches(['.', '…', '-']);
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let keys: Option<Vec<_>> = word.split('/').map(|part| self.key(part)).collect();
        keys.unwrap_or_default()
    }

    fn key(&self, text: &str) -> Option<TicketKey> {
        let (prefix, _) = text.split_once('-')?;
        let known = self.config.key_prefixes.iter().any(|known| known == prefix);
        if known { text.parse().ok() } else { None }
    }

    /// The ticket that an address is of.
    fn ticket_at(&self, url: &str) -> Option<TicketKey> {
        self.config.ticket_urls.iter().filter(|base| !base.is_empty()).find_map(|base| {
            let rest = after(url, base)?;
            // With or without a slash at the end of what is configured.
            let key = rest.strip_prefix('/').unwrap_or(rest).split(['/', '?', '#']).next()?;
            self.key(key)
        })
    }

    /// The change that an address of GitHub's is of.
    fn change_at(&self, url: &str) -> Option<ChangeRef> {
        let rest = after(url, &format!("https://{}/", self.config.host))?;
        let mut parts = rest.split(['/', '?', '#']);
        let (owner, name, kind, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        match kind {
            "pull" | "issues" => {
                let repository = Some(format!("{owner}/{name}"));
                Some(ChangeRef::Number { repository, number: id.parse().ok()? })
            }
            "commit" => Sha::parse(id).map(ChangeRef::Commit),
            _ => None,
        }
    }
}

impl<'t> Sentence<'t> {
    /// What a word begins to say, if it is not about a ticket itself.
    fn promise(&self, word: &str) -> Option<Pending> {
        let lower = word.to_lowercase();
        match (self.pending, lower.as_str()) {
            (Some(Pending::Caused { doubted, .. }), "by") => Some(Pending::CausedBy { doubted }),
            (by @ Some(Pending::CausedBy { .. }), "pr" | "pull" | "request" | "commit" | "change") => by,
            (_, "caused" | "causes") => {
                Some(Pending::Caused { ours: self.blames_itself(word), doubted: self.doubted() })
            }
            (_, closing) if CLOSING.contains(&closing) => Some(Pending::Closing { doubted: self.doubted() }),
            _ => None,
        }
    }

    fn doubted(&self) -> bool {
        let words: Vec<_> = self.before.iter().map(|word| word.to_lowercase().replace('’', "'")).collect();
        words.iter().enumerate().any(|(at, word)| {
            let only = words.get(at + 1).is_some_and(|next| next == "only");
            (DOUBT.contains(&word.as_str()) || word.ends_with("n't")) && !only
        })
    }

    /// Whether whoever writes that something was caused speaks of the change itself.
    fn blames_itself(&self, word: &str) -> bool {
        let mut back = self.before.iter().rev().map(|word| word.to_lowercase());
        let begins = self.fresh && word.starts_with(char::is_uppercase);
        match back.next() {
            None => true,
            Some(last) if last == "this" => true,
            Some(last) if CHANGE.contains(&last.as_str()) => {
                back.find(|word| word != "pull").is_some_and(|word| word == "this")
            }
            Some(_) => begins,
        }
    }

    fn said(&mut self, word: &'t str) {
        self.fresh = false;
        if self.before.len() == REACH {
            self.before.remove(0);
        }
        self.before.push(word);
    }
}

/// What a text says, in a line of its own, that it takes back.
pub(super) fn reverted(config: &Config, text: &str) -> BTreeSet<ChangeRef> {
    let blocks = prose::blocks(text, |_| false);
    let lines = blocks.iter().flat_map(|block| block.lines()).map(str::trim);
    let named = lines.filter_map(|line| {
        let what = line.strip_prefix("Reverts ").or_else(|| line.strip_prefix("This reverts commit "))?;
        let what = what.split_whitespace().next()?.trim_end_matches(['.', ',']);
        change(what).or_else(|| Scan::new(config).change_at(what))
    });
    named.collect()
}

/// `#12`, `octo/shop#12` or a commit.
fn change(word: &str) -> Option<ChangeRef> {
    let word = word.trim_end_matches(['.', '…']);
    let Some((repository, number)) = word.split_once('#') else {
        return Sha::parse(word).map(ChangeRef::Commit);
    };
    let number = number.parse().ok()?;
    let fits = repository.is_empty() || repository.split('/').filter(|part| !part.is_empty()).count() == 2;
    let repository = (!repository.is_empty()).then(|| repository.to_owned());
    fits.then_some(ChangeRef::Number { repository, number })
}

/// What follows the beginning of an address, whose capitals make no difference.
fn after<'u>(url: &'u str, base: &str) -> Option<&'u str> {
    let (start, rest) = url.split_at_checked(base.len())?;
    start.eq_ignore_ascii_case(base).then_some(rest)
}
