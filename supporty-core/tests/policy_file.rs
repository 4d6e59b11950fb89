//! The policy file: what it says, what is wrong with it, and what is worth a word.
//!
//! `SUPPORTY_REWRITE=1 cargo test --test policy_file` writes what would be shown now.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that reads its files, and ends where something is missing"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use proptest::prelude::*;

use supporty_core::policy::{
    Condition, DEFAULT_FILE, Found, Grant, Policy, PolicySpec, PriorityChange, Reading, Repeat, Retention,
    Rule, Rung, Severity, Trigger, policy_schema, read_policy,
};
use supporty_core::time::{Budget, CalendarSpec, Hours, Weekday, Window, Zone};
use supporty_core::vocab::{Audience, Permission, Target, Warning};

fn none(name: &str) -> Result<BTreeMap<NaiveDate, String>, String> {
    Err(format!("there is no {name}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(text: &str) -> Reading {
    read_policy(text, &none, Some(day("2026-11-24")))
}

fn rendered(text: &str) -> String {
    let reading = read(text);
    reading.diagnostics.iter().map(|one| one.render("policy.toml", text, false) + "\n\n").collect()
}

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("SUPPORTY_REWRITE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(known, text, "{name} is something else; this is what would be shown now:\n{text}");
}

#[test]
fn the_annotated_file_is_the_default_policy() {
    let reading = read(DEFAULT_FILE);
    assert_eq!(reading.diagnostics, []);
    assert_eq!(reading.policy.unwrap().spec(), &PolicySpec::default());
    assert_eq!(Policy::from_toml("").unwrap().spec(), &PolicySpec::default(), "what is left out is as in it");
    let printed = PolicySpec::default().to_toml();
    assert_eq!(Policy::from_toml(&printed).unwrap().spec(), &PolicySpec::default(), "{printed}");
}

#[test]
fn every_mistake_is_shown_with_its_place_and_the_remedy() {
    let text = include_str!("policy_file/mistakes.toml");
    let reading = read(text);
    assert!(reading.policy.is_none());
    assert!(reading.diagnostics.len() >= 20, "{} diagnostics", reading.diagnostics.len());
    assert!(reading.diagnostics.iter().all(|one| one.severity == Severity::Error));
    let lines: Vec<_> = reading.diagnostics.iter().map(|one| one.line).collect();
    assert!(lines.is_sorted(), "in the order of the file: {lines:?}");
    golden("tests/policy_file/mistakes.txt", &rendered(text));
}

#[test]
fn mistakes_of_syntax_are_all_told_as_well() {
    let text = "name = \nchannel = \"a\nkey_prefix = 'SUP'\nzone = [1, \n[limits]\nlongest_wait = = 3\n";
    golden("tests/policy_file/syntax.txt", &rendered(text));
    assert!(read(text).diagnostics.len() > 2);
}

#[test]
fn people_rotas_and_pay_are_read_and_printed_and_read_back() {
    let text = include_str!("policy_file/people.toml");
    let reading = read(text);
    let policy = reading.policy.unwrap_or_else(|| panic!("{}", rendered(text)));
    let rota = &policy.spec().rotas[&"web".into()];
    assert_eq!(
        (rota.rotations.len(), rota.rotations[1].layer, rota.rotations[1].lasts),
        (2, 1, Some(4 * 3600))
    );
    assert_eq!(rota.rotations[0].members[1].people.len(), 2);
    let assign = policy.spec().squads[&"web".into()].assign.unwrap();
    assert_eq!((assign.to.as_str(), assign.limit), ("on-call", 3));
    let pay = policy.spec().pay.as_ref().unwrap();
    assert_eq!(pay.rates[0].standby[&supporty_core::vocab::Band::Weeknight], 250);
    assert_eq!(policy.squads_of(&"cy".into(), "2026-07-01T12:00:00Z".parse().unwrap()).len(), 0, "they left");
    let who = |adapter: &str, user: &str| policy.actor(&supporty_core::vocab::Identity::new(adapter, user));
    assert_eq!(who("email", "ana@example.org"), who("slack", "U1"), "one person in two places");
    let stranger = who("slack", "U9");
    assert!(!policy.is_engineer(stranger.person().unwrap()), "whom nobody knows may ask, and no more");
    let again = Policy::from_toml(&policy.spec().to_toml()).unwrap();
    assert_eq!((again.spec(), again.version()), (policy.spec(), policy.version()));
    let found: Vec<_> =
        supporty_core::policy::findings(&policy, None).into_iter().map(|one| one.found).collect();
    assert!(found.contains(&Found::Unreachable { person: "cy".into() }), "{found:?}");
    assert!(!found.contains(&Found::Unreachable { person: "ana".into() }), "{found:?}");
}

#[test]
fn mistakes_about_people_rotas_and_pay_are_shown_with_the_remedy() {
    let text = include_str!("policy_file/people_mistakes.toml");
    let reading = read(text);
    assert!(reading.policy.is_none());
    golden("tests/policy_file/people_mistakes.txt", &rendered(text));
    assert_eq!(reading.diagnostics.len(), text.matches("# wrong").count(), "{}", rendered(text));
}

#[test]
fn fields_permissions_post_mortems_and_drills_are_read_and_printed_and_read_back() {
    let text = include_str!("policy_file/forms.toml");
    let policy = read(text).policy.unwrap_or_else(|| panic!("{}", rendered(text)));
    let spec = policy.spec();
    assert_eq!((spec.fields.len(), spec.fields[1].required, spec.fields[0].options.len()), (2, true, 0));
    assert_eq!(spec.permissions[&Permission::SeePay], [Grant::Lead].into());
    assert_eq!(spec.post_mortem.as_ref().unwrap().within, Budget::Days(3));
    let years = Retention { texts: Some(2 * 365 * 86_400), handled: Some(30 * 86_400) };
    assert_eq!(spec.retention, years);
    let drill = &spec.drills[&"checkout-down".into()];
    assert_eq!(drill.script[0], (600, "the provider: we see nothing".to_owned()));
    assert!(spec.areas[&"shop".into()].restricted);
    let again = Policy::from_toml(&spec.to_toml()).unwrap();
    assert_eq!((again.spec(), again.version()), (spec, policy.version()));
    let without = Policy::from_toml("[post_mortem]\nasked = false").unwrap();
    assert_eq!(without.spec().post_mortem, None);
    assert_eq!(Policy::from_toml(&without.spec().to_toml()).unwrap().spec(), without.spec());
}

#[test]
fn mistakes_about_fields_permissions_and_drills_are_shown_with_the_remedy() {
    let text = include_str!("policy_file/forms_mistakes.toml");
    let reading = read(text);
    assert!(reading.policy.is_none());
    golden("tests/policy_file/forms_mistakes.txt", &rendered(text));
    assert_eq!(reading.diagnostics.len(), text.matches("# wrong").count(), "{}", rendered(text));
}

#[test]
fn what_no_priority_says_is_worth_a_word_and_no_promise_at_all_is_an_error() {
    let text = "[[priorities]]\nid = \"P1\"\npromises = { respond = \"1h\" }\n[[priorities]]\nid = \"P2\"\npromises = { resolve = \"1h\" }\n";
    let found = supporty_core::policy::findings(&read(text).policy.unwrap(), None);
    let found: Vec<_> = found.into_iter().map(|one| one.found).collect();
    assert!(found.contains(&Found::NoResolve { priority: "P1".to_owned() }), "{found:?}");
    assert!(found.contains(&Found::NoWarning { priority: "P2".to_owned() }), "{found:?}");
    let nothing = rendered("[[priorities]]\nid = \"P1\"\n");
    assert!(nothing.contains("promises nothing: promise at least when it is resolved"), "{nothing}");
}

#[test]
fn what_is_worth_a_word_stands_at_its_line() {
    let text = include_str!("policy_file/findings.toml");
    let reading = read(text);
    assert!(reading.policy.is_some(), "{}", rendered(text));
    assert!(reading.diagnostics.iter().all(|one| one.severity == Severity::Warning));
    golden("tests/policy_file/findings.txt", &rendered(text));
    let policy = reading.policy.unwrap();
    let found = supporty_core::policy::findings(&policy, Some(day("2026-11-24")));
    assert!(found.iter().any(|one| matches!(&one.found, Found::NeverMatches { rule, covered_by }
        if rule == "both" && *covered_by == ["incidents", "requests"])));
    let earlier = supporty_core::policy::findings(&policy, Some(day("2026-01-01")));
    assert!(!earlier.iter().any(|one| matches!(one.found, Found::HolidaysEnd { .. })), "that is far off");
}

#[test]
fn the_schema_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&policy_schema()).unwrap() + "\n";
    golden("policy.schema.json", &schema);
}

