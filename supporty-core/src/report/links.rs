use serde::{Deserialize, Serialize};

use crate::insight::{By, Effort, Facts, Group, Question, Which};
use crate::policy::Policies;
use crate::time::Every;
use crate::vocab::{PersonId, TicketKey};

/// "Which tickets?", asked of one figure of a report. It is data, so that a link can hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What stood side by side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<By>,
    /// In which stretches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
    /// Of which group.
    #[serde(default)]
    pub group: Group,
    /// Which of them.
    pub which: Behind,
}

/// Which tickets make up a figure of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behind {
    /// Those that are so.
    Which(Which),
    /// Those on which somebody worked in the period, whenever they were opened.
    WorkedBy(PersonId),
}

impl From<Which> for Behind {
    fn from(which: Which) -> Self {
        Self::Which(which)
    }
}

impl Ask {
    /// The tickets, by a report's own question and the effort that its work was worked out with: their keys alone, for some
    /// may be restricted.
    pub fn tickets(
        &self,
        question: &Question,
        facts: &Facts,
        policies: &Policies,
        effort: &Effort,
    ) -> Vec<TicketKey> {
        let question = Question { by: self.by.clone(), every: self.every, ..question.clone() };
        let selection = facts.select(&question, policies);
        match &self.which {
            Behind::Which(which) => selection.which(&self.group, *which),
            Behind::WorkedBy(person) => selection.worked_by(&facts.work(effort), &self.group, person),
        }
    }
}

/// Where a page leads to.
pub trait Links {
    /// Where a ticket is, if anywhere.
    fn ticket(&self, key: &TicketKey) -> Option<String>;

    /// Where the tickets behind a figure are listed, if anywhere.
    fn which(&self, ask: &Ask) -> Option<String>;
}

/// A page that leads nowhere: it is read where there is no desk.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLinks;

impl Links for NoLinks {
    fn ticket(&self, _: &TicketKey) -> Option<String> {
        None
    }

    fn which(&self, _: &Ask) -> Option<String> {
        None
    }
}
