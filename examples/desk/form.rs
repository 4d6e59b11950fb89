//! What the forms of this page carry beside their fields: a random name, so that a second press is the same delivery.

use std::hash::{DefaultHasher, Hash, Hasher};

pub use supporty_core::adapter::{Asked, Fields, Wrong};
use supporty_core::policy::Policy;

use crate::who::Viewer;

/// The random name of a form, which is sent once.
pub fn submission(fields: &Fields) -> Result<&str, Wrong> {
    let name = fields.typed("submission");
    let good = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let why = "the form has lost its name: load the page again, and send it once more";
    if good { Ok(name) } else { Err(Wrong { field: "submission".into(), why: why.to_owned() }) }
}

/// The name of what is sent: another for every other content, the same for a second press of one button.
pub fn once(fields: &Fields, kind: &str) -> Result<String, Wrong> {
    let mut hasher = DefaultHasher::new();
    fields.hash(&mut hasher);
    Ok(format!("{}/{kind}/{:016x}", submission(fields)?, hasher.finish()))
}

/// The ticket that a form opens, with the key of its delivery. Only engineers ask on behalf of somebody.
pub fn open(fields: &Fields, viewer: &Viewer, policy: &Policy) -> Result<(String, Asked), Wrong> {
    let key = format!("local/form/{}", submission(fields)?);
    let behalf = fields.typed("on_behalf").trim();
    let behalf = (viewer.engineer && !behalf.is_empty()).then(|| Viewer::of(behalf, policy).actor);
    let asked = fields.open(&key, policy, behalf)?;
    Ok((key, asked))
}
