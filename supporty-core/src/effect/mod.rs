//! What to do about what happened, as intent: which surface to show, whom to tell, what to send to another stream.
//! How it looks on a platform is the adapter's business.

mod code;
mod rota;

use serde::{Deserialize, Serialize};

use crate::stream::{EffectId, Origin, StreamId};
use crate::ticket::{Command, Heard};
use crate::vocab::{
    Actor, AdapterName, AreaId, Bond, DeploymentId, Period, PersonId, PriorityId, Recipient, Resolution,
    ServiceId, SquadId, Stars, Target, TextRef, TicketKey, Time, Told, WaitingOn,
};

pub use code::{Remark, Write, Writing};
pub use rota::{Announce, RotaNotice};

/// Something to do, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Its name, the same on every replay.
    pub id: EffectId,
    /// What to do.
    pub intent: Intent,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Intent {
    /// Bring a surface up to date. A level: rendered from the newest state when it is delivered.
    Show(Surface),
    /// Say something to somebody. An edge: in order within its lane.
    Tell(Tell),
    /// Ask something of another stream.
    Send {
        /// Which.
        to: StreamId,
        /// What.
        command: Command,
    },
    /// Write something on a code host.
    Write(Write),
    /// Propose that somebody was called out.
    CallOut(CallOut),
    /// Say something about a rota. An edge, like [`Tell`](Self::Tell).
    Announce(Announce),
    /// Give the tickets of a squad that nobody owns to whoever has room. A level.
    Route(SquadId),
    /// The same, once it is that time.
    RouteAt {
        /// Whose.
        squad: SquadId,
        /// When somebody may have room.
        at: Time,
    },
}

impl Effect {
    /// Looks at a squad's queue again, though nothing happens to any ticket until then.
    pub fn look_again(squad: &SquadId, at: Time) -> Self {
        let cause = Origin::Job(format!("route-at/{squad}/{}", at.timestamp_micros()));
        Self { id: EffectId { cause, n: 0 }, intent: Intent::RouteAt { squad: squad.clone(), at } }
    }
}

/// Something that always shows the newest state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Surface {
    /// A ticket's card, the root of its thread.
    Card(TicketKey),
    /// The card of a restricted ticket, where only few see it.
    PrivateCard(TicketKey),
    /// Its cards where its thread stood before it was restricted, or while it was.
    FormerCards(TicketKey),
}

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// To whom.
    pub to: Recipient,
    /// By which adapter, where somebody is being woken: the home chat unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<AdapterName>,
    /// Since when they are being woken that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// About which ticket.
    pub ticket: TicketKey,
    /// Who made it necessary.
    pub by: Actor,
    /// What.
    pub notice: Notice,
}

/// Somebody who was woken and worked, as it seems. Whether they were on call then is for the rotas to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOut {
    /// Who.
    pub person: PersonId,
    /// What for.
    pub ticket: TicketKey,
    /// From the page to the last thing that they did.
    pub period: Period,
}

