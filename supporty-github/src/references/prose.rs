use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// How much of a text is looked at, in bytes. GitHub takes 65,536 characters at most; only commit messages may be longer.
const LONGEST: usize = 4 * 65_536;

/// What stands where something was that is not looked at, so that the words around it do not become neighbours.
const GAP: char = '\u{fffc}';

/// Elements whose text is not the author's own, or no text.
const HIDING: &[&str] =
    &["blockquote", "code", "del", "kbd", "pre", "s", "samp", "script", "strike", "style", "textarea"];

/// The author's own words, as a reader sees them: one text for each paragraph, heading or item.
///
/// The address of a link is among them if `is_wanted`.
pub(super) fn blocks(text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text);
    // Strikethrough because it takes back; GitHub's flavour to tell its alerts, `> [!NOTE]`, from quotes.
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let shows_itself = matches!(link_type, LinkType::Autolink | LinkType::Email);
                if !shows_itself && is_wanted(&dest_url) {
                    reader.say(&format!("{dest_url} "));
                }
            }
            Event::Start(tag) => reader.start(&tag),
            Event::End(tag) => reader.end(tag),
            Event::Text(text) => reader.say(&text),
            Event::Html(html) => reader.html.push_str(&html),
            Event::InlineHtml(html) => reader.markup(&html, true),
            Event::SoftBreak | Event::HardBreak => reader.say("\n"),
            Event::Rule => reader.flush(),
            _ => reader.gap(),
        }
    }
    reader.flush();
    reader.blocks
}

/// Elements that leave the words around them on one line.
const INLINE: &[&str] =
    &["a", "b", "em", "font", "i", "ins", "mark", "small", "span", "strong", "sub", "sup", "u"];

#[derive(Default)]
struct Reader {
    blocks: Vec<String>,
    block: String,
    /// The block of HTML that is being read.
    html: String,
    /// How many quotes, blocks of code, pictures and struck out words are open.
    hidden: usize,
    hiding: Option<Hiding>,
}

/// An element of HTML that hides what is in it.
struct Hiding {
    name: String,
    depth: usize,
    /// It was opened within a paragraph, and ends with that at the latest.
    inline: bool,
}

impl Reader {
    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong => {}
            Tag::Strikethrough => self.hidden += 1,
            Tag::Image { .. } => {
                self.gap();
                self.hidden += 1;
            }
            Tag::CodeBlock(_) | Tag::BlockQuote(None) => {
                self.flush();
                self.hidden += 1;
            }
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => {}
            TagEnd::Strikethrough | TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
            TagEnd::CodeBlock | TagEnd::BlockQuote(None) => {
                self.flush();
                self.hidden = self.hidden.saturating_sub(1);
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                self.markup(&html, false);
                self.flush();
            }
            _ => self.flush(),
        }
    }

    fn say(&mut self, text: &str) {
        if self.hidden == 0 && self.hiding.is_none() {
            self.block.push_str(text);
        }
    }

    fn gap(&mut self) {
        self.say(GAP.encode_utf8(&mut [0; 4]));
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        if !block.is_empty() {
            self.blocks.push(block);
        }
        if self.hiding.as_ref().is_some_and(|hiding| hiding.inline) {
            self.hiding = None;
        }
    }

    /// Goes through HTML, of which GitHub shows what is neither a tag nor a comment.
    fn markup(&mut self, html: &str, inline: bool) {
        if self.hidden > 0 {
            return;
        }
        let mut rest = html;
        while let Some((before, tag)) = rest.split_once('<') {
            self.say(before);
            if let Some(comment) = tag.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
            self.element(inside, inline);
            rest = after;
        }
        self.say(rest);
    }

    fn element(&mut self, tag: &str, inline: bool) {
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
        let hides = HIDING.contains(&name.as_str()) && !tag.ends_with('/');
        match &mut self.hiding {
            Some(hiding) if hiding.name == name => {
                hiding.depth = if closes { hiding.depth - 1 } else { hiding.depth + 1 };
                if hiding.depth == 0 {
                    self.hiding = None;
                }
            }
            None if hides && !closes => {
                self.gap();
                self.hiding = Some(Hiding { name, depth: 1, inline });
            }
            _ if INLINE.contains(&name.as_str()) => {}
            _ => self.say("\n"),
        }
    }
}
