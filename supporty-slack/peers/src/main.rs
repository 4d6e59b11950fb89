//! Reads lines `{"what": "message" | "modal" | "home", "name": …, "value": …}` and says which of them another model of
//! Block Kit refuses.
//!
//! ```text
//! cargo test -p supporty-slack --test render
//! cd supporty-slack/peers && cargo run -- ../../target/tmp/surfaces.jsonl
//! ```

use std::error::Error;
use std::process::ExitCode;

use serde_json::{Value, json};
use slackblocks::{HomeTabView, MessagePayload, ModalView};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file with the lines")?;
    let (mut taken, mut refused) = (0, 0);
    for line in std::fs::read_to_string(path)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        match validated(&line) {
            Ok(()) => taken += 1,
            Err(why) => {
                refused += 1;
                eprintln!("{}: {why}", line["name"]);
            }
        }
    }
    println!("{taken} taken, {refused} refused");
    let good = refused == 0 && taken > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn validated(line: &Value) -> Result<(), Box<dyn Error>> {
    let mut value = line["value"].clone();
    without_dates(&mut value);
    match line["what"].as_str() {
        Some("message") => {
            // Where a message goes is said by whoever sends it.
            value["channel"] = json!("C012AB3CD");
            MessagePayload::try_from(value)?;
        }
        Some("modal") => drop(ModalView::try_from(value)?),
        Some("home") => drop(HomeTabView::try_from(value)?),
        other => return Err(format!("{other:?} is none of message, modal and home").into()),
    }
    Ok(())
}

/// That model knows no dates in rich text, which Slack documents: what stands for them where they can not be shown does.
fn without_dates(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(without_dates),
        Value::Object(object) if object.get("type").is_some_and(|kind| kind == "date") => {
            *value = json!({ "type": "text", "text": object.get("fallback") });
        }
        Value::Object(object) => object.values_mut().for_each(without_dates),
        _ => {}
    }
}
