use supporty_core::adapter::Error;
use tokio_postgres::Config;

/// How a connection is secured.
#[derive(Clone)]
pub(super) enum Tls {
    /// Not at all.
    Never,
    /// By the machine's own root certificates, and never without looking at them.
    #[cfg(feature = "postgres-tls")]
    Rustls(tokio_postgres_rustls::MakeRustlsConnect),
}

impl Tls {
    #[cfg(not(feature = "postgres-tls"))]
    pub(super) fn new(config: &Config, doing: &str) -> Result<Self, Error> {
        use tokio_postgres::config::SslMode;

        match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => Ok(Self::Never),
            _ => Err(crate::shared::invalid(format!(
                "{doing} with `sslmode=require`: build with the feature `postgres-tls`"
            ))),
        }
    }

    /// The provider is named here and never installed for the whole process, which belongs to whoever embeds this.
    #[cfg(feature = "postgres-tls")]
    pub(super) fn new(config: &Config, doing: &str) -> Result<Self, Error> {
        use std::sync::Arc;

        use rustls::ClientConfig;
        use rustls::crypto::ring;
        use rustls_platform_verifier::BuilderVerifierExt;
        use tokio_postgres::config::SslMode;

        if matches!(config.get_ssl_mode(), SslMode::Disable | SslMode::Prefer) {
            return Ok(Self::Never);
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let verified = builder
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier());
        let verified = verified.map_err(|error| {
            crate::shared::invalid(format!("{doing}: install the package `ca-certificates`")).caused_by(error)
        })?;
        Ok(Self::Rustls(tokio_postgres_rustls::MakeRustlsConnect::new(verified.with_no_client_auth())))
    }
}
