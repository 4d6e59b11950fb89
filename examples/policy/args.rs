//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use supporty_core::pay::Month;
use supporty_core::vocab::{AdapterName, TicketKey};
use supporty_desk::kept::Db;
use supporty_desk::log::Log;

use crate::backtest::{self, Lengths};

/// What `--help` says.
pub(crate) const HELP: &str = "\
What a support policy does, before people feel it.

Usage: policy COMMAND [OPTIONS]

Commands:
  check FILE                    everything that is wrong with a policy file or worth a word, and what it promises
      --today DATE                the day to look from [default: today]
      --adapters slack,pager      what the desk has, its chat first: who can not be woken by any of them
  explain FILE --at TIME        opens a ticket and tells why each promise is due when it is, and who hears of it
      --priority P2 --area AREA --kind incident --by PERSON --zone ZONE --now TIME
  rota FILE                     who is on when, by the policy alone, and where nobody is
      --rota NAME --from DATE --days 28
      --against OLDER             only what is not as in another version of the policy
  pay FILE --month 2026-03      what a month of being on call will cost, by the policy alone
  timeline FILE STORY.toml      plays a story and prints everything that happens
  backtest --policy NEW.toml    what another policy would have done to what happened: promises, pages, pay
      --db FILE|URL --desk NAME   the desk's store, which may be in use and is not changed; a server's password is in
                                  DESK_DB_PASSWORD
      --history FILE.jsonl        or what `desk export` wrote, which is held in memory
      --tickets 10                how many changed tickets are listed, the most changed first
      --ticket SUP-42             only that one, in full: what would have been another way, and why
      --sweep P2/resolve=1h..8h/30m   what could be promised: how often each length would have been kept
      --keep 95                   the share of those promises that is to be kept, in percent
      --threads N                 how many replay side by side [default: one a processor]
  ask QUESTIONS.jsonl           answers questions about working time and turns, a JSON line each; `-` reads what is piped in
  schema                        the JSON Schema of the policy file, for editors
  default                       the default policy, every line explained: a file to begin with

Options:
  --json           print data and not text
  --help           print this
  --version        print the version

TIME is `2026-01-09 17:30` by the clocks of the policy, or RFC 3339. It ends with 1 where something is wrong, and with 2
where it was not understood. A backtest ends with 0 whatever it finds. Its data are one object: `gained` and `lost` breaches,
`totals` with `before` and `after` of everything, `pay` in the currency's smallest unit, the `changed` tickets, what was
`refused`, `sweep` with its `points` and the `smallest` length in seconds that keeps the share, and what is `unknown`.
";

/// What the program was asked to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// Read a file and say everything about it.
    Check { file: PathBuf, today: Option<NaiveDate>, adapters: Vec<AdapterName> },
    /// Open a ticket and explain it.
    Explain { file: PathBuf, ticket: Ticket },
    /// Print the schedules of rotas.
    Rota { file: PathBuf, rota: Option<String>, from: Option<NaiveDate>, days: u16, against: Option<PathBuf> },
    /// Print what a month will cost.
    Pay { file: PathBuf, month: Month },
    /// Replay a history under another policy.
    Backtest(Box<backtest::Options>),
    /// Play a story.
    Timeline { file: PathBuf, story: PathBuf },
    /// Answer questions; `None` is what is piped in.
    Ask { file: Option<PathBuf> },
    /// Print the schema.
    Schema,
    /// Print the default policy.
    Default,
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// The ticket that is explained.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) at: String,
    pub(crate) now: Option<String>,
    pub(crate) priority: Option<String>,
    pub(crate) area: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) by: Option<String>,
    pub(crate) zone: Option<String>,
}

/// More than anybody prints.
const MOST_DAYS: u16 = 800;

