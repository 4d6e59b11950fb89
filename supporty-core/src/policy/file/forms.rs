//! From what the file says about the form, permissions, post-mortems and game days to the policy, and back.

use std::collections::BTreeSet;

use super::lower::Lower;
use super::print::{list, quoted};
use super::reader::{At, Many, Named};
use super::tables::{DrillTable, FieldTable, PostMortemTable};
use crate::policy::{Code, Condition, Drill, Field, Grant, PolicySpec, PostMortem, Retention};
use crate::time::print_length;
use crate::vocab::{DrillId, Permission, PersonId};

const MOST_FIELDS: usize = 50;
const MOST_LINES: usize = 200;

impl Lower<'_> {
    pub(super) fn fields(&mut self, spec: &mut PolicySpec, tables: Option<Many<FieldTable>>) {
        let tables = self.at_most(MOST_FIELDS, "fields", tables.map(|many| many.0).unwrap_or_default());
        for At { value: table, span } in tables {
            let here = format!("fields/{}", spec.fields.len());
            let head = span.start..span.start + 1;
            self.places.insert(here.clone(), head.clone());
            let Some(id) = table.id else {
                self.missing(head, "id", "id = \"impact\"");
                continue;
            };
            let id = self.placed(&format!("{here}/id"), id).0;
            spec.fields.push(Field {
                label: table.label.map_or_else(|| id.clone(), |label| label.0),
                id: id.as_str().into(),
                options: self.texts(&format!("{here}/options"), table.options),
                required: table.required.is_some_and(|flag| flag.0),
                when: self.condition(&format!("{here}/when"), table.when),
                restricts: self.texts(&format!("{here}/restricts"), table.restricts).into_iter().collect(),
            });
        }
    }

    pub(super) fn permissions(&mut self, spec: &mut PolicySpec, tables: Option<Named<Many<Grant>>>) {
        for (name, grants) in tables.map(|tables| tables.0).unwrap_or_default() {
            let Some(permission) = Permission::parse(&name.value) else {
                let known: Vec<_> = Permission::ALL.iter().map(|known| known.as_str()).collect();
                self.problems.unknown_key(&name.value, name.span, &known);
                continue;
            };
            self.places.insert(format!("permissions/{permission}"), name.span);
            let grants = grants.value.0.into_iter().map(|grant| {
                let place = format!("permissions/{permission}/{}", grant.value);
                self.placed(&place, grant)
            });
            let grants: BTreeSet<_> = grants.collect();
            spec.permissions.insert(permission, grants);
        }
    }

    pub(super) fn post_mortem(&mut self, spec: &mut PolicySpec, table: Option<PostMortemTable>) {
        let Some(table) = table else { return };
        let Some(known) = spec.post_mortem.take() else { return };
        if table.asked.is_some_and(|asked| !asked.0) {
            return;
        }
        spec.post_mortem = Some(PostMortem {
            within: table.within.map_or(known.within, |within| self.placed("post_mortem/within", within)),
            clock: table
                .clock
                .map_or(known.clock, |clock| self.placed("post_mortem/clock", clock).0.as_str().into()),
            template: table.template.map_or(known.template, |template| template.0),
        });
    }

    pub(super) fn drills(&mut self, spec: &mut PolicySpec, tables: Option<Named<DrillTable>>) {
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let path = |field: &str| format!("drills/{}/{field}", id.value);
            let table = table.value;
            self.places.insert(format!("drills/{}", id.value), id.span.clone());
            let participants = table.participants.map(|many| many.0).unwrap_or_default().into_iter();
            let participants = participants.map(|name| {
                let place = format!("{}/{}", path("participants"), name.value.0);
                PersonId::new(self.placed(&place, name).0)
            });
            let participants = participants.collect();
            let script = table.script.map(|many| many.0).unwrap_or_default();
            let script = self.at_most(MOST_LINES, "lines of a script", script).into_iter();
            let priority = table.priority.map(|name| self.placed(&path("priority"), name).0.as_str().into());
            let drill = Drill {
                title: table.title.map_or_else(|| id.value.clone(), |at| self.placed(&path("title"), at).0),
                details: table.details.map(|at| self.placed(&path("details"), at).0).unwrap_or_default(),
                priority: priority.unwrap_or_else(|| spec.default_priority.clone()),
                area: table.area.map(|name| self.placed(&path("area"), name).0.as_str().into()),
                participants,
                script: script.map(|line| (line.value.0, line.value.1)).collect(),
            };
            spec.drills.insert(DrillId::new(&id.value), drill);
        }
    }
}

