use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use supporty_core::adapter::{
    Check, Error, ErrorKind, NewIssue, Piece, Retry, Vcs, VcsCapability, VcsRef, Within,
};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{Change, ChangeState, Time};

use crate::api::Api;
use crate::check;
use crate::config::Config;
use crate::error::Failure;
use crate::ids::RepositoryId;
use crate::inbound::App;
use crate::known::Known;
use crate::marker;
use crate::methods::{Method, RepositoryRef, Request};
use crate::render;
use crate::tokens::Credentials;

/// How many of ours are asked for at once.
const PAGE: u32 = 100;
/// How many pages are looked through, newest first: what was written a moment ago stands on the first.
const PAGES: u32 = 5;
/// What an id of a comment begins with, as its address does: the numbers of comments are others than those of issues.
const COMMENT: &str = "issuecomment-";

/// GitHub as the code host of a desk: `dedupes`, `labels` and `checks`.
///
/// Every issue and comment of ours ends with the [mark](crate::marker) of its effect, and is looked for by it before it is
/// written again: among the newest of the repository, or below what it was written to, and never by GitHub's search, which
/// finds what is new only later.
///
/// A check is a check run if we are a GitHub App, which alone
/// [may make them](https://docs.github.com/en/rest/checks/runs#create-a-check-run), and the status of a commit with any other
/// token. Both stand in nobody's way: the one is neutral, the other a success.
pub struct GitHub {
    api: Api,
    config: Arc<Config>,
    known: Mutex<Known>,
    /// Who we are, once we have asked.
    us: Mutex<Option<App>>,
}

/// An issue or a change.
struct At {
    repository: RepositoryId,
    number: u64,
}

impl GitHub {
    /// GitHub for a desk that is set up like that.
    pub fn new(api: Api, config: Arc<Config>) -> Self {
        Self { api, config, known: Mutex::default(), us: Mutex::default() }
    }

    /// How it is set up.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A repository has that name, as a delivery says. Nobody has to ask for it then.
    pub fn learn(&self, id: RepositoryId, name: &str) {
        self.api.learn(id, name);
    }

    /// Who we are, by which what we wrote is known again in what GitHub tells.
    pub async fn us(&self) -> Result<App, Error> {
        let known = self.us.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(us) = known {
            return Ok(us);
        }
        let us = check::us(&self.api).await?;
        *self.us.lock().unwrap_or_else(PoisonError::into_inner) = Some(us.clone());
        Ok(us)
    }

    /// Writes something of ours once, and answers with where it stands.
    async fn once(&self, effect: &EffectId, within: Within, request: Request) -> Result<VcsRef, Error> {
        let name = effect.to_string();
        // Whoever asked before may have given up waiting while it was being written.
        if self.known().begin(&name)
            && let Some(found) = self.find(effect.clone(), within.clone()).await?
        {
            return Ok(found);
        }
        let written = self.write(&within, request.named(&name)).await;
        match &written {
            Ok(at) => self.known().write(&name, at.clone()),
            Err(error) if error.kind != ErrorKind::Unknown => self.known().not_written(&name),
            Err(_) => {}
        }
        written
    }

    async fn write(&self, within: &Within, request: Request) -> Result<VcsRef, Error> {
        let (method, repository) = (request.method, request.repository.clone());
        let answer = self.api.call(&request).await?.body;
        let labels = request.body.as_ref().and_then(|body| body.get("labels"));
        let dropped = dropped(labels, answer.get("labels"));
        if !dropped.is_empty() {
            // It stands there: an error would say that it does not.
            tracing::warn!(labels = dropped.len(), "an issue has not all of its labels: {NO_LABELS}");
        }
        let (field, prefix) = match within {
            Within::Repository(_) => ("number", ""),
            Within::Below(_) => ("id", COMMENT),
        };
        let (Some(RepositoryRef::Number(repository)), Some(id)) =
            (repository, answer.get(field).and_then(Value::as_u64))
        else {
            return Err(Failure::Garbled(method).into());
        };
        Ok(VcsRef { repository: repository.to_string(), id: format!("{prefix}{id}") })
    }

