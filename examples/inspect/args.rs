//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// What `--help` says.
pub(crate) const HELP: &str = "\
What recorded deliveries mean to a desk: one line of JSON for each file. Nothing is sent or stored.

Usage: inspect PLATFORM [OPTIONS] FILE...

Platforms:
  github EVENT     the body of a webhook's delivery, JSON or a form, and the header X-GitHub-Event that came with it
  slack            the body of a request, JSON or a form as it came, or an envelope of Socket Mode

Options:
  --config FILE    how the platform is set up for the desk, as TOML [default: one workspace, and no
                   channels named; every repository]
  --policy FILE    the policy: who is who, and what its forms ask [default: the default policy, which knows nobody]
  --help           print this
  --version        print the version

A line says what was `understood`, why it is knowingly `not_for_us`, or where it is `unreadable`. Addresses and triggers
that let their holder act are left out; what people wrote is not. It ends with 1 where something is unreadable, and with 2
where the arguments or their files are wrong.
";

/// What the program was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Say what files mean.
    Inspect { platform: Platform, files: Vec<PathBuf>, config: Option<PathBuf>, policy: Option<PathBuf> },
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// Whose deliveries they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Platform {
    Github { event: String },
    Slack,
}

/// Reads the arguments that follow the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;

    let mut parser = lexopt::Parser::from_args(args);
    let (mut platform, mut files, mut config, mut policy) = (None, Vec::new(), None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) if platform.is_none() => match word.to_str() {
                Some("slack") => platform = Some(Platform::Slack),
                Some("github") => match parser.next()? {
                    Some(Value(event)) => platform = Some(Platform::Github { event: event.string()? }),
                    _ => return Err("say which event it is: github pull_request FILE".into()),
                },
                _ => {
                    return Err(format!(
                        "`{}` is no platform: expected github or slack",
                        word.to_string_lossy()
                    )
                    .into());
                }
            },
            Value(file) => files.push(file.into()),
            Long("config") => config = Some(parser.value()?.into()),
            Long("policy") => policy = Some(parser.value()?.into()),
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => return Ok(Asked::Version),
            other => return Err(other.unexpected()),
        }
    }
    let platform = platform.ok_or("say whose deliveries they are: github or slack")?;
    if files.is_empty() {
        return Err("say which files to look at".into());
    }
    Ok(Asked::Inspect { platform, files, config, policy })
}
