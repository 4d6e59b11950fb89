//! What the desk looks like on Slack, as golden files: `SUPPORTY_REWRITE=1 cargo test -p supporty-slack --test render`
//! writes it as it is now. All of it is also written as lines for other people's validators, to `surfaces.jsonl` in
//! cargo's temporary directory: see `peers`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

#[path = "render/desk.rs"]
mod desk;
#[path = "render/laws.rs"]
mod laws;
#[path = "render/slack.rs"]
mod slack;
#[path = "render/surfaces.rs"]
mod surfaces;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use supporty_core::ticket::CommandKind;
use supporty_slack::render::{self, Language, Remembered};

use desk::{HOSTILE, Shown, card, key, quote, said, text};
use surfaces::{Surface, surfaces};

#[test]
fn every_surface_looks_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render");
    let mut changed = Vec::new();
    for Surface { name, value, golden, .. } in surfaces() {
        if !golden {
            continue;
        }
        let file = folder.join(format!("{name}.json"));
        let now = format!("{:#}\n", value);
        if std::env::var_os("SUPPORTY_REWRITE").is_some() {
            std::fs::write(&file, &now).unwrap();
        }
        if std::fs::read_to_string(&file).unwrap_or_default() != now {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "SUPPORTY_REWRITE=1 writes them as they are now: {changed:?}");
}

#[test]
fn every_surface_is_taken_by_slack() {
    let mut lines = String::new();
    for Surface { name, what, value, .. } in surfaces() {
        let refused = slack::refused(what, &value);
        assert!(refused.is_empty(), "{name}: {refused:?}");
        assert!(!slack::obeys_markup(&value), "{name} obeys markup");
        writeln!(lines, "{}", json!({ "what": what, "name": name, "value": value })).unwrap();
    }
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("surfaces.jsonl"), lines).unwrap();
}

#[test]
fn edge_26_titles_with_markup_mentions_and_backticks_are_shown_as_they_were_written() {
    let shown = Shown::new(Language::English);
    for title in HOSTILE {
        let mut card = card(title);
        card.details = Some(format!("details {title}"));
        card.fields = vec![(title.to_owned(), format!("answer {title}"))];
        let value = json(&render::card(&card, &shown.context()));
        let seen = slack::shown(&value);
        for words in [title.to_owned(), format!("details {title}"), format!("answer {title}")] {
            assert!(seen.contains(&words), "{words:?} is not in {seen:?}");
        }
    }
}

#[test]
fn edge_26_a_notification_mentions_nobody() {
    let shown = Shown::new(Language::English);
    for words in HOSTILE {
        let message = said(vec![text("They say: "), quote(words)], true, &[]);
        let values = [
            json(&render::card(&card(words), &shown.context())),
            json(&render::message(&message, &shown.context())),
        ];
        for value in values {
            let notification = value["text"].as_str().unwrap();
            assert!(!notification.contains(['<', '>']), "{notification}");
            assert_eq!(slack::refused("message", &value), Vec::<String>::new());
        }
    }
}

#[test]
fn edge_26_text_over_the_limits_is_cut_and_says_so() {
    let shown = Shown::new(Language::English);
    let endless = format!("It began {}", "and went on ü & 🦀 ".repeat(20_000));
    let mut card = card(&endless);
    card.details = Some(endless.clone());
    card.area = Some(endless.clone());
    card.priority_name = endless.clone();
    card.requester.name = endless.clone();
    card.fields = vec![(endless.clone(), endless.clone()); 60];
    let value = json(&render::card(&card, &shown.context()));
    assert_eq!(slack::refused("message", &value), Vec::<String>::new());
    let seen = slack::shown(&value);
    assert!(
        seen.contains("It began and went on") && seen.contains('…') && seen.contains("more are not shown")
    );
    assert!(seen.contains("Claim"), "what may be done stays there: {seen}");
    let value =
        json(&render::message(&said(vec![quote(&endless)], false, &[CommandKind::Claim]), &shown.context()));
    assert_eq!(slack::refused("message", &value), Vec::<String>::new());
    assert!(slack::shown(&value).starts_with("It began and went on"));
}

#[test]
fn a_title_longer_than_a_heading_is_shown_whole_below_it() {
    let shown = Shown::new(Language::English);
    let title = "word ".repeat(40).trim().to_owned();
    let seen = slack::shown(&json(&render::card(&card(&title), &shown.context())));
    assert!(seen.lines().any(|line| line == title), "{seen}");
}

#[test]
fn a_restricted_card_tells_nobody_what_it_is_about() {
    let shown = Shown::new(Language::English);
    let value = json(&render::card(&desk::masked_card(), &shown.context()));
    assert!(slack::shown(&value).starts_with("SUP-1 · restricted"));
    assert_eq!(value["text"], "SUP-1 · restricted · P1 business critical · New");
}

#[test]
fn a_form_that_can_not_remember_where_it_belongs_is_refused() {
    let shown = Shown::new(Language::English);
    let remembered = Remembered { channel: Some("C".repeat(3_000)), ..Remembered::default() };
    let error = render::loading(&remembered, &shown.context()).unwrap_err();
    assert_eq!((error.of, error.most), ("view: private_metadata", 3_000));
}

#[test]
fn a_message_fills_in_the_form_as_far_as_a_button_can_carry_it() {
    let shown = Shown::new(Language::English);
    for (message, title) in [("short", "short"), ("one\ntwo", "one"), (&*"ü\"\n<&> ".repeat(5_000), "ü\"")]
    {
        let value = json(&render::redirect(message, None, &shown.context()));
        assert_eq!(slack::refused("message", &value), Vec::<String>::new());
        let carried = value["blocks"][1]["elements"][0]["value"].as_str().unwrap();
        let carried: Value = serde_json::from_str(carried).unwrap();
        assert_eq!(carried["title"], title);
    }
}

#[test]
fn whoever_is_on_fits_into_a_topic() {
    let shown = Shown::new(Language::English);
    assert_eq!(render::who_is_on(&desk::on(), &shown.context()), "Web on call: Ana, Bo · Gardener: nobody");
    let many = vec![desk::on().remove(0); 100];
    assert_eq!(render::who_is_on(&many, &shown.context()).chars().count(), 250);
}

#[test]
fn the_texts_of_a_configuration_are_those_of_its_language_unless_it_says_otherwise() {
    let config = json!({ "texts": { "language": "de", "do-claim": "Meins" } });
    let config: supporty_slack::Config = serde_json::from_value(config).unwrap();
    assert_eq!((&*config.texts.do_claim, &*config.texts.do_resolve), ("Meins", "Lösen"));
    let wrong = json!({ "texts": { "do-clam": "Meins" } });
    assert!(serde_json::from_value::<supporty_slack::Config>(wrong).is_err(), "a misspelt name is found");
}

#[test]
fn a_priority_in_the_policy_s_colours_leads_the_card_of_its_ticket() {
    let shown = Shown::new(Language::English);
    let value = json(&render::card(&card("The shop is down"), &shown.context()));
    assert_eq!(value["blocks"][1]["elements"][0]["elements"][0]["name"], "red_circle");
    assert_eq!(value["blocks"][0]["text"]["text"], format!("{} · The shop is down", key(1)));
}

#[cfg(feature = "picture")]
#[test]
fn a_picture_of_the_figures_is_a_png() {
    let shown = Shown::new(Language::English);
    for figures in [desk::figures(), desk::no_figures()] {
        let png = render::picture(&figures, &shown.context()).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{} bytes", png.len());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("figures-{}.png", figures.opened));
        std::fs::write(path, png).unwrap();
    }
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}
