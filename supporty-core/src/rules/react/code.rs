//! What code hosts and threads hear of changes, issues and deployments.

use super::Reaction;
use crate::effect::{Intent, Notice, Remark, Write, Writing};
use crate::ticket::{Event, Linked, Progress, TicketEntry};
use crate::vocab::{AdapterName, Bond, Change, ChangeId, ChangeState};

impl Reaction<'_> {
    pub(super) fn code(&mut self, entry: &TicketEntry) {
        match &entry.event {
            Event::IssueAsked { repository } => {
                let what = Writing::Issue { repository: repository.clone() };
                self.write(entry, Some(repository.host.clone()), what);
            }
            Event::ChangeLinked { bond, was, before, change } => {
                let anew = *was != Some(*bond);
                self.linked(entry, *bond, anew, change);
                if *bond == Bond::Track && !anew {
                    self.issue_moved(entry, *before, change);
                }
            }
            Event::Commented { on, message } => {
                if let Some(issue) = self.ticket.changes.get(on) {
                    let (label, url) = (issue.change.label.clone(), issue.change.url.clone());
                    self.thread(entry, Notice::Commented { label, url, text: message.text.clone() });
                }
            }
            Event::Blamed { service, deployment } | Event::Absolved { service, deployment } => {
                let caused = matches!(entry.event, Event::Blamed { .. });
                let (service, deployment) = (service.clone(), deployment.clone());
                self.thread(entry, Notice::Blamed { service, deployment, caused });
            }
            Event::FixDeployed { service, .. } => {
                let all = self.ticket.status.is_open() && self.ticket.is_fixed();
                let notice = Notice::FixDeployed { service: service.clone(), all };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
            }
            Event::FixReverted { change, .. } => {
                let label = self.ticket.changes.get(change).map(|linked| linked.change.label.clone());
                self.thread(entry, Notice::FixReverted { label: label.clone() });
                self.owner(entry, Notice::FixReverted { label });
            }
            Event::Reprioritised { to, .. } => {
                for issue in self.issues(Progress::Open) {
                    self.remark(entry, issue, Remark::Reprioritised { to: to.clone() });
                }
                self.checks(entry);
            }
            Event::Resolved { resolution, .. } => {
                for issue in self.issues(Progress::Open) {
                    self.remark(entry, issue.clone(), Remark::Resolved { resolution: *resolution });
                    self.write_on(entry, issue.clone(), Writing::Close { issue });
                }
                self.checks(entry);
            }
            Event::Reopened { .. } => {
                if let Some(issue) = self.last_closed() {
                    self.write_on(entry, issue.clone(), Writing::Reopen { issue: issue.clone() });
                    self.remark(entry, issue, Remark::Reopened);
                }
                self.checks(entry);
            }
            _ => {}
        }
    }

    /// How far a change is stands on the card; what it is to the ticket is said once.
    fn linked(&mut self, entry: &TicketEntry, bond: Bond, anew: bool, change: &Change) {
        if anew && matches!(bond, Bond::Fix | Bond::Cause | Bond::Track) {
            let (label, url) = (change.label.clone(), change.url.clone());
            self.thread(entry, Notice::Linked { bond, label, url });
        }
        let remark = match bond {
            Bond::Fix => Remark::Solves,
            Bond::Cause => Remark::Caused,
            Bond::Track | Bond::Mention | Bond::Nothing => return,
        };
        if anew && self.policies.current().spec().code.comments {
            self.remark(entry, change.id.clone(), remark);
        }
        if bond == Bond::Fix {
            let labels = &self.policies.current().spec().code.labels;
            if anew && !labels.is_empty() && !self.is_restricted() {
                self.write_on(entry, change.id.clone(), Writing::Labels { on: change.id.clone() });
            }
            self.check(entry, change);
        }
    }

    /// What happens to an issue by other hands than ours is for the thread to answer.
    fn issue_moved(&mut self, entry: &TicketEntry, before: Option<ChangeState>, change: &Change) {
        let was_open = before == Some(ChangeState::Open);
        let (label, url) = (change.label.clone(), change.url.clone());
        match change.state {
            ChangeState::Open if !was_open && !self.ticket.status.is_open() => {
                self.thread(entry, Notice::IssueReopened { label, url });
            }
            ChangeState::Closed { .. } | ChangeState::Dropped { .. }
                if was_open && self.ticket.status.is_open() =>
            {
                let given_up = matches!(change.state, ChangeState::Dropped { .. });
                let notice = Notice::IssueClosed { label, url, given_up };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
            }
            _ => {}
        }
    }

    /// Beside every change that is on its way and meant to solve the ticket.
    fn checks(&mut self, entry: &TicketEntry) {
        let is_fix = |linked: &&Linked| linked.bond == Bond::Fix;
        let changes = self.ticket.changes().map(|(linked, _)| linked).filter(is_fix);
        for change in changes.map(|linked| linked.change.clone()).collect::<Vec<_>>() {
            self.check(entry, &change);
        }
    }

    fn check(&mut self, entry: &TicketEntry, change: &Change) {
        let wanted = self.policies.current().spec().code.checks && !self.is_restricted();
        if wanted && change.state == ChangeState::Open {
            self.write_on(entry, change.id.clone(), Writing::Check { on: change.id.clone() });
        }
    }

    fn issues(&self, progress: Progress) -> Vec<ChangeId> {
        let issues = self.ticket.issues().filter(|(_, is)| *is == progress);
        issues.map(|(linked, _)| linked.change.id.clone()).collect()
    }

    fn last_closed(&self) -> Option<ChangeId> {
        let (last, progress) = self.ticket.issues().max_by_key(|(linked, _)| linked.change.opened_at)?;
        (progress == Progress::Closed).then(|| last.change.id.clone())
    }

    /// That a ticket which only few may read has to do with a change is not said to everybody who reads that.
    fn remark(&mut self, entry: &TicketEntry, on: ChangeId, remark: Remark) {
        if !self.is_restricted() {
            self.write_on(entry, on.clone(), Writing::Remark { on, remark });
        }
    }

    fn write_on(&mut self, entry: &TicketEntry, on: ChangeId, what: Writing) {
        let host = on.as_str().split_once('/').map(|(host, _)| AdapterName::new(host));
        self.write(entry, host, what);
    }

    fn write(&mut self, entry: &TicketEntry, host: Option<AdapterName>, what: Writing) {
        if let Some(host) = host {
            let ticket = self.ticket.key.clone();
            self.add(entry.seq, Intent::Write(Write { host, ticket, what }));
        }
    }

    fn is_restricted(&self) -> bool {
        self.ticket.restricted.is_some()
    }
}
