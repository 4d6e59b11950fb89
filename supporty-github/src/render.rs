//! What is written on GitHub: pieces as Markdown in which people's words do nothing. Pure.
//!
//! GitHub reads Markdown first and looks through the words that are left afterwards: for `@names`, `#1`, commits, addresses,
//! `:emoji:` and formulas. A backslash protects from the first only. Both leave code alone
//! ([mentions](https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#mentioning-people-and-teams),
//! [references](https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls)).
//! So what people wrote stands in a block of code whose fence is longer than any in it; a word of our own lines that GitHub
//! would look at stands in a span of code, and everything else that is markup has a backslash before it.
//!
//! No invisible character is put between `@` and a name: who copies the text has what was written.

use chrono::SecondsFormat;
use supporty_core::adapter::Piece;
use supporty_core::stream::EffectId;
use supporty_core::vocab::Time;

use crate::marker;

/// The longest body, in characters. GitHub refuses more than 65,536, and nobody says how it counts those beyond the first
/// plane: some are left free.
pub const LONGEST_BODY: usize = 60_000;
/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 256;
/// The most of a title that is put into the body, in characters.
const REPEATED_TITLE: usize = 2_000;
/// The longest description of a commit's status, in characters.
const LONGEST_DESCRIPTION: usize = 140;
/// The least that is worth beginning a quote for.
const LEAST_QUOTE: usize = 40;

const CUT: char = '…';

/// The title of an issue, and what of it must be said in the body.
///
/// A title shows everything as it is but [pairs of backticks](https://github.com/github/docs/issues/24940), which no
/// backslash protects from, and names nobody. So backticks become apostrophes; the title as it was written, if it is not the
/// same any more, is what the body has to begin with.
pub fn title(written: &str) -> (String, Option<String>) {
    let line = one_line(written);
    let shown = cut(&line.replace('`', "'"), LONGEST_TITLE);
    let shown = if shown.is_empty() { CUT.to_string() } else { shown };
    let changed = shown != line;
    (shown, changed.then(|| cut(&line, REPEATED_TITLE)).filter(|title| !title.is_empty()))
}

/// A body with the mark of its effect, which is never cut. `tickets` is what stands before the key in a ticket's address.
pub fn body(pieces: &[Piece], tickets: Option<&str>, effect: &EffectId) -> String {
    let mark = marker::marker(effect);
    let mut body =
        Body { tickets, left: LONGEST_BODY.saturating_sub(mark.chars().count() + 2), ..Body::default() };
    for piece in pieces {
        if body.left == 0 {
            break;
        }
        body.add(piece);
    }
    body.flush();
    body.end_paragraph();
    format!("{}\n\n{mark}", body.done.trim_end())
}

/// One line of somebody's words among ours.
pub fn line(words: &str) -> String {
    inline(&one_line(words), usize::MAX).0
}

/// What a commit's status says, which is no Markdown.
pub(crate) fn description(words: &str) -> String {
    cut(&one_line(words), LONGEST_DESCRIPTION)
}

/// An address that a link may have.
pub(crate) fn is_web(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    url.starts_with("https://") || url.starts_with("http://")
}

#[derive(Default)]
struct Body<'a> {
    tickets: Option<&'a str>,
    /// Blocks that are finished.
    done: String,
    /// The paragraph that is being written.
    paragraph: String,
    /// Words that are not yet in it. What stands side by side is looked at as one, or `@` and a name would meet.
    words: String,
    /// How many characters there is room for.
    left: usize,
}

