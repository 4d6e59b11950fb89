//! The program of the README is the program of the example, and it runs.

use std::process::Command;

#[test]
fn the_quickstart_of_the_readme_runs() {
    let source = include_str!("../quickstart/main.rs");
    assert!(include_str!("../../README.md").contains(source.trim()), "the README shows another program");
    assert!(source.lines().count() <= 28, "it has grown too long to be quick");
    let output = Command::new(env!("CARGO_BIN_EXE_quickstart")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "SUP-1 is active and owned by oli\n");
    assert!(output.status.success());
}
