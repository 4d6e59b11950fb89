//! How people are reached beside the desk's own chat: which adapters the options ask for.

use std::net::SocketAddr;
use std::sync::Arc;

use lettre::message::Mailbox;
use reqwest::Url;
use supporty_core::adapter::{Chat, Error};
use supporty_core::time::Zone;
use supporty_core::vocab::AdapterName;

use crate::args::Options;
use crate::email::{self, Email, NotSmtp, Smtp};
use crate::pager::{self, Pager, Secret, TooShort};
use crate::public::{NotPublic, Public};

/// The variable with the secret that the desk shares with its pager.
pub const PAGER_SECRET: &str = "DESK_PAGER_SECRET";
/// The variable with the password of the mail server.
pub const SMTP_PASSWORD: &str = "DESK_SMTP_PASSWORD";

/// What the options ask for.
#[derive(Debug)]
pub struct Contacts {
    pager: Option<(Url, Secret)>,
    email: Option<(Smtp, Mailbox)>,
    public: Option<Public>,
}

/// An adapter, by the name that contacts and identities give it.
pub type Contact = (AdapterName, Arc<dyn Chat>);

/// Why the options ask for something that can not be.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The pager's address is none.
    #[error(
        "--pager is no address of a web service: write https://HOST/PATH, without a user, a password or a fragment"
    )]
    Pager,
    /// There is no secret.
    #[error("--pager needs a secret that both sides know: put at least 16 bytes into {PAGER_SECRET}")]
    NoSecret,
    /// The secret can be guessed.
    #[error("{PAGER_SECRET} {0}")]
    Secret(TooShort),
    /// One of the two is missing.
    #[error("--smtp URL and --mail-from ADDRESS belong together: give both, or none")]
    Half,
    /// The mail server's address is none.
    #[error("--smtp {0}; the password belongs into {SMTP_PASSWORD}")]
    Smtp(NotSmtp),
    /// The sender is none.
    #[error("--mail-from is no address: write desk@example.org, or \"The desk <desk@example.org>\"")]
    From,
    /// The public address is none.
    #[error("--public-url {0}")]
    Public(NotPublic),
    /// An adapter does not start.
    #[error("{name} can not be used: {error}")]
    Adapter {
        /// Which.
        name: &'static str,
        /// Why.
        error: Error,
    },
}

impl Contacts {
    /// Reads the options, and the secrets that `env` has for them.
    pub fn read(options: &Options, env: impl Fn(&str) -> Option<String>) -> Result<Self, ContactError> {
        let env = |name| env(name).filter(|value| !value.is_empty());
        let pager = match &options.pager {
            None => None,
            Some(text) => {
                let url = web(text).ok_or(ContactError::Pager)?;
                let secret = env(PAGER_SECRET).ok_or(ContactError::NoSecret)?;
                Some((url, Secret::new(secret).map_err(ContactError::Secret)?))
            }
        };
        let email = match (&options.smtp, &options.mail_from) {
            (None, None) => None,
            (Some(url), Some(from)) => {
                let smtp = Smtp::parse(url, env(SMTP_PASSWORD)).map_err(ContactError::Smtp)?;
                Some((smtp, from.parse().map_err(|_| ContactError::From)?))
            }
            _ => return Err(ContactError::Half),
        };
        let public = options.public_url.as_deref().map(Public::parse).transpose();
        Ok(Self { pager, email, public: public.map_err(ContactError::Public)? })
    }

    /// The secret of the pager, if there is one.
    pub fn secret(&self) -> Option<Secret> {
        self.pager.as_ref().map(|(_, secret)| secret.clone())
    }

    /// The adapters, for a desk that listens there.
    pub fn chats(self, address: SocketAddr, zone: &Zone) -> Result<Vec<Contact>, ContactError> {
        let public = self.public.unwrap_or_else(|| Public::of(address));
        let mut chats: Vec<Contact> = Vec::new();
        if let Some((url, secret)) = self.pager {
            let made = Pager::new(url, secret, public.clone(), zone.clone());
            let pager = made.map_err(|error| ContactError::Adapter { name: "--pager", error })?;
            chats.push((pager::NAME.into(), Arc::new(pager)));
        }
        if let Some((smtp, from)) = self.email {
            let email = Email::new(smtp, from, public, zone.clone());
            chats.push((email::NAME.into(), Arc::new(email)));
        }
        Ok(chats)
    }
}

fn web(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let open = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    Some(url).filter(|url| open && matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef";

    fn options(pager: &str, smtp: &str, mail_from: &str, public_url: &str) -> Options {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Options {
            pager: some(pager),
            smtp: some(smtp),
            mail_from: some(mail_from),
            public_url: some(public_url),
            ..Options::default()
        }
    }

    fn names(options: &Options, env: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let env = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let address = "127.0.0.1:7878".parse().unwrap();
        let contacts = Contacts::read(options, env).map_err(|error| error.to_string())?;
        assert!(!format!("{contacts:?}").contains(SECRET));
        let chats = contacts.chats(address, &Zone::utc()).map_err(|error| error.to_string())?;
        Ok(chats.into_iter().map(|(name, _)| name.to_string()).collect())
    }

    #[test]
    fn what_is_asked_for_is_there() {
        let secrets = [(PAGER_SECRET, SECRET), (SMTP_PASSWORD, "hunter2")];
        assert_eq!(names(&Options::default(), &secrets), Ok(vec![]));
        let pager = options("http://127.0.0.1:9/page", "", "", "https://desk.example.org");
        assert_eq!(names(&pager, &secrets), Ok(vec!["pager".to_owned()]));
        let both = options("http://127.0.0.1:9", "smtp://me@localhost:25", "The desk <desk@example.org>", "");
        assert_eq!(names(&both, &secrets), Ok(vec!["pager".to_owned(), "email".to_owned()]));
    }

    #[test]
    fn what_can_not_be_is_told_with_what_to_do() {
        let secret = [(PAGER_SECRET, SECRET)];
        let at = "http://127.0.0.1:9";
        for (options, env, said) in [
            (options(at, "", "", ""), &[][..], PAGER_SECRET),
            (options(at, "", "", ""), &[(PAGER_SECRET, "")], "put at least 16 bytes"),
            (options(at, "", "", ""), &[(PAGER_SECRET, "short")], "has 5 bytes"),
            (options("pager.example.org", "", "", ""), &secret, "--pager"),
            (options("https://ana:pw@pager.example.org", "", "", ""), &secret, "--pager"),
            (options("", "smtp://localhost", "", ""), &[], "--mail-from"),
            (options("", "", "desk@example.org", ""), &[], "--smtp"),
            (options("", "smtp://me@localhost", "desk@example.org", ""), &[], SMTP_PASSWORD),
            (options("", "smtp://mail.example.org", "desk@example.org", ""), &[], "?tls=required"),
            (options("", "smtp://localhost", "desk", ""), &[], "--mail-from"),
            (options("", "", "", "desk.example.org"), &[], "--public-url"),
        ] {
            let why = names(&options, env).unwrap_err();
            assert!(why.contains(said) && !why.contains('\n') && !why.contains("pw"), "{why}");
        }
    }
}
