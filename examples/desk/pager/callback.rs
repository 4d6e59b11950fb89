//! What somebody answers on a pager, and how it becomes something that the desk is asked.

use axum::http::HeaderMap;
use serde_json::{Map, Value};
use supporty_core::adapter::{About, Inbound};
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::{Identity, InboundKey, TicketKey, Time};

use super::{Forged, NAME, Secret};

/// The longest id and the longest user, in bytes.
const MOST: usize = 200;

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not come from the pager.
    #[error(transparent)]
    Forged(#[from] Forged),
    /// It is not understood.
    #[error("{why}")]
    Body {
        /// Which field is wrong; none if all of it is.
        field: Option<&'static str>,
        /// What is wrong with it, and what to send.
        why: String,
    },
}

/// Whether somebody may do that by answering a page.
pub fn takes(kind: CommandKind) -> bool {
    matches!(kind, CommandKind::Acknowledge | CommandKind::Claim)
}

/// From a request to what the desk is asked: `{"id", "ticket", "user", "action"}`, signed.
///
/// It looks at nothing else, not even at a clock. The id becomes the key, so that the same answer twice does nothing
/// twice.
pub fn read(secret: &Secret, headers: &HeaderMap, body: &[u8], now: Time) -> Result<Inbound, Refused> {
    secret.verify(headers, body, now)?;
    let object: Map<String, Value> = serde_json::from_slice(body).map_err(|_| Refused::Body {
        field: None,
        why: "the body is no JSON object: send the fields `id`, `ticket`, `user` and `action`".to_owned(),
    })?;
    let id = field(&object, "id")?;
    let ticket = field(&object, "ticket")?;
    let user = field(&object, "user")?;
    let action = field(&object, "action")?;
    let wrong = |field, why: String| Refused::Body { field: Some(field), why };
    if !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong(
            "id",
            "the field `id` has characters that a name can not have: use ASCII".to_owned(),
        ));
    }
    let ticket: TicketKey = ticket
        .parse()
        .map_err(|error| wrong("ticket", format!("the field `ticket` names no ticket: {error}")))?;
    let command = match action {
        "acknowledge" => Command::Acknowledge,
        "claim" => Command::Claim,
        _ => {
            let why = "the field `action` is neither `acknowledge` nor `claim`";
            return Err(wrong("action", why.to_owned()));
        }
    };
    let key = InboundKey::new(format!("{NAME}/{id}"));
    Ok(Inbound::ask(key, Identity::new(NAME, user), About::Ticket(ticket), command, now))
}

fn field<'a>(object: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refused> {
    let wrong = |why: String| Refused::Body { field: Some(name), why };
    match object.get(name) {
        None => Err(wrong(format!("the field `{name}` is missing"))),
        Some(Value::String(text)) if text.trim().is_empty() => {
            Err(wrong(format!("the field `{name}` is empty")))
        }
        Some(Value::String(text)) if text.len() > MOST => {
            Err(wrong(format!("the field `{name}` has {} bytes: at most {MOST} fit", text.len())))
        }
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(wrong(format!("the field `{name}` is no text: write it in quotes"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pager::{SIGNATURE, TIMESTAMP};

    fn read_at(body: &str, signed_at: &str, now: &str) -> Result<Inbound, Refused> {
        let secret = Secret::new("0123456789abcdef").unwrap();
        let signed = secret.sign(signed_at.parse().unwrap(), body.as_bytes());
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, signed.timestamp.parse().unwrap());
        headers.insert(SIGNATURE, signed.signature.parse().unwrap());
        read(&secret, &headers, body.as_bytes(), now.parse().unwrap())
    }

    fn read_now(body: &str) -> Result<Inbound, Refused> {
        read_at(body, "2026-01-09T17:30:00Z", "2026-01-09T17:30:00Z")
    }

    #[test]
    fn an_answer_becomes_a_command() {
        let body = r#"{"id":"ans-1","ticket":"SUP-7","user":"U1","action":"acknowledge","more":1}"#;
        let now = "2026-01-09T17:30:00Z";
        let expected = Inbound::ask(
            "pager/ans-1".into(),
            Identity::new("pager", "U1"),
            About::Ticket("SUP-7".parse().unwrap()),
            Command::Acknowledge,
            now.parse().unwrap(),
        );
        assert_eq!(read_now(body), Ok(expected));
        let claim = read_now(&body.replace("acknowledge", "claim")).unwrap();
        assert_eq!(claim.command, Command::Claim);
    }

    #[test]
    fn an_old_answer_is_not_believed() {
        let body = r#"{"id":"ans-1","ticket":"SUP-7","user":"U1","action":"claim"}"#;
        let read = |now| read_at(body, "2026-01-09T17:30:00Z", now);
        assert!(read("2026-01-09T17:35:00Z").is_ok());
        assert_eq!(read("2026-01-09T17:35:01Z"), Err(Refused::Forged(Forged::Stale)));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let good = r#"{"id":"ans-1","ticket":"SUP-7","user":"U1","action":"claim"}"#;
        let cases = [
            ("\"id\":\"ans-1\",", "", Some("id")),
            ("ans-1", "", Some("id")),
            ("ans-1", "a b", Some("id")),
            ("\"ans-1\"", "7", Some("id")),
            ("SUP-7", "SUP-007", Some("ticket")),
            ("SUP-7", "", Some("ticket")),
            ("U1", " ", Some("user")),
            ("claim", "resolve", Some("action")),
            ("\"claim\"", "null", Some("action")),
            ("{", "[", None),
        ];
        for (from, to, expected) in cases {
            let body = good.replacen(from, to, 1);
            match read_now(&body) {
                Err(Refused::Body { field, why }) => {
                    assert_eq!(field, expected, "{body}: {why}");
                    assert!(field.is_none_or(|field| why.contains(field)), "{why}");
                }
                other => panic!("{body}: {other:?}"),
            }
        }
        let long = good.replace("U1", &"u".repeat(201));
        assert!(matches!(read_now(&long), Err(Refused::Body { field: Some("user"), .. })));
    }
}