/// What is said, before anybody put it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Notice {
    /// It was opened; the promise, and when an answer can be expected.
    Opened {
        /// The closed ticket that it goes on from.
        follows: Option<TicketKey>,
        /// Which promises were made, with their deadlines.
        promises: Vec<(Target, Time)>,
        /// Whether it was opened outside the hours of its promise to respond.
        out_of_hours: bool,
    },
    /// Somebody owns it now.
    Owned {
        /// Who.
        owner: PersonId,
        /// What they should know.
        note: Option<TextRef>,
    },
    /// Nobody owns it any more.
    Released,
    /// Somebody who was told is looking at it.
    Acknowledged,
    /// The priority changed.
    Reprioritised {
        /// From.
        from: PriorityId,
        /// To.
        to: PriorityId,
        /// Why.
        why: Option<TextRef>,
    },
    /// Another policy measures it.
    Replanned {
        /// Which promises run now, with their deadlines.
        promises: Vec<(Target, Time)>,
    },
    /// It belongs to another area.
    Moved {
        /// Which.
        to: AreaId,
    },
    /// The cause is known.
    Identified,
    /// Service is back.
    Mitigated,
    /// It waits.
    Waiting {
        /// On whom.
        on: WaitingOn,
        /// Until when.
        until: Time,
        /// Why.
        why: Option<TextRef>,
    },
    /// The requester is reminded that we wait for them.
    Nudge,
    /// The wait is over.
    Resumed {
        /// Its time was up.
        elapsed: bool,
    },
    /// The requester wrote while it waits on somebody else.
    WroteWhileWaiting,
    /// It is done; the requester may confirm, reopen and rate.
    Resolved {
        /// How.
        resolution: Resolution,
        /// What the requester should know.
        note: Option<TextRef>,
    },
    /// The requester wrote after it was resolved: do they want it reopened?
    ReopenOffered,
    /// It was reopened.
    Reopened {
        /// Why.
        why: Option<TextRef>,
    },
    /// It is over for good.
    Closed,
    /// A follow-up goes on from here.
    FollowedUp {
        /// Which.
        by: TicketKey,
    },
    /// Another ticket goes on for it.
    Merged {
        /// Which.
        into: TicketKey,
    },
    /// It goes on for another ticket too.
    Absorbed {
        /// Which.
        loser: TicketKey,
    },
    /// The two go on apart again.
    Unmerged {
        /// The other ticket.
        other: TicketKey,
    },
    /// What helps with it.
    Runbooks {
        /// Links, as the policy has them.
        links: Vec<String>,
    },
    /// Only its readers know what it is about from now on.
    Restricted,
    /// Everybody knows again.
    Unrestricted,
    /// It is a report of an incident.
    Attached {
        /// The incident.
        to: TicketKey,
    },
    /// It gathers a report.
    Gathered {
        /// The report.
        report: TicketKey,
    },
    /// It is no report of that incident, or gathers that report no more.
    Apart {
        /// The other ticket.
        other: TicketKey,
    },
    /// Something happened on the incident that it is a report of.
    Heard {
        /// The incident.
        incident: TicketKey,
        /// Who did it.
        by: Actor,
        /// What.
        what: Heard,
    },
    /// A change of code has to do with it.
    Linked {
        /// What it is to it.
        bond: Bond,
        /// What people call it.
        label: String,
        /// Where it is looked at.
        url: String,
    },
    /// Somebody wrote below the issue that was opened for it.
    Commented {
        /// What people call the issue.
        label: String,
        /// Where it is looked at.
        url: String,
        /// What they wrote.
        text: TextRef,
    },
    /// The issue that was opened for it was closed: is it resolved?
    IssueClosed {
        /// What people call it.
        label: String,
        /// Where it is looked at.
        url: String,
        /// Whether nothing is going to be done about it.
        given_up: bool,
    },
    /// The issue that was opened for it was opened again.
    IssueReopened {
        /// What people call it.
        label: String,
        /// Where it is looked at.
        url: String,
    },
    /// A code host does not take what was to be written there.
    NotWritten {
        /// Which.
        host: AdapterName,
        /// Why, as its adapter says.
        why: String,
    },
    /// A deployment caused it, or did not after all.
    Blamed {
        /// Of which service.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
        /// Whether it did.
        caused: bool,
    },
    /// What is meant to solve it was deployed.
    FixDeployed {
        /// To which service.
        service: ServiceId,
        /// Whether nothing that is meant to solve it is left to be deployed: is it resolved?
        all: bool,
    },
    /// What was meant to solve it was taken out again.
    FixReverted {
        /// What people call it, as far as that is known.
        label: Option<String>,
    },
    /// Alerts that have to do with it fire.
    AlertsFire {
        /// How many that did not before.
        count: u32,
        /// What the first few are called.
        names: Option<TextRef>,
    },
    /// None of its alerts fires any more: is it resolved?
    AlertsOver,
    /// Somebody should write down what was learnt.
    PostMortemAsked {
        /// Until when.
        due: Time,
    },
    /// Nobody has written it in time.
    PostMortemOverdue {
        /// When it was due.
        due: Time,
    },
    /// Somebody wrote it.
    PostMortemWritten {
        /// The words.
        text: TextRef,
    },
    /// A line of a game day's script.
    Prompted {
        /// The words.
        text: TextRef,
    },
    /// A game day is over: how it went.
    DrillEnded,
    /// Somebody could not be woken by any way.
    Unreached {
        /// Who.
        person: PersonId,
    },
    /// The requester rated it.
    Rated {
        /// How much.
        stars: Stars,
    },
    /// The ladder says that somebody must look.
    Escalated {
        /// As what the recipient is told.
        told: Told,
        /// Why they must.
        why: Alarm,
        /// What somebody wrote about it.
        note: Option<TextRef>,
        /// How many seconds late it comes, because the desk was down.
        #[serde(default, skip_serializing_if = "crate::ticket::on_time")]
        late_by: u32,
    },
}

