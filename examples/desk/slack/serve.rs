use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use supporty_slack::{Front, Request};

use crate::app::{App, now};

/// Where Slack's requests go.
pub const ROUTE: &str = "/slack";

/// More than Slack ever sends.
const MOST: usize = 1 << 20;

/// The route of Slack's requests: events, buttons, forms and commands.
pub fn route(front: Front) -> MethodRouter<App> {
    post(receive).layer(DefaultBodyLimit::max(MOST)).with_state(front)
}

/// Hands a request to the front, answers as it says, and does the rest on a task of its own.
pub async fn receive(State(front): State<Front>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request = Request {
        timestamp: text("x-slack-request-timestamp"),
        signature: text("x-slack-signature"),
        body: &body,
    };
    let outcome = front.receive(request, now()).await;
    if let Some(work) = outcome.work {
        tokio::spawn(work);
    }
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, outcome.content_type)], outcome.body).into_response()
}
