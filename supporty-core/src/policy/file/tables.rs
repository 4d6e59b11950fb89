//! What the file may say, table by table.

use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

use super::clock_words::{Date, DateHours, Day, Every, HoursLine, Moment};
use super::reader::{At, Many, Named, Problems, Read, tables};
use super::words::{ContactWord, Count, Flag, Length, ScriptLine, Text};
use crate::policy::{Assignees, Grant, PriorityChange, Repeat, ReplyMode, Trigger};
use crate::time::{Budget, Zone};
use crate::vocab::{Audience, Kind, PauseReason, ReopenMode, Repository, Warning};

tables! {
    /// A policy.
    PolicyTable {
        /// What the desk is called.
        name "name": At<Text>,
        /// What stands before the dash of a ticket's key: capital letters and digits, a letter first.
        key_prefix "key_prefix": At<Text>,
        /// The desk's own channel: tickets stand there, and it hears what nobody else can.
        channel "channel": At<Text>,
        /// Where restricted tickets stand: a channel that only few are in. Without one, no ticket can be restricted.
        private_channel "private_channel": At<Text>,
        /// The zone of calendars that name none.
        zone "zone": At<Zone>,
        /// The priority that a form proposes.
        default_priority "default_priority": At<Text>,
        /// Days that are closed in calendars that name no holidays of their own: dates, or dates with their names.
        holidays "holidays": Holidays,
        /// The calendars, by name. `always`, `office` (Mon-Fri 09:00-18:00) and `weekdays` are there unless they are said anew.
        calendars "calendars": Named<CalendarTable>,
        /// What happens where a team may choose.
        modes "modes": ModesTable,
        /// How long things last.
        limits "limits": LimitsTable,
        /// The priorities, most urgent first. If there are any, they stand for the default ones.
        priorities "priorities": Many<PriorityTable>,
        /// Promises of their own for some tickets: the first rule that matches applies.
        rules "rules": Many<RuleTable>,
        /// What the form asks beside the usual questions.
        fields "fields": Many<FieldTable>,
        /// What is left to some people, by what it is: `resolve = ["owner", "lead"]`. Whatever is not named here is open.
        permissions "permissions": Named<Many<Grant>>,
        /// What a critical ticket that ended asks for.
        post_mortem "post_mortem": PostMortemTable,
        /// How long things are kept that nobody needs for ever.
        retention "retention": RetentionTable,
        /// The game days that can be begun, by short name.
        drills "drills": Named<DrillTable>,
        /// The engineers, by short name. Without any, everybody may act as one.
        people "people": Named<PersonTable>,
        /// The squads, by short name.
        squads "squads": Named<SquadTable>,
        /// The areas of the product, by short name.
        areas "areas": Named<AreaTable>,
        /// What is written on code hosts.
        code "code": CodeTable,
        /// What is deployed, by short name.
        services "services": Named<ServiceTable>,
        /// Who is on when, by short name.
        rotas "rotas": Named<RotaTable>,
        /// What being on call is paid.
        pay "pay": PayTable,
    }

    /// A calendar.
    CalendarTable {
        /// When it is open by the week: `mon-fri 09:00-12:00, 13:00-17:30`, several such lines, or `always`.
        hours "hours": Many<HoursLine>,
        /// Whose clocks.
        zone "zone": At<Zone>,
        /// Days that are closed: dates, or dates with their names.
        holidays "holidays": Holidays,
        /// iCalendar files with more such days, beside the policy's file.
        holiday_files "holiday_files": Many<Text>,
        /// Dates with hours of their own, which win over the week and over holidays: `09:00-12:00` or `closed`.
        dates "dates": Named<DateHours>,
        /// Open whenever one of these calendars is.
        any_of "any_of": Many<Member>,
        /// Open whenever all of these calendars are.
        all_of "all_of": Many<Member>,
    }

    /// Modes.
    ModesTable {
        /// What a change of priority does to the clocks: `fair` (raising runs the new promise from the change, lowering carries), `carry`, `restart` or `keep-earlier`.
        priority_change "priority_change": PriorityChange,
        /// What reopening does to the resolve clock: `continue` (the time while it was resolved does not count), `restart` or `freeze`.
        reopen "reopen": ReopenMode,
        /// What the requester's reply to a resolved ticket does: `ask` them, `always` reopen, or `never`.
        reply_after_resolution "reply_after_resolution": ReplyMode,
    }

    /// Limits.
    LimitsTable {
        /// How long a resolved ticket can be reopened.
        reopening_window "reopening_window": Length,
        /// How long a merge can be undone.
        unmerge_window "unmerge_window": Length,
        /// How long a wait may last.
        longest_wait "longest_wait": Length,
        /// How long after the beginning of a wait on the requester they are reminded.
        nudge "nudge": Budget,
        /// How long after the reminder a silent requester's ticket is resolved.
        no_answer "no_answer": Budget,
        /// The calendar of these two.
        wait_clock "wait_clock": At<Text>,
    }

    /// Retention.
    RetentionTable {
        /// How long after the last thing that happened on a closed ticket what people wrote there is kept: `2 years`. For ever, unless it is said.
        texts "texts": Length,
        /// How long it is known what was answered to a delivery, should it come again: `30 days`. For ever, unless it is said.
        handled "handled": At<Length>,
    }

    /// A priority.
    PriorityTable {
        /// Its short name, such as `P1`.
        id "id": At<Text>,
        /// What it is called.
        name "name": Text,
        /// Its runbooks are posted when it is opened, everybody whom its ladder names is woken by their contacts, and a post-mortem follows it: `false`, unless it is said.
        critical "critical": Flag,
        /// What belongs here.
        examples "examples": Many<Text>,
        /// The calendar of its promises that name none, and of whatever else is measured: unowned, silent, repeats.
        clock "clock": At<Text>,
        /// What it promises.
        promises "promises": PromisesTable,
        /// How long an owner is silent before anybody may take over.
        take_over_after "take_over_after": Length,
        /// How long an acknowledgement counts without activity.
        acknowledgement_lapses "acknowledgement_lapses": Length,
        /// The steps of its ladder, lowest first.
        ladder "ladder": Many<RungTable>,
    }

    /// Promises.
    PromisesTable {
        /// Somebody takes it, or somebody who was told says so.
        acknowledge "acknowledge": At<PromiseValue>,
        /// The first answer by a human who is not the requester.
        respond "respond": At<PromiseValue>,
        /// From the requester's first unanswered message to our next answer.
        next_response "next_response": At<PromiseValue>,
        /// We say something at least every so often.
        update "update": At<PromiseValue>,
        /// The ticket is resolved.
        resolve "resolve": At<PromiseValue>,
    }

    /// A promise.
    PromiseTable {
        /// How much time it gives: `1h 30m` or `2 working days`.
        within "within": At<Budget>,
        /// The calendar that measures it.
        clock "clock": At<Text>,
        /// What stops its clock: waiting on the `requester`, a `third-party` or a `deploy`.
        pauses "pauses": Many<PauseReason>,
        /// When to warn: `80%` or `30m before`.
        warnings "warnings": Many<Warning>,
    }

    /// A step of a ladder.
    RungTable {
        /// When it is taken: `unowned for 10m`, `silent for 2h`, `at 50% of resolve`, `30m before resolve`, `resolve is broken`, `1h after resolve`.
        when "when": At<Trigger>,
        /// Whom it tells.
        tell "tell": Many<Audience>,
        /// How it is taken again: `every 30m, at most 6 times`.
        repeat "repeat": At<Repeat>,
        /// The calendar outside which it waits for the next opening.
        hours "hours": At<Text>,
    }

    /// A rule.
    RuleTable {
        /// What it is called.
        name "name": At<Text>,
        /// Which tickets it is for.
        when "when": ConditionTable,
        /// What they are promised instead of what their priority promises.
        promises "promises": PromisesTable,
    }

    /// A condition.
    ConditionTable {
        /// Tickets of one of these priorities.
        priority "priority": Many<Text>,
        /// Tickets in one of these areas.
        area "area": Many<Text>,
        /// One of these kinds of work.
        kind "kind": Many<Kind>,
        /// Asked for by somebody of one of these squads.
        requester_squad "requester_squad": Many<Text>,
    }

    /// A field.
    FieldTable {
        /// Its short name.
        id "id": At<Text>,
        /// What is asked.
        label "label": Text,
        /// What it can be answered with. Without any, with words.
        options "options": Many<Text>,
        /// Whether it must be answered: `false`, unless it is said.
        required "required": Flag,
        /// Which tickets it is asked for: all of them, unless it is said.
        when "when": ConditionTable,
        /// The options that restrict the ticket to its readers.
        restricts "restricts": Many<Text>,
    }

    /// A post-mortem.
    PostMortemTable {
        /// Whether it is asked for: `true`, unless it is said.
        asked "asked": Flag,
        /// How much time there is for it: `5 working days`.
        within "within": At<Budget>,
        /// The calendar that measures it.
        clock "clock": At<Text>,
        /// What it should say.
        template "template": Text,
    }

    /// A game day.
    DrillTable {
        /// What its ticket is called.
        title "title": At<Text>,
        /// What else it says.
        details "details": At<Text>,
        /// How urgent it pretends to be.
        priority "priority": At<Text>,
        /// Where.
        area "area": At<Text>,
        /// Who takes part. Nobody else is told.
        participants "participants": Many<Text>,
        /// What is said in its thread, and when: `10m: the payment provider says that they see nothing`.
        script "script": Many<ScriptLine>,
    }

    /// A person.
    PersonTable {
        /// What they are called.
        name "name": Text,
        /// Their accounts.
        identities "identities": Many<IdentityTable>,
        /// What they are, for permissions: `incident-manager`, `security`.
        roles "roles": Many<Text>,
        /// Whose clocks and dates they are paid by: their rota's, unless it is said.
        zone "zone": At<Zone>,
        /// The calendar whose holidays are theirs.
        holidays "holidays": At<Text>,
        /// How they are woken, in order, each with the time to say that they are looking: `slack for 5m`.
        contacts "contacts": Many<ContactWord>,
    }

    /// An account.
    IdentityTable {
        /// Where: `slack`, `github`, `local`.
        adapter "adapter": Text,
        /// The account's id there.
        user "user": Text,
    }

    /// A squad.
    SquadTable {
        /// What it is called.
        name "name": Text,
        /// Its channel.
        channel "channel": Text,
        /// Who belongs to it, with a first and a last day where there is one.
        members "members": Many<MemberValue>,
        /// Who leads it.
        lead "lead": At<Text>,
        /// Who looks after it in its hours.
        gardener "gardener": At<Text>,
        /// Who looks after it outside them.
        on_call "on_call": Many<Text>,
        /// The rota of its gardeners, which goes before `gardener`.
        gardener_rota "gardener_rota": At<Text>,
        /// The rota of who looks after it outside its hours, which goes before `on_call`.
        on_call_rota "on_call_rota": At<Text>,
        /// How its tickets are given to people: `{ to = "gardener" }`. They take them themselves, unless it is said.
        assign "assign": At<AssignTable>,
        /// Its hours: a calendar, `office` unless it is said.
        hours "hours": At<Text>,
    }

    /// How tickets are assigned.
    AssignTable {
        /// To whom: the `gardener`, whoever is `on-call`, or the `members`.
        to "to": At<Assignees>,
        /// How many open requests and incidents one person may own before they are given no more: 5, unless it is said.
        limit "limit": At<Count>,
    }

    /// An area.
    AreaTable {
        /// What it is called.
        name "name": Text,
        /// The squad that owns it.
        squad "squad": At<Text>,
        /// What helps with it: links, posted when a critical ticket is opened.
        runbooks "runbooks": Many<Text>,
        /// Every ticket in it is restricted to its readers: `false`, unless it is said.
        restricted "restricted": At<Flag>,
        /// Where issues are opened for its tickets: `github/acme/shop`.
        issues "issues": Repository,
    }

    /// What is written on code hosts. By itself nothing is: repositories have readers of their own.
    CodeTable {
        /// Where issues are opened for tickets whose area names no place of its own: the adapter of the host and the name there, `github/acme/shop`.
        issues "issues": Repository,
        /// What is put on those issues, and on changes that are meant to solve a ticket.
        labels "labels": Many<Text>,
        /// A change hears below it which ticket it solves or caused: `false`, unless it is said.
        comments "comments": Flag,
        /// A change that is meant to solve a ticket shows it beside its newest commit: `false`, unless it is said.
        checks "checks": Flag,
    }

    /// A service.
    ServiceTable {
        /// What it is called.
        name "name": Text,
        /// The squad that deploys it.
        squad "squad": At<Text>,
    }

    /// A rota.
    RotaTable {
        /// What it is called.
        name "name": Text,
        /// Whose clocks and dates.
        zone "zone": At<Zone>,
        /// The squad whose channel and lead hear about it.
        squad "squad": At<Text>,
        /// How many people must be on: 1, unless it is said.
        people_on "people_on": At<Count>,
        /// The calendar in which they must be: always, unless it is said.
        cover "cover": At<Text>,
        /// Who stands in where nobody is on, in order.
        fallback "fallback": Many<Text>,
        /// Who takes turns. The highest layer that has somebody on counts.
        rotations "rotations": Many<RotationTable>,
    }

    /// A rotation.
    RotationTable {
        /// Its layer: 0, unless it is said. A higher one masks a lower one; those of one layer are on together.
        layer "layer": At<Count>,
        /// How long a turn is, by the clock on the wall: `week`, `2 weeks`, `day`, `12 hours`, `month`.
        every "every": At<Every>,
        /// When the first turn begins: `2026-01-05 09:00`. Every handoff is at this time of day.
        start "start": At<Moment>,
        /// When the rotation ends.
        end "end": At<Moment>,
        /// How long somebody is on from the beginning of their turn, where that is less than all of it.
        lasts "lasts": At<Length>,
        /// The calendar in which they are on. A turn without any such hour is nobody's, so that everybody serves.
        hours "hours": At<Text>,
        /// Who, in order: names, several of them for people who are on together, or tables with first and last days.
        members "members": Many<MemberValue>,
    }

    /// Pay.
    PayTable {
        /// The currency's three letters: `GBP`.
        currency "currency": At<Text>,
        /// How many digits stand after its point: 2, unless it is said.
        digits "digits": At<Count>,
        /// Working hours on everybody's own clocks, in which standing by is not paid: `mon-fri 09:00-17:30`.
        working "working": At<Many<HoursLine>>,
        /// The days of the weekend: Saturday and Sunday, unless they are said.
        weekend "weekend": Many<Day>,
        /// How much of a call-out is paid at least.
        minimum_call_out "minimum_call_out": Length,
        /// Somebody who is on for two rotas at once is paid for one: the one whose short name comes first. `true`, unless it is said.
        once "once": Flag,
        /// The rotas that are paid: all of them, unless some are named.
        rotas "rotas": Many<Text>,
        /// More time on call in a row than this is warned of.
        longest_on_call "longest_on_call": Length,
        /// Less rest than this between a call-out and the next working hours is warned of.
        rest_after_call_out "rest_after_call_out": Length,
        /// The rates, each from a day on, in order.
        rates "rates": Many<RatesTable>,
    }

    /// Rates.
    RatesTable {
        /// Their first day.
        from "from": At<Date>,
        /// What an hour of standing by is paid.
        standby "standby": BandsTable,
        /// What an hour of being called out is paid, beside that.
        call_out "call_out": BandsTable,
    }

    /// What an hour is paid.
    BandsTable {
        /// Outside working hours on a day of work: `2.50`.
        weeknight "weeknight": At<Text>,
        /// On a weekend.
        weekend "weekend": At<Text>,
        /// On a holiday of theirs.
        holiday "holiday": At<Text>,
    }

    /// A member with dates.
    MemberTable {
        /// Who.
        person "person": At<Text>,
        /// Who, where several are on together.
        people "people": Many<Text>,
        /// Their first day.
        from "from": At<Date>,
        /// Their last day.
        until "until": At<Date>,
    }
}

