use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{About, Inbound, ServiceInbound, VcsRef};
use supporty_core::service;
use supporty_core::stream::{EffectId, Origin};
use supporty_core::ticket::Command;
use supporty_core::vocab::{
    Bond, Change, ChangeId, ChangeState, Identity, InboundKey, MessageId, ServiceId, Text, TicketKey, Time,
};

use crate::config::Config;
use crate::ids::Sha;
use crate::inbound::{
    Comment, CommentNews, Commit, DeploymentState, DeploymentStatus, Fact, Issue, IssueNews, IssueState,
    PullRequest, PullRequestState, Push, Pushed, Repository, StateReason, What,
};
use crate::references::{ChangeRef, Link, References, Reverts};

/// More tickets than that are not named by anybody who works on them.
const MOST_TICKETS: usize = 20;

/// What a fact tells the desk: of tickets, and of services.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Told {
    /// Of tickets.
    pub tickets: Vec<Inbound>,
    /// Of services.
    pub services: Vec<ServiceInbound>,
}

/// What a fact tells the desk.
///
/// - A pull request is linked to the tickets that it names: by its author's word they are fixed, caused or mentioned. What
///   somebody says who does not belong to the project counts once it is merged. A name that is edited away counts no longer.
/// - What is merged into the default branch went into every service of the repository.
/// - A commit that was pushed to the default branch by itself counts where it fixes or blames something; one that came with
///   a pull request is that.
/// - A deployment to production that succeeded or failed is one of its service. It brings whatever was in when it was asked
///   for: GitHub does not say what it holds.
/// - An issue that names tickets is linked to them; one that was opened for a ticket goes the same way as that, and what
///   people of the project write below it is read in the ticket's thread. Later changes to a comment are not: the thread says
///   where it stands.
///
/// ```
/// use supporty_github::Config;
/// use supporty_github::inbound::{App, Context, Delivery, read};
/// use supporty_github::told;
///
/// let body = br#"{
///     "action": "created", "repository": { "id": 7, "full_name": "octo/shop" },
///     "deployment_status": { "id": 3, "state": "success", "created_at": "2026-03-02T10:05:00Z" },
///     "deployment": {
///         "id": 1, "sha": "a10867b14bb761a232cd80139fbd4c0d33264240", "ref": "main", "task": "deploy",
///         "environment": "production", "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T10:00:00Z"
///     }
/// }"#;
/// let (config, app) = (Config::default(), App::default());
/// let context = Context { config: &config, app: &app };
/// let Ok(Delivery::Fact(fact)) = read(&context, "deployment_status", "1", body) else { panic!("it is a fact") };
/// let told = told(&config, &fact);
/// assert_eq!(told.services[0].service.as_str(), "shop");
/// ```
pub fn told(config: &Config, fact: &Fact) -> Told {
    let teller = Teller { config, fact };
    match &fact.what {
        What::PullRequest(pull_request) => teller.pull_request(pull_request),
        What::Push(push) => teller.push(push),
        What::Issue(issue) => teller.issue(issue),
        What::DeploymentStatus(status) => teller.deployment(status),
        What::Comment(comment) => teller.comment(comment),
        What::Review(_)
        | What::Deployment(_)
        | What::Release(_)
        | What::WorkflowRun(_)
        | What::CheckSuite(_)
        | What::Repository(_) => Told::default(),
    }
}

struct Teller<'a> {
    config: &'a Config,
    fact: &'a Fact,
}

