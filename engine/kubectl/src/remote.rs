//! Conversations with programs in containers, as `exec`, `attach`, `cp`, `run -it` and `debug -it` hold them.
//!
//! A [`Talk`] says where input comes from and where output goes; [`Talk::hold`] carries both until the program ends.
//! With a terminal at both ends the local one is switched to single bytes, so that Ctrl-C and its like reach the
//! program, and the remote one follows the size of the local one.
//!
//! Not here: which container, and what is said before and after; each command knows that.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::Stream;
use crate::pods;
use crate::transport::{Frame, Request, Session};
use crate::util::json as j;

/// How much of a program's output is kept for a command that reads it itself.
const CAPTURE_LIMIT: usize = 64 << 20;

/// What the program reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Input {
    /// Nothing at all.
    #[default]
    None,
    /// Our own standard input.
    Stdin,
    /// These bytes, then the end.
    Bytes(Vec<u8>),
}

/// Where output goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// To our own standard output and error.
    #[default]
    Both,
    /// Both to our own standard output.
    Out,
    /// Kept for the caller; errors go to our own standard output.
    Kept,
    /// Nowhere.
    Dropped,
}

/// How to talk with a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Talk {
    /// What it reads.
    pub input: Input,
    /// Where its output goes.
    pub output: Output,
    /// A terminal at both ends.
    pub tty: bool,
    /// Keys that end the conversation and leave the program running.
    pub detach: Vec<u8>,
    /// Tell the terminal another size first, so that the program draws its screen anew.
    pub redraw: bool,
}

/// The request for a subresource that starts a conversation.
pub fn request(pod: &Value, subresource: &str) -> Request {
    let path = format!(
        "{}/{}/{subresource}",
        pods::mapping().path(j::namespace(pod)),
        j::name(pod)
    );
    Request::new("POST", path)
}

/// Decides about the terminal: there is one if it is wanted, input is wanted, and input comes from one.
pub fn terminal(cx: &Context, stdin: bool, tty: bool, quiet: bool) -> bool {
    if !stdin || !tty {
        return false;
    }
    let real = cx.host.is_terminal(Stream::In);
    if !real && !quiet {
        cx.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    }
    real
}

/// Opens a conversation. What a node refuses comes without the server's usual introduction; that a node does not answer
/// is the server's own word.
pub fn connect(cx: &Context, request: Request) -> Result<Rc<dyn Session>, Error> {
    let session = cx.client()?.connect(cx, request);
    session.map_err(|error| match error.status() {
        Some(status)
            if !matches!(status.code, 401 | 403)
                && !status.message.starts_with("error dialing backend") =>
        {
            fail!("unable to upgrade connection: {}", status.message)
        }
        _ => error,
    })
}

impl Talk {
    /// With our own standard input, if it is wanted.
    pub fn with_stdin(stdin: bool) -> Talk {
        Talk {
            input: if stdin { Input::Stdin } else { Input::None },
            ..Talk::default()
        }
    }

    /// Holds the conversation to its end. A program that fails is an error with its exit code.
    pub async fn hold(
        &self,
        cx: &Context,
        session: &dyn Session,
        kept: &RefCell<Vec<u8>>,
    ) -> Result<(), Error> {
        cx.flush().await?;
        if self.tty {
            cx.host.set_raw(true);
        }
        let result = self.carry(cx, session, kept).await;
        if self.tty {
            cx.host.set_raw(false);
        }
        result
    }

