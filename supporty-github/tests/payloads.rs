//! Other people's payloads: the examples that GitHub's own library for JavaScript is tested with. Read from where
//! `SUPPORTY_CASES` says; left out where it is not set.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

use std::path::{Path, PathBuf};

use supporty_github::Config;
use supporty_github::inbound::{
    App, CommentNews, Context, Delivery, InstallationNews, IssueNews, IssueState, NotForUs, PullRequestState,
    Pushed, ReleaseState, RepositoryNews, RunState, Unreadable, What, read,
};

/// What the payloads mean, by the beginning of the file's name. The longest that fits counts.
const MEANINGS: &[(&str, &str)] = &[
    ("check_run.", "kind check_run"),
    ("check_suite.completed.", "checks of changes success"),
    ("check_suite.completed.02", "checks of main success by github-actions"),
    ("check_suite.requested.", "action requested"),
    ("check_suite.rerequested.", "action rerequested"),
    ("commit_comment.", "kind commit_comment"),
    ("create.", "kind create"),
    ("delete.", "kind delete"),
    ("deployment.created.", "Hello-World to production: deploy"),
    ("deployment.created.02", "Hello-World to github-pages, not production: deploy by run 289782451"),
    ("deployment_status.created.", "Hello-World to production: deploy success"),
    (
        "deployment_status.created.02",
        "Hello-World to github-pages, not production: deploy by run 289782451 in_progress",
    ),
    ("github_app_authorization.", "kind github_app_authorization"),
    ("installation.created.", "installation 957387 of Codertocat created with Codertocat/Hello-World"),
    ("installation.deleted.", "installation 2 of octocat deleted"),
    ("installation.new_permissions_accepted.", "installation 957387 of Codertocat has new permissions"),
    ("installation.suspend.", "installation 16598467 of Codertocat suspended"),
    ("installation.unsuspend.", "installation 16598467 of Codertocat unsuspended"),
    ("installation_repositories.added.", "installation 957387 of Codertocat with Codertocat/Space"),
    ("installation_repositories.removed.", "installation 2 of octocat without octocat/Hello-World"),
    ("issue_comment.created.", "comment 492700400 on 1 created by Codertocat"),
    ("issue_comment.deleted.", "comment 492700400 on 1 deleted by Codertocat"),
    ("issue_comment.edited.", "comment 492700400 on 1 edited by Codertocat"),
    ("issues.assigned.", "action assigned"),
    ("issues.deleted.", "issue 1 closed deleted"),
    ("issues.demilestoned.", "action demilestoned"),
    ("issues.edited.", "issue 1 open edited"),
    ("issues.labeled.", "issue 1 open labelled bug"),
    ("issues.locked.", "action locked"),
    ("issues.milestoned.", "action milestoned"),
    ("issues.opened.", "issue 1 open opened"),
    ("issues.opened.04", "issue 1 open opened from octo-org/octo-repo#1"),
    ("issues.pinned.", "action pinned"),
    ("issues.reopened.", "issue 1 open reopened"),
    ("issues.transferred.", "issue 1 open transferred to Codertocat/Hello-World#1"),
    ("issues.unassigned.", "action unassigned"),
    ("issues.unlabeled.", "issue 1 open unlabelled bug"),
    ("issues.unlocked.", "action unlocked"),
    ("issues.unpinned.", "action unpinned"),
    ("label.", "kind label"),
    ("member.", "kind member"),
    ("merge_group.", "kind merge_group"),
    ("meta.", "kind meta"),
    ("milestone.", "kind milestone"),
    ("ping.", "ping of 109948940 for a Repository"),
    ("ping.04", "ping of 109948940 for a Organization"),
    ("pull_request.assigned.", "action assigned"),
    ("pull_request.closed.", "pull request 2 from changes closed"),
    (
        "pull_request.closed.merged.",
        "pull request 2 from changes merged as a21683865c088b5fe1906cf6552d15a285a4986d",
    ),
    ("pull_request.converted_to_draft.", "pull request 2 from changes draft"),
    ("pull_request.labeled.", "action labeled"),
    ("pull_request.locked.", "action locked"),
    ("pull_request.opened.", "pull request 2 from changes open"),
    ("pull_request.ready_for_review.", "pull request 2 from changes open"),
    ("pull_request.reopened.", "pull request 2 from changes open"),
    ("pull_request.review_request_removed.", "action review_request_removed"),
    ("pull_request.review_requested.", "action review_requested"),
    ("pull_request.synchronize.", "pull request 2 from changes open"),
    ("pull_request.unassigned.", "action unassigned"),
    ("pull_request.unlabeled.", "action unlabeled"),
    ("pull_request.unlocked.", "action unlocked"),
    ("pull_request_review.dismissed.", "review of 2 dismissed"),
    ("pull_request_review.submitted.", "review of 2 commented"),
    ("pull_request_review_comment.", "kind pull_request_review_comment"),
    ("push.01", "tag simple-tag made, 0 commits"),
    ("push.", "tag simple-tag deleted, 0 commits"),
    ("push.05", "default branch master made, 1 commits"),
    ("push.06", "default branch master made, 1 commits"),
    ("release.created.", "release 0.0.1 published"),
    ("release.deleted.", "release 0.0.1 deleted"),
    ("release.edited.", "release 0.0.1 published"),
    ("release.prereleased.", "prerelease 0.0.1 published"),
    ("release.published.", "release 0.0.1 published"),
    ("release.released.", "release 0.0.1 published"),
    ("repository.created.", "action created"),
    ("repository.edited.", "action edited"),
    ("repository.privatized.", "action privatized"),
    ("repository.publicized.", "action publicized"),
    ("repository.renamed.", "Octocoders/Hello-World renamed from Octocoders/Hello-World"),
    ("repository.transferred.", "Octocoders/Hello-World transferred from octocat/Hello-World"),
    ("repository_dispatch.", "kind repository_dispatch"),
    ("status.", "kind status"),
    ("workflow_job.", "kind workflow_job"),
    ("workflow_run.completed.01", "run 1589141559.1 ended None"),
    ("workflow_run.completed.", "run 289782451.1 ended success"),
    ("workflow_run.requested.", "run 289782451.1 requested"),
];

