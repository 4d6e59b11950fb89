//! Everything that is ever shown.

use serde::Serialize;
use serde_json::Value;
use supporty_core::adapter::{Piece, Wrong};
use supporty_core::ticket::CommandKind;
use supporty_slack::block::{Picture, Url, View};
use supporty_slack::render::{self, About, Ask, Context, Form, Language, Remembered};

use super::desk::{
    HOSTILE, Shown, a_home, at, card, figures, full_card, key, masked_card, named, no_figures, quote, row,
    said, text, typed,
};

pub(super) struct Surface {
    pub(super) name: String,
    /// `message`, `modal` or `home`.
    pub(super) what: &'static str,
    pub(super) value: Value,
    /// Whether it is worth reading: the endless ones are not.
    pub(super) golden: bool,
}

struct Surfaces(Vec<Surface>);

impl Surfaces {
    fn add(&mut self, name: &str, value: &impl Serialize) {
        let value = serde_json::to_value(value).unwrap();
        let what = match value["type"].as_str() {
            Some("modal") => "modal",
            Some("home") => "home",
            _ => "message",
        };
        self.0.push(Surface { name: name.to_owned(), what, value, golden: !name.contains("endless") });
    }
}

pub(super) fn surfaces() -> Vec<Surface> {
    let (english, german) = (Shown::new(Language::English), Shown::new(Language::German));
    let mut all = Surfaces(Vec::new());
    cards(&mut all, english.context(), german.context());
    messages(&mut all, english.context());
    forms(&mut all, english.context(), german.context());
    asks(&mut all, english.context());
    homes(&mut all, english.context(), german.context());
    others(&mut all, english.context(), german.context());
    all.0
}

fn cards(all: &mut Surfaces, english: Context<'_>, german: Context<'_>) {
    let endless = HOSTILE.join(" ").repeat(500);
    let mut long = full_card();
    long.title = Some(endless.clone());
    long.details = Some(endless.clone());
    long.fields = vec![(endless.clone(), endless); 60];
    all.add("card", &render::card(&card("The shop is down"), &english));
    all.add("card_full", &render::card(&full_card(), &english));
    all.add("card_full_german", &render::card(&full_card(), &german));
    all.add("card_restricted", &render::card(&masked_card(), &english));
    all.add("card_hostile", &render::card(&card(&HOSTILE.join(" ")), &english));
    all.add("card_endless", &render::card(&long, &english));
    let marked = render::card(&card("The shop is down"), &english);
    all.add("card_of_an_effect", &marked.of_effect("supporty_effect", "entry/ticket/SUP-1/1.0"));
}

fn messages(all: &mut Surfaces, english: Context<'_>) {
    let until = Piece::Time(at("2026-01-12T09:00:00Z"));
    let waits = vec![
        text("This waits on the requester until "),
        until,
        text("."),
        quote("Which order?"),
        text(" Thank you, "),
        Piece::Person(named("ana", "Ana")),
        text(". What helps here: https://example.invalid/runbook, https://example.invalid/2"),
    ];
    let alarm = vec![
        Piece::Ticket(key(1)),
        text(": "),
        quote("The shop is down"),
        text(" Nobody owns this. Please claim it."),
    ];
    let resolved = vec![
        Piece::Person(named("bo", "Bo")),
        text(" resolved this: the code was changed."),
        text(" Not done? Reopen it. Done? Confirm, and say how it went."),
    ];
    let rated = [CommandKind::Confirm, CommandKind::Reopen, CommandKind::Rate];
    let claimed = [CommandKind::Acknowledge, CommandKind::Claim];
    all.add("message", &render::message(&said(waits, false, &[]), &english));
    all.add("message_urgent", &render::message(&said(alarm, true, &claimed), &english));
    all.add("message_resolved", &render::message(&said(resolved, false, &rated), &english));
    all.add("message_hostile", &render::message(&said(HOSTILE.map(quote).to_vec(), false, &[]), &english));
    let endless = vec![text(&"Endless ".repeat(9_000)), quote(&HOSTILE.join(" ").repeat(900))];
    all.add("message_endless", &render::message(&said(endless, true, &rated), &english));
    all.add("message_of_nothing", &render::message(&said(Vec::new(), false, &[]), &english));
    all.add("message_empty", &render::message(&said(Vec::new(), false, &claimed), &english));
}

