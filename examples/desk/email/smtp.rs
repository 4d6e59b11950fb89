use std::fmt;
use std::time::Duration;

use lettre::Message as Letter;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use supporty_core::adapter::{Error, ErrorKind, Retry};

use crate::http::is_loopback;

const DOING: &str = "sending an e-mail";

/// How long saying good-bye may take, after the mail was taken.
const LEAVING: Duration = Duration::from_secs(1);

/// A mail server, and how to reach it.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    safety: Safety,
    login: Option<(String, SecretString)>,
}

/// How mail is kept from being read and changed on its way to the server.
#[derive(Clone)]
enum Safety {
    /// It is not.
    Plain,
    /// TLS after STARTTLS, or no mail.
    Upgraded(TlsParameters),
    /// TLS from the first byte.
    Wrapped(TlsParameters),
}

/// Why an address is no mail server's.
#[derive(Debug, thiserror::Error)]
pub enum NotSmtp {
    /// It is no address of that kind.
    #[error(
        "is no address of a mail server: write smtps://USER@HOST:PORT, or smtp://USER@HOST:PORT?tls=required"
    )]
    Url,
    /// The password is where everybody on the machine can read it.
    #[error("has a password in it: leave it out, and put it into the environment")]
    Password,
    /// It would be sent in the clear.
    #[error("sends mail in the clear beyond this machine: add ?tls=required, or ?tls=none if that is meant")]
    Clear,
    /// Another value of `tls`.
    #[error("has a `tls` that is neither `required` nor `none`")]
    Tls,
    /// There is a user and no password.
    #[error("names a user, and there is no password for them")]
    NoPassword,
    /// There is a password and no user.
    #[error("names no user for the password that there is: write USER@ before the host")]
    NoUser,
    /// TLS does not work here.
    #[error("can not be reached by TLS from here: {0}; the package `ca-certificates` may be missing")]
    Roots(SmtpError),
}

impl Smtp {
    /// Reads an address: `smtps://` for TLS (port 465), `smtp://…?tls=required` for STARTTLS (port 587), `smtp://` on
    /// loopback and `smtp://…?tls=none` anywhere for neither (port 25). A user in it is percent-encoded.
    pub fn parse(text: &str, password: Option<String>) -> Result<Self, NotSmtp> {
        let url = Url::parse(text).map_err(|_| NotSmtp::Url)?;
        if url.password().is_some() {
            return Err(NotSmtp::Password);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(NotSmtp::Url)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(NotSmtp::Url);
        }
        let tls = || TlsParameters::new(host.clone()).map_err(NotSmtp::Roots);
        let (port, safety) = match (url.scheme(), url.query()) {
            ("smtps", None) => (465, Safety::Wrapped(tls()?)),
            ("smtp", Some("tls=required")) => (587, Safety::Upgraded(tls()?)),
            ("smtp", Some("tls=none")) => (25, Safety::Plain),
            ("smtp", None) if is_loopback(&url) => (25, Safety::Plain),
            ("smtp", None) => return Err(NotSmtp::Clear),
            ("smtp" | "smtps", Some(_)) => return Err(NotSmtp::Tls),
            _ => return Err(NotSmtp::Url),
        };
        let user = percent_decode_str(url.username()).decode_utf8().map_err(|_| NotSmtp::Url)?;
        let login = match (user.is_empty(), password) {
            (true, None) => None,
            (true, Some(_)) => return Err(NotSmtp::NoUser),
            (false, None) => return Err(NotSmtp::NoPassword),
            (false, Some(password)) => Some((user.into_owned(), password.into())),
        };
        Ok(Self { port: url.port().unwrap_or(port), host, safety, login })
    }

