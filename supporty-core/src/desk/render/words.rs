use super::{Phrases, Texts, actor, named, words_at};
use crate::adapter::Piece;
use crate::effect::{Alarm, Notice};
use crate::policy::Policy;
use crate::ticket::Heard;
use crate::time::print_length;
use crate::vocab::{Actor, Bond, Period, PersonId, Resolution, Target, TextRef, TicketKey, Time, WaitingOn};
use crate::wording::{Part, parts};

/// A message on its way: what is said, piece by piece.
pub(in crate::desk) struct Words<'a> {
    pub(in crate::desk) policy: &'a Policy,
    pub(in crate::desk) phrases: &'a Phrases,
    /// What people wrote; nothing for whoever may not read it.
    pub(super) texts: Option<&'a Texts>,
    pub(super) pieces: Vec<Piece>,
}

impl<'a> Words<'a> {
    pub(in crate::desk) fn piece(&mut self, piece: Piece) -> &mut Self {
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(more)) => before.push_str(&more),
            (_, piece) => self.pieces.push(piece),
        }
        self
    }

    pub(in crate::desk) fn say(&mut self, words: &str) -> &mut Self {
        self.piece(Piece::Text(words.to_owned()))
    }

    /// A phrase with what is filled into it, after a space where something stands before it.
    pub(in crate::desk) fn phrase(&mut self, phrase: &str, holes: &[(&str, Piece)]) -> &mut Self {
        if self.goes_on() {
            self.say(" ");
        }
        for part in parts(phrase) {
            let filled = match part {
                Part::Words(words) => Piece::Text(words.to_owned()),
                Part::Hole(name) => {
                    let filled = holes.iter().find(|(known, _)| *known == name);
                    filled.map_or_else(|| Piece::Text(format!("{{{name}}}")), |(_, piece)| piece.clone())
                }
            };
            self.piece(filled);
        }
        self
    }

    /// Whether what comes next needs a space.
    fn goes_on(&self) -> bool {
        match self.pieces.last() {
            None => false,
            Some(Piece::Text(before)) => !before.ends_with(char::is_whitespace),
            Some(_) => true,
        }
    }

    pub(super) fn person(&self, person: &PersonId) -> Piece {
        Piece::Person(named(self.policy, person))
    }

    pub(super) fn actor(&self, by: &Actor) -> Piece {
        Piece::Person(actor(self.policy, by))
    }

    pub(super) fn quote(&mut self, text: Option<&TextRef>) -> &mut Self {
        match text.zip(self.texts).map(|(text, texts)| words_at(texts, text, self.phrases)) {
            Some(text) => {
                let joined = matches!(self.pieces.last(), Some(Piece::Text(_))) && self.goes_on();
                let spaced = if joined { self.say(" ") } else { self };
                spaced.piece(Piece::Quote(text))
            }
            None => self,
        }
    }

    pub(super) fn notice(&mut self, notice: &Notice, by: &Actor) -> &mut Self {
        let say = self.phrases;
        let who = self.actor(by);
        match notice {
            Notice::Opened { follows, promises, out_of_hours } => {
                self.opened(follows.as_ref(), promises, *out_of_hours)
            }
            Notice::Owned { owner, note } => match (by.person() == Some(owner), self.person(owner)) {
                (true, owner) => self.phrase(&say.owns, &[("who", owner)]),
                (false, owner) => {
                    self.phrase(&say.gave, &[("who", who), ("whom", owner)]).quote(note.as_ref())
                }
            },
            Notice::Released => self.phrase(&say.released, &[("who", who)]),
            Notice::Acknowledged => self.phrase(&say.acknowledged, &[("who", who)]),
            Notice::Reprioritised { from, to, why } => {
                let holes = [("who", who), ("from", text(from)), ("to", text(to))];
                self.phrase(&say.reprioritised, &holes).quote(why.as_ref())
            }
            Notice::Moved { to } => {
                let area = self.policy.spec().areas.get(to).map_or(to.as_str(), |area| &area.name);
                self.phrase(&say.moved, &[("who", who), ("area", text(area))])
            }
            Notice::Replanned { promises } => {
                self.phrase(&say.replanned, &[("who", who)]).promised(promises, false)
            }
            Notice::Identified => self.phrase(&say.identified, &[("who", who)]),
            Notice::Mitigated => self.phrase(&say.mitigated, &[("who", who)]),
            Notice::Waiting { on, until, why } => {
                let phrase = match on {
                    WaitingOn::Requester => &say.waits_on_requester,
                    WaitingOn::ThirdParty => &say.waits_on_third_party,
                    WaitingOn::Deploy => &say.waits_on_deploy,
                };
                self.phrase(phrase, &[("until", Piece::Time(*until))]).quote(why.as_ref())
            }
            Notice::Nudge => self.phrase(&say.nudge, &[]),
            Notice::Resumed { elapsed: true } => self.phrase(&say.wait_elapsed, &[]),
            Notice::Resumed { elapsed: false } => self.phrase(&say.wait_over, &[]),
            Notice::WroteWhileWaiting => self.phrase(&say.wrote_while_waiting, &[("who", who)]),
            Notice::Resolved { resolution, note } => self.resolved(*resolution, note.as_ref(), by),
            Notice::ReopenOffered => self.phrase(&say.reopen_offered, &[]),
            Notice::Reopened { why } => self.phrase(&say.reopened, &[("who", who)]).quote(why.as_ref()),
            Notice::Closed => self.phrase(&say.closed, &[("who", who)]),
            Notice::FollowedUp { by } => self.phrase(&say.followed_up, &[ticket(by)]),
            Notice::Merged { into } => self.phrase(&say.merged, &[ticket(into)]),
            Notice::Absorbed { loser } => self.phrase(&say.absorbed, &[ticket(loser)]),
            Notice::Unmerged { other } => self.phrase(&say.unmerged, &[ticket(other)]),
            Notice::Runbooks { links } => self.phrase(&say.runbooks, &[("links", text(links.join(", ")))]),
            Notice::Restricted => self.phrase(&say.restricted, &[("who", who)]),
            Notice::Unrestricted => self.phrase(&say.unrestricted, &[("who", who)]),
            Notice::Attached { to } => self.phrase(&say.attached, &[ticket(to)]),
            Notice::Gathered { report } => self.phrase(&say.gathered, &[ticket(report)]),
            Notice::Apart { other } => self.phrase(&say.apart, &[ticket(other)]),
            Notice::Heard { incident, by, what } => self.heard(incident, by, what),
            Notice::Linked { bond, label, url } => {
                let phrase = match bond {
                    Bond::Cause => &say.linked_cause,
                    Bond::Track => &say.linked_issue,
                    Bond::Fix | Bond::Mention | Bond::Nothing => &say.linked_fix,
                };
                self.phrase(phrase, &[elsewhere("change", label, url)])
            }
            Notice::Commented { label, url, text } => {
                let issue = elsewhere("issue", label, url);
                self.phrase(&say.issue_commented, &[("who", who), issue]).quote(Some(text))
            }
            Notice::IssueClosed { label, url, given_up } => {
                let phrase = if *given_up { &say.issue_given_up } else { &say.issue_closed };
                self.phrase(phrase, &[elsewhere("issue", label, url)]).phrase(&say.is_it_resolved, &[])
            }
            Notice::IssueReopened { label, url } => {
                self.phrase(&say.issue_reopened, &[elsewhere("issue", label, url)])
            }
            Notice::NotWritten { host, why } => {
                self.phrase(&say.not_written, &[("host", text(host)), ("why", text(why))])
            }
            Notice::Blamed { service, deployment, caused } => {
                let phrase = if *caused { &say.blamed } else { &say.absolved };
                self.phrase(phrase, &[("service", text(service)), ("deployment", text(deployment))])
            }
            Notice::FixDeployed { service, all: true } => {
                self.phrase(&say.fix_deployed, &[("service", text(service))]).phrase(&say.is_it_resolved, &[])
            }
            Notice::FixDeployed { service, all: false } => {
                self.phrase(&say.fix_deployed_partly, &[("service", text(service))])
            }
            Notice::FixReverted { label: Some(label) } => {
                self.phrase(&say.fix_reverted, &[("change", text(label))])
            }
            Notice::FixReverted { label: None } => self.phrase(&say.fix_reverted_some, &[]),
            Notice::AlertsFire { count: 1, names } => {
                self.phrase(&say.alert_fires, &[]).quote(names.as_ref())
            }
            Notice::AlertsFire { count, names } => {
                self.phrase(&say.alerts_fire, &[("count", text(count))]).quote(names.as_ref())
            }
            Notice::AlertsOver => self.phrase(&say.alerts_over, &[]).phrase(&say.is_it_resolved, &[]),
            Notice::PostMortemAsked { due } => {
                self.phrase(&say.post_mortem_asked, &[("due", Piece::Time(*due))]).template()
            }
            Notice::PostMortemOverdue { due } => {
                self.phrase(&say.post_mortem_overdue, &[("due", Piece::Time(*due))])
            }
            Notice::PostMortemWritten { text } => {
                self.phrase(&say.post_mortem_written, &[("who", who)]).quote(Some(text))
            }
            Notice::Prompted { text } => self.phrase(&say.game_day, &[]).quote(Some(text)),
            Notice::DrillEnded => self.phrase(&say.game_day_over, &[]),
            Notice::Unreached { person } => {
                let person = self.person(person);
                self.phrase(&say.unreached, &[("who", person)])
            }
            Notice::Rated { stars } => {
                let stars = usize::from(stars.count());
                let stars = format!("{}{}", "★".repeat(stars), "☆".repeat(5 - stars.min(5)));
                self.phrase(&say.rated, &[("who", who), ("stars", text(stars))])
            }
            Notice::Escalated { why, note, late_by, .. } => {
                self.alarm(why, by).late(*late_by).quote(note.as_ref())
            }
        }
    }

    fn heard(&mut self, incident: &TicketKey, by: &Actor, what: &Heard) -> &mut Self {
        let say = self.phrases;
        let incident = Piece::Ticket(incident.clone());
        let (phrase, how) = match what {
            Heard::Said(_) => (&say.heard_said, None),
            Heard::Identified => (&say.heard_identified, None),
            Heard::Mitigated => (&say.heard_mitigated, None),
            Heard::Resolved(resolution) => (&say.heard_resolved, Some(how(say, *resolution))),
            Heard::Reopened => (&say.heard_reopened, None),
        };
        let who = self.actor(by);
        let holes = [("incident", incident), ("who", who), ("how", text(how.unwrap_or_default()))];
        self.phrase(phrase, &holes);
        match what {
            Heard::Said(message) => self.quote(Some(&message.text)),
            _ => self,
        }
    }

    fn template(&mut self) -> &mut Self {
        let asked = self.policy.spec().post_mortem.as_ref();
        match asked.map(|asked| asked.template.as_str()).filter(|template| !template.is_empty()) {
            Some(template) => self.say(&format!("\n{template}")),
            None => self,
        }
    }

    fn opened(
        &mut self,
        follows: Option<&TicketKey>,
        promises: &[(Target, Time)],
        out_of_hours: bool,
    ) -> &mut Self {
        let say = self.phrases;
        if let Some(closed) = follows {
            self.phrase(&say.goes_on_from, &[ticket(closed)]);
        }
        self.promised(promises, out_of_hours)
    }

    fn promised(&mut self, promises: &[(Target, Time)], out_of_hours: bool) -> &mut Self {
        let say = self.phrases;
        let of = |target| promises.iter().find(|(known, _)| *known == target).map(|(_, at)| *at);
        let (answer, solution) = (of(Target::Respond), of(Target::Resolve));
        if out_of_hours && answer.is_some() {
            self.phrase(&say.out_of_hours, &[]);
        }
        let (answer, solution) = (answer.map(Piece::Time), solution.map(Piece::Time));
        match (answer, solution) {
            (Some(answer), Some(solution)) => {
                self.phrase(&say.promised, &[("answer", answer), ("solution", solution)])
            }
            (Some(answer), None) => self.phrase(&say.promised_answer, &[("answer", answer)]),
            (None, Some(solution)) => self.phrase(&say.promised_solution, &[("solution", solution)]),
            (None, None) => self.phrase(&say.promised_nothing, &[]),
        }
    }

    fn resolved(&mut self, resolution: Resolution, note: Option<&TextRef>, by: &Actor) -> &mut Self {
        let say = self.phrases;
        let who = self.actor(by);
        match (by, resolution) {
            (Actor::Desk, Resolution::NoAnswer) => self.phrase(&say.resolved_unanswered, &[]),
            _ => self.phrase(&say.resolved, &[("who", who), ("how", text(how(say, resolution)))]),
        };
        self.quote(note);
        match resolution.counts() {
            true => self.phrase(&say.after_resolution, &[]),
            false => self,
        }
    }

    fn alarm(&mut self, why: &Alarm, by: &Actor) -> &mut Self {
        let say = self.phrases;
        match why {
            Alarm::Unowned { .. } => self.phrase(&say.unowned, &[]),
            Alarm::Silent { .. } => self.phrase(&say.silent, &[]),
            Alarm::AtRisk { target, deadline: Some(at) } => {
                self.phrase(&say.at_risk_by, &[promise(say, *target), ("deadline", Piece::Time(*at))])
            }
            Alarm::AtRisk { target, deadline: None } => self.phrase(&say.at_risk, &[promise(say, *target)]),
            Alarm::Breached { target, deadline: Some(at) } => {
                self.phrase(&say.broken_by, &[promise(say, *target), ("deadline", Piece::Time(*at))])
            }
            Alarm::Breached { target, deadline: None } => self.phrase(&say.broken, &[promise(say, *target)]),
            Alarm::Asked => {
                let who = self.actor(by);
                self.phrase(&say.asks_for_help, &[("who", who)])
            }
            Alarm::Unreached { person } => {
                let person = self.person(person);
                self.phrase(&say.please_look, &[("who", person)])
            }
        }
    }

    /// Less than a minute is nobody's concern.
    fn late(&mut self, seconds: u32) -> &mut Self {
        let say = self.phrases;
        match seconds / 60 {
            0 => self,
            minutes => {
                let length = print_length((minutes * 60).into());
                self.phrase(&say.late, &[("length", text(length))])
            }
        }
    }
}

