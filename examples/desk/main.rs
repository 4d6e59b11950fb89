//! `desk`: a support desk on one machine. `desk --help` says the rest.

use std::io::Write;
use std::process::ExitCode;

use supporty_desk::args::{Asked, HELP, parse};
use supporty_desk::look_after::look_after;
use supporty_desk::start::{reasons, start};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let asked = match parse(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => return print(HELP),
        Ok(Asked::Version) => return print(concat!("desk ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(asked) => asked,
        Err(error) => return fail(&format!("{error}; try `desk --help`")),
    };
    let filter = EnvFilter::try_from_env("DESK_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no threads to work with: {error}")),
    };
    match asked {
        Asked::LookAfter { db, chat, task } => match runtime.block_on(look_after(&db, &chat, &task)) {
            Ok(report) => {
                print(&(report.lines.join("\n") + "\n"));
                if report.sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => fail(&reasons(&error)),
        },
        Asked::Serve(options) => match runtime.block_on(start(*options)) {
            Ok(code) => code,
            Err(error) => fail(&error.to_string()),
        },
        Asked::Help | Asked::Version => ExitCode::SUCCESS,
    }
}

fn print(text: &str) -> ExitCode {
    // Nobody may be reading, which is no error of ours.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn fail(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "desk: {why}");
    ExitCode::FAILURE
}