#[test]
fn holidays_of_a_file_are_part_of_the_policy_and_of_its_version() {
    let text = "[calendars.office]\nhours = \"mon-fri 09:00-17:00\"\nholiday_files = [\"uk.ics\"]\n";
    let with = |name: &'static str| {
        let files = move |file: &str| match file {
            "uk.ics" => Ok(BTreeMap::from([(day("2026-12-25"), name.to_owned())])),
            other => Err(format!("there is no {other}")),
        };
        read_policy(text, &files, None).policy.unwrap()
    };
    let office = with("Christmas Day").calendar(&"office".into()).unwrap().clone();
    assert!(!office.is_open("2026-12-25T10:00:00Z".parse().unwrap()));
    assert_ne!(with("Christmas Day").version(), with("Weihnachten").version());
    let error = &read_policy(text, &none, None).diagnostics[0];
    assert!(error.message.contains("uk.ics") && error.line == 3, "{error}");
}

#[test]
fn a_rule_takes_the_clock_of_the_priority_that_it_is_for() {
    let rule =
        |when: &str| format!("[[rules]]\nname = \"r\"\nwhen = {when}\npromises = {{ resolve = \"2h\" }}\n");
    let policy = Policy::from_toml(&rule("{ priority = \"P2\" }")).unwrap();
    assert_eq!(policy.spec().rules[0].promises[&Target::Resolve].clock.as_str(), "office");
    let several = Policy::from_toml(&rule("{ kind = \"incident\" }")).unwrap_err();
    assert!(several.to_string().contains("whose hours count"), "{several}");
}

