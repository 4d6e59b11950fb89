//! What a story expects.

use super::{Scenario, clock, fail, timeline};
use crate::ticket::{StatusKind, Ticket};
use crate::vocab::Target;
use crate::world::World;

/// What is expected.
impl Scenario {
    /// The last command was refused, with words that hold these.
    #[track_caller]
    #[must_use]
    pub fn rejected(self, words: &str) -> Self {
        match &self.answer {
            Some(Err(rejection)) if rejection.to_string().contains(words) => self,
            Some(Err(rejection)) => self.fail(&format!("refused otherwise than with `{words}`: {rejection}")),
            _ => self.fail(&format!("expected a refusal with `{words}`, and the command was done")),
        }
    }

    /// An event of that stored name happened to the ticket since the last step.
    #[track_caller]
    #[must_use]
    pub fn happened(self, kind: &str) -> Self {
        let kinds = self.kinds();
        if kinds.iter().any(|known| known == kind) {
            return self;
        }
        let what = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
        self.fail(&format!("expected `{kind}` since the last step; there was: {what}"))
    }

    /// Exactly these events happened to the ticket since the last step, in that order.
    #[track_caller]
    #[must_use]
    pub fn happened_exactly(self, kinds: &[&str]) -> Self {
        let known = self.kinds();
        match known == kinds {
            true => self,
            false => {
                self.fail(&format!("expected exactly: {}; there was: {}", kinds.join(", "), known.join(", ")))
            }
        }
    }

    /// No event of that stored name happened to the ticket since the last step.
    #[track_caller]
    #[must_use]
    pub fn not_happened(self, kind: &str) -> Self {
        match self.kinds().iter().any(|known| known == kind) {
            false => self,
            true => self.fail(&format!("expected no `{kind}` since the last step")),
        }
    }

    /// A person or a channel was told by the ladder since the last step.
    #[track_caller]
    #[must_use]
    pub fn told(self, who: &str) -> Self {
        let told = self.alarmed();
        match told.iter().any(|name| name == who) {
            true => self,
            false if told.is_empty() => {
                self.fail(&format!("expected {who} to be told since the last step; nobody was"))
            }
            false => self.fail(&format!(
                "expected {who} to be told since the last step; told were: {}",
                told.join(", ")
            )),
        }
    }

    /// A person or a channel was not told by the ladder since the last step.
    #[track_caller]
    #[must_use]
    pub fn not_told(self, who: &str) -> Self {
        match self.alarmed().iter().any(|name| name == who) {
            false => self,
            true => self.fail(&format!("expected {who} not to be told since the last step")),
        }
    }

    /// Somebody was woken by an adapter since the last step.
    #[track_caller]
    #[must_use]
    pub fn woken(self, who: &str, by: &str) -> Self {
        let woken = self.woken_since();
        if woken.iter().any(|known| *known == format!("{who} by {by}")) {
            return self;
        }
        let known = if woken.is_empty() { "nobody".to_owned() } else { woken.join(", ") };
        self.fail(&format!("expected {who} to be woken by {by} since the last step; woken were: {known}"))
    }

    /// The ladder told nobody since the last step.
    #[track_caller]
    #[must_use]
    pub fn told_nobody(self) -> Self {
        let told = self.alarmed();
        match told.is_empty() {
            true => self,
            false => self.fail(&format!(
                "expected nobody to be told since the last step; told were: {}",
                told.join(", ")
            )),
        }
    }

    /// A promise falls due then, as things stand.
    #[track_caller]
    #[must_use]
    pub fn due(self, target: Target, when: &str) -> Self {
        let (expected, due) = (self.moment(when), self.deadline(target));
        if due == Some(expected) {
            return self;
        }
        let shown = due.map_or("never".to_owned(), |due| clock::show(due, &self.zone));
        self.fail(&format!(
            "expected {target} to be due {}; it is due {shown}",
            clock::show(expected, &self.zone)
        ))
    }

    /// A promise falls due at no time, as things stand: its clock stands still, or it was not made or is over.
    #[track_caller]
    #[must_use]
    pub fn not_due(self, target: Target) -> Self {
        match self.deadline(target) {
            None => self,
            Some(due) => self.fail(&format!(
                "expected {target} not to be due; it is due {}",
                clock::show(due, &self.zone)
            )),
        }
    }

    /// Where the ticket stands.
    #[track_caller]
    #[must_use]
    pub fn is(self, status: StatusKind) -> Self {
        let known = self.about().status.kind();
        match known == status {
            true => self,
            false => self.fail(&format!("expected the ticket to be {status}; it is {known}")),
        }
    }

    /// When the desk looks at the ticket next, if nothing happens before.
    #[track_caller]
    #[must_use]
    pub fn wakes_at(self, when: &str) -> Self {
        let expected = self.moment(when);
        let wake = crate::rules::next_deadline(self.about(), self.world.policies()).map(|next| next.due);
        if wake == Some(expected) {
            return self;
        }
        let shown = wake.map_or("never".to_owned(), |wake| clock::show(wake, &self.zone));
        self.fail(&format!(
            "expected it to be looked at {}; it is {shown}",
            clock::show(expected, &self.zone)
        ))
    }

    /// Anything else about the ticket.
    #[track_caller]
    #[must_use]
    pub fn state(self, what: &str, holds: impl FnOnce(&Ticket) -> bool) -> Self {
        match holds(self.about()) {
            true => self,
            false => self.fail(&format!("expected: {what}")),
        }
    }

    /// All that happened so far, a line each; the same as in a failure.
    pub fn timeline(&self) -> String {
        timeline(&self.world, &self.zone).iter().map(|one| one.line(&self.zone) + "\n").collect()
    }

    /// Compares the timeline with a file, so that a change of the policy is a change of the file in a review. With
    /// `SUPPORTY_REWRITE` set in the environment the file is written instead.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "a snapshot is a file, and only tests have any")]
    pub fn snapshot(self, path: impl AsRef<std::path::Path>) -> Self {
        let (path, text) = (path.as_ref(), self.timeline());
        if std::env::var_os("SUPPORTY_REWRITE").is_some()
            && let Err(error) = std::fs::write(path, &text)
        {
            fail(&format!("{} can not be written: {error}", path.display()));
        }
        let known = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        if known == text {
            return self;
        }
        let diff = similar::TextDiff::from_lines(known.as_str(), text.as_str());
        let diff = diff.unified_diff().header(&path.display().to_string(), "now").to_string();
        fail(&format!("the timeline is another one; SUPPORTY_REWRITE=1 writes it as it is now:\n{diff}"))
    }

    /// The desk, for whatever else is to be looked at.
    pub fn world(&self) -> &World {
        &self.world
    }
}
