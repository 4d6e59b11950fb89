//! The command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use supporty_core::vocab::{PersonId, Resolution};

/// What `--help` says.
pub(crate) const HELP: &str = "\
Brings the tickets of another desk along, as lines that `desk import` reads.

Usage: import zammad FILE.json OUT.jsonl [OPTIONS]

Options:
  --policy FILE         the policy of the desk that reads it, in TOML [default: the demonstration of `desk`]
  --priority NAME=P2    what a priority there is here; can be repeated
                        [default: `3 high` the first of the policy, `2 normal` the next, `1 low` the last]
  --group NAME=AREA     the area of what is in a group; can be repeated [default: the area of that name, or none]
  --state NAME=open     what a state there is here: open, waiting, closed or left-out; can be repeated
  --resolution WORD     how what is closed ended [default: explanation]
  --by PERSON           the engineer who puts what is open under the policy [default: its first person]
  --help                print this

README.md in examples/import says how to get the file, and what becomes of what.
";

/// What the program was asked to do.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Read an export of Zammad.
    Zammad(Options),
    /// Print [`HELP`].
    Help,
}

/// How to read it.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    pub(crate) policy: Option<PathBuf>,
    pub(crate) priorities: BTreeMap<String, String>,
    pub(crate) groups: BTreeMap<String, String>,
    pub(crate) states: BTreeMap<String, String>,
    pub(crate) resolution: Resolution,
    pub(crate) by: Option<PersonId>,
}

/// Reads the arguments that follow the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;

    let mut options = Options {
        from: PathBuf::new(),
        to: PathBuf::new(),
        policy: None,
        priorities: BTreeMap::new(),
        groups: BTreeMap::new(),
        states: BTreeMap::new(),
        resolution: Resolution::Explanation,
        by: None,
    };
    let mut words = Vec::new();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) => words.push(word),
            Long("policy") => options.policy = Some(parser.value()?.into()),
            Long("priority") => options.priorities.extend([pair(&mut parser)?]),
            Long("group") => options.groups.extend([pair(&mut parser)?]),
            Long("state") => options.states.extend([pair(&mut parser)?]),
            Long("resolution") => options.resolution = resolution(&parser.value()?.string()?)?,
            Long("by") => options.by = Some(PersonId::new(parser.value()?.string()?)),
            Long("help") | Short('h') => return Ok(Asked::Help),
            other => return Err(other.unexpected()),
        }
    }
    match <[OsString; 3]>::try_from(words) {
        Ok([desk, from, to]) if desk == "zammad" => {
            (options.from, options.to) = (from.into(), to.into());
            Ok(Asked::Zammad(options))
        }
        _ => Err("say `import zammad FILE.json OUT.jsonl`".into()),
    }
}

fn pair(parser: &mut lexopt::Parser) -> Result<(String, String), lexopt::Error> {
    let said = parser.value()?.into_string().map_err(|_| "an option is no text")?;
    let (there, here) = said.split_once('=').ok_or_else(|| format!("`{said}` is not NAME=NAME"))?;
    Ok((there.trim().to_owned(), here.trim().to_owned()))
}

fn resolution(word: &str) -> Result<Resolution, lexopt::Error> {
    let known = Resolution::ALL.iter().find(|known| known.as_str() == word);
    known.copied().ok_or_else(|| {
        let all: Vec<_> = Resolution::ALL.iter().map(|known| known.as_str()).collect();
        format!("`{word}` is no resolution: choose one of {}", all.join(", ")).into()
    })
}
