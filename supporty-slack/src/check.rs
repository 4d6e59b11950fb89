//! What is missing in a workspace, and what to press to mend it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use supporty_core::adapter::Error;
use supporty_core::policy::Policy;

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
        let answer = match api.call(None, Method::ConversationsInfo, &json!({ "channel": id })).await {
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
            Err(failure) => return Err(failure.into()),
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
    }
    Ok(())
}

async fn people(api: &Api, config: &Config, policy: &Policy, found: &mut Vec<Finding>) -> Result<(), Error> {
    for (id, person) in &policy.spec().people {
        let here = person.identities.iter().filter(|identity| identity.adapter == config.name);
        let mut known = false;
        for identity in here {
            known = true;
            let user = UserRef::parse(&identity.user);
            let answer = api.call(user.team.as_ref(), Method::UsersInfo, &json!({ "user": user.id })).await;
            let gone = match &answer {
                Ok(answer) => answer.pointer("/user/deleted").and_then(Value::as_bool) == Some(true),
                Err(failure) if failure.code() == Some("missing_scope") => false,
                Err(Failure::Refused { .. }) => true,
                Err(failure) => return Err(failure.clone().into()),
            };
            if gone {
                found.push(Finding {
                    what: format!("{id} is `{}` on Slack by the policy, and nobody there is", identity.user),
                    mend: "in their profile choose Copy member ID, and put that into the policy".to_owned(),
                });
            }
        }
        if !known {
            found.push(Finding {
                what: format!("{id} is not on Slack by the policy, and can not be told anything there"),
                mend: format!(
                    "add `identities = [{{ adapter = \"{}\", user = \"U…\" }}]` to [people.{id}]",
                    config.name
                ),
            });
        }
    }
    Ok(())
}
