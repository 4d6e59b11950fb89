use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Sample;
use crate::service::Service;
use crate::ticket::{Status, Ticket};
use crate::vocab::{Bond, ChangeId, DeploymentId, Kind, Period, ServiceId, SquadId, TicketKey, Time};

/// How changes reach production, and how often they hurt, over a period.
///
/// | figure | what it is |
/// | --- | --- |
/// | [`deployments`](Self::deployments) | successful production deployments of a service in the period; what only brought back an older state is none |
/// | [`per_day`](Self::per_day) | the same for each day of 24 hours of the period |
/// | [`failed`](Self::failed) | those of them that caused an incident, by themselves or by a change that they were the first to bring, or that were rolled back; each once, however many incidents |
/// | [`failure_rate`](Self::failure_rate) | `failed` of `deployments`; at most 1, and none where nothing was deployed |
/// | [`incidents_per_deployment`](Self::incidents_per_deployment) | the simple number: incidents opened in the period for each deployment. It may be over 1, and counts incidents that no deployment caused |
/// | [`lead_time`](Self::lead_time) | from the beginning of each change that a deployment of the period was the first to bring to that deployment |
/// | [`restore_time`](Self::restore_time) | from the opening of each incident of the period until service was back, or it was resolved where nobody said so |
///
/// A deployment belongs to the period in which it was there, also when an incident shows much later that it failed: a figure
/// of the past may grow. Drills and what was no ticket are left out; an incident that was merged into another is that one.
/// `DELIVERY.md` beside the sources compares this with what others count.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Deployments that were there.
    pub deployments: u32,
    /// The same, by day.
    pub per_day: f64,
    /// Deployments that hurt.
    pub failed: u32,
    /// How many of them hurt.
    pub failure_rate: Option<f64>,
    /// Attempts that never were there.
    pub failed_attempts: u32,
    /// Deployments that brought back what was there before.
    pub rollbacks: u32,
    /// Incidents that were opened.
    pub incidents: u32,
    /// Incidents by deployments.
    pub incidents_per_deployment: Option<f64>,
    /// How long changes took.
    pub lead_time: Sample,
    /// How long service was hurt.
    pub restore_time: Sample,
    /// Incidents of which service is not back yet.
    pub unrestored: u32,
    /// The deployments that hurt, by service.
    pub blamed: Vec<Blamed>,
}

/// A deployment that hurt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blamed {
    /// Of what.
    pub service: ServiceId,
    /// Which.
    pub deployment: DeploymentId,
    /// The incidents that it caused; none where it was rolled back without one.
    pub incidents: BTreeSet<TicketKey>,
}

/// An incident, as far as delivery goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its ticket.
    pub key: TicketKey,
    /// The incident that goes on for it: it counts as that one, and what caused it caused that one.
    pub part_of: Option<TicketKey>,
    /// Whose it is.
    pub squad: Option<SquadId>,
    /// When it was opened.
    pub opened_at: Time,
    /// When service was back.
    pub restored_at: Option<Time>,
    /// What caused it.
    pub causes: BTreeSet<Cause>,
}

/// What may cause an incident.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A change, wherever it was deployed first.
    Change(ChangeId),
    /// A deployment of a service.
    Deployment(ServiceId, DeploymentId),
}

impl Incident {
    /// The incident that a ticket is, if it is one that counts.
    pub fn of(ticket: &Ticket) -> Option<Self> {
        let counts = ticket.status.resolution().is_none_or(|resolution| resolution.counts());
        let part_of = match &ticket.status {
            Status::Merged { into, .. } => Some(into.clone()),
            _ => None,
        };
        let is_one = ticket.kind == Kind::Incident && ticket.drill.is_none() && counts;
        is_one.then(|| Self {
            part_of,
            key: ticket.key.clone(),
            squad: ticket.squad.clone(),
            opened_at: ticket.opened_at,
            restored_at: ticket.mitigated.or(ticket.resolved_at),
            causes: causes(ticket),
        })
    }
}

impl Incident {
    /// Whether one of these services caused it, by a deployment or a change that went in.
    pub fn is_caused_by(&self, services: &BTreeMap<ServiceId, Service>) -> bool {
        self.causes.iter().any(|cause| match cause {
            Cause::Change(change) => services.values().any(|service| service.merged.contains_key(change)),
            Cause::Deployment(service, _) => services.contains_key(service),
        })
    }
}

