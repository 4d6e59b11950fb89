use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Letter};
use supporty_core::adapter::{Error, ErrorKind, Message, Retry};
use supporty_core::stream::EffectId;
use supporty_core::time::Zone;

use crate::plain;
use crate::public::Public;

/// The most characters of a subject.
const SUBJECT: usize = 120;

/// A user of this adapter, who is an address.
pub(super) fn address(user: &str) -> Option<Address> {
    let plain = !user.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    user.parse().ok().filter(|_| plain)
}

/// The name of the mail that an effect sends, the same whenever it is sent. Nothing that a header or an address gives
/// a meaning is left in it.
pub(super) fn message_id(effect: &EffectId, domain: &str) -> String {
    format!("<{}@{domain}>", atom(&effect.to_string()))
}

/// A mail with a message in it. What people wrote is in the subject's one line and in the body, and nowhere else.
pub(super) fn write(
    from: &Mailbox,
    to: Address,
    id: &str,
    message: &Message,
    public: &Public,
    zone: &Zone,
) -> Result<Letter, Error> {
    let text = plain::text(message, zone);
    let mut letter = Letter::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject(message, &text))
        .message_id(Some(id.to_owned()))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .header(ContentType::TEXT_PLAIN);
    if message.urgent {
        letter = letter.raw_header(header("Importance", "high"));
    }
    let mut body = text;
    if let Some(key) = &message.ticket {
        // One name for all that is about a ticket, so that mail programs show it as one conversation.
        let thread = format!("<{}@{}>", atom(&format!("ticket/{key}")), from.email.domain());
        letter = letter.references(thread);
        body.push_str(&format!("\n\nThe ticket: {}", public.ticket(key)));
    }
    letter
        .body(body)
        .map_err(|error| Error::new(ErrorKind::Invalid, Retry::Never, "writing an e-mail").caused_by(error))
}

fn subject(message: &Message, text: &str) -> String {
    let first = text.lines().map(plain::line).find(|line| !line.is_empty()).unwrap_or_default();
    let first = match &message.ticket {
        Some(key) if !first.contains(&key.to_string()) => format!("[{key}] {first}"),
        _ => first,
    };
    // What people wrote must not be taken for an encoded word, of which a mail program would make something else.
    let first = first.replace("=?", "= ?");
    plain::cut(if message.urgent { format!("Urgent: {first}") } else { first }, SUBJECT)
}

/// Letters, digits, `-`, `_` and `/`; everything else as `=` and its bytes in hexadecimal digits.
fn atom(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte);
    let shown = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("={byte:02X}") };
    text.bytes().map(shown).collect()
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use supporty_core::adapter::Piece;

    use super::*;

    fn written(pieces: Vec<Piece>, urgent: bool) -> String {
        let message = Message { ticket: "SUP-7".parse().ok(), pieces, urgent, actions: Vec::new() };
        let from: Mailbox = "The desk <desk@example.org>".parse().unwrap();
        let id = message_id(&"entry/ticket/SUP-7/3.0".parse().unwrap(), "example.org");
        let public = Public::parse("https://desk.example.org").unwrap();
        let to = address("ana@example.org").unwrap();
        let letter = write(&from, to, &id, &message, &public, &Zone::utc()).unwrap();
        String::from_utf8(letter.formatted()).unwrap()
    }

    fn head(letter: &str) -> Vec<&str> {
        letter.split_once("\r\n\r\n").unwrap().0.split("\r\n").filter(|line| !line.starts_with(' ')).collect()
    }

    #[test]
    fn a_letter_says_what_it_is_about_and_where() {
        let letter = written(vec![Piece::Text("Nobody has answered".to_owned())], true);
        for part in [
            "Subject: Urgent: [SUP-7] Nobody has answered\r\n",
            "Message-ID: <entry/ticket/SUP-7/3=2E0@example.org>\r\n",
            "References: <ticket/SUP-7@example.org>\r\n",
            "Importance: high\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "\r\n\r\nNobody has answered\r\n\r\nThe ticket: https://desk.example.org/ticket/SUP-7",
        ] {
            assert!(letter.contains(part), "{part:?} in {letter}");
        }
    }

    #[test]
    fn words_can_not_become_headers() {
        let plain = written(vec![Piece::Text("x".to_owned())], false);
        let names = |letter: &str| {
            let name = |line: &str| line.split_once(':').map(|(name, _)| name.to_owned());
            head(letter).into_iter().map(name).collect::<Option<Vec<_>>>().unwrap()
        };
        for words in
            ["\r\nBcc: all@example.org", "a\nBcc: b@c", "\u{85}Bcc: x\u{2028}To: y", "=?utf-8?q?=0D=0ABcc:?="]
        {
            for piece in [Piece::Text(words.to_owned()), Piece::Quote(words.to_owned())] {
                let mut hostile = names(&written(vec![piece], false));
                // How the body is encoded depends on what is in it.
                hostile.retain(|name| names(&plain).contains(name));
                assert_eq!(hostile, names(&plain), "{words:?}");
            }
        }
    }

    #[test]
    fn an_address_is_one_address() {
        for user in
            ["ana", "", "ana@", "a@b.org\r\nRCPT TO:<c@d>", "a@b.org,c@d.org", "<a@b.org>", "\"a b\"@c.org"]
        {
            assert_eq!(address(user), None, "{user:?}");
        }
        assert!(address("ana.p+desk@example.org").is_some());
    }

    #[test]
    fn a_name_of_a_mail_has_nothing_in_it_that_means_something() {
        let id = |effect: &str| message_id(&effect.parse().unwrap(), "x.org");
        assert_eq!(id("job/digest.0"), "<job/digest=2E0@x.org>");
        assert_eq!(id("inbound/a>b\r\n@c d.1"), "<inbound/a=3Eb=0D=0A=40c=20d=2E1@x.org>");
    }
}
