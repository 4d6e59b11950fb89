//! Whatever people and policies write, Slack takes what is shown.

use std::collections::BTreeMap;

use proptest::prelude::*;
use supporty_core::adapter::{Card, CardChange, Message, Piece};
use supporty_core::policy::{Area, Field, Person, Policy, PolicySpec, Squad};
use supporty_core::ticket::{CommandKind, Progress};
use supporty_core::vocab::{Bond, Identity};
use supporty_slack::render::{self, About, Ask, Form, Language, Remembered};

use super::desk::{self, HOSTILE, Shown, full_card, key, named, typed};
use super::{json, slack};

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        3 => prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
        2 => ("[ -~äöü🦀&<>\"\n]{1,30}", 1_usize..600).prop_map(|(piece, times)| piece.repeat(times)),
        1 => Just(String::new()),
        1 => (0_usize..45_000, prop::sample::select(vec!['a', '&', '"', '\n', '🦀', '\u{1}']))
            .prop_map(|(count, c)| c.to_string().repeat(count)),
    ]
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        words().prop_map(Piece::Text),
        words().prop_map(Piece::Quote),
        (words(), words()).prop_map(|(label, url)| Piece::Link { label, url }),
        (words(), words()).prop_map(|(id, name)| Piece::Person(named(&id, &name))),
        Just(Piece::Ticket(key(1))),
        any::<i64>().prop_map(|at| Piece::Time(
            chrono::DateTime::from_timestamp(at / 1_000_000, 0).unwrap_or_default()
        )),
    ];
    prop::collection::vec(piece, 0..20)
}

fn actions() -> impl Strategy<Value = Vec<CommandKind>> {
    prop::sample::subsequence(CommandKind::ALL.to_vec(), 0..=CommandKind::ALL.len())
}

fn cards() -> impl Strategy<Value = Card> {
    let texts = prop::collection::vec(words(), 9);
    let fields = prop::collection::vec((words(), words()), 0..70);
    (texts, fields, actions(), any::<bool>(), any::<u32>()).prop_map(
        |(texts, fields, actions, restricted, count)| {
            let [title, details, area, squad, priority, name, owner, asker, id] = texts.try_into().unwrap();
            Card {
                title: Some(title).filter(|_| !restricted),
                details: Some(details),
                area: Some(area),
                squad: Some(squad),
                priority: (&*priority).into(),
                priority_name: name,
                owner: Some(named(&id, &owner)),
                requester: named("slack:U1", &asker),
                changes: vec![
                    CardChange {
                        bond: Bond::Fix,
                        label: id.clone(),
                        url: asker.clone(),
                        progress: Progress::Open
                    };
                    (count % 20) as usize
                ],
                waking: vec![named(&id, &asker); (count % 30) as usize],
                fields,
                actions,
                restricted,
                messages: count,
                reports: count,
                ..full_card()
            }
        },
    )
}

/// Policies with any names and any number of everything, as far as a policy may be so.
fn policies() -> impl Strategy<Value = Policy> {
    let name = words().prop_map(|words| words.chars().take(2_500).collect::<String>());
    let names = prop::collection::vec(name, 1..8);
    (names, 0..130_usize, 0..130_usize, 0..130_usize, 1..14_usize).prop_map(
        |(names, areas, people, fields, priorities)| {
            let name = |n: usize| format!("{n} {}", names.get(n % names.len()).unwrap());
            let mut spec = PolicySpec { private_channel: Some("private".into()), ..PolicySpec::default() };
            let squad = Squad { name: name(0), hours: "office".into(), ..Squad::default() };
            let area = |n| Area { name: name(n), squad: "web".into(), ..Area::default() };
            let person = |n| Person {
                name: name(n),
                identities: vec![Identity::new("slack", name(n))],
                ..Person::default()
            };
            let field = |n: usize| Field {
                id: name(n).as_str().into(),
                label: name(n + 1),
                options: (0..if n == 1 { 140 } else { n % 3 * 2 }).map(name).collect(),
                required: n.is_multiple_of(2),
                when: Default::default(),
                restricts: Default::default(),
            };
            let first = spec.priorities.first().unwrap().clone();
            spec.priorities.extend((0..priorities - 1).map(|n| {
                let examples = names.clone();
                supporty_core::policy::Priority {
                    id: name(n).as_str().into(),
                    name: name(n),
                    examples,
                    ..first.clone()
                }
            }));
            spec.squads = BTreeMap::from([("web".into(), squad)]);
            spec.areas = (0..areas).map(|n| (name(n).as_str().into(), area(n))).collect();
            spec.people = (0..people).map(|n| (name(n).as_str().into(), person(n))).collect();
            spec.fields = (0..fields).map(field).collect();
            Policy::new(spec).unwrap_or_else(|_| desk::policy())
        },
    )
}

