use super::{Texts, Words};
use crate::adapter::{Listed, Message, Piece};
use crate::effect::{Announce, Notice, RotaNotice, Tell};
use crate::explain::DrillReport;
use crate::policy::{Policies, Policy};
use crate::ticket::{CommandKind, Heard, Ticket};
use crate::vocab::{Recipient, TextRef};

/// The words that a notice quotes.
pub(in crate::desk) fn notice_texts(notice: &Notice, ticket: &Ticket) -> Vec<TextRef> {
    let quoted = match notice {
        Notice::Owned { note, .. } | Notice::Resolved { note, .. } | Notice::Escalated { note, .. } => note,
        Notice::Reprioritised { why, .. } | Notice::Waiting { why, .. } | Notice::Reopened { why } => why,
        _ => &None,
    };
    let said = match notice {
        Notice::Heard { what: Heard::Said(message), .. } => Some(&message.text),
        Notice::PostMortemWritten { text } | Notice::Prompted { text } => Some(text),
        _ => None,
    };
    quoted.iter().chain(said).chain([&ticket.title]).cloned().collect()
}

/// What is said. Whoever may not read the ticket gets no words of people, and so no `texts`.
pub(in crate::desk) fn message(
    tell: &Tell,
    ticket: &Ticket,
    policies: &Policies,
    texts: Option<&Texts>,
    report: Option<&DrillReport>,
) -> Message {
    let policy = policies.current();
    let mut words = Words { policy, texts, pieces: Vec::new() };
    if !matches!(&tell.to, Recipient::Thread(key) if *key == ticket.key) {
        words.piece(Piece::Ticket(ticket.key.clone())).say(": ");
        match ticket.restricted.is_some() && texts.is_none() {
            true => words.say("a restricted ticket. "),
            false => words.quote(Some(&ticket.title)).say(" "),
        };
    }
    match report.filter(|_| tell.notice == Notice::DrillEnded) {
        Some(report) => words.say(&report.to_string()),
        None => words.notice(&tell.notice, &tell.by),
    };
    let urgent = matches!(tell.notice, Notice::Escalated { .. });
    Message { ticket: Some(ticket.key.clone()), pieces: words.pieces, urgent, actions: actions(&tell.notice) }
}

pub(in crate::desk) fn announcement_texts(notice: &RotaNotice) -> Vec<TextRef> {
    match notice {
        RotaNotice::SwapAsked { why, .. } => why.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// What is said about a rota. Whoever reads it acts on the rota, not on a ticket. `open` is what somebody who comes on
/// finds.
pub(in crate::desk) fn announcement(
    announce: &Announce,
    policy: &Policy,
    texts: &Texts,
    open: &[Listed],
) -> Message {
    let mut words = Words { policy, texts: Some(texts), pieces: Vec::new() };
    let rota = policy.spec().rotas.get(&announce.rota);
    words.say(&format!("{}: ", rota.map_or(announce.rota.as_str(), |rota| &rota.name)));
    match &announce.notice {
        RotaNotice::SwapAsked { person, period, why, .. } => words
            .person(person)
            .say(" asks for somebody to take over ")
            .over(*period)
            .say(".")
            .quote(why.as_ref()),
        RotaNotice::SwapTaken { by, period, in_return } => {
            words.person(by).say(" takes over ").over(*period).say(".");
            match in_return {
                Some(period) => words.say(" In return you are on ").over(*period).say("."),
                None => &mut words,
            }
        }
        RotaNotice::SwapExpired { period } => {
            words.say("Nobody took over ").over(*period).say(". It stays yours.")
        }
        RotaNotice::CallOutProposed { ticket, period } => words
            .say("You were called out for ")
            .piece(Piece::Ticket(ticket.clone()))
            .say(" from ")
            .over(*period)
            .say(", as it seems. Please say whether it was so."),
        RotaNotice::Gap { person, period } => words
            .person(person)
            .say(" is away, and nobody is on ")
            .over(*period)
            .say(". Please find somebody."),
        RotaNotice::HandOver { from, .. } => words.hand_over(from, open),
    };
    let urgent = matches!(announce.notice, RotaNotice::Gap { .. });
    Message { ticket: None, pieces: words.pieces, urgent, actions: Vec::new() }
}

fn actions(notice: &Notice) -> Vec<CommandKind> {
    match notice {
        Notice::Escalated { .. } => vec![CommandKind::Acknowledge, CommandKind::Claim],
        Notice::Resolved { resolution, .. } if resolution.counts() => {
            vec![CommandKind::Confirm, CommandKind::Reopen, CommandKind::Rate]
        }
        Notice::Resolved { .. } | Notice::ReopenOffered => vec![CommandKind::Reopen],
        Notice::Merged { .. } => vec![CommandKind::Unmerge],
        _ => Vec::new(),
    }
}
