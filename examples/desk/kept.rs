//! Where everything is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use supporty_core::adapter::{Error, Maintenance, Store};
use supporty_store::{PostgresOptions, Sqlite};

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Db {
    /// In a file.
    File(PathBuf),
    /// On a PostgreSQL server.
    Server {
        /// The database, perhaps with a password.
        url: String,
        /// The desk in it.
        desk: String,
    },
}

impl Db {
    /// A URL names a server, everything else a file.
    pub fn new(text: &str, desk: &str) -> Self {
        match text.starts_with("postgres://") || text.starts_with("postgresql://") {
            true => Self::Server { url: text.to_owned(), desk: desk.to_owned() },
            false => Self::File(text.into()),
        }
    }

    /// Where its chat is, unless somebody says otherwise. Two files, since they are two systems: the desk would work
    /// the same with a chat on the other side of the world.
    pub fn chat(&self) -> PathBuf {
        match self {
            Self::File(db) => beside(db),
            Self::Server { .. } => PathBuf::from("supporty.chat.db"),
        }
    }
}

/// Without the password.
impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(db) => f.debug_tuple("File").field(db).finish(),
            Self::Server { desk, .. } => f.debug_struct("Server").field("desk", desk).finish_non_exhaustive(),
        }
    }
}

/// A store, to work with and to look after.
#[derive(Clone)]
pub struct Kept {
    /// What the desk works with.
    pub store: Arc<dyn Store>,
    /// The same, as an operator sees it.
    pub upkeep: Arc<dyn Maintenance>,
    /// What kind of store it is, in one word.
    pub kind: &'static str,
    /// What it is, for a person.
    pub name: Arc<str>,
}

impl Kept {
    /// The store of a file, which is made where it is missing, or of a server. `DESK_DB_PASSWORD` is for a server that
    /// asks, so that the password need not stand among the arguments, which every process can read.
    pub async fn open(db: &Db) -> Result<Self, Error> {
        match db {
            Db::File(db) => {
                let store = Arc::new(Sqlite::open(db)?);
                let name = format!("SQLite, in {}", db.display()).into();
                Ok(Self { upkeep: store.clone(), store, kind: "sqlite", name })
            }
            Db::Server { url, desk } => {
                let mut options = PostgresOptions::new(url)?.desk(desk);
                if let Ok(password) = std::env::var("DESK_DB_PASSWORD") {
                    options = options.password(&password);
                }
                let store = Arc::new(options.open().await?);
                let name = format!("PostgreSQL, as the desk {desk}").into();
                Ok(Self { upkeep: store.clone(), store, kind: "postgres", name })
            }
        }
    }
}

/// The chat's file: `supporty.db` has its chat in `supporty.chat.db`.
pub fn beside(db: &Path) -> PathBuf {
    let extension = db.extension().map_or_else(|| "db".into(), |extension| extension.to_string_lossy());
    db.with_extension(format!("chat.{extension}"))
}
