use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde_json::json;

/// What is left to do after Slack was answered.
pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What to answer, and what to do then.
#[must_use = "Slack waits for the answer, and somebody for the work"]
pub struct Outcome {
    /// The status of the response.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body; over a socket the payload of the acknowledgement, if it is not empty.
    pub body: String,
    /// What to run once that is on its way: on a task of its own, so that the answer does not wait for it.
    pub work: Option<Work>,
}

impl Outcome {
    pub(super) fn done() -> Self {
        Self::with(200, "text/plain", String::new())
    }

    pub(super) fn text(word: String) -> Self {
        Self::with(200, "text/plain", word)
    }

    /// What is wrong with a form, beside its fields.
    pub(super) fn form_errors(errors: impl IntoIterator<Item = (String, String)>) -> Self {
        let errors: serde_json::Map<_, _> =
            errors.into_iter().map(|(block, why)| (block, why.into())).collect();
        let body = json!({ "response_action": "errors", "errors": errors });
        Self::with(200, "application/json", body.to_string())
    }

    pub(super) fn refused(why: &str) -> Self {
        Self::with(400, "text/plain", why.to_owned())
    }

    pub(super) fn unauthorized() -> Self {
        Self::with(401, "text/plain", "the signature is wrong or too old".to_owned())
    }

    pub(super) fn unavailable() -> Self {
        Self::with(503, "text/plain", "try again".to_owned())
    }

    pub(super) fn then(self, work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { work: Some(Box::pin(work)), ..self }
    }

    /// Whether the delivery was taken: whoever brings it by a socket acknowledges it then, and only then.
    pub fn is_taken(&self) -> bool {
        self.status == 200
    }

    fn with(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, body, work: None }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, body, work, .. } = self;
        f.debug_struct("Outcome")
            .field("status", status)
            .field("body", body)
            .field("work", &work.is_some())
            .finish()
    }
}
