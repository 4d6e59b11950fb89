//! The contract of [`Chat`], one function per sentence.
//!
//! Each takes a fresh adapter wrapped in a [`ChatProbe`], which is how the suite sees what a person would see. The
//! macro [`chat_suite!`](crate::chat_suite) makes one named test of each:
//!
//! ```text
//! async fn fresh() -> MyProbe { /* a new channel, an empty table */ }
//! supporty_core::chat_suite!(fresh);
//! ```
//!
//! An ability that is not claimed is not asked for, except that it must answer `Unsupported`: an adapter that only
//! reaches people runs the same suite as one that shows cards. Its channel and its thread may be anything.
//!
//! A runner of your own can walk [`PROMISES`] to list them.

#![allow(clippy::panic, reason = "a suite says what is broken by panicking with the sentence")]

mod samples;

use async_trait::async_trait;

use crate::adapter::{Card, Chat, Delivered, Destination, Error, ErrorKind, Named, Piece, Post, Retry, Show};
use crate::stream::{EffectId, Origin};
use crate::ticket::CommandKind;
use crate::vocab::{ChannelId, PersonId, Place, Time};
use samples::{card_effect, cards, key, post, show, told_effect};

/// A fresh chat, and eyes for it.
#[async_trait]
pub trait ChatProbe: Send + Sync {
    /// The chat under test.
    fn chat(&self) -> &dyn Chat;

    /// A channel that exists.
    fn channel(&self) -> ChannelId;

    /// The id of a user who exists.
    fn user(&self) -> String;

    /// A thread that does not exist.
    fn no_thread(&self) -> Place;

    /// What a person reads there, one text per message, oldest first: a thread begins with its root.
    ///
    /// A text is what meets the eye: markup that the platform obeyed is not in it, markup that it shows is.
    async fn seen(&self, at: &Destination) -> Vec<String>;
}

/// One list: the index, and the macro that makes a test of each line.
macro_rules! promises {
    ($($name:ident: $sentence:literal,)*) => {
        /// Every promise: the name of its function, and the sentence of the contract.
        pub const PROMISES: &[(&str, &str)] = &[$((stringify!($name), $sentence)),*];

        /// One `#[tokio::test]` per sentence of the contract of [`Chat`](crate::adapter::Chat).
        ///
        /// Takes the path of an `async fn() -> impl ChatProbe` that makes a fresh adapter. Needs `tokio` with its
        /// features `macros` and `rt` among the dev-dependencies.
        #[macro_export]
        macro_rules! chat_suite {
            ($make:path) => {$(
                #[doc = $sentence]
                #[tokio::test]
                async fn $name() {
                    $crate::testing::chat_suite::$name(&$make().await).await;
                }
            )*};
        }
    };
}

promises! {
    show_without_a_place_posts_a_new_root: "1. If `cards` is claimed, `show` without a place posts the card as a new root and answers with its place.",
    show_with_a_place_changes_that_card: "2. If `cards` is claimed, `show` with a place changes that card and answers with the same place; the last one shown is what stands.",
    tell_a_thread_posts_below_its_root_in_order: "3. If `cards` is claimed, `tell` into a thread posts below its root, after everything told there before.",
    tell_a_person_or_a_channel_answers_with_a_place: "4. `tell` to a channel, if `cards` is claimed, or to a person, if `direct` is, answers with the place of the message.",
    the_same_effect_is_shown_once: "5. If `dedupes` is claimed, the same effect delivered again is shown once, and answers with the first place.",
    find_answers_for_what_was_delivered_only: "6. If `dedupes` is claimed, `find` answers with the place of an effect that was delivered, and with nothing for one that was not.",
    text_from_people_is_shown_as_they_wrote_it: "7. Text from people is shown as they wrote it: markup in it does nothing.",
    telling_a_missing_thread_is_final: "8. If `cards` is claimed, telling a thread that does not exist is an error of kind `Gone` or `NotFound` that is not retried.",
    what_is_not_claimed_is_unsupported: "9. What is not claimed answers `Unsupported`, and nothing is posted.",
    endless_text_is_cut_and_never_refused: "10. Text over the platform's limit is cut, never refused.",
    changing_a_missing_card_is_final: "11. If `cards` is claimed, changing a card that does not exist is an error of kind `Gone` or `NotFound` that is not retried.",
    a_card_is_shown_whatever_it_has: "12. If `cards` is claimed, a card is shown whatever it has and lacks; one without words shows none.",
    every_piece_of_a_message_is_shown: "13. Every piece of a message is shown, in its order.",
    an_effect_may_have_any_name: "14. If `dedupes` is claimed, 5 and 6 hold for every name that an effect may have.",
}

