//! The words of the file: lengths, shares, steps; each as people write it, and printed the same way. Those about hours and
//! dates are in `clock_words`.

use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Problems, Read, Word};
use crate::policy::{Assignees, Contact, Grant, PriorityChange, Repeat, ReplyMode, Trigger};
use crate::time::{Budget, parse_length, print_length};
use crate::vocab::{Audience, Kind, PauseReason, ReopenMode, Repository, Target, Warning};

/// Text that means what it says.
#[derive(Debug, Clone)]
pub(super) struct Text(pub(super) String);

impl Word for Text {
    const WHAT: &'static str = "text";
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

/// Seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Length(pub(super) u32);

impl Word for Length {
    const WHAT: &'static str = "a length of time, such as `1h 30m`, `90 minutes` or `7 days`";
    fn parse(text: &str) -> Result<Self, String> {
        parse_length(text).map(Self)
    }
}

impl Word for Repository {
    const WHAT: &'static str =
        "the adapter of a code host and a repository's name there, such as `github/acme/shop`";
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "names no repository".to_owned())
    }
}

impl Word for Budget {
    const WHAT: &'static str = "a length of working time, such as `1h 30m` or `2 working days`";
    fn parse(text: &str) -> Result<Self, String> {
        let days = text.trim().strip_suffix("working days").or(text.trim().strip_suffix("working day"));
        match days {
            Some(days) => {
                let days = days.trim().parse().map_err(|_| "has no whole number of days".to_owned())?;
                Ok(Self::Days(days))
            }
            None => parse_length(text).map(Self::Seconds),
        }
    }
}

fn share(text: &str) -> Option<Result<u8, String>> {
    let number = text.trim().strip_suffix('%')?.trim();
    Some(number.parse().map_err(|_| "is not a whole number of percent".to_owned()))
}

impl Word for Warning {
    const WHAT: &'static str = "when to warn, such as `80%` or `30m before`";
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(percent) = share(text) {
            return percent.map(Self::Share);
        }
        match text.trim().strip_suffix("before") {
            Some(before) => parse_length(before).map(Self::Before),
            None => Err("is neither a share nor a time before the deadline".to_owned()),
        }
    }
}

pub(super) fn print_warning(warning: Warning) -> String {
    match warning {
        Warning::Share(percent) => format!("{percent}%"),
        Warning::Before(seconds) => format!("{} before", print_length(seconds.into())),
    }
}

fn target(word: &str) -> Result<Target, String> {
    let word = word.trim();
    Target::parse(&word.replace([' ', '_'], "-")).ok_or_else(|| {
        let names: Vec<_> = Target::ALL.iter().map(|target| format!("`{target}`")).collect();
        format!("names the promise `{}`: there are {}", super::reader::shown(word), names.join(", "))
    })
}

impl Word for Trigger {
    const WHAT: &'static str = "when a step is taken, such as `unowned for 10m`, `silent for 2h`, `at 50% of resolve`, `30m before resolve`, `resolve is broken` or `1h after resolve`";
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || "is no moment of a ticket".to_owned();
        if text == "unowned" {
            return Ok(Self::Unowned { seconds: 0 });
        }
        if let Some(after) = text.strip_prefix("unowned for ") {
            return Ok(Self::Unowned { seconds: parse_length(after)? });
        }
        if let Some(after) = text.strip_prefix("silent for ") {
            return Ok(Self::Silent { seconds: parse_length(after)? });
        }
        if let Some(broken) = text.strip_suffix(" is broken") {
            return Ok(Self::After { target: target(broken)?, seconds: 0 });
        }
        if let Some((percent, of)) = text.strip_prefix("at ").and_then(|rest| rest.split_once(" of ")) {
            let percent = share(percent).ok_or_else(wrong)??;
            return Ok(Self::Share { target: target(of)?, percent });
        }
        if let Some((before, of)) = text.split_once(" before ") {
            return Ok(Self::Before { target: target(of)?, seconds: parse_length(before)? });
        }
        match text.split_once(" after ") {
            Some((after, of)) => Ok(Self::After { target: target(of)?, seconds: parse_length(after)? }),
            None => Err(wrong()),
        }
    }
}