pub(in crate::desk) fn text(words: impl ToString) -> Piece {
    Piece::Text(words.to_string())
}

pub(super) fn ticket(key: &TicketKey) -> (&'static str, Piece) {
    ("ticket", Piece::Ticket(key.clone()))
}

fn elsewhere(hole: &'static str, label: &str, url: &str) -> (&'static str, Piece) {
    (hole, Piece::Link { label: label.to_owned(), url: url.to_owned() })
}

/// From when to when.
pub(super) fn over(period: Period) -> [(&'static str, Piece); 2] {
    [("from", Piece::Time(period.from)), ("until", Piece::Time(period.until))]
}

fn promise(say: &Phrases, target: Target) -> (&'static str, Piece) {
    let promise = match target {
        Target::Acknowledge => &say.promise_look,
        Target::Respond | Target::NextResponse => &say.promise_answer,
        Target::Update => &say.promise_update,
        Target::Resolve => &say.promise_resolve,
    };
    ("promise", text(promise))
}

pub(super) fn how(say: &Phrases, resolution: Resolution) -> &str {
    match resolution {
        Resolution::CodeChange => &say.how_code_change,
        Resolution::Configuration => &say.how_configuration,
        Resolution::DataFix => &say.how_data_fix,
        Resolution::Explanation => &say.how_explanation,
        Resolution::CannotReproduce => &say.how_cannot_reproduce,
        Resolution::Duplicate => &say.how_duplicate,
        Resolution::NotABug => &say.how_not_a_bug,
        Resolution::ThirdParty => &say.how_third_party,
        Resolution::Declined => &say.how_declined,
        Resolution::NoAnswer => &say.how_no_answer,
        Resolution::NotATicket => &say.how_not_a_ticket,
    }
}
