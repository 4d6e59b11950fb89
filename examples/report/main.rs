//! `report`: what support cost, from a desk's whole log. `report --help` says the rest.

mod args;

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use args::{HELP, Order, Wanted, parse};
use supporty_core::policy::Policy;
use supporty_core::time::Zone;
use supporty_core::vocab::Time;
use supporty_desk::app::now;
use supporty_desk::history::bar;
use supporty_desk::log::{Log, Progress};
use supporty_desk::page::zone_of;
use supporty_desk::report::{Asked, Span, figures, rates};
use supporty_desk::start::reasons;

/// Why there is no report: everything that there is to say about it.
struct Failed(String);

fn main() -> ExitCode {
    let done = match parse(std::env::args_os().skip(1)) {
        Ok(Wanted::Report(order)) => write(&order),
        Ok(Wanted::Help) => print(HELP),
        Ok(Wanted::Version) => print(concat!("report ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "report: {error}; try `report --help`");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            let _ = writeln!(std::io::stderr(), "report: {why}");
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> Result<(), Failed> {
    // Nobody may be reading, which is no error of ours.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(())
}

fn write(order: &Order) -> Result<(), Failed> {
    let out = order.out.as_deref();
    if let Some(out) = out.filter(|out| !order.force && out.exists()) {
        return Err(exists(out));
    }
    // A day that is none need not wait for the whole log.
    let days: Vec<_> =
        order.asked.iter().filter(|(field, _)| TIMES.contains(&field.as_str())).cloned().collect();
    asked(&days, &Policy::default(), now(), &Zone::utc())?;

    let bar = bar("Reading the log");
    let mut first = None;
    let history = order.log.history(|progress| match progress {
        Progress::Of { tickets, since } => {
            bar.set_length(tickets);
            first = since;
        }
        Progress::Ticket => bar.inc(1),
    });
    bar.finish_and_clear();
    let history = history.map_err(|error| Failed(reasons(&error)))?;
    for (_, why) in history.unreadable() {
        let _ = writeln!(std::io::stderr(), "report: one stream is missing in it: {why}");
    }
    let policy = history.policies().current();
    let zone = zone_of(policy);
    let now = match (&order.log, history.last()) {
        (Log::Lines(_), Some(last)) => last,
        (_, last) => last.map_or(now(), |last| last.max(now())),
    };
    let mut asked = asked(&order.asked, policy, now, &zone)?;
    if !order.asked.iter().any(|(field, _)| ["period", "from", "until"].contains(&field.as_str())) {
        let day = |at: Time| zone.local(at).date();
        asked.span = Span::Days(day(first.unwrap_or(now)), day(now));
    }
    let rates = rates(&order.rates, policy).map_err(Failed)?;
    let report = figures(&history, &asked.question(now, &zone), &rates);
    let bytes = order.form.write(&report).map_err(Failed)?;
    match out {
        None => {
            let _ = std::io::stdout().write_all(&bytes);
            Ok(())
        }
        Some(out) => {
            put(out, &bytes, order.force)?;
            let _ = writeln!(std::io::stderr(), "wrote {}", out.display());
            Ok(())
        }
    }
}

/// The fields that ask about time.
const TIMES: [&str; 4] = ["period", "from", "until", "every"];

fn asked(pairs: &[(String, String)], policy: &Policy, now: Time, zone: &Zone) -> Result<Asked, Failed> {
    Asked::parse(pairs, policy, zone.local(now).date())
        .map_err(|wrong| Failed(format!("--{}: {}", wrong.field, wrong.why)))
}

fn exists(out: &Path) -> Failed {
    Failed(format!(
        "{} is there already: name another with --out FILE, or replace it with --force",
        out.display()
    ))
}

/// Writes beside it first, so that nobody ever sees half a report.
fn put(out: &Path, bytes: &[u8], force: bool) -> Result<(), Failed> {
    let unwritten = |error: std::io::Error| {
        Failed(format!("{} can not be written: {error}; name another with --out FILE", out.display()))
    };
    let mut beside = out.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let written = File::create_new(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| match force {
        true => fs::rename(&beside, out),
        // Unlike a rename it replaces nothing.
        false => fs::hard_link(&beside, out),
    });
    // After a rename there is nothing left to remove.
    let _ = fs::remove_file(&beside);
    match placed {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists(out)),
        placed => placed.map_err(unwritten),
    }
}