    async fn set_state(&self, at: &VcsRef, state: &str) -> Result<(), Error> {
        let At { repository, number } = self.at(at).await?;
        let request = on(repository, Method::IssueUpdate, number).saying(json!({ "state": state }));
        self.api.call(&request.named(format!("{state}/{repository}/{number}"))).await?;
        Ok(())
    }

    /// Looks for an issue of ours, newest first.
    async fn look_in(&self, repository: RepositoryId, effect: &EffectId) -> Result<Option<VcsRef>, Error> {
        let (us, at) = (self.us().await?, RepositoryRef::Number(repository));
        for page in 1..=PAGES {
            let request = Request::on(&at, Method::Issues, &[]).with("state", "all").with("sort", "created");
            let request = request.with("direction", "desc").with("per_page", PAGE).with("page", page);
            let answer = self.api.call(&request).await?;
            let mut issues = answer.body.as_array().into_iter().flatten();
            let ours = issues.find(|issue| issue.get("pull_request").is_none() && wrote(&us, issue, effect));
            if let Some(number) = ours.and_then(|issue| issue.get("number")?.as_u64()) {
                return Ok(Some(VcsRef { repository: repository.to_string(), id: number.to_string() }));
            }
            if answer.page("next", "page").is_none() {
                break;
            }
        }
        Ok(None)
    }

    /// Looks for a comment of ours. GitHub lists the oldest first, so the last pages are asked for.
    async fn look_below(&self, at: &At, effect: &EffectId) -> Result<Option<VcsRef>, Error> {
        let us = self.us().await?;
        let request = |page: u32| {
            on(at.repository, Method::Comments, at.number).with("per_page", PAGE).with("page", page)
        };
        let ours = |body: &Value| {
            let mut comments = body.as_array()?.iter();
            let id = comments.find(|comment| wrote(&us, comment, effect))?.get("id")?.as_u64()?;
            Some(VcsRef { repository: at.repository.to_string(), id: format!("{COMMENT}{id}") })
        };
        let first = self.api.call(&request(1)).await?;
        let last = first.page("last", "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        for page in (2..=last).rev().take(PAGES as usize) {
            if let Some(found) = ours(&self.api.call(&request(page)).await?.body) {
                return Ok(Some(found));
            }
        }
        Ok(ours(&first.body))
    }

    /// The check run of a name on a commit, if we made one.
    async fn check_run(&self, at: &At, sha: &str, name: &str) -> Result<Option<u64>, Error> {
        let repository = RepositoryRef::Number(at.repository);
        let request = Request::on(&repository, Method::CheckRuns, &[&sha]).with("check_name", name);
        let request = match self.api.credentials() {
            Credentials::App(app) => request.with("app_id", app.id()),
            Credentials::Token(_) => request,
        };
        let answer = self.api.call(&request.with("per_page", PAGE)).await?.body;
        let runs = answer.get("check_runs").and_then(Value::as_array).into_iter().flatten();
        let mut named = runs.filter(|run| run.get("name").and_then(Value::as_str) == Some(name));
        Ok(named.find_map(|run| run.get("id")?.as_u64()))
    }

    async fn repository(&self, repository: &str) -> Result<RepositoryId, Error> {
        let at = RepositoryRef::parse(repository).ok_or_else(|| nowhere("looking for a repository"))?;
        Ok(self.api.number(&at).await?)
    }

    async fn at(&self, at: &VcsRef) -> Result<At, Error> {
        let number = at.id.parse().map_err(|_| nowhere("looking for an issue"))?;
        Ok(At { repository: self.repository(&at.repository).await?, number })
    }

