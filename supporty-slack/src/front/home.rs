use serde_json::json;
use supporty_core::adapter::{Listed, Named, OwnerFilter, Query};
use supporty_core::desk::DeskError;
use supporty_core::policy::Roster;
use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{Actor, RotaId};

use super::{Front, Links};
use crate::inbound::Asker;
use crate::methods::Method;
use crate::render::{self, Home, On, Row};

/// How many tickets of a list are looked at: more than are shown, so that what is left out is counted.
const MOST: u32 = 100;

impl Front {
    /// Draws somebody's home.
    pub(super) async fn show_home(self, asker: Asker) {
        let reader = self.actor(&asker.user);
        match self.home(&reader).await {
            Ok(home) => {
                let (policy, links) = (self.inner.desk.policy(), Links::default());
                let view = render::home(&home, &self.drawn(&policy, &links));
                self.call(&asker, Method::ViewsPublish, json!({ "user_id": asker.user.id, "view": view }))
                    .await;
            }
            Err(error) => tracing::error!(%error, "a home can not be drawn"),
        }
    }

    async fn home(&self, reader: &Actor) -> Result<Home, DeskError> {
        let (policy, now) = (self.inner.desk.policy(), self.inner.desk.now());
        let person = reader.person();
        let engineer = person.is_some_and(|person| policy.is_engineer(person));
        let squads = person.map(|person| policy.squads_of(person, now)).unwrap_or_default();
        let mut mine = match person.filter(|_| engineer) {
            Some(person) => {
                let owner = Some(OwnerFilter::Person(person.clone()));
                self.rows(Query { owner, ..open() }, reader).await?
            }
            None => Vec::new(),
        };
        let asked = self.rows_of(open(), reader, |listed| listed.row.requester == *reader).await?;
        mine.extend(
            asked
                .into_iter()
                .filter(|row| !mine.iter().any(|known: &Row| known.key == row.key))
                .collect::<Vec<_>>(),
        );
        let squad = match squads.is_empty() {
            true => None,
            false => {
                let mut rows = Vec::new();
                for squad in squads {
                    rows.extend(self.rows(Query { squad: Some(squad), ..open() }, reader).await?);
                }
                Some(rows)
            }
        };
        let at_risk = match engineer {
            true => Some(self.rows(Query { at_risk: Some(true), ..open() }, reader).await?),
            false => None,
        };
        Ok(Home { mine, squad, at_risk, on: self.on().await? })
    }

    async fn rows(&self, query: Query, reader: &Actor) -> Result<Vec<Row>, DeskError> {
        self.rows_of(query, reader, |_| true).await
    }

    /// Rows with where their threads stand.
    async fn rows_of(
        &self,
        query: Query,
        reader: &Actor,
        wanted: impl Fn(&Listed) -> bool,
    ) -> Result<Vec<Row>, DeskError> {
        let page = self.inner.desk.list_for(query, reader).await?;
        let mut rows = Vec::new();
        for Listed { row, title } in page.rows.into_iter().filter(wanted) {
            let link = self.link(&row.key).await?;
            rows.push(Row {
                link,
                restricted: row.readers.is_some(),
                title: title.map(|title| title.as_str().to_owned()),
                status: row.status,
                priority: row.priority,
                due: row.due,
                at_risk: row.at_risk || row.breached,
                key: row.key,
            });
        }
        Ok(rows)
    }

    /// Who is on, by rota; by squad where there are none.
    pub(super) async fn on(&self) -> Result<Vec<On>, DeskError> {
        let (rotas, now) = (self.inner.desk.rotas().await?, self.inner.desk.now());
        let policy = rotas.policy();
        let named = |id: &supporty_core::vocab::PersonId| Named { id: id.clone(), name: policy.name_of(id) };
        let on = policy.spec().rotas.iter().filter_map(|(id, rota): (&RotaId, _)| {
            let segment = rotas.who(id, now)?;
            let people = segment.on.iter().map(|on| named(&on.person)).collect();
            Some(On { what: rota.name.clone(), people, until: Some(segment.period.until) })
        });
        let on: Vec<_> = on.collect();
        if !on.is_empty() {
            return Ok(on);
        }
        let squads = policy.spec().squads.iter().filter_map(|(id, squad)| {
            let people = vec![named(&policy.gardener(id, now)?)];
            Some(On { what: squad.name.clone(), people, until: None })
        });
        Ok(squads.collect())
    }
}

fn open() -> Query {
    let status = vec![StatusKind::New, StatusKind::Active, StatusKind::Waiting];
    Query { status, most: MOST, ..Query::default() }
}
