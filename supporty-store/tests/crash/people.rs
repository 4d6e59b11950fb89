//! People who open tickets and go on with them, and send again what nobody answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use supporty_core::adapter::{About, Answer, Form, Inbound};
use supporty_core::desk::Clock;
use supporty_core::ticket::Command;
use supporty_core::vocab::{Identity, Kind, MessageId, Resolution, TicketKey, WaitingOn};

use super::dice::Dice;
use super::fleet::Fleet;
use super::wire::Fast;

/// So long is nobody waited for before it is sent to somebody else.
const SOON: Duration = Duration::from_millis(1500);
const TRIES: u32 = 200;

pub(crate) struct People {
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) dice: Arc<Dice>,
    pub(crate) clock: Fast,
    pub(crate) sent: Mutex<Vec<(Inbound, Answer)>>,
}

impl People {
    /// Sends until it is answered, and now and then once more.
    async fn send(&self, inbound: Inbound) -> Answer {
        let answer = self.again(&inbound).await;
        if self.dice.one_in(10) {
            assert_eq!(self.again(&inbound).await, answer, "sent again, it is answered as it was");
        }
        self.sent.lock().unwrap().push((inbound, answer.clone()));
        answer
    }

    async fn again(&self, inbound: &Inbound) -> Answer {
        for _ in 0..TRIES {
            let worker = usize::try_from(self.dice.roll(self.fleet.count() as u64)).unwrap();
            if let Some(answer) = self.fleet.ask(worker, inbound.clone(), SOON).await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{} was never answered", inbound.key);
    }

    async fn pause(&self) {
        tokio::time::sleep(Duration::from_millis(50 + self.dice.roll(700))).await;
    }

    fn does(&self, key: String, user: &str, ticket: &TicketKey, command: Command) -> Inbound {
        let from = Identity::new("local", user);
        Inbound::ask(key.as_str().into(), from, About::Ticket(ticket.clone()), command, self.clock.now())
    }

    /// What becomes of one ticket. Some are forgotten on the way.
    pub(crate) async fn live(&self, number: u64) {
        let rita = format!("rita{}", number % 40);
        let form = Form {
            kind: *self.dice.pick(&[Kind::Request, Kind::Incident]),
            area: Some("shop".into()),
            ..Form::new("It is down", *self.dice.pick(&["P1", "P2", "P2", "P2"]))
        };
        let key = format!("form/{number}");
        let from = Identity::new("local", &*rita);
        let opened = Inbound::open(key.as_str().into(), from, form, self.clock.now()).unwrap();
        let opened = self.send(opened).await;
        let ticket = opened.outcome.expect("a good form").ticket;
        let engineer = *self.dice.pick(&["gwen", "oli", "lea"]);
        for step in 0..self.dice.roll(6) {
            self.pause().await;
            let key = format!("form/{number}/{step}");
            let now = self.clock.now();
            let inbound = match self.dice.roll(8) {
                0 | 1 => self.does(key, engineer, &ticket, Command::Claim),
                2 => {
                    let until = now + TimeDelta::seconds(60 + self.dice.roll(120) as i64);
                    let wait = Command::Wait { on: WaitingOn::Requester, until, why: None };
                    self.does(key, engineer, &ticket, wait)
                }
                3 => {
                    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
                    self.does(key, engineer, &ticket, resolve)
                }
                4 => self.does(key, engineer, &ticket, Command::Acknowledge),
                chance => {
                    let user = if chance == 5 { &*rita } else { engineer };
                    let (from, about) = (Identity::new("local", user), About::Ticket(ticket.clone()));
                    let id = MessageId::new(format!("said/{number}/{step}"));
                    Inbound::reply(key.as_str().into(), from, about, id, "hello", now).unwrap()
                }
            };
            let _ = self.send(inbound).await;
        }
    }
}
