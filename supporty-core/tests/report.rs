//! Reports over a made-up year: what they hold, and what is written of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test ends where something is missing"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use supporty_core::insight::{Effort, Facts, Filter, Question, Rates, Which};
use supporty_core::pay::{Ledger, Weights};
use supporty_core::policy::{Policies, Policy};
use supporty_core::report::{
    Amount, Ask, Behind, Cell, Links, Material, Report, Row, Section, Table, Verdict,
};
use supporty_core::rota::{self, RotaState, Rotas};
use supporty_core::service::{self, Service};
use supporty_core::testing::sample::{Sample, Stream};
use supporty_core::time::{Every, Zone};
use supporty_core::vocab::{Period, ServiceId, TicketKey, Time};

struct Year {
    facts: Facts,
    policies: Policies,
    services: BTreeMap<ServiceId, Service>,
    rotas: Rotas,
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

static YEAR: LazyLock<Year> = LazyLock::new(|| {
    let sample = Sample {
        seed: 7,
        tickets: 1_500,
        from: at("2025-01-01T00:00:00Z"),
        until: at("2026-10-01T00:00:00Z"),
    };
    let plan = sample.plan().unwrap();
    let mut facts = Facts::new();
    let mut services: BTreeMap<ServiceId, Service> = BTreeMap::new();
    let mut states: BTreeMap<_, RotaState> = BTreeMap::new();
    sample
        .play(|story| match story.stream {
            Stream::Ticket { ticket, entries } => {
                facts.extend(entries.iter().map(|entry| (&ticket.key, entry)));
            }
            Stream::Service(service, entries) => {
                let state = services.entry(service).or_default();
                entries.iter().for_each(|entry| service::evolve(state, entry));
            }
            Stream::Rota(rota, entries) => {
                let state = states.entry(rota).or_default();
                entries.iter().for_each(|entry| rota::evolve(state, entry));
            }
            Stream::Desk(_) => {}
        })
        .unwrap();
    let policies = plan.policies().clone();
    let rotas = Rotas::new(policies.current(), &states, Period::new(sample.from, sample.until));
    Year { facts, policies, services, rotas }
});

fn question() -> Question {
    let zone = Zone::new("Europe/London").unwrap();
    Question::new(
        Period::new(at("2025-09-30T23:00:00Z"), at("2026-09-30T23:00:00Z")),
        at("2026-10-01T00:00:00Z"),
    )
    .zone(zone)
}

fn report() -> Report {
    let year = &*YEAR;
    let question = question();
    let ledger = Ledger::of(&year.rotas, question.period, &Weights::default());
    let material = Material {
        services: year.services.iter().map(|(id, service)| (id.clone(), service)).collect(),
        ledger,
        rates: Rates::from([("2025-01-01".parse().unwrap(), 6_000)]),
        ..Material::new(&year.facts, &year.policies)
    };
    Report::new(&question, &material)
}

static REPORT: LazyLock<Report> = LazyLock::new(report);

fn cells(report: &Report) -> impl Iterator<Item = (&Section, &Table, &Row, &str, &Cell)> {
    report.sections.iter().flat_map(|section| {
        section.tables.iter().flat_map(move |table| {
            table.rows.iter().flat_map(move |row| {
                let heads = table.heads.iter().skip(1).map(String::as_str);
                heads.zip(&row.cells).map(move |(head, cell)| (section, table, row, head, cell))
            })
        })
    })
}

#[test]
fn everything_that_there_is_to_see_is_there() {
    let ids: Vec<_> = REPORT.sections.iter().map(|section| section.id).collect();
    let all = [
        "open-time",
        "promises",
        "arrivals",
        "changes",
        "cost",
        "expensive",
        "load",
        "times",
        "stars",
        "gardening",
        "delivery",
    ];
    assert_eq!(ids, all);
    assert_eq!(REPORT.headline.len(), 8);
}

#[test]
fn every_section_says_what_it_shows_what_to_do_and_on_how_much_it_rests() {
    for section in &REPORT.sections {
        let id = section.id;
        for words in [&section.says, &section.advice] {
            assert!(words.len() > 20 && words.ends_with(['.', '!']), "{id}: {words:?}");
        }
        assert!(section.rests_on > 0, "{id}");
        for table in &section.tables {
            assert!(!table.rows.is_empty(), "{id}: {}", table.caption);
            for row in &table.rows {
                assert_eq!(row.cells.len() + 1, table.heads.len(), "{id}: {}: {}", table.caption, row.name);
            }
        }
        let Some(plot) = &section.plot else { continue };
        assert!(!plot.unit.is_empty() && !plot.labels.is_empty() && !plot.series.is_empty(), "{id}");
        assert!(plot.series.iter().all(|series| series.values.len() == plot.labels.len()), "{id}");
        assert!(plot.described().contains(&plot.series[0].name), "{id}: {}", plot.described());
    }
}

#[test]
fn whatever_can_be_asked_has_as_many_tickets() {
    let mut asked = 0;
    for (section, table, row, head, cell) in cells(&REPORT) {
        let (Some(ask), Amount::Count(count)) = (&cell.ask, &cell.amount) else { continue };
        let keys = ask.tickets(&REPORT.question, &YEAR.facts, &YEAR.policies, &Effort::default());
        let place = format!("{}: {}: {}: {head}", section.id, table.caption, row.name);
        match &ask.which {
            // A ticket may break one promise twice.
            Behind::Which(Which::Promise(..)) => {
                assert!(keys.len() <= *count as usize && keys.is_empty() == (*count == 0), "{place}")
            }
            _ => assert_eq!(keys.len(), *count as usize, "{place}"),
        }
        asked += 1;
    }
    assert!(asked > 200, "{asked} figures can be asked");
}

#[test]
fn an_ask_goes_through_json() {
    let asks: Vec<_> = cells(&REPORT).filter_map(|(.., cell)| cell.ask.clone()).collect();
    for ask in asks {
        let text = serde_json::to_string(&ask).unwrap();
        assert_eq!(serde_json::from_str::<Ask>(&text).unwrap(), ask, "{text}");
    }
}

#[test]
fn csv_json_and_markdown_have_the_same_figures() {
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&*REPORT).unwrap()).unwrap();
    let text = REPORT.to_csv();
    let mut csv = ::csv::Reader::from_reader(text.as_bytes());
    let lines: Vec<[String; 7]> = csv
        .records()
        .map(|line| {
            let line = line.unwrap();
            std::array::from_fn(|index| line[index].to_owned())
        })
        .collect();
    let (headline, lines) = lines.split_at(REPORT.headline.len() * 2);
    assert!(headline.iter().all(|line| line[0] == "headline"));
    let markdown = REPORT.to_markdown();
    assert_eq!(lines.len(), cells(&REPORT).count());
    for ((section, table, row, head, cell), line) in cells(&REPORT).zip(lines) {
        assert_eq!(line[..4], [section.id, table.caption, &row.name, head].map(str::to_owned));
        let (value, of): (&str, &str) = (&line[4], &line[5]);
        let amount = serde_json::to_value(&cell.amount).unwrap();
        let number = |text: &str| text.parse::<f64>().unwrap();
        match (&line[6][..], &amount) {
            ("", serde_json::Value::Null) => assert_eq!(value, ""),
            ("count" | "number", is) => assert_eq!(Some(number(value)), is.as_f64()),
            ("seconds", is) => assert_eq!(Some(number(value)), is["seconds"].as_f64()),
            ("share", is) => {
                assert_eq!((Some(number(value)), Some(number(of))), (is["part"].as_f64(), is["of"].as_f64()))
            }
            ("minor units", is) => assert_eq!(Some(number(value)), is["minor"].as_f64()),
            ("text", is) => assert_eq!(Some(value), is.as_str()),
            other => panic!("{other:?}"),
        }
        assert!(markdown.contains(&cell.amount.to_string()), "{}", cell.amount);
    }
    assert_eq!(json["sections"].as_array().unwrap().len(), REPORT.sections.len());
    assert_eq!(json["tickets"], REPORT.tickets);
}