impl Teller<'_> {
    fn pull_request(&self, pull: &PullRequest) -> Told {
        let state = match &pull.state {
            PullRequestState::Draft | PullRequestState::Open => ChangeState::Open,
            PullRequestState::Merged { at, .. } => ChangeState::Merged { at: *at },
            PullRequestState::Closed { at } => ChangeState::Dropped { at: *at },
        };
        let change = Change {
            id: self.numbered(pull.number),
            label: self.label(pull.number),
            url: pull.url.clone(),
            state,
            opened_at: pull.opened_at,
            as_of: self.fact.at,
        };
        let counts = pull.insider || state.is_merged();
        let mut tickets = if counts { self.links(&pull.references, &change) } else { Vec::new() };
        // Who may not link a ticket may not take one away either.
        let no_longer = pull.no_longer.iter().filter(|_| counts).take(MOST_TICKETS);
        tickets.extend(no_longer.map(|ticket| self.link(ticket, Bond::Nothing, change.clone())));
        let services = match &pull.state {
            PullRequestState::Merged { at, commit: Some(commit), .. } if pull.base.is_default => {
                let fixes = fixed(&pull.references);
                self.merges(&change, commit, (pull.opened_at, *at), fixes, pull.reverts.as_ref())
            }
            _ => Vec::new(),
        };
        Told { tickets, services }
    }

    fn push(&self, push: &Push) -> Told {
        let Pushed::Branch { is_default: true, .. } = push.pushed else { return Told::default() };
        let mut told = Told::default();
        for commit in push.commits.iter().filter(|commit| stands_alone(commit)) {
            let at = commit.at.map_or(self.fact.at, |made| made.min(self.fact.at));
            let change = Change {
                id: self.id(commit.sha.as_str()),
                label: format!("{}@{}", self.repository().name, short(&commit.sha)),
                url: commit.url.clone(),
                state: ChangeState::Merged { at: self.fact.at },
                opened_at: at,
                as_of: self.fact.at,
            };
            let fixes = fixed(&commit.references);
            let times = (at, self.fact.at);
            told.tickets.extend(self.links(&commit.references, &change));
            told.services.extend(self.merges(&change, &commit.sha, times, fixes, commit.reverts.as_ref()));
        }
        told
    }

    fn issue(&self, issue: &Issue) -> Told {
        if !issue.insider && issue.ours.is_none() {
            return Told::default();
        }
        let state = match &issue.state {
            _ if issue.news == IssueNews::Deleted => ChangeState::Dropped { at: self.fact.at },
            IssueState::Open => ChangeState::Open,
            IssueState::Closed { at, reason: Some(StateReason::NotPlanned) } => {
                ChangeState::Dropped { at: *at }
            }
            IssueState::Closed { at, .. } => ChangeState::Closed { at: *at },
        };
        let change = Change {
            id: self.numbered(issue.number),
            label: self.label(issue.number),
            url: issue.url.clone(),
            state,
            opened_at: issue.opened_at,
            as_of: self.fact.at,
        };
        let tracked = issue.ours.as_ref().and_then(opened_for);
        // An issue is no change: whatever words it uses, it solves nothing and has caused nothing.
        let named: BTreeSet<_> = issue.references.tickets.iter().map(|named| &named.ticket).collect();
        let named = named.into_iter().filter(|named| Some(*named) != tracked).take(MOST_TICKETS);
        let named = named.map(|ticket| self.link(ticket, Bond::Mention, change.clone()));
        // Where it goes on after a transfer, its opening is told with our mark.
        let bond =
            if matches!(issue.news, IssueNews::Transferred { .. }) { Bond::Nothing } else { Bond::Track };
        let tracked = tracked.map(|ticket| self.link(ticket, bond, change.clone()));
        Told { tickets: tracked.into_iter().chain(named).collect(), services: Vec::new() }
    }

    /// What programs write below an issue is for whoever reads it there.
    fn comment(&self, comment: &Comment) -> Told {
        let ticket = comment.issue_ours.as_ref().and_then(opened_for);
        let author = comment.author.as_ref().filter(|author| !author.bot && !author.us);
        let (Some(ticket), Some(author), CommentNews::Created, true) =
            (ticket, author, comment.news, comment.insider)
        else {
            return Told::default();
        };
        let says: String = comment.body.chars().take(Text::MESSAGE).collect();
        let from = Identity::new(self.config.name.as_str(), &author.login);
        let about = (About::Ticket(ticket.clone()), self.numbered(comment.on));
        let id = MessageId::new(format!("{}/{}", self.config.name, comment.id));
        let told = Inbound::comment(self.fact.key.clone(), from, about, id, &says, comment.written_at);
        Told { tickets: told.into_iter().collect(), services: Vec::new() }
    }

    fn deployment(&self, status: &DeploymentStatus) -> Told {
        let deployment = &status.deployment;
        let Some(commit) = deployment.sha.as_ref().filter(|_| deployment.production) else {
            return Told::default();
        };
        let told = service::Deployment {
            id: deployment.name(&self.config.name),
            commit: commit.as_str().to_owned(),
            at: self.fact.at,
            contents: service::Contents::BuiltAt(deployment.created_at),
            rollback: deployment.rollback,
            url: None,
        };
        let command = match status.state {
            DeploymentState::Success => service::Command::Deploy(told),
            DeploymentState::Failure | DeploymentState::Error => service::Command::FailDeploy(told),
            _ => return Told::default(),
        };
        Told { tickets: Vec::new(), services: vec![self.tells(&deployment.service, command)] }
    }

    /// Every ticket once, by the strongest that is said of it, and those of which something else is blamed.
    fn links(&self, references: &References, change: &Change) -> Vec<Inbound> {
        let mut bonds: BTreeMap<&TicketKey, Bond> = BTreeMap::new();
        for named in &references.tickets {
            let bond = match named.link {
                Link::Fixes => Bond::Fix,
                Link::Caused => Bond::Cause,
                Link::Mentioned => Bond::Mention,
            };
            bonds.entry(&named.ticket).and_modify(|known| *known = bond.min(*known)).or_insert(bond);
        }
        let links = bonds.into_iter().map(|(ticket, bond)| self.link(ticket, bond, change.clone()));
        let blamed = references.causes.iter().filter_map(|cause| {
            let blamed = self.blamed(&cause.change)?;
            Some(self.link(&cause.ticket, Bond::Cause, blamed))
        });
        links.take(MOST_TICKETS).chain(blamed.take(MOST_TICKETS)).collect()
    }

    fn link(&self, ticket: &TicketKey, bond: Bond, change: Change) -> Inbound {
        let key = InboundKey::new(format!("{}/{ticket}/{bond}/{}", self.fact.key, change.id));
        let about = About::Ticket(ticket.clone());
        Inbound::ask(key, self.host(), about, Command::Link { bond, change }, self.fact.at)
    }

    /// What somebody blames is known by its number alone. It was in, or it had caused nothing; whatever GitHub tells of it
    /// itself is newer than that.
    fn blamed(&self, change: &ChangeRef) -> Option<Change> {
        let ChangeRef::Number { number, .. } = change else { return None };
        let id = self.known(change)?;
        Some(Change {
            id,
            label: self.label(*number),
            url: format!("https://{}/{}/pull/{number}", self.config.host, self.repository().name),
            state: ChangeState::Merged { at: Time::UNIX_EPOCH },
            opened_at: Time::UNIX_EPOCH,
            as_of: Time::UNIX_EPOCH,
        })
    }

    /// The id of a change that people name, if that is in this repository: GitHub does not say the numbers of others.
    fn known(&self, change: &ChangeRef) -> Option<ChangeId> {
        let here = &self.repository().name;
        match change {
            ChangeRef::Number { repository, number } => {
                let here = repository.as_ref().is_none_or(|named| named.eq_ignore_ascii_case(here));
                here.then(|| self.numbered(*number))
            }
            ChangeRef::Commit(_) => None,
        }
    }

    fn merges(
        &self,
        change: &Change,
        commit: &Sha,
        (began, at): (Time, Time),
        fixes: BTreeSet<TicketKey>,
        reverts: Option<&Reverts>,
    ) -> Vec<ServiceInbound> {
        let reverts = reverts.and_then(|reverts| reverts.changes.iter().find_map(|one| self.known(one)));
        let merged = service::Merged {
            change: change.id.clone(),
            label: change.label.clone(),
            commit: commit.as_str().to_owned(),
            began,
            at,
            fixes,
            reverts,
            as_of: Some(change.as_of),
        };
        let services = self.config.services_of(self.repository().id, &self.repository().name);
        services.iter().map(|one| self.tells(one, service::Command::Merge(merged.clone()))).collect()
    }

    fn tells(&self, service: &ServiceId, command: service::Command) -> ServiceInbound {
        let subject = match &command {
            service::Command::Merge(merged) => format!("/{}", merged.change),
            _ => String::new(),
        };
        let key = InboundKey::new(format!("{}/{service}{subject}", self.fact.key));
        ServiceInbound { key, from: self.host(), service: service.clone(), command, at: self.fact.at }
    }

    /// Whatever people do there, it is the host that tells.
    fn host(&self) -> Identity {
        Identity { bot: true, ..Identity::new(self.config.name.as_str(), self.config.name.as_str()) }
    }

    fn repository(&self) -> &Repository {
        &self.fact.repository
    }

    fn numbered(&self, number: u64) -> ChangeId {
        self.id(&number.to_string())
    }

    fn id(&self, id: &str) -> ChangeId {
        let repository = self.repository().id.to_string();
        VcsRef { repository, id: id.to_owned() }.on(&self.config.name)
    }

    fn label(&self, number: u64) -> String {
        format!("{}#{number}", self.repository().name)
    }
}

