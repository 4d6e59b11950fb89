//! `sample`: writes a made-up history as lines, for figures, measurements and tests. `sample --help` says the rest.

use std::ffi::OsString;
use std::io::{BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use supporty_core::testing::sample::{POLICY, Sample};
use supporty_core::vocab::Time;
use supporty_desk::history::{self, HistoryError};
use supporty_desk::start::reasons;

const HELP: &str = "\
Writes a made-up history of a support desk: every ticket, rota and deployment of a shop, as lines that `desk import` reads.
The same options give the same lines.

Usage: sample [OPTIONS] > history.jsonl

Options:
  --tickets N    how many tickets are opened [default: 4000]
  --seed N       which history: any number [default: 7]
  --from TIME    when it begins, in UTC [default: 2025-11-01]
  --until TIME   when it ends; what is under way then stays so [default: 2026-11-01]
  --policy       print its policy instead, to begin a file of one's own with
  --help         print this

Its tickets stand in the desk's own chat, which has no messages of them: their pages show no threads. `desk --demo` has
threads as well.
";

enum Asked {
    Write(Sample),
    Print(&'static str),
}

fn main() -> ExitCode {
    let sample = match parse(std::env::args_os().skip(1)) {
        Ok(Asked::Write(sample)) => sample,
        Ok(Asked::Print(text)) => {
            // Nobody may be reading, which is no error of ours.
            let _ = std::io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&format!("{error}; try `sample --help`")),
    };
    let to = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    match history::write(&sample, to, |_| {}, &history::bar("History")) {
        Ok(_) => ExitCode::SUCCESS,
        // Whoever reads has seen enough.
        Err(HistoryError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&reasons(&error)),
    }
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;

    let mut sample =
        Sample { seed: 7, tickets: 4_000, from: instant("2025-11-01")?, until: instant("2026-11-01")? };
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("tickets") => sample.tickets = parser.value()?.parse()?,
            Long("seed") => sample.seed = parser.value()?.parse()?,
            Long("from") => sample.from = instant(&parser.value()?.string()?)?,
            Long("until") => sample.until = instant(&parser.value()?.string()?)?,
            Long("policy") => return Ok(Asked::Print(POLICY)),
            Long("help") | Short('h') => return Ok(Asked::Print(HELP)),
            other => return Err(other.unexpected()),
        }
    }
    match sample.from < sample.until {
        true => Ok(Asked::Write(sample)),
        false => Err("--until must be later than --from".into()),
    }
}

fn instant(text: &str) -> Result<Time, lexopt::Error> {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    whole.parse().map_err(|_| format!("`{text}` is no time: write 2026-01-31 or RFC 3339").into())
}

fn fail(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "sample: {why}");
    ExitCode::FAILURE
}
