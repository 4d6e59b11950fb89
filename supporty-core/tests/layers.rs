//! Dependencies between the modules of the core point in one direction only.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that reads the sources"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module may use: everything above it that it needs, and nothing below.
const ALLOWED: &[(&str, &[&str])] = &[
    ("vocab", &[]),
    ("wording", &[]),
    ("time", &["vocab"]),
    ("stream", &["vocab"]),
    ("policy", &["vocab", "time"]),
    ("ticket", &["vocab", "stream"]),
    ("alert_log", &["vocab", "stream", "ticket"]),
    ("effect", &["vocab", "stream", "ticket"]),
    ("service", &["vocab", "stream", "ticket", "effect"]),
    ("rota", &["vocab", "time", "stream", "policy", "effect"]),
    ("pay", &["vocab", "time", "policy", "rota"]),
    ("desk_log", &["vocab", "stream", "pay"]),
    ("rules", &["vocab", "time", "stream", "policy", "ticket", "effect"]),
    ("garden", &["vocab", "time", "rota", "rules"]),
    ("insight", &["vocab", "time", "policy", "ticket", "service"]),
    ("report", &["vocab", "time", "policy", "ticket", "service", "pay", "insight"]),
    ("world", &["vocab", "stream", "policy", "ticket", "effect", "rota", "rules"]),
    ("explain", &["vocab", "time", "policy", "ticket", "rota", "rules", "world"]),
    (
        "backtest",
        &[
            "vocab", "time", "stream", "policy", "ticket", "effect", "rota", "pay", "rules", "world",
            "explain",
        ],
    ),
    ("adapter", &["vocab", "time", "stream", "policy", "ticket", "rota", "rules", "service"]),
    ("webhook", &["vocab", "policy", "ticket", "service", "adapter"]),
    (
        "desk",
        &[
            "vocab",
            "time",
            "stream",
            "policy",
            "ticket",
            "desk_log",
            "effect",
            "rota",
            "pay",
            "rules",
            "garden",
            "explain",
            "adapter",
            "wording",
            "service",
            "insight",
            "webhook",
            "alert_log",
        ],
    ),
    (
        "testing",
        &[
            "vocab", "time", "stream", "policy", "ticket", "effect", "service", "rota", "pay", "desk_log",
            "rules", "world", "explain", "adapter",
        ],
    ),
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// The modules that a line of code names after `crate::`. Links in docs are no dependencies.
fn named(source: &str) -> impl Iterator<Item = &str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.split_at(end).0
    });
    // The lists behind the exported macros.
    names.filter(|name| !name.starts_with("__"))
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let may = allowed
            .get(module)
            .unwrap_or_else(|| panic!("`{module}` has no place in the layers: give it one"));
        let source = std::fs::read_to_string(&path).unwrap();
        // `$crate::` in an exported macro is expanded elsewhere.
        let source = source.replace("$crate::", "");
        for name in named(&source).filter(|name| *name != module && !may.contains(name)) {
            wrong.push(format!("{} uses `crate::{name}`", inside.display()));
        }
    }
    assert!(wrong.is_empty(), "edges that point down the list:\n{}", wrong.join("\n"));
}

#[test]
fn the_list_of_layers_has_no_cycle() {
    for (index, (module, may)) in ALLOWED.iter().enumerate() {
        let above: Vec<_> = ALLOWED.iter().take(index).map(|(name, _)| *name).collect();
        assert!(may.iter().all(|used| above.contains(used)), "`{module}` uses what stands below it");
    }
}