/// The ticket that something of ours was written for.
fn opened_for(effect: &EffectId) -> Option<&TicketKey> {
    match &effect.cause {
        Origin::Entry { stream, .. } => stream.ticket(),
        _ => None,
    }
}

fn fixed(references: &References) -> BTreeSet<TicketKey> {
    let fixes = references.tickets.iter().filter(|named| named.link == Link::Fixes);
    fixes.take(MOST_TICKETS).map(|named| named.ticket.clone()).collect()
}

/// Whether a commit says something by itself. One that was merged with a pull request has its number in its title, as
/// [GitHub writes it](https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges),
/// or was on another branch before.
fn stands_alone(commit: &Commit) -> bool {
    let merged = commit.title.starts_with("Merge pull request #");
    let squashed = commit.title.trim_end().strip_suffix(')').and_then(|title| title.rsplit_once("(#"));
    let squashed = squashed.is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let References { tickets, causes } = &commit.references;
    let serious = tickets.iter().any(|named| named.link != Link::Mentioned) || !causes.is_empty();
    let reverts = commit.reverts.as_ref().is_some_and(|reverts| !reverts.changes.is_empty());
    commit.distinct && !merged && !squashed && (serious || reverts)
}

fn short(sha: &Sha) -> &str {
    sha.as_str().get(..7).unwrap_or(sha.as_str())
}
