use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde_json::json;
use supporty_core::adapter::{Chat, Destination, Error};
use supporty_core::desk::DeskError;
use supporty_core::stream::{EffectId, Origin};
use supporty_core::time::Zone;
use supporty_core::vocab::{Period, Time};

use super::week::week;
use super::{Front, Links};
use crate::config::WhoIsOn;
use crate::methods::Method;
use crate::render;

/// How often it is looked who is on.
const LOOK: Duration = Duration::from_secs(60);
/// A digest that could not be posted for that long is not posted any more.
const LATE: TimeDelta = TimeDelta::days(1);

/// Why something beside tickets was not shown.
#[derive(Debug, thiserror::Error)]
enum NotShown {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Slack(#[from] Error),
}

impl Front {
    /// Keeps up to date, until `shutdown` comes, who is on, and posts the weekly digest. What failed is tried again.
    pub async fn tend(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let (mut shown, mut posted) = (None, None);
        loop {
            if let Err(error) = self.show_who_is_on(&mut shown).await {
                tracing::warn!(%error, "it is not shown who is on");
            }
            if let Err(error) = self.post_digest(&mut posted).await {
                tracing::warn!(%error, "the digest is not posted yet");
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// A level: what stands there already is left alone, whoever wrote it.
    async fn show_who_is_on(&self, shown: &mut Option<String>) -> Result<(), NotShown> {
        let (policy, links) = (self.inner.desk.policy(), Links::default());
        let on = self.on().await?;
        let who = render::who_is_on(&on, &self.drawn(&policy, &links));
        if who.is_empty() || shown.as_ref() == Some(&who) {
            return Ok(());
        }
        let slack = &self.inner.slack;
        let channel = slack.config().channel(&policy.spec().channel);
        match slack.config().who_is_on {
            WhoIsOn::Nowhere => {}
            WhoIsOn::Topic => {
                let args = json!({ "channel": channel, "topic": who });
                slack.call(None, Method::ConversationsSetTopic, args).await?;
            }
            WhoIsOn::Bookmark => self.bookmark(channel, &who).await?,
        }
        *shown = Some(who);
        Ok(())
    }

    /// The bookmark is known by where it leads: to our home.
    async fn bookmark(&self, channel: &str, title: &str) -> Result<(), Error> {
        let slack = &self.inner.slack;
        let link = format!("https://slack.com/app_redirect?app={}", self.inner.app.app_id);
        let listed = slack.call(None, Method::BookmarksList, json!({ "channel_id": channel })).await?;
        let ours = listed.get("bookmarks").and_then(|all| all.as_array()).into_iter().flatten();
        let ours = ours.into_iter().find(|one| one.get("link").and_then(|link| link.as_str()) == Some(&link));
        match ours {
            Some(one) if one.get("title").and_then(|title| title.as_str()) == Some(title) => {}
            Some(one) => {
                let id = one.get("id").and_then(|id| id.as_str()).unwrap_or_default();
                let args = json!({ "channel_id": channel, "bookmark_id": id, "title": title });
                slack.call(None, Method::BookmarksEdit, args).await?;
            }
            None => {
                let args = json!({ "channel_id": channel, "title": title, "type": "link", "link": link });
                slack.call(None, Method::BookmarksAdd, args).await?;
            }
        }
        Ok(())
    }

    /// Posts the digest of the week before, once for each week, whoever else tries.
    async fn post_digest(&self, posted: &mut Option<NaiveDate>) -> Result<(), NotShown> {
        let (desk, slack) = (&self.inner.desk, &self.inner.slack);
        let Some(at) = slack.config().digest else { return Ok(()) };
        let (policy, links) = (desk.policy(), Links::default());
        let drawn = self.drawn(&policy, &links);
        let (zone, now) = (drawn.zone(), desk.now());
        let (date, due) = last(at.day, at.time, &zone, now);
        if *posted == Some(date) || now.signed_duration_since(due) > LATE {
            return Ok(());
        }
        let effect = EffectId { cause: Origin::Job(format!("digest/{date}")), n: 0 };
        let channel = policy.spec().channel.clone();
        if slack.find(effect.clone(), Destination::Channel(channel.clone())).await?.is_none() {
            let figures = week(desk, Period::new(due - TimeDelta::days(7), due)).await?;
            let picture = self.picture(&figures, &drawn).await;
            let message = render::digest(&figures, picture, &drawn);
            slack.post(&effect, Destination::Channel(channel), message, false).await?;
        }
        *posted = Some(date);
        Ok(())
    }

    /// The figures as a file of Slack's. Without one the digest has none.
    #[cfg(feature = "picture")]
    async fn picture(
        &self,
        figures: &render::Figures,
        drawn: &render::Context<'_>,
    ) -> Option<crate::block::Picture> {
        let drawing = match render::picture(figures, drawn) {
            Ok(drawing) => drawing,
            Err(error) => {
                tracing::warn!(%error, "the figures can not be drawn");
                return None;
            }
        };
        match self.inner.slack.upload(None, "support.png", drawing).await {
            Ok(file) => Some(crate::block::Picture::File { id: crate::block::Id::new(file) }),
            Err(error) => {
                tracing::warn!(%error, "the picture of the figures was not uploaded");
                None
            }
        }
    }

    #[cfg(not(feature = "picture"))]
    async fn picture(&self, _: &render::Figures, _: &render::Context<'_>) -> Option<crate::block::Picture> {
        None
    }
}

/// The last time that it was that day of the week and that time, by the clocks of a zone.
fn last(day: Weekday, time: NaiveTime, zone: &Zone, now: Time) -> (NaiveDate, Time) {
    let today = zone.local(now).date();
    let ago = today.weekday().days_since(day);
    let of = |ago: u32| {
        let date = today.checked_sub_days(Days::new(ago.into())).unwrap_or(today);
        (date, zone.instant(date.and_time(time)))
    };
    let (date, due) = of(ago);
    if due <= now { (date, due) } else { of(ago + 7) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_due_by_the_clock_on_the_wall() {
        let zone = Zone::new("Europe/London").unwrap();
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let due = |now: &str| last(Weekday::Mon, nine, &zone, now.parse().unwrap());
        let monday = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        assert_eq!(due("2026-06-01T08:00:00Z"), (monday, "2026-06-01T08:00:00Z".parse().unwrap()));
        assert_eq!(due("2026-06-07T22:00:00Z").0, monday);
        assert_eq!(due("2026-06-01T07:59:59Z").0, monday - Days::new(7));
    }
}
