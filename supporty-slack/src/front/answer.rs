use supporty_core::adapter::Answer;
use supporty_core::desk::DeskError;
use supporty_core::rules::Rejection;
use supporty_core::ticket::Command;

use super::{FORM_PATIENCE, Front, Links, Outcome};
use crate::inbound::{Asked, Asker, By};
use crate::render;

impl Front {
    /// Decides what was kept, and tells whoever asked when it is refused. Should the process end before, the desk
    /// decides it later, and nobody is told.
    pub(super) async fn handle(self, asked: Asked) {
        let Asked { inbound, asker, by } = asked;
        let answer = self.decide(inbound.clone()).await;
        self.tell(&asker, by, &inbound.command, answer).await;
        if by == By::Button && asker.channel.is_none() {
            self.show_home(asker).await;
        }
    }

    /// Decides a form while Slack waits, so that what is wrong can be shown in it.
    pub(super) async fn handle_form(&self, asked: Asked) -> Outcome {
        let Asked { inbound, asker, by } = asked;
        let command = inbound.command.clone();
        let front = self.clone();
        let mut deciding = Box::pin(async move { front.decide(inbound).await });
        match tokio::time::timeout(FORM_PATIENCE, &mut deciding).await {
            Ok(Ok(Answer { outcome: Ok(_), .. })) => Outcome::done(),
            Ok(Ok(Answer { outcome: Err(rejection), .. })) => {
                let block = block(&rejection, &command);
                Outcome::form_errors([(block, sentence(&rejection.to_string()))])
            }
            // It is kept, and will be decided.
            Ok(Err(error)) => {
                tracing::error!(%error, "a form is kept, and not decided yet");
                Outcome::done()
            }
            Err(_) => {
                let front = self.clone();
                Outcome::done().then(async move {
                    let answer = deciding.await;
                    front.tell(&asker, by, &command, answer).await;
                })
            }
        }
    }

    /// A refusal, to whoever asked and nobody else. A message that came too late or in vain is the sender's to see.
    async fn tell(&self, asker: &Asker, by: By, command: &Command, answer: Result<Answer, DeskError>) {
        match answer {
            Ok(Answer { outcome: Ok(_), .. }) => {}
            // The thread is not a ticket's: people talk beside us.
            Ok(Answer { outcome: Err(Rejection::NoSuchTicket), .. })
                if by != By::Form && by != By::Button => {}
            Ok(Answer { outcome: Err(rejection), .. }) => {
                tracing::info!(%rejection, command = %command.kind(), "refused");
                let said = sentence(&rejection.to_string());
                let (policy, links) = (self.inner.desk.policy(), Links::default());
                let note = render::note(&said, &self.drawn(&policy, &links));
                self.whisper(asker, &note).await;
            }
            Err(error) => {
                tracing::error!(%error, command = %command.kind(), "a delivery is kept, and not decided yet");
            }
        }
    }
}

/// The field that a refusal is about; the first one where it is about all.
fn block(rejection: &Rejection, command: &Command) -> String {
    match (rejection, command) {
        (Rejection::MissingField { field, .. } | Rejection::NotAnAnswer { field, .. }, _) => {
            format!("field-{field}")
        }
        (_, Command::Open(_)) => "title".to_owned(),
        (_, command) => first_block(command).to_owned(),
    }
}

/// The first field of each form that asks about a ticket.
fn first_block(command: &Command) -> &'static str {
    match command {
        Command::Resolve { .. } => "resolution",
        Command::Wait { .. } => "on",
        Command::Reprioritise { .. } => "priority",
        Command::HandOff { .. } | Command::Assign { .. } => "to",
        Command::Move { .. } => "area",
        Command::ChangeKind { .. } => "kind",
        Command::Classify { .. } => "upkeep",
        Command::Rate { .. } => "stars",
        Command::Merge { .. } | Command::Attach { .. } => "into",
        Command::Restrict { .. } => "readers",
        Command::WritePostMortem { .. } => "text",
        _ => "why",
    }
}

/// As people write: with a capital letter and a stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let whole: String = first.into_iter().flatten().chain(letters).collect();
    if whole.ends_with(['.', '!', '?']) { whole } else { whole + "." }
}
