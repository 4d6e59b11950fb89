/// A piece of a text, as far as finding tickets is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Letters, digits and whatever joins them: a path, a version, the name of a branch.
    Word(&'t str),
    /// An address.
    Url(&'t str),
    /// Spaces; with or without the beginning of a line.
    Space { line: bool },
    /// Anything else.
    Sign(char),
}

pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let token = if first.is_whitespace() {
            let space = cut(&mut rest, char::is_whitespace);
            Token::Space { line: space.contains('\n') }
        } else if is_url(rest) {
            let mut after = rest;
            let url = cut(&mut after, in_url).trim_end_matches(is_end);
            rest = rest.get(url.len()..).unwrap_or_default();
            Token::Url(url)
        } else if in_word(first) {
            Token::Word(cut(&mut rest, in_word))
        } else {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            Token::Sign(first)
        };
        Some(token)
    })
}

/// Takes from the beginning as long as the characters fit.
fn cut<'t>(rest: &mut &'t str, fits: impl Fn(char) -> bool) -> &'t str {
    let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
    let (taken, left) = rest.split_at(end);
    *rest = left;
    taken
}

fn is_url(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn in_url(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '|' | '`' | '\u{fffc}') && !is_unspaced(c)
}

/// What ends a sentence and not an address, as GitHub reads
/// [addresses without brackets](https://github.github.com/gfm/#extended-autolink-path-validation).
fn is_end(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '’' | '*' | '_' | '~' | ')' | ']' | '}')
}

fn in_word(c: char) -> bool {
    let joins = matches!(c, '-' | '_' | '.' | '…' | '/' | '\\' | '@' | '#' | '=' | '\'' | '’');
    joins || c.is_alphanumeric() && !is_unspaced(c)
}

/// Letters of languages that put no spaces between words, or none before their particles: Chinese, Japanese, Korean.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_words_addresses_spaces_and_signs() {
        let all: Vec<_> = tokens("(fix:\n https://a.b/c?d). e/f#1").collect();
        let expected = [
            Token::Sign('('),
            Token::Word("fix"),
            Token::Sign(':'),
            Token::Space { line: true },
            Token::Url("https://a.b/c?d"),
            Token::Sign(')'),
            Token::Word("."),
            Token::Space { line: false },
            Token::Word("e/f#1"),
        ];
        assert_eq!(all, expected);
    }
}