/// Why somebody must look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alarm {
    /// Nobody owns it.
    Unowned {
        /// Since when it was due to be noticed.
        due: Time,
    },
    /// Its owner is silent.
    Silent {
        /// When that was due to be noticed.
        due: Time,
    },
    /// A promise is at risk.
    AtRisk {
        /// Which.
        target: Target,
        /// Its deadline.
        deadline: Option<Time>,
    },
    /// A promise is broken.
    Breached {
        /// Which.
        target: Target,
        /// Its deadline.
        deadline: Option<Time>,
    },
    /// Somebody asked for help.
    Asked,
    /// Somebody who was to be woken could not be.
    Unreached {
        /// Who.
        person: PersonId,
    },
}

impl Intent {
    /// What must stay in order: a ticket's thread and card, a person's or a channel's messages, a stream's commands.
    pub fn lane(&self) -> String {
        match self {
            Self::Show(Surface::Card(key) | Surface::PrivateCard(key) | Surface::FormerCards(key)) => {
                format!("ticket/{key}")
            }
            Self::Tell(tell) => match (&tell.to, &tell.via) {
                // A way that does not work holds up no other.
                (Recipient::Person(person), Some(adapter)) => format!("page/{adapter}/{person}"),
                (to, _) => lane_of(to),
            },
            Self::Send { to, .. } => format!("send/{to}"),
            Self::Write(write) => write.lane(),
            Self::CallOut(call_out) => format!("call-out/{}", call_out.person),
            // One after the other, so that two squads do not give to one person at once.
            Self::Route(_) => "route".to_owned(),
            Self::RouteAt { squad, at } => format!("route-at/{squad}/{}", at.timestamp_micros()),
            Self::Announce(announce) => lane_of(&announce.to),
        }
    }

    /// From when on it may be delivered, where that is later than now.
    pub fn not_before(&self) -> Option<Time> {
        match self {
            Self::RouteAt { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The name of the surface, for an intent of which only the newest counts.
    pub fn level(&self) -> Option<String> {
        match self {
            Self::Show(Surface::Card(key)) => Some(format!("card/{key}")),
            Self::Show(Surface::PrivateCard(key)) => Some(format!("private-card/{key}")),
            Self::Show(Surface::FormerCards(key)) => Some(format!("former-cards/{key}")),
            Self::Route(squad) => Some(format!("route/{squad}")),
            Self::RouteAt { .. } => Some(self.lane()),
            Self::Write(write) => write.level(),
            Self::Tell(_) | Self::Send { .. } | Self::CallOut(_) | Self::Announce(_) => None,
        }
    }
}

fn lane_of(to: &Recipient) -> String {
    match to {
        Recipient::Thread(key) => format!("ticket/{key}"),
        Recipient::Person(person) => format!("person/{person}"),
        Recipient::Channel(channel) => format!("channel/{channel}"),
    }
}
