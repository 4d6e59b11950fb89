use serde::Serialize;
use supporty_core::adapter::Unreadable;
use supporty_core::vocab::InboundKey;

use super::origin::Origin;
use super::{Delivery, Repository, keys};
use crate::ids::DeliveryId;

/// GitHub tries a webhook, when it is set up and when somebody asks for it. Where it delivers to is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ping {
    /// What makes it unique.
    pub key: InboundKey,
    /// The delivery.
    pub delivery: DeliveryId,
    /// The webhook's number.
    pub hook: u64,
    /// Whose webhook it is: `Repository`, `Organization`, `App`.
    pub of: String,
    /// The kinds of events that it delivers; `*` for all.
    pub events: Vec<String>,
    /// Whether it delivers JSON, and not forms.
    pub json: bool,
    /// Whether GitHub looks at our certificate before it delivers.
    pub checks_certificates: bool,
    /// The repository, if it is the webhook of one.
    pub repository: Option<Repository>,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let (body, part) = (origin.body, origin.body.part("hook"));
    let hook = body.number("hook_id").or_else(|| part.number("id"));
    let hook = hook.map_or_else(|| body.need_number("hook_id"), Ok)?;
    let config = part.part("config");
    Ok(Delivery::Ping(Ping {
        key: keys::key(&origin.config().name, "ping", &[&hook, &origin.delivery]),
        delivery: origin.delivery.clone(),
        hook,
        of: part.words("type").to_owned(),
        events: part.list("events").filter_map(|event| event.as_text()).map(str::to_owned).collect(),
        json: config.text("content_type") == Some("json"),
        checks_certificates: config.text("insecure_ssl") != Some("1")
            && config.number("insecure_ssl") != Some(1),
        repository: origin.repository().ok(),
    }))
}
