//! Phrases of ours with what is filled into them. What is filled in is never read for braces again.

use crate::block::Inline;

enum Part<'a> {
    Words(&'a str),
    Hole(&'a str),
}

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

fn parts(phrase: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = phrase;
    while let Some((before, hole, after)) = rest
        .split_once('{')
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
        .map(|(before, (hole, after))| (before, hole, after))
    {
        parts.extend([Part::Words(before), Part::Hole(hole)]);
        rest = after;
    }
    parts.push(Part::Words(rest));
    parts
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