    async fn carry(
        &self,
        cx: &Context,
        session: &dyn Session,
        kept: &RefCell<Vec<u8>>,
    ) -> Result<(), Error> {
        let listen = pin!(self.listen(cx, session, kept));
        let speak = pin!(self.speak(cx, session));
        let follow_size = pin!(self.follow_size(cx, session));
        // Only the program's end, or the keys that detach, end it.
        match select(listen, select(speak, follow_size)).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => Ok(()),
        }
    }

    /// Shows what the program writes.
    async fn listen(
        &self,
        cx: &Context,
        session: &dyn Session,
        kept: &RefCell<Vec<u8>>,
    ) -> Result<(), Error> {
        while let Some(frame) = session.next().await {
            let (stream, bytes) = match frame {
                Frame::Out(bytes) => (Stream::Out, bytes),
                Frame::Err(bytes) => (Stream::Err, bytes),
                Frame::End(Ok(0)) => return Ok(()),
                Frame::End(Ok(code)) => {
                    let text = format!("command terminated with exit code {code}");
                    return Err(Error::Command(code, text));
                }
                Frame::End(Err(why)) => return Err(fail!("Internal error occurred: {why}")),
            };
            match (self.output, stream) {
                (Output::Dropped, _) => {}
                (Output::Kept, Stream::Out) => {
                    let mut kept = kept.borrow_mut();
                    if kept.len() + bytes.len() > CAPTURE_LIMIT {
                        return Err("the remote command wrote more than can be kept".into());
                    }
                    kept.extend_from_slice(&bytes);
                }
                (Output::Kept | Output::Out, _) => cx.streams.push(Stream::Out, &bytes),
                (Output::Both, stream) => cx.streams.push(stream, &bytes),
            }
            cx.flush().await?;
        }
        Ok(())
    }

    /// Sends input; comes back only when the detach keys were pressed.
    async fn speak(&self, cx: &Context, session: &dyn Session) {
        match &self.input {
            Input::None => {}
            Input::Bytes(bytes) => {
                let _ = session.send(bytes).await;
                session.close_input();
            }
            Input::Stdin => {
                let mut detach = Detach::new(&self.detach);
                loop {
                    let bytes = cx.host.read().await;
                    if bytes.is_empty() {
                        session.close_input();
                        break;
                    }
                    let (send, detached) = detach.filter(bytes);
                    if !send.is_empty() && session.send(&send).await.is_err() {
                        break;
                    }
                    if detached {
                        return;
                    }
                }
            }
        }
        std::future::pending::<()>().await;
    }

    /// Tells the size of our terminal, and each change of it.
    async fn follow_size(&self, cx: &Context, session: &dyn Session) {
        if !self.tty {
            return std::future::pending().await;
        }
        loop {
            if let Some((columns, rows)) = cx.host.window() {
                if self.redraw {
                    session.resize(columns.saturating_add(1), rows.saturating_add(1));
                }
                session.resize(columns, rows);
            }
            cx.host.window_changes().await;
        }
    }
}

/// Looks for the keys that detach; those that may begin the sequence are held back.
struct Detach<'a> {
    keys: &'a [u8],
    seen: usize,
}

impl<'a> Detach<'a> {
    fn new(keys: &'a [u8]) -> Detach<'a> {
        Detach { keys, seen: 0 }
    }

    /// What is to be sent of `bytes`, and whether the sequence is complete.
    fn filter(&mut self, bytes: Vec<u8>) -> (Vec<u8>, bool) {
        if self.keys.is_empty() {
            return (bytes, false);
        }
        let mut out = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if byte != self.keys[self.seen] {
                out.extend_from_slice(&self.keys[..self.seen]);
                self.seen = 0;
            }
            if byte == self.keys[self.seen] {
                self.seen += 1;
                if self.seen == self.keys.len() {
                    return (out, true);
                }
            } else {
                out.push(byte);
            }
        }
        (out, false)
    }
}

/// Bytes of a sequence such as `ctrl-p,ctrl-q`.
pub fn detach_keys(text: &str) -> Result<Vec<u8>, Error> {
    let mut keys = Vec::new();
    for key in text.split(',') {
        let byte = match (key.strip_prefix("ctrl-").map(str::as_bytes), key.as_bytes()) {
            (Some([letter @ b'a'..=b'z']), _) => letter - b'a' + 1,
            (Some(b"@"), _) => 0,
            (Some(b"["), _) => 27,
            (Some(b"\\"), _) => 28,
            (Some(b"]"), _) => 29,
            (Some(b"^"), _) => 30,
            (Some(b"_"), _) => 31,
            (None, [byte]) => *byte,
            _ => {
                return Err(fail!(
                    "could not bind detach keys: Unknown character: '{key}'"
                ));
            }
        };
        keys.push(byte);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detach_keys_are_found_across_reads() {
        let keys = detach_keys("ctrl-p,ctrl-q").unwrap();
        assert_eq!(keys, [16, 17]);
        for (reads, sent, detached) in [
            (vec![&b"ab"[..]], &b"ab"[..], false),
            (vec![b"a\x10", b"\x11b"], b"a", true),
            (vec![b"\x10", b"b"], b"\x10b", false),
            (vec![b"\x10\x10\x11"], b"\x10", true),
        ] {
            let mut detach = Detach::new(&keys);
            let (mut all, mut ended) = (Vec::new(), false);
            for read in reads {
                let (send, done) = detach.filter(read.to_vec());
                all.extend(send);
                ended |= done;
            }
            assert_eq!((all.as_slice(), ended), (sent, detached));
        }
        assert!(detach_keys("ctrl-pp").is_err());
    }
}
