//! The command line.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use supporty_core::vocab::PersonId;

use crate::kept::Db;
use crate::report::Rate;

/// How many tickets a demonstration has, unless it is said.
const DEMO: u64 = 3_000;

/// What `--help` says.
pub const HELP: &str = "\
A support desk on one machine, ready to run: a web page, a chat of its own, one SQLite file.

Usage: desk [OPTIONS] [COMMAND]

Commands, on what --db names; without one the desk is served:
  backup TO        copy everything to a new file, also while the desk runs; its chat lies beside it
  export TO        write everything as lines of JSON to a new file, for any store to read
  import FROM      read such lines into a store that is new
  check            replay the log, and say what is kept otherwise than it says
  rebuild          write anew what is derived from the log
  erase PERSON     delete everything that somebody wrote; what happened stays, and so do the figures

Options:
  --db FILE|URL    where everything is kept: a SQLite file, or postgres://USER@HOST/DATABASE, which any number
                   of desks may work on; its password is in DESK_DB_PASSWORD [default: supporty.db]
  --desk NAME      which desk of a PostgreSQL database [default: desk]
  --chat FILE      the desk's own chat; desks on one database share it [default: beside the store's file,
                   or supporty.chat.db]
  --policy FILE    people, squads, areas and promises, in TOML [default: a demonstration]
  --demo           a year of a made-up shop's support, which ends now, in a new store: a temporary one, unless --db
                   names it
  --demo-tickets N how many tickets it has [default: 3000]
  --listen ADDR    where the page is served; port 0 takes a free one [default: 127.0.0.1:7878]
  --host NAME      a host name under which browsers reach it, beside localhost; can be repeated
  --pager URL      a web service that wakes people (PAGING.md); its secret is in DESK_PAGER_SECRET
  --smtp URL       a mail server: smtps://USER@HOST, or smtp://USER@HOST?tls=required; its password
                   is in DESK_SMTP_PASSWORD
  --mail-from ADDR whose e-mails the desk sends
  --public-url URL where links in pages and e-mails lead [default: where it listens]
  --slack          show tickets on Slack instead of the page (supporty-slack/SETUP.md); its secrets are in
                   SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode
  --slack-config FILE  channels, emoji, texts [default: slack.toml]
  --slack-api URL  where Slack's Web API is, for a stand-in
  --manifest       print the manifest of Slack's app, for --public-url or for Socket Mode; start nothing
  --github         hear of changes and deployments from GitHub at /github (supporty-github/SETUP.md); the
                   webhook's secret is in GITHUB_WEBHOOK_SECRET. With GITHUB_BOT_TOKEN, or GITHUB_APP_ID and
                   GITHUB_APP_KEY, what was missed is fetched, and the policy's [code] is written there
  --github-config FILE  repositories, services, environments [default: every repository is a service]
  --github-api URL where GitHub's API is, for a stand-in
  --check          say what is missing on Slack and GitHub, and what to press; start nothing
  --hooks FILE     hear of alerts, changes and deployments from Alertmanager, Grafana and builds at
                   /hooks/alerts/NAME and /hooks/facts/NAME (supporty-core/WEBHOOKS.md)
  --rate DAY=PRICE what an hour of work costs from a day on, in the currency of the policy's [pay], for the money of
                   /report: 2026-01-01=60.00; can be repeated [default: the report tells hours alone]
  --help           print this
  --version        print the version

Nobody logs in: whoever reaches the address is believed. Keep it on this machine, or behind something that asks.
";

/// What the program was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Serve the desk.
    Serve(Box<Options>),
    /// Look after a store.
    LookAfter {
        /// The store.
        db: Db,
        /// The chat's file.
        chat: PathBuf,
        /// How.
        task: Task,
    },
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// What an operator does with a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Copy it and its chat to a new file.
    BackUp(PathBuf),
    /// Write it as lines to a new file.
    Export(PathBuf),
    /// Read lines of a file.
    Import(PathBuf),
    /// Compare what is kept with the log.
    Check,
    /// Write anew what is derived from the log.
    Rebuild,
    /// Delete what somebody wrote.
    Erase(PersonId),
}

