use std::fmt::Display;

use supporty_core::adapter::{Part, Unreadable};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{InboundKey, Time};

use super::{Account, Context, Delivery, Fact, NotForUs, Repository, What, keys};
use crate::config::Config;
use crate::ids::{DeliveryId, RepositoryId};
use crate::marker;

/// What a delivery says beside what happened: where, and by whom.
pub(super) struct Origin<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) body: Part<'a>,
    pub(super) delivery: DeliveryId,
}

impl<'a> Origin<'a> {
    pub(super) fn new(context: &'a Context<'a>, body: Part<'a>, delivery: DeliveryId) -> Self {
        Self { context, body, delivery }
    }

    pub(super) fn config(&self) -> &'a Config {
        self.context.config
    }

    pub(super) fn action(&self) -> &'a str {
        self.body.words("action")
    }

    /// An action that changes nothing we keep.
    pub(super) fn passes(&self) -> Result<Delivery, Unreadable> {
        Ok(Delivery::NotForUs(NotForUs::Action(self.action().to_owned())))
    }

    pub(super) fn repository(&self) -> Result<Repository, Unreadable> {
        let repository = self.body.part("repository");
        Ok(Repository {
            id: RepositoryId(repository.need_number("id")?),
            name: repository.need("full_name")?.to_owned(),
        })
    }

    /// Whether a branch is the one that everything goes to in the end. Older payloads call it `master_branch`.
    pub(super) fn is_default(&self, branch: &str) -> bool {
        let repository = self.body.part("repository");
        repository.text("default_branch").or_else(|| repository.text("master_branch")) == Some(branch)
    }

    /// The account under a name of a part.
    pub(super) fn account(&self, part: Part<'a>, name: &'static str) -> Option<Account> {
        self.acts(part.part(name))
    }

    /// Who wrote something: its `user`.
    ///
    /// What an app of ours wrote is known by the app too. That it was written
    /// [through an app](https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-with-a-github-app-on-behalf-of-a-user)
    /// is not enough: people can let an app act in their name.
    pub(super) fn author(&self, part: Part<'a>) -> Option<Account> {
        let author = self.account(part, "user")?;
        let app = part.part("performed_via_github_app").number("id");
        let us = author.us || author.bot && app.is_some() && app == self.context.app.id;
        Some(Account { us, ..author })
    }

    /// Somebody, unless it is `ghost`: GitHub puts that where an account was deleted, and where it
    /// [does not know](https://docs.github.com/en/webhooks/webhook-events-and-payloads) who did something.
    pub(super) fn acts(&self, account: Part<'a>) -> Option<Account> {
        let (id, login) = (account.number("id")?, account.text("login").filter(|login| *login != "ghost")?);
        let app = self.context.app;
        let bot = account.text("type") == Some("Bot") || login.ends_with("[bot]");
        let slug = login.strip_suffix("[bot]");
        let us = app.users.contains(&id) || slug.is_some() && slug == app.slug.as_deref();
        let bot = bot || self.config().bots.iter().any(|name| name.eq_ignore_ascii_case(login));
        Some(Account { id, login: login.to_owned(), bot, us })
    }

    /// The effect that something was written for, if it was we who did.
    pub(super) fn ours(&self, author: Option<&Account>, body: &str) -> Option<EffectId> {
        author.filter(|author| author.us).and_then(|_| marker::find(body))
    }

    /// Who did what is delivered.
    pub(super) fn sender(&self) -> Option<Account> {
        self.account(self.body, "sender")
    }

    pub(super) fn key(&self, what: &str, parts: &[&dyn Display]) -> Result<InboundKey, Unreadable> {
        let repository = self.repository()?.id;
        let parts: Vec<&dyn Display> =
            std::iter::once(&repository as &dyn Display).chain(parts.iter().copied()).collect();
        Ok(keys::key(&self.config().name, what, &parts))
    }

    pub(super) fn fact(&self, key: InboundKey, at: Time, what: What) -> Result<Delivery, Unreadable> {
        let (delivery, repository, by) = (self.delivery.clone(), self.repository()?, self.sender());
        Ok(Delivery::Fact(Box::new(Fact { key, delivery, at, repository, by, what })))
    }
}

/// Whether the author of something belongs to the project. In a public repository anybody may write.
pub(super) fn is_insider(part: Part<'_>) -> bool {
    matches!(part.text("author_association"), Some("OWNER" | "MEMBER" | "COLLABORATOR"))
}
