use std::sync::Arc;

use supporty_core::adapter::{Commit, Error, ErrorKind};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::types::Type;

use super::database::{Database, get};
use super::step::Step;
use crate::news::News;
use crate::shared::{corrupt, handled_before, overtaken};

/// The most commits that share one transaction.
const MOST_PER_WRITE: usize = 64;
/// And what they may amount to, in bytes.
const LARGEST_WRITE: usize = 1 << 20;

const DOING: &str = "committing a step";

struct Job {
    commit: Arc<Commit>,
    step: String,
    answer: oneshot::Sender<Result<(), Error>>,
}

/// The one of this process that commits. Whatever queues up while it waits for the database is written with the next
/// round trip, in one transaction.
pub(super) struct Writer {
    desk: i32,
    queue: mpsc::UnboundedSender<Job>,
}

impl Writer {
    /// It ends when the store is dropped.
    pub(super) fn start(db: Database, news: Arc<News>) -> Self {
        let (queue, mut jobs) = mpsc::unbounded_channel();
        let desk = db.desk;
        tokio::spawn(async move {
            let mut next = jobs.recv().await;
            while let Some(first) = next.take() {
                let batch;
                (batch, next) = gather(first, &mut jobs);
                write(&db, batch).await;
                news.tell();
                if next.is_none() {
                    next = jobs.recv().await;
                }
            }
        });
        Self { desk, queue }
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<(), Error> {
        let step = Step::of(self.desk, &commit)?.json()?;
        let (answer, answered) = oneshot::channel();
        let stopped = || super::fault::lost(DOING);
        self.queue.send(Job { commit: Arc::new(commit), step, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// What has queued up behind a job, and what did not fit any more.
fn gather(first: Job, jobs: &mut mpsc::UnboundedReceiver<Job>) -> (Vec<Job>, Option<Job>) {
    let mut size = first.step.len();
    let mut batch = vec![first];
    while batch.len() < MOST_PER_WRITE {
        let Ok(job) = jobs.try_recv() else { break };
        size += job.step.len();
        if size > LARGEST_WRITE {
            return (batch, Some(job));
        }
        batch.push(job);
    }
    (batch, None)
}

/// What fails as a whole is tried one by one, so that what is wrong with one commit is nothing to the others.
async fn write(db: &Database, batch: Vec<Job>) {
    match ask(db, &batch).await {
        Ok(refusals) => {
            for (job, refused) in batch.into_iter().zip(refusals) {
                answer(job, refused);
            }
        }
        Err(error) if batch.len() == 1 || error.kind == ErrorKind::Unavailable => {
            let (kind, retry) = (error.kind, error.retry);
            for job in batch {
                // Nobody waits for the answer when the caller was cancelled.
                let _ = job.answer.send(Err(Error::new(kind, retry, error.doing.clone())));
            }
        }
        Err(_) => {
            for job in batch {
                let alone = vec![job];
                Box::pin(write(db, alone)).await;
            }
        }
    }
}

/// Says of each commit what was in its way, if anything.
async fn ask(db: &Database, batch: &[Job]) -> Result<Vec<Option<String>>, Error> {
    let steps: Vec<_> = batch.iter().map(|job| job.step.as_str()).collect();
    let steps = format!("[{}]", steps.join(","));
    let sql = "select supporty.write($1, $2::jsonb)";
    let written = db.rows_and_tell(DOING, sql, &[(&steps, Type::TEXT)]).await?;
    written.first().map_or_else(|| Err(corrupt(DOING)), |row| get(row, 0))
}

fn answer(job: Job, refused: Option<String>) {
    let Job { commit, answer, .. } = job;
    let result = match refused.as_deref() {
        None => Ok(()),
        Some(refused) => Err(refusal(&commit, refused)),
    };
    // Nobody waits for the answer when the caller was cancelled.
    let _ = answer.send(result);
}

fn refusal(commit: &Commit, refused: &str) -> Error {
    let stream = refused.strip_prefix("stream ").and_then(|name| name.parse().ok());
    match (stream, &commit.handled) {
        (Some(stream), _) => {
            let append = commit.appends.iter().find(|append| append.stream == stream);
            overtaken(&stream, append.map_or(0, |append| append.after))
        }
        (None, Some(handled)) => handled_before(&handled.key),
        (None, None) => Error::conflict(DOING),
    }
}
