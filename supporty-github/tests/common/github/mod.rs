//! A stand-in for GitHub that keeps what it is told, shows it as GitHub would, and misbehaves as GitHub does.

pub mod missed;
mod reading;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub use missed::Missed;
pub use reading::{mentions, reads};

pub const TOKEN: &str = "ghp_a-secret";
/// The token of the installation of an app.
pub const INSTALLED: &str = "ghs_another-secret";
/// Who the token's owner is.
const US: u64 = 99;
/// The account in whose name an app writes, and the app.
const BOT: u64 = 98;
pub const APP: u64 = 4711;

/// What happens to the next write instead of what should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It is done, and the answer is lost on the way.
    LostAfter,
    /// Nothing is done: a server broke before.
    Broken,
    /// The secondary limit, with a time to wait in seconds.
    Limited(u64),
    /// The labels that it brings are dropped without a word.
    NoLabels,
}

/// Everything that stands there. One repository is enough: `acme/shop`, number 7.
#[derive(Debug, Default)]
pub struct World {
    /// Its name; requests under another one that it had are sent on.
    pub name: String,
    pub issues: BTreeMap<u64, Issue>,
    pub comments: Vec<Comment>,
    /// By commit and context.
    pub statuses: BTreeMap<(String, String), String>,
    /// The same, as an app says it: commit, name and title of each.
    pub check_runs: Vec<(String, String, String)>,
    pub mishaps: VecDeque<Mishap>,
    /// What may be read of what nobody was told.
    pub missed: Missed,
    /// After so many more reads the rest has to wait for a second.
    pub reads_left: Option<usize>,
    /// Method and path of every request.
    pub requests: Vec<String>,
    /// Method, path with its query, and body of every request.
    pub bodies: Vec<(String, String, String)>,
    last: u64,
}

#[derive(Debug, Clone)]
pub struct Issue {
    pub title: String,
    pub body: String,
    pub closed: bool,
    pub labels: Vec<String>,
    pub is_change: bool,
    pub by: u64,
}

#[derive(Debug, Clone)]
pub struct Comment {
    pub id: u64,
    pub on: u64,
    pub body: String,
    pub by: u64,
}

/// A running one. It ends with the test.
#[derive(Clone)]
pub struct StandIn {
    world: Arc<Mutex<World>>,
    pub base: String,
}

