//! Socket Mode as Slack does it: what was not acknowledged comes again on the next connection.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use super::StandIn;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections to a workspace.
#[derive(Clone)]
pub struct Sockets {
    state: Arc<Mutex<State>>,
    changed: Arc<tokio::sync::Notify>,
}

#[derive(Default)]
struct State {
    /// What was not acknowledged yet, and how often it was sent.
    pending: BTreeMap<u64, (Value, u64)>,
    acknowledged: BTreeMap<u64, Vec<Value>>,
    connections: BTreeMap<u64, UnboundedSender<Order>>,
    count: u64,
    opened: u64,
    pongs: u64,
    lose: u64,
}

enum Order {
    Say(Value),
    Cut,
}

impl Sockets {
    /// Switches Socket Mode on.
    pub async fn start(stand_in: &StandIn) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        stand_in.workspace().socket = Some(format!("ws://{address}/link/?ticket=secret"));
        let sockets = Self { state: Arc::default(), changed: Arc::default() };
        let listening = sockets.clone();
        tokio::spawn(async move {
            while let Ok((wire, _)) = listener.accept().await {
                tokio::spawn(listening.clone().serve(wire));
            }
        });
        sockets
    }

    /// Delivers on the newest connection, or on the next one where there is none; answers with the envelope's number.
    pub fn deliver(&self, kind: &str, payload: &Value) -> u64 {
        let mut state = self.state();
        state.count += 1;
        let id = state.count;
        let envelope = json!({
            "envelope_id": id.to_string(), "type": kind, "payload": payload,
            "accepts_response_payload": kind != "events_api", "retry_attempt": 0, "retry_reason": "",
        });
        state.pending.insert(id, (envelope.clone(), 0));
        if let Some((_, connection)) = state.connections.iter().next_back() {
            let _ = connection.send(Order::Say(envelope));
        }
        id
    }

    /// Sends on every connection whatever was not acknowledged, as Slack does after a while.
    pub fn deliver_again(&self) {
        let mut state = self.state();
        let connections: Vec<_> = state.connections.values().cloned().collect();
        let envelopes: Vec<_> = state.pending.values_mut().map(again).collect();
        for envelope in envelopes {
            for connection in &connections {
                let _ = connection.send(Order::Say(envelope.clone()));
            }
        }
    }

    /// The acknowledgement of an envelope, once it is there.
    pub async fn acknowledged(&self, id: u64) -> Value {
        self.wait(|state| state.acknowledged.get(&id).and_then(|all| all.first()).cloned()).await
    }

    pub fn is_acknowledged(&self, id: u64) -> bool {
        self.state().acknowledged.contains_key(&id)
    }

    /// Says to every connection that it will end, and why.
    pub fn disconnect(&self, reason: &str) {
        let said = json!({ "type": "disconnect", "reason": reason, "debug_info": { "host": "x" } });
        for connection in self.state().connections.values() {
            let _ = connection.send(Order::Say(said.clone()));
        }
    }

    /// Ends the oldest connection without a word.
    pub fn cut(&self) {
        if let Some((_, connection)) = self.state().connections.pop_first() {
            let _ = connection.send(Order::Cut);
        }
    }

    /// The next acknowledgements are lost together with their connections.
    pub fn lose(&self, acknowledgements: u64) {
        self.state().lose = acknowledgements;
    }

    pub async fn connected(&self, connections: usize) {
        self.wait(|state| (state.connections.len() == connections).then_some(())).await;
    }

    /// Waits until so many connections were opened since the beginning.
    pub async fn opened(&self, connections: u64) {
        self.wait(|state| (state.opened >= connections).then_some(())).await;
    }

    pub async fn answers_pings(&self) {
        self.wait(|state| (state.pongs > 0).then_some(())).await;
    }

    pub fn pending(&self) -> usize {
        self.state().pending.len()
    }

    async fn wait<T>(&self, find: impl Fn(&State) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = find(&self.state()) {
                    return found;
                }
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it comes in time")
    }

    async fn serve(self, wire: TcpStream) {
        let mut wire = accept_async(wire).await.unwrap();
        let hello =
            json!({ "type": "hello", "num_connections": 1, "connection_info": { "app_id": super::APP } });
        wire.send(Message::text(hello.to_string())).await.unwrap();
        wire.send(Message::Ping("Ping from applink".into())).await.unwrap();
        let (number, mut orders, again) = self.enter();
        self.changed.notify_waiters();
        for envelope in again {
            let _ = wire.send(Message::text(envelope.to_string())).await;
        }
        self.talk(&mut wire, &mut orders).await;
        self.state().connections.remove(&number);
        self.changed.notify_waiters();
    }

    fn enter(&self) -> (u64, UnboundedReceiver<Order>, Vec<Value>) {
        let (sender, orders) = unbounded_channel();
        let mut state = self.state();
        state.opened += 1;
        let number = state.opened;
        state.connections.insert(number, sender);
        let again = state.pending.values_mut().map(again).collect();
        (number, orders, again)
    }

    async fn talk(
        &self,
        wire: &mut tokio_tungstenite::WebSocketStream<TcpStream>,
        orders: &mut UnboundedReceiver<Order>,
    ) {
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Say(said)) => {
                        if wire.send(Message::text(said.to_string())).await.is_err() {
                            return;
                        }
                    }
                    Some(Order::Cut) | None => return,
                },
                heard = wire.next() => match heard {
                    Some(Ok(Message::Text(text))) => {
                        if !self.hear(&serde_json::from_str(&text).unwrap()) {
                            return;
                        }
                    }
                    Some(Ok(Message::Pong(_))) => self.state().pongs += 1,
                    Some(Ok(Message::Ping(_) | Message::Binary(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                },
            }
            self.changed.notify_waiters();
        }
    }

    /// An acknowledgement; answers whether it was not lost.
    fn hear(&self, acknowledgement: &Value) -> bool {
        let mut state = self.state();
        if state.lose > 0 {
            state.lose -= 1;
            return false;
        }
        let id: u64 = acknowledgement["envelope_id"].as_str().unwrap().parse().unwrap();
        state.pending.remove(&id);
        state.acknowledged.entry(id).or_default().push(acknowledgement.clone());
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn again((envelope, sent): &mut (Value, u64)) -> Value {
    *sent += 1;
    envelope["retry_attempt"] = (*sent).into();
    envelope["retry_reason"] = "timeout".into();
    envelope.clone()
}
