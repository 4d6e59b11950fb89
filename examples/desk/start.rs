//! Puts the desk together and takes it apart again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use supporty_core::desk::{Desk, Following};
use supporty_core::policy::{Policy, unreachable};
use supporty_core::testing::sample::Sample;
use supporty_slack::{Config, Front, manifest};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{App, now};
use crate::args::{Instead, Options};
use crate::contacts::{ContactError, Contacts};
use crate::demo::{self, DemoError};
use crate::github::{Github, GithubError};
use crate::guard::Hosts;
use crate::history::HistoryError;
use crate::hooks::{Hooks, HooksError};
use crate::kept::Kept;
use crate::local::{Local, OpenError};
use crate::page::zone_of;
use crate::report::{self, Reports};
use crate::slack::{self, Setup, SlackError, Workspace};
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
    /// There is nothing to look at.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// Slack can not be used.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// GitHub can not be heard.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// Nobody else can be heard.
    #[error(transparent)]
    Hooks(#[from] HooksError),
    /// People can not be reached as the options say.
    #[error(transparent)]
    Contacts(#[from] ContactError),
    /// What an hour costs can not be used.
    #[error("{0}")]
    Rate(String),
    /// The desk stopped for another reason.
    #[error("the desk stopped: {0}")]
    Desk(String),
}

/// Starts the desk, says where it is, and serves it until the process is asked to end.
pub async fn start(options: Options) -> Result<ExitCode, StartError> {
    let policy = match options.demo {
        Some(_) => Sample::policy().map_err(|error| DemoError::from(HistoryError::from(error)))?,
        None => policy(options.policy.as_deref())?,
    };
    if options.instead == Some(Instead::Manifest) {
        return print_manifest(&options);
    }
    let workspace = match options.slack {
        true => Some(Setup::read(&options, |name| std::env::var(name).ok())?.workspace(&policy).await?),
        false => None,
    };
    let github = match options.github {
        true => Some(Github::read(&options, &policy, |name| std::env::var(name).ok())?),
        false => None,
    };
    if options.instead == Some(Instead::Check) {
        return print_findings(workspace.as_ref(), github.as_ref(), &policy).await;
    }
    let github = match github {
        Some(github) => Some(github.known().await?),
        None => None,
    };
    let hooks = match &options.hooks {
        Some(file) => Some(Hooks::read(file, &policy, |name| std::env::var(name).ok())?),
        None => None,
    };
    let rates = report::rates(&options.rates, &policy).map_err(StartError::Rate)?;
    let contacts = Contacts::read(&options, |name| std::env::var(name).ok())?;
    let listen = options.listen;
    let refused = |source| StartError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;

    let secret = contacts.secret();
    let contacts = contacts.chats(address, &zone_of(&policy))?;

    let path = options.chat.clone().unwrap_or_else(|| options.db.chat());
    if options.demo.is_some() {
        demo::is_new(&options.db, &path)?;
    }
    let kept = Kept::open(&options.db).await.map_err(|error| StartError::Store { why: reasons(&error) })?;
    let chat = Local::open(&path).map_err(|source| StartError::Chat { path, source })?;
    if let Some(tickets) = options.demo {
        demo::fill(&kept, &chat, tickets, now()).await?;
    }
    let home = workspace.as_ref().map_or_else(|| chat.name(), Workspace::adapter);
    let adapters: Vec<_> =
        std::iter::once(home).chain(contacts.iter().map(|(name, _)| name.clone())).collect();
    for finding in unreachable(&policy, &adapters) {
        tracing::warn!("{}", finding.found);
    }
    let desk = Desk::builder(Arc::clone(&kept.store)).policy(policy);
    let desk = match &workspace {
        Some(workspace) => workspace.of(desk),
        None => desk.chat(chat.name(), Arc::new(chat.clone())),
    };
    let desk = match &github {
        Some(github) => github.of(desk),
        None => desk,
    };
    let desk = contacts.into_iter().fold(desk, |desk, (name, contact)| desk.chat(name, contact));
    let desk = desk.build().await.map_err(|error| StartError::Store { why: reasons(&error) })?;

    let following = Arc::new(Following::new(Arc::clone(&kept.store)));
    let (stop, stopping) = watch::channel(false);
    let front = workspace.as_ref().map(|workspace| workspace.front(&desk));
    let app = App {
        slack: front.clone().filter(|_| workspace.as_ref().is_some_and(Workspace::listens)),
        desk: desk.clone(),
        chat,
        kept,
        reports: Arc::new(Reports::new(Arc::clone(&following), rates)),
        workers: Arc::default(),
        hosts: Arc::new(Hosts::new(address, &options.hosts)),
        github: github.map(|github| github.front(&desk)),
        hooks,
        pager: secret,
        stopping: stopping.clone(),
    };
    let reading = tokio::spawn({
        let stopping = stopping.clone();
        async move { following.run(stopped(stopping)).await }
    });
    let sweeping = tokio::spawn(inbound::sweep(app.clone()));
    let tidying = tokio::spawn(tidy(app.clone()));
    let counting = tokio::spawn(metrics::count_workers(app.clone()));
    let fetching = tokio::spawn({
        let (github, stopping) = (app.github.clone(), stopping.clone());
        async move {
            if let Some(github) = github {
                github.keep_up(stopped(stopping)).await;
            }
        }
    });
    let slack = tokio::spawn(on_slack(workspace.as_ref(), front, stopping.clone()));
    let working = tokio::spawn({
        let stopping = stopping.clone();
        async move { desk.run(stopped(stopping)).await }
    });
    let ending = asked_to_end();
    match &workspace {
        Some(workspace) => {
            say(&format!("The desk is open on Slack, at {}, and at http://{address}/", workspace.name()))
        }
        None => say(&format!("The desk is open at http://{address}/")),
    }

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
    reading.abort();
    sweeping.abort();
    tidying.abort();
    counting.abort();
    slack.abort();
    fetching.abort();
    if tokio::time::timeout(PATIENCE, working).await.is_err() {
        tracing::warn!("the desk did not finish in time; what is left goes on at the next start");
    }
    served.map(|()| ExitCode::SUCCESS).map_err(|error| StartError::Desk(error.to_string()))
}

/// Keeps up what is beside tickets on Slack, and the connection of Socket Mode.
fn on_slack(
    workspace: Option<&Workspace>,
    front: Option<Front>,
    stopping: watch::Receiver<bool>,
) -> impl Future<Output = ()> + use<> {
    let socket = workspace.zip(front.as_ref()).and_then(|(workspace, front)| workspace.socket(front));
    async move {
        let tending = async {
            if let Some(front) = &front {
                front.tend(stopped(stopping.clone())).await;
            }
        };
        let receiving = async {
            if let Some(socket) = &socket {
                socket.run(stopped(stopping.clone())).await;
            }
        };
        tokio::join!(tending, receiving);
    }
}

fn print_manifest(options: &Options) -> Result<ExitCode, StartError> {
    let config = match options.slack_config.exists() {
        true => slack::config(&options.slack_config)?,
        false => Config::default(),
    };
    let url = options.public_url.as_ref().map(|url| format!("{}{}", url.trim_end_matches('/'), slack::ROUTE));
    let manifest = serde_json::to_string_pretty(&manifest(&config, url.as_deref()));
    say(&manifest.map_err(|error| StartError::Desk(error.to_string()))?);
    Ok(ExitCode::SUCCESS)
}

async fn print_findings(
    workspace: Option<&Workspace>,
    github: Option<&Github>,
    policy: &Policy,
) -> Result<ExitCode, StartError> {
    let mut sound = true;
    let mut print = |place: &str, found: Vec<(String, String)>| {
        sound &= found.is_empty();
        if found.is_empty() {
            say(&format!("Nothing is missing at {place}."));
        }
        found.iter().for_each(|(what, mend)| say(&format!("{what}: {mend}")));
    };
    if let Some(workspace) = workspace {
        let found = workspace.check(policy).await?;
        print(workspace.name(), found.into_iter().map(|one| (one.what, one.mend)).collect());
    }
    if let Some(github) = github {
        let found = github.check().await?;
        print("GitHub", found.into_iter().map(|one| (one.what, one.mend)).collect());
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