#[test]
fn columns_are_characters_whatever_the_line_ends_are() {
    let reading = read("\u{feff}name = \"ü\"\r\nkey_prefix = \"ÜÜ\"\r\n# ü\r\nzöne = 3\r\n");
    let places: Vec<_> = reading.diagnostics.iter().map(|one| (one.line, one.column)).collect();
    assert!(places.contains(&(2, 14)), "{places:?}");
}

#[test]
fn deep_and_long_files_are_read_in_no_time() {
    let deep = format!("a = {}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert!(read(&deep).policy.is_none());
    let many: String = (0..3_000).map(|n| format!("unknown_{n} = {n}\n")).collect();
    assert_eq!(read(&many).diagnostics.len(), 1_000, "as many as anybody reads");
    let names: String = (0..20)
        .map(|n| format!("[calendars.c{n}]\nany_of = [{}]\n", vec![format!("\"c{}\"", n + 1); 9].join(", ")))
        .collect();
    assert!(read(&(names + "[calendars.c20]\nhours = \"always\"\n")).policy.is_none());
    let squads: String = (0..20_000).map(|n| format!("[squads.s{n}]\nlead = \"nobody{n}\"\n")).collect();
    assert!(read(&squads).policy.is_none());
    let rule = |n: usize| {
        format!(
            "[[rules]]\nname = \"r{n}\"\nwhen = {{ requester_squad = \"s{n}\", priority = \"P2\" }}\npromises = {{ resolve = \"2h\" }}\n[squads.s{n}]\n"
        )
    };
    assert!(read(&(0..900).map(rule).collect::<String>()).policy.is_some());
    assert!(read(&(0..9_000).map(rule).collect::<String>()).policy.is_none());
    let long = "x".repeat(5_000_000);
    assert_eq!(read(&long).diagnostics.len(), 1);
}

fn windows() -> impl Strategy<Value = Vec<Window>> {
    prop::collection::btree_set(0u32..110, 2..6).prop_map(|bounds| {
        let bounds: Vec<_> = bounds.into_iter().map(|quarter| quarter * 1_234).collect();
        bounds
            .chunks_exact(2)
            .map(|pair| Window { from: pair[0], to: pair[1] })
            .filter(|one| one.from < 86_400)
            .collect()
    })
}

fn hours() -> impl Strategy<Value = CalendarSpec> {
    let days = [Weekday::Mon, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sun];
    let week = prop::collection::btree_map(prop::sample::select(days.to_vec()), windows(), 1..5);
    let closed = prop::collection::btree_map(0u32..900, "[a-zA-Z \"\\\\é]{0,8}", 0..5);
    let dated = prop::collection::btree_map(0u32..900, windows(), 0..3);
    let date = |n: u32| day("2026-01-01") + chrono::Days::new(n.into());
    (week, closed, dated, prop::sample::select(vec!["Europe/London", "Asia/Tokyo", "UTC"]))
        .prop_map(move |(weekly, closed, dated, zone)| {
            CalendarSpec::Hours(Hours {
                zone: Zone::new(zone).unwrap(),
                weekly,
                closed: closed.into_iter().map(|(n, name)| (date(n), name)).collect(),
                dated: dated.into_iter().map(|(n, windows)| (date(n), windows)).collect(),
            })
        })
        .prop_filter("it opens", |spec| match spec {
            CalendarSpec::Hours(hours) => hours.weekly.values().all(|windows| !windows.is_empty()),
            _ => true,
        })
}

fn specs() -> impl Strategy<Value = PolicySpec> {
    let repeat =
        prop::option::of((1u32..9_000, 0u32..9).prop_map(|(every, at_most)| Repeat { every, at_most }));
    let trigger = prop_oneof![
        (1u8..=100).prop_map(|percent| Trigger::Share { target: Target::Resolve, percent }),
        (0u32..3_000).prop_map(|seconds| Trigger::Before { target: Target::Resolve, seconds }),
        (0u32..90_000).prop_map(|seconds| Trigger::After { target: Target::NextResponse, seconds }),
        (0u32..90_000).prop_map(|seconds| Trigger::Unowned { seconds }),
        (0u32..90_000).prop_map(|seconds| Trigger::Silent { seconds }),
    ];
    let audience = prop::collection::vec(
        prop::sample::select(vec![
            Audience::Owner,
            Audience::Requester,
            Audience::Squad,
            Audience::OwnerOrGardener,
            Audience::OnCall,
            Audience::CatchAll,
            Audience::Channel("ops room".into()),
        ]),
        1..3,
    );
    let rung = (trigger, audience, repeat, any::<bool>()).prop_map(|(trigger, audience, repeat, quiet)| {
        Rung { trigger, audience, repeat, hours: quiet.then(|| "extra".into()) }
    });
    let ladder = prop::collection::vec(rung, 0..4);
    let within = prop_oneof![(3_601u32..900_000).prop_map(Budget::Seconds)];
    let names = "[A-Za-z\"\\\\ é]{1,12}";
    (hours(), hours(), ladder, within, 1u32..3_000, names, any::<bool>()).prop_map(
        |(one, other, ladder, within, before, name, combined)| {
            let mut spec = PolicySpec { name, ..PolicySpec::default() };
            let members = vec![one.clone(), CalendarSpec::AllOf(vec![CalendarSpec::Always, other.clone()])];
            let extra = if combined { CalendarSpec::AnyOf(members) } else { one };
            spec.calendars.insert("extra".into(), extra);
            spec.calendars.insert("office".into(), other);
            spec.modes.priority_change = PriorityChange::KeepEarlier;
            let p2 = &mut spec.priorities[1];
            p2.ladder = ladder;
            let resolve = p2.promises.get_mut(&Target::Resolve).unwrap();
            (resolve.within, resolve.clock) = (within, "extra".into());
            resolve.warnings = vec![Warning::Share(33), Warning::Before(before)];
            let promises = BTreeMap::from([(Target::Respond, resolve.clone())]);
            let when = Condition { priority: BTreeSet::from(["P2".into()]), ..Condition::default() };
            spec.rules = vec![Rule { name: "rule \"one\"".to_owned(), when, promises }];
            spec
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_back_the_same(spec in specs()) {
        let Ok(policy) = Policy::new(spec.clone()) else { return Ok(()) };
        let printed = spec.to_toml();
        let again = Policy::from_toml(&printed);
        prop_assert!(again.is_ok(), "{}\n{}", again.unwrap_err(), printed);
        let again = again.unwrap();
        prop_assert_eq!(again.spec(), &spec, "{}", printed);
        prop_assert_eq!(again.version(), policy.version());
    }

    #[test]
    fn no_beginning_of_a_file_and_no_slip_in_it_panics(cut in 0usize..DEFAULT_FILE.len(), at in 0usize..DEFAULT_FILE.len(), slip in ".{0,4}") {
        let inside = |mut at: usize| { while !DEFAULT_FILE.is_char_boundary(at) { at -= 1; } at };
        let _ = rendered(&DEFAULT_FILE[..inside(cut)]);
        let at = inside(at);
        let _ = rendered(&format!("{}{slip}{}", &DEFAULT_FILE[..at], &DEFAULT_FILE[at..]));
    }

    #[test]
    fn no_text_panics(text in "(\\PC|[\n\t =\"'\\[\\]{}#.,]){0,200}") {
        let _ = rendered(&text);
    }
}
