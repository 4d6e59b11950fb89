//! The local chat keeps the contract of a chat, and what is typed is a message before it is news.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests say what failed by panicking")]

use async_trait::async_trait;
use supporty_core::adapter::{Chat, Destination};
use supporty_core::policy::Policy;
use supporty_core::testing::chat_suite::ChatProbe;
use supporty_core::vocab::{ChannelId, Place, Time};
use supporty_desk::local::{Line, Local, NAME, Said};
use supporty_desk::page::{Frame, message, zone_of};

struct Probe(Local);

#[async_trait]
impl ChatProbe for Probe {
    fn chat(&self) -> &dyn Chat {
        &self.0
    }

    fn channel(&self) -> ChannelId {
        "support".into()
    }

    fn user(&self) -> String {
        "ana".to_owned()
    }

    fn no_thread(&self) -> Place {
        place("4711")
    }

    async fn seen(&self, at: &Destination) -> Vec<String> {
        let lines = match at {
            Destination::Thread(root) => self.0.thread(root).await,
            Destination::Channel(channel) => self.0.messages(channel.as_str()).await,
            Destination::Person(user) => self.0.messages(&Local::direct(user)).await,
        };
        lines.unwrap().iter().map(read).collect()
    }
}

async fn fresh() -> Probe {
    Probe(Local::in_memory().unwrap())
}

supporty_core::chat_suite!(fresh);

/// What a browser shows of a line: the page's own markup is gone, and what was escaped is back.
fn read(line: &Line) -> String {
    let policy = Policy::default();
    let zone = zone_of(&policy);
    let (policy, zone) = (&policy, &zone);
    let now = Time::UNIX_EPOCH;
    let frame = Frame { policy, viewer: None, submission: "", store: "", now, zone, here: "" };
    let html = message(&frame, line).into_string();
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: String = texts.collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn place(message: &str) -> Place {
    Place { adapter: NAME.into(), channel: "support".to_owned(), message: message.into() }
}

fn said(text: &str, submission: &str) -> Said {
    let (user, name) = ("Jo".to_owned(), "Jo".to_owned());
    Said { user, name, text: text.to_owned(), internal: false, submission: submission.to_owned() }
}

async fn root(chat: &Local) -> Place {
    let probe = Probe(chat.clone());
    supporty_core::testing::chat_suite::show_without_a_place_posts_a_new_root(&probe).await;
    place("1")
}

#[tokio::test]
async fn what_was_typed_waits_until_it_was_handed_over_even_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.db");
    let chat = Local::open(&file).unwrap();
    let root = root(&chat).await;
    let line = chat.say(&root, said("hello", "one"), Time::UNIX_EPOCH).await.unwrap();
    drop(chat);

    let chat = Local::open(&file).unwrap();
    assert_eq!(chat.unhanded().await.unwrap(), std::slice::from_ref(&line));
    chat.handed(&line, None).await.unwrap();
    assert!(chat.unhanded().await.unwrap().is_empty());
    assert_eq!(chat.thread(&root).await.unwrap().len(), 2);
}

#[tokio::test]
async fn one_submission_is_one_message() {
    let chat = Local::in_memory().unwrap();
    let root = root(&chat).await;
    let first = chat.say(&root, said("hello", "one"), Time::UNIX_EPOCH).await.unwrap();
    assert_eq!(chat.say(&root, said("hello", "one"), Time::UNIX_EPOCH).await.unwrap(), first);
    assert_ne!(chat.say(&root, said("hello", "two"), Time::UNIX_EPOCH).await.unwrap(), first);
    assert_eq!(chat.thread(&root).await.unwrap().len(), 3);
}

#[tokio::test]
async fn typing_into_a_missing_thread_is_an_error() {
    let chat = Local::in_memory().unwrap();
    assert!(chat.say(&place("4711"), said("hello", "one"), Time::UNIX_EPOCH).await.is_err());
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.db");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Local::open(&file).err().unwrap().to_string();
    assert!(error.contains("version 99") && error.contains("newer"), "{error}");
}
