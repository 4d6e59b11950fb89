use chrono::TimeDelta;

use super::words::text;
use super::{Phrases, Words};
use crate::adapter::Piece;
use crate::explain::{Asked, DrillReport, Moved};
use crate::ticket::Verdict;
use crate::time::print_length;
use crate::vocab::{Target, Time};

impl Words<'_> {
    /// How a game day went, a line for each thing.
    pub(super) fn drill(&mut self, report: &DrillReport) -> &mut Self {
        let say = self.phrases;
        match report.ended {
            Some(ended) => self.line(&say.game_day_took, &[("length", length(ended - report.began))]),
            None => self.line(&say.game_day_goes_on, &[]),
        };
        let marks =
            [("identified", after(say, report.identified)), ("mitigated", after(say, report.mitigated))];
        self.line(&say.game_day_marks, &marks);
        for (kept, verdict) in &report.promises {
            let since = |at: Time| ("after", after(say, Some(at - report.began)));
            let kept = ("target", text(target(say, *kept)));
            match verdict {
                Verdict::Met { at, .. } => self.line(&say.game_day_kept, &[kept, since(*at)]),
                Verdict::MetLate { at, .. } => self.line(&say.game_day_kept_late, &[kept, since(*at)]),
                Verdict::Breached { .. } => self.line(&say.game_day_broken, &[kept]),
                Verdict::Cancelled => self.line(&say.game_day_cancelled, &[kept]),
            };
        }
        for Moved { name, told, moved, messages, .. } in &report.people {
            let holes = [
                ("name", text(name)),
                ("told", after(say, *told)),
                ("moved", after(say, *moved)),
                ("messages", text(messages)),
            ];
            self.line(&say.game_day_person, &holes);
        }
        for Asked { line, said, answered } in &report.lines {
            let asked = [("line", text(line)), ("said", after(say, Some(*said)))];
            match *answered {
                Some(span) => {
                    let [line, said] = asked;
                    self.line(&say.game_day_line, &[line, said, ("answered", length(span))])
                }
                None => self.line(&say.game_day_line_unanswered, &asked),
            };
        }
        self
    }

    fn line(&mut self, phrase: &str, holes: &[(&str, Piece)]) -> &mut Self {
        self.phrase(phrase, holes).say("\n")
    }
}

fn length(span: TimeDelta) -> Piece {
    text(print_length(span.num_seconds()))
}

fn after(say: &Phrases, span: Option<TimeDelta>) -> Piece {
    match span {
        Some(span) => text(say.after.replace("{length}", &print_length(span.num_seconds()))),
        None => text(&say.never),
    }
}

fn target(say: &Phrases, target: Target) -> &str {
    match target {
        Target::Acknowledge => &say.target_acknowledge,
        Target::Respond => &say.target_respond,
        Target::NextResponse => &say.target_next_response,
        Target::Update => &say.target_update,
        Target::Resolve => &say.target_resolve,
    }
}
