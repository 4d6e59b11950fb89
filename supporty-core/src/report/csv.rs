use super::{Amount, Report};

impl Report {
    /// The figures as CSV, one a line: section, table, row, column, value, of how many (where it is a share) and unit.
    ///
    /// Lengths are in seconds and money in the currency's smallest unit, so that a program needs no words. A text that a
    /// spreadsheet would take for a formula is written behind an apostrophe (OWASP's advice against CSV injection).
    pub fn to_csv(&self) -> String {
        let mut lines = ::csv::Writer::from_writer(Vec::new());
        // Nothing is written anywhere but into memory.
        let mut line = |fields: [&str; 7]| drop(lines.write_record(fields.map(harmless)));
        line(["section", "table", "row", "column", "value", "of", "unit"]);
        for one in &self.headline {
            for (column, amount) in [("now", &one.now), ("before", &one.before)] {
                let (value, of, unit) = written(amount);
                line(["headline", "Headline", &one.what, column, &value, &of, unit]);
            }
        }
        for section in &self.sections {
            for table in &section.tables {
                for row in &table.rows {
                    for (head, cell) in table.heads.iter().skip(1).zip(&row.cells) {
                        let (value, of, unit) = written(&cell.amount);
                        line([section.id, table.caption, &row.name, head, &value, &of, unit]);
                    }
                }
            }
        }
        lines.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn harmless(field: &str) -> String {
    match field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err() {
        true => format!("'{field}"),
        false => field.to_owned(),
    }
}

/// The value, of how many, and the unit.
fn written(amount: &Amount) -> (String, String, &'static str) {
    let nothing = String::new;
    match amount {
        Amount::None => (nothing(), nothing(), ""),
        Amount::Count(count) => (count.to_string(), nothing(), "count"),
        Amount::Number(number) => (number.to_string(), nothing(), "number"),
        Amount::Length { seconds } | Amount::Work { seconds } => {
            (seconds.as_seconds_f64().to_string(), nothing(), "seconds")
        }
        Amount::Share(share) => (share.part.to_string(), share.of.to_string(), "share"),
        Amount::Money { minor, .. } => (minor.to_string(), nothing(), "minor units"),
        Amount::Text(text) => (text.clone(), nothing(), "text"),
    }
}