#[test]
fn a_page_needs_nothing_beside_itself() {
    let html = REPORT.to_html();
    let shown = html.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http:", "https:", "<script", "<link", "url(", "@import", "src="] {
        assert!(!shown.contains(outside), "{outside}");
    }
    let plots = REPORT.sections.iter().filter(|section| section.plot.is_some()).count();
    assert_eq!(html.matches("<figure role=\"img\" aria-label=\"").count(), plots);
    assert_eq!(html.matches("<svg").count(), plots * 2, "one for a desk and one for a phone");
}

struct Somewhere;

impl Links for Somewhere {
    fn ticket(&self, key: &TicketKey) -> Option<String> {
        Some(format!("/ticket/{key}"))
    }

    fn which(&self, ask: &Ask) -> Option<String> {
        Some(format!("/which?{}", serde_json::to_string(ask).unwrap()))
    }
}

#[test]
fn figures_lead_to_their_tickets_where_there_are_some() {
    let body = REPORT.to_body(&Somewhere);
    let expensive = REPORT.section("expensive").unwrap().tables[0].rows[0].ticket.as_ref().unwrap();
    assert!(body.contains(&format!("<a href=\"/ticket/{expensive}\">{expensive}</a>")));
    assert!(body.contains("<a href=\"/which?{&quot;by&quot;:[&quot;priority&quot;]"));
    assert!(!body.contains(">0</a>"), "nobody looks at no ticket");
    assert!(!body.contains("<html") && !REPORT.to_html().contains("<a href=\"/"));
}