fn forms(all: &mut Surfaces, english: Context<'_>, german: Context<'_>) {
    let remembered = Remembered { channel: Some("C1".to_owned()), ..Remembered::default() };
    let (empty, nowhere) = (typed(&[]), Remembered::default());
    let fresh = Form { typed: &empty, engineer: false, woken: &[], wrong: &[], remembered: &nowhere };
    let filled = typed(&[
        ("title", "The <!channel> shop is down"),
        ("details", "Nothing *loads*"),
        ("priority", "P1"),
        ("kind", "incident"),
        ("area", "r&d"),
        ("field-data", "A customer's"),
        ("restricted", "yes"),
        ("on_behalf", "U0JO"),
    ]);
    let woken = [named("ana", "Ana"), named("bo", "Bo")];
    let wrong = [Wrong { field: "area".into(), why: "choose one of these".to_owned() }];
    let urgent =
        Form { typed: &filled, engineer: true, woken: &woken, wrong: &wrong, remembered: &remembered };
    let endless = "endless & ".repeat(9_000);
    let long = typed(&[("title", &endless), ("details", &endless), ("field-orders", &endless)]);
    all.add("form", &render::form(&fresh, &english).unwrap());
    all.add("form_german", &render::form(&fresh, &german).unwrap());
    all.add("form_wakes", &render::form(&urgent, &english).unwrap());
    all.add("form_endless", &render::form(&Form { typed: &long, ..urgent }, &english).unwrap());
    all.add("loading", &render::loading(&remembered, &english).unwrap());
}

fn asks(all: &mut Surfaces, english: Context<'_>) {
    let kinds = CommandKind::ALL.iter().filter(|kind| render::has_form(**kind));
    for kind in kinds.chain([&CommandKind::Claim]) {
        all.add(&format!("ask_{}", kind.as_str().replace('-', "_")), &asked(*kind, &english));
    }
}

fn asked(kind: CommandKind, context: &Context<'_>) -> View {
    let about = About {
        title: Some("The shop is down".to_owned()),
        priority: Some("P1".into()),
        area: Some("checkout".into()),
        owner: Some("ana".into()),
        squad: Some("web".into()),
        ..About::new(key(1))
    };
    let now = at("2026-01-09T17:30:00Z");
    let (empty, nowhere) = (typed(&[]), Remembered::default());
    let ask = Ask { kind, about: &about, typed: &empty, wrong: &[], remembered: &nowhere, now };
    render::ask(&ask, context).unwrap()
}

fn homes(all: &mut Surfaces, english: Context<'_>, german: Context<'_>) {
    let mut many = a_home();
    many.mine = (1..200).map(|n| row(n, Some(&HOSTILE.join(" ").repeat(9)))).collect();
    many.squad = Some(many.mine.clone());
    many.at_risk = Some(many.mine.clone());
    many.on = vec![many.on.remove(0); 50];
    all.add("home", &render::home(&a_home(), &english));
    all.add("home_german", &render::home(&a_home(), &german));
    all.add("home_requester", &render::home(&render::Home::default(), &english));
    all.add("home_endless", &render::home(&many, &english));
}

fn others(all: &mut Surfaces, english: Context<'_>, german: Context<'_>) {
    let ana = named("ana", "Ana");
    let words = "Hey, *the shop* is down\nsince <!here> this morning";
    let url = Url::new("https://example.invalid/figures.png").map(Picture::Url);
    all.add("redirect", &render::redirect(words, Some(&ana), &english));
    all.add("redirect_endless", &render::redirect(&HOSTILE.join("\n").repeat(99), None, &english));
    all.add("prompt", &render::prompt(CommandKind::Wait, &key(1), &english));
    all.add("note", &render::note("SUP-1 is closed: open a new ticket.", &english));
    all.add("note_endless", &render::note(&HOSTILE.join(" ").repeat(99), &english));
    all.add("help", &render::help(&english));
    all.add("help_german", &render::help(&german));
    all.add("digest", &render::digest(&figures(), url, &english));
    all.add("digest_german", &render::digest(&figures(), None, &german));
    all.add("digest_quiet", &render::digest(&no_figures(), None, &english));
}