    fn body(&self, effect: &EffectId, pieces: &[Piece]) -> String {
        render::body(pieces, self.config.ticket_urls.first().map(String::as_str), effect)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vcs for GitHub {
    fn capability(&self) -> VcsCapability {
        let mut can = VcsCapability::default();
        can.dedupes = true;
        can.labels = true;
        can.checks = true;
        can
    }

    /// Labels that GitHub has not yet it [makes](https://github.com/github/docs/issues/35718). Those that we may not give it
    /// [drops](https://docs.github.com/en/rest/issues/issues#create-an-issue) without a word: the issue is opened without them,
    /// and a log says so.
    async fn open_issue(&self, effect: EffectId, issue: NewIssue) -> Result<VcsRef, Error> {
        if let Some(at) = self.known().written(&effect.to_string()) {
            return Ok(at);
        }
        let repository = self.repository(&issue.repository).await?;
        let (title, whole) = render::title(&issue.title);
        let pieces: Vec<_> = whole.into_iter().map(Piece::Quote).chain(issue.body).collect();
        let request = Request::on(&RepositoryRef::Number(repository), Method::IssueCreate, &[]);
        let body = self.body(&effect, &pieces);
        let request = request.saying(json!({ "title": title, "body": body, "labels": issue.labels }));
        self.once(&effect, Within::Repository(repository.to_string()), request).await
    }

    async fn comment(&self, effect: EffectId, on_: VcsRef, body: Vec<Piece>) -> Result<VcsRef, Error> {
        if let Some(at) = self.known().written(&effect.to_string()) {
            return Ok(at);
        }
        let At { repository, number } = self.at(&on_).await?;
        let body = self.body(&effect, &body);
        let request = on(repository, Method::CommentCreate, number).saying(json!({ "body": body }));
        self.once(&effect, Within::Below(on_), request).await
    }

    async fn close(&self, issue: VcsRef) -> Result<(), Error> {
        self.set_state(&issue, "closed").await
    }

    async fn reopen(&self, issue: VcsRef) -> Result<(), Error> {
        self.set_state(&issue, "open").await
    }

    async fn label(&self, on_: VcsRef, labels: Vec<String>) -> Result<(), Error> {
        let At { repository, number } = self.at(&on_).await?;
        let request = on(repository, Method::LabelsAdd, number).saying(json!({ "labels": labels }));
        let answer = self.api.call(&request.named(format!("label/{repository}/{number}"))).await?.body;
        match dropped(Some(&json!(labels)), Some(&answer)).is_empty() {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Forbidden, Retry::Never, NO_LABELS)),
        }
    }

    async fn check(&self, on_: VcsRef, check: Check) -> Result<(), Error> {
        let at = self.at(&on_).await?;
        let change = self.api.call(&on(at.repository, Method::PullRequest, at.number)).await?.body;
        let sha = change.pointer("/head/sha").and_then(Value::as_str);
        let sha = sha.ok_or(Failure::Garbled(Method::PullRequest))?;
        let name = check.ticket.to_string();
        let desk = self.config.ticket_urls.first().filter(|url| render::is_web(url));
        let url = desk.map(|url| format!("{url}{name}"));
        let repository = RepositoryRef::Number(at.repository);
        let title = render::description(&check.title);
        let request = if matches!(self.api.credentials(), Credentials::App(_)) {
            let mut said = json!({
                "name": name, "external_id": name,
                "status": "completed", "conclusion": "neutral",
                "output": { "title": title, "summary": render::line(&check.title) },
            });
            if let (Some(url), Some(said)) = (url, said.as_object_mut()) {
                said.insert("details_url".to_owned(), url.into());
            }
            match self.check_run(&at, sha, &name).await? {
                Some(run) => Request::on(&repository, Method::CheckRunUpdate, &[&run]).saying(said),
                None => {
                    if let Some(said) = said.as_object_mut() {
                        said.insert("head_sha".to_owned(), sha.into());
                    }
                    Request::on(&repository, Method::CheckRunCreate, &[]).saying(said)
                }
            }
        } else {
            let mut said = json!({ "state": "success", "context": name, "description": title });
            if let (Some(url), Some(said)) = (url, said.as_object_mut()) {
                said.insert("target_url".to_owned(), url.into());
            }
            Request::on(&repository, Method::StatusCreate, &[&sha]).saying(said)
        };
        self.api.call(&request.named(format!("check/{}/{}/{}", at.repository, at.number, name))).await?;
        Ok(())
    }

