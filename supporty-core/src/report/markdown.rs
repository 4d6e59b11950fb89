use std::fmt::Write as _;

use super::html::about;
use super::words::{capital, counted};
use super::{Report, Table};

impl Report {
    /// The report as Markdown, as code hosts and wikis show it: words and tables, no plots.
    pub fn to_markdown(&self) -> String {
        let mut out = format!("# What support cost: {}\n\n{}\n\n", plain(&self.desk), plain(&about(self)));
        let mut line = |text: String| {
            let _ = writeln!(out, "{text}");
        };
        if self.tickets > 0 {
            line("| | now | before | |\n| --- | ---: | ---: | --- |".to_owned());
            for one in &self.headline {
                let (now, before) = (plain(&one.now.to_string()), plain(&one.before.to_string()));
                line(format!(
                    "| {} | {now} | {before} | {} |",
                    plain(&one.what),
                    plain(&capital(&one.sentence()))
                ));
            }
        }
        for section in &self.sections {
            line(format!(
                "\n## {}\n\n{}\n\n**What to do:** {}\n",
                section.title,
                plain(&section.says),
                plain(&section.advice)
            ));
            for one in &section.compared {
                line(format!(
                    "- {} {}: {}",
                    plain(&one.what),
                    plain(&one.now.to_string()),
                    plain(&one.sentence())
                ));
            }
            line(format!("\nRests on {}.", counted(section.rests_on, "ticket")));
            section.tables.iter().for_each(|each| line(table(each)));
        }
        out
    }
}

fn table(table: &Table) -> String {
    let mut out = format!("\n**{}**\n\n", table.caption);
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<_> = cells.collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    line(&mut table.heads.iter().map(|head| plain(head)));
    line(
        &mut table
            .heads
            .iter()
            .enumerate()
            .map(|(index, _)| if index == 0 { "---" } else { "---:" }.to_owned()),
    );
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| plain(&cell.amount.to_string()));
        line(&mut std::iter::once(plain(&row.name)).chain(cells));
    }
    out
}

/// Names are people's: nothing of them is markup, a link or a mention.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(letter);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("@\u{2060}"),
            _ => out.push(letter),
        }
    }
    out
}
