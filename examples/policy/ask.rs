//! `policy ask`: questions about working time in bulk, a JSON line each, so that a team can compare this calendar with
//! the one it comes from.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use chrono::{NaiveDate, SecondsFormat, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};
use supporty_core::time::{Calendar, CalendarSpec, Hours, Turns, Unit, Weekday, Window, Zone};
use supporty_core::vocab::Time;

use crate::Failed;

/// How many calendars are kept compiled: questions about one calendar usually follow each other.
const KEPT: usize = 256;

#[derive(Debug, Deserialize)]
struct Question {
    /// What it gives says what it asks for, where it does not.
    question: Option<String>,
    zone: String,
    hours: BTreeMap<String, Vec<(String, String)>>,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    date_overrides: BTreeMap<String, Vec<(String, String)>>,
    start: Option<String>,
    end: Option<String>,
    at: Option<String>,
    business_seconds: Option<f64>,
}

pub(crate) fn ask(path: Option<&Path>, out: &mut impl Write) -> Result<bool, Failed> {
    let unreadable = |error: std::io::Error| Failed(format!("the questions can not be read: {error}"));
    let lines: Box<dyn BufRead> = match path {
        Some(path) => Box::new(BufReader::new(std::fs::File::open(path).map_err(unreadable)?)),
        None => Box::new(BufReader::new(std::io::stdin())),
    };
    let mut calendars = HashMap::new();
    let mut all_right = true;
    for (number, line) in lines.split(b'\n').enumerate() {
        let line = line.map_err(unreadable)?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (id, answer) = answered(&line, &mut calendars);
        let answer = match answer {
            Ok(mut answer) => {
                answer
                    .as_object_mut()
                    .into_iter()
                    .for_each(|answer| drop(answer.insert("id".to_owned(), id.clone())));
                answer
            }
            Err(why) => {
                all_right = false;
                json!({ "id": id, "error": format!("line {}: {why}", number + 1) })
            }
        };
        if writeln!(out, "{answer}").is_err() {
            break;
        }
    }
    Ok(all_right)
}

fn answered(line: &[u8], calendars: &mut HashMap<String, Calendar>) -> (Value, Result<Value, String>) {
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return (Value::Null, Err(format!("it is not JSON: {error}"))),
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    if value.get("question").is_some_and(|asked| asked == "shift") || value.get("shift_length").is_some() {
        let question = serde_json::from_value(value).map_err(|error| error.to_string());
        return (id, question.and_then(|question| shift(&question)));
    }
    let answer = serde_json::from_value(value).map_err(|error| error.to_string());
    (id, answer.and_then(|question: Question| answer_to(&question, calendars)))
}

fn answer_to(question: &Question, calendars: &mut HashMap<String, Calendar>) -> Result<Value, String> {
    let calendar = calendar(question, calendars)?;
    let given = (&question.start, &question.end, &question.at, question.business_seconds);
    let asked = match (&question.question, given) {
        (Some(asked), _) => asked.as_str(),
        (None, (Some(_), None, None, Some(_))) => "deadline",
        (None, (Some(_), Some(_), None, _)) => "elapsed",
        (None, (None, Some(_), None, Some(_))) => "before",
        (None, (None, None, Some(_), None)) => "is_open",
        _ => {
            return Err(
                "`question` is missing: ask for deadline, elapsed, before, is_open or shift".to_owned()
            );
        }
    };
    let instant = |field: &str, value: &Option<String>| {
        let text = value.as_ref().ok_or_else(|| format!("`{}` needs `{field}`", asked))?;
        text.parse::<Time>()
            .map_err(|_| format!("`{field}` is `{text}`, which is no instant: write 2026-01-09T17:30:00Z"))
    };
    let budget = || {
        let seconds = question.business_seconds;
        let seconds = seconds.ok_or_else(|| format!("`{asked}` needs `business_seconds`"))?;
        match seconds.is_finite() && (0.0..=1e12).contains(&seconds) {
            true => Ok(TimeDelta::microseconds((seconds * 1e6).round() as i64)),
            false => Err("`business_seconds` is no length of time".to_owned()),
        }
    };
    let said = |error: supporty_core::time::CalendarError| error.to_string();
    Ok(match asked {
        "deadline" => {
            let due = calendar.add(instant("start", &question.start)?, budget()?).map_err(said)?;
            json!({ "deadline": stamp(due) })
        }
        "elapsed" => {
            let (start, end) = (instant("start", &question.start)?, instant("end", &question.end)?);
            let length = calendar.between(start, end).map_err(said)?;
            let whole = length.subsec_nanos() == 0;
            let exact = length.num_microseconds().map_or(f64::NAN, |micros| micros as f64 / 1e6);
            json!({ "business_seconds": if whole { json!(length.num_seconds()) } else { json!(exact) } })
        }
        "before" => {
            let start = calendar.sub(instant("end", &question.end)?, budget()?).map_err(said)?;
            json!({ "start_latest": stamp(start) })
        }
        "is_open" => {
            let at = instant("at", &question.at)?;
            json!({ "is_open": calendar.is_open(at), "next_open": calendar.next_open(at).ok().map(stamp) })
        }
        other => {
            return Err(format!(
                "`{other}` is no question: ask for deadline, elapsed, before, is_open or shift"
            ));
        }
    })
}

