/// A part of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words that stand as they are.
    Words(&'a str),
    /// What is filled in, by its name.
    Hole(&'a str),
}

/// The parts of a phrase, in order: `{name}` is a hole, and a brace without its partner stands for itself.
///
/// ```
/// use supporty_core::wording::{Part, parts};
/// assert_eq!(parts("Hello {who}"), [Part::Words("Hello "), Part::Hole("who")]);
/// ```
pub fn parts(phrase: &str) -> Vec<Part<'_>> {
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
    parts.retain(|part| *part != Part::Words(""));
    parts
}
