//! TLS to a pager and to a mail server: with a certificate of a root that the machine knows, and not with any other.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

#[path = "common/mail.rs"]
mod mail;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mail::MailServer;
use supporty_core::adapter::{Chat, Destination, Message, Piece, Post};
use supporty_core::time::Zone;
use supporty_desk::email::{Email, Smtp};
use supporty_desk::pager::{Pager, Secret};
use supporty_desk::public::Public;

/// Where the child finds the servers, by these variables.
const SERVERS: [&str; 3] = ["TEST_HTTPS", "TEST_SMTPS", "TEST_STARTTLS"];

#[test]
fn a_known_root_is_enough_and_an_unknown_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (known, unknown) =
        (Certificate::make(folder.path(), "known"), Certificate::make(folder.path(), "other"));
    let [cert, key] = [&known.cert, &known.key].map(|path| path.to_str().unwrap());
    let web = WebServer::start(&known);
    let wrapped = MailServer::start_with(&["--smtpscert", cert, "--smtpskey", key]);
    let upgraded = MailServer::start_with(&["--tlscert", cert, "--tlskey", key]);
    let servers = [
        format!("https://localhost:{}/page", web.port),
        format!("smtps://localhost:{}", wrapped.port),
        format!("smtp://localhost:{}?tls=required", upgraded.port),
    ];
    let sent = |root: &Path| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "the_child_sends_to_every_server", "--ignored", "--nocapture"]);
        child.env("SSL_CERT_FILE", root).env_remove("SSL_CERT_DIR").envs(SERVERS.into_iter().zip(&servers));
        let output = child.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        SERVERS.map(|name| {
            let line = said.lines().find_map(|line| line.split_once(&format!("{name}: ")));
            line.unwrap_or_else(|| panic!("{name} in {said}")).1.to_owned()
        })
    };
    for refused in sent(&unknown.root) {
        assert!(refused.contains("Unavailable") && refused.contains("UnknownIssuer"), "{refused}");
    }
    assert!(wrapped.mails().is_empty() && upgraded.mails().is_empty());
    assert_eq!(sent(&known.root), ["delivered"; 3]);
    assert_eq!((wrapped.mails().len(), upgraded.mails().len()), (1, 1));
}

/// The roots that a machine knows are read from its environment, which is a process's own.
#[tokio::test]
#[ignore = "the test above runs it, in an environment of its own"]
async fn the_child_sends_to_every_server() {
    let urls = SERVERS.map(|name| std::env::var(name).unwrap());
    let public = Public::parse("https://desk.example.org").unwrap();
    let secret = Secret::new("a secret of both sides").unwrap();
    let pager = Pager::new(urls[0].parse().unwrap(), secret, public.clone(), Zone::utc()).unwrap();
    let mail = |url| {
        let from = "desk@example.org".parse().unwrap();
        Email::new(Smtp::parse(url, None).unwrap(), from, public.clone(), Zone::utc())
    };
    let chats: [(&str, &dyn Chat); 3] =
        [(SERVERS[0], &pager), (SERVERS[1], &mail(&urls[1])), (SERVERS[2], &mail(&urls[2]))];
    for (name, chat) in chats {
        let pieces = vec![Piece::Text("hello".to_owned())];
        let message = Message { ticket: None, pieces, urgent: false, actions: Vec::new() };
        let to = Destination::Person("ana@example.org".to_owned());
        let post = Post { effect: "job/hello.0".parse().unwrap(), to, message };
        match chat.tell(post).await {
            Ok(_) => println!("\n{name}: delivered"),
            Err(error) => println!("\n{name}: {error:?}"),
        }
    }
}

/// A certificate for `localhost`, its key, and the root that vouches for it.
struct Certificate {
    root: PathBuf,
    cert: PathBuf,
    key: PathBuf,
}

impl Certificate {
    fn make(folder: &Path, name: &str) -> Self {
        let [root, root_key, ask, extra, cert, key] = ["root", "root-key", "ask", "extra", "cert", "key"]
            .map(|what| folder.join(format!("{name}-{what}")));
        std::fs::write(&extra, "subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n").unwrap();
        let new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let subject = format!("/CN={name}");
        openssl(
            &new,
            &["-x509", "-days", "2", "-subj", &subject],
            &[("-keyout", &root_key), ("-out", &root)],
        );
        openssl(&new, &["-subj", "/CN=localhost"], &[("-keyout", &key), ("-out", &ask)]);
        openssl(
            &["x509", "-req", "-days", "2", "-CAcreateserial"],
            &[],
            &[("-in", &ask), ("-CA", &root), ("-CAkey", &root_key), ("-extfile", &extra), ("-out", &cert)],
        );
        Self { root, cert, key }
    }
}

fn openssl(args: &[&str], more: &[&str], files: &[(&str, &PathBuf)]) {
    let mut command = Command::new("openssl");
    command.args(args).args(more).stderr(Stdio::piped());
    for (option, file) in files {
        command.arg(option).arg(file);
    }
    let output = command.output().unwrap_or_else(|error| panic!("apt-get install -y openssl: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const WEB_SERVER: &str = r#"
import http.server, ssl, sys
class Accept(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Accept)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// Takes every page, by TLS. Killed when it is dropped.
struct WebServer {
    child: Child,
    port: u16,
}

impl WebServer {
    fn start(certificate: &Certificate) -> Self {
        let mut child = Command::new("/usr/bin/python3")
            .args(["-c", WEB_SERVER])
            .args([&certificate.cert, &certificate.key])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse();
        let mut server = Self { child, port: 0 };
        server.port = port.unwrap_or_else(|_| panic!("the web server said {line:?}"));
        server
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