impl StandIn {
    pub async fn start() -> Self {
        let world = World { name: "acme/shop".to_owned(), ..World::default() };
        let world = Arc::new(Mutex::new(world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().fallback(serve).with_state(Arc::clone(&world));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, base }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Somebody else opens a change there.
    pub fn opens(&self, title: &str) -> u64 {
        let mut world = self.world();
        world.issue(Issue {
            title: title.to_owned(),
            body: String::new(),
            closed: false,
            labels: Vec::new(),
            is_change: true,
            by: 1,
        })
    }
}

impl World {
    fn issue(&mut self, issue: Issue) -> u64 {
        self.last += 1;
        self.issues.insert(self.last, issue);
        self.last
    }

    /// Title, text and comments, as a person reads them.
    pub fn seen(&self, number: u64) -> Vec<String> {
        let issue = &self.issues[&number];
        let comments = self.comments.iter().filter(|comment| comment.on == number);
        let below = comments.map(|comment| reads(&comment.body));
        [issue.title.clone(), reads(&issue.body)].into_iter().chain(below).collect()
    }

    fn shown(&self, number: u64) -> Value {
        let issue = &self.issues[&number];
        let labels: Vec<_> = issue.labels.iter().map(|label| json!({ "name": label })).collect();
        let kind = if issue.is_change { "pull" } else { "issues" };
        let closed = issue.closed.then_some("2026-03-02T11:00:00Z");
        let mut shown = json!({
            "number": number, "title": issue.title, "body": issue.body, "labels": labels,
            "state": if issue.closed { "closed" } else { "open" }, "closed_at": closed,
            "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T10:00:00Z",
            "html_url": format!("https://github.com/{}/{kind}/{number}", self.name),
            "user": user(issue.by),
            "repository_url": format!("https://api.github.com/repos/{}", self.name),
        });
        if issue.is_change {
            shown["pull_request"] = json!({ "merged_at": null });
            shown["head"] = json!({ "sha": sha(number) });
        }
        shown
    }
}

pub fn sha(number: u64) -> String {
    format!("{number:040x}")
}

async fn serve(
    State(world): State<Arc<Mutex<World>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = world.lock().unwrap();
    world.requests.push(format!("{method} {}", uri.path()));
    let text = String::from_utf8(body.to_vec()).unwrap();
    world.bodies.push((method.to_string(), uri.to_string(), text));
    let token = headers.get(header::AUTHORIZATION).and_then(|token| token.to_str().ok()).unwrap_or_default();
    // The app itself shows a token of its own, which has three parts.
    let is_app = uri.path().starts_with("/app") || uri.path().ends_with("/installation");
    let by = match token.strip_prefix("Bearer ") {
        Some(token) if is_app && token.split('.').count() == 3 => BOT,
        Some(TOKEN) if !is_app => US,
        Some(INSTALLED) if !is_app => BOT,
        _ => return refused(401, "Bad credentials"),
    };
    match world.reads_left {
        Some(0) => {
            let mut answer = refused(403, "API rate limit exceeded");
            answer.headers_mut().insert(header::RETRY_AFTER, 1.into());
            return answer;
        }
        left => world.reads_left = left.map(|left| left - 1),
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let parts: Vec<&str> = uri.path().trim_start_matches('/').split('/').collect();
    let rest = match parts.as_slice() {
        ["user"] if by == US => {
            return (StatusCode::OK, json!({ "id": US, "login": "desk-bot" }).to_string()).into_response();
        }
        ["repos", owner, name, rest @ ..] if format!("{owner}/{name}") == world.name => rest,
        ["repos", "acme", "old", rest @ ..] => {
            let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
            let to = format!("/repositories/7{rest}");
            return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response();
        }
        ["repositories", "7", rest @ ..] => rest,
        other => return world.missed.answer(other, uri.query().unwrap_or_default(), &world.name),
    };
    let mishap = if method == Method::GET { None } else { world.mishaps.pop_front() };
    match mishap {
        Some(Mishap::Broken) => return refused(502, "Bad Gateway"),
        Some(Mishap::Limited(seconds)) => {
            let mut answer = refused(403, "You have exceeded a secondary rate limit.");
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            return answer;
        }
        _ => {}
    }
    let answer = world.answer(&method, rest, uri.query().unwrap_or_default(), &body, mishap, by);
    if mishap == Some(Mishap::LostAfter) { refused(502, "Bad Gateway") } else { answer }
}

impl World {
    fn answer(
        &mut self,
        method: &Method,
        rest: &[&str],
        query: &str,
        body: &Value,
        mishap: Option<Mishap>,
        by: u64,
    ) -> Response {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let number = |part: &str| part.parse::<u64>().unwrap_or_default();
        let longest = text("body").chars().count() > 65_536 || text("title").chars().count() > 256;
        if longest {
            return refused(422, "Validation Failed");
        }
        let labels: Vec<String> = body["labels"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|_| mishap != Some(Mishap::NoLabels))
            .filter_map(|label| label.as_str().map(str::to_owned))
            .collect();
        match (method.as_str(), rest) {
            ("GET", ["installation"]) => said(200, &json!({ "id": 5 })),
            ("GET", []) => said(200, &missed::repository(&self.name)),
            ("POST", ["issues"]) => {
                let (title, body) = (text("title"), text("body"));
                let number = self.issue(Issue { title, body, closed: false, labels, is_change: false, by });
                said(201, &self.shown(number))
            }
            ("GET", ["issues"]) => {
                let newest: Vec<_> = self.issues.keys().rev().map(|number| self.shown(*number)).collect();
                page(newest, query)
            }
            (_, ["issues", at, ..]) if !self.issues.contains_key(&number(at)) => refused(404, "Not Found"),
            ("GET", ["issues", at]) => said(200, &self.shown(number(at))),
            ("PATCH", ["issues", at]) => {
                let issue = self.issues.get_mut(&number(at)).unwrap();
                issue.closed = text("state") == "closed";
                said(200, &self.shown(number(at)))
            }
            ("GET", ["issues", at, "comments"]) => {
                let below = self.comments.iter().filter(|comment| comment.on == number(at));
                page(below.map(comment).collect(), query)
            }
            ("POST", ["issues", at, "comments"]) => {
                let id = 1_000 + self.comments.len() as u64;
                let made = Comment { id, on: number(at), body: text("body"), by };
                self.comments.push(made.clone());
                said(201, &comment(&made))
            }
            ("POST", ["issues", at, "labels"]) => {
                let issue = self.issues.get_mut(&number(at)).unwrap();
                issue.labels.extend(labels);
                issue.labels.sort();
                issue.labels.dedup();
                said(200, &self.shown(number(at))["labels"])
            }
            ("GET", ["pulls", at]) if self.issues.get(&number(at)).is_some_and(|issue| issue.is_change) => {
                said(200, &self.shown(number(at)))
            }
            ("GET", rest @ ["pulls" | "deployments" | "compare" | "hooks", ..]) => {
                self.missed.answer_in_repository(rest, query)
            }
            ("GET", ["commits", commit, "check-runs"]) if by == BOT => {
                let named: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
                let here = self.check_runs.iter().enumerate().filter(|(_, (at, name, _))| {
                    at == commit && named.get("check_name").is_none_or(|wanted| wanted == name)
                });
                let here: Vec<_> = here.map(|(id, (_, name, _))| json!({ "id": id, "name": name })).collect();
                said(200, &json!({ "total_count": here.len(), "check_runs": here }))
            }
            ("POST", ["check-runs"]) if by == BOT => {
                let title = body["output"]["title"].as_str().unwrap_or_default().to_owned();
                self.check_runs.push((text("head_sha"), text("name"), title));
                said(201, &json!({ "id": self.check_runs.len() - 1 }))
            }
            ("PATCH", ["check-runs", at]) if by == BOT => {
                let title = body["output"]["title"].as_str().unwrap_or_default().to_owned();
                self.check_runs[number(at) as usize].2 = title;
                said(200, &json!({ "id": number(at) }))
            }
            ("POST", ["statuses", commit]) if by == US => {
                self.statuses.insert(((*commit).to_owned(), text("context")), text("description"));
                said(201, &json!({ "id": 1, "state": "success" }))
            }
            _ => refused(404, "Not Found"),
        }
    }
}

fn user(id: u64) -> Value {
    match id {
        BOT => json!({ "id": BOT, "login": "desk[bot]", "type": "Bot" }),
        id => json!({ "id": id, "login": "somebody", "type": "User" }),
    }
}

fn comment(comment: &Comment) -> Value {
    json!({ "id": comment.id, "body": comment.body, "user": user(comment.by) })
}

/// A page of a list, with where the next and the last one are.
fn page(all: Vec<Value>, query: &str) -> Response {
    let (size, number) = (asked(query, "per_page").unwrap_or(30).min(100), asked(query, "page").unwrap_or(1));
    let last = all.len().div_ceil(size).max(1);
    let shown: Vec<_> = all.into_iter().skip((number - 1) * size).take(size).collect();
    let mut answer = said(200, &json!(shown));
    if number < last {
        let to = |page: usize, rel: &str| {
            format!("<http://127.0.0.1/x?page={page}&per_page={size}>; rel=\"{rel}\"")
        };
        let link = format!("{}, {}", to(number + 1, "next"), to(last, "last"));
        answer.headers_mut().insert(header::LINK, link.parse().unwrap());
    }
    answer
}

/// A number that a query has under a name.
fn asked(query: &str, name: &str) -> Option<usize> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok())
}

fn said(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
}

fn refused(status: u16, message: &str) -> Response {
    said(status, &json!({ "message": message }))
}
