//! `policy explain`: a ticket that might be, and why its promises are due when they are.

use std::io::Write;
use std::path::Path;

use chrono::TimeDelta;
use supporty_core::ticket::{Command, Open};
use supporty_core::vocab::{Actor, Kind, TextRef};
use supporty_core::world::World;

use crate::args::Ticket;
use crate::{Failed, input, pretty};

pub(crate) fn explain(
    path: &Path,
    ticket: &Ticket,
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let policy = input::policy(path, colour)?;
    let zone = input::zone(ticket.zone.as_deref(), &policy)?;
    let at = input::instant(&ticket.at, &zone)?;
    let now = ticket.now.as_deref().map_or(Ok(at), |now| input::instant(now, &zone))?;
    let kind = match &ticket.kind {
        None => Kind::Request,
        Some(word) => Kind::parse(word).ok_or_else(|| {
            let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            Failed(format!("`{word}` is no kind of work: choose from {}", known.join(", ")))
        })?,
    };
    let priority = ticket.priority.as_deref().map_or(policy.spec().default_priority.clone(), Into::into);
    let by = Actor::Person(ticket.by.as_deref().unwrap_or("somebody").into());
    let area = ticket.area.as_deref().map(Into::into);
    let title = TextRef::new("title");
    let open = Command::Open(Open { kind, area, ..Open::new(title, priority) });
    let mut world = World::new(policy);
    let opened = world.submit(at, &by, None, open).map_err(|rejection| Failed(rejection.to_string()))?;
    let log: Vec<_> = world.log(&opened.ticket).cloned().collect();
    let explained = supporty_core::explain::explain(&log, world.policies(), now, TimeDelta::days(30))
        .ok_or_else(|| Failed("the ticket is not open yet at that time".to_owned()))?;
    let text = match json {
        true => pretty(&serde_json::to_value(&explained).map_err(|error| Failed(error.to_string()))?),
        false if colour => coloured(&explained.text(&zone)),
        false => explained.text(&zone),
    };
    let _ = out.write_all(text.as_bytes());
    Ok(true)
}

/// What stands at the beginning of a line is a heading: bold, and red where a promise is broken or at risk.
fn coloured(text: &str) -> String {
    let line = |line: &str| match line.chars().next() {
        None | Some(' ') => format!("{line}\n"),
        Some(_) if line.contains(": broken") || line.contains(": at risk") => {
            format!("\x1b[1;31m{line}\x1b[0m\n")
        }
        Some(_) => format!("\x1b[1m{line}\x1b[0m\n"),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn headings_stand_out_and_what_is_broken_is_red() {
        let text = coloured("SUP-1\n\nresolve: broken, was due\n  counted\n");
        assert_eq!(text, "\x1b[1mSUP-1\x1b[0m\n\n\x1b[1;31mresolve: broken, was due\x1b[0m\n  counted\n");
    }
}
