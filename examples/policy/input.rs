//! The files that commands read.

use std::path::Path;

use supporty_core::policy::Policy;
use supporty_core::time::{Zone, parse_instant};
use supporty_core::vocab::Time;
use supporty_desk::policy_file;

use crate::Failed;

pub(crate) fn text(path: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(path)
        .map_err(|error| Failed(format!("{} can not be read: {error}", path.display())))
}

/// A policy that is used, and so must be without a mistake.
pub(crate) fn policy(path: &Path, colour: bool) -> Result<Policy, Failed> {
    let text = text(path)?;
    let reading = policy_file::read(path, &text, None);
    reading.policy.ok_or_else(|| {
        let name = path.display().to_string();
        let shown: Vec<_> = reading.diagnostics.iter().map(|one| one.render(&name, &text, colour)).collect();
        Failed(format!("{name} can not be used:\n{}", shown.join("\n\n")))
    })
}

/// The zone of the policy's calendars, unless another one is named.
pub(crate) fn zone(named: Option<&str>, policy: &Policy) -> Result<Zone, Failed> {
    match named {
        Some(name) => Zone::new(name).map_err(|error| Failed(error.to_string())),
        None => Ok(policy.spec().zone()),
    }
}

/// An instant by the clocks of a zone.
pub(crate) fn instant(text: &str, zone: &Zone) -> Result<Time, Failed> {
    parse_instant(text, zone).map_err(Failed)
}
