//! What people write.

use super::dice::Dice;
use crate::vocab::Resolution;

const THINGS: &[&str] = &[
    "tulips",
    "the Rosa bunch",
    "peonies",
    "the Wilma bouquet",
    "sunflowers",
    "lilies",
    "the letterbox roses",
];
const SEASONS: &[&str] = &["spring", "summer", "autumn", "winter"];

pub(super) const QUESTIONS: &[&str] = &[
    "Which order is it, and when did you see it?",
    "Can you send me a screenshot, please?",
    "Does it happen again when you sign out and in?",
    "Which customer is that? Their number is enough.",
    "Is it one depot, or both?",
];
pub(super) const ANSWERS: &[&str] = &[
    "Order {order}, a minute ago.",
    "It is in the shared folder.",
    "Yes, the same every time.",
    "All of them, I am afraid.",
    "Number {order}. Thank you for looking!",
];
pub(super) const TAKEN: &[&str] = &[
    "I am looking at it.",
    "Thanks, I can see it too.",
    "On it. I will tell you within the hour.",
    "Got it. I know where to look.",
];
pub(super) const UPDATES: &[&str] = &[
    "Still at it: it is not the cache.",
    "I found where it goes wrong, and not yet why.",
    "I need another pair of eyes, and have asked.",
    "A fix is in review.",
    "Half of it is mended. The rest follows.",
];
pub(super) const ASIDES: &[&str] = &[
    "Any news?",
    "One more customer called about it.",
    "It is a bit better than this morning.",
    "Take your time, we have a way around it.",
];
pub(super) const NOTES: &[&str] = &[
    "Seen before: look at the nightly job.",
    "This code has no tests. I added one.",
    "The log says that the supplier's file came late.",
    "Nobody remembers why this rule exists.",
];
pub(super) const HAND_OFFS: &[&str] = &[
    "I am off from tomorrow; the steps are in the thread.",
    "You know this part better than I do.",
    "It needs somebody with access to the depot.",
];
pub(super) const RAISED: &[&str] =
    &["It has to leave today.", "More customers than we thought.", "The press asks."];
pub(super) const LOWERED: &[&str] = &["There is a way around it.", "It can wait until Monday."];
pub(super) const THANKS: &[&str] = &["Thank you!", "Works again, thanks.", "Perfect.", "That was quick."];
pub(super) const NOT_DONE: &[&str] = &["It is back.", "It still says the same.", "Only half of it works."];
pub(super) const WHYS: &[&str] =
    &["The customer has to tell us more.", "We need their answer.", "Nothing to do before that."];
pub(super) const FOLLOW_UPS: &[&str] =
    &["It happens again, with order {order} this time.", "It worked for two weeks, and now it does not."];
pub(super) const GARDENING: &[&str] = &[
    "Upgrade the database driver",
    "A test of the basket fails now and then",
    "Staging runs out of disk",
    "The query of the order list takes four seconds",
    "Renew the certificate of the depot's printers",
    "Take the old voucher tables away",
    "Alert when the supplier's file is late",
    "Split the route planner from the order service",
];
pub(super) const POST_MORTEM: &str = "What happened: the service failed for part of our customers.\nWhom it hurt: everybody who ordered \
     in that time.\nThe cause: a change that met data it did not expect.\nWhat helped: somebody was awake within minutes.\nWhat we \
     change: the same data is part of the tests from now on.";

/// Fills the holes of a text.
pub(super) fn filled(text: &str, dice: &mut Dice) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let order = (100_000 + dice.below(900_000)).to_string();
    let code = format!("SW{} {}AB", 1 + dice.below(20), 1 + dice.below(9));
    let voucher = format!("BLOOM{}", 10 + dice.below(90));
    text.replace("{order}", &order)
        .replace("{code}", &code)
        .replace("{voucher}", &voucher)
        .replace("{thing}", dice.say(THINGS))
        .replace("{season}", dice.say(SEASONS))
}

/// What an engineer says when it is done.
pub(super) fn ending(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::CodeChange => "It was ours: a change is in, and it works now.",
        Resolution::Configuration => "A setting was wrong. I changed it.",
        Resolution::DataFix => "The data was wrong. It is put right.",
        Resolution::Explanation => {
            "It works as it was built, though nobody would guess it. I wrote down how."
        }
        Resolution::CannotReproduce => "I can not make it happen again. Tell me when it does.",
        Resolution::Duplicate => "This is the same as another ticket.",
        Resolution::NotABug => "It is meant to be so: the rules of the campaign say it.",
        Resolution::ThirdParty => "It was our partner's fault, and they have mended it.",
        Resolution::Declined => "We will not build that this year.",
        Resolution::NoAnswer => "I have heard nothing, so I close it.",
        Resolution::NotATicket => "This is for the team's channel, not for support.",
    }
}
