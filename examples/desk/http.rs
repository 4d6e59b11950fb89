//! The HTTP client of the adapters: TLS by the machine's own root certificates, no redirects, no waiting for ever.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use supporty_core::adapter::{Error, ErrorKind, Retry};

/// How long a connection may take. What takes longer has not sent anything yet.
const CONNECTING: Duration = Duration::from_secs(3);

/// A client for one place, that gives up after `patience`.
///
/// What is on this machine is reached directly; elsewhere the environment may name a proxy, as usual.
pub fn client(to: &Url, patience: Duration) -> Result<Client, Error> {
    const DOING: &str = "making an HTTP client";
    let wrong = || Error::new(ErrorKind::Invalid, Retry::Never, DOING);
    let client = Client::builder()
        .tls_backend_preconfigured(tls().map_err(|error| wrong().caused_by(error))?)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECTING.min(patience))
        .timeout(patience)
        .user_agent(concat!("supporty-desk/", env!("CARGO_PKG_VERSION")));
    let client = if is_loopback(to) { client.no_proxy() } else { client };
    client.build().map_err(|error| wrong().caused_by(error.without_url()))
}

/// Whether an address names this machine.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The provider is named here and never installed for the whole process, which belongs to whoever embeds this.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let builder =
        || ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let verified = match builder()?.with_platform_verifier() {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(%error, "https will not work here: install the package `ca-certificates`");
            builder()?.with_root_certificates(RootCertStore::empty())
        }
    };
    Ok(verified.with_no_client_auth())
}
