//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use supporty_desk::kept::Db;
use supporty_desk::log::Log;
use supporty_desk::report::{Form, Rate};

/// What `--help` says.
pub(crate) const HELP: &str = "\
What support cost: a report of a desk's whole log, as one file. The store is only read, also while a desk runs on it.

Usage: report [OPTIONS]

Where from:
  --db FILE|URL    the store: a SQLite file, or postgres://USER@HOST/DATABASE, whose password is in
                   DESK_DB_PASSWORD [default: supporty.db]
  --desk NAME      which desk of a PostgreSQL database [default: desk]
  --history FILE   lines that `desk export` or `sample` wrote, instead of a store; open tickets count as open until
                   its last entry

About what; of those that can be repeated a ticket is one of all that are said:
  --period WORD    last-30-days, this-month, last-month, this-quarter, last-quarter, this-year or last-year
  --from DAY       the first day, like 2026-01-31 [default: all that there is]
  --until DAY      the last day [default: today]
  --priority ID    can be repeated, like all down to --clock; names are those of the policy in force
  --area ID
  --squad ID       the squad that owns it
  --kind WORD      request, incident or gardening
  --person ID      who owns it, or owned it last
  --clock ID       the calendar of the promise to resolve
  --every STRETCH  day, week, month or quarter [default: what fits]
  --rate DAY=PRICE what an hour of work costs from a day on, in the currency of the policy's [pay]:
                   2026-01-01=60.00; can be repeated [default: hours alone]

Where to:
  --format FORM    html, json, csv, md or png [default: what the file's name says, or html]
  --out FILE       a new file, or `-` for the standard output [default: report.html, by the format]
  --force          replace a file that is there

  --help           print this
  --version        print the version

Days are those of the policy's clocks. It ends with 1 where there is no report, and with 2 where it was not understood.
";

/// What the program was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Write a report.
    Report(Box<Order>),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// Which report, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) log: Log,
    /// What is asked, as an address would say it.
    pub(crate) asked: Vec<(String, String)>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) form: Form,
    /// Without one the standard output.
    pub(crate) out: Option<PathBuf>,
    pub(crate) force: bool,
}

/// Reads the arguments that follow the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Wanted, lexopt::Error> {
    use lexopt::prelude::*;

    let mut parser = lexopt::Parser::from_args(args);
    let (mut db, mut desk, mut lines): (Option<OsString>, _, Option<PathBuf>) = (None, None, None);
    let (mut asked, mut rates, mut form, mut out) = (Vec::new(), Vec::new(), None, None::<PathBuf>);
    let mut force = false;
    while let Some(arg) = parser.next()? {
        match arg {
            Long("db") => db = Some(parser.value()?),
            Long("desk") => desk = Some(parser.value()?.string()?),
            Long("history") => lines = Some(parser.value()?.into()),
            Long("rate") => rates.push(parser.value()?.parse()?),
            Long("format") => form = Some(parser.value()?.parse()?),
            Long("out") => out = Some(parser.value()?.into()),
            Long("force") => force = true,
            Long("help") | Short('h') => return Ok(Wanted::Help),
            Long("version") | Short('V') => return Ok(Wanted::Version),
            Long(
                field @ ("period" | "from" | "until" | "priority" | "area" | "squad" | "kind" | "person"
                | "clock" | "every"),
            ) => {
                let field = field.to_owned();
                let value = parser.value()?.string()?;
                if value.trim().is_empty() {
                    return Err(format!("--{field} is empty: leave it out").into());
                }
                asked.push((field, value));
            }
            other => return Err(other.unexpected()),
        }
    }
    let log = match (db, lines) {
        (Some(_), Some(_)) => return Err("--db and --history are two logs: name one of them".into()),
        (None, Some(_)) if desk.is_some() => return Err("--desk is about --db: leave it out".into()),
        (None, Some(lines)) => Log::Lines(lines),
        (db, None) => {
            let db = db.unwrap_or_else(|| "supporty.db".into());
            Log::Store(match db.to_str() {
                Some(text) => Db::new(text, desk.as_deref().unwrap_or("desk")),
                None => Db::File(db.into()),
            })
        }
    };
    let named = out.as_ref().and_then(|out| out.extension()?.to_str()?.parse().ok());
    let form = form.or(named).unwrap_or(Form::Html);
    let out = out.unwrap_or_else(|| format!("report.{}", form.ending()).into());
    let out = Some(out).filter(|out| out.as_os_str() != "-");
    Ok(Wanted::Report(Box::new(Order { log, asked, rates, form, out, force })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Order, String> {
        match parse(args.iter().map(OsString::from)) {
            Ok(Wanted::Report(order)) => Ok(*order),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_form_is_said_by_the_option_or_by_the_name() {
        let form = |args: &[&str]| parsed(args).map(|order| (order.form, order.out));
        assert_eq!(form(&[]), Ok((Form::Html, Some("report.html".into()))));
        assert_eq!(form(&["--format", "png"]), Ok((Form::Png, Some("report.png".into()))));
        assert_eq!(form(&["--out", "a.csv"]), Ok((Form::Csv, Some("a.csv".into()))));
        assert_eq!(form(&["--out", "a.txt", "--format", "md"]), Ok((Form::Markdown, Some("a.txt".into()))));
        assert_eq!(form(&["--out", "-", "--format", "json"]), Ok((Form::Json, None)));
        assert!(form(&["--format", "pdf"]).unwrap_err().contains("html, json, csv, md or png"));
    }

    #[test]
    fn a_log_is_one_log() {
        assert_eq!(parsed(&[]).unwrap().log, Log::Store(Db::File("supporty.db".into())));
        assert_eq!(parsed(&["--history", "h.jsonl"]).unwrap().log, Log::Lines("h.jsonl".into()));
        assert!(parsed(&["--history", "h", "--db", "d"]).unwrap_err().contains("name one of them"));
        let server = parsed(&["--db", "postgres://a@b/c", "--desk", "web"]).unwrap().log;
        assert_eq!(server, Log::Store(Db::new("postgres://a@b/c", "web")));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(parsed(&["--priorty", "P1"]).unwrap_err().contains("--priorty"));
        assert!(parsed(&["--rate", "60"]).unwrap_err().contains("2026-01-01=60.00"));
        assert!(parsed(&["--from", ""]).unwrap_err().contains("--from is empty"));
    }
}