impl Body<'_> {
    fn add(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.words.push_str(text),
            Piece::Person(person) => self.words.push_str(&one_line(&person.name)),
            Piece::Time(time) => self.words.push_str(&instant(*time)),
            Piece::Ticket(key) => match self.tickets {
                Some(tickets) => self.link(&key.to_string(), &format!("{tickets}{key}")),
                None => self.words.push_str(&key.to_string()),
            },
            Piece::Link { label, url } => self.link(label, url),
            Piece::Quote(text) => self.quote(text),
        }
    }

    fn link(&mut self, label: &str, url: &str) {
        let label = Some(one_line(label)).filter(|label| !label.is_empty()).unwrap_or_else(|| one_line(url));
        if !is_web(url) {
            self.words.push_str(&format!("{label} {}", one_line(url)));
            return;
        }
        self.flush();
        let link = format!("[{}](<{}>)", inline(&label, usize::MAX).0, address(url));
        let length = link.chars().count();
        if length <= self.left {
            self.left -= length;
            self.paragraph.push_str(&link);
        } else {
            self.left = 0;
        }
    }

    /// What a person wrote, as a block of code.
    fn quote(&mut self, text: &str) {
        self.flush();
        self.end_paragraph();
        let text = plain(text);
        let fence = "`".repeat(longest_run(&text).saturating_add(1).max(3));
        // Both fences, their line ends, and an empty line after it.
        let frame = 2 * fence.len() + 4;
        if self.left < frame + LEAST_QUOTE {
            self.left = 0;
            return;
        }
        let text = cut(&text, self.left - frame);
        self.left -= text.chars().count() + frame;
        self.done.push_str(&format!("{fence}\n{text}\n{fence}\n\n"));
    }

    /// Our own words become a part of the paragraph.
    fn flush(&mut self) {
        let words = plain(&std::mem::take(&mut self.words));
        for (n, line) in words.split('\n').enumerate() {
            if n > 0 {
                match line.trim().is_empty() {
                    true => self.end_paragraph(),
                    false if !self.paragraph.is_empty() => self.paragraph.push('\n'),
                    false => {}
                }
            }
            let (written, whole) = inline(line, self.left);
            self.left = self.left.saturating_sub(written.chars().count() + 2);
            let begins = self.paragraph.is_empty() || self.paragraph.ends_with('\n');
            self.paragraph.push_str(&if begins { first_in_line(&written) } else { written });
            if !whole {
                self.left = 0;
                return;
            }
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.trim().is_empty() {
            self.done.push_str(paragraph.trim());
            self.done.push_str("\n\n");
        }
    }
}

/// A line of words as Markdown, and whether all of it fits into so many characters.
fn inline(line: &str, most: usize) -> (String, bool) {
    let (mut written, mut length) = (String::new(), 0);
    for word in line.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let shown = if is_looked_at(bare) { code(bare) } else { escaped(bare) };
        let after = word.strip_prefix(bare).filter(|after| !after.is_empty()).map_or("", |_| " ");
        length += shown.chars().count() + after.len();
        if length >= most {
            // An endless word is no word.
            let rest = most.saturating_sub(written.chars().count() + 2) / 2;
            if rest > 0 && !is_looked_at(bare) {
                written.push_str(&escaped(&bare.chars().take(rest).collect::<String>()));
            }
            written.push(CUT);
            return (written, false);
        }
        written.push_str(&shown);
        written.push_str(after);
    }
    (written, true)
}

/// Whether GitHub would make something of a word after the Markdown was read.
fn is_looked_at(word: &str) -> bool {
    let lower = word.to_lowercase();
    let has = |what: &str| lower.contains(what);
    let is_commit =
        |part: &str| (7..=64).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.contains(['@', '#', '$', '＠', '＃'])
        || word.matches(':').count() > 1
        || ["://", "www.", "gh-", "ghsa-", "cve-", "mailto:", "xmpp:"].iter().any(|what| has(what))
        || word.split(|sign: char| !sign.is_ascii_alphanumeric()).any(is_commit)
}

fn code(word: &str) -> String {
    let fence = "`".repeat(longest_run(word) + 1);
    let space = if word.starts_with('`') || word.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{word}{space}{fence}")
}

fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for sign in word.chars() {
        if matches!(sign, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!') {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

/// The beginning of a line could make a list, a heading, a line or a heading of the line before, or, by spaces, a block of
/// code.
fn first_in_line(line: &str) -> String {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).unwrap_or(("", line));
    match rest.chars().next() {
        Some('-' | '+' | '=' | ':') if digits == 0 => format!("\\{line}"),
        Some('.' | ')') if digits > 0 => format!("{number}\\{rest}"),
        _ => line.to_owned(),
    }
}

/// As many backticks as stand side by side.
fn longest_run(text: &str) -> usize {
    text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default()
}

/// Line ends as one sign; signs that show nothing as one that says so.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown =
        |sign: char| if sign.is_control() && !matches!(sign, '\n' | '\t') { '\u{FFFD}' } else { sign };
    text.chars().map(shown).collect()
}

fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters of a text, of which the last says that there is more.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain([CUT]).collect()
}

/// An address that ends where it ends.
fn address(url: &str) -> String {
    let odd = |sign: char| {
        sign.is_whitespace() || sign.is_control() || matches!(sign, '<' | '>' | '\\' | '"' | '`')
    };
    let mut address = String::with_capacity(url.len());
    for sign in url.trim().chars() {
        match odd(sign) {
            true => sign
                .encode_utf8(&mut [0; 4])
                .bytes()
                .for_each(|byte| address.push_str(&format!("%{byte:02X}"))),
            false => address.push(sign),
        }
    }
    address
}

/// GitHub shows no instant in the reader's zone.
fn instant(time: Time) -> String {
    let text = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let minutes = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minutes} UTC")
}
