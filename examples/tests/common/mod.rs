//! The real program, and somebody who visits its page.

#![allow(dead_code, reason = "every test file uses a part of it")]

pub(crate) mod github;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The real program, on a port of its own. Killed when it is dropped.
pub(crate) struct Desk {
    child: Child,
    pub(crate) address: String,
}

impl Desk {
    /// Starts it on a file of that folder.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_at(folder, "127.0.0.1:0")
    }

    pub(crate) fn start_at(folder: &Path, listen: &str) -> Self {
        Self::start_by(command(folder).args(["--listen", listen]))
    }

    pub(crate) fn start_by(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("The desk is open ").and_then(|rest| rest.split_once("http://"));
        let address = address.map_or("", |(_, address)| address).trim_end_matches('/').to_owned();
        assert!(!address.is_empty(), "the program should say where it is, and said {line:?}");
        Self { child, address }
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it should end within 30 s");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn db(folder: &Path) -> PathBuf {
    folder.join("desk.db")
}

pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command.arg("--db").arg(db(folder));
    command
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("a redirect was expected: {self:?}"))
    }
}

/// Somebody with a browser that has no script.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) address: String,
    pub(crate) user: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Visitor {
    pub(crate) fn new(address: &str, user: &str) -> Self {
        Self { address: address.to_owned(), user: user.to_owned(), headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[]).unwrap()
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("POST", path, fields).unwrap()
    }

    /// The name that the forms of a page send.
    pub(crate) fn submission(&self, path: &str) -> String {
        let page = self.get(path).body;
        let (_, rest) = page.split_once("name=\"submission\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// Fills a form and sends it.
    pub(crate) fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let submission = self.submission(page);
        let fields: Vec<_> = [("submission", submission.as_str())].iter().chain(fields).copied().collect();
        self.post(path, &fields)
    }

    /// Presses a button of a ticket.
    pub(crate) fn press(&self, ticket: &str, command: &str, fields: &[(&str, &str)]) -> Reply {
        self.submit(ticket, &format!("{ticket}/{command}"), fields)
    }

    /// Opens a ticket and waits until its card stands; the path of its page.
    pub(crate) fn file(&self, fields: &[(&str, &str)]) -> String {
        let reply = self.submit("/new", "/new", fields);
        assert_eq!(reply.status, 303, "{reply:?}");
        let ticket = reply.location().to_owned();
        self.until(&ticket, "class=\"reply\"");
        ticket
    }

    /// The page once it shows that.
    pub(crate) fn until(&self, path: &str, shows: &str) -> String {
        let begun = Instant::now();
        loop {
            let page = self.get(path).body;
            if page.contains(shows) {
                return page;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{path} never shows {shows:?}:\n{page}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// One request on a connection of its own; an error if the other side went away.
    pub(crate) fn send(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Reply> {
        let pairs: Vec<_> = fields.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
        let body = pairs.join("&");
        let cookie: String = self.user.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nCookie: who={cookie}\r\n");
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            head += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if method == "POST" {
            head += "Content-Type: application/x-www-form-urlencoded\r\n";
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let cut = || std::io::Error::other("the answer was cut off");
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        let reply = Reply { status, head: head.to_owned(), body: body.to_owned() };
        let length: Option<usize> = reply.header("content-length").and_then(|length| length.parse().ok());
        if length.is_some_and(|length| reply.body.len() < length) { Err(cut()) } else { Ok(reply) }
    }
}

fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    value.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