/// Which turn of a rotation an instant lies in.
#[derive(Debug, Deserialize)]
struct Shift {
    #[serde(rename = "type")]
    every: String,
    zone: String,
    start: String,
    shift_length: u16,
    at: String,
}

fn shift(question: &Shift) -> Result<Value, String> {
    let zone = Zone::new(&question.zone).map_err(|error| error.to_string())?;
    let instant = |field: &str, text: &String| {
        text.parse::<Time>()
            .map_err(|_| format!("`{field}` is `{text}`, which is no instant: write 2026-01-09T17:30:00Z"))
    };
    let every = match question.every.as_str() {
        "hourly" => Unit::Hour,
        "daily" => Unit::Day,
        "weekly" => Unit::Week,
        "monthly" => Unit::Month,
        other => return Err(format!("`{other}` is no type: write hourly, daily, weekly or monthly")),
    };
    if question.shift_length == 0 {
        return Err("`shift_length` is 0: a turn is at least 1 long".to_owned());
    }
    let start = zone.local(instant("start", &question.start)?);
    let turns = Turns { every, length: question.shift_length, start, zone };
    let (_, turn) =
        turns.at(instant("at", &question.at)?).ok_or("that is beyond what the clocks are known for")?;
    Ok(json!({ "expected_start": stamp(turn.from), "expected_end": stamp(turn.until) }))
}

fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn calendar<'a>(
    question: &Question,
    calendars: &'a mut HashMap<String, Calendar>,
) -> Result<&'a Calendar, String> {
    let name = format!(
        "{} {:?} {:?} {:?}",
        question.zone, question.hours, question.holidays, question.date_overrides
    );
    if !calendars.contains_key(&name) {
        if calendars.len() >= KEPT {
            calendars.clear();
        }
        calendars.insert(name.clone(), compiled(question)?);
    }
    calendars.get(&name).ok_or_else(|| "the calendar is gone".to_owned())
}

fn compiled(question: &Question) -> Result<Calendar, String> {
    let zone = Zone::new(&question.zone).map_err(|error| error.to_string())?;
    let date = |text: &String| {
        text.parse::<NaiveDate>().map_err(|_| format!("`{text}` is no date: write 2026-12-25"))
    };
    let mut weekly = BTreeMap::new();
    for (name, pairs) in &question.hours {
        weekly.insert(weekday(name)?, windows(pairs)?);
    }
    let closed = question.holidays.iter().map(|day| Ok((date(day)?, String::new())));
    let dated = question.date_overrides.iter().map(|(day, pairs)| Ok((date(day)?, windows(pairs)?)));
    let closed = closed.collect::<Result<_, String>>()?;
    let dated = dated.collect::<Result<_, String>>()?;
    Calendar::new(CalendarSpec::Hours(Hours { zone, weekly, closed, dated }))
        .map_err(|error| error.to_string())
}

fn weekday(name: &str) -> Result<Weekday, String> {
    serde_json::from_value(Value::from(name))
        .map_err(|_| format!("`{name}` is no weekday: write mon, tue, wed, …"))
}

fn windows(pairs: &[(String, String)]) -> Result<Vec<Window>, String> {
    let pair = |(from, to): &(String, String)| Ok(Window { from: clock(from)?, to: clock(to)? });
    pairs.iter().map(pair).collect()
}

fn clock(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is no time of day: write 09:00");
    let mut seconds = 0;
    let mut unit = 3_600;
    for part in text.split(':') {
        let number: u32 = part.parse().map_err(|_| wrong())?;
        seconds += number.checked_mul(unit).ok_or_else(wrong)?;
        unit /= 60;
    }
    if text.contains(':') && seconds <= 86_400 { Ok(seconds) } else { Err(wrong()) }
}
