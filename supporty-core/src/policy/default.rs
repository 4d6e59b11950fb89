use std::collections::{BTreeMap, BTreeSet};

use super::{
    Code, Limits, Modes, Policy, PolicySpec, PostMortem, Priority, PriorityChange, Promise, Repeat,
    ReplyMode, Retention, Rung, Trigger,
};
use crate::time::{Budget, CalendarSpec, Hours, Weekday, Window, Zone};
use crate::vocab::Warning;
use crate::vocab::{Audience, CalendarId, PauseReason, PriorityId, ReopenMode, Target};

const TEMPLATE: &str = "What happened, and when?\nWhom did it hurt, and how much?\nWhat was the cause?\nWhat helped, and what stood in the way?\nWhat do we change, and who does it by when?";

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

impl Default for PolicySpec {
    /// The policy that needs no file: three priorities in London.
    ///
    /// | | P1 business critical | P2 business affected | P3 business updates |
    /// | --- | --- | --- | --- |
    /// | resolve within | 1 h | 3 h | 24 h |
    /// | clock | always | Mon-Fri 09:00-18:00 | Mon-Fri 00:00-24:00 |
    /// | acknowledge / respond within | 10 min / 15 min | 30 min / 1 h | 4 h / 8 h of office time |
    /// | next response within | 30 min | 1 h | 8 h of office time |
    /// | update at least every | 30 min | 1 h 30 min | - |
    /// | warnings on resolve | 50 %, 80 % | 50 %, 80 % | 80 % |
    ///
    /// A P1 tells the squad's channel and whoever is on call at once, and again when nobody has taken it after ten
    /// minutes.
    fn default() -> Self {
        Self {
            name: "Support".to_owned(),
            key_prefix: "SUP".to_owned(),
            channel: "support".into(),
            private_channel: None,
            calendars: calendars(),
            priorities: vec![critical(), affected(), updates()],
            rules: Vec::new(),
            default_priority: "P3".into(),
            modes: Modes {
                priority_change: PriorityChange::Fair,
                reopen: ReopenMode::Continue,
                reply_after_resolution: ReplyMode::Ask,
            },
            limits: Limits {
                reopening_window: 7 * DAY,
                unmerge_window: DAY,
                longest_wait: 14 * DAY,
                nudge: Budget::Days(2),
                no_answer: Budget::Days(3),
                wait_clock: "office".into(),
            },
            fields: Vec::new(),
            permissions: BTreeMap::new(),
            post_mortem: Some(PostMortem {
                within: Budget::Days(5),
                clock: "office".into(),
                template: TEMPLATE.to_owned(),
            }),
            retention: Retention::default(),
            code: Code::default(),
            drills: BTreeMap::new(),
            people: BTreeMap::new(),
            squads: BTreeMap::new(),
            areas: BTreeMap::new(),
            services: BTreeMap::new(),
            rotas: BTreeMap::new(),
            pay: None,
        }
    }
}

impl Default for Policy {
    /// The checked [`PolicySpec::default`].
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a constant, which a test checks")]
        Self::new(PolicySpec::default()).expect("the default policy is valid")
    }
}

fn calendars() -> BTreeMap<CalendarId, CalendarSpec> {
    let week = |from, to| {
        let weekly = Weekday::WORKING.into_iter().map(|day| (day, vec![Window::hours(from, to)])).collect();
        let zone = Zone::new("Europe/London").unwrap_or_else(|_| Zone::utc());
        CalendarSpec::Hours(Hours { zone, weekly, closed: BTreeMap::new(), dated: BTreeMap::new() })
    };
    BTreeMap::from([
        ("always".into(), CalendarSpec::Always),
        ("office".into(), week(9, 18)),
        ("weekdays".into(), week(0, 24)),
    ])
}

