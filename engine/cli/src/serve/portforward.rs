//! `portforward` over WebSocket, in both of the ways in which clients ask for it.
//!
//! ```text
//!   kubectl v1.36   SPDY/3.1+portforward.k8s.io   a SPDY connection inside; for each connection a pair of streams
//!   kube-rs         v4.channel.k8s.io             for each port a pair of channels, one connection each
//! ```
//!
//! Either way a connection is a question of its own to the engine: `…/portforward?ports=N`. Absent: SPDY without a
//! WebSocket around it, which kubectl has tried last since v1.31.

use std::collections::BTreeMap;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::engine::{Asked, Handle, Input, SessionId};
use super::http::{http, plain};
use super::reply::{Body, Piece};
use super::spdy::{self, Frame};

const TUNNEL: &str = "SPDY/3.1+portforward.k8s.io";
const CHANNELS: [&str; 3] = [
    "v4.channel.k8s.io",
    "v5.channel.k8s.io",
    "portforward.k8s.io",
];

/// How many messages may wait for a slow client.
const QUEUE: usize = 256;
/// How many connections one client may have through one tunnel.
const CONNECTIONS: usize = 256;

/// Answers the request that opens a tunnel.
pub(super) async fn answer(engine: &Handle, asked: Asked, upgrade: WebSocketUpgrade) -> Response {
    let [v4, v5, own] = CHANNELS;
    let upgrade = upgrade.protocols([TUNNEL, v4, v5, own]);
    let tunnelled = upgrade
        .selected_protocol()
        .is_some_and(|protocol| protocol.as_bytes() == TUNNEL.as_bytes());
    let mut question = asked.clone();
    question.query.retain(|(name, _)| name != "ports");
    let Some(reply) = engine.ask(question).await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended");
    };
    if reply.code >= 300 {
        return http(reply);
    }
    let engine = engine.clone();
    upgrade.on_upgrade(move |socket| async move {
        if tunnelled {
            tunnel(&engine, &asked, socket).await;
        } else {
            channels(&engine, &asked, socket).await;
        }
    })
}

/// What a client sends on a connection: bytes, or the end of them.
type Heard = Option<Vec<u8>>;

/// A connection to a port, which is closed when this is dropped.
struct Connection {
    engine: Handle,
    id: SessionId,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.engine.input(self.id, Input::Close);
    }
}

/// Carries bytes between a client and a port until the port's side ends; the text says what went wrong, if anything did.
async fn carry(
    engine: Handle,
    mut asked: Asked,
    port: String,
    mut heard: mpsc::UnboundedReceiver<Heard>,
    say: mpsc::Sender<Vec<u8>>,
    wrap: impl Fn(Vec<u8>) -> Vec<u8> + Send,
) -> String {
    asked.query.retain(|(name, _)| name != "ports");
    asked.query.push(("ports".into(), port));
    let (id, mut pieces) = match engine.ask(asked).await {
        Some(reply) => match reply.body {
            Body::Session(id, pieces) => (id, pieces),
            Body::Bytes(bytes) => return message(&bytes),
            Body::Stream(_) | Body::Later(_) => return "the port gave no connection".into(),
        },
        None => return "the cluster has ended".into(),
    };
    let connection = Connection { engine, id };
    let mut listening = true;
    loop {
        tokio::select! {
            piece = pieces.recv() => match piece {
                Some(Piece::Out(bytes) | Piece::Err(bytes)) => {
                    if say.send(wrap(bytes)).await.is_err() {
                        return String::new();
                    }
                }
                Some(Piece::End(status)) => return message(&status),
                None => return String::new(),
            },
            bytes = heard.recv(), if listening => match bytes {
                Some(Some(bytes)) => connection.engine.input(id, Input::Bytes(bytes)),
                Some(None) => connection.engine.input(id, Input::End),
                None => listening = false,
            },
        }
    }
}

/// What a `Status` complains about.
fn message(status: &[u8]) -> String {
    let status: Value = serde_json::from_slice(status).unwrap_or_default();
    match status.get("status").and_then(Value::as_str) {
        Some("Success") => String::new(),
        _ => status
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("the connection failed")
            .to_owned(),
    }
}

/// The streams that a request has opened so far.
#[derive(Default)]
struct Pair {
    error: Option<u32>,
    data: Option<u32>,
}

