use supporty_core::adapter::{Card, CardPromise};
use supporty_core::vocab::Kind;

use super::actions::{actions, stars};
use super::context::short;
use super::{Context, phrase};
use crate::block::{Fallback, Header, Inline, Limit, Message, Part, RichText, Stack, Url, cut};

/// A title is one line: only what no desk took can be longer.
const TITLE: Limit = Limit { most: 500, of: "title" };
const DETAILS: Limit = Limit { most: 6_000, of: "details" };
/// A card is no list of everything that ever named a ticket.
const MOST_CHANGES: usize = 8;
const ANSWER: Limit = Limit { most: 1_000, of: "answer" };

/// The root of a ticket's thread: everything about it at a glance, with what may be done.
///
/// It is the same for all its readers, and is edited in place.
pub fn card(card: &Card, context: &Context<'_>) -> Message {
    let title = cut(title(card, context), TITLE);
    let heading = format!("{} · {title}", card.key);
    let header = Header::new(&heading);
    let whole = (header.text() != heading).then(|| paragraph(vec![Inline::bold(title)]));
    let details = card.details.as_deref().map(|details| quote(details, DETAILS));
    let answers = card.fields.iter().map(|(label, answer)| {
        let label = Part::section([Inline::bold(short(label))]);
        RichText::new(label.into_iter().chain(Part::quote([Inline::text(cut(answer, ANSWER))])))
    });
    let blocks = Stack::new()
        .keep(header)
        .keep_some(whole.flatten())
        .keep_some(facts(card, context))
        .keep_some(promises(card, context))
        .fill_some(details.flatten());
    let blocks = answers.fold(blocks, Stack::fill_some);
    let blocks = blocks.keep_some(actions(context, &card.key, &card.actions)).keep_some(stars(
        context,
        &card.key,
        &card.actions,
    ));
    Message::new(fallback(&heading, card, context), blocks, context.more())
}

/// The title, or what stands for one that was erased or is for others.
fn title<'a>(card: &'a Card, context: &Context<'a>) -> &'a str {
    let texts = context.texts();
    let instead = if card.restricted { &texts.title_restricted } else { &texts.title_erased };
    card.title.as_deref().unwrap_or(instead)
}

fn fallback(heading: &str, card: &Card, context: &Context<'_>) -> Fallback {
    let status = context.texts().status(card.status);
    Fallback::from(cut(heading, Limit { most: 300, of: "heading" }).as_ref()).words(&format!(
        " · {} {} · {status}",
        short(card.priority.as_str()),
        short(&card.priority_name)
    ))
}

