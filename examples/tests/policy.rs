//! `policy`, the real program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn policy(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_policy")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn flowers() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policy_test/policy.toml").to_str().unwrap().to_owned()
}

#[test]
fn check_says_everything_and_what_is_promised() {
    let fine = policy(&["check", &flowers(), "--today", "2026-06-01"]);
    let text = shown(&fine);
    assert!(fine.status.success(), "{text}");
    assert!(
        text.contains("P2 business affected      30 min office") && text.contains("can be used: 0 errors"),
        "{text}"
    );
    let late = shown(&policy(&["check", &flowers(), "--today", "2026-12-30"]));
    assert!(late.contains("knows no holiday after 2027-01-01"), "{late}");

    let folder = tempfile::tempdir().unwrap();
    let broken = file(folder.path(), "broken.toml", "nmae = 1\n[limits]\nnudge = \"2\"\n");
    let wrong = policy(&["check", &broken]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        shown(&wrong).contains("broken.toml:1:1") && shown(&wrong).contains("2 errors"),
        "{}",
        shown(&wrong)
    );
    let json: Value = serde_json::from_slice(&policy(&["check", &broken, "--json"]).stdout).unwrap();
    assert_eq!((json["usable"].as_bool(), json["diagnostics"][1]["line"].as_u64()), (Some(false), Some(3)));
}

#[test]
fn check_reads_holidays_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[calendars.office]\nhours = \"mon-fri 09:00-17:00\"\nholiday_files = [\"uk.ics\"]\n";
    let path = file(folder.path(), "policy.toml", text);
    assert!(shown(&policy(&["check", &path])).contains("the holidays of `uk.ics` can not be read"));
    let ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    file(folder.path(), "uk.ics", ics);
    assert!(policy(&["check", &path]).status.success());
    let explained = shown(&policy(&["explain", &path, "--at", "2026-12-24 16:30", "--priority", "P2"]));
    assert!(explained.contains("Christmas Day, weekend"), "{explained}");
}

#[test]
fn explain_tells_why_and_whom() {
    let args = ["explain", &flowers(), "--at", "2026-01-09 17:30", "--priority", "P2", "--area", "checkout"];
    let text = shown(&policy(&args));
    assert!(text.contains("resolve: due Sat 10 Jan 11:30"), "{text}");
    assert!(text.contains("tells Gwen (gardener of shop)"), "{text}");
    let json: Value = serde_json::from_slice(&policy(&[&args[..], &["--json"]].concat()).stdout).unwrap();
    assert_eq!(json["promises"].as_array().unwrap().len(), 4);
    let unknown = policy(&["explain", &flowers(), "--at", "2026-01-09 17:30", "--priority", "P9"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("P9"));
}

#[test]
fn timeline_plays_a_story() {
    let folder = tempfile::tempdir().unwrap();
    let story = "until = \"2026-01-12 12:00\"\n[[step]]\nat = \"2026-01-09 17:30\"\nwho = \"rita\"\ndoes = \"open\"\n\
                 priority = \"P2\"\narea = \"checkout\"\n[[step]]\nafter = \"10m\"\nwho = \"gwen\"\ndoes = \"claim\"\n";
    let path = file(folder.path(), "story.toml", story);
    let text = shown(&policy(&["timeline", &flowers(), &path]));
    assert!(text.starts_with("Fri 2026-01-09 17:30  FLO-1  rita opens a P2 in checkout\n"), "{text}");
    assert!(text.contains("Fri 2026-01-09 17:40  FLO-1  gwen claims it\n"), "{text}");
    let json: Value =
        serde_json::from_slice(&policy(&["timeline", &flowers(), &path, "--json"]).stdout).unwrap();
    assert_eq!(json[0]["kind"], "opened");
    let wrong = file(folder.path(), "wrong.toml", &story.replace("claim", "clame"));
    let output = policy(&["timeline", &flowers(), &wrong]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("step 2: nobody can `clame`"));
}

#[test]
fn schema_and_default_are_what_the_library_says() {
    let schema: Value = serde_json::from_slice(&policy(&["schema"]).stdout).unwrap();
    assert_eq!(schema["title"], "supporty policy");
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "default.toml", &shown(&policy(&["default"])));
    assert!(policy(&["check", &path]).status.success());
}

#[test]
fn a_wrong_command_line_ends_with_two() {
    for args in [&["chekc"][..], &[], &["explain", "x.toml"], &["check"], &["check", "a", "--jsno"]] {
        let output = policy(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("policy --help"));
    }
    assert!(shown(&policy(&["--help"])).contains("ask QUESTIONS.jsonl"));
}

