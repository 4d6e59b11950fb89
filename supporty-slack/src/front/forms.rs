use serde_json::json;
use supporty_core::adapter::{Asked, Fields, Named};
use supporty_core::desk::DeskError;
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::{Place, TicketKey};

use super::{Front, Links};
use crate::block::{TooLong, View};
use crate::ids::UserRef;
use crate::inbound::{Asker, Changed, Form, Opens};
use crate::methods::Method;
use crate::render::{self, About, Ask, Remembered};

/// Why a form can not be drawn.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoForm {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl Front {
    /// Opens a form: at once a view that says that it is coming, so that the trigger's three seconds do not pass, and in
    /// its place the form.
    pub(super) async fn open(self, opens: Opens) {
        let Opens { asker, what } = opens;
        let Some(trigger) = asker.trigger.clone() else { return };
        let (policy, links) = (self.inner.desk.policy(), Links::default());
        let Ok(loading) = render::loading(&remembered(&asker), &self.drawn(&policy, &links)) else { return };
        let opened =
            self.call(&asker, Method::ViewsOpen, json!({ "trigger_id": trigger, "view": loading })).await;
        let view = opened.as_ref().and_then(|answer| answer.pointer("/view/id")?.as_str());
        let Some(view) = view else { return };
        let form = match what {
            Form::New(typed) => self.new_form(&asker, &typed).await,
            Form::Ask { ticket, kind } => self.ask_form(&asker, ticket, kind).await,
        };
        match form {
            Ok(form) => {
                drop(self.call(&asker, Method::ViewsUpdate, json!({ "view_id": view, "view": form })).await)
            }
            Err(error) => tracing::error!(%error, "a form can not be drawn"),
        }
    }

    /// Shows the form again with whom it would wake by what is chosen now. Slack keeps what was typed.
    pub(super) async fn changed(self, changed: Changed) {
        let Changed { asker, view, hash, fields } = changed;
        match self.new_form(&asker, &fields).await {
            Ok(form) => {
                let args = json!({ "view_id": view, "hash": hash, "view": form });
                self.call(&asker, Method::ViewsUpdate, args).await;
            }
            Err(error) => tracing::error!(%error, "a form can not be drawn"),
        }
    }

    async fn new_form(&self, asker: &Asker, typed: &Fields) -> Result<View, NoForm> {
        let (policy, links) = (self.inner.desk.policy(), Links::default());
        let engineer = self.actor(&asker.user).person().is_some_and(|person| policy.is_engineer(person));
        let woken = self.would_wake(typed).await?;
        let remembered = remembered(asker);
        let form = render::Form { typed, engineer, woken: &woken, wrong: &[], remembered: &remembered };
        Ok(render::form(&form, &self.drawn(&policy, &links))?)
    }

    /// Nobody is woken by a form that is not filled in yet, so what is missing is made up.
    async fn would_wake(&self, typed: &Fields) -> Result<Vec<Named>, DeskError> {
        let policy = self.inner.desk.policy();
        let typed = typed
            .or("title", "-")
            .or("kind", "request")
            .or("priority", policy.spec().default_priority.as_str());
        match typed.open("form", &policy, None) {
            Ok(Asked { command: Command::Open(open), .. }) => self.inner.desk.would_wake(open).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn ask_form(&self, asker: &Asker, ticket: TicketKey, kind: CommandKind) -> Result<View, NoForm> {
        let desk = &self.inner.desk;
        let about = match desk.ticket(ticket.clone()).await? {
            Some(known) => {
                let card = desk.card_for(ticket, &self.actor(&asker.user)).await?;
                About::of(&known, card.and_then(|card| card.title))
            }
            None => About::new(ticket),
        };
        let (policy, links, typed) = (desk.policy(), Links::default(), Fields::default());
        let remembered = remembered(asker);
        let ask =
            Ask { kind, about: &about, typed: &typed, wrong: &[], remembered: &remembered, now: desk.now() };
        Ok(render::ask(&ask, &self.drawn(&policy, &links))?)
    }

    /// An emoji opens no form: whoever reacted is shown a button that does.
    pub(super) async fn prompt(self, asker: Asker, place: Place, kind: CommandKind) {
        match self.inner.desk.ticket_at(place).await {
            Ok(Some(ticket)) => {
                let (policy, links) = (self.inner.desk.policy(), Links::default());
                let prompt = render::prompt(kind, &ticket, &self.drawn(&policy, &links));
                self.whisper(&asker, &prompt).await;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "a reaction can not be answered"),
        }
    }

    /// Whoever asks an engineer, or us, where no ticket is, is shown the form.
    pub(super) async fn redirect(self, asker: Asker, text: String, favourites: Vec<UserRef>) {
        let (policy, links) = (self.inner.desk.policy(), Links::default());
        let favourite = favourites.first().and_then(|user| {
            let id = self.actor(user).person()?.clone();
            let name = policy.name_of(&id);
            Some(Named { id, name })
        });
        let redirect = render::redirect(&text, favourite.as_ref(), &self.drawn(&policy, &links));
        self.whisper(&asker, &redirect).await;
    }

    pub(super) async fn help(self, asker: Asker) {
        let (policy, links) = (self.inner.desk.policy(), Links::default());
        let help = render::help(&self.drawn(&policy, &links));
        self.whisper(&asker, &help).await;
    }
}

fn remembered(asker: &Asker) -> Remembered {
    Remembered { ticket: None, channel: asker.channel.clone(), thread: asker.thread.clone() }
}
