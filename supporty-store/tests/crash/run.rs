//! One run: people and chaos, then calm, then what must hold.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use supporty_core::adapter::Maintenance;
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::stream::EffectId;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::check;
use super::dice::Dice;
use super::fleet::Fleet;
use super::people::People;
use super::place::Place;
use super::platform::Platform;
use super::wire::{Fast, Job};
use super::worker::{desk, longest_delivery};

const POLICY: &str = include_str!("policy.toml");

/// A lease is two seconds of the host's.
const FASTER: i32 = 30;
const LEASE: Duration = Duration::from_secs(2);
/// As many tickets are worked on at once.
const AT_ONCE: usize = 64;

pub(crate) struct Run {
    pub(crate) place: Place,
    pub(crate) workers: usize,
    pub(crate) looks: bool,
    pub(crate) tickets: u64,
}

pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// What was done to the workers.
#[derive(Default)]
struct Toll {
    kills: u64,
    stops: u64,
    cuts: u64,
    restarts: u64,
    interruptions: Vec<Interruption>,
}

/// For so long a worker may not have been able to write down what it had done.
pub(crate) struct Interruption {
    /// All of them if there is none.
    pub(crate) worker: Option<usize>,
    pub(crate) from: Instant,
    pub(crate) until: Instant,
}

impl Run {
    pub(crate) fn play(self) {
        // One at a time: they would take each other's processors, and stand still for longer than a lease by themselves.
        static ALONE: Mutex<()> = Mutex::new(());
        let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seed = number("SUPPORTY_SEED", 1);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(self.run(seed));
    }

    async fn run(&self, seed: u64) {
        let began = Instant::now();
        self.place.prepare().await;
        let dice = Arc::new(Dice::new(seed));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let clock = Fast::start("2026-01-09T15:00:00Z".parse().unwrap(), FASTER);
        let job = Job {
            worker: self.workers,
            test: listener.local_addr().unwrap().to_string(),
            store: self.place.name(),
            clock,
            looks: self.looks,
            policy: POLICY.to_owned(),
        };
        let platform = Arc::new(Platform::new(self.looks, Arc::clone(&dice), longest_delivery(&clock)));
        let fleet = Fleet::new(self.workers, job.clone(), Arc::clone(&platform), listener);
        (0..self.workers).for_each(|worker| fleet.start(worker));

        let sent = Mutex::default();
        let people = Arc::new(People { fleet: Arc::clone(&fleet), dice: Arc::clone(&dice), clock, sent });
        let toll = self.chaos(&fleet, &dice, &people).await;
        let busy = began.elapsed();

        platform.calm.store(true, Ordering::SeqCst);
        let (desk, maintenance) = self.settle(&fleet, &job).await;
        check::nothing_is_left(&maintenance.statistics().await.unwrap(), desk.now());
        assert_eq!(maintenance.check().await.unwrap(), Vec::<String>::new());
        let sent = people.sent.lock().unwrap().clone();
        let (tickets, broken) = check::tickets(&desk, &sent).await;
        let repeated = named(&fleet, "may be there twice");
        let queued = self.place.queued().await;
        let twice = check::shown(&platform, &queued, &repeated);
        check::repeats_have_a_cause(&platform, &named(&fleet, "was not delivered"), &toll.interruptions);
        assert!(!self.looks || repeated.is_empty(), "who looks repeats nothing: {repeated:?}");
        assert!(broken > 0, "there was something to be late for");
        println!(
            "seed {seed}: {tickets} tickets ({broken} broke a promise), {} deliveries and {} effects in {busy:.1?}, with \
             {} kills, {} stops, {} cuts, {} hang-ups and {} restarts of the database; {} things on the platforms, {twice} of them twice of {} \
             that may be; {:.1?} in all",
            sent.len(),
            queued.len(),
            toll.kills,
            toll.stops,
            toll.cuts,
            platform.hung_up.load(Ordering::Relaxed),
            toll.restarts,
            platform.shown().len(),
            repeated.len(),
            began.elapsed(),
        );
    }

