//! What holds for any delivery, however damaged.

use proptest::prelude::*;
use serde_json::{Value, json};
use supporty_github::inbound::Delivery;

use crate::desk::{Desk, GUID, all};

/// Payloads of ours, and GitHub's own examples if `SUPPORTY_CASES` says where they are.
fn seeds() -> Vec<(String, String)> {
    let mut seeds: Vec<_> =
        all().into_iter().map(|(event, body)| (event.to_owned(), body.to_string())).collect();
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: only our own payloads were damaged");
        return seeds;
    };
    let folder = std::path::Path::new(&cases).join("github/payloads");
    seeds.extend(std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name.split('.').next().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
    }));
    seeds
}

fn seed() -> impl Strategy<Value = (String, String)> {
    static SEEDS: std::sync::OnceLock<Vec<(String, String)>> = std::sync::OnceLock::new();
    any::<prop::sample::Index>().prop_map(|index| index.get(SEEDS.get_or_init(seeds)).clone())
}

/// A value of another kind than is expected anywhere.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[], {}, 0])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "[<>!`~\\[\\]()#/ -]{0,20}".prop_map(Value::from),
        Just(json!("fixes SUP-1, caused by #2")),
        Just(json!("<!-- supporty:job/x.0 -->")),
        Just(json!("9999-12-31T23:59:60Z")),
    ]
}

/// Puts something else where a walk through the payload ends.
fn damage(value: &mut Value, walk: &[prop::sample::Index], odd: Value) {
    let Some((step, rest)) = walk.split_first() else {
        *value = odd;
        return;
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let name = step.get(&fields.keys().cloned().collect::<Vec<_>>()).clone();
            damage(&mut fields[&name], rest, odd);
        }
        Value::Array(items) if !items.is_empty() => damage(step.get_mut(items), rest, odd),
        other => *other = odd,
    }
}

proptest! {
    #[test]
    fn a_damaged_payload_is_read_or_refused(
        (event, body) in seed(),
        walks in prop::collection::vec((prop::collection::vec(any::<prop::sample::Index>(), 0..5), odd()), 1..4),
    ) {
        let desk = Desk::new();
        let Ok(mut value) = serde_json::from_str::<Value>(&body) else { return Ok(()) };
        for (walk, odd) in walks {
            damage(&mut value, &walk, odd);
        }
        let told = desk.read(&event, &value);
        prop_assert_eq!(&told, &desk.read(&event, &value), "reading is a function");
        if let Ok(told) = told {
            prop_assert!(serde_json::to_string(&told).is_ok());
        }
    }

    #[test]
    fn a_payload_that_is_cut_or_changed_in_a_byte_is_read_or_refused(
        (event, body) in seed(), cut in any::<prop::sample::Index>(), byte in any::<u8>(), cuts in any::<bool>(),
    ) {
        let mut bytes = body.into_bytes();
        let at = cut.index(bytes.len());
        if cuts { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = Desk::new().read_bytes(&event, GUID, &bytes);
    }

    #[test]
    fn any_bytes_of_any_kind_are_read_or_refused((event, _) in seed(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let desk = Desk::new();
        let _ = desk.read_bytes(&event, GUID, &bytes);
        let _ = desk.read_bytes(&event, GUID, &[b"{", &bytes[..]].concat());
        let _ = desk.read_bytes(&event, GUID, &[b"payload=", &bytes[..]].concat());
    }

    #[test]
    fn what_is_told_of_what_can_not_be_read_quotes_nobody((event, body) in seed(), at in any::<prop::sample::Index>()) {
        let secret = "Zimtstern";
        let mut spoilt = body;
        let mut place = at.index(spoilt.len());
        while !spoilt.is_char_boundary(place) { place -= 1 }
        spoilt.insert_str(place, secret);
        if let Err(error) = Desk::new().read_bytes(&event, GUID, spoilt.as_bytes()) {
            prop_assert!(!error.to_string().contains(secret), "{}", error);
        }
    }

    #[test]
    fn fields_and_actions_that_are_new_make_nothing_unreadable((event, body) in seed(), name in "[a-z_]{1,12}_new", odd in odd(), action in "[a-z_]{1,12}_new") {
        let desk = Desk::new();
        let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(&body) else { return Ok(()) };
        let before = desk.read(&event, &Value::Object(fields.clone()));
        fields.insert(name.clone(), odd.clone());
        for value in fields.values_mut() {
            if let Value::Object(inner) = value {
                inner.insert(name.clone(), odd.clone());
            }
        }
        prop_assert_eq!(&desk.read(&event, &Value::Object(fields.clone())), &before);
        if fields.contains_key("action") {
            fields.insert("action".to_owned(), action.into());
            prop_assert!(matches!(desk.read(&event, &Value::Object(fields)), Ok(Delivery::NotForUs(_))));
        }
    }
}
