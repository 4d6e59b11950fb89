//! A process that works for a desk until it is told to stop, is killed, or the test is gone.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use chrono::TimeDelta;
use supporty_core::adapter::{
    Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Maintenance, Post, Retry, Show, Store,
};
use supporty_core::desk::{Clock, Desk};
use supporty_core::policy::Policy;
use supporty_core::stream::EffectId;
use supporty_core::vocab::{AdapterName, Time};
use supporty_store::{PostgresOptions, Sqlite};
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::wire::{Ask, Done, Fast, Hello, Job, Order, Said, What, read, write};

/// A third of a lease: as a minute of the desk's clock is to 20 seconds.
pub(crate) fn longest_delivery(clock: &Fast) -> Duration {
    Duration::from_secs(20) / clock.times.unsigned_abs()
}

impl Fast {
    fn host() -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        i64::try_from(now.as_micros()).unwrap()
    }

    pub(crate) fn start(began: Time, times: i32) -> Self {
        Self { host: Self::host(), began, times }
    }
}

#[async_trait]
impl Clock for Fast {
    fn now(&self) -> Time {
        self.began + TimeDelta::microseconds(Self::host() - self.host) * self.times
    }

    async fn sleep_until(&self, at: Time) {
        let left = (at - self.now()).to_std().unwrap_or(Duration::ZERO);
        tokio::time::sleep(left / self.times.unsigned_abs()).await;
    }
}

/// A platform of the test, over the network.
pub(crate) struct Remote {
    name: AdapterName,
    worker: usize,
    test: String,
    capability: ChatCapability,
    line: Mutex<Option<(BufReader<OwnedReadHalf>, OwnedWriteHalf)>>,
}

impl Remote {
    pub(crate) fn new(name: &str, cards: bool, job: &Job) -> Self {
        let mut capability = ChatCapability::default();
        capability.cards = cards;
        capability.direct = true;
        capability.dedupes = job.looks;
        let (worker, test) = (job.worker, job.test.clone());
        Self { name: name.into(), worker, test, capability, line: Mutex::default() }
    }

    async fn connect(&self) -> std::io::Result<(BufReader<OwnedReadHalf>, OwnedWriteHalf)> {
        let (reading, mut writing) = TcpStream::connect(&self.test).await?.into_split();
        write(&mut writing, &Hello::Chat { worker: self.worker }).await?;
        Ok((BufReader::new(reading), writing))
    }

    /// A call that is given up takes its connection with it.
    async fn ask(&self, doing: &str, what: What) -> Result<Option<Delivered>, Error> {
        let mut kept = self.line.lock().await;
        let unavailable = || Error::new(ErrorKind::Unavailable, Retry::Backoff, doing);
        let unknown = || Error::new(ErrorKind::Unknown, Retry::Backoff, doing);
        let (mut reading, mut writing) = match kept.take() {
            Some(line) => line,
            None => self.connect().await.map_err(|_| unavailable())?,
        };
        write(&mut writing, &Ask { platform: self.name.clone(), what }).await.map_err(|_| unknown())?;
        let said = read(&mut reading).await.ok().flatten().ok_or_else(unknown)?;
        *kept = Some((reading, writing));
        match said {
            Said::At(place) => Ok(Some(Delivered { place })),
            Said::Nothing => Ok(None),
            Said::Unavailable => Err(unavailable()),
            Said::Busy => {
                Err(Error::new(ErrorKind::RateLimited, Retry::After(Duration::from_secs(2)), doing))
            }
        }
    }
}

#[async_trait]
impl Chat for Remote {
    fn capability(&self) -> ChatCapability {
        self.capability
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        Ok(self.ask("showing a card", What::Show(Box::new(show))).await?.expect("a place"))
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        Ok(self.ask("posting a message", What::Tell(Box::new(post))).await?.expect("a place"))
    }

    async fn find(&self, effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        self.ask("looking for a message", What::Find(effect)).await
    }
}

pub(crate) async fn open(place: &str) -> Result<(Arc<dyn Store>, Arc<dyn Maintenance>), Error> {
    if place.starts_with("postgres:") {
        let store = Arc::new(PostgresOptions::new(place)?.connections(6).open().await?);
        return Ok((Arc::clone(&store) as _, store));
    }
    let store = Arc::new(Sqlite::open(place)?);
    Ok((Arc::clone(&store) as _, store))
}

/// Tries for as long as a server may need to start.
pub(crate) async fn desk(job: &Job, clock: Arc<dyn Clock>) -> (Desk, Arc<dyn Store>, Arc<dyn Maintenance>) {
    for _ in 0..600 {
        let built = async {
            let (store, maintenance) = open(&job.store).await?;
            let builder = Desk::builder(Arc::clone(&store)).policy(Policy::from_toml(&job.policy).unwrap());
            let builder = builder.clock(Arc::clone(&clock)).delivery_timeout(longest_delivery(&job.clock));
            let builder = builder.chat("local".into(), Arc::new(Remote::new("local", true, job)));
            let builder = builder.chat("pager".into(), Arc::new(Remote::new("pager", false, job)));
            Ok::<_, supporty_core::desk::DeskError>((builder.build().await?, store, maintenance))
        };
        match built.await {
            Ok(built) => return built,
            Err(error) => {
                tracing::warn!(%error, "the store does not open");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    panic!("the store {} never opened", job.store);
}

pub(crate) fn work(job: &Job) {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (reading, mut writing) = TcpStream::connect(&job.test).await.unwrap().into_split();
        write(&mut writing, &Hello::Desk { worker: job.worker }).await.unwrap();
        let (desk, ..) = desk(job, Arc::new(job.clock)).await;
        let (answers, mut answered) = mpsc::unbounded_channel::<Done>();
        tokio::spawn(async move {
            while let Some(done) = answered.recv().await {
                let _ = write(&mut writing, &done).await;
            }
        });
        let (stop, stopped) = oneshot::channel();
        let handles = desk.clone();
        tokio::spawn(async move {
            let mut reading = BufReader::new(reading);
            while let Ok(Some(Order::Handle { number, inbound })) = read(&mut reading).await {
                let (desk, answers) = (handles.clone(), answers.clone());
                tokio::spawn(async move {
                    let answer = desk.handle(*inbound).await;
                    let answer = answer.inspect_err(|error| tracing::warn!(%error, "not handled")).ok();
                    let _ = answers.send(Done { number, answer });
                });
            }
            let _ = stop.send(());
        });
        desk.run(async {
            let _ = stopped.await;
        })
        .await;
    });
}
