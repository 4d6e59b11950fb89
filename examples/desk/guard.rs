//! Who may reach the page: browsers that name this machine, from pages of this desk.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// The host names that a browser may ask for. A page elsewhere whose name was bent to this machine asks for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    names: Vec<String>,
    any_address: bool,
}

impl Hosts {
    /// Loopback names, those names, and any address if the desk listens beyond loopback.
    pub fn new(listen: SocketAddr, names: &[String]) -> Self {
        Self { names: names.to_vec(), any_address: !listen.ip().is_loopback() }
    }

    /// Whether a `Host` header is one of them.
    pub fn know(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split_once(':').map_or(host.as_str(), |(name, _)| name),
        };
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || self.any_address,
            Err(_) => name == "localhost" || self.names.iter().any(|known| known == name),
        }
    }
}

const SAFETY: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Turns away whoever should not be here.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match refusal(&app.hosts, request.method(), request.headers()) {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    }
}

/// Sends the headers that keep a page safe.
pub async fn safety(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SAFETY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Browsers say with every post which page it came from, and no other page's posts are taken. A program that says
/// nothing is no browser, and carries nobody's cookie.
fn refusal(hosts: &Hosts, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let said = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = said(header::HOST).unwrap_or("");
    if !hosts.know(host) {
        return Some("This desk is not served under that name: start it with --host NAME to allow it.\n");
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let elsewhere = match (said(header::ORIGIN), said(HeaderName::from_static("sec-fetch-site"))) {
        (Some(origin), _) => {
            origin.split_once("://").is_none_or(|(_, from)| !from.eq_ignore_ascii_case(host))
        }
        (None, Some(site)) => !matches!(site, "same-origin" | "none"),
        (None, None) => false,
    };
    elsewhere.then_some("This was sent from another site's page, and was not taken.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listen: &str, names: &[&str]) -> Hosts {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        Hosts::new(listen.parse().unwrap(), &names)
    }

    #[test]
    fn only_this_machine_s_names_are_known() {
        let local = hosts("127.0.0.1:7878", &[]);
        for host in ["localhost:7878", "127.0.0.1:7878", "[::1]:7878", "LOCALHOST", "127.9.9.9"] {
            assert!(local.know(host), "{host}");
        }
        for host in
            ["", "example.org", "localhost.example.org", "192.168.1.7", "127.0.0.1.example.org", "[::2]"]
        {
            assert!(!local.know(host), "{host}");
        }
    }

    #[test]
    fn whoever_listens_beyond_loopback_knows_addresses_and_its_own_names() {
        let wide = hosts("0.0.0.0:80", &["desk.lan"]);
        assert!(wide.know("192.168.1.7:80") && wide.know("desk.lan"));
        assert!(!wide.know("example.org"));
    }

    #[test]
    fn posts_come_from_pages_of_the_desk() {
        let refused = |pairs: &[(&'static str, &'static str)]| {
            let mut headers =
                HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost:7878"))]);
            for (name, value) in pairs {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            refusal(&hosts("127.0.0.1:7878", &[]), &Method::POST, &headers).is_some()
        };
        assert!(!refused(&[("origin", "http://localhost:7878")]));
        assert!(!refused(&[]));
        assert!(!refused(&[("sec-fetch-site", "same-origin")]));
        for origin in ["null", "http://example.org", "http://localhost:9999", "http://localhost", "?"] {
            assert!(refused(&[("origin", origin)]), "{origin}");
        }
        assert!(refused(&[("sec-fetch-site", "cross-site")]));
        assert!(refused(&[("sec-fetch-site", "same-site")]));
    }
}
