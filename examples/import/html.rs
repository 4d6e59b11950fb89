//! What people wrote, without the markup that it came in.

/// Tags that begin a new line.
const BLOCKS: [&str; 9] = ["br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3"];

/// The words of a piece of HTML, line by line.
pub(crate) fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(begin);
        text.push_str(before);
        rest = if from.starts_with('<') { tag(from, &mut text) } else { entity(from, &mut text) };
    }
    text.push_str(rest);
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        if !(line.is_empty() && kept.last().is_none_or(|last| last.is_empty())) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

fn tag<'a>(from: &'a str, text: &mut String) -> &'a str {
    let Some((tag, rest)) = from.split_once('>') else {
        text.push_str(from);
        return "";
    };
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_lowercase();
    if BLOCKS.contains(&name.as_str()) {
        text.push('\n');
    }
    rest
}

fn entity<'a>(from: &'a str, text: &mut String) -> &'a str {
    let named = |name: &str| {
        let number = name.strip_prefix('#')?;
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code)
    };
    let Some((name, rest)) = from.strip_prefix('&').and_then(|from| from.split_once(';')) else {
        text.push('&');
        return from.strip_prefix('&').unwrap_or_default();
    };
    match name {
        "amp" => text.push('&'),
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        "nbsp" => text.push(' '),
        other => match named(other) {
            Some(c) => text.push(c),
            None => {
                text.push('&');
                return from.strip_prefix('&').unwrap_or_default();
            }
        },
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn tags_go_and_lines_and_words_stay() {
        assert_eq!(text("huhu<br>hu <b>hu</b><br><br><br>ha"), "huhu\nhu hu\n\nha");
        assert_eq!(
            text("<div>a &lt; b &amp;&amp; c &#39;d&#x27;</div><div>e&nbsp;f</div>"),
            "a < b && c 'd'\n\ne f"
        );
        assert_eq!(text("fish & chips < 3 &unknown; 5 > 4"), "fish & chips  4");
        assert_eq!(text("AT&T <"), "AT&T <");
    }
}