/// How to serve the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The store.
    pub db: Db,
    /// The chat's file, if not the usual one.
    pub chat: Option<PathBuf>,
    /// The policy's file; without one the demonstration.
    pub policy: Option<PathBuf>,
    /// How many tickets of a made-up year are shown, if any.
    pub demo: Option<u64>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Host names that browsers may use, beside loopback ones.
    pub hosts: Vec<String>,
    /// Where a pager listens.
    pub pager: Option<String>,
    /// How to reach a mail server.
    pub smtp: Option<String>,
    /// Whose e-mails are sent.
    pub mail_from: Option<String>,
    /// Where links lead; without one where the desk listens.
    pub public_url: Option<String>,
    /// Whether tickets are shown on Slack.
    pub slack: bool,
    /// The file that says how the workspace is set up.
    pub slack_config: PathBuf,
    /// Where Slack's Web API is, if not where it usually is.
    pub slack_api: Option<String>,
    /// Whether GitHub is heard.
    pub github: bool,
    /// The file that says how it is set up.
    pub github_config: Option<PathBuf>,
    /// Where GitHub's API is, if not where it usually is.
    pub github_api: Option<String>,
    /// What to do instead of starting.
    pub instead: Option<Instead>,
    /// The file that says who else may tell of alerts, changes and deployments.
    pub hooks: Option<PathBuf>,
    /// What an hour of work costs.
    pub rates: Vec<Rate>,
}

/// What to do instead of starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Say what is missing on Slack and GitHub.
    Check,
    /// Print the manifest of Slack's app.
    Manifest,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            db: Db::File("supporty.db".into()),
            chat: None,
            policy: None,
            demo: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7878)),
            hosts: Vec::new(),
            pager: None,
            smtp: None,
            mail_from: None,
            public_url: None,
            slack: false,
            slack_config: "slack.toml".into(),
            slack_api: None,
            github: false,
            github_config: None,
            github_api: None,
            instead: None,
            hooks: None,
            rates: Vec::new(),
        }
    }
}

/// Reads the arguments that follow the program's name.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;

    let mut options = Options::default();
    let (mut task, mut db, mut desk) = (None, None, "desk".to_owned());
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) if task.is_none() => task = Some(self::task(&word.string()?, &mut parser)?),
            Long("db") => db = Some(parser.value()?),
            Long("desk") => desk = parser.value()?.string()?,
            Long("chat") => options.chat = Some(parser.value()?.into()),
            Long("policy") => options.policy = Some(parser.value()?.into()),
            Long("demo") => options.demo = options.demo.or(Some(DEMO)),
            Long("demo-tickets") => options.demo = Some(parser.value()?.parse()?),
            Long("listen") => options.listen = parser.value()?.parse()?,
            Long("host") => options.hosts.push(parser.value()?.string()?.to_lowercase()),
            Long("pager") => options.pager = Some(parser.value()?.string()?),
            Long("smtp") => options.smtp = Some(parser.value()?.string()?),
            Long("mail-from") => options.mail_from = Some(parser.value()?.string()?),
            Long("public-url") => options.public_url = Some(parser.value()?.string()?),
            Long("slack") => options.slack = true,
            Long("slack-config") => options.slack_config = parser.value()?.into(),
            Long("slack-api") => options.slack_api = Some(parser.value()?.string()?),
            Long("github") => options.github = true,
            Long("github-config") => options.github_config = Some(parser.value()?.into()),
            Long("github-api") => options.github_api = Some(parser.value()?.string()?),
            Long("check") => options.instead = Some(Instead::Check),
            Long("manifest") => options.instead = Some(Instead::Manifest),
            Long("hooks") => options.hooks = Some(parser.value()?.into()),
            Long("rate") => options.rates.push(parser.value()?.parse()?),
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => return Ok(Asked::Version),
            other => return Err(other.unexpected()),
        }
    }
    match options.instead {
        Some(Instead::Check) if !options.slack && !options.github => {
            return Err("--check is about --slack and --github: add one of them".into());
        }
        Some(Instead::Manifest) if !options.slack => {
            return Err("--manifest is about --slack: add that".into());
        }
        _ => {}
    }
    for (given, option) in
        [(options.github_config.is_some(), "config"), (options.github_api.is_some(), "api")]
    {
        if given && !options.github {
            return Err(format!("--github-{option} is about --github: add that").into());
        }
    }
    if options.demo.is_some() {
        if options.policy.is_some() {
            return Err("--demo brings its own policy: leave --policy out".into());
        }
        options.db = crate::demo::fresh();
    }
    if let Some(db) = db {
        options.db = match db.to_str() {
            Some(text) => Db::new(text, &desk),
            None => Db::File(db.into()),
        };
    }
    let (db, chat) = (options.db.clone(), options.chat.clone());
    match task {
        None => Ok(Asked::Serve(Box::new(options))),
        Some(task) if options == (Options { db: db.clone(), chat: chat.clone(), ..Options::default() }) => {
            Ok(Asked::LookAfter { chat: chat.unwrap_or_else(|| db.chat()), db, task })
        }
        Some(_) => {
            Err("beside a command only --db, --desk and --chat are of use: leave the others out".into())
        }
    }
}

