//! The explanation as a text: short, in the reader's zone, in plain words.

use std::fmt::Write;

use super::words;
use super::{Because, Explained, Explanation, GivenBy, Happens, Hears, Mark, Span, State, Step, What};
use crate::time::{Budget, Why, Zone, print_length};
use crate::vocab::{Actor, PauseReason, PolicyVersion, Time};

impl Explanation {
    /// What people read, with the clocks of their zone. One promise after the other; those that run first.
    pub fn text(&self, zone: &Zone) -> String {
        let mut text = Text { text: String::new(), zone, near: self.at };
        text.head(self);
        let (over, running): (Vec<_>, Vec<_>) = self.promises.iter().partition(|promise| {
            matches!(promise.state, State::Met { .. } | State::MetLate { .. } | State::Cancelled)
        });
        for promise in running.into_iter().chain(over) {
            text.promise(promise);
        }
        text.future(&self.future);
        text.text
    }
}

impl Explained {
    /// The same of one promise. Instants near that one are said without their date.
    pub fn text(&self, zone: &Zone, near: Time) -> String {
        let mut text = Text { text: String::new(), zone, near };
        text.promise(self);
        text.text
    }
}

struct Text<'a> {
    text: String,
    zone: &'a Zone,
    near: Time,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn moment(&self, at: Time) -> String {
        words::moment(at, self.zone, self.near)
    }

    fn head(&mut self, all: &Explanation) {
        let at = self.moment(all.at);
        self.line(&format!("{} on {at}, clocks of {}", all.ticket, self.zone.name()));
        if let Some(other) = &all.goes_on_in {
            self.line(&format!("merged into {other}: what was promised is promised there"));
        }
        if let [(_, first), later @ ..] = all.policies.as_slice() {
            self.line(&format!("measured by policy {} and zone database {}", short(first), all.zones));
            for (from, version) in later {
                let version = short(version);
                let from = self.moment(*from);
                self.line(&format!("measured by policy {version} since {from}"));
            }
        }
    }

    fn promise(&mut self, promise: &Explained) {
        let name = words::target(promise.target);
        let due = promise.deadline.map(|due| self.moment(due));
        let head = match (promise.state, due) {
            (State::Pending, Some(due)) => format!("due {due}"),
            (State::AtRisk, Some(due)) => format!("at risk, due {due}"),
            (State::Broken { on_change: true }, Some(due)) => {
                format!("broken by a change, which made it due {due}")
            }
            (State::Broken { .. }, Some(due)) => format!("broken, was due {due}"),
            (State::Met { at }, Some(due)) => format!("kept {}, was due {due}", self.moment(at)),
            (State::Met { at }, None) => format!("kept {}", self.moment(at)),
            (State::MetLate { at }, Some(due)) => format!("kept late, {}, was due {due}", self.moment(at)),
            (State::Cancelled, _) => "no longer applies".to_owned(),
            (_, None) | (State::Paused, _) => "stands still".to_owned(),
        };
        self.line("");
        self.line(&format!("{name}: {head}"));
        if promise.state == State::Cancelled {
            return;
        }
        let by = match &promise.given_by {
            GivenBy::Priority { id, name } => format!("{id} \"{name}\""),
            GivenBy::Rule { name, priority } => format!("the rule \"{name}\" for {priority}"),
        };
        let clock = match promise.hours.as_str() {
            "always" => "at any hour".to_owned(),
            hours => format!("of `{}` ({hours})", promise.clock),
        };
        self.line(&format!("  {by} promises {} {clock}", promise.within));
        let (from, mark) = (self.moment(promise.from), mark(&promise.mark));
        self.line(&format!("  from {from}, when {mark}"));
        match promise.within {
            Budget::Seconds(_) => self.spans(&promise.spans),
            Budget::Days(_) => self.days(&promise.spans),
        }
        let sum = match promise.within {
            Budget::Seconds(_) => print_length(promise.counted),
            Budget::Days(_) => format!("{} of {}", promise.counted, promise.within),
        };
        self.row("in all", &sum, "");
    }

    fn row(&mut self, when: &str, length: &str, what: &str) {
        let mut line = String::new();
        let _ = write!(line, "  {when:<36} {length:>14}  {what}");
        self.line(&line);
    }

    /// What is closed for several reasons in a row is one line.
    fn spans(&mut self, spans: &[Span]) {
        let mut rest = spans;
        while let Some((first, mut more)) = rest.split_first() {
            let closed = |span: &Span| matches!(span.what, What::Closed(_));
            let counted = |span: &Span| matches!(span.what, What::Counted(Why::Open | Why::Always));
            let mut to = first.to;
            let mut reasons = vec![first];
            while let Some((next, others)) = more.split_first() {
                let joins = (closed(first) && closed(next)) || (counted(first) && counted(next));
                if !joins || (counted(first) && next.policy != first.policy) {
                    break;
                }
                to = next.to;
                reasons.push(next);
                more = others;
            }
            rest = more;
            let when = format!(
                "{} - {}",
                self.moment(first.from),
                words::later(to, self.zone, first.from, self.near)
            );
            match &first.what {
                What::Closed(_) => {
                    let what = self.closed(&reasons);
                    self.row(&when, "-", &format!("closed: {what}"));
                }
                what => {
                    let length = match what {
                        What::Counted(_) => print_length((to - first.from).num_seconds()),
                        _ => "-".to_owned(),
                    };
                    let what = self.what(what);
                    self.row(&when, &length, &what);
                }
            }
        }
    }

    fn days(&mut self, days: &[Span]) {
        for day in days {
            let when = words::date(self.zone.local(day.from).date(), self.zone.local(self.near).date());
            let (length, what) = match &day.what {
                What::Closed(_) => ("-", format!("closed: {}", self.closed(&[day]))),
                What::Counted(_) => ("1 day", "counted".to_owned()),
                what => ("-", self.what(what)),
            };
            self.row(&when, length, &what);
        }
    }

    fn closed(&self, spans: &[&Span]) -> String {
        let mut reasons: Vec<String> = Vec::new();
        for span in spans {
            if let What::Closed(why) = &span.what {
                let weekend =
                    chrono::Datelike::weekday(&self.zone.local(span.from)).num_days_from_monday() > 4;
                let reason = match why {
                    Why::NoHours if weekend => "weekend".to_owned(),
                    why => self.why(why),
                };
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        reasons.join(", ")
    }

    fn why(&self, why: &Why) -> String {
        let date = |date| words::date(date, self.zone.local(self.near).date());
        match why {
            Why::Always | Why::Open => "open".to_owned(),
            Why::OpenOn(on) => format!("the hours of {}", date(*on)),
            Why::OutsideHours => "outside the hours".to_owned(),
            Why::NoHours => "a day without hours".to_owned(),
            Why::Holiday { date: on, name } if name.is_empty() => format!("holiday on {}", date(*on)),
            Why::Holiday { name, .. } => name.clone(),
            Why::ClosedOn(on) => format!("closed on {}", date(*on)),
        }
    }

    fn what(&self, what: &What) -> String {
        match what {
            What::Counted(Why::OpenOn(date)) => format!("counted: {}", self.why(&Why::OpenOn(*date))),
            What::Counted(_) => "counted".to_owned(),
            What::Closed(why) => format!("closed: {}", self.why(why)),
            What::Paused { why, by, entry } => {
                let why = match why {
                    PauseReason::Requester => "waiting on the requester",
                    PauseReason::ThirdParty => "waiting on a third party",
                    PauseReason::Deploy => "waiting on a deployment",
                    PauseReason::Resolved => "resolved",
                };
                match (by, entry) {
                    (Some(Actor::Person(who) | Actor::Bot(who)), Some(entry)) => {
                        format!("paused: {why}, by {who} (entry {entry})")
                    }
                    _ => format!("paused: {why}"),
                }
            }
        }
    }

    fn future(&mut self, steps: &[Step]) {
        self.line("");
        if steps.is_empty() {
            self.line("if nobody acts: nothing happens");
            return;
        }
        self.line("if nobody acts:");
        for step in steps {
            let hears: Vec<_> = step.hears.iter().map(hears).collect();
            let tells =
                if hears.is_empty() { String::new() } else { format!(": tells {}", hears.join(", ")) };
            let what = self.happens(&step.what);
            let when = self.moment(step.at);
            self.line(&format!("  {when}  {what}{tells}"));
        }
    }

    fn happens(&self, what: &Happens) -> String {
        match what {
            Happens::Warned { target, warning } => {
                format!("{} is at risk, {}", words::target(*target), words::warning(*warning))
            }
            Happens::Broken { target } => format!("{} is broken", words::target(*target)),
            Happens::Escalated { rung, trigger, again, stood_in } => {
                let why = trigger.map_or_else(|| "a step of the ladder".to_owned(), words::trigger);
                let again = if *again > 0 { format!(", again ({again})") } else { String::new() };
                let instead =
                    stood_in.map_or(String::new(), |other| format!(", for whom step {other} stands in"));
                format!("step {rung}: {why}{again}{instead}")
            }
            Happens::Postponed { rung, until } => {
                format!("step {rung} waits for the end of the quiet hours, {}", self.moment(*until))
            }
            Happens::Woken { by, way: 1 } => format!("they are woken by {by}"),
            Happens::Woken { by, way } => format!("they have not answered, and are woken by {by}, way {way}"),
            Happens::Unreached { name } => format!("{name} could not be reached"),
            Happens::Prompted { line } => format!("line {line} of the game day is said"),
            Happens::PostMortemOverdue => "the post-mortem is overdue".to_owned(),
            Happens::Nudged => "the requester is reminded".to_owned(),
            Happens::WaitEnds => "the wait is over".to_owned(),
            Happens::NoAnswer => "it is resolved: there was no answer".to_owned(),
            Happens::AcknowledgementLapses => "the acknowledgement counts no longer".to_owned(),
            Happens::Closed => "it is closed: nobody reopened it".to_owned(),
        }
    }
}

fn hears(hears: &Hears) -> String {
    let why = match &hears.because {
        Because::Owns => "owns it".to_owned(),
        Because::Asked => "asked for it".to_owned(),
        Because::SquadsChannel(squad) => format!("channel of {squad}"),
        Because::Gardener(squad) => format!("gardener of {squad}"),
        Because::GardenerInHours(squad) => format!("gardener of {squad}, in its hours"),
        Because::OnCallOutsideHours(squad) => format!("on call for {squad}, outside its hours"),
        Because::Lead(squad) => format!("lead of {squad}"),
        Because::Named => "named by the step".to_owned(),
        Because::CatchAll => "hears what nobody else can".to_owned(),
    };
    match &hears.duty {
        None => format!("{} ({why})", hears.name),
        Some(duty) => {
            let how = match (duty.on.arranged, duty.on.turn) {
                (Some(entry), _) => format!("put on {} by its entry {entry}", duty.name),
                (None, Some(_)) => format!("whose turn it is on {}", duty.name),
                (None, None) => format!("who stands in on {}", duty.name),
            };
            format!("{} ({why}, {how})", hears.name)
        }
    }
}

fn mark(mark: &Mark) -> String {
    match mark {
        Mark::Opened => "it was opened".to_owned(),
        Mark::Reprioritised(to) => format!("it became {to}"),
        Mark::Rearranged => "it came to another area or kind".to_owned(),
        Mark::Reopened => "it was reopened".to_owned(),
        Mark::Asked => "the requester wrote".to_owned(),
        Mark::Answered => "we last wrote".to_owned(),
        Mark::Merged => "a ticket that was merged into it was opened or asked about".to_owned(),
    }
}

/// Enough of a content hash to tell policies apart.
fn short(version: &PolicyVersion) -> String {
    version.as_str().chars().take(8).collect()
}