/// 1. If `cards` is claimed, `show` without a place posts the card as a new root and answers with its place.
pub async fn show_without_a_place_posts_a_new_root(probe: &impl ChatProbe) {
    if !probe.chat().capability().cards {
        return;
    }
    let first = root(probe, 1, "The shop is down").await;
    let second = root(probe, 2, "The lamp is out").await;
    assert_ne!(first, second, "two cards stand in two places");
    assert_seen(&probe.seen(&Destination::Thread(first)).await, 0, "The shop is down");
    assert_seen(&probe.seen(&Destination::Thread(second)).await, 0, "The lamp is out");
}

/// 2. If `cards` is claimed, `show` with a place changes that card and answers with the same place; the last one shown
///    is what stands.
pub async fn show_with_a_place_changes_that_card(probe: &impl ChatProbe) {
    if !probe.chat().capability().cards {
        return;
    }
    let place = root(probe, 1, "The shop is down").await;
    for (n, title) in ["The shop is slow", "The shop is up"].into_iter().enumerate() {
        let show = Show { at: Some(place.clone()), ..show(probe, 1, 2 + n as u64, title) };
        assert_eq!(ok("show", probe.chat().show(show).await), place, "the card stays where it is");
    }
    let thread = probe.seen(&Destination::Thread(place)).await;
    assert_eq!(thread.len(), 1, "a card is changed, not posted again: {thread:?}");
    assert_seen(&thread, 0, "The shop is up");
    assert!(!thread.concat().contains("The shop is down"), "the old card is gone: {thread:?}");
}

/// 3. If `cards` is claimed, `tell` into a thread posts below its root, after everything told there before.
pub async fn tell_a_thread_posts_below_its_root_in_order(probe: &impl ChatProbe) {
    if !probe.chat().capability().cards {
        return;
    }
    let place = root(probe, 1, "The shop is down").await;
    let other = root(probe, 2, "The lamp is out").await;
    for n in 0..5 {
        tell(probe, n, Destination::Thread(place.clone()), &format!("message {n}")).await;
    }
    let thread = probe.seen(&Destination::Thread(place)).await;
    assert_eq!(thread.len(), 6, "a root and five messages: {thread:?}");
    for n in 0..5 {
        assert_seen(&thread, n + 1, &format!("message {n}"));
    }
    let other = probe.seen(&Destination::Thread(other)).await;
    assert_eq!(other.len(), 1, "nothing strays into another thread: {other:?}");
}

/// 4. `tell` to a channel, if `cards` is claimed, or to a person, if `direct` is, answers with the place of the message.
pub async fn tell_a_person_or_a_channel_answers_with_a_place(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    let channel = Destination::Channel(probe.channel());
    let person = Destination::Person(probe.user());
    let mut places = Vec::new();
    if can.cards {
        places.push(tell(probe, 0, channel.clone(), "to the channel").await);
        assert_last(&probe.seen(&channel).await, "to the channel");
    }
    if can.direct {
        places.push(tell(probe, 1, person.clone(), "to you").await);
        assert_last(&probe.seen(&person).await, "to you");
        places.push(tell(probe, 2, person.clone(), "and again").await);
        assert_last(&probe.seen(&person).await, "and again");
    }
    if can.cards && can.direct {
        let channel = probe.seen(&channel).await;
        assert!(!channel.concat().contains("to you"), "a direct message is nobody else's: {channel:?}");
    }
    for (n, place) in places.iter().enumerate() {
        assert!(!place.message.as_str().is_empty(), "the place names a message: {place:?}");
        assert!(!places.iter().take(n).any(|other| other == place), "two messages stand in two places");
    }
}

