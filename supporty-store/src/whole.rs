use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use supporty_core::adapter::{Error, ErrorKind, Retry};

use crate::shared::invalid;

/// A new file that is written under another name first, so that a file of its name is always whole.
pub(crate) struct Whole {
    doing: &'static str,
    to: PathBuf,
    part: PathBuf,
}

impl Whole {
    /// Refuses a name that is taken.
    pub(crate) fn new(doing: &'static str, to: &Path) -> Result<Self, Error> {
        if to.exists() {
            return Err(invalid(format!("{doing} to `{}`, which exists: choose another name", to.display())));
        }
        let mut part = OsString::from(to);
        part.push(".part");
        let whole = Self { doing, to: to.to_owned(), part: part.into() };
        if whole.part.exists() {
            fs::remove_file(&whole.part).map_err(|error| whole.unwritten(error))?;
        }
        Ok(whole)
    }

    /// Where it is written.
    #[cfg(feature = "sqlite")]
    pub(crate) fn part(&self) -> &Path {
        &self.part
    }

    pub(crate) fn create(&self) -> Result<File, Error> {
        File::create_new(&self.part).map_err(|error| self.unwritten(error))
    }

    /// Gives it its name, once everything is on the disk.
    pub(crate) fn keep(self) -> Result<(), Error> {
        let synced = File::open(&self.part).and_then(|file| file.sync_all());
        synced.and_then(|()| fs::rename(&self.part, &self.to)).map_err(|error| self.unwritten(error))
    }

    pub(crate) fn unwritten(&self, error: io::Error) -> Error {
        let doing = format!("{} to `{}`: let this process write there", self.doing, self.to.display());
        Error::new(ErrorKind::Unavailable, Retry::Backoff, doing).caused_by(error)
    }
}
