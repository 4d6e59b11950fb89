//! `inspect`: what recorded deliveries mean to a desk. `inspect --help` says the rest.

mod args;
mod github;
mod slack;

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use supporty_core::policy::Policy;
use supporty_desk::policy_file;

use args::{Asked, HELP, Platform, parse};

/// What a recording turned out to be.
pub(crate) enum Meaning {
    /// Something for the desk.
    Understood(Value),
    /// Knowingly nothing.
    NotForUs(Value),
    /// Nobody knows.
    Unreadable(String),
}

/// A desk, as far as it decides what a delivery means.
pub(crate) trait Inspects {
    /// What a recording means.
    fn meaning(&self, text: &str) -> Meaning;
}

fn main() -> ExitCode {
    let asked = match parse(std::env::args_os().skip(1)) {
        Ok(asked) => asked,
        Err(error) => return wrong(&error.to_string()),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let done = match &asked {
        Asked::Inspect { platform, files, config, policy } => {
            let policy = policy.as_deref().map_or_else(|| Ok(Policy::default()), read_policy);
            let desk = policy.and_then(|policy| desk(platform, config.as_deref(), policy));
            match desk {
                Ok(desk) => files
                    .iter()
                    .map(|file| inspect(desk.as_ref(), file, &mut out))
                    .fold(true, |all, fine| all & fine),
                Err(why) => return wrong(&why),
            }
        }
        Asked::Help => write!(out, "{HELP}").is_ok(),
        Asked::Version => writeln!(out, concat!("inspect ", env!("CARGO_PKG_VERSION"))).is_ok(),
    };
    // Nobody may be reading, which is no error of ours.
    let _ = out.flush();
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn desk(platform: &Platform, config: Option<&Path>, policy: Policy) -> Result<Box<dyn Inspects>, String> {
    Ok(match platform {
        Platform::Github { event } => Box::new(github::Desk::new(config, event, &policy)?),
        Platform::Slack => Box::new(slack::Desk::new(config, policy)?),
    })
}

/// How the platform is set up, as a file says.
pub(crate) fn read_config<C: Default + DeserializeOwned>(path: Option<&Path>) -> Result<C, String> {
    let Some(path) = path else { return Ok(C::default()) };
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name} can not be read: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{name} can not be used: {error}"))
}

/// One line about one file; whether its meaning is known.
fn inspect(desk: &dyn Inspects, file: &Path, out: &mut impl Write) -> bool {
    let meaning = match std::fs::read_to_string(file) {
        Ok(text) => desk.meaning(&text),
        Err(error) => Meaning::Unreadable(format!("the file can not be read: {error}")),
    };
    let file = file.display().to_string();
    let (line, known) = match meaning {
        Meaning::Understood(what) => (json!({ "file": file, "understood": what }), true),
        Meaning::NotForUs(why) => (json!({ "file": file, "not_for_us": why }), true),
        Meaning::Unreadable(why) => (json!({ "file": file, "unreadable": why }), false),
    };
    let _ = writeln!(out, "{line}");
    known
}

fn read_policy(path: &Path) -> Result<Policy, String> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name} can not be read: {error}"))?;
    let reading = policy_file::read(path, &text, None);
    reading.policy.ok_or_else(|| {
        let shown: Vec<_> = reading.diagnostics.iter().map(|one| one.render(&name, &text, false)).collect();
        format!("{name} can not be used:\n{}", shown.join("\n\n"))
    })
}

fn wrong(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "inspect: {why}; try `inspect --help`");
    ExitCode::from(2)
}
