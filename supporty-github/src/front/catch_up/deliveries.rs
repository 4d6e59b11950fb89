//! What a webhook could not deliver.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use supporty_core::vocab::Time;

use super::hooks::Hook;
use super::{Pass, Stop};
use crate::error::Failure;
use crate::inbound::{Delivery, read, reads};

/// A delivery that failed.
struct Missed {
    /// Its number, which is that of the attempt.
    id: u64,
    at: Time,
    event: String,
}

impl Pass<'_> {
    /// Fetches what a webhook could not deliver since `from`, oldest first, and moves `from` along.
    pub(super) async fn deliveries(&mut self, hook: &Hook, from: &mut Time) -> Result<(), Stop> {
        let mut left = None;
        for (guid, missed) in self.failed(hook, *from).await? {
            match self.fetch(hook, &guid, &missed).await {
                Ok(()) => {}
                // GitHub has forgotten it meanwhile.
                Err(Stop::GitHub(Failure::Refused { status: 404, .. })) => {}
                // One whose answer can not be read keeps no other from being read.
                Err(stop @ Stop::GitHub(Failure::Garbled(_) | Failure::Unknown(_))) => {
                    left = left.or(Some((missed.at, stop)));
                }
                Err(stop) => {
                    *from = left.map_or(missed.at, |(at, _)| at);
                    return Err(stop);
                }
            }
        }
        match left {
            Some((at, stop)) => {
                *from = at;
                Err(stop)
            }
            None => Ok(()),
        }
    }

    /// The deliveries since then of which no attempt was answered with 2xx, by when they were made.
    ///
    /// GitHub can leave out [what went well](https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook),
    /// but what it lists then are answers from 400 on, and not deliveries that reached nobody.
    async fn failed(&mut self, hook: &Hook, from: Time) -> Result<Vec<(String, Missed)>, Failure> {
        let (mut taken, mut failed) = (BTreeSet::new(), BTreeMap::new());
        let mut last = None;
        let request = hook.deliveries();
        let read = self.pages(&request, "cursor", |answer| {
            for item in answer.body.as_array().into_iter().flatten() {
                let text = |name| item.get(name).and_then(Value::as_str);
                let number = |name| item.get(name).and_then(Value::as_u64);
                let at = text("delivered_at").and_then(|at| at.parse::<Time>().ok());
                let (Some(id), Some(guid), Some(at)) = (number("id"), text("guid"), at) else { continue };
                if at < from {
                    return false;
                }
                if number("status_code").is_some_and(|code| (200..300).contains(&code)) {
                    last = last.max(Some(at));
                    taken.insert(guid.to_owned());
                } else if let Some(event) = text("event").filter(|event| reads(event)) {
                    let missed = Missed { id, at, event: event.to_owned() };
                    failed.entry(guid.to_owned()).or_insert(missed);
                }
            }
            true
        });
        match read.await {
            // Whose webhook is switched off has no deliveries.
            Err(Failure::Refused { status: 404, .. }) => {}
            read => read?,
        }
        self.front.note(|health| health.last_delivery = health.last_delivery.max(last));
        failed.retain(|guid, _| !taken.contains(guid));
        let mut failed: Vec<_> = failed.into_iter().collect();
        failed.sort_by_key(|(_, missed)| (missed.at, missed.id));
        Ok(failed)
    }

    /// GitHub itself was asked over TLS, so nobody has to have signed it.
    async fn fetch(&mut self, hook: &Hook, guid: &str, missed: &Missed) -> Result<(), Stop> {
        let answer = self.api.call(&hook.delivery(missed.id)).await?.body;
        let headers = answer.pointer("/request/headers").and_then(Value::as_object);
        let event =
            headers.into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case("x-github-event"));
        let event = event.and_then(|(_, event)| event.as_str()).unwrap_or(&missed.event);
        // A webhook's content type may be that of a form.
        let body = match answer.pointer("/request/payload") {
            Some(Value::String(text)) => text.clone(),
            Some(payload) => payload.to_string(),
            None => String::new(),
        };
        self.report.deliveries += 1;
        match read(&self.front.context(), event, guid, body.as_bytes()) {
            Ok(Delivery::Fact(fact)) => self.missed(&fact).await?,
            Ok(_) => {}
            Err(why) => self.unreadable(event, &why),
        }
        Ok(())
    }
}
