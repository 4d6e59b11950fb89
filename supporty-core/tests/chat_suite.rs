//! The fake chat keeps the contract of a chat, with and without its optional abilities, and fails as it is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests say what failed by panicking")]

use async_trait::async_trait;
use supporty_core::adapter::{Chat, ChatCapability, Destination};
use supporty_core::testing::FakeChat;
use supporty_core::testing::chat_suite::ChatProbe;
use supporty_core::vocab::{ChannelId, Place};

struct Probe(FakeChat);

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
        Place { adapter: "fake".into(), channel: "support".to_owned(), message: "4711".into() }
    }

    async fn seen(&self, at: &Destination) -> Vec<String> {
        self.0.seen(at)
    }
}

mod all_abilities {
    use super::*;

    async fn fresh() -> Probe {
        Probe(FakeChat::new("fake".into()))
    }

    supporty_core::chat_suite!(fresh);
}

mod no_abilities {
    use super::*;

    async fn fresh() -> Probe {
        Probe(FakeChat::new("fake".into()).with_capability(ChatCapability::default()))
    }

    supporty_core::chat_suite!(fresh);
}

/// A chat whose people can not be told directly.
mod only_cards {
    use super::*;

    async fn fresh() -> Probe {
        let mut can = ChatCapability::default();
        can.cards = true;
        can.dedupes = true;
        Probe(FakeChat::new("fake".into()).with_capability(can))
    }

    supporty_core::chat_suite!(fresh);
}

/// What only reaches people, as a pager does.
mod only_people {
    use super::*;

    fn people() -> ChatCapability {
        let mut can = ChatCapability::default();
        can.direct = true;
        can
    }

    async fn fresh() -> Probe {
        Probe(FakeChat::new("fake".into()).with_capability(people()))
    }

    mod that_looks_before_it_tells_again {
        use super::*;

        async fn fresh() -> Probe {
            let mut can = people();
            can.dedupes = true;
            Probe(FakeChat::new("fake".into()).with_capability(can))
        }

        supporty_core::chat_suite!(fresh);
    }

    supporty_core::chat_suite!(fresh);
}

mod failures {
    use std::time::Duration;

    use supporty_core::adapter::{ErrorKind, Message, Piece, Post, Retry};
    use supporty_core::testing::Failure;

    use super::*;

    fn post() -> Post {
        let pieces = vec![Piece::Text("hello".to_owned())];
        let message = Message { ticket: "SUP-1".parse().ok(), pieces, urgent: false, actions: Vec::new() };
        Post { effect: "job/hello.0".parse().unwrap(), to: Destination::Channel("support".into()), message }
    }

    #[tokio::test]
    async fn a_lost_answer_was_posted_and_is_found() {
        let chat = FakeChat::new("fake".into());
        chat.fail_next(Failure::After);
        assert_eq!(chat.tell(post()).await.unwrap_err().kind, ErrorKind::Unknown);
        let found = chat.find(post().effect, post().to).await.unwrap();
        assert_eq!(found, Some(chat.tell(post()).await.unwrap()));
        assert_eq!(chat.seen(&post().to), ["hello"]);
    }

    #[tokio::test]
    async fn an_error_before_and_a_rate_limit_post_nothing() {
        let chat = FakeChat::new("fake".into());
        chat.fail_next(Failure::Before(ErrorKind::Unavailable, Retry::Backoff));
        chat.fail_next(Failure::RateLimited(Duration::from_secs(7)));
        assert_eq!(chat.tell(post()).await.unwrap_err().kind, ErrorKind::Unavailable);
        assert_eq!(chat.tell(post()).await.unwrap_err().retry, Retry::After(Duration::from_secs(7)));
        assert!(chat.seen(&post().to).is_empty());
        chat.tell(post()).await.unwrap();
        assert_eq!(chat.calls(), 3);
    }
}
