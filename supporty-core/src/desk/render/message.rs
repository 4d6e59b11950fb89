use super::words::{over, ticket};
use super::{Phrases, Texts, Words};
use crate::adapter::{Listed, Message};
use crate::effect::{Announce, Notice, RotaNotice, Tell};
use crate::explain::DrillReport;
use crate::policy::{Policies, Policy};
use crate::ticket::{CommandKind, Heard, Ticket};
use crate::vocab::{Recipient, TextRef};

/// The words that a notice quotes.
pub(in crate::desk) fn notice_texts(notice: &Notice, ticket: &Ticket) -> Vec<TextRef> {
    let quoted = match notice {
        Notice::Owned { note, .. } | Notice::Resolved { note, .. } | Notice::Escalated { note, .. } => note,
        Notice::AlertsFire { names, .. } => names,
        Notice::Reprioritised { why, .. } | Notice::Waiting { why, .. } | Notice::Reopened { why } => why,
        _ => &None,
    };
    let said = match notice {
        Notice::Heard { what: Heard::Said(message), .. } => Some(&message.text),
        Notice::Commented { text, .. } | Notice::PostMortemWritten { text } | Notice::Prompted { text } => {
            Some(text)
        }
        _ => None,
    };
    quoted.iter().chain(said).chain([&ticket.title]).cloned().collect()
}

/// What is said. Whoever may not read the ticket gets no words of people, and so no `texts`.
pub(in crate::desk) fn message(
    tell: &Tell,
    about: &Ticket,
    policies: &Policies,
    phrases: &Phrases,
    texts: Option<&Texts>,
    report: Option<&DrillReport>,
) -> Message {
    let policy = policies.current();
    let mut words = Words { policy, phrases, texts, pieces: Vec::new() };
    if !matches!(&tell.to, Recipient::Thread(key) if *key == about.key) {
        words.phrase(&phrases.about, &[ticket(&about.key)]);
        match about.restricted.is_some() && texts.is_none() {
            true => words.phrase(&phrases.a_restricted_ticket, &[]),
            false => words.quote(Some(&about.title)),
        };
    }
    match report.filter(|_| tell.notice == Notice::DrillEnded) {
        Some(report) => words.drill(report),
        None => words.notice(&tell.notice, &tell.by),
    };
    let urgent = matches!(tell.notice, Notice::Escalated { .. });
    Message { ticket: Some(about.key.clone()), pieces: words.pieces, urgent, actions: actions(&tell.notice) }
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
    phrases: &Phrases,
    texts: &Texts,
    open: &[Listed],
) -> Message {
    let mut words = Words { policy, phrases, texts: Some(texts), pieces: Vec::new() };
    let rota = policy.spec().rotas.get(&announce.rota);
    words.say(&format!("{}: ", rota.map_or(announce.rota.as_str(), |rota| &rota.name)));
    match &announce.notice {
        RotaNotice::SwapAsked { person, period, why, .. } => {
            let [from, until] = over(*period);
            let who = words.person(person);
            words.phrase(&phrases.swap_asked, &[("who", who), from, until]).quote(why.as_ref())
        }
        RotaNotice::SwapTaken { by, period, in_return } => {
            let [from, until] = over(*period);
            let who = words.person(by);
            words.phrase(&phrases.swap_taken, &[("who", who), from, until]);
            match in_return {
                Some(period) => words.phrase(&phrases.swap_in_return, &over(*period)),
                None => &mut words,
            }
        }
        RotaNotice::SwapExpired { period } => words.phrase(&phrases.swap_expired, &over(*period)),
        RotaNotice::CallOutProposed { ticket: key, period } => {
            let [from, until] = over(*period);
            words.phrase(&phrases.call_out, &[ticket(key), from, until])
        }
        RotaNotice::Gap { person, period } => {
            let [from, until] = over(*period);
            let who = words.person(person);
            words.phrase(&phrases.gap, &[("who", who), from, until])
        }
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
        Notice::Resolved { .. } | Notice::ReopenOffered | Notice::IssueReopened { .. } => {
            vec![CommandKind::Reopen]
        }
        Notice::FixDeployed { all: true, .. } | Notice::AlertsOver | Notice::IssueClosed { .. } => {
            vec![CommandKind::Resolve]
        }
        Notice::Merged { .. } => vec![CommandKind::Unmerge],
        _ => Vec::new(),
    }
}
