use serde::Serialize;
use supporty_core::adapter::Unreadable;
use supporty_core::vocab::Time;

use super::origin::Origin;
use super::{Conclusion, Delivery, What, keys};
use crate::ids::Sha;

/// A workflow of GitHub Actions that began or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowRun {
    /// The run's number, unique on the host.
    pub id: u64,
    /// Which try it is, from 1: a run that is started again keeps its number.
    pub attempt: u64,
    /// What the workflow is called.
    pub name: String,
    /// The file that it stands in, `.github/workflows/deploy.yml`: it stays when the name changes.
    pub path: String,
    /// What set it off: `push`, `schedule`.
    pub event: String,
    /// The branch that it runs for.
    pub branch: Option<String>,
    /// The commit.
    pub sha: Option<Sha>,
    /// When this try began.
    pub started_at: Time,
    /// Where it stands.
    pub state: RunState,
    /// Where people look at it.
    pub url: String,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It waits for a machine.
    Requested,
    /// It runs.
    InProgress,
    /// It ended; like that, if GitHub says so.
    Completed(Option<Conclusion>),
}

/// The checks that one app makes of a commit, which all ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckSuite {
    /// Its number, unique on the host.
    pub id: u64,
    /// The short name of the app that makes them: `github-actions`.
    pub app: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The commit.
    pub sha: Option<Sha>,
    /// How they ended.
    pub conclusion: Option<Conclusion>,
    /// The numbers of the pull requests that the commit is in; none, if it came from a fork.
    pub pull_requests: Vec<u64>,
}

pub(super) fn read_run(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let part = origin.body.part("workflow_run");
    // The action, since `status` may be older than it.
    let state = match origin.action() {
        "requested" => RunState::Requested,
        "in_progress" => RunState::InProgress,
        "completed" => RunState::Completed(part.text("conclusion").map(Conclusion::new)),
        _ => return origin.passes(),
    };
    let path = part.text("path").unwrap_or_else(|| origin.body.part("workflow").words("path"));
    let run = WorkflowRun {
        id: part.need_number("id")?,
        attempt: part.number("run_attempt").unwrap_or(1),
        name: part.words("name").to_owned(),
        path: path.to_owned(),
        event: part.words("event").to_owned(),
        branch: part.text("head_branch").map(str::to_owned),
        sha: Sha::of(part, "head_sha"),
        started_at: part.need_time(&["run_started_at", "created_at"])?,
        url: part.words("html_url").to_owned(),
        state,
    };
    let at = part.need_time(&["updated_at", "run_started_at", "created_at"])?;
    let key = origin.key("workflow-run", &[&run.id, &run.attempt, &origin.action()])?;
    origin.fact(key, at, What::WorkflowRun(run))
}

/// `requested` and `rerequested` ask apps to check something: we check nothing.
pub(super) fn read_suite(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    if origin.action() != "completed" {
        return origin.passes();
    }
    let part = origin.body.part("check_suite");
    let suite = CheckSuite {
        id: part.need_number("id")?,
        app: part.part("app").text("slug").map(str::to_owned),
        branch: part.text("head_branch").map(str::to_owned),
        sha: Sha::of(part, "head_sha"),
        conclusion: part.text("conclusion").map(Conclusion::new),
        pull_requests: part.list("pull_requests").filter_map(|change| change.number("number")).collect(),
    };
    let at = part.need_time(&["updated_at", "created_at"])?;
    let key = origin.key("check-suite", &[&suite.id, &"completed", &keys::stamp(at)])?;
    origin.fact(key, at, What::CheckSuite(suite))
}