fn causes(ticket: &Ticket) -> BTreeSet<Cause> {
    let changes = ticket.changes.values().filter(|linked| linked.bond == Bond::Cause);
    let changes = changes.map(|linked| Cause::Change(linked.change.id.clone()));
    let blamed = ticket.blamed.iter().cloned();
    changes.chain(blamed.map(|(service, deployment)| Cause::Deployment(service, deployment))).collect()
}

/// The figures of some services over a period. Every incident shows which of their deployments failed; those that `counts`
/// chooses, a squad's say, are counted themselves.
///
/// ```
/// use supporty_core::insight::delivery;
/// use supporty_core::vocab::Period;
///
/// let january = Period::new("2026-01-01T00:00:00Z".parse()?, "2026-02-01T00:00:00Z".parse()?);
/// let figures = delivery(&Default::default(), &[], january, |_| true);
/// assert_eq!(figures.failure_rate, None, "nothing was deployed, which is not the same as no failure");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn delivery(
    services: &BTreeMap<ServiceId, Service>,
    incidents: &[Incident],
    period: Period,
    counts: impl Fn(&Incident) -> bool,
) -> Delivery {
    let mut figures = Delivery::default();
    let mut causes: BTreeMap<&Cause, BTreeSet<&TicketKey>> = BTreeMap::new();
    for incident in incidents {
        for cause in &incident.causes {
            causes.entry(cause).or_default().insert(incident.part_of.as_ref().unwrap_or(&incident.key));
        }
    }
    let mut lead_times = Vec::new();
    for (id, service) in services {
        let rolled_back = service.rolled_back();
        let mut hurt: BTreeMap<&DeploymentId, BTreeSet<TicketKey>> = BTreeMap::new();
        for undone in &rolled_back {
            hurt.entry(undone).or_default();
        }
        for (change, deployment) in service.first_with() {
            let shown = causes.get(&Cause::Change(change.clone()));
            if let Some(shown) = shown {
                hurt.entry(&deployment.id).or_default().extend(shown.iter().copied().cloned());
            }
            if let Some(merged) = service.merged.get(change).filter(|_| period.contains(deployment.at)) {
                lead_times.push((deployment.at - merged.began).max(TimeDelta::zero()));
            }
        }
        for past in service.history().into_iter().filter(|past| period.contains(past.deployment.at)) {
            if past.rollback {
                figures.rollbacks += 1;
                continue;
            }
            let deployment = &past.deployment.id;
            figures.deployments += 1;
            let direct = causes.get(&Cause::Deployment(id.clone(), deployment.clone()));
            let mut shown = hurt.remove(deployment);
            if let Some(direct) = direct {
                shown.get_or_insert_default().extend(direct.iter().copied().cloned());
            }
            if let Some(shown) = shown {
                figures.failed += 1;
                let (service, deployment) = (id.clone(), deployment.clone());
                figures.blamed.push(Blamed { service, deployment, incidents: shown });
            }
        }
        let attempts = service.failed.values().filter(|attempt| period.contains(attempt.at)).count();
        figures.failed_attempts += count(attempts);
    }
    let opened = |incident: &&Incident| {
        incident.part_of.is_none() && period.contains(incident.opened_at) && counts(incident)
    };
    let opened: Vec<_> = incidents.iter().filter(opened).collect();
    let restored = opened
        .iter()
        .filter_map(|incident| Some((incident.restored_at? - incident.opened_at).max(TimeDelta::zero())));
    figures.restore_time = restored.collect();
    figures.incidents = count(opened.len());
    figures.unrestored = figures.incidents - count(figures.restore_time.count());
    figures.lead_time = lead_times.into_iter().collect();
    figures.per_day = f64::from(figures.deployments) / days(period);
    figures.failure_rate = share(figures.failed, figures.deployments);
    figures.incidents_per_deployment = share(figures.incidents, figures.deployments);
    figures
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

fn days(period: Period) -> f64 {
    let day = TimeDelta::days(1).as_seconds_f64();
    (period.length().as_seconds_f64() / day).max(f64::MIN_POSITIVE)
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
