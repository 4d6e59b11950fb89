use std::time::Duration;

use chrono::DateTime;
use supporty_core::adapter::{ErrorKind, Retry};
use supporty_core::vocab::Time;

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody is being woken.
    Delivered,
    /// Nobody is, or nobody knows.
    Failed(ErrorKind, Retry),
}

/// What the status of an answer means, with its `Retry-After` if it has one.
///
/// | status | means | again |
/// | --- | --- | --- |
/// | 2xx, 409 | delivered; 409 had it already | |
/// | 400, 422 | what we sent is wrong | never |
/// | 401, 403 | the secret is wrong | never |
/// | 404, 410 | nobody listens there | never |
/// | 408, 425 | not taken in time | later |
/// | 429, 503 | too much, or not now | after `Retry-After`, otherwise later |
/// | 5xx | nobody knows | later |
/// | everything else | we are talking to something that is no pager | never |
pub fn verdict(status: u16, retry_after: Option<&str>, now: Time) -> Verdict {
    use ErrorKind as K;
    let asked = || retry_after.and_then(|text| wait(text, now)).map_or(Retry::Backoff, Retry::After);
    let (kind, retry) = match status {
        200..=299 | 409 => return Verdict::Delivered,
        401 | 403 => (K::Forbidden, Retry::Never),
        404 | 410 => (K::Gone, Retry::Never),
        408 | 425 => (K::Unknown, Retry::Backoff),
        429 => (K::RateLimited, asked()),
        503 => (K::Unavailable, asked()),
        500..=599 => (K::Unknown, Retry::Backoff),
        _ => (K::Invalid, Retry::Never),
    };
    Verdict::Failed(kind, retry)
}

/// [Seconds or a date](https://www.rfc-editor.org/rfc/rfc9110#name-retry-after).
fn wait(text: &str, now: Time) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some(until.signed_duration_since(now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, after: Option<&str>) -> Verdict {
        verdict(status, after, "2026-01-09T17:30:00Z".parse().unwrap())
    }

    #[test]
    fn every_status_has_a_meaning() {
        use ErrorKind as K;
        for status in [200, 201, 202, 204, 409] {
            assert_eq!(of(status, None), Verdict::Delivered, "{status}");
        }
        for (kind, statuses) in [
            (K::Invalid, &[400, 422, 405, 413, 301, 302, 307, 308, 304, 100][..]),
            (K::Forbidden, &[401, 403]),
            (K::Gone, &[404, 410]),
        ] {
            for status in statuses {
                assert_eq!(of(*status, Some("7")), Verdict::Failed(kind, Retry::Never), "{status}");
            }
        }
        for status in [408, 425, 500, 502, 504, 599] {
            assert_eq!(of(status, None), Verdict::Failed(K::Unknown, Retry::Backoff), "{status}");
        }
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept() {
        for (status, kind) in [(429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)] {
            let after = |text| match of(status, text) {
                Verdict::Failed(is, retry) if is == kind => retry,
                other => panic!("{other:?}"),
            };
            assert_eq!(after(Some("7")), Retry::After(Duration::from_secs(7)));
            assert_eq!(after(Some("Fri, 09 Jan 2026 17:31:00 GMT")), Retry::After(Duration::from_secs(60)));
            assert_eq!(after(Some("Fri, 09 Jan 2026 17:00:00 GMT")), Retry::After(Duration::ZERO));
            assert_eq!(after(Some("soon")), Retry::Backoff);
            assert_eq!(after(None), Retry::Backoff);
        }
    }
}
