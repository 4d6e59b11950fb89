use super::cut::{bytes, size};
use super::{Block, Context, Limit, RichText};

/// Blocks one below the other, before it is known whether all of them fit.
///
/// What must be there is kept first. What remains is given to the others in order: words are cut, everything else is left
/// out, and a line below says how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack(Vec<(Need, Block)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Keep,
    Fill,
}

/// How much there is room for.
pub(super) struct Room {
    pub(super) blocks: Limit,
    pub(super) size: Limit,
    pub(super) measure: fn(&Block) -> usize,
}

impl Stack {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one that must be there.
    pub fn keep(self, block: impl Into<Block>) -> Self {
        self.add(Need::Keep, block)
    }

    /// The same with one that may be cut or left out.
    pub fn fill(self, block: impl Into<Block>) -> Self {
        self.add(Need::Fill, block)
    }

    /// The same with one that must be there, if there is one.
    pub fn keep_some(self, block: Option<impl Into<Block>>) -> Self {
        match block {
            Some(block) => self.keep(block),
            None => self,
        }
    }

    /// The same with one that may be cut or left out, if there is one.
    pub fn fill_some(self, block: Option<impl Into<Block>>) -> Self {
        match block {
            Some(block) => self.fill(block),
            None => self,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(mut self, need: Need, block: impl Into<Block>) -> Self {
        self.0.push((need, block.into()));
        self
    }

    /// What fits, in order, and below it how many do not.
    pub(super) fn fit(self, room: &Room, more: impl Fn(usize) -> String) -> Vec<Block> {
        let line = |left_out| Block::from(Context::line(&more(left_out)));
        let weigh = |block: &Block| (room.measure)(block) + ",".len();
        let all = self.0.len();
        // A count of everything is the longest that the line can get.
        let mut size = room.size.most.saturating_sub(weigh(&line(all)) + "[]".len());
        let mut count = room.blocks.most.saturating_sub(1);
        let mut fitting: Vec<Option<Block>> = vec![None; all];
        for need in [Need::Keep, Need::Fill] {
            for ((_, block), slot) in self.0.iter().zip(&mut fitting).filter(|((each, _), _)| *each == need) {
                let Some(block) = (count > 0).then(|| shortened(block, size, weigh)).flatten() else {
                    continue;
                };
                size = size.saturating_sub(weigh(&block));
                count -= 1;
                *slot = Some(block);
            }
        }
        let left_out = fitting.iter().filter(|slot| slot.is_none()).count();
        let below = (left_out > 0).then(|| line(left_out));
        fitting.into_iter().flatten().chain(below).collect()
    }
}

/// The block if there is room for it, or as much of its words as there is room for.
fn shortened(block: &Block, room: usize, weigh: impl Fn(&Block) -> usize) -> Option<Block> {
    if weigh(block) <= room {
        return Some(block.clone());
    }
    match block {
        Block::RichText(text) => {
            let text: RichText = text.clone().cut(room.saturating_sub(1))?;
            Some(text.into()).filter(|block| weigh(block) <= room)
        }
        _ => None,
    }
}

pub(super) fn by_size(block: &Block) -> usize {
    size(block)
}

pub(super) fn by_bytes(block: &Block) -> usize {
    bytes(block)
}

#[cfg(test)]
mod tests {
    use super::super::{Divider, Header, Inline, Part, limit};
    use super::*;

    fn room(blocks: usize, size: usize) -> Room {
        let limit = |most| Limit { most, of: "test" };
        Room { blocks: limit(blocks), size: limit(size), measure: by_size }
    }

    #[test]
    fn what_must_be_there_is_kept_before_what_may_go() {
        let stack = (0..9).fold(Stack::new(), |stack, _| stack.fill(Divider {})).keep(Header::new("last"));
        let blocks = stack.fit(&room(5, 1_000), |count| format!("{count} more"));
        assert_eq!(blocks.len(), 5);
        assert_eq!(blocks.get(3), Some(&Header::new("last").into()));
        assert_eq!(blocks.get(4), Some(&Context::line("6 more").into()));
    }

    #[test]
    fn words_are_cut_to_what_remains() {
        let words = RichText::new(Part::quote([Inline::text("ü".repeat(40_000))]));
        let stack = Stack::new().fill_some(words).keep(Header::new("kept"));
        let blocks = stack.fit(&room(50, limit::MESSAGE_SIZE.most), |count| format!("{count} more"));
        assert_eq!(blocks.len(), 2);
        let whole: usize = blocks.iter().map(by_size).sum();
        assert!((limit::MESSAGE_SIZE.most - 200..=limit::MESSAGE_SIZE.most).contains(&whole), "{whole}");
    }
}
