//! The workers' processes, and the lines to them.

use std::collections::HashMap;
use std::io::BufRead;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use supporty_core::adapter::{Answer, Inbound};
use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};

use super::platform::Platform;
use super::wire::{Ask, Done, Hello, Job, Order, read, write};

pub(crate) struct Fleet {
    job: Job,
    workers: Vec<Worker>,
    platform: Arc<Platform>,
    asked: Mutex<HashMap<u64, oneshot::Sender<Option<Answer>>>>,
    numbers: AtomicU64,
    log: Log,
    pub(crate) started: AtomicU64,
}

/// What the workers logged, line by line.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.lines().push(String::from_utf8_lossy(line).into_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Worker {
    process: Mutex<Option<Child>>,
    orders: Mutex<Option<mpsc::UnboundedSender<Order>>>,
    cut: watch::Sender<u64>,
}

impl Fleet {
    pub(crate) fn new(count: usize, job: Job, platform: Arc<Platform>, listener: TcpListener) -> Arc<Self> {
        let worker =
            |_| Worker { process: Mutex::default(), orders: Mutex::default(), cut: watch::Sender::new(0) };
        let fleet = Arc::new(Self {
            job,
            // One more line, for the test itself.
            workers: (0..=count).map(worker).collect(),
            platform,
            asked: Mutex::default(),
            numbers: AtomicU64::new(0),
            log: Log::default(),
            started: AtomicU64::new(0),
        });
        let weak = Arc::downgrade(&fleet);
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let Some(fleet) = weak.upgrade() else { return };
                tokio::spawn(fleet.attends(line));
            }
        });
        fleet
    }

    pub(crate) fn count(&self) -> usize {
        self.workers.len() - 1
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn start(&self, number: usize) {
        let job = Job { worker: number, ..self.job.clone() };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", super::WORKER, "--ignored", "--nocapture"]).env("RUST_BACKTRACE", "0");
        command.env(super::JOB, serde_json::to_string(&job).unwrap());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
        let log = self.log.clone();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| log.lines().push(line));
        });
        *self.workers[number].process.lock().unwrap() = Some(child);
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn kill(&self, number: usize) {
        if let Some(mut child) = self.workers[number].process.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Says whether the process was there: it may have been killed while it stood still.
    pub(crate) fn signal(&self, number: usize, signal: &str) -> bool {
        let process = self.workers[number].process.lock().unwrap();
        process.as_ref().is_some_and(|child| {
            let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
            sent.unwrap().success()
        })
    }

    /// Cuts it off from its chats, wherever it is.
    pub(crate) fn cut(&self, number: usize) {
        self.workers[number].cut.send_modify(|count| *count += 1);
    }

    /// Tells all to stop, and waits until they have.
    pub(crate) async fn dismiss(&self) {
        for (number, worker) in self.workers.iter().enumerate() {
            if let Some(orders) = worker.orders.lock().unwrap().take() {
                let _ = orders.send(Order::Stop);
            }
            let Some(mut child) = worker.process.lock().unwrap().take() else { continue };
            let mut tries = 0;
            let ended = loop {
                match child.try_wait().unwrap() {
                    Some(ended) => break ended,
                    None if tries < 200 => tokio::time::sleep(Duration::from_millis(50)).await,
                    None => {
                        let _ = child.kill();
                    }
                }
                tries += 1;
            };
            assert!(ended.success(), "worker {number} did not end well when it was told to: {ended}");
        }
    }

    /// Asks a worker; nothing if it does not answer soon, or could not do it.
    pub(crate) async fn ask(&self, worker: usize, inbound: Inbound, soon: Duration) -> Option<Answer> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.asked.lock().unwrap().insert(number, answer);
        let order = Order::Handle { number, inbound: Box::new(inbound) };
        let sent = self.workers[worker].orders.lock().unwrap().as_ref().map(|orders| orders.send(order));
        let answer = match sent {
            Some(Ok(())) => tokio::time::timeout(soon, answered).await.ok().and_then(Result::ok).flatten(),
            _ => None,
        };
        self.asked.lock().unwrap().remove(&number);
        answer
    }

    async fn attends(self: Arc<Self>, line: TcpStream) {
        let (reading, writing) = line.into_split();
        let mut reading = BufReader::new(reading);
        match read(&mut reading).await {
            Ok(Some(Hello::Desk { worker })) => self.leads(worker, reading, writing).await,
            Ok(Some(Hello::Chat { worker })) => self.chats(worker, reading, writing).await,
            _ => {}
        }
    }

    async fn leads(
        &self,
        worker: usize,
        mut reading: BufReader<tokio::net::tcp::OwnedReadHalf>,
        mut writing: tokio::net::tcp::OwnedWriteHalf,
    ) {
        let (orders, mut ordered) = mpsc::unbounded_channel::<Order>();
        *self.workers[worker].orders.lock().unwrap() = Some(orders);
        let writes = async {
            while let Some(order) = ordered.recv().await {
                if write(&mut writing, &order).await.is_err() {
                    return;
                }
            }
            // A worker that is told to stop says the rest first.
            std::future::pending::<()>().await;
        };
        let reads = async {
            while let Ok(Some(Done { number, answer })) = read(&mut reading).await {
                if let Some(asked) = self.asked.lock().unwrap().remove(&number) {
                    let _ = asked.send(answer);
                }
            }
        };
        tokio::select! { () = writes => {}, () = reads => {} }
    }

    async fn chats(
        &self,
        worker: usize,
        mut reading: BufReader<tokio::net::tcp::OwnedReadHalf>,
        mut writing: tokio::net::tcp::OwnedWriteHalf,
    ) {
        let mut cut = self.workers[worker].cut.subscribe();
        loop {
            let asked = tokio::select! {
                asked = read::<Ask>(&mut reading) => asked,
                _ = cut.changed() => return,
            };
            let Ok(Some(ask)) = asked else { return };
            // What was asked is done, whether or not anybody still waits for it.
            let platform = Arc::clone(&self.platform);
            let answering = tokio::spawn(async move { platform.answer(worker, ask).await });
            let said = tokio::select! {
                said = answering => said,
                _ = cut.changed() => return,
            };
            let Ok(Some(said)) = said else { return };
            if write(&mut writing, &said).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        (0..self.workers.len()).for_each(|number| self.kill(number));
    }
}
