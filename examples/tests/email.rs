//! E-mail keeps the contract of a chat that reaches people, on a real mail server; what people wrote stays inside the
//! mail, and what a server answers says whether to try again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

#[path = "common/mail.rs"]
mod mail;

use std::time::Duration;

use async_trait::async_trait;
use mail::{MailServer, Script};
use supporty_core::adapter::{Chat, Destination, Error, ErrorKind, Message, Piece, Post, Retry};
use supporty_core::testing::chat_suite::ChatProbe;
use supporty_core::time::Zone;
use supporty_core::vocab::{ChannelId, Place};
use supporty_desk::email::{Email, Smtp};
use supporty_desk::public::Public;

struct Probe {
    chat: Email,
    server: MailServer,
}

#[async_trait]
impl ChatProbe for Probe {
    fn chat(&self) -> &dyn Chat {
        &self.chat
    }

    fn channel(&self) -> ChannelId {
        "support".into()
    }

    fn user(&self) -> String {
        "ana@example.org".to_owned()
    }

    fn no_thread(&self) -> Place {
        Place { adapter: "email".into(), channel: "support".to_owned(), message: "4711".into() }
    }

    async fn seen(&self, at: &Destination) -> Vec<String> {
        let Destination::Person(user) = at else { return Vec::new() };
        let mails = self.server.mails().into_iter().filter(|mail| mail["heads"]["to"] == user.as_str());
        mails.map(|mail| mail["body"].as_str().unwrap().to_owned()).collect()
    }
}

async fn fresh() -> Probe {
    let server = MailServer::start();
    Probe { chat: reach(&format!("smtp://127.0.0.1:{}", server.port), None), server }
}

supporty_core::chat_suite!(fresh);

fn reach(url: &str, password: Option<&str>) -> Email {
    let smtp = Smtp::parse(url, password.map(str::to_owned)).unwrap();
    let public = Public::parse("https://desk.example.org").unwrap();
    Email::new(smtp, "The desk <desk@example.org>".parse().unwrap(), public, Zone::utc())
}

fn post(n: u16, to: &str, pieces: Vec<Piece>) -> Post {
    Post {
        effect: format!("entry/ticket/SUP-7/3.{n}").parse().unwrap(),
        to: Destination::Person(to.to_owned()),
        message: Message { ticket: "SUP-7".parse().ok(), pieces, urgent: true, actions: Vec::new() },
    }
}

fn hello() -> Post {
    post(0, "ana@example.org", vec![Piece::Text("Nobody has answered".to_owned())])
}