/// 5. If `dedupes` is claimed, the same effect delivered again is shown once, and answers with the first place.
pub async fn the_same_effect_is_shown_once(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    if !can.dedupes {
        return;
    }
    let mut spots = Vec::new();
    if can.cards {
        let place = root(probe, 1, "The shop is down").await;
        assert_eq!(root(probe, 1, "The shop is down").await, place, "a root shown again is the first root");
        spots.push((Destination::Thread(place), 1));
    }
    if can.direct {
        spots.push((Destination::Person(probe.user()), 0));
    }
    for (n, (there, before)) in (0..).step_by(2).zip(spots) {
        let first = tell(probe, n, there.clone(), "once").await;
        tell(probe, n + 1, there.clone(), "then").await;
        assert_eq!(tell(probe, n, there.clone(), "once").await, first, "a message told again is the first");
        let seen = probe.seen(&there).await;
        assert_eq!(seen.len(), before + 2, "shown once: {seen:?}");
        assert_seen(&seen, before, "once");
        assert_seen(&seen, before + 1, "then");
    }
}

/// 6. If `dedupes` is claimed, `find` answers with the place of an effect that was delivered, and with nothing for one
///    that was not.
pub async fn find_answers_for_what_was_delivered_only(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    if !can.dedupes {
        return;
    }
    let looked = |effect, to: &Destination| probe.chat().find(effect, to.clone());
    let found = |answer: Result<Option<Delivered>, Error>| answer.map(|found| found.map(|found| found.place));
    let mut spots = Vec::new();
    if can.cards {
        let place = root(probe, 1, "The shop is down").await;
        let root = found(looked(card_effect(1), &Destination::Channel(probe.channel())).await);
        assert_eq!(root.ok(), Some(Some(place.clone())), "a root is found in its channel");
        spots.push(Destination::Thread(place));
    }
    if can.direct {
        spots.push(Destination::Person(probe.user()));
    }
    for (n, there) in (0..).zip(spots) {
        let message = tell(probe, n, there.clone(), "we look").await;
        let told = found(looked(told_effect(n), &there).await);
        assert_eq!(told.ok(), Some(Some(message)), "a message is found where it was told");
        let never = found(looked(told_effect(9), &there).await);
        assert_eq!(never.ok(), Some(None), "what was never delivered is not found");
    }
}

/// 7. Text from people is shown as they wrote it: markup in it does nothing.
pub async fn text_from_people_is_shown_as_they_wrote_it(probe: &impl ChatProbe) {
    const HOSTILE: [&str; 6] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)> & \"quotes\"",
        "*bold* _slanted_ ~gone~ `code`",
        "[a link](https://example.invalid) <https://example.invalid|another>",
        "<!channel> <!everyone> <@U123> @here @channel",
        "&lt;b&gt; &amp;amp; \u{202e}backwards",
    ];
    let can = probe.chat().capability();
    for (n, text) in (0..).zip(HOSTILE) {
        let pieces = vec![Piece::Text("They say: ".to_owned()), Piece::Quote(text.to_owned())];
        if can.cards {
            let there = Destination::Thread(root(probe, u64::from(n) + 1, text).await);
            tell_pieces(probe, n, there.clone(), pieces.clone()).await;
            let thread = probe.seen(&there).await;
            assert_seen(&thread, 0, text);
            assert_seen(&thread, 1, text);
        }
        if can.direct {
            let person = Destination::Person(probe.user());
            tell_pieces(probe, 100 + n, person.clone(), pieces).await;
            assert_last(&probe.seen(&person).await, text);
        }
    }
}

/// 8. If `cards` is claimed, telling a thread that does not exist is an error of kind `Gone` or `NotFound` that is not
///    retried.
pub async fn telling_a_missing_thread_is_final(probe: &impl ChatProbe) {
    if !probe.chat().capability().cards {
        return;
    }
    let post = post(0, Destination::Thread(probe.no_thread()), vec![Piece::Text("hello?".to_owned())]);
    match probe.chat().tell(post).await {
        Ok(delivered) => panic!("it was told into a thread that does not exist, at {:?}", delivered.place),
        Err(error) => {
            assert!(matches!(error.kind, ErrorKind::Gone | ErrorKind::NotFound), "{error}");
            assert_eq!(error.retry, Retry::Never, "a missing thread does not come back: {error}");
        }
    }
}

