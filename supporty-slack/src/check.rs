//! What is missing in a workspace, and what to press to mend it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use supporty_core::adapter::Error;
use supporty_core::policy::Policy;
use supporty_core::vocab::PersonId;

use crate::api::Api;
use crate::config::{Config, WhoIsOn};
use crate::error::Failure;
use crate::ids::{TeamId, UserRef};
use crate::inbound::App;
use crate::manifest::SCOPES;
use crate::methods::Method;

/// Who we are in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// Our app and its bot user, as deliveries name them.
    pub app: App,
    /// The workspace.
    pub team: TeamId,
    /// What it is called.
    pub team_name: String,
    /// Where it is on the web.
    pub web: String,
    scopes: Option<BTreeSet<String>>,
}

/// Something that is missing: what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: String,
    /// What to press.
    pub mend: String,
}

/// How long Slack may ask us to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks Slack who we are. Every desk does at its start.
pub async fn identify(api: &Api) -> Result<Identified, Error> {
    let answer = api.answered(None, Method::AuthTest, &json!({})).await?;
    let text = |name: &str| answer.body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let garbled = || Failure::Garbled(Method::AuthTest);
    let team = TeamId::new(text("team_id").ok_or_else(garbled)?);
    let user = text("user_id").ok_or_else(garbled)?;
    let app_id = app_id(api, &text("bot_id").unwrap_or_default()).await?;
    Ok(Identified {
        app: App { app_id, bot_users: BTreeMap::from([(team.clone(), user)]) },
        team,
        team_name: text("team").unwrap_or_default(),
        web: text("url").unwrap_or_default(),
        scopes: answer.scopes.map(|scopes| scopes.into_iter().collect()),
    })
}

