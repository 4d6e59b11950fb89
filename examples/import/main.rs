//! `import`: brings the tickets of another desk along. README.md beside this file says what becomes of what.

mod args;
mod desk;
mod history;
mod html;
mod zammad;

use std::io::Write;
use std::process::ExitCode;

use args::{Asked, HELP, Options, parse};
use supporty_core::policy::Policy;
use supporty_desk::start::{policy, reasons};

fn main() -> ExitCode {
    let options = match parse(std::env::args_os().skip(1)) {
        Ok(Asked::Zammad(options)) => options,
        Ok(Asked::Help) => return say(HELP),
        Err(error) => return fail(&format!("{error}; try `import --help`")),
    };
    match import(&options) {
        Ok(done) => say(&format!("{done}\n")),
        Err(wrong) => fail(&wrong),
    }
}

fn import(options: &Options) -> Result<String, String> {
    let policy: Policy = policy(options.policy.as_deref()).map_err(|error| error.to_string())?;
    let export = zammad::read(&options.from)?;
    let tickets = zammad::tickets(&export, &policy, options).map_err(|wrong| wrong.join("\n"))?;
    let history = history::play(&tickets, &policy, options.by.as_ref()).map_err(|wrong| wrong.join("\n"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(desk::write(&history, &options.to)).map_err(|error| reasons(&error))?;
    Ok(history.summary(&policy))
}

fn say(text: &str) -> ExitCode {
    // Nobody may be reading, which is no error of ours.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn fail(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "import: {why}");
    ExitCode::FAILURE
}
