//! What nobody was told is fetched: over HTTP from a stand-in for GitHub, into a desk.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use chrono::TimeDelta;
use common::app_key;
use common::github::missed::delivery as failed;
use common::github::{StandIn, TOKEN};
use common::octo::{Delivery, pull, sha, signed, status};
use serde_json::{Value, json};
use supporty_core::adapter::{About, Form, Inbound};
use supporty_core::desk::{Clock, Desk, ManualClock, SystemClock};
use supporty_core::policy::Policy;
use supporty_core::service::{Contents, Service};
use supporty_core::ticket::{Command, Ticket};
use supporty_core::vocab::{Bond, Identity, ServiceId, TicketKey, Time};
use supporty_github::inbound::{App, WebhookSecrets};
use supporty_github::{Api, AppKey, CaughtUp, Config, Credentials, Front, Request};
use supporty_store::Memory;

const SECRET: &str = "It's a Secret to Everybody";
const POLICY: &str = "
[people.oli]
name = \"Oli\"
identities = [{ adapter = \"github\", user = \"oli\" }, { adapter = \"local\", user = \"oli\" }]
[squads.web]
members = [\"oli\"]
[services.shop]
squad = \"web\"
";
const HOOK: &str = "https://desk.example/github";
const NOW: &str = "2026-03-02T12:00:00Z";
const MERGED: &str = "2026-03-02T10:30:00Z";
const DEPLOYED: &str = "2026-03-02T11:00:00Z";

struct Bench {
    desk: Desk,
    front: Front,
    github: StandIn,
    clock: Arc<ManualClock>,
}

impl Bench {
    async fn new() -> Self {
        Self::with(Config { webhook_url: Some(HOOK.to_owned()), ..Config::default() }, None).await
    }

    async fn with(config: Config, app: Option<AppKey>) -> Self {
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let github = StandIn::start().await;
        github.world().name = "octo/shop".to_owned();
        github.world().missed.hook = Some(format!("{HOOK}/"));
        let desk = desk(Arc::clone(&clock) as _).await;
        let credentials = app.map_or_else(|| Credentials::Token(TOKEN.into()), Credentials::App);
        let api =
            Api::at(&github.base, credentials).unwrap().with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let front = Front::new(desk.clone(), config, App::default(), WebhookSecrets::new(SECRET)).asking(api);
        Self { desk, front, github, clock }
    }

    /// As GitHub delivers it when all is well.
    async fn delivers(&self, (event, delivery, body): &Delivery) {
        let signature = signed(SECRET, body);
        let request = Request { event, delivery, signature: &signature, body: body.as_bytes() };
        assert_eq!(self.front.receive(request).await.status, 200);
    }

    /// GitHub tried that in vain.
    fn failed(&self, id: u64, at: &str, what: &Delivery) {
        self.github.world().missed.deliveries.insert(0, failed(id, at, 502, what));
    }

    async fn catch_up(&self) -> CaughtUp {
        self.front.catch_up(self.clock.now() - TimeDelta::days(14)).await
    }

    async fn ticket(&self) -> Ticket {
        self.desk.work().await.unwrap();
        self.desk.ticket("SUP-1".parse().unwrap()).await.unwrap().unwrap()
    }

    async fn shop(&self) -> Service {
        self.desk.service(&ServiceId::new("shop")).await.unwrap()
    }

    fn asked(&self, what: &str) -> usize {
        self.github.world().requests.iter().filter(|request| request.contains(what)).count()
    }
}

async fn desk(clock: Arc<dyn Clock>) -> Desk {
    let desk = Desk::builder(Arc::new(Memory::new()))
        .policy(Policy::from_toml(POLICY).unwrap())
        .clock(Arc::clone(&clock))
        .build()
        .await
        .unwrap();
    let rita = Identity::new("local", "rita");
    let opens = Inbound::open("open".into(), rita, Form::new("It is down", "P2"), clock.now()).unwrap();
    let answer = desk.handle(opens).await.unwrap();
    assert_eq!(answer.ticket, Some("SUP-1".parse::<TicketKey>().unwrap()));
    desk
}

/// The part of a delivery by that name, as GitHub's lists show it.
fn part((_, _, body): &Delivery, name: &str) -> Value {
    serde_json::from_str::<Value>(body).unwrap()[name].clone()
}

/// Two fixes that were merged and deployed, as they can be read afterwards.
fn shows(github: &StandIn) {
    let missed = &mut github.world().missed;
    for (number, at) in [(41, "2026-02-24T09:00:00Z"), (42, MERGED)] {
        let mut shown = part(&pull(number, "Fixes SUP-1", at, true), "pull_request");
        shown["merge_commit_sha"] = json!(common::github::sha(number));
        // Lists leave these out.
        for left_out in ["merged", "merged_by"] {
            shown.as_object_mut().unwrap().remove(left_out);
        }
        missed.pulls.insert(0, shown);
    }
    for (id, commit, at) in [(8, 'd', "2026-02-24T10:00:00Z"), (9, 'e', DEPLOYED)] {
        let told = status(id, commit, at, "success");
        missed.deployments.insert(0, part(&told, "deployment"));
        let mut begun = part(&told, "deployment_status");
        begun["state"] = json!("in_progress");
        begun["id"] = json!(id * 10 - 1);
        missed.statuses.insert(id, vec![part(&told, "deployment_status"), begun]);
    }
}

#[tokio::test]
async fn a_delivery_that_was_never_received_is_fetched() {
    for app in [None, Some(app_key())] {
        let bench =
            Bench::with(Config { webhook_url: Some(HOOK.to_owned()), ..Config::default() }, app).await;
        let earlier = "2026-03-02T08:00:00Z";
        bench.failed(1, MERGED, &pull(42, "Fixes SUP-1", MERGED, true));
        bench.failed(2, DEPLOYED, &status(9, 'a', DEPLOYED, "success"));
        let fine = ("ping", "fine".to_owned(), "{}".to_owned());
        bench.github.world().missed.deliveries.push(failed(3, earlier, 200, &fine));
        let caught_up = bench.catch_up().await;
        assert_eq!((caught_up.deliveries, caught_up.new), (2, 3), "{caught_up}");
        assert_eq!((&caught_up.problems, caught_up.again), (&Vec::new(), None));
        let ticket = bench.ticket().await;
        assert!(ticket.is_fixed(), "{:?}", ticket.changes);
        assert_eq!(bench.shop().await.deployed.len(), 1);
        let health = bench.front.health();
        assert_eq!(health.last_delivery, Some(earlier.parse().unwrap()));
        assert_eq!(
            health.to_string(),
            "GitHub was heard of last at 2026-03-02T08:00:00Z; what was missed was looked for at \
             2026-03-02T12:00:00Z: 3 things were."
        );
        let again = bench.catch_up().await;
        assert_eq!((again.deliveries, again.new), (2, 0));
    }
}

#[tokio::test]
async fn what_was_received_changes_nothing() {
    let bench = Bench::new().await;
    let story = [pull(42, "Fixes SUP-1", MERGED, true), status(9, 'a', DEPLOYED, "success")];
    for one in &story {
        bench.delivers(one).await;
    }
    let (ticket, shop) = (bench.ticket().await, bench.shop().await);
    // We answered too late for GitHub, a redelivery went well, and all of it can be read too.
    bench.failed(1, MERGED, &story[0]);
    bench.failed(2, DEPLOYED, &story[1]);
    bench.github.world().missed.deliveries.insert(0, failed(3, DEPLOYED, 200, &story[1]));
    let mut shown = part(&story[0], "pull_request");
    // Somebody wrote below it since.
    shown["updated_at"] = json!("2026-03-02T11:30:00Z");
    bench.github.world().missed.pulls.push(shown);
    bench.github.world().missed.deployments.push(part(&story[1], "deployment"));
    let caught_up = bench.catch_up().await;
    assert_eq!((caught_up.deliveries, caught_up.new), (1, 0), "one of them was taken the second time");
    assert_eq!(bench.ticket().await, ticket);
    assert_eq!(bench.shop().await, shop);
    assert_eq!(bench.asked("/statuses"), 0, "nothing can become of what was deployed");
}

#[tokio::test]
async fn an_outage_of_a_week_is_read_from_what_stands_there() {
    for app in [None, Some(app_key())] {
        let bench = Bench::with(Config::default(), app).await;
        shows(&bench.github);
        let caught_up = bench.catch_up().await;
        assert_eq!((caught_up.deliveries, caught_up.new, caught_up.problems), (0, 6, vec![]));
        let (ticket, shop) = (bench.ticket().await, bench.shop().await);
        assert!(ticket.is_fixed() && ticket.changes.len() == 2);
        assert_eq!((shop.merged.len(), shop.deployed.len()), (2, 2));
        assert_eq!(bench.catch_up().await.new, 0);
        assert_eq!((bench.ticket().await, bench.shop().await), (ticket, shop));
        // The same, delivered at last.
        bench.delivers(&pull(42, "Fixes SUP-1", MERGED, true)).await;
        bench.delivers(&status(9, 'e', DEPLOYED, "success")).await;
        assert_eq!(bench.shop().await.deployed.len(), 2);
    }
}

#[tokio::test]
async fn pages_are_turned_until_what_is_old() {
    let bench = Bench::new().await;
    let at = |minutes: i64| (NOW.parse::<Time>().unwrap() - TimeDelta::minutes(minutes)).to_rfc3339();
    for n in 0..250 {
        let shown = part(&pull(1_000 + n, "", &at(n as i64), true), "pull_request");
        let (event, _, body) = pull(2_000 + n, "", &at(n as i64), true);
        let mut world = bench.github.world();
        world.missed.pulls.push(shown);
        world.missed.deliveries.push(failed(n, &at(n as i64), 0, &(event, format!("guid-{n}"), body)));
    }
    let caught_up = bench.front.catch_up(at(149).parse().unwrap()).await;
    assert_eq!((caught_up.deliveries, caught_up.new), (150, 300), "{caught_up:?}");
    assert_eq!(bench.shop().await.merged.len(), 300);
    let lists = |path: &str| {
        let world = bench.github.world();
        world.requests.iter().filter(|request| request.ends_with(path)).count()
    };
    assert_eq!((lists("/pulls"), lists("/hooks/11/deliveries")), (2, 2));
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_the_same() {
    let bench = Bench::with(Config { repositories: vec!["7".to_owned()], ..Config::default() }, None).await;
    shows(&bench.github);
    assert_eq!(bench.catch_up().await.new, 6);
    let ticket = bench.ticket().await;
    bench.github.world().name = "octo/store".to_owned();
    let caught_up = bench.catch_up().await;
    assert_eq!(caught_up.problems, Vec::<String>::new());
    assert_eq!(bench.ticket().await, ticket);

    let config = Config { repositories: vec!["acme/old".to_owned()], ..Config::default() };
    let bench = Bench::with(config, None).await;
    shows(&bench.github);
    let caught_up = bench.catch_up().await;
    let problem = "`acme/old` is called `octo/shop` now: write that under `repositories`, or its number, 7";
    assert_eq!((caught_up.new, caught_up.problems), (0, vec![problem.to_owned()]));
}

#[tokio::test]
async fn a_limit_in_the_middle_puts_off_the_rest_and_loses_nothing() {
    let whole = Bench::new().await;
    let fill = |bench: &Bench| {
        shows(&bench.github);
        bench.failed(1, MERGED, &pull(43, "Fixes SUP-1", MERGED, true));
        bench.failed(2, DEPLOYED, &pull(44, "", DEPLOYED, true));
    };
    fill(&whole);
    whole.catch_up().await;
    let (ticket, shop) = (whole.ticket().await, whole.shop().await);
    let requests = whole.github.world().requests.len();
    assert!(requests > 10, "{requests}");
    for reads in 0..requests {
        let bench = Bench::new().await;
        fill(&bench);
        bench.github.world().reads_left = Some(reads);
        let first = bench.catch_up().await;
        assert_eq!(
            (first.again, first.problems),
            (Some(std::time::Duration::from_secs(1)), vec![]),
            "{reads}"
        );
        bench.github.world().reads_left = None;
        bench.clock.set(bench.clock.now() + TimeDelta::seconds(1));
        let second = bench.catch_up().await;
        assert_eq!((second.again, first.new + second.new), (None, 9), "{reads}");
        let (changes, after) = (bench.ticket().await.changes, bench.shop().await);
        assert_eq!(changes, ticket.changes, "{reads}");
        assert_eq!((after.merged, after.deployed), (shop.merged.clone(), shop.deployed.clone()), "{reads}");
    }
}

#[tokio::test]
async fn who_keeps_up_goes_on_after_a_limit() {
    let github = StandIn::start().await;
    github.world().name = "octo/shop".to_owned();
    let desk = desk(Arc::new(SystemClock)).await;
    let api = Api::at(&github.base, Credentials::Token(TOKEN.into())).unwrap();
    let front = Front::new(desk.clone(), Config::default(), App::default(), WebhookSecrets::new(SECRET));
    let now = desk.now().to_rfc3339();
    github.world().missed.pulls.push(part(&pull(42, "Fixes SUP-1", &now, true), "pull_request"));
    github.world().reads_left = Some(1);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let keeps_up = front.clone().asking(api);
    let keeping_up = tokio::spawn(async move { keeps_up.keep_up(async { drop(stopped.await) }).await });
    soon(async || front.health().caught_up.is_some_and(|caught_up| caught_up.again.is_some())).await;
    github.world().reads_left = None;
    soon(async || !desk.service(&ServiceId::new("shop")).await.unwrap().merged.is_empty()).await;
    stop.send(()).unwrap();
    keeping_up.await.unwrap();
}

/// Waits until something is so.
async fn soon(is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await.expect("it is so by now");
}

#[tokio::test]
async fn it_begins_where_github_was_heard_of_last() {
    let bench = Bench::new().await;
    bench.delivers(&pull(41, "", "2026-02-01T09:00:00Z", true)).await;
    for (number, at) in [(42, "2026-02-02T09:00:00Z"), (43, "2026-01-20T09:00:00Z")] {
        let shown = part(&pull(number, "Fixes SUP-1", at, true), "pull_request");
        bench.github.world().missed.pulls.push(shown);
    }
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let keeps_up = bench.front.clone();
    let keeping_up = tokio::spawn(async move { keeps_up.keep_up(async { drop(stopped.await) }).await });
    soon(async || bench.front.health().caught_up.is_some()).await;
    stop.send(()).unwrap();
    keeping_up.await.unwrap();
    let labels: Vec<_> = bench.ticket().await.changes.into_values().map(|known| known.change.label).collect();
    assert_eq!(labels, ["octo/shop#42"], "a month after the last that was heard, and nothing before that");
}

#[tokio::test]
async fn an_organizations_webhook_is_read_too() {
    let bench = Bench::new().await;
    {
        let missed = &mut bench.github.world().missed;
        (missed.hook, missed.organization_hook) = (None, Some(HOOK.to_owned()));
    }
    bench.failed(1, MERGED, &pull(42, "Fixes SUP-1", MERGED, true));
    let caught_up = bench.catch_up().await;
    assert_eq!((caught_up.deliveries, caught_up.new), (1, 2), "{caught_up}");
    assert_eq!((bench.asked("/orgs/octo/hooks/21/deliveries"), bench.ticket().await.changes.len()), (2, 1));
}

#[tokio::test]
async fn a_late_merge_does_not_take_back_what_was_said_since() {
    let bench = Bench::new().await;
    bench.delivers(&pull(42, "Fixes SUP-1", "2026-03-02T10:35:00Z", true)).await;
    let fixes = bench.shop().await.merged;
    bench.failed(1, MERGED, &pull(42, "", MERGED, true));
    bench.catch_up().await;
    assert_eq!(bench.shop().await.merged, fixes);
    bench.delivers(&status(9, 'a', DEPLOYED, "success")).await;
    assert!(bench.ticket().await.is_fixed());
}

#[tokio::test]
async fn what_can_not_be_compared_is_learned_all_the_same() {
    let bench = Bench::new().await;
    bench.github.world().missed.uncompared = true;
    shows(&bench.github);
    let caught_up = bench.catch_up().await;
    assert_eq!((caught_up.new, &caught_up.problems, caught_up.again), (6, &Vec::new(), None));
    assert_eq!((bench.shop().await.deployed.len(), bench.asked("/compare/")), (2, 1));
}

#[tokio::test]
async fn what_is_garbled_or_breaks_off_keeps_nothing_else_from_being_read() {
    let bench = Bench::new().await;
    bench.failed(1, "2026-03-02T09:00:00Z", &pull(41, "Fixes SUP-1", MERGED, true));
    for (id, payload) in
        [(2, json!(null)), (3, json!("<b>")), (4, json!({ "repository": [] })), (5, json!([[]]))]
    {
        bench.failed(id, "2026-03-02T09:30:00Z", &pull(100 + id, "Fixes SUP-1", MERGED, true));
        let mut world = bench.github.world();
        world.missed.deliveries[0]["request"]["payload"] = payload;
        world.missed.deliveries[0]["guid"] = json!(format!("garbled-{id}"));
    }
    bench.failed(6, "2026-03-02T09:40:00Z", &pull(106, "See SUP-1", MERGED, true));
    bench.failed(7, "2026-03-02T09:50:00Z", &pull(42, "Caused SUP-1", MERGED, true));
    {
        let mut world = bench.github.world();
        let missed = &mut world.missed;
        missed.broken = Some(6);
        missed.deliveries.insert(0, json!({ "id": "7" }));
        missed.deliveries.insert(0, json!(null));
        missed.pulls =
            vec![json!(null), json!({ "number": 1 }), part(&pull(43, "", MERGED, true), "pull_request")];
        missed.deployments = vec![json!("?"), part(&status(9, 'a', DEPLOYED, "success"), "deployment")];
        let told = part(&status(9, 'a', DEPLOYED, "success"), "deployment_status");
        missed.statuses.insert(9, vec![json!({ "id": 3 }), told, json!(7)]);
    }
    let caught_up = bench.catch_up().await;
    assert_eq!((caught_up.deliveries, caught_up.unreadable), (6, 8), "{caught_up:?}");
    assert_eq!((caught_up.problems.len(), caught_up.again.is_some()), (1, true));
    assert!(!caught_up.to_string().contains("<b>"));
    let labels: Vec<_> = bench.ticket().await.changes.into_values().map(|known| known.change.label).collect();
    assert_eq!(labels, ["octo/shop#41", "octo/shop#42"]);
    assert_eq!((bench.shop().await.merged.len(), bench.shop().await.deployed.len()), (3, 1));
    bench.github.world().missed.broken = None;
    bench.catch_up().await;
    assert_eq!(bench.ticket().await.changes.len(), 3);
}

#[tokio::test]
async fn what_a_person_made_of_a_change_stays() {
    let bench = Bench::new().await;
    let opened = pull(42, "Fixes SUP-1", "2026-03-02T09:00:00Z", false);
    bench.delivers(&opened).await;
    let change = bench.ticket().await.changes.into_values().next().unwrap().change;
    let link = Command::Link { bond: Bond::Mention, change };
    let about = About::Ticket("SUP-1".parse().unwrap());
    let oli = Identity::new("local", "oli");
    bench
        .desk
        .handle(Inbound::ask("by hand".into(), oli, about, link, bench.clock.now()))
        .await
        .unwrap()
        .outcome
        .unwrap();
    let mut shown = part(&opened, "pull_request");
    shown["updated_at"] = json!("2026-03-02T11:30:00Z");
    bench.github.world().missed.pulls.push(shown);
    assert_eq!(bench.catch_up().await.new, 0);
    let bonds: Vec<_> = bench.ticket().await.changes.into_values().map(|known| known.bond).collect();
    assert_eq!(bonds, [Bond::Mention]);
}

#[tokio::test]
async fn what_a_deployment_brought_and_when_a_change_was_begun_is_asked() {
    let bench = Bench::new().await;
    {
        let mut world = bench.github.world();
        let commit = |at: &str| json!({ "sha": sha('1'), "commit": { "author": { "date": at } } });
        let (first, later) = ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z");
        world.missed.commits.insert(42, vec![commit(first), commit(later)]);
        world.missed.commits.insert(43, vec![commit("2030-01-01T00:00:00Z")]);
        let mut brought: Vec<_> = (0..150).map(common::github::sha).collect();
        brought.push(sha('a'));
        world.missed.compared.insert(format!("{}...{}", sha('c'), sha('b')), brought);
    }
    bench.delivers(&pull(42, "", MERGED, true)).await;
    bench.delivers(&pull(43, "", MERGED, true)).await;
    let began: Vec<_> = bench.shop().await.merged.into_values().map(|merged| merged.began).collect();
    let (first, opened) = ("2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z");
    assert_eq!(began, [first, opened].map(|at| at.parse::<Time>().unwrap()), "no clock counts that is ahead");
    bench.delivers(&status(8, 'c', MERGED, "success")).await;
    bench.delivers(&status(9, 'b', DEPLOYED, "success")).await;
    bench.delivers(&status(10, 'b', "2026-03-02T11:10:00Z", "success")).await;
    bench.delivers(&status(11, 'f', "2026-03-02T11:20:00Z", "success")).await;
    let shop = bench.shop().await;
    let brought: Vec<_> = shop
        .history()
        .iter()
        .map(|past| match &past.deployment.contents {
            Contents::Commits(commits) => Some(commits.len()),
            _ => None,
        })
        .collect();
    assert_eq!(
        brought,
        [None, Some(151), Some(0), None],
        "nothing is known of the first, and of what is gone"
    );
    assert_eq!(bench.asked("/compare/"), 3);
}

#[tokio::test]
async fn who_can_not_ask_says_so() {
    let desk = desk(Arc::new(SystemClock)).await;
    let front = Front::new(desk, Config::default(), App::default(), WebhookSecrets::new(SECRET));
    assert_eq!(front.catch_up(Time::UNIX_EPOCH).await.problems.len(), 1);
    front.keep_up(async {}).await;
}
