use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use supporty_core::adapter::Error;
use tokio::sync::oneshot;

use super::fault::{Outcome, sql_error, stopped};
use super::open::Durability;

/// The most jobs that share one commit: enough to make the disk's sync cheap, few enough to answer soon.
const MOST_PER_COMMIT: usize = 256;

/// Work on a connection, and what it says when it is known whether it was kept.
///
/// It gets no connection but an error if its transaction could not begin.
type Job = Box<dyn FnOnce(Result<&Connection, &rusqlite::Error>) -> Done + Send>;

struct Done {
    kept: bool,
    answer: Answer,
}

/// Tells the caller, who hears of the commit's failure rather than of the job's success.
type Answer = Box<dyn FnOnce(Result<(), &rusqlite::Error>)>;

enum Task {
    /// Shares a transaction with the jobs beside it.
    Write(Job, Keeping),
    /// Runs outside transactions.
    Alone(Job),
}

/// What a power cut may take back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Keeping {
    /// Leases: they end with the process anyway.
    WhileItRuns,
    /// Nothing.
    ForEver,
}

/// The one thread that writes. Whatever queues up while it syncs is written with one commit, and answered after it.
pub(super) struct Writer(Worker<Task>);

/// A few threads that read, each with its own connection.
pub(super) struct Readers(Worker<Job>);

impl Writer {
    pub(super) fn start(
        connection: Connection,
        durability: Durability,
        held: impl Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, tasks) = mpsc::channel();
        let run = move || {
            write_all(&connection, durability, &tasks);
            drop(connection);
            drop(held);
        };
        let thread = thread::Builder::new().name("supporty-writer".to_owned()).spawn(run)?;
        Ok(Self(Worker { queue: Some(queue), threads: vec![thread] }))
    }

    /// Runs work in a transaction. Work that fails is undone alone.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_then(doing, work, |_| ()).await
    }

    /// The same, and something that is done once it was kept, before anything else is asked of the database, whether
    /// or not the caller still waits.
    pub(super) async fn write_then<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, Error> {
        self.0.ask(doing, work, then, |job| Task::Write(job, Keeping::ForEver)).await
    }

    /// The same for work that need not outlive the process: it does not wait for the disk.
    pub(super) async fn lease<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.0.ask(doing, work, |_| (), |job| Task::Write(job, Keeping::WhileItRuns)).await
    }

    /// Runs work between transactions.
    pub(super) async fn alone<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.0.ask(doing, work, |_| (), Task::Alone).await
    }
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let mut worker = Worker { queue: Some(queue), threads: Vec::new() };
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            let run = move || read_all(&connection, &jobs);
            worker.threads.push(thread::Builder::new().name("supporty-reader".to_owned()).spawn(run)?);
        }
        Ok(Self(worker))
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.0.ask(doing, work, |_| (), |job| job).await
    }
}

/// Threads and their queue. Dropping it lets them finish what is queued and waits for them.
struct Worker<T> {
    queue: Option<Sender<T>>,
    threads: Vec<JoinHandle<()>>,
}

impl<T> Worker<T> {
    async fn ask<R: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Outcome<R> + Send + 'static,
        then: impl FnOnce(&R) + Send + 'static,
        task: impl FnOnce(Job) -> T,
    ) -> Result<R, Error> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = match connection {
                Ok(connection) => work(connection).map_err(|fault| fault.while_doing(doing)),
                Err(error) => Err(sql_error(doing, error)),
            };
            let kept = result.is_ok();
            let answer = move |end: Result<(), &rusqlite::Error>| {
                let result = match end {
                    Err(error) if kept => Err(sql_error(doing, error)),
                    Ok(()) | Err(_) => result,
                };
                if let Ok(kept) = &result {
                    then(kept);
                }
                // Nobody waits for the answer when the caller was cancelled.
                let _ = sender.send(result);
            };
            Done { kept, answer: Box::new(answer) }
        });
        let sent = self.queue.as_ref().and_then(|queue| queue.send(task(job)).ok());
        sent.ok_or_else(|| stopped(doing))?;
        receiver.await.map_err(|_| stopped(doing))?
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A thread that ended badly has nothing left to wait for.
            let _ = thread.join();
        }
    }
}

fn read_all(connection: &Connection, jobs: &Mutex<Receiver<Job>>) {
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(job) = next() {
        (job(Ok(connection)).answer)(Ok(()));
    }
}

fn write_all(connection: &Connection, durability: Durability, tasks: &Receiver<Task>) {
    let mut next = tasks.recv().ok();
    while let Some(task) = next.take() {
        match task {
            Task::Alone(job) => (job(Ok(connection)).answer)(Ok(())),
            Task::Write(job, keeping) => next = write_batch(connection, durability, (job, keeping), tasks),
        }
        next = next.or_else(|| tasks.recv().ok());
    }
}

/// Writes that job and those that have queued up behind it; hands back the first task that is not one of them.
fn write_batch(
    connection: &Connection,
    durability: Durability,
    (first, mut keeping): (Job, Keeping),
    tasks: &Receiver<Task>,
) -> Option<Task> {
    let mut jobs = VecDeque::from([first]);
    let mut rest = None;
    while jobs.len() < MOST_PER_COMMIT && rest.is_none() {
        match tasks.try_recv() {
            Ok(Task::Write(job, kept)) => {
                jobs.push_back(job);
                keeping = keeping.max(kept);
            }
            Ok(alone) => rest = Some(alone),
            Err(_) => break,
        }
    }
    let mut done = Vec::new();
    let synced = keeping == Keeping::ForEver && durability == Durability::Full;
    let written = write_jobs(connection, synced, &mut jobs, &mut done);
    if written.is_err() && !connection.is_autocommit() {
        // Should this fail too, so does the next `begin`, and says so.
        let _ = connection.execute_batch("rollback");
    }
    if let Err(error) = &written {
        done.extend(jobs.into_iter().map(|job| job(Err(error))));
    }
    for done in done {
        (done.answer)(written.as_ref().copied());
    }
    rest
}

/// Takes from the jobs as far as it gets.
///
/// What is not synced is synced with the next batch that is, since they share one log.
fn write_jobs(
    connection: &Connection,
    synced: bool,
    jobs: &mut VecDeque<Job>,
    done: &mut Vec<Done>,
) -> rusqlite::Result<()> {
    connection.execute_batch(match synced {
        true => "pragma synchronous = full; begin immediate",
        false => "pragma synchronous = normal; begin immediate",
    })?;
    while let Some(job) = jobs.pop_front() {
        connection.execute_batch("savepoint job")?;
        let finished = job(Ok(connection));
        let end = if finished.kept { "release job" } else { "rollback to job; release job" };
        done.push(finished);
        if connection.is_autocommit() {
            return Err(undone());
        }
        connection.execute_batch(end)?;
    }
    connection.execute_batch("commit")
}

/// After some errors (a full disk, say) SQLite ends the whole transaction by itself, and with it the other jobs'.
fn undone() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT), None)
}
