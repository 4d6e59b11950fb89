//! Waking people through a pager of your own: signed webhooks out, signed answers back. `PAGING.md` says how to point
//! one at the desk.
//!
//! Like every adapter it has two halves: [`Pager`] delivers messages to people and claims nothing else, [`callback`]
//! understands what somebody answered. Both are signed by one [`Secret`].

pub mod callback;
mod outcome;
mod page;
mod secret;

pub use outcome::{Verdict, verdict};
pub use page::Page;
pub use secret::{Forged, SIGNATURE, Secret, TIMESTAMP, TooShort};

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Url};
use supporty_core::adapter::{
    Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Post, Retry, Show,
};
use supporty_core::stream::EffectId;
use supporty_core::time::Zone;
use supporty_core::vocab::Place;

use crate::app::now;
use crate::http;
use crate::public::Public;

/// The name of the adapter, which the contacts and identities of a policy give it.
pub const NAME: &str = "pager";

/// Where on the desk's server a pager calls back.
pub const CALLBACK: &str = "/pager/callback";

/// The header that names a page: the same name is the same page.
pub const IDEMPOTENCY: &str = "idempotency-key";

/// How long a pager may take to answer, well below what the desk waits for a delivery.
const PATIENCE: Duration = Duration::from_secs(10);

const DOING: &str = "paging";

/// A pager, reached by a signed webhook.
///
/// It can not be asked what it has shown, so `dedupes` is not claimed: after an answer that was lost the same page is
/// sent again under the same name, and the pager de-duplicates by that.
pub struct Pager {
    client: Client,
    url: Url,
    secret: Secret,
    public: Public,
    zone: Zone,
}

impl Pager {
    /// A pager that listens there. Links and the address to call back begin with `public`, times are by `zone`.
    pub fn new(url: Url, secret: Secret, public: Public, zone: Zone) -> Result<Self, Error> {
        let client = http::client(&url, PATIENCE)?;
        Ok(Self { client, url, secret, public, zone })
    }

    /// Gives up sooner or later than after ten seconds.
    pub fn patience(self, patience: Duration) -> Result<Self, Error> {
        Ok(Self { client: http::client(&self.url, patience)?, ..self })
    }

    async fn send(&self, page: &Page) -> Result<(), Error> {
        let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, DOING);
        let body = serde_json::to_vec(page).map_err(|error| wrong().caused_by(error))?;
        let name = HeaderValue::try_from(&page.id).map_err(|error| wrong().caused_by(error))?;
        let signed = self.secret.sign(now(), &body);
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY, name)
            .header(TIMESTAMP, signed.timestamp)
            .header(SIGNATURE, signed.signature)
            .body(body);
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        match verdict(status, after, now()) {
            Verdict::Delivered => Ok(()),
            Verdict::Failed(kind, retry) => {
                Err(Error::new(kind, retry, format!("{DOING} (it was answered with {status})")))
            }
        }
    }
}

/// Without the address and the secret: the address may hold a token.
impl fmt::Debug for Pager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Chat for Pager {
    fn capability(&self) -> ChatCapability {
        let mut can = ChatCapability::default();
        can.direct = true;
        can
    }

    async fn show(&self, _show: Show) -> Result<Delivered, Error> {
        Err(Error::unsupported("showing a card on a pager"))
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        let Destination::Person(user) = &post.to else {
            return Err(Error::unsupported("paging a thread or a channel"));
        };
        let page = Page::new(&post.effect, user, &post.message, &self.public, &self.zone);
        self.send(&page).await?;
        let place = Place { adapter: NAME.into(), channel: user.clone(), message: page.id.as_str().into() };
        Ok(Delivered { place })
    }

    async fn find(&self, _effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        Err(Error::unsupported("looking for a page"))
    }
}

/// A request that was not answered. Without a connection nothing was sent; otherwise nobody knows.
fn lost(error: reqwest::Error) -> Error {
    let kind = if error.is_connect() {
        ErrorKind::Unavailable
    } else if error.is_builder() {
        return Error::new(ErrorKind::Invalid, Retry::Never, DOING).caused_by(error.without_url());
    } else {
        ErrorKind::Unknown
    };
    Error::new(kind, Retry::Backoff, DOING).caused_by(error.without_url())
}
