use std::time::SystemTime;

use async_trait::async_trait;
use supporty_core::adapter::{
    Card, Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Message, Piece, Post, Retry, Show,
};
use supporty_core::stream::EffectId;
use supporty_core::vocab::Place;

use super::table::Spot;
use super::{Body, Line, Local};
use crate::plain::cut;

/// The most characters of one text that this chat shows; people's own messages may be longer.
const MOST: usize = 8_000;
/// The most characters of a line of a card.
const MOST_IN_A_LINE: usize = 200;

#[async_trait]
impl Chat for Local {
    fn capability(&self) -> ChatCapability {
        let mut can = ChatCapability::default();
        can.cards = true;
        can.dedupes = true;
        can.direct = true;
        can.internal = true;
        can
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        const DOING: &str = "showing a card";
        let card = fitting(show.card);
        let Some(place) = show.at else {
            return self.deliver(DOING, show.effect, self.spot(show.channel.as_str()), card_body(card)).await;
        };
        let id = self.id(&place).ok_or_else(|| gone(DOING))?;
        match self.table.call(DOING, move |table| table.replace(id, &card)).await? {
            true => self.shown(place),
            false => Err(gone(DOING)),
        }
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        const DOING: &str = "posting a message";
        let spot = match &post.to {
            Destination::Thread(root) => Spot::Below(self.id(root).ok_or_else(|| gone(DOING))?),
            Destination::Channel(channel) => self.spot(channel.as_str()),
            Destination::Person(user) => Spot::Channel(Self::direct(user)),
        };
        let body = Body::Told(Message {
            pieces: post.message.pieces.into_iter().map(shorter).collect(),
            ..post.message
        });
        self.deliver(DOING, post.effect, spot, body).await
    }

    async fn find(&self, effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        let effect = effect.to_string();
        let line = self.table.call("looking for a message", move |table| table.of_effect(&effect)).await?;
        Ok(line.map(|line| self.delivered(&line)))
    }
}

impl Local {
    async fn deliver(
        &self,
        doing: &'static str,
        effect: EffectId,
        spot: Spot,
        body: Body,
    ) -> Result<Delivered, Error> {
        let (effect, at) = (effect.to_string(), SystemTime::now().into());
        let line = self.table.call(doing, move |table| table.deliver(&effect, &spot, &body, at)).await?;
        let line = line.ok_or_else(|| gone(doing))?;
        self.shown(self.place(&line))
    }

    /// A channel by its name. `@` begins the channels that belong to one person.
    fn spot(&self, channel: &str) -> Spot {
        Spot::Channel(channel.trim_start_matches('@').to_owned())
    }

    fn delivered(&self, line: &Line) -> Delivered {
        Delivered { place: self.place(line) }
    }

    fn shown(&self, place: Place) -> Result<Delivered, Error> {
        self.moved();
        Ok(Delivered { place })
    }
}

pub(super) fn gone(doing: &str) -> Error {
    Error::new(ErrorKind::Gone, Retry::Never, doing)
}

fn card_body(card: Card) -> Body {
    Body::Card(Box::new(card))
}

fn fitting(card: Card) -> Card {
    let line = |text: String| cut(text, MOST_IN_A_LINE);
    Card {
        title: card.title.map(line),
        details: card.details.map(|text| cut(text, MOST)),
        area: card.area.map(line),
        squad: card.squad.map(line),
        priority_name: line(card.priority_name),
        ..card
    }
}

fn shorter(piece: Piece) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(cut(text, MOST)),
        Piece::Quote(text) => Piece::Quote(cut(text, MOST)),
        other => other,
    }
}