/// What a file is that is no payload.
const INDEX: &str = "index.json";

#[test]
fn every_example_of_githubs_own_library_means_what_it_should() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the payloads were not read");
        return;
    };
    let folder = Path::new(&cases).join("github/payloads");
    let files = files(&folder);
    assert!(files.len() >= 150, "{} files in {}", files.len(), folder.display());
    let (mut used, mut wrong) = (vec![false; MEANINGS.len()], Vec::new());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let fits = MEANINGS.iter().enumerate().filter(|(_, (prefix, _))| name.starts_with(prefix));
        let Some((line, (_, expected))) = fits.max_by_key(|(_, (prefix, _))| prefix.len()) else {
            wrong.push(format!("{name}: nobody says what it means"));
            continue;
        };
        used[line] = true;
        let understood = summary(understand(&name, &std::fs::read(&file).unwrap()));
        if understood != *expected {
            wrong.push(format!("{name}: expected {expected}, understood {understood}"));
        }
    }
    let unused = MEANINGS.iter().zip(used).filter(|(_, used)| !used).map(|((prefix, _), _)| *prefix);
    let unused: Vec<_> = unused.collect();
    assert!(wrong.is_empty() && unused.is_empty(), "{}\nnever used: {unused:?}", wrong.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| !path.ends_with(INDEX)).collect();
    files.sort();
    files
}

/// Reads a payload, as JSON and as a form, and looks at what is shown of it.
fn understand(name: &str, body: &[u8]) -> Result<Delivery, Unreadable> {
    let (config, app) = (Config::default(), App::default());
    let context = Context { config: &config, app: &app };
    let event = name.split('.').next().unwrap();
    let direct = read(&context, event, "72d3162e-cc78-11e3-81ab-4c9367dc0958", body);
    let text = std::str::from_utf8(body).unwrap();
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("payload", text).finish();
    assert_eq!(
        read(&context, event, "72d3162e-cc78-11e3-81ab-4c9367dc0958", form.as_bytes()),
        direct,
        "{name}"
    );
    if let Ok(delivery) = &direct {
        let shown = serde_json::to_string(delivery).unwrap() + &format!("{delivery:?}");
        for secret in ["smee.io", "api.github.com", "********", "@users.noreply"] {
            assert!(!shown.contains(secret), "{name} shows {secret}");
        }
        assert!(!shown.contains('\n'));
    }
    direct
}

fn summary(delivery: Result<Delivery, Unreadable>) -> String {
    match delivery {
        Err(Unreadable(why)) => format!("unreadable: {why}"),
        Ok(Delivery::Fact(fact)) => {
            assert!(fact.by.is_some() && fact.repository.id.0 > 0);
            what(&fact.what, &fact.repository.name)
        }
        Ok(Delivery::Installation(installation)) => {
            let names = |repositories: &[supporty_github::inbound::Repository]| {
                repositories.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(" ")
            };
            let news = match &installation.news {
                InstallationNews::Created { repositories } => format!("created with {}", names(repositories)),
                InstallationNews::Deleted => "deleted".to_owned(),
                InstallationNews::Suspended => "suspended".to_owned(),
                InstallationNews::Unsuspended => "unsuspended".to_owned(),
                InstallationNews::PermissionsAccepted => "has new permissions".to_owned(),
                InstallationNews::Added { repositories } => format!("with {}", names(repositories)),
                InstallationNews::Removed { repositories } => format!("without {}", names(repositories)),
            };
            assert!(installation.at.is_some());
            format!("installation {} of {} {news}", installation.id, installation.account.unwrap().login)
        }
        Ok(Delivery::Ping(ping)) => {
            assert!(ping.json && ping.checks_certificates && !ping.events.is_empty());
            format!("ping of {} for a {}", ping.hook, ping.of)
        }
        Ok(Delivery::NotForUs(NotForUs::Kind(kind))) => format!("kind {kind}"),
        Ok(Delivery::NotForUs(NotForUs::Action(action))) => format!("action {action}"),
        Ok(other) => panic!("{other:?}"),
    }
}