fn task(word: &str, parser: &mut lexopt::Parser) -> Result<Task, lexopt::Error> {
    use lexopt::prelude::*;

    let mut value = |what: &str| match parser.next()? {
        Some(Value(value)) => Ok(value),
        Some(other) => Err(other.unexpected()),
        None => Err(format!("`{word}` needs {what}").into()),
    };
    match word {
        "backup" => Ok(Task::BackUp(value("the name of a new file")?.into())),
        "export" => Ok(Task::Export(value("the name of a new file")?.into())),
        "import" => Ok(Task::Import(value("the name of a file of lines")?.into())),
        "check" => Ok(Task::Check),
        "rebuild" => Ok(Task::Rebuild),
        "erase" => Ok(Task::Erase(PersonId::new(value("a person, as the policy names them")?.string()?))),
        other => Err(format!("there is no command `{other}`").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Asked, String> {
        parse(args.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn without_arguments_it_serves_on_loopback() {
        assert_eq!(parsed(&[]), Ok(Asked::Serve(Box::default())));
        assert!(Options::default().listen.ip().is_loopback());
    }

    #[test]
    fn every_option_is_read() {
        let args = ["--db", "a.db", "--policy=p.toml", "--listen", "[::1]:0", "--host", "Desk.Lan"];
        let Ok(Asked::Serve(options)) = parsed(&args) else { panic!("{:?}", parsed(&args)) };
        assert_eq!(options.db, Db::File("a.db".into()));
        assert_eq!(options.policy, Some(PathBuf::from("p.toml")));
        assert_eq!(options.listen.to_string(), "[::1]:0");
        assert_eq!(options.hosts, ["desk.lan"]);

        let args = ["--pager", "a", "--smtp", "b", "--mail-from", "c", "--public-url", "d"];
        let Ok(Asked::Serve(options)) = parsed(&args) else { panic!("{:?}", parsed(&args)) };
        let Options { pager, smtp, mail_from, public_url, .. } = *options;
        assert_eq!([pager, smtp, mail_from, public_url].map(Option::unwrap), ["a", "b", "c", "d"]);
    }

    #[test]
    fn every_command_is_read() {
        let db = Db::File("supporty.db".into());
        for (args, task) in [
            (&["backup", "a"][..], Task::BackUp("a".into())),
            (&["export", "a"], Task::Export("a".into())),
            (&["import", "a"], Task::Import("a".into())),
            (&["check"], Task::Check),
            (&["rebuild"], Task::Rebuild),
            (&["erase", "ana"], Task::Erase("ana".into())),
        ] {
            assert_eq!(
                parsed(args),
                Ok(Asked::LookAfter { db: db.clone(), chat: "supporty.chat.db".into(), task })
            );
        }
        let after = parsed(&["check", "--db", "a.db"]);
        let (db, chat) = (Db::File("a.db".into()), "a.chat.db".into());
        assert_eq!(after, Ok(Asked::LookAfter { db, chat, task: Task::Check }));
    }

    #[test]
    fn a_server_is_named_by_its_url_and_its_password_is_never_shown() {
        let url = "postgres://supporty:hunter2@127.0.0.1/tools".to_owned();
        let args = ["--db", &url, "--desk", "web", "--chat", "c.db"];
        let Ok(Asked::Serve(options)) = parsed(&args) else { panic!("{:?}", parsed(&args)) };
        assert!(!format!("{options:?}").contains("hunter2"));
        assert_eq!(options.db, Db::Server { url, desk: "web".to_owned() });
        assert_eq!(options.chat, Some("c.db".into()));
    }

    #[test]
    fn a_wrong_command_is_named_and_what_it_lacks() {
        assert_eq!(parsed(&["chekc"]), Err("there is no command `chekc`".to_owned()));
        assert_eq!(parsed(&["backup"]), Err("`backup` needs the name of a new file".to_owned()));
        assert!(parsed(&["check", "twice"]).unwrap_err().contains("twice"));
        assert!(parsed(&["check", "--listen", "127.0.0.1:80"]).unwrap_err().contains("only --db, --desk"));
    }

    #[test]
    fn a_wrong_option_is_named() {
        assert_eq!(parsed(&["--bd"]), Err("invalid option '--bd'".to_owned()));
        assert!(parsed(&["--listen", "here"]).unwrap_err().contains("here"));
    }
}