/// A SPDY connection inside the WebSocket.
async fn tunnel(engine: &Handle, asked: &Asked, mut socket: WebSocket) {
    let (say, mut said) = mpsc::channel::<Vec<u8>>(QUEUE);
    let mut reader = spdy::Reader::new();
    let mut writer = spdy::Writer::default();
    let mut pairs: BTreeMap<String, Pair> = BTreeMap::new();
    // What the client sends is passed on at once to the engine, so these queues do not grow.
    let mut data: BTreeMap<u32, mpsc::UnboundedSender<Heard>> = BTreeMap::new();
    // Dropping it ends all connections.
    let mut carried = JoinSet::new();
    loop {
        let bytes = tokio::select! {
            Some(frame) = said.recv() => {
                if socket.send(Message::Binary(frame.into())).await.is_err() {
                    return;
                }
                continue;
            }
            Some(_) = carried.join_next() => continue,
            message = socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => bytes,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Text(_) | Message::Close(_)) | Err(_)) | None => return,
            },
        };
        reader.feed(&bytes);
        loop {
            let frame = match reader.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(spdy::Malformed) => return close(&mut socket).await,
            };
            let mut reply = None;
            match frame {
                Frame::Open {
                    stream,
                    headers,
                    fin: _,
                } => {
                    let header = |wanted: &str| {
                        let found = headers.iter().find(|(name, _)| name == wanted);
                        found.map(|(_, value)| value.clone()).unwrap_or_default()
                    };
                    reply = Some(writer.accept(stream));
                    let request = header("requestid");
                    let pair = pairs.entry(request.clone()).or_default();
                    match header("streamtype").as_str() {
                        "error" => pair.error = Some(stream),
                        "data" => pair.data = Some(stream),
                        _ => {}
                    }
                    if let (Some(error), Some(bytes)) = (pair.error, pair.data) {
                        pairs.remove(&request);
                        if carried.len() >= CONNECTIONS {
                            return close(&mut socket).await;
                        }
                        let (tell, heard) = mpsc::unbounded_channel();
                        data.insert(bytes, tell);
                        let (engine, asked) = (engine.clone(), asked.clone());
                        let (port, say) = (header("port"), say.clone());
                        carried.spawn(async move {
                            let wrap = move |out: Vec<u8>| spdy::data(bytes, &out, false);
                            let wrong = carry(engine, asked, port, heard, say.clone(), wrap).await;
                            for last in [
                                spdy::data(error, wrong.as_bytes(), true),
                                spdy::data(bytes, &[], true),
                            ] {
                                // The tunnel may be gone; then this task is, too.
                                let _ = say.send(last).await;
                            }
                        });
                    }
                    if pairs.len() > CONNECTIONS {
                        return close(&mut socket).await;
                    }
                }
                Frame::Data { stream, bytes, fin } => {
                    if let Some(tell) = data.get(&stream) {
                        // Its task may have ended: the port has closed the connection.
                        let _ = tell.send(Some(bytes));
                        if fin {
                            let _ = tell.send(None);
                        }
                    }
                }
                Frame::Reset(stream) => {
                    data.remove(&stream);
                }
                Frame::Ping(id) => reply = Some(spdy::ping(id)),
                Frame::GoAway => return close(&mut socket).await,
                Frame::Other => {}
            }
            if let Some(reply) = reply
                && socket.send(Message::Binary(reply.into())).await.is_err()
            {
                return;
            }
        }
    }
}

/// A pair of channels for each port: the even one for data, the odd one for an error.
async fn channels(engine: &Handle, asked: &Asked, mut socket: WebSocket) {
    let ports = asked.query.iter().filter(|(name, _)| name == "ports");
    let ports: Vec<String> = ports
        .flat_map(|(_, value)| value.split(',').map(str::to_owned))
        .take(usize::from(u8::MAX / 2))
        .collect();
    let (say, mut said) = mpsc::channel::<Vec<u8>>(QUEUE);
    let mut tells = Vec::new();
    let mut carried = JoinSet::new();
    for (i, port) in ports.into_iter().enumerate() {
        let channel = u8::try_from(2 * i).unwrap_or(u8::MAX);
        // The first message of each channel is the port's number.
        let number = port.parse::<u16>().unwrap_or_default().to_le_bytes();
        for channel in [channel, channel + 1] {
            let message = vec![channel, number[0], number[1]];
            if socket.send(Message::Binary(message.into())).await.is_err() {
                return;
            }
        }
        let (tell, heard) = mpsc::unbounded_channel();
        tells.push(tell);
        let (engine, asked, say) = (engine.clone(), asked.clone(), say.clone());
        carried.spawn(async move {
            let wrap = move |mut out: Vec<u8>| {
                out.insert(0, channel);
                out
            };
            let wrong = carry(engine, asked, port, heard, say.clone(), wrap).await;
            if !wrong.is_empty() {
                let mut out = vec![channel + 1];
                out.extend(wrong.bytes());
                // The client may be gone; then this task is, too.
                let _ = say.send(out).await;
            }
        });
    }
    drop(say);
    loop {
        tokio::select! {
            message = said.recv() => match message {
                Some(message) => {
                    if socket.send(Message::Binary(message.into())).await.is_err() {
                        return;
                    }
                }
                None => return close(&mut socket).await,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => {
                    if let Some((channel, bytes)) = bytes.split_first()
                        && channel % 2 == 0
                        && let Some(tell) = tells.get(usize::from(channel / 2))
                    {
                        // The port may have closed the connection already.
                        let _ = tell.send(Some(bytes.to_vec()));
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Text(_) | Message::Close(_)) | Err(_)) | None => return,
            },
        }
    }
}

async fn close(socket: &mut WebSocket) {
    let end = CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    };
    // The client may be gone already.
    let _ = socket.send(Message::Close(Some(end))).await;
}