fn what(what: &What, repository: &str) -> String {
    let deployment = |deployment: &supporty_github::inbound::Deployment| {
        let production = if deployment.production { "" } else { ", not production" };
        let run = deployment.run.map(|run| format!(" by run {run}")).unwrap_or_default();
        assert!(!deployment.rollback && deployment.sha.is_some() && deployment.creator.is_some());
        format!("{} to {}{production}: {}{run}", deployment.service, deployment.environment, deployment.task)
    };
    match what {
        What::PullRequest(pull_request) => {
            let state = match &pull_request.state {
                PullRequestState::Draft => "draft".to_owned(),
                PullRequestState::Open => "open".to_owned(),
                PullRequestState::Closed { .. } => "closed".to_owned(),
                PullRequestState::Merged { commit, by, .. } => {
                    assert!(by.is_some());
                    format!("merged as {}", commit.as_ref().unwrap())
                }
            };
            assert!(pull_request.base.is_default && pull_request.author.is_some() && pull_request.insider);
            format!("pull request {} from {} {state}", pull_request.number, pull_request.head.branch)
        }
        What::Push(push) => {
            let name = match &push.pushed {
                Pushed::Branch { name, is_default } => {
                    format!("{}branch {name}", if *is_default { "default " } else { "" })
                }
                Pushed::Tag(name) => format!("tag {name}"),
                Pushed::Other(name) => name.clone(),
            };
            let how = match (&push.before, &push.after) {
                (None, Some(_)) => "made",
                (Some(_), None) => "deleted",
                _ => "moved",
            };
            assert!(!push.cut && !push.forced);
            format!("{name} {how}, {} commits", push.commits.len())
        }
        What::Issue(issue) => {
            let state = match &issue.state {
                IssueState::Open => "open",
                IssueState::Closed { .. } => "closed",
            };
            let place = |place: &supporty_github::inbound::IssuePlace| {
                format!("{}#{}", place.repository.as_ref().unwrap().name, place.number)
            };
            let news = match &issue.news {
                IssueNews::Opened { from: None } => "opened".to_owned(),
                IssueNews::Opened { from: Some(from) } => format!("opened from {}", place(from)),
                IssueNews::Edited => "edited".to_owned(),
                IssueNews::Closed => "closed".to_owned(),
                IssueNews::Reopened => "reopened".to_owned(),
                IssueNews::Transferred { to } => format!("transferred to {}", place(to.as_ref().unwrap())),
                IssueNews::Deleted => "deleted".to_owned(),
                IssueNews::Labelled(label) => format!("labelled {label}"),
                IssueNews::Unlabelled(label) => format!("unlabelled {label}"),
            };
            format!("issue {} {state} {news}", issue.number)
        }
        What::Comment(comment) => {
            let news = match comment.news {
                CommentNews::Created => "created",
                CommentNews::Edited => "edited",
                CommentNews::Deleted => "deleted",
            };
            let author = comment.author.as_ref().unwrap();
            assert!(!author.bot && !comment.on_pull_request);
            format!("comment {} on {} {news} by {}", comment.id, comment.on, author.login)
        }
        What::Review(review) => format!("review of {} {}", review.pull_request, review.verdict),
        What::Deployment(asked) => deployment(asked),
        What::DeploymentStatus(status) => format!("{} {}", deployment(&status.deployment), status.state),
        What::Release(release) => {
            let kind = if release.prerelease { "prerelease" } else { "release" };
            let state = match release.state {
                ReleaseState::Draft => "draft",
                ReleaseState::Published { .. } => "published",
                ReleaseState::Deleted => "deleted",
            };
            format!("{kind} {} {state}", release.tag)
        }
        What::WorkflowRun(run) => {
            let state = match &run.state {
                RunState::Requested => "requested".to_owned(),
                RunState::InProgress => "in progress".to_owned(),
                RunState::Completed(Some(conclusion)) => format!("ended {conclusion}"),
                RunState::Completed(None) => "ended None".to_owned(),
            };
            assert!(run.path.starts_with(".github/workflows/"), "{}", run.path);
            format!("run {}.{} {state}", run.id, run.attempt)
        }
        What::CheckSuite(suite) => {
            let app = suite.app.as_ref().map(|app| format!(" by {app}")).unwrap_or_default();
            let (branch, conclusion) = (suite.branch.as_ref().unwrap(), suite.conclusion.as_ref().unwrap());
            format!("checks of {branch} {conclusion}{app}")
        }
        What::Repository(news) => match news {
            RepositoryNews::Renamed { from } => {
                format!("{repository} renamed from {}", from.as_ref().unwrap())
            }
            RepositoryNews::Transferred { from } => {
                format!("{repository} transferred from {}", from.as_ref().unwrap())
            }
            other => format!("{repository} {other:?}"),
        },
    }
}