    /// Sends a mail on a connection of its own. A server that has taken it is not waited for any longer.
    pub(super) async fn send(&self, letter: &Letter, patience: Duration) -> Result<(), Error> {
        let end = tokio::time::Instant::now() + patience;
        let connecting = tokio::time::timeout_at(end, self.connect(patience));
        let mut connection = match connecting.await {
            Ok(connection) => connection.map_err(|error| failed(error, ErrorKind::Unavailable))?,
            Err(late) => return Err(later(ErrorKind::Unavailable).caused_by(late)),
        };
        let body = letter.formatted();
        match tokio::time::timeout_at(end, connection.send(letter.envelope(), &body)).await {
            Ok(sent) => sent.map_err(|error| failed(error, ErrorKind::Unknown))?,
            Err(late) => return Err(later(ErrorKind::Unknown).caused_by(late)),
        };
        // It was taken: however the server says good-bye changes nothing.
        let _ = tokio::time::timeout(LEAVING, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self, patience: Duration) -> Result<AsyncSmtpConnection, SmtpError> {
        let name = ClientId::default();
        let wrapped = match &self.safety {
            Safety::Wrapped(tls) => Some(tls.clone()),
            Safety::Plain | Safety::Upgraded(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(patience), &name, wrapped, None).await?;
        if let Safety::Upgraded(tls) = &self.safety {
            connection.starttls(tls.clone(), &name).await?;
        }
        if let Some((user, password)) = &self.login {
            let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &login).await?;
        }
        Ok(connection)
    }
}

/// Without the password, and without the user.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// What an answer, or none, means.
///
/// | the server | means | again |
/// | --- | --- | --- |
/// | 4xx | not now | later |
/// | 530, 534, 535, 538 | the login is wrong | never |
/// | 550, 551, 553 | there is no such mailbox | never |
/// | other 5xx | what we sent is refused | never |
/// | no connection, no TLS, no login | `otherwise`: nothing was sent | later |
/// | no answer to a mail | `otherwise`: nobody knows | later |
fn failed(error: SmtpError, otherwise: ErrorKind) -> Error {
    use ErrorKind as K;
    let code = error.status().map(u16::from);
    let (kind, retry) = match code {
        Some(400..=499) => (K::Unavailable, Retry::Backoff),
        Some(530 | 534 | 535 | 538) => (K::Forbidden, Retry::Never),
        Some(550 | 551 | 553) => (K::Gone, Retry::Never),
        Some(_) => (K::Invalid, Retry::Never),
        None if error.is_client() && otherwise == K::Unknown => (K::Invalid, Retry::Never),
        None => (otherwise, Retry::Backoff),
    };
    let doing = code.map_or_else(|| DOING.to_owned(), |code| format!("{DOING} (the server said {code})"));
    Error::new(kind, retry, doing).caused_by(error)
}

fn later(kind: ErrorKind) -> Error {
    Error::new(kind, Retry::Backoff, DOING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, password: Option<&str>) -> Result<(String, u16, &'static str), String> {
        let smtp = Smtp::parse(text, password.map(str::to_owned)).map_err(|error| error.to_string())?;
        let safety = match smtp.safety {
            Safety::Plain => "plain",
            Safety::Upgraded(_) => "starttls",
            Safety::Wrapped(_) => "tls",
        };
        Ok((smtp.host, smtp.port, safety))
    }

    #[test]
    fn an_address_says_how_safe_it_is() {
        for (text, host, port, safety) in [
            ("smtp://localhost", "localhost", 25, "plain"),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, "plain"),
            ("smtp://[::1]:2525/", "::1", 2525, "plain"),
            ("smtp://mail.example.org?tls=none", "mail.example.org", 25, "plain"),
            ("smtp://mail.example.org?tls=required", "mail.example.org", 587, "starttls"),
            ("smtps://mail.example.org", "mail.example.org", 465, "tls"),
        ] {
            assert_eq!(parsed(text, None), Ok((host.to_owned(), port, safety)), "{text}");
        }
    }

    #[test]
    fn what_is_unsafe_or_unclear_is_refused() {
        for (text, password, said) in [
            ("smtp://mail.example.org", None, "in the clear"),
            ("smtp://10.0.0.1:25", None, "in the clear"),
            ("smtp://a:hunter2@localhost", None, "password in it"),
            ("smtp://mail.example.org?tls=opportunistic", None, "neither"),
            ("smtp://a@localhost", None, "no password"),
            ("smtp://localhost", Some("hunter2"), "no user"),
            ("mail.example.org:25", None, "no address"),
            ("https://mail.example.org", None, "no address"),
            ("smtp://", None, "no address"),
            ("smtp://localhost/box", None, "no address"),
        ] {
            let why = parsed(text, password).unwrap_err();
            assert!(why.contains(said) && !why.contains("hunter2"), "{text}: {why}");
        }
    }

    #[test]
    fn a_password_is_not_shown_and_a_user_is_decoded() {
        let smtp = Smtp::parse("smtp://ana%40example.org@localhost", Some("hunter2".to_owned())).unwrap();
        assert!(!format!("{smtp:?}").contains("hunter2"));
        assert_eq!(smtp.login.unwrap().0, "ana@example.org");
    }
}
