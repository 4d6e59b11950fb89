use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use supporty_core::desk::Phrases;
use supporty_core::ticket::CommandKind;
use supporty_core::vocab::{AdapterName, ChannelId, Resolution};

use crate::ids::TeamId;
use crate::render::Texts;

/// How a workspace is set up for a desk: which channels, which command, which emoji do what.
///
/// Secrets are not in it: they are given apart, so that this can lie in a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The adapter's name, by which policies give people's identities.
    pub name: AdapterName,
    /// The desk's own workspace. Without it there is only one.
    pub team: Option<TeamId>,
    /// The ids of the channels that the policy names: `support = "C024BE91L"`. A channel that is missing here is
    /// taken for an id of Slack's itself.
    pub channels: BTreeMap<ChannelId, String>,
    /// The slash command that opens the form.
    pub command: String,
    /// What an emoji on a ticket's card does, by its name without colons.
    pub emoji: BTreeMap<String, EmojiAction>,
    /// Whether somebody who mentions a person of the policy outside a thread is shown the form.
    pub redirect: bool,
    /// Where it stands who is on.
    pub who_is_on: WhoIsOn,
    /// When the digest of the week before is posted, by the policy's clocks: `mon 09:00`. Never, unless it is said.
    pub digest: Option<Weekly>,
    /// What forms, cards and views say: the language, and whatever should be said otherwise.
    pub texts: Texts,
    /// What the desk says in threads and to people; in the language of `texts` unless it is said.
    pub phrases: Option<Phrases>,
}

/// Where a channel says who is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhoIsOn {
    /// A bookmark at its top.
    Bookmark,
    /// Its topic, which nobody else should set then.
    Topic,
    /// Only the home view says so.
    Nowhere,
}

/// A time of the week, by the clock on the wall: `mon 09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Weekly {
    /// The day.
    pub day: Weekday,
    /// The time.
    pub time: NaiveTime,
}

/// What an emoji on a card does.
///
/// Written as a command's word: `claim`, `escalate`; `resolve code-change` says how it ended, `resolve` alone asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EmojiAction {
    /// That command, if it needs nothing else; otherwise whoever reacted is asked for the rest.
    Do(CommandKind),
    /// It ended like that.
    Resolve(Resolution),
}

impl Config {
    /// The id of a channel that the policy names.
    pub fn channel<'a>(&'a self, name: &'a ChannelId) -> &'a str {
        self.channels.get(name).map_or(name.as_str(), String::as_str)
    }

    /// What the desk says, for [`DeskBuilder::phrases`](supporty_core::desk::DeskBuilder::phrases).
    pub fn phrases(&self) -> Phrases {
        self.phrases.clone().unwrap_or_else(|| Phrases::of(self.texts.language))
    }

    /// Every channel whose threads are tickets'.
    pub fn channel_ids(&self) -> BTreeSet<&str> {
        self.channels.values().map(String::as_str).collect()
    }
}

impl Default for Config {
    fn default() -> Self {
        let emoji = [
            ("eyes", EmojiAction::Do(CommandKind::Claim)),
            ("raising_hand", EmojiAction::Do(CommandKind::Acknowledge)),
            ("rotating_light", EmojiAction::Do(CommandKind::Escalate)),
            ("hourglass_flowing_sand", EmojiAction::Do(CommandKind::Wait)),
            ("white_check_mark", EmojiAction::Do(CommandKind::Resolve)),
            ("leftwards_arrow_with_hook", EmojiAction::Do(CommandKind::Reopen)),
            ("no_entry_sign", EmojiAction::Resolve(Resolution::NotATicket)),
        ];
        Self {
            name: "slack".into(),
            team: None,
            channels: BTreeMap::new(),
            command: "/support".to_owned(),
            emoji: emoji.into_iter().map(|(name, action)| (name.to_owned(), action)).collect(),
            redirect: true,
            who_is_on: WhoIsOn::Bookmark,
            digest: None,
            texts: Texts::default(),
            phrases: None,
        }
    }
}

impl From<Weekly> for String {
    fn from(weekly: Weekly) -> Self {
        format!("{} {}", weekly.day.to_string().to_lowercase(), weekly.time.format("%H:%M"))
    }
}

impl TryFrom<String> for Weekly {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is no time of the week: expected one like `mon 09:00`");
        let (day, time) = text.split_once(' ').ok_or_else(wrong)?;
        let time = NaiveTime::parse_from_str(time.trim(), "%H:%M").map_err(|_| wrong())?;
        Ok(Self { day: day.parse().map_err(|_| wrong())?, time })
    }
}

impl fmt::Display for EmojiAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do(kind) => write!(f, "{kind}"),
            Self::Resolve(resolution) => write!(f, "resolve {resolution}"),
        }
    }
}

impl From<EmojiAction> for String {
    fn from(action: EmojiAction) -> Self {
        action.to_string()
    }
}

impl TryFrom<String> for EmojiAction {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let unknown = || {
            format!("an emoji can not `{text}`: expected a command such as `claim`, or `resolve code-change`")
        };
        match text.split_once(' ') {
            Some(("resolve", how)) => Resolution::parse(how).map(Self::Resolve).ok_or_else(unknown),
            Some(_) => Err(unknown()),
            None => CommandKind::ALL
                .iter()
                .find(|kind| kind.as_str() == text)
                .map(|kind| Self::Do(*kind))
                .ok_or_else(unknown),
        }
    }
}
