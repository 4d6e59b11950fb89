//! The address under which the desk is reached from elsewhere.

use std::net::SocketAddr;

use reqwest::Url;
use supporty_core::vocab::TicketKey;

/// Where links in pages and e-mails lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public(String);

/// An address that links can not begin with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is no address that a link can begin with: give one like `https://desk.example.org`")]
pub struct NotPublic;

impl Public {
    /// The address that it listens on.
    pub fn of(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    /// An address that somebody gave, with or without a path.
    pub fn parse(text: &str) -> Result<Self, NotPublic> {
        let url = Url::parse(text).map_err(|_| NotPublic)?;
        let plain = url.query().is_none() && url.fragment().is_none();
        let open = url.username().is_empty() && url.password().is_none();
        let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        if !(plain && open && web) {
            return Err(NotPublic);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// A ticket's page.
    pub fn ticket(&self, key: &TicketKey) -> String {
        format!("{}/ticket/{key}", self.0)
    }

    /// Where a pager calls back.
    pub fn callback(&self) -> String {
        format!("{}{}", self.0, crate::pager::CALLBACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_what_was_given() {
        let key: TicketKey = "SUP-1".parse().unwrap();
        for (given, link) in [
            ("https://desk.example.org", "https://desk.example.org/ticket/SUP-1"),
            ("http://127.0.0.1:7878/support/", "http://127.0.0.1:7878/support/ticket/SUP-1"),
        ] {
            assert_eq!(Public::parse(given).unwrap().ticket(&key), link);
        }
        assert_eq!(Public::of("[::1]:80".parse().unwrap()).callback(), "http://[::1]:80/pager/callback");
    }

    #[test]
    fn what_no_link_can_begin_with_is_refused() {
        for wrong in [
            "desk.example.org",
            "ftp://a/",
            "https://ana:pw@a/",
            "https://a/?b",
            "https://a/#b",
            "mailto:a@b",
        ] {
            assert_eq!(Public::parse(wrong), Err(NotPublic), "{wrong}");
        }
    }
}
