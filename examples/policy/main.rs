//! `policy`: what a support policy does, before people feel it. `policy --help` says the rest.

mod args;
mod ask;
mod backtest;
mod check;
mod explain;
mod input;
mod pay;
mod rota;
mod timeline;

use std::io::{BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use args::{Asked, HELP, parse};

/// Why a command came to nothing: everything that there is to say about it.
struct Failed(String);

fn main() -> ExitCode {
    let (asked, json) = match parse(std::env::args_os().skip(1)) {
        Ok(asked) => asked,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "policy: {error}; try `policy --help`");
            return ExitCode::from(2);
        }
    };
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let done = match asked {
        Asked::Check { file, today, adapters } => {
            check::check(&file, (today, &adapters), json, colour, &mut out)
        }
        Asked::Pay { file, month } => pay::pay(&file, month, json, colour, &mut out),
        Asked::Explain { file, ticket } => explain::explain(&file, &ticket, json, colour, &mut out),
        Asked::Rota { file, rota, from, days, against: None } => {
            rota::rota(&file, rota.as_deref(), (from, days), json, colour, &mut out)
        }
        Asked::Rota { file, rota, from, days, against: Some(older) } => {
            rota::against((&older, &file), rota.as_deref(), (from, days), json, colour, &mut out)
        }
        Asked::Timeline { file, story } => timeline::timeline(&file, &story, json, colour, &mut out),
        Asked::Ask { file } => ask::ask(file.as_deref(), &mut out),
        Asked::Backtest(options) => backtest::backtest(&options, json, colour, &mut out),
        Asked::Schema => print(&mut out, &pretty(&supporty_core::policy::policy_schema())),
        Asked::Default => print(&mut out, supporty_core::policy::DEFAULT_FILE),
        Asked::Help => print(&mut out, HELP),
        Asked::Version => print(&mut out, concat!("policy ", env!("CARGO_PKG_VERSION"), "\n")),
    };
    // Nobody may be reading, which is no error of ours.
    let _ = out.flush();
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Failed(why)) => {
            let _ = writeln!(std::io::stderr(), "policy: {why}");
            ExitCode::FAILURE
        }
    }
}

fn print(out: &mut impl Write, text: &str) -> Result<bool, Failed> {
    let _ = out.write_all(text.as_bytes());
    Ok(true)
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