fn taken(what: &str, value: &impl serde::Serialize) -> Result<(), TestCaseError> {
    let value = json(value);
    let refused = slack::refused(what, &value);
    prop_assert!(refused.is_empty(), "{refused:?}");
    prop_assert!(!slack::obeys_markup(&value));
    Ok(())
}

proptest! {
    // What is endless takes long: an eighth of what other laws run.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 8, ..ProptestConfig::default() })]

    #[test]
    fn any_card_is_taken(card in cards(), german: bool) {
        let shown = Shown::new(if german { Language::German } else { Language::English });
        taken("message", &render::card(&card, &shown.context()))?;
    }

    #[test]
    fn any_message_is_taken(pieces in pieces(), actions in actions(), urgent: bool) {
        let shown = Shown::new(Language::English);
        let message = Message { ticket: Some(key(1)), pieces, urgent, actions };
        taken("message", &render::message(&message, &shown.context()))?;
    }

    #[test]
    fn any_words_are_taken_wherever_only_one_person_sees_them(text in words(), name in words()) {
        let shown = Shown::new(Language::English);
        let context = shown.context();
        taken("message", &render::note(&text, &context))?;
        taken("message", &render::redirect(&text, Some(&named(&name, &name)), &context))?;
        let on = render::On { what: text, people: vec![named(&name, &name)], until: None };
        let topic = render::who_is_on(&[on], &context);
        prop_assert!(topic.chars().count() <= 250, "{}", topic);
    }

    #[test]
    fn the_forms_of_any_policy_are_taken(policy in policies(), title in words(), engineer: bool) {
        let shown = Shown { policy, ..Shown::new(Language::English) };
        let context = shown.context();
        let fields = typed(&[("title", &title), ("details", &title), ("to", &title), ("until", &title), ("on_behalf", &title)]);
        let (nowhere, woken) = (Remembered::default(), vec![named("ana", &title); 20]);
        let form = Form { typed: &fields, engineer, woken: &woken, wrong: &[], remembered: &nowhere };
        taken("modal", &render::form(&form, &context).unwrap())?;
        let about = About { title: Some(title), ..About::new(key(1)) };
        for kind in CommandKind::ALL.iter().filter(|kind| render::has_form(**kind)) {
            let now = desk::at("2026-01-09T17:30:00Z");
            let ask = Ask { kind: *kind, about: &about, typed: &fields, wrong: &[], remembered: &nowhere, now };
            taken("modal", &render::ask(&ask, &context).unwrap())?;
        }
    }

    #[test]
    fn any_home_is_taken(titles in prop::collection::vec(words(), 0..60)) {
        let shown = Shown::new(Language::English);
        let rows: Vec<_> = titles.iter().zip(1..).map(|(title, n)| desk::row(n, Some(title))).collect();
        let home = render::Home { mine: rows.clone(), squad: Some(rows.clone()), at_risk: Some(rows), on: desk::on() };
        taken("home", &render::home(&home, &shown.context()))?;
    }
}
