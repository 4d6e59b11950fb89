//! `policy check`: everything that is wrong with a file or worth a word, and what it promises.

use std::io::Write;
use std::path::Path;

use chrono::NaiveDate;
use supporty_core::policy::{Diagnostic, Finding, Policy, Severity, unreachable};
use supporty_core::vocab::{AdapterName, Target};
use supporty_desk::policy_file;

use crate::{Failed, input, pretty};

pub(crate) fn check(
    path: &Path,
    (today, adapters): (Option<NaiveDate>, &[AdapterName]),
    json: bool,
    colour: bool,
    out: &mut impl Write,
) -> Result<bool, Failed> {
    let text = input::text(path)?;
    let reading = policy_file::read(path, &text, Some(today.unwrap_or_else(policy_file::today)));
    let count = |severity| reading.diagnostics.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if json {
        let version = reading.policy.as_ref().map(|policy| policy.version().as_str().to_owned());
        let answer = serde_json::json!({
            "file": path.display().to_string(),
            "usable": reading.policy.is_some(),
            "version": version,
            "diagnostics": reading.diagnostics,
            "unreachable": unwoken(reading.policy.as_ref(), adapters),
        });
        let _ = out.write_all(pretty(&answer).as_bytes());
        return Ok(reading.policy.is_some());
    }
    let name = path.display().to_string();
    let shown = |one: &Diagnostic| one.render(&name, &text, colour);
    for one in &reading.diagnostics {
        let _ = writeln!(out, "{}\n", shown(one));
    }
    let unwoken = unwoken(reading.policy.as_ref(), adapters);
    for one in &unwoken {
        let _ = writeln!(out, "warning: {}\n", one.found);
    }
    let warnings = warnings + unwoken.len();
    if let Some(policy) = &reading.policy {
        let _ = out.write_all(summary(policy).as_bytes());
    }
    let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let verdict = if errors > 0 { "can not be used" } else { "can be used" };
    let _ = writeln!(out, "{name} {verdict}: {}, {}", counted(errors, "error"), counted(warnings, "warning"));
    Ok(errors == 0)
}

/// Who can not be woken, where it is said what the desk has.
fn unwoken(policy: Option<&Policy>, adapters: &[AdapterName]) -> Vec<Finding> {
    let policy = policy.filter(|_| !adapters.is_empty());
    policy.map(|policy| unreachable(policy, adapters)).unwrap_or_default()
}

fn summary(policy: &Policy) -> String {
    let spec = policy.spec();
    let mut text = format!("{} ({}), version {}\n\n", spec.name, spec.key_prefix, policy.version());
    text += &format!("{:<26}", "");
    for target in Target::ALL {
        text += &format!("{:<18}", target.as_str().replace('-', " "));
    }
    text = text.trim_end().to_owned() + "\n";
    for priority in &spec.priorities {
        let mut line = format!("{:<26}", short(&format!("{} {}", priority.id, priority.name), 25));
        for target in Target::ALL {
            let promised = priority
                .promises
                .get(target)
                .map_or("-".to_owned(), |promise| format!("{} {}", promise.within, promise.clock));
            line += &format!("{promised:<18}");
        }
        text += line.trim_end();
        text.push('\n');
    }
    for rule in &spec.rules {
        let promised = rule.promises.iter().map(|(target, promise)| {
            format!("{} {} {}", target.as_str().replace('-', " "), promise.within, promise.clock)
        });
        text += &format!("rule \"{}\": {}\n", rule.name, promised.collect::<Vec<_>>().join(", "));
    }
    text.push('\n');
    text
}

fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}