/// 9. What is not claimed answers `Unsupported`, and nothing is posted.
pub async fn what_is_not_claimed_is_unsupported(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    let person = Destination::Person(probe.user());
    let hello = |to| post(0, to, vec![Piece::Text("hello".to_owned())]);
    if !can.direct {
        assert_unsupported("telling a person", probe.chat().tell(hello(person.clone())).await.err());
    }
    if !can.cards {
        let channel = Destination::Channel(probe.channel());
        let thread = Destination::Thread(probe.no_thread());
        assert_unsupported("telling a channel", probe.chat().tell(hello(channel)).await.err());
        assert_unsupported("telling a thread", probe.chat().tell(hello(thread.clone())).await.err());
        let show = show(probe, 1, 1, "The shop is down");
        assert_unsupported("showing a card", probe.chat().show(show.clone()).await.err());
        let again = Show { at: Some(probe.no_thread()), ..show };
        assert_unsupported("changing a card", probe.chat().show(again).await.err());
        let seen = probe.seen(&person).await;
        assert!(seen.is_empty(), "what is refused reaches nobody: {seen:?}");
    }
    if !can.dedupes {
        assert_unsupported("finding an effect", probe.chat().find(told_effect(0), person).await.err());
    }
}

/// 10. Text over the platform's limit is cut, never refused.
pub async fn endless_text_is_cut_and_never_refused(probe: &impl ChatProbe) {
    const BEGINS: &str = "It began and went on";
    let can = probe.chat().capability();
    let endless = format!("It began {}", "and went on ü ".repeat(20_000));
    if can.cards {
        let mut long = show(probe, 1, 1, &endless);
        long.card.details = Some(endless.clone());
        long.card.area = Some(endless.clone());
        let there = Destination::Thread(ok("show an endless card", probe.chat().show(long).await));
        tell_pieces(probe, 0, there.clone(), vec![Piece::Quote(endless.clone())]).await;
        let thread = probe.seen(&there).await;
        assert_seen(&thread, 0, BEGINS);
        assert_seen(&thread, 1, BEGINS);
    }
    if can.direct {
        let person = Destination::Person(probe.user());
        tell_pieces(probe, 1, person.clone(), vec![Piece::Quote(endless)]).await;
        assert_last(&probe.seen(&person).await, BEGINS);
    }
}

/// 11. If `cards` is claimed, changing a card that does not exist is an error of kind `Gone` or `NotFound` that is not
///     retried.
pub async fn changing_a_missing_card_is_final(probe: &impl ChatProbe) {
    if !probe.chat().capability().cards {
        return;
    }
    let show = Show { at: Some(probe.no_thread()), ..show(probe, 1, 1, "hello?") };
    match probe.chat().show(show).await {
        Ok(delivered) => panic!("a card that does not exist was changed, at {:?}", delivered.place),
        Err(error) => {
            assert!(matches!(error.kind, ErrorKind::Gone | ErrorKind::NotFound), "{error}");
            assert_eq!(error.retry, Retry::Never, "a missing card does not come back: {error}");
        }
    }
}

/// 12. If `cards` is claimed, a card is shown whatever it has and lacks; one without words shows none.
pub async fn a_card_is_shown_whatever_it_has(probe: &impl ChatProbe) {
    const SECRET: &str = "the password is on the door";
    if !probe.chat().capability().cards {
        return;
    }
    let at = root(probe, 1, SECRET).await;
    for (seq, card) in (2..).zip(cards()) {
        let words = card.title.clone();
        let show = Show { at: Some(at.clone()), card: Card { seq, ..card }, ..show(probe, 1, seq, "") };
        assert_eq!(ok("show", probe.chat().show(show).await), at, "the card stays where it is");
        let thread = probe.seen(&Destination::Thread(at.clone())).await;
        assert_seen(&thread, 0, "SUP-1");
        match words {
            Some(words) => assert_seen(&thread, 0, &words),
            None => assert!(!thread.concat().contains(SECRET), "what it said before is gone: {thread:?}"),
        }
    }
}

