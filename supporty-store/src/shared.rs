//! What all stores do alike, so that they can not differ in it.

use supporty_core::adapter::{Append, Error, ErrorKind, Inbound, Retry};
use supporty_core::stream::{EffectId, StreamId};
use supporty_core::vocab::{InboundKey, PersonId, TextRef, TicketKey};

/// How many different words of a search are looked at.
const MOST_WORDS: usize = 32;

/// The words of a search in lower case, or `None` for a search that does not narrow.
///
/// A search without a single letter or digit has no words, and finds nothing.
pub(crate) fn words(search: Option<&str>) -> Option<Vec<String>> {
    let search = search?.trim();
    if search.is_empty() {
        return None;
    }
    let mut words: Vec<String> = Vec::new();
    for word in split(search) {
        if !words.contains(&word) && words.len() < MOST_WORDS {
            words.push(word);
        }
    }
    Some(words)
}

/// The words of a text, in lower case.
pub(crate) fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The stream that a text of a commit belongs to.
pub(crate) fn home<'a>(text: &TextRef, appends: &'a [Append]) -> Option<&'a StreamId> {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    let names = |append: &&Append| {
        append.row.as_ref().is_some_and(|row| row.title == *text)
            || append.entries.iter().any(|entry| entry.body.contains(&quoted))
    };
    appends.iter().find(names).or(appends.first()).map(|append| &append.stream)
}

/// Refuses entries whose numbers do not follow: they would leave a gap that nothing could ever close.
pub(crate) fn follows(append: &Append) -> Result<(), Error> {
    if append.entries.iter().zip(append.after..).all(|(entry, before)| entry.seq == before.saturating_add(1))
    {
        return Ok(());
    }
    let Append { stream, after, .. } = append;
    Err(invalid(format!("writing to `{stream}` after entry {after}, with numbers that do not follow")))
}

/// The key of a reserved number, for a prefix that can be read back.
pub(crate) fn reserved(prefix: &str, number: u64) -> Result<TicketKey, Error> {
    let key = TicketKey::new(prefix, number);
    match key.to_string().parse::<TicketKey>() {
        Ok(read) if read == key => Ok(key),
        _ => Err(invalid("reserving a ticket number, for a prefix that is not capital letters and digits")),
    }
}

/// A waiting delivery without the words of that person, and how many texts went; `None` if it has none of them.
pub(crate) fn without(author: &PersonId, body: &str) -> Option<(String, u64)> {
    let mut inbound: Inbound = serde_json::from_str(body).ok()?;
    let before = inbound.texts.len();
    inbound.texts.retain(|text| text.author.as_ref() != Some(author));
    let gone = before - inbound.texts.len();
    if gone == 0 {
        return None;
    }
    Some((serde_json::to_string(&inbound).ok()?, gone as u64))
}

/// Another writer was first on that stream.
pub(crate) fn overtaken(stream: &StreamId, after: u64) -> Error {
    Error::conflict(format!("writing to `{stream}` after entry {after}"))
}

/// Another commit handled that delivery.
pub(crate) fn handled_before(key: &InboundKey) -> Error {
    Error::conflict(format!("handling the delivery `{key}`, which was handled before"))
}

/// Somebody else has the lease now.
pub(crate) fn fenced(id: &EffectId) -> Error {
    Error::fenced(format!("delivering `{id}`"))
}

/// No such dead letter.
pub(crate) fn not_dead(id: &EffectId) -> Error {
    Error::new(ErrorKind::NotFound, Retry::Never, format!("reviving `{id}` among what was given up"))
}

/// What was asked for is wrong.
pub(crate) fn invalid(doing: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, Retry::Never, doing)
}

/// What is stored can not be read.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn corrupt(doing: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, Retry::Never, doing)
}

#[cfg(test)]
mod tests {
    use supporty_core::stream::RawEntry;

    use super::*;

    #[test]
    fn a_search_has_the_words_that_an_index_has() {
        assert_eq!(words(None), None);
        assert_eq!(words(Some("  ")), None);
        assert_eq!(words(Some("-- *")), Some(vec![]));
        assert_eq!(words(Some("It's DOWN, down")), Some(vec!["it".into(), "s".into(), "down".into()]));
        let many: String = (0..100).map(|word| format!("w{word} ")).collect();
        assert_eq!(words(Some(&many)).map(|words| words.len()), Some(MOST_WORDS));
    }

    #[test]
    fn a_prefix_that_no_key_can_be_read_from_is_refused() {
        assert!(reserved("SUP", 1).is_ok());
        for prefix in ["", "sup", "A-B", "1A", "SUP "] {
            assert!(reserved(prefix, 1).is_err(), "{prefix}");
        }
    }

    #[test]
    fn a_text_belongs_to_the_stream_that_names_it() {
        let append = |stream: &str, body: &str| {
            let (at, kind, body) = (Default::default(), "said".to_owned(), body.to_owned());
            Append::new(stream.parse().unwrap(), 0, vec![RawEntry { seq: 1, at, kind, body }])
        };
        let appends = [append("ticket/SUP-1", r#"["t12"]"#), append("ticket/SUP-2", r#"["t1"]"#)];
        let home = |name: &str| home(&TextRef::new(name), &appends).map(ToString::to_string);
        assert_eq!(home("t1").as_deref(), Some("ticket/SUP-2"));
        assert_eq!(home("t12").as_deref(), Some("ticket/SUP-1"));
        assert_eq!(home("t3").as_deref(), Some("ticket/SUP-1"));
    }
}
