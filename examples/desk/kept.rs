//! Where everything is kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use supporty_core::adapter::{Error, Maintenance, Store};
use supporty_store::Sqlite;

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
    /// The store of a file, which is made where it is missing.
    pub fn open(db: &Path) -> Result<Self, Error> {
        let store = Arc::new(Sqlite::open(db)?);
        let name = format!("SQLite, in {}", db.display()).into();
        Ok(Self { upkeep: store.clone(), store, kind: "sqlite", name })
    }
}

/// The chat's file: `supporty.db` has its chat in `supporty.chat.db`. Two files, since they are two systems: the desk
/// would work the same with a chat on the other side of the world.
pub fn beside(db: &Path) -> PathBuf {
    let extension = db.extension().map_or_else(|| "db".into(), |extension| extension.to_string_lossy());
    db.with_extension(format!("chat.{extension}"))
}
