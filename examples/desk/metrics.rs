//! What the desk does and what waits, for Prometheus.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use supporty_core::adapter::StoreStatistics;
use supporty_core::desk::Figures;
use supporty_core::vocab::Time;

use crate::app::{App, now};

/// How often the workers on the store are counted.
const COUNT: Duration = Duration::from_secs(5);

/// The figures in the text format of Prometheus.
pub async fn metrics(State(app): State<App>) -> Response {
    match app.kept.upkeep.statistics().await {
        Ok(statistics) => {
            let text = print(app.kept.kind, &app.desk.figures(), &statistics, now());
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the store can not be counted");
            (StatusCode::SERVICE_UNAVAILABLE, "The store can not be counted now.\n").into_response()
        }
    }
}

/// Counts, now and then, who works on the store.
pub async fn count_workers(app: App) {
    loop {
        match app.kept.upkeep.statistics().await {
            Ok(statistics) => app.workers.store(statistics.workers, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "the workers can not be counted"),
        }
        tokio::time::sleep(COUNT).await;
    }
}

fn print(store: &str, figures: &Figures, statistics: &StoreStatistics, now: Time) -> String {
    let late = statistics.oldest.map_or(0, |oldest| now.signed_duration_since(oldest).num_seconds().max(0));
    let counters = [
        ("deliveries_handled", "Deliveries from outside that were decided.", figures.handled),
        ("deliveries_refused", "Deliveries whose command was refused.", figures.refused),
        ("deliveries_repeated", "Deliveries that came again and were answered as before.", figures.repeated),
        ("timers", "Timers that had come.", figures.timers),
        ("effects_delivered", "Effects that were delivered.", figures.delivered),
        ("effects_postponed", "Times that a platform put an effect off.", figures.postponed),
        ("effects_dropped", "Effects that nobody wanted any more.", figures.dropped),
        ("effects_failed", "Tries at delivering an effect that failed.", figures.failed),
        ("conflicts", "Decisions made again because another writer was first.", figures.conflicts),
        ("errors", "What could not be done because of an error, which is logged.", figures.errors),
    ];
    let gauges = [
        ("entries", "Entries in the log.", statistics.entries),
        ("tickets", "Tickets.", statistics.tickets),
        ("inbox_waiting", "Deliveries from outside that nobody has handled.", statistics.inbox),
        ("timers_armed", "Streams that are to be looked at later.", statistics.timers),
        ("outbox_waiting", "Effects that are not delivered yet.", statistics.outbox),
        ("dead_letters", "Effects that were given up.", statistics.dead),
        ("late_seconds", "How long the oldest work has been due.", late.unsigned_abs()),
        ("workers", "Processes that work on the store.", statistics.workers),
    ];
    let mut text = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, value: u64| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    for (name, help, value) in counters {
        metric(&format!("supporty_{name}_total"), "counter", help, value);
    }
    for (name, help, value) in gauges {
        metric(&format!("supporty_{name}"), "gauge", help, value);
    }
    let info = concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"");
    let _ = writeln!(
        text,
        "# HELP supporty_info The store and the version.\n# TYPE supporty_info gauge\n\
         supporty_info{{store=\"{store}\",{info}}} 1"
    );
    text
}
