use serde_json::{Map, Value};
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::vocab::Time;

use super::origin::Origin;
use super::{Context, Delivery, NotForUs, events, interaction, slash};

/// Understands the body of a request of Slack's, or of an envelope of Socket Mode.
///
/// Slack sends events as JSON, commands as a form, and buttons and forms as JSON in a form; over a socket all of them are
/// JSON. Which it is shows in the body itself, whatever proxies say of its type.
pub fn read(context: &Context<'_>, body: &str, at: Time) -> Result<Delivery, Unreadable> {
    let body = body.trim();
    if body.starts_with('{') {
        return of_json(context, &parse(body, "the body")?, at);
    }
    let pairs = form_urlencoded::parse(body.as_bytes());
    let form: Map<_, _> =
        pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
    let form = Value::Object(form);
    let fields = Part::root(&form);
    if let Some(payload) = fields.text("payload") {
        return of_json(context, &parse(payload, "`payload`")?, at);
    }
    if fields.text("command").is_some() {
        return slash::read(&Origin::of_interaction(context, fields, at), fields);
    }
    // Slack looks now and then whether the certificate is good.
    if fields.text("ssl_check").is_some() {
        return Ok(Delivery::NotForUs(NotForUs::Kind("ssl_check".to_owned())));
    }
    Err(Unreadable("the body is neither JSON nor a form of Slack's".to_owned()))
}

/// Understands what came over a socket: the kind of the envelope, and its payload as it is.
pub fn read_envelope(
    context: &Context<'_>,
    kind: &str,
    payload: &str,
    at: Time,
) -> Result<Delivery, Unreadable> {
    match kind {
        "events_api" | "interactive" | "slash_commands" => {
            of_json(context, &parse(payload.trim(), "the payload")?, at)
        }
        other => Ok(Delivery::NotForUs(NotForUs::Kind(other.to_owned()))),
    }
}

fn of_json(context: &Context<'_>, value: &Value, at: Time) -> Result<Delivery, Unreadable> {
    let body = Part::root(value);
    match body.text("type") {
        Some("url_verification") => Ok(Delivery::Challenge(body.need("challenge")?.to_owned())),
        _ if body.part("event").is_object() => {
            events::read(&Origin::of_event(context, body, at), body.part("event"))
        }
        Some("app_rate_limited") => Ok(Delivery::Throttled(crate::TeamId::new(body.need("team_id")?))),
        Some(kind) => interaction::read(&Origin::of_interaction(context, body, at), kind, body),
        None if body.text("command").is_some() => {
            slash::read(&Origin::of_interaction(context, body, at), body)
        }
        None => Err(Unreadable("`type` is missing".to_owned())),
    }
}

/// The words of `serde_json` may quote what people wrote: only where it stopped is told.
fn parse(text: &str, what: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Unreadable(format!("{what} is no JSON: it stops making sense at line {line}, column {column}"))
    })
}
