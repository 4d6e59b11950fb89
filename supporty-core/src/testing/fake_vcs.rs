use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::Failure;
use crate::adapter::{Error, ErrorKind, Retry, Vcs, VcsCapability, VcsRef};
use crate::stream::EffectId;

/// A code host in memory that remembers what was written, and fails when it is told to.
#[derive(Debug, Default)]
pub struct FakeVcs {
    state: Mutex<State>,
}

/// An issue, or a comment below something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VcsNote {
    /// Where it stands.
    pub at: VcsRef,
    /// What it hangs below, unless it is an issue.
    pub on: Option<VcsRef>,
    /// The title of an issue.
    pub title: Option<String>,
    /// What it says.
    pub body: String,
    /// Whether it was closed.
    pub closed: bool,
}

#[derive(Debug, Default)]
struct State {
    notes: Vec<VcsNote>,
    sent: BTreeMap<EffectId, VcsRef>,
    failure: Option<Failure>,
}

impl FakeVcs {
    /// An empty code host.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails the next call.
    pub fn fail_next(&self, failure: Failure) {
        self.state().failure = Some(failure);
    }

    /// What was written, oldest first.
    pub fn notes(&self) -> Vec<VcsNote> {
        self.state().notes.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vcs for FakeVcs {
    fn capability(&self) -> VcsCapability {
        VcsCapability { dedupes: true }
    }

    async fn open_issue(
        &self,
        effect: EffectId,
        repository: String,
        title: String,
        body: String,
    ) -> Result<VcsRef, Error> {
        self.state().write(effect, repository, "opening an issue", |at| VcsNote {
            at,
            on: None,
            title: Some(title),
            body,
            closed: false,
        })
    }

    async fn comment(&self, effect: EffectId, on: VcsRef, body: String) -> Result<VcsRef, Error> {
        let mut state = self.state();
        state.note(&on)?;
        let repository = on.repository.clone();
        state.write(effect, repository, "writing a comment", |at| VcsNote {
            at,
            on: Some(on),
            title: None,
            body,
            closed: false,
        })
    }

    async fn close(&self, _effect: EffectId, issue: VcsRef) -> Result<(), Error> {
        self.state().note(&issue)?.closed = true;
        Ok(())
    }

    async fn find(&self, effect: EffectId, repository: String) -> Result<Option<VcsRef>, Error> {
        Ok(self.state().sent.get(&effect).filter(|at| at.repository == repository).cloned())
    }
}

impl State {
    fn note(&mut self, at: &VcsRef) -> Result<&mut VcsNote, Error> {
        let note = self.notes.iter_mut().find(|note| note.at == *at);
        note.ok_or_else(|| Error::new(ErrorKind::NotFound, Retry::Never, format!("finding `{}`", at.id)))
    }

    fn write(
        &mut self,
        effect: EffectId,
        repository: String,
        doing: &str,
        note: impl FnOnce(VcsRef) -> VcsNote,
    ) -> Result<VcsRef, Error> {
        let lost = match self.failure.take() {
            Some(Failure::Before(kind, retry)) => return Err(Error::new(kind, retry, doing)),
            Some(Failure::RateLimited(wait)) => {
                return Err(Error::new(ErrorKind::RateLimited, Retry::After(wait), doing));
            }
            Some(Failure::After) => true,
            None => false,
        };
        let next = VcsRef { repository, id: (self.notes.len() + 1).to_string() };
        let at = self.sent.entry(effect).or_insert(next.clone()).clone();
        if at == next {
            self.notes.push(note(next));
        }
        if lost { Err(Error::new(ErrorKind::Unknown, Retry::Backoff, doing)) } else { Ok(at) }
    }
}
