use supporty_core::adapter::{About, Inbound};
use supporty_core::ticket::Command;
use supporty_core::vocab::{Actor, Identity, InboundKey, Place, TextRow, Time};

use super::{Asker, Context};
use crate::ids::{ChannelRef, TeamId, UserRef};
use supporty_core::adapter::Part;

/// Slack itself, where it speaks as a user.
const SLACKBOT: &str = "USLACKBOT";

/// Where a delivery comes from, and so whom its ids mean.
pub(super) struct Origin<'a> {
    pub(super) context: &'a Context<'a>,
    /// When it was received.
    pub(super) at: Time,
    /// The workspace through which we hear of it, where its channel is and where we answer.
    pub(super) team: Option<TeamId>,
    /// The workspace where it happened: another one, where a channel is shared with it.
    source: Option<TeamId>,
    /// Our own app, to which it was delivered.
    app: &'a str,
    /// The bot users that it was delivered to: ours.
    bots: Vec<UserRef>,
}

/// Who wrote a message.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) user: UserRef,
    pub(super) bot: bool,
    pub(super) ours: bool,
}

impl<'a> Origin<'a> {
    /// That of an event. With a shared channel, `team_id` may be the other side's: the authorizations say which
    /// workspace of ours sees it ([Slack Connect](https://docs.slack.dev/apis/slack-connect/using-slack-connect-with-the-events-api)).
    pub(super) fn of_event(context: &'a Context<'a>, body: Part<'a>, at: Time) -> Self {
        let home = context.config.team.as_ref();
        let source = body.text("team_id").map(TeamId::new);
        let authorized = body.list("authorizations").find_map(|one| one.text("team_id")).map(TeamId::new);
        let team = body.text("context_team_id").map(TeamId::new).or(authorized).or_else(|| source.clone());
        let bots = body.list("authorizations").filter(|one| one.is("is_bot")).filter_map(|one| {
            let of = one.text("team_id").map(TeamId::new).or_else(|| team.clone());
            Some(UserRef::of(of.as_ref(), home, one.text("user_id")?))
        });
        let bots = bots.collect();
        Self { context, at, team, source, app: body.text("api_app_id").unwrap_or_default(), bots }
    }

    /// That of a button, a form, a shortcut or a command. A view answers in the workspace where the app is installed,
    /// and an app that a whole organisation has installed is told no team, but only who the user is.
    pub(super) fn of_interaction(context: &'a Context<'a>, body: Part<'a>, at: Time) -> Self {
        let installed = body.part("view").text("app_installed_team_id");
        let here = body.part("team").text("id").or_else(|| body.text("team_id"));
        let user = body.part("user").text("team_id");
        let team = installed.or(here).or(user).or_else(|| body.part("enterprise").text("id"));
        Self {
            context,
            at,
            team: team.map(TeamId::new),
            source: user.or(here).map(TeamId::new),
            app: body.text("api_app_id").unwrap_or_default(),
            bots: Vec::new(),
        }
    }

    /// Somebody of a workspace; of the one where it happened, unless another is named.
    pub(super) fn user(&self, team: Option<&str>, id: &str) -> UserRef {
        let named = team.map(TeamId::new);
        UserRef::of(named.as_ref().or(self.source.as_ref()), self.home(), id)
    }

    /// Somebody whom a text or a list of ours names: there are no other ids in it than our own workspace's.
    pub(super) fn named(&self, id: &str) -> UserRef {
        UserRef::of(self.team.as_ref(), self.home(), id)
    }

    pub(super) fn channel(&self, id: &str) -> ChannelRef {
        ChannelRef::of(self.team.as_ref(), self.home(), id)
    }

    pub(super) fn place(&self, channel: &ChannelRef, ts: &str) -> Place {
        Place { adapter: self.context.config.name.clone(), channel: channel.to_string(), message: ts.into() }
    }

    /// Whether the threads of a channel are tickets'.
    pub(super) fn is_desks(&self, channel: &ChannelRef) -> bool {
        let (config, spec) = (self.context.config, self.context.policy.spec());
        let id = channel.to_string();
        let named = std::iter::once(&spec.channel).chain(&spec.private_channel);
        config.channel_ids().contains(id.as_str()) || named.into_iter().any(|name| config.channel(name) == id)
    }

    /// Whether somebody is our own bot.
    pub(super) fn is_us(&self, user: &UserRef) -> bool {
        let known = self.context.app.bot_users.iter();
        self.bots.contains(user)
            || known.into_iter().any(|(team, id)| UserRef::of(Some(team), self.home(), id.as_str()) == *user)
    }

    /// Who wrote a message, as far as it says.
    pub(super) fn author(&self, message: Part<'_>) -> Option<Author> {
        let (user, bot_id, profile) =
            (message.text("user"), message.text("bot_id"), message.part("bot_profile"));
        let team = ["user_team", "source_team", "team"].into_iter().find_map(|name| message.text(name));
        let team = team.or_else(|| profile.text("team_id"));
        let id = user.or(bot_id)?;
        let bot = bot_id.is_some() || message.text("subtype") == Some("bot_message") || id == SLACKBOT;
        let app = message.text("app_id").or_else(|| profile.text("app_id"));
        let user = self.user(team, id);
        let our_app = |app: &str| app == self.app || app == self.context.app.app_id;
        let ours = app.is_some_and(our_app) || self.is_us(&user);
        Some(Author { user, bot, ours })
    }

    /// Whoever speaks for Slack, where it does not say who did something.
    pub(super) fn slackbot(&self) -> Author {
        Author { user: self.named(SLACKBOT), bot: true, ours: false }
    }

    pub(super) fn identity(&self, user: &UserRef) -> Identity {
        Identity::new(self.context.config.name.clone(), user.to_string())
    }

    /// Who somebody is to the policy.
    pub(super) fn actor(&self, user: &UserRef) -> Actor {
        self.context.policy.actor(&self.identity(user))
    }

    /// Whether the policy knows somebody as a person of its own.
    pub(super) fn is_engineer(&self, user: &UserRef) -> bool {
        self.actor(user).person().is_some_and(|person| self.context.policy.spec().people.contains_key(person))
    }

    /// What somebody of the policy is called.
    pub(super) fn name(&self, id: &str) -> Option<String> {
        let actor = self.actor(&self.named(id));
        Some(self.context.policy.spec().people.get(actor.person()?)?.name.clone())
    }

    pub(super) fn asker(&self, user: UserRef, channel: Option<&str>, thread: Option<&str>) -> Asker {
        Asker {
            user,
            team: self.team.clone(),
            channel: channel.map(str::to_owned),
            thread: thread.map(str::to_owned),
            trigger: None,
            response_url: None,
        }
    }

    /// What somebody asks, received now.
    pub(super) fn inbound(
        &self,
        key: InboundKey,
        from: Identity,
        about: About,
        command: Command,
        texts: Vec<TextRow>,
    ) -> Inbound {
        Inbound { key, from, about, command, texts, at: self.at }
    }

    fn home(&self) -> Option<&TeamId> {
        self.context.config.team.as_ref()
    }
}