fn ask(lines: &str) -> (Vec<Value>, Option<i32>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["ask", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let lines = lines.to_owned();
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = program.wait_with_output().unwrap();
    writing.join().unwrap();
    let answers = shown(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (answers, output.status.code())
}

#[test]
fn ask_answers_line_by_line_and_goes_on_after_a_bad_one() {
    let calendar = r#""zone":"Europe/London","hours":{"mon":[["09:00","17:00"]],"fri":[["09:00","17:00"]]},"holidays":[],"extra":1"#;
    let questions = [
        format!(
            r#"{{"id":"a","question":"deadline",{calendar},"start":"2026-01-09T16:30:00Z","business_seconds":3600}}"#
        ),
        "not json".to_owned(),
        format!(
            r#"{{"id":7,"question":"elapsed",{calendar},"start":"2026-01-09T16:30:00Z","end":"2026-01-12T10:00:00Z"}}"#
        ),
        r#"{"id":"b","question":"deadline","zone":"Europe/Londn","hours":{}}"#.to_owned(),
        format!(
            r#"{{"id":"c","question":"before",{calendar},"end":"2026-01-12T09:30:00Z","business_seconds":3600}}"#
        ),
        format!(r#"{{"id":"d","question":"is_open",{calendar},"at":"2026-01-10T09:30:00Z"}}"#),
        format!(r#"{{"id":"e","question":"when",{calendar}}}"#),
        format!(r#"{{"id":"f","question":"deadline",{calendar},"start":"yesterday","business_seconds":1}}"#),
    ];
    let (answers, code) = ask(&questions.join("\n"));
    assert_eq!(code, Some(1));
    assert_eq!(answers[0], serde_json::json!({ "id": "a", "deadline": "2026-01-12T09:30:00Z" }));
    assert!(
        answers[1]["id"].is_null()
            && answers[1]["error"].as_str().unwrap().starts_with("line 2: it is not JSON")
    );
    assert_eq!(answers[2], serde_json::json!({ "id": 7, "business_seconds": 5400 }));
    assert!(answers[3]["id"] == "b" && answers[3]["error"].as_str().unwrap().contains("Europe/Londn"));
    assert_eq!(answers[4]["start_latest"], "2026-01-09T16:30:00Z");
    assert_eq!(
        (&answers[5]["is_open"], &answers[5]["next_open"]),
        (&Value::Bool(false), &"2026-01-12T09:00:00Z".into())
    );
    assert!(answers[6]["error"].as_str().unwrap().contains("`when` is no question"));
    assert!(answers[7]["error"].as_str().unwrap().contains("`start` is `yesterday`"));
}

/// Cases of other people's software, through the program. Left out where `SUPPORTY_CASES` is not set.
#[test]
fn ask_answers_what_other_implementations_answer() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the cases were not asked");
        return;
    };
    let files = ["deadline", "override_deadline", "elapsed", "override_elapsed", "before", "is_open"];
    for name in files {
        let path = PathBuf::from(&cases).join("business_time").join(format!("{name}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap();
        let (answers, code) = ask(&text);
        assert_eq!((answers.len(), code), (text.lines().count(), Some(0)), "{name}");
        for (line, answer) in text.lines().zip(&answers) {
            let case: Value = serde_json::from_str(line).unwrap();
            for field in ["deadline", "start_latest", "is_open"] {
                assert!(case[field].is_null() || case[field] == answer[field], "{case} {answer}");
            }
            assert_eq!(case["id"], answer["id"]);
            if case["question"] == "elapsed" {
                assert_eq!(case["business_seconds"], answer["business_seconds"], "{case}");
            }
            if case["is_open"] == false && !case["next_open"].is_null() {
                assert_eq!(case["next_open"], answer["next_open"], "{case}");
            }
        }
    }
}

/// Handoffs that GoAlert and python-dateutil agree on, and GoAlert's of hours, through the program.
#[test]
fn ask_answers_where_other_implementations_hand_over() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the cases were not asked");
        return;
    };
    for name in ["handoff_daily_weekly_monthly", "handoff_hourly_goalert"] {
        let path = PathBuf::from(&cases).join("rotas").join(format!("{name}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap();
        let (answers, code) = ask(&text);
        assert_eq!((answers.len(), code), (text.lines().count(), Some(0)), "{name}");
        for (line, answer) in text.lines().zip(&answers) {
            let case: Value = serde_json::from_str(line).unwrap();
            for field in ["id", "expected_start", "expected_end"] {
                assert_eq!(case[field], answer[field], "{case}");
            }
        }
    }
}

#[test]
fn rota_prints_who_is_on_and_where_nobody_is() {
    let fine = policy(&["rota", &flowers(), "--from", "2026-03-27", "--days", "4"]);
    let text = shown(&fine);
    assert!(fine.status.success(), "{text}");
    assert!(text.starts_with("Shop gardener (Europe/London)\n"), "{text}");
    assert!(
        text.contains("  Mon 30 Mar 09:00 to Mon 30 Mar 18:00  Gwen\n"),
        "nine o'clock by the clock: {text}"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut alone = std::fs::read_to_string(flowers()).unwrap();
    alone.push_str("[[rotas.shop-gardener.rotations]]\nlayer = 1\nevery = \"day\"\nstart = \"2026-01-05\"\n");
    let two = alone.replace("cover = \"office\"", "people_on = 2").replace("fallback = [\"lea\"]", "");
    let short =
        policy(&["rota", &file(folder.path(), "short.toml", &two), "--from", "2026-03-28", "--days", "1"]);
    assert_eq!(short.status.code(), Some(1));
    assert!(shown(&short).contains("2 too few"), "{}", shown(&short));
    let json: Value =
        serde_json::from_slice(&policy(&["rota", &flowers(), "--from", "2026-03-27", "--json"]).stdout)
            .unwrap();
    assert_eq!(
        (json[0]["rota"].as_str(), json[0]["gaps"].as_array().map(Vec::len)),
        (Some("shop-gardener"), Some(0))
    );
    let unknown = policy(&["rota", &flowers(), "--rota", "shop"]);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("there is shop-gardener"));
}

#[test]
fn rota_tells_what_another_version_changes() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(flowers()).unwrap();
    let swapped = text.replace("members = [\"gwen\", \"oli\"]\n", "members = [\"oli\", \"gwen\"]\n");
    let newer =
        file(folder.path(), "newer.toml", &swapped.replace("gwen\", \"oli\"]\nlead", "gwen\"]\nlead"));
    let changed = policy(&["rota", &newer, "--against", &flowers(), "--from", "2026-03-23", "--days", "7"]);
    let text = shown(&changed);
    assert!(text.contains("  Mon 23 Mar 09:00 to Mon 23 Mar 18:00  Gwen instead of Oli\n"), "{text}");
    let same = shown(&policy(&["rota", &flowers(), "--against", &flowers(), "--from", "2026-03-23"]));
    assert!(same.contains("the same people are on"), "{same}");
    let unknown = policy(&["rota", &newer, "--against", &flowers(), "--rota", "shop"]);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("there is shop-gardener"));
    let json =
        policy(&["rota", &newer, "--against", &flowers(), "--from", "2026-03-23", "--days", "1", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json[0]["difference"]["after"][0], "gwen", "{json}");
}

#[test]
fn ask_answers_which_turn_an_instant_lies_in() {
    let question = r#"{"id":"a","question":"shift","type":"weekly","zone":"Europe/London","start":"2026-03-16T09:00:00Z","shift_length":1,"at":"2026-03-25T12:00:00Z"}"#;
    let lines =
        [question, &question.replace("weekly", "yearly"), &question.replace("length\":1", "length\":0")];
    let (answers, code) = ask(&lines.join("\n"));
    assert_eq!(code, Some(1), "two of them can not be answered");
    assert_eq!(answers[0]["expected_start"], "2026-03-23T09:00:00Z");
    assert_eq!(answers[0]["expected_end"], "2026-03-30T08:00:00Z");
    assert!(answers[1]["error"].as_str().unwrap().contains("`yearly` is no type"));
    assert!(answers[2]["error"].as_str().unwrap().contains("at least 1"));
}

#[test]
fn check_says_who_can_not_be_woken_by_what_the_desk_has() {
    let without = shown(&policy(&["check", &flowers(), "--today", "2026-06-01", "--adapters", "slack"]));
    assert!(without.contains("`lea` may have to be woken and can not be reached"), "{without}");
    assert!(without.contains("`oli` is to be woken by `pager`, which this desk does not have"), "{without}");
    assert!(without.contains("0 errors, 8 warnings"), "{without}");
    let with = shown(&policy(&["check", &flowers(), "--today", "2026-06-01", "--adapters", "slack, pager"]));
    assert!(with.contains("0 errors, 6 warnings") && !with.contains("woken"), "{with}");
}

#[test]
fn pay_says_what_a_month_will_cost() {
    let paid = Path::new(env!("CARGO_MANIFEST_DIR")).join("desk/policy.toml");
    let paid = paid.to_str().unwrap();
    let answer = policy(&["pay", paid, "--month", "2027-03", "--json"]);
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    // The nights and weekends of March 2027 in London: 31 days less an hour, less 23 working days of eight and a half.
    let seconds: i64 = answer["statements"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["lines"].as_array().unwrap())
        .map(|line| line["seconds"].as_i64().unwrap())
        .sum();
    assert_eq!(seconds, 31 * 86_400 - 3_600 - 23 * (8 * 3_600 + 1_800));
    let people = answer["people"].as_object().unwrap();
    assert_eq!(
        people.values().map(|total| total.as_i64().unwrap()).sum::<i64>(),
        answer["total"].as_i64().unwrap()
    );
    let text = shown(&policy(&["pay", paid, "--month", "2027-03"]));
    assert!(text.contains("2027-03 costs ") && text.contains(" GBP in standing by"), "{text}");
    let none = policy(&["pay", &flowers(), "--month", "2027-03"]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("the policy pays nothing"));
    assert_eq!(policy(&["pay", paid]).status.code(), Some(2));
}
