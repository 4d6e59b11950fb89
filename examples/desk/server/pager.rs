//! What a pager calls back. It proves itself by a signature, so no page's protection stands before it and it has none
//! of a page's rights: it can do nothing but what [`callback`] reads.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use crate::app::{App, now};
use crate::pager::Secret;
use crate::pager::callback::{self, Refused};

/// The most bytes of an answer.
const MOST: usize = 16 * 1024;

/// The route, for a desk that shares that secret with its pager.
pub(super) fn route(secret: Secret) -> MethodRouter<App> {
    let answered = move |state, headers, body| answered(secret, state, headers, body);
    post(answered).layer(DefaultBodyLimit::max(MOST))
}

async fn answered(
    secret: Secret,
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return json(error.status(), &json!({ "error": "the body could not be read" })),
    };
    let inbound = match callback::read(&secret, &headers, &body, now()) {
        Ok(inbound) => inbound,
        Err(refused @ Refused::Forged(_)) => {
            tracing::warn!(%refused, "a pager's answer was not believed");
            return json(StatusCode::UNAUTHORIZED, &json!({ "error": refused.to_string() }));
        }
        Err(Refused::Body { field, why }) => {
            return json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": why, "field": field }));
        }
    };
    match app.desk.handle(inbound).await {
        Ok(answer) => {
            let (outcome, why) = match &answer.outcome {
                Ok(_) => ("done", None),
                Err(rejection) => ("refused", Some(rejection.to_string())),
            };
            let ticket = answer.ticket.map(|key| key.to_string());
            json(StatusCode::OK, &json!({ "outcome": outcome, "ticket": ticket, "why": why }))
        }
        Err(error) => {
            tracing::error!(%error, "a pager's answer was not handled");
            let why = "the desk could not do it now: send the same answer again in a moment";
            json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "error": why }))
        }
    }
}

fn json(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