pub(super) fn print_trigger(trigger: Trigger) -> String {
    match trigger {
        Trigger::Share { target, percent } => format!("at {percent}% of {target}"),
        Trigger::Before { target, seconds } => format!("{} before {target}", print_length(seconds.into())),
        Trigger::After { target, seconds: 0 } => format!("{target} is broken"),
        Trigger::After { target, seconds } => format!("{} after {target}", print_length(seconds.into())),
        Trigger::Unowned { seconds: 0 } => "unowned".to_owned(),
        Trigger::Unowned { seconds } => format!("unowned for {}", print_length(seconds.into())),
        Trigger::Silent { seconds } => format!("silent for {}", print_length(seconds.into())),
    }
}

impl Word for Repeat {
    const WHAT: &'static str = "how often a step is taken again, such as `every 30m, at most 6 times`";
    fn parse(text: &str) -> Result<Self, String> {
        let rest = text.trim().strip_prefix("every ").ok_or("does not begin with `every`")?;
        let (every, most) = rest.split_once("at most").ok_or("does not say `at most` how often")?;
        let most = most.trim().trim_end_matches("times").trim_end_matches("time").trim();
        let at_most = match most {
            "once" => 1,
            "twice" => 2,
            number => number.parse().map_err(|_| "does not say how many times at most".to_owned())?,
        };
        Ok(Self { every: parse_length(every.trim().trim_end_matches(','))?, at_most })
    }
}

pub(super) fn print_repeat(repeat: Repeat) -> String {
    format!("every {}, at most {} times", print_length(repeat.every.into()), repeat.at_most)
}

impl Word for Audience {
    const WHAT: &'static str = "whom to tell: `owner`, `requester`, `squad` (its channel), `gardener`, `owner-or-gardener`, `on-call`, `lead`, `catch-all` (the desk's channel), `person ana`, `channel ops`";
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(person) = text.strip_prefix("person ") {
            return Ok(Self::Person(person.trim().into()));
        }
        if let Some(channel) = text.strip_prefix("channel ") {
            return Ok(Self::Channel(channel.trim().into()));
        }
        let known = PLAIN.iter().find(|(name, _)| *name == text).map(|(_, audience)| audience.clone());
        known.ok_or_else(|| {
            let names = PLAIN.iter().map(|(name, _)| *name);
            match super::reader::nearest(text, names) {
                Some(near) => format!("is nobody: did you mean `{near}`?"),
                None => "is nobody".to_owned(),
            }
        })
    }
}

const PLAIN: [(&str, Audience); 8] = [
    ("owner", Audience::Owner),
    ("requester", Audience::Requester),
    ("squad", Audience::Squad),
    ("gardener", Audience::Gardener),
    ("owner-or-gardener", Audience::OwnerOrGardener),
    ("on-call", Audience::OnCall),
    ("lead", Audience::Lead),
    ("catch-all", Audience::CatchAll),
];

pub(super) fn print_audience(audience: &Audience) -> String {
    match audience {
        Audience::Person(person) => format!("person {person}"),
        Audience::Channel(channel) => format!("channel {channel}"),
        plain => PLAIN
            .iter()
            .find(|(_, known)| known == plain)
            .map_or_else(String::new, |(name, _)| (*name).to_owned()),
    }
}

impl Word for Grant {
    const WHAT: &'static str = "who may: `anybody`, `engineers`, `requester`, `owner`, `squad` (its members), `lead`, `role NAME`, `person NAME`";
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(role) = text.strip_prefix("role ") {
            return Ok(Self::Role(role.trim().to_owned()));
        }
        if let Some(person) = text.strip_prefix("person ") {
            return Ok(Self::Person(person.trim().into()));
        }
        let plain = [Self::Anybody, Self::Engineers, Self::Requester, Self::Owner, Self::Squad, Self::Lead];
        let known = plain.iter().find(|grant| grant.to_string() == text).cloned();
        known.ok_or_else(|| {
            let names: Vec<_> = plain.iter().map(ToString::to_string).collect();
            match super::reader::nearest(text, names.iter().map(String::as_str)) {
                Some(near) => format!("is nobody: did you mean `{near}`?"),
                None => "is nobody".to_owned(),
            }
        })
    }
}

