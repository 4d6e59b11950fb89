use super::{Brought, Event, Linked, Taken, Ticket};
use crate::vocab::{Bond, Change, ChangeId, ChangeState};

/// How far a change is on its way to users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Somebody works on it.
    Open,
    /// It was given up.
    Dropped,
    /// It is an issue, and closed.
    Closed,
    /// It is in, and not deployed as far as is known.
    Merged,
    /// It is deployed.
    Deployed,
    /// It was in, and was taken out again.
    Reverted,
}

impl Ticket {
    /// The changes that have to do with it, by their ids, with how far each is.
    pub fn changes(&self) -> impl Iterator<Item = (&Linked, Progress)> {
        let linked = self.changes.iter().filter(|(_, linked)| linked.bond != Bond::Nothing);
        linked.map(|(id, linked)| (linked, self.progress(id, linked.change.state)))
    }

    /// Whether the code was changed for it: by what somebody said when it was resolved, or because what is meant to solve
    /// it is in. A change that was in before anybody asked counts: it was needed all the same.
    pub fn code_changed(&self) -> bool {
        let is_in = |progress| matches!(progress, Progress::Merged | Progress::Deployed);
        self.status.resolution().is_some_and(|resolution| resolution.code_changed())
            || self.changes().any(|(linked, progress)| linked.bond == Bond::Fix && is_in(progress))
    }

    /// Whether everything that is meant to solve it, and was not given up, is deployed.
    pub fn is_fixed(&self) -> bool {
        let mut fixes = self.changes().filter(|(linked, _)| linked.bond == Bond::Fix);
        let standing = self.deployed.keys().any(|change| !self.is_reverted(change));
        standing && !fixes.any(|(_, progress)| matches!(progress, Progress::Open | Progress::Merged))
    }

    /// The issue that was opened for it and is not closed yet.
    pub fn open_issue(&self) -> Option<&Linked> {
        self.issues().find(|(_, progress)| *progress == Progress::Open).map(|(linked, _)| linked)
    }

    /// The issues that were opened for it, and for tickets merged into it.
    pub(crate) fn issues(&self) -> impl Iterator<Item = (&Linked, Progress)> {
        self.changes().filter(|(linked, _)| linked.bond == Bond::Track)
    }

    /// Applies what a code host told.
    pub(crate) fn learn(&mut self, event: &Event) {
        match event {
            Event::ChangeLinked { bond, change, .. } => {
                let known = self.changes.remove(&change.id).filter(|_| *bond == Bond::Track);
                let of = known.and_then(|known| known.of);
                self.changes
                    .insert(change.id.clone(), Linked { bond: *bond, change: (**change).clone(), of });
            }
            Event::Blamed { service, deployment } => {
                self.blamed.insert((service.clone(), deployment.clone()));
            }
            Event::Absolved { service, deployment } => {
                self.blamed.remove(&(service.clone(), deployment.clone()));
            }
            Event::FixDeployed { service, deployment, changes, at } => {
                let by = Brought { service: service.clone(), deployment: deployment.clone(), at: *at };
                self.deployed.extend(changes.iter().map(|change| (change.clone(), by.clone())));
            }
            Event::FixReverted { change, at } => drop(self.reverted.insert(change.clone(), *at)),
            _ => {}
        }
    }

    /// The issues of a ticket that is merged are looked after with its survivor's own.
    pub(super) fn take_issues(&mut self, taken: &Taken) {
        for change in &taken.issues {
            let linked = Linked { bond: Bond::Track, change: change.clone(), of: Some(taken.ticket.clone()) };
            let own = self.changes.get(&change.id).is_some_and(|known| known.bond == Bond::Track);
            if !own {
                self.changes.insert(change.id.clone(), linked);
            }
        }
    }

    /// What was told of issues while somebody else looked after them.
    pub(super) fn hear_of_issues(&mut self, issues: &[Change]) {
        for change in issues {
            if let Some(known) = self.changes.get_mut(&change.id) {
                known.change = change.clone();
            }
        }
    }

    fn progress(&self, id: &ChangeId, state: ChangeState) -> Progress {
        match state {
            _ if self.is_reverted(id) => Progress::Reverted,
            _ if self.deployed.contains_key(id) => Progress::Deployed,
            ChangeState::Open => Progress::Open,
            ChangeState::Dropped { .. } => Progress::Dropped,
            ChangeState::Merged { .. } => Progress::Merged,
            ChangeState::Closed { .. } => Progress::Closed,
        }
    }

    fn is_reverted(&self, id: &ChangeId) -> bool {
        self.reverted.contains_key(id)
    }
}
