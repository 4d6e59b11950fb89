//! The tickets that people name in titles, descriptions, commit messages and branches, and what they say of them.
//!
//! | written | is | |
//! | --- | --- | --- |
//! | `SUP-42`, `https://desk.example/tickets/SUP-42` | [mentioned](Link::Mentioned) | |
//! | `fixes SUP-42`, `Closes: SUP-42`, `resolved #SUP-42` | [fixed](Link::Fixes) | GitHub's own [nine words](https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue), with or without a colon |
//! | `fixes SUP-1, SUP-2` | `SUP-1` fixed, `SUP-2` mentioned | as on that page: each needs its own word |
//! | `does not fix SUP-42`, `partly fixes SUP-42` | mentioned | a word of doubt within the four before it, in the same clause |
//! | `caused SUP-42`, `this change causes SUP-42` | [caused](Link::Caused) by this change | only where a sentence begins, or after `this`; `the query that caused SUP-42` is somebody else's fault |
//! | `caused by SUP-42` | mentioned | a ticket changes nothing |
//! | `fixes SUP-42, caused by #12` | fixed, and [blamed](Cause) on `#12` | also `octo/shop#12`, an address of a change or commit, `commit 1b2c3d4` |
//! | `Revert "fixes SUP-42"` | mentioned | a title that quotes another fixes nothing |
//!
//! A key is one of the configured prefixes in capitals, a dash, and a number that does not begin with 0. It stands alone:
//! `XSUP-42`, `SUP-42a`, `SUP-42-login`, `v1.SUP-42`, `docs/SUP-42.md` and `SUP-042` are none; `(SUP-42)`, `#SUP-42`,
//! `SUP-42's`, `SUP-1/SUP-2` and a key between letters of a language that puts no spaces are. In the name of a branch
//! capitals make no difference, and whatever is neither letter nor digit may stand beside it: `fix/sup-42_login`. The name
//! of a branch only mentions.
//!
//! Texts are read as GitHub shows them, as Markdown. What a reader does not see as the author's own words does not count:
//! code of any kind, comments, what is struck out, quoted replies, pictures and the addresses of other things. What
//! stands in a link does, wherever it leads. Titles count as descriptions do, though GitHub closes nothing for them: a squashed
//! pull request has its title in its commit's message, where they count. Commit messages are read in
//! the same way, since those of squashed pull requests are made of descriptions.
//!
//! The parser is `pulldown-cmark`: it is what rustdoc uses, is well kept, takes one small dependency of its own here and linear
//! time for what people write to make parsers slow. Footnotes are left off, since they are where it is
//! [known](https://github.com/pulldown-cmark/pulldown-cmark/issues/1076) not to.

mod prose;
mod scan;
mod tokens;

use std::collections::BTreeSet;

use serde::Serialize;
use supporty_core::vocab::TicketKey;

use crate::config::Config;
use crate::ids::Sha;

/// The tickets that something refers to.
///
/// ```
/// use supporty_github::Config;
/// use supporty_github::references::{Link, References};
///
/// let config = Config::default();
/// let found = References::in_text(&config, "Fixes SUP-42. See also SUP-7, but not `SUP-9`.");
/// let key = |text: &str| text.parse().unwrap();
/// assert_eq!(found.of(&key("SUP-42")).collect::<Vec<_>>(), [Link::Fixes]);
/// assert_eq!(found.of(&key("SUP-7")).collect::<Vec<_>>(), [Link::Mentioned]);
/// assert_eq!(found.of(&key("SUP-9")).count(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct References {
    /// Which ticket, and how. A ticket that is fixed or caused is not told as mentioned too.
    pub tickets: BTreeSet<Reference>,
    /// What people say has caused a ticket, other than the change in which they say so.
    pub causes: BTreeSet<Cause>,
}

/// A ticket, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Reference {
    /// Which.
    pub ticket: TicketKey,
    /// How.
    pub link: Link,
}