/// What is said on a game day, and how many seconds after its beginning.
#[derive(Debug, Clone)]
pub(super) struct ScriptLine(pub(super) u32, pub(super) String);

impl Word for ScriptLine {
    const WHAT: &'static str = "when something is said, and what, such as `10m: the provider sees nothing`";
    fn parse(text: &str) -> Result<Self, String> {
        let (after, said) = text.split_once(':').ok_or("does not say when: write `10m: …`")?;
        match said.trim() {
            "" => Err("says nothing".to_owned()),
            said => Ok(Self(parse_length(after)?, said.to_owned())),
        }
    }
}

/// A small whole number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count(pub(super) u8);

impl Read for Count {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.to_string().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            let help = Some("write a whole number from 0 to 255, such as `1`".to_owned());
            problems.error(value.span(), "expected a small whole number".to_owned(), "here", help);
        }
        number.map(Self)
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": 255 })
    }
}

/// Yes or no.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag(pub(super) bool);

impl Read for Flag {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(Self(*flag));
        }
        let help = Some("write `true` or `false`, without quotes".to_owned());
        problems.error(value.span(), "expected true or false".to_owned(), "here", help);
        None
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

/// A way to reach somebody.
#[derive(Debug, Clone)]
pub(super) struct ContactWord(pub(super) Contact);

impl Word for ContactWord {
    const WHAT: &'static str = "an adapter and how long to wait for an answer there, such as `slack for 5m`";
    fn parse(text: &str) -> Result<Self, String> {
        let (adapter, wait) = match text.split_once(" for ") {
            Some((adapter, wait)) => (adapter.trim(), parse_length(wait)?),
            None => (text.trim(), DEFAULT_WAIT),
        };
        match adapter.is_empty() || adapter.contains(char::is_whitespace) {
            true => Err("names no adapter".to_owned()),
            false => Ok(Self(Contact { adapter: adapter.into(), wait })),
        }
    }
}

pub(super) fn print_contact(contact: &Contact) -> String {
    format!("{} for {}", contact.adapter, print_length(contact.wait.into()))
}

/// Seconds to say that one is looking, where the policy does not say how many.
const DEFAULT_WAIT: u32 = 5 * 60;

/// Words that are one of a few.
macro_rules! choices {
    ($($type:ident: $what:literal { $($word:literal => $value:expr,)* })*) => {$(
        impl Word for $type {
            const WHAT: &'static str = $what;
            const CHOICES: &'static [&'static str] = &[$($word),*];
            fn parse(text: &str) -> Result<Self, String> {
                match text.trim() {
                    $($word => Ok($value),)*
                    _ => Err(concat!("is not ", $what).to_owned()),
                }
            }
        }
    )*};
}

choices! {
    PriorityChange: "what a change of priority does" {
        "fair" => PriorityChange::Fair,
        "carry" => PriorityChange::Carry,
        "restart" => PriorityChange::Restart,
        "keep-earlier" => PriorityChange::KeepEarlier,
    }
    Assignees: "who is given tickets" {
        "gardener" => Assignees::Gardener,
        "on-call" => Assignees::OnCall,
        "members" => Assignees::Members,
    }
    ReopenMode: "what reopening does" {
        "continue" => ReopenMode::Continue,
        "restart" => ReopenMode::Restart,
        "freeze" => ReopenMode::Freeze,
    }
    ReplyMode: "what a reply after the resolution does" {
        "ask" => ReplyMode::Ask,
        "always" => ReplyMode::Always,
        "never" => ReplyMode::Never,
    }
    PauseReason: "what a clock stands still for" {
        "requester" => PauseReason::Requester,
        "third-party" => PauseReason::ThirdParty,
        "deploy" => PauseReason::Deploy,
    }
    Kind: "a kind of work" {
        "request" => Kind::Request,
        "incident" => Kind::Incident,
        "gardening" => Kind::Gardening,
        "drill" => Kind::Drill,
    }
}