/// The promises that every default priority makes; the update is left out where it is 0.
fn promises(clock: &str, office: &str, seconds: [u32; 5], shares: &[u8]) -> BTreeMap<Target, Promise> {
    let [acknowledge, respond, next_response, update, resolve] = seconds;
    let paused = BTreeSet::from([PauseReason::Requester, PauseReason::ThirdParty]);
    let promise = |seconds, clock: &str, pauses: &BTreeSet<PauseReason>, warnings| Promise {
        within: Budget::Seconds(seconds),
        clock: clock.into(),
        pauses: pauses.clone(),
        warnings,
    };
    let never = BTreeSet::new();
    let warnings = shares.iter().map(|share| Warning::Share(*share)).collect();
    let mut promises = BTreeMap::from([
        (Target::Acknowledge, promise(acknowledge, office, &never, Vec::new())),
        (Target::Respond, promise(respond, office, &never, Vec::new())),
        (Target::NextResponse, promise(next_response, office, &paused, Vec::new())),
        (Target::Resolve, promise(resolve, clock, &paused, warnings)),
    ]);
    if update > 0 {
        promises.insert(Target::Update, promise(update, office, &paused, Vec::new()));
    }
    promises
}

fn rung(trigger: Trigger, audience: &[Audience], repeat: Option<Repeat>) -> Rung {
    Rung { trigger, audience: audience.to_vec(), repeat, hours: None }
}

const BREACH: Trigger = Trigger::After { target: Target::Resolve, seconds: 0 };

fn share(percent: u8) -> Trigger {
    Trigger::Share { target: Target::Resolve, percent }
}

fn critical() -> Priority {
    Priority {
        id: PriorityId::new("P1"),
        name: "business critical".to_owned(),
        critical: true,
        examples: examples(&["customers cannot reach the website", "production is inaccessible", "security"]),
        clock: "always".into(),
        promises: promises(
            "always",
            "always",
            [10 * MINUTE, 15 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR],
            &[50, 80],
        ),
        take_over_after: 20 * MINUTE,
        acknowledgement_lapses: 15 * MINUTE,
        ladder: vec![
            rung(Trigger::Unowned { seconds: 0 }, &[Audience::Squad, Audience::OnCall], None),
            rung(Trigger::Unowned { seconds: 10 * MINUTE }, &[Audience::Squad, Audience::OnCall], None),
            rung(share(50), &[Audience::Lead], None),
            rung(
                BREACH,
                &[Audience::Lead, Audience::CatchAll],
                Some(Repeat { every: 30 * MINUTE, at_most: 6 }),
            ),
        ],
    }
}

fn affected() -> Priority {
    Priority {
        id: PriorityId::new("P2"),
        name: "business affected".to_owned(),
        critical: false,
        examples: examples(&["admin problems that block the business but do not delay deliveries"]),
        clock: "office".into(),
        promises: promises("office", "office", [30 * MINUTE, HOUR, HOUR, 90 * MINUTE, 3 * HOUR], &[50, 80]),
        take_over_after: 2 * HOUR,
        acknowledgement_lapses: HOUR,
        ladder: vec![
            rung(Trigger::Unowned { seconds: 30 * MINUTE }, &[Audience::Gardener], None),
            rung(share(80), &[Audience::Owner, Audience::Lead], None),
            rung(BREACH, &[Audience::Lead], Some(Repeat { every: HOUR, at_most: 3 })),
        ],
    }
}

fn updates() -> Priority {
    Priority {
        id: PriorityId::new("P3"),
        name: "business updates".to_owned(),
        critical: false,
        examples: examples(&["cosmetics"]),
        clock: "weekdays".into(),
        promises: promises("weekdays", "office", [4 * HOUR, 8 * HOUR, 8 * HOUR, 0, 24 * HOUR], &[80]),
        take_over_after: 2 * HOUR,
        acknowledgement_lapses: HOUR,
        ladder: vec![
            rung(share(80), &[Audience::OwnerOrGardener], None),
            rung(BREACH, &[Audience::Lead], None),
        ],
    }
}

fn examples(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
