use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::Failure;
use super::fake_chat::plain;
use crate::adapter::{Check, Error, ErrorKind, NewIssue, Piece, Retry, Vcs, VcsCapability, VcsRef, Within};
use crate::stream::EffectId;
use crate::vocab::{AdapterName, Change, ChangeState, Time};

/// A code host in memory that remembers what was written, and fails when it is told to.
#[derive(Debug)]
pub struct FakeVcs {
    name: AdapterName,
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
    /// How often it was closed or opened again.
    pub turns: u32,
    /// Its labels.
    pub labels: Vec<String>,
    /// What is said beside it, by name.
    pub checks: BTreeMap<String, Check>,
}

#[derive(Debug, Default)]
struct State {
    notes: Vec<VcsNote>,
    sent: BTreeMap<EffectId, VcsRef>,
    failure: Option<Failure>,
}

impl FakeVcs {
    /// An empty code host of that name.
    pub fn new(name: AdapterName) -> Self {
        Self { name, state: Mutex::default() }
    }

    /// Fails the next call.
    pub fn fail_next(&self, failure: Failure) {
        self.state().failure = Some(failure);
    }

    /// What was written, oldest first.
    pub fn notes(&self) -> Vec<VcsNote> {
        self.state().notes.clone()
    }

    /// Somebody closes an issue there, or opens it again.
    pub fn turns(&self, at: &VcsRef, closed: bool) -> Result<(), Error> {
        self.state().note(at).map(|note| note.turn(closed))
    }

    /// Somebody opens a change there.
    pub fn opens(&self, repository: &str, title: &str) -> VcsRef {
        let at = self.state().next(repository);
        let note = VcsNote { title: Some(title.to_owned()), ..blank(at.clone()) };
        self.state().notes.push(note);
        at
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vcs for FakeVcs {
    fn capability(&self) -> VcsCapability {
        VcsCapability { dedupes: true, labels: true, checks: true }
    }

    async fn open_issue(&self, effect: EffectId, issue: NewIssue) -> Result<VcsRef, Error> {
        let NewIssue { repository, title, body, labels } = issue;
        let (title, body) = (Some(title), plain(&body));
        self.state().write(effect, &repository, "opening an issue", |at| VcsNote {
            title,
            body,
            labels,
            ..blank(at)
        })
    }

    async fn comment(&self, effect: EffectId, on: VcsRef, body: Vec<Piece>) -> Result<VcsRef, Error> {
        let mut state = self.state();
        state.note(&on)?;
        let repository = on.repository.clone();
        let body = plain(&body);
        state.write(effect, &repository, "writing a comment", |at| VcsNote {
            on: Some(on),
            body,
            ..blank(at)
        })
    }

    async fn close(&self, issue: VcsRef) -> Result<(), Error> {
        let mut state = self.state();
        let lost = state.fails("closing an issue")?;
        state.note(&issue)?.turn(true);
        answered(lost, "closing an issue")
    }

    async fn reopen(&self, issue: VcsRef) -> Result<(), Error> {
        let mut state = self.state();
        let lost = state.fails("opening an issue again")?;
        state.note(&issue)?.turn(false);
        answered(lost, "opening an issue again")
    }

    async fn label(&self, on: VcsRef, labels: Vec<String>) -> Result<(), Error> {
        let mut state = self.state();
        let known = &mut state.note(&on)?.labels;
        known.extend(labels);
        known.sort();
        known.dedup();
        Ok(())
    }

    async fn check(&self, on: VcsRef, check: Check) -> Result<(), Error> {
        self.state().note(&on)?.checks.insert(check.ticket.to_string(), check);
        Ok(())
    }

    async fn find(&self, effect: EffectId, within: Within) -> Result<Option<VcsRef>, Error> {
        let state = self.state();
        let Some(at) = state.sent.get(&effect) else { return Ok(None) };
        let note = state.notes.iter().find(|note| note.at == *at);
        let here = |note: &&VcsNote| match &within {
            Within::Repository(repository) => note.on.is_none() && note.at.repository == *repository,
            Within::Below(on) => note.on.as_ref() == Some(on),
        };
        Ok(note.filter(here).map(|note| note.at.clone()))
    }

    async fn look(&self, at: VcsRef) -> Result<Change, Error> {
        let note = self.state().note(&at)?.clone();
        let (repository, id) = (&at.repository, &at.id);
        Ok(Change {
            id: at.on(&self.name),
            label: format!("{repository}#{id}"),
            url: format!("https://code.example/{repository}/{id}"),
            state: if note.closed { ChangeState::Closed { at: Time::UNIX_EPOCH } } else { ChangeState::Open },
            opened_at: Time::UNIX_EPOCH,
            as_of: Time::UNIX_EPOCH + chrono::TimeDelta::seconds(note.turns.into()),
        })
    }
}

impl VcsNote {
    fn turn(&mut self, closed: bool) {
        self.turns += u32::from(self.closed != closed);
        self.closed = closed;
    }
}

impl State {
    fn note(&mut self, at: &VcsRef) -> Result<&mut VcsNote, Error> {
        let note = self.notes.iter_mut().find(|note| note.at == *at);
        note.ok_or_else(|| Error::new(ErrorKind::NotFound, Retry::Never, format!("finding `{}`", at.id)))
    }

    fn next(&self, repository: &str) -> VcsRef {
        VcsRef { repository: repository.to_owned(), id: (self.notes.len() + 1).to_string() }
    }

    /// Whether the answer to this call is to be lost.
    fn fails(&mut self, doing: &str) -> Result<bool, Error> {
        match self.failure.take() {
            Some(Failure::Before(kind, retry)) => Err(Error::new(kind, retry, doing)),
            Some(Failure::RateLimited(wait)) => {
                Err(Error::new(ErrorKind::RateLimited, Retry::After(wait), doing))
            }
            Some(Failure::After) => Ok(true),
            None => Ok(false),
        }
    }

    fn write(
        &mut self,
        effect: EffectId,
        repository: &str,
        doing: &str,
        note: impl FnOnce(VcsRef) -> VcsNote,
    ) -> Result<VcsRef, Error> {
        let lost = self.fails(doing)?;
        let next = self.next(repository);
        let at = self.sent.entry(effect).or_insert(next.clone()).clone();
        if at == next {
            self.notes.push(note(next));
        }
        answered(lost, doing).map(|()| at)
    }
}

fn answered(lost: bool, doing: &str) -> Result<(), Error> {
    if lost { Err(Error::new(ErrorKind::Unknown, Retry::Backoff, doing)) } else { Ok(()) }
}

fn blank(at: VcsRef) -> VcsNote {
    VcsNote {
        at,
        on: None,
        title: None,
        body: String::new(),
        closed: false,
        turns: 0,
        labels: Vec::new(),
        checks: BTreeMap::new(),
    }
}
