use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use supporty_core::adapter::Error;
use supporty_core::desk::{Desk, DeskBuilder};
use supporty_core::policy::Policy;
use supporty_slack::inbound::SigningSecrets;
use supporty_slack::{
    Api, Config, Finding, Front, Identified, OneTeam, SLACK, Slack, SlackReader, Socket, check, identify,
};

use crate::args::Options;

/// The variable with the token of the app's bot: `xoxb-…`.
pub const BOT_TOKEN: &str = "SLACK_BOT_TOKEN";
/// The variable with the secret that Slack signs its requests with.
pub const SIGNING_SECRET: &str = "SLACK_SIGNING_SECRET";
/// The variable with the one before, while Slack goes over to the new one.
const OLD_SIGNING_SECRET: &str = "SLACK_OLD_SIGNING_SECRET";
/// The variable with the token for Socket Mode: `xapp-…`.
pub const APP_TOKEN: &str = "SLACK_APP_TOKEN";

/// How a workspace is reached, as the options and the environment say.
pub struct Setup {
    config: Arc<Config>,
    api: Api,
    secrets: Option<SigningSecrets>,
    app_token: Option<SecretString>,
}

/// A workspace that has said who we are there.
pub struct Workspace {
    setup: Setup,
    who: Identified,
    slack: Arc<Slack>,
}

/// Why Slack can not be used: one line, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum SlackError {
    /// The configuration can not be read.
    #[error("{} can not be read: {source}; supporty-slack/SETUP.md has one to begin with", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration is wrong.
    #[error("{} is wrong: {why}", .path.display())]
    Config {
        /// Which file.
        path: PathBuf,
        /// Where, and what to do.
        why: String,
    },
    /// A token is missing.
    #[error(
        "--slack needs the bot's token in {BOT_TOKEN}: it begins with `xoxb-`, and is in the app's settings under OAuth & Permissions"
    )]
    NoToken,
    /// Nothing can come in.
    #[error(
        "--slack needs {SIGNING_SECRET}, from the app's settings under Basic Information, or for Socket Mode {APP_TOKEN}"
    )]
    NoWayIn,
    /// Slack does not say who we are.
    #[error("Slack can not be used: {why}")]
    Slack {
        /// Why, and what to do.
        why: String,
    },
}

impl Setup {
    /// Reads the configuration's file, and the secrets that `env` has.
    pub fn read(options: &Options, env: impl Fn(&str) -> Option<String>) -> Result<Self, SlackError> {
        let env = |name| env(name).filter(|value| !value.is_empty());
        let config = Arc::new(config(&options.slack_config)?);
        let token = env(BOT_TOKEN).ok_or(SlackError::NoToken)?;
        let secrets = env(SIGNING_SECRET).map(|secret| {
            let secrets = SigningSecrets::new(secret);
            match env(OLD_SIGNING_SECRET) {
                Some(old) => secrets.or_former(old),
                None => secrets,
            }
        });
        let app_token = env(APP_TOKEN).map(SecretString::from);
        if secrets.is_none() && app_token.is_none() {
            return Err(SlackError::NoWayIn);
        }
        let base = options.slack_api.as_deref().unwrap_or(SLACK);
        let api = Api::at(base, Arc::new(OneTeam::new(token.into()))).map_err(refused)?;
        Ok(Self { config, api, secrets, app_token })
    }

    /// Asks Slack who we are.
    pub async fn workspace(self, policy: &Policy) -> Result<Workspace, SlackError> {
        let who = identify(&self.api).await.map_err(refused)?;
        let slack = Slack::new(self.api.clone(), Arc::clone(&self.config), Arc::new(policy.clone()));
        slack.set_web(&who.web);
        Ok(Workspace { setup: self, who, slack: Arc::new(slack) })
    }
}

impl Workspace {
    /// What is missing there for a desk of that policy.
    pub async fn check(&self, policy: &Policy) -> Result<Vec<Finding>, SlackError> {
        check(&self.setup.api, &self.who, &self.setup.config, policy).await.map_err(refused)
    }

    /// What it is called, for a person.
    pub fn name(&self) -> &str {
        &self.who.team_name
    }

    /// A desk that is shown there.
    pub fn of(&self, desk: DeskBuilder) -> DeskBuilder {
        let name = self.setup.config.name.clone();
        let reader = SlackReader::new(Arc::clone(&self.setup.config), self.who.app.clone());
        let desk = desk.phrases(self.setup.config.phrases());
        desk.chat(name.clone(), Arc::clone(&self.slack) as _).reader(name, Arc::new(reader))
    }

    /// The name by which policies give people's identities there.
    pub fn adapter(&self) -> supporty_core::vocab::AdapterName {
        self.setup.config.name.clone()
    }

    /// The front of a desk there. Without a signing secret nothing comes in over HTTP.
    pub fn front(&self, desk: &Desk) -> Front {
        let secrets = self.setup.secrets.clone();
        Front::new(desk.clone(), Arc::clone(&self.slack), secrets, self.who.app.clone())
    }

    /// Whether requests are signed for us.
    pub fn listens(&self) -> bool {
        self.setup.secrets.is_some()
    }

    /// The connection of Socket Mode, where there is a token for one.
    pub fn socket(&self, front: &Front) -> Option<Socket> {
        let token = self.setup.app_token.clone()?;
        Some(Socket::new(self.setup.api.clone(), token, front.clone()))
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The configuration of a file.
pub fn config(path: &Path) -> Result<Config, SlackError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| SlackError::File { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        let place =
            error.span().map(|span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        let place = place.map(|line| format!(" (line {line})")).unwrap_or_default();
        SlackError::Config { path: path.to_owned(), why: format!("{}{place}", error.message()) }
    })
}

fn refused(error: Error) -> SlackError {
    SlackError::Slack { why: crate::start::reasons(&error) }
}
