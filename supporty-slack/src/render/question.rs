//! The questions that forms have in common.

use supporty_core::adapter::{Fields, Wrong};
use supporty_core::policy::Policy;
use supporty_core::vocab::{PersonId, SquadId, Text, Time};

use super::context::short;
use super::{Context, phrase};
use crate::block::{
    Block, Choice, Inline, Input, Multi, Part, RichText, Select, Stack, TextInput, Users, limit,
};
use crate::names;

/// An answer that is offered.
#[derive(Clone)]
pub(super) struct Offer {
    /// What it is called where answers are read.
    pub(super) name: String,
    /// What is shown.
    pub(super) shown: String,
    /// What comes back: known by its place in the policy where it can not be by its name.
    value: String,
}

/// All of one kind, each with its name and what is shown, in the order of the policy.
pub(super) fn offers<N: ToString, S: ToString>(all: impl IntoIterator<Item = (N, S)>) -> Vec<Offer> {
    let numbered = all.into_iter().enumerate();
    let offers = numbered.map(|(place, (name, shown))| {
        let name = name.to_string();
        Offer { value: names::option(place, &name), name, shown: shown.to_string() }
    });
    offers.collect()
}

/// What is known while a form is made.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) context: Context<'a>,
    pub(super) typed: &'a Fields,
}

impl Asking<'_> {
    /// Several lines, which may be left empty or not.
    pub(super) fn words(&self, name: &str, label: &str, optional: bool) -> Input {
        let input = TextInput::new(names::INPUT, true).most(Text::MESSAGE).typed(self.typed.typed(name));
        Input::new(name, label, input).optional(optional)
    }

    /// One line.
    pub(super) fn line(&self, name: &str, label: &str, most: usize, placeholder: &str) -> Input {
        let input = TextInput::new(names::INPUT, false).most(most).typed(self.typed.typed(name));
        Input::new(name, label, input.placeholder(placeholder))
    }

    /// One of many, each by its name and what is shown.
    pub(super) fn select(&self, action: &str, name: &str, label: &str, all: &[Offer]) -> Option<Input> {
        let (choices, chosen) = choices(all, self.typed.typed(name));
        let select = Select::new(action, &self.context.texts().choose, choices, &chosen)?;
        Some(Input::new(name, label, select).hint(&self.left_out(all.len())))
    }

    /// One of the policy's people, those of a squad first; anybody where it has none, or too many for a list.
    pub(super) fn person(
        &self,
        name: &str,
        label: &str,
        but: Option<&PersonId>,
        squad: Option<&SquadId>,
        now: Time,
    ) -> Input {
        let others = people(self.context.policy, but, squad, now);
        let listed = others.len() <= limit::OPTIONS.most;
        match listed.then(|| self.select(names::INPUT, name, label, &others)).flatten() {
            Some(input) => input,
            None => {
                let choose = &self.context.texts().choose;
                Input::new(name, label, Users::one(names::INPUT, choose, self.typed.typed(name)))
            }
        }
    }

    /// Some of them.
    pub(super) fn some_people(&self, name: &str, label: &str, now: Time) -> Input {
        let all = people(self.context.policy, None, None, now);
        let (choices, _) = choices(&all, "");
        let typed: Vec<_> = self.typed.typed(name).split([',', ' ']).collect();
        let chosen = all.iter().filter(|offer| typed.contains(&&*offer.name));
        let chosen: Vec<_> = chosen.map(|offer| &*offer.value).collect();
        let choose = &self.context.texts().choose;
        let listed = all.len() <= limit::OPTIONS.most;
        match listed.then(|| Multi::new(names::INPUT, choose, choices, &chosen)).flatten() {
            Some(multi) => Input::new(name, label, multi),
            None => Input::new(name, label, Users::some(names::INPUT, choose)),
        }
    }

    fn left_out(&self, all: usize) -> String {
        match all.saturating_sub(limit::OPTIONS.most) {
            0 => String::new(),
            count => (self.context.more())(count),
        }
    }
}

/// The choices, and the value of the one that is chosen already.
pub(super) fn choices(all: &[Offer], typed: &str) -> (Vec<Choice>, String) {
    let made = all.iter().filter_map(|offer| Choice::new(&offer.shown, &*offer.value).ok());
    let chosen = all.iter().find(|offer| offer.name == typed && !typed.is_empty());
    (made.collect(), chosen.map(|offer| offer.value.clone()).unwrap_or_default())
}

/// What is wrong, above the questions.
pub(super) fn wrongs(blocks: Stack, context: &Context<'_>, wrong: &[Wrong]) -> Stack {
    let lines = wrong.iter().map(|wrong| {
        let field = [Inline::bold(short(&wrong.field))];
        let said =
            phrase::rich(&context.texts().wrong, &[("field", &field), ("why", &[Inline::text(&wrong.why)])]);
        [Inline::emoji("warning"), Inline::text(" ")].into_iter().chain(said).collect()
    });
    let lines: Vec<_> = lines.collect();
    blocks.keep_some(RichText::new(Part::list(lines)).map(Block::from))
}

/// The policy's people but one, those of a squad first.
fn people(policy: &Policy, but: Option<&PersonId>, squad: Option<&SquadId>, now: Time) -> Vec<Offer> {
    let people = &policy.spec().people;
    let mut others = offers(people.iter().map(|(id, person)| (id, &person.name)));
    others.retain(|offer| but.is_none_or(|but| but.as_str() != offer.name));
    let elsewhere = |offer: &Offer| {
        squad.is_some_and(|squad| !policy.squads_of(&offer.name.as_str().into(), now).contains(squad))
    };
    others.sort_by_cached_key(elsewhere);
    others
}