    async fn find(&self, effect: EffectId, within: Within) -> Result<Option<VcsRef>, Error> {
        let found = match &within {
            Within::Repository(repository) => {
                self.look_in(self.repository(repository).await?, &effect).await?
            }
            Within::Below(on) => self.look_below(&self.at(on).await?, &effect).await?,
        };
        if let Some(at) = &found {
            self.known().write(&effect.to_string(), at.clone());
        }
        Ok(found)
    }

    /// Its id stays the one that was asked for, also where an issue was transferred to another repository; its name and its
    /// address are those that it has now.
    async fn look(&self, at: VcsRef) -> Result<Change, Error> {
        let At { repository, number } = self.at(&at).await?;
        let entity = self.api.call(&on(repository, Method::Issue, number)).await?.body;
        let id = VcsRef { repository: repository.to_string(), id: number.to_string() }.on(&self.config.name);
        let garbled = || Failure::Garbled(Method::Issue);
        change(&entity, id).ok_or_else(|| garbled().into())
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("api", &self.api).field("config", &self.config).finish_non_exhaustive()
    }
}

const NO_LABELS: &str =
    "putting labels on an issue, which needs the permission `issues=write` or push access";

fn on(repository: RepositoryId, method: Method, number: u64) -> Request {
    Request::on(&RepositoryRef::Number(repository), method, &[&number])
}

fn nowhere(doing: &str) -> Error {
    Error::new(ErrorKind::NotFound, Retry::Never, doing)
}

/// Whether we wrote something for an effect: anybody may write our mark, but only we are taken for us.
fn wrote(us: &App, item: &Value, effect: &EffectId) -> bool {
    let body = item.get("body").and_then(Value::as_str).unwrap_or_default();
    check::is_us(us, item) && marker::find(body).as_ref() == Some(effect)
}

/// The labels that were asked for and are not there. GitHub makes no difference between capitals and small letters.
fn dropped(asked: Option<&Value>, there: Option<&Value>) -> Vec<String> {
    let name = |label: &Value| {
        let name = label.as_str().or_else(|| label.get("name")?.as_str());
        name.map(str::to_lowercase)
    };
    let names = |labels: Option<&Value>| -> Vec<String> {
        labels.and_then(Value::as_array).into_iter().flatten().filter_map(name).collect()
    };
    let there = names(there);
    names(asked).into_iter().filter(|label| !there.contains(label)).collect()
}

/// An issue, or a pull request, which GitHub lists as an issue too.
fn change(entity: &Value, id: supporty_core::vocab::ChangeId) -> Option<Change> {
    let text = |at: &str| entity.pointer(at).and_then(Value::as_str);
    let time = |at: &str| text(at).and_then(|time| time.parse::<Time>().ok());
    let as_of = time("/updated_at").or_else(|| time("/created_at"))?;
    let closed = time("/closed_at").unwrap_or(as_of);
    let is_change = entity.get("pull_request").is_some_and(|part| !part.is_null());
    let state = match (text("/state")?, time("/pull_request/merged_at")) {
        (_, Some(at)) => ChangeState::Merged { at },
        ("closed", None) if is_change => ChangeState::Dropped { at: closed },
        ("closed", None) => ChangeState::Closed { at: closed },
        _ => ChangeState::Open,
    };
    let mut names = text("/repository_url")?.rsplit('/');
    let (name, owner) = (names.next()?, names.next()?);
    let label = format!("{owner}/{name}#{}", entity.get("number")?.as_u64()?);
    let url = text("/html_url")?.to_owned();
    Some(Change { id, label, url, state, opened_at: time("/created_at")?, as_of })
}
