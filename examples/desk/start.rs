//! Puts the desk together and takes it apart again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use supporty_core::desk::Desk;
use supporty_core::policy::{Policy, unreachable};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::args::Options;
use crate::contacts::{ContactError, Contacts};
use crate::guard::Hosts;
use crate::kept::Kept;
use crate::local::{Local, OpenError};
use crate::page::zone_of;
use crate::{inbound, metrics, policy_file, server};

/// The policy of a desk that was given none.
const DEMONSTRATION: &str = include_str!("policy.toml");

/// How long the desk may take to finish once it was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked for what was kept long enough.
const TIDY: Duration = Duration::from_secs(60 * 60);

/// Why the desk did not start or did not go on: one line for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The policy's file can not be read.
    #[error("the policy {} can not be read: {source}", .path.display())]
    PolicyFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The policy is not one.
    #[error("the policy {path} can not be used:\n{shown}")]
    Policy {
        /// Which file.
        path: String,
        /// Everything that is wrong with it.
        shown: String,
    },
    /// The address is taken, or not ours.
    #[error("{listen} can not be listened on: {source}; choose another with --listen ADDR")]
    Listen {
        /// Where.
        listen: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The store can not be used.
    #[error("{why}")]
    Store {
        /// Which file, and why.
        why: String,
    },
    /// The chat's file can not be used.
    #[error("{} can not be used: {source}", .path.display())]
    Chat {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// People can not be reached as the options say.
    #[error(transparent)]
    Contacts(#[from] ContactError),
    /// The desk stopped for another reason.
    #[error("the desk stopped: {0}")]
    Desk(String),
}

/// Starts the desk, says where it is, and serves it until the process is asked to end.
pub async fn start(options: Options) -> Result<(), StartError> {
    let policy = policy(options.policy.as_deref())?;
    let contacts = Contacts::read(&options, |name| std::env::var(name).ok())?;
    let listen = options.listen;
    let refused = |source| StartError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;

    let secret = contacts.secret();
    let contacts = contacts.chats(address, &zone_of(&policy))?;

    let kept = Kept::open(&options.db).await.map_err(|error| StartError::Store { why: reasons(&error) })?;
    let path = options.chat.clone().unwrap_or_else(|| options.db.chat());
    let chat = Local::open(&path).map_err(|source| StartError::Chat { path, source })?;
    let adapters: Vec<_> =
        std::iter::once(chat.name()).chain(contacts.iter().map(|(name, _)| name.clone())).collect();
    for finding in unreachable(&policy, &adapters) {
        tracing::warn!("{}", finding.found);
    }
    let desk =
        Desk::builder(Arc::clone(&kept.store)).policy(policy).chat(chat.name(), Arc::new(chat.clone()));
    let desk = contacts.into_iter().fold(desk, |desk, (name, contact)| desk.chat(name, contact));
    let desk = desk.build().await.map_err(|error| StartError::Store { why: reasons(&error) })?;

    let (stop, stopping) = watch::channel(false);
    let app = App {
        desk: desk.clone(),
        chat,
        kept,
        workers: Arc::default(),
        hosts: Arc::new(Hosts::new(address, &options.hosts)),
        pager: secret,
        stopping: stopping.clone(),
    };
    let sweeping = tokio::spawn(inbound::sweep(app.clone()));
    let tidying = tokio::spawn(tidy(app.clone()));
    let counting = tokio::spawn(metrics::count_workers(app.clone()));
    let working = tokio::spawn({
        let stopping = stopping.clone();
        async move { desk.run(stopped(stopping)).await }
    });
    let ending = asked_to_end();
    say(&format!("The desk is open at http://{address}/"));

    let serving = server::serve(listener, app, stopped(stopping));
    tokio::pin!(serving);
    let served = tokio::select! {
        served = &mut serving => served,
        () = ending => {
            stop.send_replace(true);
            // Whoever holds a connection open longer than this is cut off.
            tokio::time::timeout(PATIENCE, serving).await.unwrap_or(Ok(()))
        }
    };
    stop.send_replace(true);
    sweeping.abort();
    tidying.abort();
    counting.abort();
    if tokio::time::timeout(PATIENCE, working).await.is_err() {
        tracing::warn!("the desk did not finish in time; what is left goes on at the next start");
    }
    served.map_err(|error| StartError::Desk(error.to_string()))
}

/// Deletes, now and every hour, what the policy no longer keeps. What an hour could not do the next one does.
async fn tidy(app: App) {
    loop {
        match app.desk.tidy(app.kept.upkeep.as_ref()).await {
            Ok(tidied) if tidied.tickets.is_empty() => {}
            Ok(tidied) => {
                tracing::info!(
                    tickets = tidied.tickets.len(),
                    texts = tidied.texts,
                    "words were kept long enough"
                );
                if let Err(error) = app.chat.forget_tickets(tidied.tickets).await {
                    tracing::error!(%error, "the chat keeps words that the desk does not");
                }
            }
            Err(error) => tracing::error!(%error, "what was kept long enough is not deleted"),
        }
        tokio::time::sleep(TIDY).await;
    }
}

/// The policy of a file; without one that of the demonstration.
pub fn policy(path: Option<&Path>) -> Result<Policy, StartError> {
    let (name, text) = match path {
        None => (Path::new("of the demonstration"), DEMONSTRATION.to_owned()),
        Some(path) => {
            let unreadable = |source| StartError::PolicyFile { path: path.to_owned(), source };
            (path, std::fs::read_to_string(path).map_err(unreadable)?)
        }
    };
    let reading = policy_file::read(name, &text, None);
    let path = name.display().to_string();
    if reading.policy.is_some() {
        reading.diagnostics.iter().for_each(|one| tracing::info!("{path}: {one}"));
    }
    reading.policy.ok_or_else(|| {
        let shown = reading.diagnostics.iter().map(|one| one.render(&path, &text, false));
        StartError::Policy { shown: shown.collect::<Vec<_>>().join("\n\n"), path: path.clone() }
    })
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which ends the program as well.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Ends when somebody asks the process to end. It listens from the moment that it is called.
fn asked_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).and_then(|ends| Ok((ends, signal(SignalKind::interrupt())?)))
    };
    async move {
        #[cfg(unix)]
        if let Ok((mut ends, mut interrupts)) = signals {
            tokio::select! {
                _ = ends.recv() => {}
                _ = interrupts.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// An error with everything below it, on one line.
pub fn reasons(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        below = error.source();
    }
    line.replace('\n', " ")
}

fn say(line: &str) {
    use std::io::Write;
    // Nobody may be reading, which is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{line}");
}
