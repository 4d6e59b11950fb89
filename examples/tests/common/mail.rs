//! Mail servers to try the desk with: a real one, and one that says what it is told to.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

const PYTHON: &str = "/usr/bin/python3";

/// What a mail program shows of a folder, oldest first, by the mail package of Python's own library.
const READER: &str = r#"
import email, email.policy, json, os, re, sys
folder = os.path.join(sys.argv[1], "new")
def order(name):
    seconds, rest = name.split(".", 1)
    return int(seconds), *map(int, re.match(r"M(\d+)P\d+Q(\d+)", rest).groups())
shown = []
for name in sorted(os.listdir(folder) if os.path.isdir(folder) else [], key=order):
    with open(os.path.join(folder, name), "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    heads = {name.lower(): str(value) for name, value in mail.items()}
    shown.append({"heads": heads, "body": mail.get_content(), "defects": [str(d) for d in mail.defects]})
print(json.dumps(shown))
"#;

/// A real mail server on loopback that keeps what it is sent in a folder. Killed when it is dropped.
pub(crate) struct MailServer {
    child: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With further options of `aiosmtpd`.
    pub(crate) fn start_with(options: &[&str]) -> Self {
        let known = Command::new(PYTHON).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        let known = known.is_ok_and(|status| status.success());
        assert!(known, "there is no mail server to test with: apt-get install -y python3-aiosmtpd");
        // Between choosing a port and listening on it somebody else may take it.
        let mut tries = (0..5).filter_map(|_| Self::try_start(options));
        tries.next().unwrap_or_else(|| panic!("the mail server ends at once: run `python3 -m aiosmtpd -n`"))
    }

    fn try_start(options: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")])
            .args(options)
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mail"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, port, folder };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.child.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the mail server should listen within 30 s");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    /// Every mail, oldest first: its `heads` by their names in lower case, and its `body`.
    pub(crate) fn mails(&self) -> Vec<Value> {
        read(&self.folder.path().join("mail"))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(folder: &Path) -> Vec<Value> {
    let output = Command::new(PYTHON).args(["-c", READER]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A mail server that speaks to one visitor, says what it is told to, and remembers what it heard.
pub(crate) struct Script {
    pub(crate) port: u16,
    heard: mpsc::Receiver<String>,
}

impl Script {
    /// One answer for each line that it hears; the first greets. After the last one it says nothing more, and holds
    /// the connection open.
    pub(crate) fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers: Vec<_> = answers.iter().map(ToString::to_string).collect();
        let (hear, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for answer in answers {
                if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                    return;
                }
                // After 354 the mail is one thing to hear, up to its full stop.
                loop {
                    let Some(Ok(line)) = lines.next() else { return };
                    let more = answer.starts_with("354") && line != ".";
                    let _ = hear.send(line);
                    if !more {
                        break;
                    }
                }
            }
            while let Some(Ok(_)) = lines.next() {}
        });
        Self { port, heard }
    }

    /// What it has heard.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.try_iter().collect()
    }
}
