use std::collections::{BTreeMap, BTreeSet};

use super::{Alerts, Clocks, Event, Opened, Pin, Status, Ticket, TicketEntry};
use crate::vocab::{Role, Watch};

impl Ticket {
    /// The ticket that an entry opens; none for any other entry.
    pub(super) fn opened(entry: &TicketEntry) -> Option<Self> {
        let Event::Opened(opened) = &entry.event else { return None };
        let Opened {
            key,
            title,
            details,
            requester,
            work,
            priority,
            area,
            squad,
            requester_squads,
            policy,
            follows,
            message,
            fields,
            restricted,
            drill,
            raised,
        } = &**opened;
        let at = entry.at;
        let mut ticket = Self {
            key: key.clone(),
            seq: entry.seq,
            opened_at: at,
            last_at: at,
            last_activity: at,
            title: title.clone(),
            details: details.clone(),
            requester: requester.clone(),
            co_requesters: BTreeMap::new(),
            kind: *work,
            gardening: None,
            priority: priority.clone(),
            area: area.clone(),
            squad: squad.clone(),
            requester_squads: requester_squads.clone(),
            status: Status::New { since: at },
            owned_since: None,
            resolved_at: None,
            pins: vec![Pin { from: at, version: policy.clone() }],
            clocks: Clocks::default(),
            outcomes: Vec::new(),
            acknowledged: None,
            answered: None,
            questions: BTreeSet::new(),
            told: BTreeSet::new(),
            paged: BTreeMap::new(),
            told_channel: false,
            people: BTreeMap::new(),
            messages: 0,
            notes: 0,
            identified: None,
            mitigated: None,
            reopened: 0,
            rating: None,
            hand_rung: None,
            follows: follows.clone(),
            followed_by: Vec::new(),
            places: Vec::new(),
            former_places: Vec::new(),
            fields: fields.clone(),
            restricted: restricted.clone(),
            reports_to: None,
            reports: BTreeMap::new(),
            heard: BTreeMap::new(),
            changes: BTreeMap::new(),
            deployed: BTreeMap::new(),
            reverted: BTreeMap::new(),
            blamed: BTreeSet::new(),
            alerts: raised.iter().map(|by| (key.clone(), Alerts::of(by))).collect(),
            raised_by: raised.as_ref().map(|by| by.place.clone()),
            post_mortem: None,
            erased: None,
            drill: drill.clone().map(|script| (script, 0)),
            pages: BTreeMap::new(),
            unreached: BTreeSet::new(),
        };
        let terms = ticket.terms();
        for watch in [Watch::Acknowledge, Watch::Respond, Watch::Update, Watch::Resolve, Watch::Unowned] {
            ticket.clocks.start(watch, at, &terms);
        }
        ticket.joins(requester.person(), Role::Requester, at, 0);
        for person in drill.iter().flat_map(|script| &script.participants) {
            ticket.joins(Some(person), Role::Watcher, at, 0);
        }
        if let Some(message) = message {
            ticket.replied(&entry.by, message.said_at);
        }
        Some(ticket)
    }
}