#[test]
fn names_are_not_markup() {
    let mut spec = YEAR.policies.current().spec().clone();
    let hostile = "=1+1|<script>alert(1)</script>*x*@here";
    spec.areas.values_mut().for_each(|area| hostile.clone_into(&mut area.name));
    spec.name = hostile.to_owned();
    spec.people.values_mut().for_each(|person| hostile.clone_into(&mut person.name));
    let mut policies = YEAR.policies.clone();
    policies.adopt(Policy::new(spec).unwrap());
    let report =
        Report::new(&question(), &Material { bootstrap: None, ..Material::new(&YEAR.facts, &policies) });
    let html = report.to_html();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
    let markdown = report.to_markdown();
    assert!(
        !markdown.contains("<script")
            && !markdown.contains("*x*")
            && !markdown.contains("@here")
            && !markdown.contains("1|")
    );
    let csv = report.to_csv();
    assert!(csv.contains("'=1+1|") && !csv.contains(",=1+1") && !csv.contains(",\"=1+1"));
    assert!(report.to_png().is_ok());
}

#[test]
fn a_time_without_tickets_says_so() {
    let long_ago = Period::new(at("2020-01-01T00:00:00Z"), at("2020-02-01T00:00:00Z"));
    let question = Question { period: long_ago, ..question() };
    let report = Report::new(&question, &Material::new(&YEAR.facts, &YEAR.policies));
    assert_eq!((report.tickets, report.sections.len()), (0, 0));
    assert!(report.to_html().contains("No ticket was opened in this time."));
    assert_eq!(report.to_csv().lines().filter(|line| !line.starts_with("headline")).count(), 1);
    assert_eq!(
        report.to_png().unwrap_err().to_string(),
        "the picture can not be drawn: there is nothing to show in this time"
    );
}

#[test]
fn of_a_restricted_ticket_only_the_cost_is_told() {
    let question = question();
    let report =
        Report::new(&question, &Material { bootstrap: None, ..Material::new(&YEAR.facts, &YEAR.policies) });
    let areas = YEAR.policies.current().spec().areas.iter().filter(|(_, area)| area.restricted);
    let filter = Filter { areas: areas.map(|(id, _)| id.clone()).collect(), ..Filter::default() };
    assert!(!filter.areas.is_empty());
    let secret = Report::new(&Question { filter, ..question }, &Material::new(&YEAR.facts, &YEAR.policies));
    let rows = |report: &Report| report.section("expensive").unwrap().tables[0].rows.clone();
    let (told, hidden) = (rows(&report), rows(&secret));
    let is_restricted = |row: &Row| YEAR.facts.get(row.ticket.as_ref().unwrap()).unwrap().restricted;
    assert!(hidden.iter().all(is_restricted) && !told.iter().all(is_restricted));
    for row in told.iter().chain(&hidden) {
        let shown = |column: usize| row.cells[column].amount.clone();
        let secret = is_restricted(row);
        assert_eq!(shown(0) == Amount::Text("restricted".to_owned()), secret);
        assert!(!secret || [1, 6, 7, 8].iter().all(|column| shown(*column) == Amount::None), "{row:?}");
        assert!(matches!(shown(2), Amount::Work { .. }));
    }
}

#[test]
fn a_filter_is_said_and_holds() {
    let filter = Filter { priorities: ["P1".into()].into(), ..Filter::default() };
    let question = Question { filter, every: Some(Every::Quarter), ..question() };
    let material = Material { bootstrap: None, ..Material::new(&YEAR.facts, &YEAR.policies) };
    let report = Report::new(&question, &material);
    assert!(report.to_html().contains("with priority P1"));
    let open_time = report.section("open-time").unwrap();
    assert_eq!(open_time.tables[0].rows.len(), 1);
    assert_eq!(open_time.tables[1].rows.len(), 4, "four quarters");
    assert!(report.tickets < REPORT.tickets / 2);
    assert!(report.headline.iter().all(|one| one.interval.is_none()), "nothing was drawn");
}

#[test]
fn a_picture_is_one() {
    let png = REPORT.to_png().unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert!(size(16) >= 760 && size(20) > 1_000, "{} x {}", size(16), size(20));
}

#[test]
fn the_same_question_has_the_same_answer() {
    assert_eq!(report(), *REPORT);
}

#[test]
fn differences_are_told_with_what_may_be_chance() {
    let sentences: Vec<_> = REPORT.headline.iter().map(|one| (one.verdict, one.sentence())).collect();
    for (verdict, sentence) in &sentences {
        match verdict {
            Verdict::MayBeChance => assert!(sentence.ends_with("which may be chance"), "{sentence}"),
            Verdict::Better | Verdict::Worse => assert!(sentence.contains("(95 %: "), "{sentence}"),
            Verdict::Unknown => assert!(!sentence.contains("which"), "{sentence}"),
        }
    }
    assert!(sentences.iter().any(|(verdict, _)| *verdict == Verdict::MayBeChance));
}