/// The app of a bot, which its own token does not say. Without the scope for it nobody knows.
async fn app_id(api: &Api, bot_id: &str) -> Result<String, Error> {
    match api.call(None, Method::BotsInfo, &json!({ "bot": bot_id })).await {
        Ok(answer) => {
            Ok(answer.pointer("/bot/app_id").and_then(Value::as_str).unwrap_or_default().to_owned())
        }
        Err(failure) if failure.code().is_some() => {
            tracing::warn!(%failure, "the id of the app is not known");
            Ok(String::new())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Looks for what a desk of that policy would miss. Posts nothing.
pub async fn check(
    api: &Api,
    who: &Identified,
    config: &Config,
    policy: &Policy,
) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    scopes(who, config, &mut found);
    channels(api, config, policy, &mut found).await?;
    people(api, config, policy, &mut found).await?;
    Ok(found)
}

/// Asks, and asks again where Slack asks to wait, unless that takes too long.
async fn ask(api: &Api, team: Option<&TeamId>, method: Method, args: &Value) -> Result<Value, Failure> {
    let mut patience = PATIENCE;
    loop {
        match api.call(team, method, args).await {
            Err(Failure::Later { wait, .. }) if wait <= patience => {
                tokio::time::sleep(wait).await;
                patience -= wait;
            }
            answer => return answer,
        }
    }
}

/// What Slack would not say. That it is not there at all ends the search.
fn unanswered(what: &str, failure: Failure) -> Result<Finding, Error> {
    let mend = match &failure {
        Failure::Refused { .. } => "do what Slack's word for it asks for, and check again".to_owned(),
        Failure::Later { wait, .. } => format!("check again in {} seconds", wait.as_secs()),
        Failure::NoToken(_) => "install the app in that workspace".to_owned(),
        Failure::Unreached(_) | Failure::Unknown(_) | Failure::Garbled(_) => return Err(failure.into()),
    };
    Ok(Finding { what: format!("it is not known {what}: {failure}"), mend })
}

fn scopes(who: &Identified, config: &Config, found: &mut Vec<Finding>) {
    let Some(granted) = &who.scopes else { return };
    let unused = |scope: &str| match config.who_is_on {
        WhoIsOn::Bookmark => scope.ends_with(":write.topic"),
        WhoIsOn::Topic => scope.starts_with("bookmarks:"),
        WhoIsOn::Nowhere => scope.ends_with(":write.topic") || scope.starts_with("bookmarks:"),
    };
    let missing = SCOPES.iter().filter(|scope| !granted.contains(**scope) && !unused(scope));
    found.extend(missing.map(|scope| Finding {
        what: format!("the scope `{scope}` is missing"),
        mend: format!(
            "in the app's settings, OAuth & Permissions, Bot Token Scopes: add `{scope}`, then Reinstall to Workspace"
        ),
    }));
}

async fn channels(
    api: &Api,
    config: &Config,
    policy: &Policy,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    let spec = policy.spec();
    let named: BTreeSet<_> = std::iter::once(&spec.channel).chain(&spec.private_channel).collect();
    for name in named {
        if !config.channels.contains_key(name) {
            found.push(Finding {
                what: format!("the channel `{name}` of the policy has no id"),
                mend: format!("in Slack, View channel details, copy the channel ID, and add `{name} = \"C…\"` under [channels]"),
            });
            continue;
        }
        let id = config.channel(name);
        let answer = match ask(api, None, Method::ConversationsInfo, &json!({ "channel": id })).await {
            Ok(answer) => answer,
            Err(failure) if failure.code() == Some("channel_not_found") => {
                found.push(Finding {
                    what: format!(
                        "the channel `{name}` ({id}) is not there, or is private and the app is not in it"
                    ),
                    mend:
                        "check its id under [channels], and in the channel say /invite @ and the app's name"
                            .to_owned(),
                });
                continue;
            }
            Err(failure) if failure.code() == Some("missing_scope") => continue,
            Err(failure) => {
                found.push(unanswered(&format!("how the channel `{name}` ({id}) is"), failure)?);
                continue;
            }
        };
        let is = |flag: &str| answer.pointer(&format!("/channel/{flag}")).and_then(Value::as_bool);
        if is("is_archived") == Some(true) {
            found.push(Finding {
                what: format!("the channel `{name}` ({id}) is archived"),
                mend: "unarchive it, or name another under [channels]".to_owned(),
            });
        } else if is("is_member") == Some(false) {
            found.push(Finding {
                what: format!("the app is not in the channel `{name}` ({id})"),
                mend: "in the channel say /invite @ and the app's name".to_owned(),
            });
        }
        if spec.private_channel.as_ref() == Some(name) && is("is_private") == Some(false) {
            found.push(Finding {
                what: format!(
                    "the channel `{name}` ({id}) is the policy's private one, and public on Slack: everybody can read \
                     restricted tickets there"
                ),
                mend: "in the channel's details, Settings, choose Change to a private channel, or name a private one \
                       under [channels]"
                    .to_owned(),
            });
        }
    }
    Ok(())
}

async fn people(api: &Api, config: &Config, policy: &Policy, found: &mut Vec<Finding>) -> Result<(), Error> {
    for (id, person) in &policy.spec().people {
        let mut here = person.identities.iter().filter(|identity| identity.adapter == config.name).peekable();
        if here.peek().is_none() {
            found.push(Finding {
                what: format!("{id} is not on Slack by the policy, and can not be told anything there"),
                mend: format!(
                    "add `identities = [{{ adapter = \"{}\", user = \"U…\" }}]` to [people.{id}]",
                    config.name
                ),
            });
        }
        for identity in here {
            found.extend(user(api, id, &identity.user).await?);
        }
    }
    Ok(())
}

/// What is wrong with a user of somebody's.
async fn user(api: &Api, id: &PersonId, user: &str) -> Result<Option<Finding>, Error> {
    let UserRef { team, id: asked } = UserRef::parse(user);
    let answer = ask(api, team.as_ref(), Method::UsersInfo, &json!({ "user": asked })).await;
    let failure = match answer {
        Ok(answer) if answer.pointer("/user/deleted").and_then(Value::as_bool) == Some(true) => None,
        Ok(_) => return Ok(None),
        Err(failure) => Some(failure),
    };
    let by_policy = format!("{id} is `{user}` on Slack by the policy");
    let (what, mend) = match failure.as_ref().map(Failure::code) {
        None | Some(Some("user_not_found")) => (
            format!("{by_policy}, and nobody there is"),
            "in their profile choose Copy member ID, and put that into the policy",
        ),
        Some(Some("user_not_visible")) => (
            format!("{by_policy}, and the app can not see them"),
            "they are of another workspace: put the id that they have in this one into the policy, or `T…/U…` and \
             install the app in theirs",
        ),
        // Said once, with the scopes.
        Some(Some("missing_scope")) => return Ok(None),
        Some(_) => {
            let what = format!("whether anybody is `{user}`, as {id} is by the policy");
            return failure.map(|failure| unanswered(&what, failure)).transpose();
        }
    };
    Ok(Some(Finding { what, mend: mend.to_owned() }))
}