/// 13. Every piece of a message is shown, in its order.
pub async fn every_piece_of_a_message_is_shown(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    let named = Named { id: PersonId::new("zoe"), name: "Zoë".to_owned() };
    let time = Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
    let pieces = vec![
        Piece::Text("It began with ".to_owned()),
        Piece::Ticket(key(17)),
        Piece::Text(", says ".to_owned()),
        Piece::Person(named),
        Piece::Text(" of ".to_owned()),
        Piece::Time(time),
        Piece::Text(": ".to_owned()),
        Piece::Quote("nothing\nworks".to_owned()),
        Piece::Text("Please look at ".to_owned()),
        Piece::Link { label: "shop#42".to_owned(), url: "https://code.example/shop/42".to_owned() },
    ];
    let mut spots = Vec::new();
    if can.cards {
        spots.push(Destination::Thread(root(probe, 1, "The shop is down").await));
        spots.push(Destination::Channel(probe.channel()));
    }
    if can.direct {
        spots.push(Destination::Person(probe.user()));
    }
    for (n, there) in (0..).zip(spots) {
        for (urgent, pieces) in [(false, pieces.clone()), (true, pieces.clone()), (true, Vec::new())] {
            let silent = pieces.is_empty();
            let mut post = post(3 * n + u16::from(urgent) + u16::from(silent), there.clone(), pieces);
            post.message.urgent = urgent;
            post.message.actions = CommandKind::ALL.to_vec();
            ok("tell", probe.chat().tell(post).await);
            if silent {
                continue;
            }
            let last = probe.seen(&there).await.pop().unwrap_or_default();
            let mut rest = last.as_str();
            for part in [
                "It began with",
                "SUP-17",
                "says",
                "Zo",
                "of",
                "nothing",
                "works",
                "Please look at",
                "shop#42",
            ] {
                match rest.split_once(part) {
                    Some((_, after)) => rest = after,
                    None => panic!("{part:?} is missing, or not where it belongs: {last:?}"),
                }
            }
        }
    }
}

/// 14. If `dedupes` is claimed, 5 and 6 hold for every name that an effect may have.
pub async fn an_effect_may_have_any_name(probe: &impl ChatProbe) {
    let can = probe.chat().capability();
    let there = match can {
        _ if !can.dedupes => return,
        _ if can.direct => Destination::Person(probe.user()),
        _ if can.cards => Destination::Channel(probe.channel()),
        _ => return,
    };
    let names = [
        Origin::Inbound("slack/message/C024BE91L/1767980000.000100".into()),
        Origin::Inbound("a name \"with\" <marks> & ümlauts, 'quotes' %2F and \\".into()),
        Origin::Job("n".repeat(400)),
        Origin::Job(format!("{}!", "n".repeat(400))),
    ];
    let mut places = Vec::new();
    for (n, cause) in names.into_iter().enumerate() {
        let effect = EffectId { cause, n: u16::MAX };
        let text = format!("message {n}");
        let post = Post { effect: effect.clone(), ..post(0, there.clone(), vec![Piece::Text(text)]) };
        let place = ok("tell", probe.chat().tell(post.clone()).await);
        assert_eq!(ok("tell", probe.chat().tell(post).await), place, "told again it is the first");
        let found = probe.chat().find(effect, there.clone()).await;
        let found = found.map(|found| found.map(|found| found.place));
        assert_eq!(found.ok(), Some(Some(place.clone())), "it is found by its name");
        assert!(!places.contains(&place), "two names are two messages");
        places.push(place);
    }
}

async fn root(probe: &impl ChatProbe, number: u64, title: &str) -> Place {
    ok("show", probe.chat().show(show(probe, number, 1, title)).await)
}

async fn tell(probe: &impl ChatProbe, n: u16, to: Destination, text: &str) -> Place {
    tell_pieces(probe, n, to, vec![Piece::Text(text.to_owned())]).await
}

async fn tell_pieces(probe: &impl ChatProbe, n: u16, to: Destination, pieces: Vec<Piece>) -> Place {
    ok("tell", probe.chat().tell(post(n, to, pieces)).await)
}

fn ok(doing: &str, answer: Result<Delivered, Error>) -> Place {
    match answer {
        Ok(delivered) => delivered.place,
        Err(error) => panic!("{doing} was refused: {error}"),
    }
}

fn assert_seen(messages: &[String], index: usize, text: &str) {
    let seen = messages.get(index).map_or("", String::as_str);
    assert!(seen.contains(text), "message {index} should show {text:?}, and shows {seen:.400?}");
}

fn assert_last(messages: &[String], text: &str) {
    assert_seen(messages, messages.len().saturating_sub(1), text);
}

fn assert_unsupported(doing: &str, error: Option<Error>) {
    match error {
        None => panic!("{doing} is not claimed, and was done"),
        Some(error) => assert_eq!(error.kind, ErrorKind::Unsupported, "{doing} is not claimed: {error}"),
    }
}
