use serde_json::Value;
use supporty_core::adapter::{Part, Unreadable};

use super::origin::Origin;
use super::{
    Context, Delivery, NotForUs, checks, comment, deployment, installation, issue, ping, pull_request, push,
    release, repository, review,
};
use crate::ids::DeliveryId;

/// Understands a delivery: the headers `X-GitHub-Event` and `X-GitHub-Delivery`, and the body.
///
/// The body may be JSON or a form with the field `payload`: a webhook's
/// [content type](https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks) is easily left at the latter. The
/// answer depends on nothing but the arguments.
pub fn read(
    context: &Context<'_>,
    event: &str,
    delivery_id: &str,
    body: &[u8],
) -> Result<Delivery, Unreadable> {
    match family(event) {
        Some(_) => read_value(context, event, delivery_id, &parse(body)?),
        None => Ok(Delivery::NotForUs(NotForUs::Kind(event.to_owned()))),
    }
}

type Family = fn(&Origin<'_>) -> Result<Delivery, Unreadable>;

/// How an event is read; nothing, if we have no use for it.
fn family(event: &str) -> Option<Family> {
    Some(match event {
        "pull_request" => pull_request::read,
        "push" => push::read,
        "issues" => issue::read,
        "issue_comment" => comment::read,
        "pull_request_review" => review::read,
        "deployment" => deployment::read,
        "deployment_status" => deployment::read_status,
        "release" => release::read,
        "workflow_run" => checks::read_run,
        "check_suite" => checks::read_suite,
        "repository" => repository::read,
        "installation" => installation::read,
        "installation_repositories" => installation::read_repositories,
        "ping" => ping::read,
        _ => return None,
    })
}

/// Whether an event may be something to us.
pub(crate) fn reads(event: &str) -> bool {
    family(event).is_some()
}

/// The same as [`read`], of a body that was parsed already.
pub(crate) fn read_value(
    context: &Context<'_>,
    event: &str,
    delivery_id: &str,
    body: &Value,
) -> Result<Delivery, Unreadable> {
    let Some(family) = family(event) else {
        return Ok(Delivery::NotForUs(NotForUs::Kind(event.to_owned())));
    };
    let body = Part::root(body);
    let names = [Some(body.part("repository").words("full_name").to_owned()), repository::former_name(body)];
    let names: Vec<_> = names.iter().flatten().map(String::as_str).collect();
    let origin = Origin::new(context, body, DeliveryId::new(delivery_id));
    match origin.repository() {
        Ok(repository) if !context.config.watches(repository.id, &names) => {
            Ok(Delivery::NotForUs(NotForUs::OtherRepository(repository.name)))
        }
        _ => family(&origin),
    }
}

fn parse(body: &[u8]) -> Result<Value, Unreadable> {
    let body = body.trim_ascii();
    if body.starts_with(b"{") {
        return json(body, "the body");
    }
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
    match payload {
        Some((_, payload)) => json(payload.as_bytes(), "`payload`"),
        None => {
            Err(Unreadable("the body is neither an object of JSON nor a form with a `payload`".to_owned()))
        }
    }
}

/// The words of `serde_json` may quote what people wrote: only where it stopped is told.
fn json(text: &[u8], what: &str) -> Result<Value, Unreadable> {
    serde_json::from_slice(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Unreadable(format!("{what} is no JSON: it stops making sense at line {line}, column {column}"))
    })
}