/// What a change says that it is to a ticket.
///
/// GitHub itself takes such words seriously only in what goes to the default branch; whoever decides about a ticket should
/// look at that too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// It has to do with it.
    Mentioned,
    /// It fixes it.
    Fixes,
    /// It is why the ticket was opened.
    Caused,
}

/// A ticket, and the change that people blame for it.
///
/// It is the last ticket before that in the same sentence. If there is none, it is every one that is fixed, unless several
/// changes are blamed for several tickets: nobody knows then which belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Cause {
    /// Which ticket.
    pub ticket: TicketKey,
    /// What has caused it.
    pub change: ChangeRef,
}

/// A change as people name one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeRef {
    /// A pull request, or an issue: GitHub numbers them together.
    Number {
        /// Its repository, if it is named.
        repository: Option<String>,
        /// Its number there.
        number: u64,
    },
    /// A commit, perhaps shortened.
    Commit(Sha),
}

/// What a change says that it takes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Reverts {
    /// The title in `Revert "…"`, which is how GitHub and git call it.
    pub title: Option<String>,
    /// What it names in a line of its own: `Reverts octo/shop#12` by GitHub's button, `This reverts commit 1b2c3d4….` by git.
    pub changes: BTreeSet<ChangeRef>,
}

impl References {
    /// What a description, a comment or a note says.
    pub fn in_text(config: &Config, text: &str) -> Self {
        Self::in_parts(config, None, text, None)
    }

    /// What a commit's message says: its first line is a title.
    pub fn in_message(config: &Config, message: &str) -> Self {
        let (title, text) = message.split_once('\n').unwrap_or((message, ""));
        Self::in_parts(config, Some(title), text, None)
    }

    /// What the name of a branch says.
    pub fn in_branch(config: &Config, branch: &str) -> Self {
        Self::in_parts(config, None, "", Some(branch))
    }

    /// What something says that has all of these.
    pub fn in_parts(config: &Config, title: Option<&str>, text: &str, branch: Option<&str>) -> Self {
        let mut scan = scan::Scan::new(config);
        if let Some(title) = title {
            scan.title(title, quoted(title).is_some());
        }
        scan.text(text);
        if let Some(branch) = branch {
            scan.branch(branch);
        }
        scan.finish()
    }

    /// What is said of a ticket.
    pub fn of(&self, ticket: &TicketKey) -> impl Iterator<Item = Link> {
        self.tickets.iter().filter(move |found| found.ticket == *ticket).map(|found| found.link)
    }

    /// Whether no ticket is named at all.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }
}

impl Reverts {
    /// What a title and a description say is taken back, if they say so.
    ///
    /// ```
    /// use supporty_github::Config;
    /// use supporty_github::references::{ChangeRef, Reverts};
    ///
    /// let reverts = Reverts::in_parts(&Config::default(), "Revert \"Cache carts\"", "Reverts octo/shop#12").unwrap();
    /// assert_eq!(reverts.title.as_deref(), Some("Cache carts"));
    /// let change = ChangeRef::Number { repository: Some("octo/shop".to_owned()), number: 12 };
    /// assert!(reverts.changes.contains(&change));
    /// ```
    pub fn in_parts(config: &Config, title: &str, text: &str) -> Option<Self> {
        let title = quoted(title).map(str::to_owned);
        let changes = scan::reverted(config, text);
        (title.is_some() || !changes.is_empty()).then_some(Self { title, changes })
    }

    /// What a commit's message says is taken back.
    pub fn in_message(config: &Config, message: &str) -> Option<Self> {
        let (title, text) = message.split_once('\n').unwrap_or((message, ""));
        Self::in_parts(config, title, text)
    }
}

/// What stands in `Revert "…"`; behind it may stand the number that a squashed pull request brings, `(#13)`.
fn quoted(title: &str) -> Option<&str> {
    let (quoted, _) = title.trim().strip_prefix("Revert \"")?.rsplit_once('"')?;
    Some(quoted)
}
