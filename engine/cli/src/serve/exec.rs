//! `exec` and `attach` over WebSocket, as `k8s.io/streamtranslator` and kubectl speak it: every message begins with the
//! number of its channel.

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::Response;
use tokio::sync::mpsc;

use apimachinery::{Status, codec};

use super::engine::{Asked, Handle, Input, SessionId};
use super::http::{http, plain};
use super::reply::{Body, Piece};

/// With it, clients can say that their input has ended.
const V5: &str = "v5.channel.k8s.io";
const V4: &str = "v4.channel.k8s.io";

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
const CLOSE: u8 = 255;

/// Answers the request that opens a conversation.
pub(super) async fn answer(engine: &Handle, asked: Asked, upgrade: WebSocketUpgrade) -> Response {
    let Some(reply) = engine.ask(asked).await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended");
    };
    let Body::Session(id, pieces) = reply.body else {
        return http(reply);
    };
    let engine = engine.clone();
    upgrade
        .protocols([V5, V4])
        .on_upgrade(move |socket| async move {
            converse(&engine, id, pieces, socket).await;
            engine.input(id, Input::Close);
        })
}

async fn converse(
    engine: &Handle,
    id: SessionId,
    mut pieces: mpsc::Receiver<Piece>,
    mut socket: WebSocket,
) {
    loop {
        tokio::select! {
            piece = pieces.recv() => {
                let (channel, bytes, last) = match piece {
                    Some(Piece::Out(bytes)) => (STDOUT, bytes, false),
                    Some(Piece::Err(bytes)) => (STDERR, bytes, false),
                    Some(Piece::End(status)) => (ERROR, translated(status), true),
                    None => break,
                };
                let mut message = Vec::with_capacity(bytes.len() + 1);
                message.push(channel);
                message.extend(bytes);
                if socket.send(Message::Binary(message.into())).await.is_err() || last {
                    break;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Binary(bytes))) => hear(engine, id, &bytes),
                Some(Ok(Message::Text(text))) => hear(engine, id, text.as_bytes()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            }
        }
    }
    // The client may be gone already.
    let end = CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    };
    let _ = socket.send(Message::Close(Some(end))).await;
}

/// What the client reads at the end. The API server speaks SPDY with the kubelet, and an error that it hears there is its own
/// internal error, around the kubelet's words; how a program ended it passes on (`StreamTranslatorHandler` upstream).
fn translated(status: Vec<u8>) -> Vec<u8> {
    let Ok(heard) = serde_json::from_slice::<serde_json::Value>(&status) else {
        return status;
    };
    match (heard["reason"].as_str(), heard["message"].as_str()) {
        (Some("InternalError"), Some(why)) => {
            let status = codec::to_value(&Status::internal_error(why));
            status.to_string().into_bytes()
        }
        _ => status,
    }
}

/// What a message of the client says.
fn hear(engine: &Handle, id: SessionId, message: &[u8]) {
    match message.split_first() {
        Some((&STDIN, bytes)) if !bytes.is_empty() => {
            engine.input(id, Input::Bytes(bytes.to_vec()));
        }
        Some((&CLOSE, [STDIN])) => engine.input(id, Input::End),
        Some((&RESIZE, size)) => {
            let Ok(size) = serde_json::from_slice::<serde_json::Value>(size) else {
                return;
            };
            let side = |name: &str| {
                let length = size.get(name).and_then(serde_json::Value::as_u64);
                length.and_then(|length| u16::try_from(length).ok())
            };
            if let (Some(columns), Some(rows)) = (side("Width"), side("Height")) {
                engine.input(id, Input::Resize(columns, rows));
            }
        }
        _ => {}
    }
}