fn facts(card: &Card, context: &Context<'_>) -> Option<RichText> {
    let texts = context.texts();
    let line = |words: &str, holes: &[(&str, &[Inline])]| phrase::rich(words, holes);
    let count = |one: &str, many: &str, count: u32| match count {
        1 => vec![Inline::text(one)],
        _ => line(many, &[("count", &[Inline::text(count.to_string())])]),
    };
    let owner = match &card.owner {
        Some(owner) => line(&texts.card_owner, &[("owner", &[context.person(owner)])]),
        None => vec![Inline::text(&texts.card_nobody)],
    };
    let asked = [("person", [context.person(&card.requester)]), ("when", [context.when(card.opened_at)])];
    let asked = asked.each_ref().map(|(hole, with)| (*hole, with.as_slice()));
    let mut lines = vec![terms(card, context), owner, line(&texts.card_asked, &asked)];
    match (&card.area, &card.squad) {
        (Some(area), Some(squad)) => {
            let (area, squad) = ([context.name(area)], [context.name(squad)]);
            lines.push(line(&texts.card_area_of, &[("area", &area), ("squad", &squad)]));
        }
        (Some(area), None) => lines.push(line(&texts.card_area, &[("area", &[context.name(area)])])),
        (None, Some(squad)) => lines.push(line(&texts.card_squad, &[("squad", &[context.name(squad)])])),
        (None, None) => {}
    }
    if let Some((on, until)) = card.waiting {
        let whom = [Inline::text(texts.waiting_on(on))];
        lines.push(line(&texts.card_waits, &[("whom", &whom), ("when", &[context.when(until)])]));
    }
    if let Some(into) = &card.merged_into {
        lines.push(line(&texts.card_goes_on, &[("ticket", &[context.ticket(into)])]));
    }
    if let Some(incident) = &card.reports_to {
        lines.push(line(&texts.card_report_of, &[("ticket", &[context.ticket(incident)])]));
    }
    if card.reports > 0 {
        lines.push(count(&texts.card_report, &texts.card_reports, card.reports));
    }
    for change in card.changes.iter().take(MOST_CHANGES) {
        let named = [Inline::link(Url::new(&change.url).as_ref(), &change.label)];
        let how = [Inline::text(texts.progress(change.progress))];
        lines.push(line(texts.bond(change.bond), &[("change", &named), ("how", &how)]));
    }
    if let more @ 1.. = card.changes.len().saturating_sub(MOST_CHANGES) {
        lines.push(line(&texts.more, &[("count", &[Inline::text(more.to_string())])]));
    }
    if !card.waking.is_empty() {
        lines.push(line(&texts.card_waking, &[("people", &context.people(card.waking.iter().take(10)))]));
    }
    match card.post_mortem {
        Some((due, false)) => {
            lines.push(line(&texts.card_post_mortem, &[("when", &[context.when(due)])]));
        }
        Some((_, true)) => lines.push(vec![Inline::text(&texts.card_post_mortem_written)]),
        None => {}
    }
    if let Some(resolution) = card.resolution {
        lines.push(line(&texts.card_ended, &[("how", &[Inline::text(texts.resolution(resolution))])]));
    }
    if let Some((first, last)) = card.stars {
        let (first, last) = ([given(first.count())], [given(last.count())]);
        let words = if first == last { &texts.card_stars } else { &texts.card_stars_changed };
        lines.push(line(words, &[("first", &first), ("last", &last)]));
    }
    if card.messages > 0 {
        lines.push(count(&texts.card_message, &texts.card_messages, card.messages));
    }
    paragraph(below_each_other(lines))
}

/// Priority, status and kind.
fn terms(card: &Card, context: &Context<'_>) -> Vec<Inline> {
    let texts = context.texts();
    let priority = format!("{} {}", short(card.priority.as_str()), short(&card.priority_name));
    let mut line = vec![
        context.colour(&card.priority),
        Inline::text(" "),
        Inline::bold(priority.trim()),
        Inline::text(format!(" · {}", texts.status(card.status))),
    ];
    if card.kind != Kind::Request {
        line.push(Inline::text(format!(" · {}", texts.kind(card.kind).0)));
    }
    if card.restricted {
        line.extend([Inline::text(" · "), Inline::emoji("lock")]);
        line.push(Inline::text(format!(" {}", texts.card_restricted)));
    }
    line
}

fn promises(card: &Card, context: &Context<'_>) -> Option<RichText> {
    let lines = card.promises.iter().map(|promise| promised(promise, context));
    RichText::new(Part::list(lines))
}

fn promised(promise: &CardPromise, context: &Context<'_>) -> Vec<Inline> {
    let texts = context.texts();
    let (emoji, state) = texts.promise(promise.state);
    let (target, state) = ([Inline::bold(texts.target(promise.target))], [Inline::text(state)]);
    let said = match promise.due {
        Some(due) => {
            let holes: [(&str, &[Inline]); 3] =
                [("target", &target), ("when", &[context.when(due)]), ("state", &state)];
            phrase::rich(&texts.card_promise, &holes)
        }
        None => phrase::rich(&texts.card_promise_open, &[("target", &target), ("state", &state)]),
    };
    [Inline::emoji(emoji), Inline::text(" ")].into_iter().chain(said).collect()
}

fn given(count: u8) -> Inline {
    let count = usize::from(count.min(5));
    Inline::text(format!("{}{}", "★".repeat(count), "☆".repeat(5 - count)))
}

fn below_each_other(lines: Vec<Vec<Inline>>) -> Vec<Inline> {
    let mut all = Vec::new();
    for line in lines {
        if !all.is_empty() {
            all.push(Inline::text("\n"));
        }
        all.extend(line);
    }
    all
}

fn paragraph(words: Vec<Inline>) -> Option<RichText> {
    RichText::new(Part::section(words))
}

fn quote(words: &str, most: Limit) -> Option<RichText> {
    RichText::new(Part::quote([Inline::text(cut(words, most))]))
}
