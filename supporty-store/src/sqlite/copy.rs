use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use supporty_core::adapter::{Error, ErrorKind, Retry};

use super::Sqlite;
use super::fault::{Fault, Outcome};
use super::open::PATIENCE;
use super::schema::check_version;
use super::upkeep;

impl Sqlite {
    /// Copies a store's file to a new one, as it is at one instant, also while another process has it open.
    ///
    /// It only reads, and holds up nobody who writes. [`Maintenance::back_up`](supporty_core::adapter::Maintenance)
    /// does the same from inside the process that has the store open. Refuses what [`open`](Self::open) refuses, but
    /// for a file in use, and a `to` that exists. It blocks the thread until the copy is on the disk.
    ///
    /// ```no_run
    /// supporty_store::Sqlite::back_up_file("support.db", "monday.db")?;
    /// # Ok::<(), supporty_core::adapter::Error>(())
    /// ```
    pub fn back_up_file(path: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let doing = format!("backing up the store `{}`", path.display());
        if !path.exists() {
            let doing =
                format!("{doing}, which does not exist: name the file that the desk keeps everything in");
            return Err(Error::new(ErrorKind::NotFound, Retry::Never, doing));
        }
        copy(path, to.as_ref(), &doing).map_err(|fault: Fault| fault.while_doing(&doing))
    }
}

fn copy(path: &Path, to: &Path, doing: &str) -> Outcome<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    check_version(&connection, doing)?;
    upkeep::back_up(&connection, to)
}
