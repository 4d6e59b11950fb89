//! From what the file says about people, squads, areas and rotas to the policy.

use super::lower::Lower;
use super::reader::{At, Many, Named};
use super::tables::{
    AreaTable, AssignTable, MemberTable, MemberValue, PersonTable, RotaTable, RotationTable, ServiceTable,
    SquadTable,
};
use super::words::Text;
use crate::policy::{
    Area, Assignment, Member, Membership, Person, PolicySpec, Rota, Rotation, Service, Squad,
};
use crate::vocab::{AreaId, Identity, PersonId, RotaId, ServiceId, SquadId};

const MOST_ROTATIONS: usize = 100;
const MOST_MEMBERS: usize = 1_000;

impl Lower<'_> {
    pub(super) fn people(&mut self, spec: &mut PolicySpec, tables: Option<Named<PersonTable>>) {
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let path = |field: &str| format!("people/{}/{field}", id.value);
            let identities = table.value.identities.map(|many| many.0).unwrap_or_default();
            let mut known = Vec::new();
            for identity in identities {
                match (identity.value.adapter, identity.value.user) {
                    (Some(adapter), Some(user)) => {
                        self.places.insert(format!("{}/{}", path("identities"), known.len()), identity.span);
                        known.push(Identity { adapter: adapter.0.as_str().into(), user: user.0, bot: false });
                    }
                    _ => {
                        let example = "{ adapter = \"slack\", user = \"U123\" }";
                        self.missing(identity.span, "adapter` or `user", example);
                    }
                }
            }
            self.places.insert(format!("people/{}", id.value), id.span);
            let contacts =
                table.value.contacts.map(|many| many.0).unwrap_or_default().into_iter().enumerate();
            let contacts = contacts
                .map(|(index, one)| self.placed(&format!("{}/{index}", path("contacts")), one).0)
                .collect();
            let roles = self.texts(&path("roles"), table.value.roles).into_iter().collect();
            let holidays = table.value.holidays.map(|name| self.placed(&path("holidays"), name).0);
            let person = Person {
                name: table.value.name.map_or_else(|| id.value.clone(), |name| name.0),
                identities: known,
                roles,
                zone: table.value.zone.map(|zone| zone.value),
                holidays: holidays.map(|name| name.as_str().into()),
                contacts,
            };
            spec.people.insert(PersonId::new(&id.value), person);
        }
    }

    pub(super) fn squads(&mut self, spec: &mut PolicySpec, tables: Option<Named<SquadTable>>) {
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let path = |field: &str| format!("squads/{}/{field}", id.value);
            let table = table.value;
            let named = |lower: &mut Self, field: &str, name: Option<At<Text>>| {
                name.map(|name| lower.placed(&path(field), name).0)
            };
            let lead = named(self, "lead", table.lead).map(PersonId::new);
            let gardener = named(self, "gardener", table.gardener).map(PersonId::new);
            let gardener_rota = named(self, "gardener_rota", table.gardener_rota).map(RotaId::new);
            let on_call_rota = named(self, "on_call_rota", table.on_call_rota).map(RotaId::new);
            let members = self.members(&path("members"), table.members);
            let members = members.into_iter().flat_map(|member| {
                let Member { people, from, until } = member;
                people.into_iter().map(move |person| Membership { person, from, until })
            });
            let on_call = self.texts(&path("on_call"), table.on_call).iter().map(PersonId::new).collect();
            let assign = table.assign.and_then(|assign| self.assignment(&path("assign"), assign));
            let hours = named(self, "hours", table.hours).unwrap_or_else(|| "office".to_owned());
            let squad = Squad {
                name: table.name.map_or_else(|| id.value.clone(), |name| name.0),
                channel: table.channel.map(|channel| channel.0.as_str().into()),
                members: members.collect(),
                lead,
                gardener,
                on_call,
                gardener_rota,
                on_call_rota,
                assign,
                hours: hours.as_str().into(),
            };
            spec.squads.insert(SquadId::new(&id.value), squad);
        }
    }

    fn assignment(&mut self, path: &str, table: At<AssignTable>) -> Option<Assignment> {
        let At { value: table, span } = table;
        if table.to.is_none() && !table.short {
            self.missing(span, "to", "to = \"gardener\"");
        }
        let limit =
            table.limit.map_or(Assignment::LIMIT, |limit| self.placed(&format!("{path}/limit"), limit).0);
        Some(Assignment { to: self.placed(&format!("{path}/to"), table.to?), limit })
    }

    pub(super) fn areas(&mut self, spec: &mut PolicySpec, tables: Option<Named<AreaTable>>) {
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let Some(squad) = table.value.squad else {
                self.missing(id.span, "squad", "squad = \"web\"");
                continue;
            };
            let squad = SquadId::new(self.placed(&format!("areas/{}/squad", id.value), squad).0);
            let name = table.value.name.map_or_else(|| id.value.clone(), |name| name.0);
            let restricted = table
                .value
                .restricted
                .is_some_and(|flag| self.placed(&format!("areas/{}/restricted", id.value), flag).0);
            let runbooks = self.texts(&format!("areas/{}/runbooks", id.value), table.value.runbooks);
            let area = Area { name, squad, runbooks, restricted, issues: table.value.issues };
            spec.areas.insert(AreaId::new(&id.value), area);
        }
    }

    pub(super) fn services(&mut self, spec: &mut PolicySpec, tables: Option<Named<ServiceTable>>) {
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let Some(squad) = table.value.squad else {
                self.missing(id.span, "squad", "squad = \"web\"");
                continue;
            };
            let squad = SquadId::new(self.placed(&format!("services/{}/squad", id.value), squad).0);
            let name = table.value.name.map_or_else(|| id.value.clone(), |name| name.0);
            spec.services.insert(ServiceId::new(&id.value), Service { name, squad });
        }
    }

    pub(super) fn rotas(&mut self, spec: &mut PolicySpec, tables: Option<Named<RotaTable>>) {
        let zone = spec.zone();
        for (id, table) in tables.map(|tables| tables.0).unwrap_or_default() {
            let path = |field: &str| format!("rotas/{}/{field}", id.value);
            let table = table.value;
            self.places.insert(format!("rotas/{}", id.value), id.span.clone());
            let named = |lower: &mut Self, field: &str, name: Option<At<Text>>| {
                name.map(|name| lower.placed(&path(field), name).0)
            };
            let squad = named(self, "squad", table.squad).map(SquadId::new);
            let cover = named(self, "cover", table.cover).map(|name| name.as_str().into());
            let rotations = table.rotations.map(|many| many.0).unwrap_or_default();
            let mut known: Vec<Rotation> = Vec::new();
            for one in self.at_most(MOST_ROTATIONS, "rotations", rotations) {
                // One that can not be read has no number, so that those after it keep their places.
                known.extend(self.rotation(&format!("{}/{}", path("rotations"), known.len()), one));
            }
            let rota = Rota {
                name: table.name.map_or_else(|| id.value.clone(), |name| name.0),
                zone: table.zone.map_or_else(|| zone.clone(), |zone| zone.value),
                squad,
                rotations: known,
                people_on: table.people_on.map_or(1, |count| self.placed(&path("people_on"), count).0),
                cover,
                fallback: self.texts(&path("fallback"), table.fallback).iter().map(PersonId::new).collect(),
            };
            spec.rotas.insert(RotaId::new(&id.value), rota);
        }
    }

    fn rotation(&mut self, path: &str, table: At<RotationTable>) -> Option<Rotation> {
        let At { value: table, span } = table;
        let head = span.start..span.start + 1;
        self.places.insert(path.to_owned(), head.clone());
        if table.every.is_none() && !table.short {
            self.missing(head.clone(), "every", "every = \"week\"");
        }
        if table.start.is_none() && !table.short {
            self.missing(head, "start", "start = \"2026-01-05 09:00\"");
        }
        let (every, start) = (table.every?, table.start?);
        let every = self.placed(&format!("{path}/length"), every);
        let end = table.end.map(|end| self.placed(&format!("{path}/end"), end).0);
        let hours = table.hours.map(|hours| self.placed(&format!("{path}/hours"), hours).0);
        Some(Rotation {
            layer: table.layer.map_or(0, |layer| layer.value.0),
            every: every.1,
            length: every.0,
            start: self.placed(&format!("{path}/start"), start).0,
            end,
            lasts: table.lasts.map(|lasts| self.placed(&format!("{path}/lasts"), lasts).0),
            hours: hours.map(|hours| hours.as_str().into()),
            members: self.members(&format!("{path}/members"), table.members),
        })
    }

    fn members(&mut self, path: &str, many: Option<Many<MemberValue>>) -> Vec<Member> {
        let many = self.at_most(MOST_MEMBERS, "members", many.map(|many| many.0).unwrap_or_default());
        let members = many.into_iter().enumerate().map(|(index, one)| {
            let here = format!("{path}/{index}");
            self.places.insert(here.clone(), one.span.clone());
            let MemberTable { person, people, from, until, short } = one.value.0;
            if person.is_none() && people.is_none() && !short {
                self.missing(one.span, "person", "person = \"ana\"");
            }
            let person = person.map(|person| self.placed(&format!("{here}/people/0"), person).0);
            let together = people.map(|many| self.texts(&format!("{here}/people"), Some(many)));
            let people =
                person.into_iter().chain(together.into_iter().flatten()).map(PersonId::new).collect();
            let date = |at: Option<At<super::clock_words::Date>>| at.map(|date| date.value.0);
            Member { people, from: date(from), until: date(until) }
        });
        members.collect()
    }
}