/// Somebody by name, or with dates.
#[derive(Debug)]
pub(super) struct MemberValue(pub(super) MemberTable);

impl Read for MemberValue {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(_) => MemberTable::read(value, problems).map(Self),
            DeValue::Array(_) => Many::read(value, problems)
                .map(|people| Self(MemberTable { people: Some(people), ..MemberTable::default() })),
            _ => At::read(value, problems)
                .map(|person| Self(MemberTable { person: Some(person), ..MemberTable::default() })),
        }
    }

    fn schema() -> Value {
        json!({ "anyOf": [Text::schema(), Many::<Text>::schema(), MemberTable::schema()] })
    }
}

/// A promise in short, `"1h"`, or in full.
#[derive(Debug)]
pub(super) struct PromiseValue(pub(super) PromiseTable);

impl Read for PromiseValue {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(_) => PromiseTable::read(value, problems).map(Self),
            _ => At::read(value, problems)
                .map(|within| Self(PromiseTable { within: Some(within), ..PromiseTable::default() })),
        }
    }

    fn schema() -> Value {
        json!({ "anyOf": [Budget::schema(), PromiseTable::schema()] })
    }
}

/// Closed days with their names, which may be empty.
#[derive(Debug)]
pub(super) struct Holidays(pub(super) Vec<(chrono::NaiveDate, String)>);

