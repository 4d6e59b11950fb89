//! Server-sent events: something has changed, look again.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;

use crate::app::App;

/// Tells a page that something has changed; it then asks for itself again and swaps what differs.
pub async fn live(State(app): State<App>) -> impl IntoResponse {
    let watching = (app.desk.changes(), app.chat.changes(), app.stopping.clone());
    let events = stream::unfold(watching, |(mut desk, mut chat, mut stopping)| async move {
        if *stopping.borrow() {
            return None;
        }
        tokio::select! {
            moved = desk.changed() => moved.ok()?,
            moved = chat.changed() => moved.ok()?,
            _ = stopping.changed() => return None,
        }
        // A browser passes on no event without data.
        let event = Event::default().event("changed").data("now");
        Some((Ok::<_, Infallible>(event), (desk, chat, stopping)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