    /// Everything goes wrong until the people have done what they wanted.
    async fn chaos(&self, fleet: &Arc<Fleet>, dice: &Dice, people: &Arc<People>) -> Toll {
        let mut toll = Toll::default();
        let (at_once, done) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(AtomicU64::new(0)));
        let mut lives = tokio::task::JoinSet::new();
        for ticket in 0..self.tickets {
            let (people, at_once, done) = (Arc::clone(people), Arc::clone(&at_once), Arc::clone(&done));
            lives.spawn(async move {
                let _turn = at_once.acquire().await.unwrap();
                people.live(ticket).await;
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        while !lives.is_empty() {
            let pause = tokio::time::sleep(Duration::from_millis(200 + dice.roll(1200)));
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    () = &mut pause => break,
                    Some(life) = lives.join_next() => life.unwrap(),
                    else => break,
                }
            }
            let worker = usize::try_from(dice.roll(self.workers as u64)).unwrap();
            // Each of them once, then as chance will have it.
            let chance = match toll.kills + toll.stops + toll.cuts {
                0 => 0,
                1 => 4,
                2 => 6,
                _ => dice.roll(8),
            };
            let from = Instant::now();
            match chance {
                0..=3 => {
                    fleet.kill(worker);
                    fleet.start(worker);
                    toll.kills += 1;
                    toll.interrupted(Some(worker), from, Instant::now());
                }
                4 | 5 if fleet.signal(worker, "-STOP") => {
                    toll.stops += 1;
                    let fleet = Arc::clone(fleet);
                    let still = LEASE + Duration::from_millis(300 + dice.roll(1500));
                    toll.interrupted(Some(worker), from, from + still);
                    tokio::spawn(async move {
                        tokio::time::sleep(still).await;
                        fleet.signal(worker, "-CONT");
                    });
                }
                _ => {
                    fleet.cut(worker);
                    toll.cuts += 1;
                }
            }
            if let Place::Server(cluster) = &self.place
                && toll.restarts == 0
                && done.load(Ordering::Relaxed) >= self.tickets / 2
            {
                let from = Instant::now();
                tokio::task::block_in_place(|| cluster.crash_and_restart());
                toll.restarts += 1;
                toll.interrupted(None, from, Instant::now());
            }
        }
        toll
    }

    /// The workers end what they have, then time passes for one more until nothing is left to do.
    async fn settle(&self, fleet: &Fleet, job: &Job) -> (Desk, Arc<dyn Maintenance>) {
        for worker in 0..self.workers {
            fleet.signal(worker, "-CONT");
        }
        tokio::time::sleep(LEASE * 2).await;
        fleet.dismiss().await;
        let log = fleet.log().clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone());
        let _logged = tracing::subscriber::set_default(subscriber.finish());
        let clock = Arc::new(ManualClock::new(job.clock.now() + TimeDelta::minutes(2)));
        let (desk, store, maintenance) = desk(job, Arc::clone(&clock) as Arc<dyn Clock>).await;
        desk.work().await.unwrap();
        let end = clock.now() + TimeDelta::days(2);
        while let Some(wake) = store.next_wake().await.unwrap().filter(|wake| *wake <= end) {
            clock.set(wake.max(clock.now()) + TimeDelta::seconds(5));
            desk.work().await.unwrap();
        }
        clock.set(end);
        desk.work().await.unwrap();
        assert!(desk.work().await.unwrap().is_idle(), "everything that is due is done");
        (desk, maintenance)
    }
}

impl Toll {
    fn interrupted(&mut self, worker: Option<usize>, from: Instant, until: Instant) {
        self.interruptions.push(Interruption { worker, from, until });
    }
}

/// How often the workers logged that of which effect.
fn named(fleet: &Fleet, that: &str) -> HashMap<EffectId, usize> {
    let mut named = HashMap::new();
    for line in fleet.log().lines().iter().filter(|line| line.contains(that)) {
        let words = line.split_whitespace().find_map(|word| word.strip_prefix("effect="));
        *named.entry(words.unwrap().parse().unwrap()).or_default() += 1;
    }
    named
}
