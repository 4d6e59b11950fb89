//! Phrases of ours with what is filled into them. What is filled in is never read for braces again.

use supporty_core::wording::{Part, parts};

use crate::block::Inline;

/// A phrase as rich text.
pub(super) fn rich(phrase: &str, holes: &[(&str, &[Inline])]) -> Vec<Inline> {
    let filled = parts(phrase).into_iter().flat_map(|part| match part {
        Part::Words(words) => vec![Inline::text(words)],
        Part::Hole(name) => match holes.iter().find(|(known, _)| *known == name) {
            Some((_, with)) => with.to_vec(),
            None => vec![Inline::text(format!("{{{name}}}"))],
        },
    });
    filled.collect()
}

/// A phrase as plain text.
pub(super) fn plain(phrase: &str, holes: &[(&str, &str)]) -> String {
    let filled = parts(phrase).into_iter().map(|part| match part {
        Part::Words(words) => words.to_owned(),
        Part::Hole(name) => match holes.iter().find(|(known, _)| *known == name) {
            Some((_, with)) => (*with).to_owned(),
            None => format!("{{{name}}}"),
        },
    });
    filled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let said = plain("{a} and {b}, {c} {", &[("a", "{b}"), ("b", "B")]);
        assert_eq!(said, "{b} and B, {c} {");
    }
}