impl Read for Holidays {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            let dates = Many::<Date>::read(value, problems)?.0;
            return Some(Self(dates.into_iter().map(|date| (date.value.0, String::new())).collect()));
        }
        let named = Named::<Text>::read(value, problems)?.0;
        let days = named.into_iter().filter_map(|(key, name)| {
            let date = super::clock_words::date(&key.value);
            if date.is_none() {
                let message = format!("`{}` is not a date", super::reader::shown(&key.value));
                problems.error(key.span, message, "here", Some("write it as `2026-12-25`".to_owned()));
            }
            Some((date?, name.value.0))
        });
        Some(Self(days.collect()))
    }

    fn schema() -> Value {
        json!({ "anyOf": [Many::<Date>::schema(), Named::<Text>::schema()] })
    }
}

/// A calendar by name, or one without.
#[derive(Debug)]
pub(super) enum Member {
    Named(String),
    Inline(Box<CalendarTable>),
}

impl Read for Member {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(_) => {
                CalendarTable::read(value, problems).map(|table| Self::Inline(Box::new(table)))
            }
            _ => Text::read(value, problems).map(|name| Self::Named(name.0)),
        }
    }

    fn schema() -> Value {
        json!({ "anyOf": [{ "type": "string" }, { "type": "object" }] })
    }
}