/// Reads the arguments that follow the program's name, and whether data is wanted.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<(Asked, bool), lexopt::Error> {
    use lexopt::prelude::*;

    let mut parser = lexopt::Parser::from_args(args);
    let mut words: Vec<OsString> = Vec::new();
    let (mut rota, mut from, mut days, mut against) = (None, None, 28, None);
    let (mut adapters, mut month) = (Vec::new(), None);
    let mut replayed = Replayed::default();
    let (mut json, mut today, mut ticket, mut at) = (false, None, Ticket::default(), None);
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) => words.push(word),
            Long("json") => json = true,
            Long("today") => today = Some(parser.value()?.parse()?),
            Long("adapters") => {
                adapters = parser.value()?.string()?.split(',').map(|name| name.trim().into()).collect();
            }
            Long("month") => month = Some(parser.value()?.parse()?),
            Long("rota") => rota = Some(parser.value()?.string()?),
            Long("from") => from = Some(parser.value()?.parse()?),
            Long("against") => against = Some(parser.value()?.into()),
            Long("days") => days = parser.value()?.parse()?,
            Long("at") => at = Some(parser.value()?.string()?),
            Long("now") => ticket.now = Some(parser.value()?.string()?),
            Long("priority") => ticket.priority = Some(parser.value()?.string()?),
            Long("area") => ticket.area = Some(parser.value()?.string()?),
            Long("kind") => ticket.kind = Some(parser.value()?.string()?),
            Long("by") => ticket.by = Some(parser.value()?.string()?),
            Long("zone") => ticket.zone = Some(parser.value()?.string()?),
            Long("policy") => replayed.policy = Some(parser.value()?.into()),
            Long("db") => replayed.db = Some(parser.value()?.string()?),
            Long("desk") => replayed.desk = Some(parser.value()?.string()?),
            Long("history") => replayed.history = Some(parser.value()?.into()),
            Long("tickets") => replayed.tickets = Some(parser.value()?.parse()?),
            Long("ticket") => replayed.ticket = Some(parser.value()?.parse()?),
            Long("sweep") => replayed.sweep = Some(parser.value()?.parse()?),
            Long("keep") => replayed.keep = Some(parser.value()?.parse()?),
            Long("threads") => replayed.threads = Some(parser.value()?.parse()?),
            Long("help") | Short('h') => return Ok((Asked::Help, json)),
            Long("version") | Short('V') => return Ok((Asked::Version, json)),
            other => return Err(other.unexpected()),
        }
    }
    let command = words.first().map(|word| word.to_string_lossy().into_owned());
    let asked = match (command.as_deref(), words.get(1..).unwrap_or_default()) {
        (Some("check"), [file]) => Asked::Check { file: file.into(), today, adapters },
        (Some("pay"), [file]) => {
            let month = month.ok_or("pay needs --month 2026-03: which month")?;
            Asked::Pay { file: file.into(), month }
        }
        (Some("explain"), [file]) => {
            let at = at.ok_or("explain needs --at TIME: when the ticket is opened")?;
            Asked::Explain { file: file.into(), ticket: Ticket { at, ..ticket } }
        }
        (Some("rota"), [file]) if (1..=MOST_DAYS).contains(&days) => {
            Asked::Rota { file: file.into(), rota, from, days, against }
        }
        (Some("rota"), [_]) => return Err(format!("--days lies between 1 and {MOST_DAYS}").into()),
        (Some("timeline"), [file, story]) => Asked::Timeline { file: file.into(), story: story.into() },
        (Some("ask"), [file]) => {
            Asked::Ask { file: Some(PathBuf::from(file)).filter(|file| file.as_os_str() != "-") }
        }
        (Some("backtest"), []) => Asked::Backtest(Box::new(replayed.options()?)),
        (Some("schema"), []) => Asked::Schema,
        (Some("default"), []) => Asked::Default,
        (None, _) => {
            return Err(
                "say what to do: check, explain, rota, pay, timeline, backtest, ask, schema or default"
                    .into(),
            );
        }
        (
            Some(
                known @ ("check" | "explain" | "rota" | "pay" | "timeline" | "backtest" | "ask" | "schema"
                | "default"),
            ),
            files,
        ) => {
            return Err(format!("`{known}` was given {} files", files.len()).into());
        }
        (Some(other), _) => return Err(format!("`{other}` is no command").into()),
    };
    Ok((asked, json))
}

/// What was said of a backtest so far.
#[derive(Default)]
struct Replayed {
    policy: Option<PathBuf>,
    db: Option<String>,
    desk: Option<String>,
    history: Option<PathBuf>,
    tickets: Option<usize>,
    ticket: Option<TicketKey>,
    sweep: Option<Lengths>,
    keep: Option<f64>,
    threads: Option<usize>,
}

impl Replayed {
    fn options(self) -> Result<backtest::Options, lexopt::Error> {
        let policy = self.policy.ok_or("backtest needs --policy FILE: which policy is tested")?;
        let source = match (self.db, self.history) {
            (Some(db), None) => Log::Store(Db::new(&db, self.desk.as_deref().unwrap_or("desk"))),
            (None, Some(file)) => Log::Lines(file),
            _ => return Err("backtest needs --db FILE|URL or --history FILE: what happened".into()),
        };
        let keep = self.keep.unwrap_or(95.0);
        if !(0.0..=100.0).contains(&keep) {
            return Err("--keep is a share in percent: between 0 and 100".into());
        }
        if self.threads == Some(0) {
            return Err("--threads is at least 1".into());
        }
        let (tickets, share) = (self.tickets.unwrap_or(10), keep / 100.0);
        let (ticket, sweep, threads) = (self.ticket, self.sweep, self.threads);
        Ok(backtest::Options { policy, source, tickets, ticket, sweep, share, threads })
    }
}
