//! A PostgreSQL server of a test's own, which ends with it and may be killed by it.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// It lies in a folder of its own and listens on a free port of loopback. It writes without waiting for the disk: what is
/// killed is the server, never the machine.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
    /// The server refuses to run as root.
    user: Option<(u32, u32)>,
    port: u16,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::start_with("", |_| {})
    }

    /// With settings of its own, and files in its folder that they name.
    pub(crate) fn start_with(settings: &str, prepare: impl FnOnce(&Cluster)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let cluster = Self { programs: programs(), user: other_user(folder.path()), folder, port };
        let data = cluster.data();
        cluster.runs("initdb", ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", &data]);
        prepare(&cluster);
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off -c max_connections=64 {settings}",
            cluster.folder.path().display()
        );
        let log = cluster.log();
        cluster.runs("pg_ctl", ["start", "-w", "-D", &data, "-l", &log, "-o", &options]);
        cluster
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// As if the server had crashed: whoever is connected is cut off, and it recovers from its log.
    pub(crate) fn crash_and_restart(&self) {
        self.runs("pg_ctl", ["restart", "-w", "-m", "immediate", "-D", &self.data(), "-l", &self.log()]);
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn log(&self) -> String {
        self.folder.path().join("log").display().to_string()
    }

    fn command(&self, program: &str) -> Command {
        self.as_its_user(Command::new(self.programs.join(program)))
    }

    /// Another program, by the same user in the same folder.
    pub(crate) fn as_its_user(&self, mut command: Command) -> Command {
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn runs<const COUNT: usize>(&self, program: &str, arguments: [&str; COUNT]) {
        let mut command = self.command(program);
        // What it starts would keep a pipe open.
        let errors = std::fs::File::create(self.folder.path().join("errors")).expect("a file for errors");
        let ended = command.args(arguments).stderr(errors).status().expect("a program of PostgreSQL");
        let said = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        assert!(ended.success(), "{program} {arguments:?} failed: {}{}", said("errors"), said("log"));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let mut stop = self.command("pg_ctl");
        let _ = stop.args(["stop", "-w", "-m", "immediate", "-D", &data]).stderr(Stdio::null()).status();
    }
}

/// `SUPPORTY_POSTGRES_PROGRAMS` says where the server's programs are; otherwise the newest of Debian's, or what the shell
/// finds.
fn programs() -> PathBuf {
    let are_in = |place: &PathBuf| place.join("initdb").exists() && place.join("pg_ctl").exists();
    if let Some(named) = std::env::var_os("SUPPORTY_POSTGRES_PROGRAMS").map(PathBuf::from) {
        assert!(
            are_in(&named),
            "SUPPORTY_POSTGRES_PROGRAMS: {} has no `initdb` and `pg_ctl`",
            named.display()
        );
        return named;
    }
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<_> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort_by_key(|path| {
        let version = path.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        std::cmp::Reverse(version.and_then(|version| version.parse::<u32>().ok()))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.into_iter().chain(std::env::split_paths(&path)).find(are_in).expect(
        "this test starts a PostgreSQL server: install one (Debian: `apt-get install postgresql`), or say in \
         SUPPORTY_POSTGRES_PROGRAMS where `initdb` and `pg_ctl` are",
    )
}

/// Root lets the user `postgres` have the folder and run the server.
fn other_user(folder: &Path) -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let said = Command::new("id").args(arguments).output().expect("the program `id`");
        assert!(
            said.status.success(),
            "as root, the server needs the user `postgres`: make it, or run as another"
        );
        String::from_utf8_lossy(&said.stdout).trim().parse::<u32>().expect("a number")
    };
    if id(&["-u"]) != 0 {
        return None;
    }
    let (user, group) = (id(&["-u", "postgres"]), id(&["-g", "postgres"]));
    std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("giving the folder away");
    Some((user, group))
}