#[tokio::test]
async fn a_mail_is_about_a_ticket_and_can_be_told_from_others() {
    let probe = fresh().await;
    let place = probe.chat.tell(hello()).await.unwrap().place;
    probe.chat.tell(post(1, "ana@example.org", vec![Piece::Text("Still nobody".to_owned())])).await.unwrap();
    let mails = probe.server.mails();
    let heads = &mails[0]["heads"];
    for (name, value) in [
        ("subject", "Urgent: [SUP-7] Nobody has answered"),
        ("from", "The desk <desk@example.org>"),
        ("to", "ana@example.org"),
        ("message-id", place.message.as_str()),
        ("references", "<ticket/SUP-7@example.org>"),
        ("auto-submitted", "auto-generated"),
        ("importance", "high"),
        ("x-mailfrom", "desk@example.org"),
        ("x-rcptto", "ana@example.org"),
    ] {
        assert_eq!(heads[name], value, "{heads}");
    }
    let body = mails[0]["body"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(body, "Nobody has answered\n\nThe ticket: https://desk.example.org/ticket/SUP-7\n");
    assert_eq!(mails[1]["heads"]["references"], heads["references"]);
    assert_ne!(mails[1]["heads"]["message-id"], heads["message-id"]);
    assert_eq!(probe.chat.tell(hello()).await.unwrap().place, place, "the same effect has the same name");
}

#[tokio::test]
async fn what_people_write_becomes_no_header_no_recipient_and_no_end() {
    let probe = fresh().await;
    let hostile = [
        "x\r\nBcc: all@example.org\r\nX-Evil: 1",
        "\r\n.\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<all@example.org>\r\nDATA\r\nevil\r\n.\r\n",
        "=?utf-8?q?=0D=0ABcc=3A_all=40example=2Eorg?=",
        "..\n.\nFrom me\n",
        "\u{0}\u{1b}[31m\u{85}To: b@example.org \u{fffd}💣",
    ];
    for (n, text) in (0..).zip(hostile) {
        for (m, piece) in
            [Piece::Text(text.to_owned()), Piece::Quote(text.to_owned())].into_iter().enumerate()
        {
            probe.chat.tell(post(n * 2 + m as u16, "ana@example.org", vec![piece])).await.unwrap();
        }
    }
    let mails = probe.server.mails();
    assert_eq!(mails.len(), hostile.len() * 2);
    for mail in &mails {
        assert_eq!(mail["heads"]["x-rcptto"], "ana@example.org");
        assert_eq!(mail["heads"]["to"], "ana@example.org");
        assert_eq!(mail["defects"].as_array().unwrap().len(), 0, "{mail}");
        for name in ["bcc", "x-evil"] {
            assert!(mail["heads"].get(name).is_none(), "{mail}");
        }
        let subject = mail["heads"]["subject"].as_str().unwrap();
        assert!(subject.starts_with("Urgent: [SUP-7] ") && !subject.contains(['\r', '\n']), "{subject:?}");
        assert!(mail["body"].as_str().unwrap().contains("The ticket: https://desk"), "{mail}");
    }
    assert!(mails[3]["body"].as_str().unwrap().contains("> RCPT TO:<all@example.org>"));
}

#[tokio::test]
async fn whoever_has_no_address_is_told_nothing_and_it_is_not_tried_again() {
    let probe = fresh().await;
    for user in ["ana", "", "ana@example.org\r\nRCPT TO:<all@example.org>", "a@b.org, c@d.org"] {
        let error = probe.chat.tell(post(0, user, vec![Piece::Text("hello".to_owned())])).await.unwrap_err();
        assert_eq!((error.kind, error.retry), (ErrorKind::Invalid, Retry::Never), "{user:?}");
    }
    assert!(probe.server.mails().is_empty());
}

/// Enough for every server that answers.
const PATIENCE: Duration = Duration::from_secs(30);
const READY: &str = "220 ready";
const EHLO: &str = "250-script\r\n250 8BITMIME";

async fn scripted(answers: &[&str], patience: Duration) -> (Result<(), Error>, Script) {
    let script = Script::start(answers);
    let email = reach(&format!("smtp://127.0.0.1:{}", script.port), None);
    let sent = email.patience(patience).tell(hello()).await;
    (sent.map(|_| ()), script)
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    let bye = "221 bye";
    for (answers, kind, retry) in [
        (&["421 closing", bye][..], ErrorKind::Unavailable, Retry::Backoff),
        (&[READY, EHLO, "451 not now", bye], ErrorKind::Unavailable, Retry::Backoff),
        (&[READY, EHLO, "250 ok", "452 full", bye], ErrorKind::Unavailable, Retry::Backoff),
        (&[READY, EHLO, "250 ok", "550 nobody", bye], ErrorKind::Gone, Retry::Never),
        (&[READY, EHLO, "530 log in", bye], ErrorKind::Forbidden, Retry::Never),
        (&[READY, EHLO, "250 ok", "250 ok", "354 go", "554 spam", bye], ErrorKind::Invalid, Retry::Never),
        (&["554 go away", bye], ErrorKind::Invalid, Retry::Never),
    ] {
        let (sent, _script) = scripted(answers, PATIENCE).await;
        let error = sent.unwrap_err();
        assert_eq!((error.kind, error.retry), (kind, retry), "{answers:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_before_it_has_the_mail_is_told_from_one_that_hangs_after() {
    let hanging = async |answers: &[&str], kind| {
        let (sent, _script) = scripted(answers, Duration::from_secs(1)).await;
        let error = sent.unwrap_err();
        assert_eq!((error.kind, error.retry), (kind, Retry::Backoff), "{answers:?}: {error:?}");
    };
    tokio::join!(
        hanging(&[], ErrorKind::Unavailable),
        hanging(&[READY], ErrorKind::Unavailable),
        hanging(&[READY, EHLO, "250 ok", "250 ok", "354 go"], ErrorKind::Unknown),
    );
}

#[tokio::test]
async fn a_server_that_took_the_mail_need_not_say_good_bye() {
    let (sent, script) = scripted(&[READY, EHLO, "250 ok", "250 ok", "354 go", "250 taken"], PATIENCE).await;
    sent.unwrap();
    assert!(script.heard().iter().any(|line| line == "Nobody has answered"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = reach(&format!("smtp://{free}"), None).tell(hello()).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, Retry::Backoff));
}

#[tokio::test]
async fn a_login_is_used_and_never_shown() {
    let answers =
        [READY, "250-script\r\n250 AUTH PLAIN", "235 welcome", "250 ok", "250 ok", "354 go", "250 taken"];
    let script = Script::start(&answers);
    let email = reach(&format!("smtp://ana%40example.org@127.0.0.1:{}", script.port), Some("hunter2"));
    email.tell(hello()).await.unwrap();
    let expected = "AUTH PLAIN AGFuYUBleGFtcGxlLm9yZwBodW50ZXIy";
    assert!(script.heard().iter().any(|line| line == expected), "base64 of NUL user NUL password");
    assert!(!format!("{email:?}").contains("hunter2"));

    let answers = [READY, "250-script\r\n250 AUTH PLAIN", "535 wrong", "221 bye"];
    let script = Script::start(&answers);
    let email = reach(&format!("smtp://ana@127.0.0.1:{}", script.port), Some("hunter2"));
    let error = email.tell(hello()).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Forbidden, Retry::Never));
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn a_server_without_tls_gets_no_mail_that_needs_it() {
    let script = Script::start(&[READY, EHLO, "221 bye"]);
    let email = reach(&format!("smtp://ana@127.0.0.1:{}?tls=required", script.port), Some("hunter2"));
    let error = email.tell(hello()).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, Retry::Backoff));
    let heard = script.heard();
    assert!(heard.iter().all(|line| !line.starts_with("MAIL") && !line.starts_with("AUTH")), "{heard:?}");
}
