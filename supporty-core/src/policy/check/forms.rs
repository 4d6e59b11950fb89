//! What contradicts itself in the form, in permissions and in game days.

use super::Check;
use crate::policy::{Field, Grant, PolicyError};
use crate::vocab::Text;

impl Check<'_> {
    pub(super) fn forms(&mut self) {
        let spec = self.spec;
        for (index, field) in spec.fields.iter().enumerate() {
            let path = |part: &str| format!("fields/{index}/{part}");
            let wrong = |why| PolicyError::Field { field: field.id.clone(), why };
            if !self.seen.insert(("field", field.id.to_string())) {
                self.push(path("id"), wrong("another field has that short name: give each its own"));
            }
            if field.id.as_str() == Field::IMPACT && !field.options.is_empty() {
                self.push(path("options"), wrong("the impact is told in words: leave the options out"));
            }
            if let Some(option) = field.restricts.iter().find(|option| !field.options.contains(option)) {
                let at = field.restricts.iter().position(|other| other == option).unwrap_or_default();
                self.push(
                    path(&format!("restricts/{at}")),
                    wrong("it is restricted by what is no option of it"),
                );
            }
            if !field.restricts.is_empty() && spec.private_channel.is_none() {
                self.push(path("restricts"), PolicyError::NoPrivateChannel(format!("field `{}`", field.id)));
            }
            self.names(&path("when"), &format!("field `{}`", field.id), &field.when);
        }
        for (permission, grants) in &spec.permissions {
            let path = format!("permissions/{permission}");
            let place = || format!("permission `{permission}`");
            for grant in grants {
                let here = format!("{path}/{grant}");
                match grant {
                    Grant::Person(person) => self.person(here, person, place),
                    Grant::Role(role) if !spec.people.values().any(|one| one.roles.contains(role)) => {
                        self.unknown(here, place(), "role", role);
                    }
                    _ => {}
                }
            }
        }
        for (id, drill) in &spec.drills {
            let place = || format!("drill `{id}`");
            if !spec.priorities.iter().any(|priority| priority.id == drill.priority) {
                self.unknown(format!("drills/{id}/priority"), place(), "priority", drill.priority.as_str());
            }
            if let Some(area) = drill.area.as_ref().filter(|area| !spec.areas.contains_key(*area)) {
                self.unknown(format!("drills/{id}/area"), place(), "area", area.as_str());
            }
            for person in &drill.participants {
                self.person(format!("drills/{id}/participants/{person}"), person, place);
            }
            let said = drill.script.iter().map(|(_, said)| (said.as_str(), Text::MESSAGE));
            let texts = [(drill.title.as_str(), Text::TITLE)].into_iter().chain(said);
            if texts.into_iter().any(|(text, most)| Text::new(text, most).is_err()) {
                let why = "its title and every line of its script must be a text that can be posted";
                self.push(format!("drills/{id}/title"), PolicyError::Drill { drill: id.clone(), why });
            }
        }
    }
}
