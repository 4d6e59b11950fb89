//! Instants as a story shows them.

use crate::time::Zone;
use crate::vocab::Time;

/// `Mon 2026-01-12 10:30` by a zone's clocks.
pub(super) fn show(at: Time, zone: &Zone) -> String {
    let form = if at.timestamp() % 60 == 0 { "%a %Y-%m-%d %H:%M" } else { "%a %Y-%m-%d %H:%M:%S" };
    zone.local(at).format(form).to_string()
}