pub(super) fn field_lines(field: &Field, line: &mut impl FnMut(String)) {
    line("\n[[fields]]".to_owned());
    line(format!("id = {}", quoted(field.id.as_str())));
    line(format!("label = {}", quoted(&field.label)));
    line(format!("options = {}", list(field.options.iter().map(String::as_str))));
    line(format!("required = {}", field.required));
    line(format!("restricts = {}", list(field.restricts.iter().map(String::as_str))));
    condition_lines("fields.when", &field.when, line);
}

pub(super) fn condition_lines(table: &str, when: &Condition, line: &mut impl FnMut(String)) {
    line(format!("[{table}]"));
    line(format!("priority = {}", list(when.priority.iter().map(|id| id.as_str()))));
    line(format!("area = {}", list(when.area.iter().map(|id| id.as_str()))));
    line(format!("kind = {}", list(when.kind.iter().map(|kind| kind.as_str()))));
    line(format!("requester_squad = {}", list(when.requester_squad.iter().map(|id| id.as_str()))));
}

pub(super) fn permission_lines(spec: &PolicySpec, line: &mut impl FnMut(String)) {
    if !spec.permissions.is_empty() {
        line("\n[permissions]".to_owned());
    }
    for (permission, grants) in &spec.permissions {
        let grants: Vec<_> = grants.iter().map(ToString::to_string).collect();
        line(format!("{permission} = {}", list(grants.iter().map(String::as_str))));
    }
}

pub(super) fn post_mortem_lines(spec: &PolicySpec, line: &mut impl FnMut(String)) {
    line("\n[post_mortem]".to_owned());
    match &spec.post_mortem {
        None => line("asked = false".to_owned()),
        Some(post_mortem) => {
            line(format!("within = {}", quoted(&post_mortem.within.to_string())));
            line(format!("clock = {}", quoted(post_mortem.clock.as_str())));
            line(format!("template = {}", quoted(&post_mortem.template)));
        }
    }
}

pub(super) fn retention_lines(spec: &PolicySpec, line: &mut impl FnMut(String)) {
    let Retention { texts, handled } = spec.retention;
    if !spec.retention.is_for_ever() {
        line("\n[retention]".to_owned());
    }
    for (name, length) in [("texts", texts), ("handled", handled)] {
        if let Some(length) = length {
            line(format!("{name} = {}", quoted(&print_length(length.into()))));
        }
    }
}

pub(super) fn code_lines(spec: &PolicySpec, line: &mut impl FnMut(String)) {
    let Code { issues, labels, comments, checks } = &spec.code;
    if !spec.code.is_silent() {
        line("\n[code]".to_owned());
    }
    issues.iter().for_each(|place| line(format!("issues = {}", quoted(&place.to_string()))));
    if !labels.is_empty() {
        line(format!("labels = {}", list(labels.iter().map(String::as_str))));
    }
    for (name, on) in [("comments", comments), ("checks", checks)] {
        if *on {
            line(format!("{name} = true"));
        }
    }
}

pub(super) fn drill_lines(id: &str, drill: &Drill, line: &mut impl FnMut(String)) {
    line(format!("\n[drills.{}]", quoted(id)));
    line(format!("title = {}", quoted(&drill.title)));
    line(format!("details = {}", quoted(&drill.details)));
    line(format!("priority = {}", quoted(drill.priority.as_str())));
    drill.area.iter().for_each(|area| line(format!("area = {}", quoted(area.as_str()))));
    line(format!("participants = {}", list(drill.participants.iter().map(|id| id.as_str()))));
    let script =
        drill.script.iter().map(|(after, said)| format!("{}: {said}", print_length((*after).into())));
    let script: Vec<_> = script.collect();
    line(format!("script = {}", list(script.iter().map(String::as_str))));
}
