//! SPDY/3.1 as far as port-forwarding speaks it: frames and their header blocks, without input or output. Kubernetes takes
//! `github.com/moby/spdystream` for it.
//!
//! Header blocks are one zlib stream for the whole connection, with a dictionary that the protocol prescribes. What clients
//! send is inflated with it; our own blocks are stored as they are, which zlib allows. Absent: flow control (Kubernetes'
//! side has none either), settings, priorities, pushed streams.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

const SYN_STREAM: u16 = 1;
const SYN_REPLY: u16 = 2;
const RST_STREAM: u16 = 3;
const PING: u16 = 6;
const GOAWAY: u16 = 7;
const FIN: u8 = 1;

/// The largest frame that is read.
const MAX_FRAME: usize = 1 << 20;
/// How much a header block may inflate to.
const MAX_HEADERS: usize = 64 << 10;
/// How far back zlib may refer.
const WINDOW: usize = 32 << 10;

/// The words of the protocol's dictionary, each with its length before it; [`REST`] follows.
const WORDS: &str = "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges \
age allow authorization cache-control connection content-base content-encoding content-language content-length \
content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since \
if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate \
proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning \
www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin";
const REST: &str = "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 \
Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not \
Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec \
00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,\
application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,\
utf-,*,enq=0.";

fn dictionary() -> Vec<u8> {
    let mut out = Vec::new();
    for word in WORDS.split(' ') {
        let word = word.replace('_', " ");
        out.extend(u32::try_from(word.len()).unwrap_or_default().to_be_bytes());
        out.extend(word.bytes());
    }
    out.extend(REST.bytes());
    out
}

/// What clients say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A new stream with its headers.
    Open {
        stream: u32,
        headers: Vec<(String, String)>,
        /// The client will send nothing on it.
        fin: bool,
    },
    Data {
        stream: u32,
        bytes: Vec<u8>,
        fin: bool,
    },
    Reset(u32),
    Ping(u32),
    GoAway,
    /// Something that does not matter here.
    Other,
}

/// These bytes are no SPDY.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Takes bytes apart.
pub(super) struct Reader {
    buffer: Vec<u8>,
    inflate: Inflate,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            buffer: Vec::new(),
            inflate: Inflate::new(),
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend(bytes);
    }

    /// The next frame, if all of it has come.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, Malformed> {
        let Some((head, rest)) = self.buffer.split_first_chunk::<8>() else {
            return Ok(None);
        };
        let first = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let flags = head[4];
        let length = usize::from(head[5]) << 16 | usize::from(head[6]) << 8 | usize::from(head[7]);
        if length > MAX_FRAME {
            return Err(Malformed);
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        let payload = payload.to_vec();
        self.buffer.drain(..8 + length);
        let fin = flags & FIN != 0;
        if first >> 31 == 0 {
            return Ok(Some(Frame::Data {
                stream: first,
                bytes: payload,
                fin,
            }));
        }
        let number = || word(&payload, 0).ok_or(Malformed);
        let kind = u16::try_from(first & 0xffff).unwrap_or_default();
        Ok(Some(match kind {
            SYN_STREAM => {
                // After the stream: the one it belongs to, priority and slot.
                let block = payload.get(10..).ok_or(Malformed)?;
                Frame::Open {
                    stream: number()?,
                    headers: self
                        .inflate
                        .block(block)
                        .and_then(headers)
                        .ok_or(Malformed)?,
                    fin,
                }
            }
            RST_STREAM => Frame::Reset(number()?),
            PING => Frame::Ping(number()?),
            GOAWAY => Frame::GoAway,
            _ => Frame::Other,
        }))
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Reads a header block: how many, and each name and value with its length.
fn headers(block: Vec<u8>) -> Option<Vec<(String, String)>> {
    let mut at = 4;
    let mut text = || {
        let length = usize::try_from(word(&block, at)?).ok()?;
        let start = at + 4;
        at = start.checked_add(length)?;
        Some(String::from_utf8_lossy(block.get(start..at)?).into_owned())
    };
    let count = word(&block, 0)?;
    (0..count).map(|_| Some((text()?, text()?))).collect()
}

/// The header blocks' zlib stream.
struct Inflate {
    state: Box<DecompressorOxide>,
    begun: bool,
    /// What came out, dictionary first.
    out: Vec<u8>,
    end: usize,
}

impl Inflate {
    fn new() -> Self {
        let mut out = dictionary();
        let end = out.len();
        out.resize(WINDOW + MAX_HEADERS, 0);
        Self {
            state: Box::default(),
            begun: false,
            out,
            end,
        }
    }

    fn block(&mut self, mut input: &[u8]) -> Option<Vec<u8>> {
        if !self.begun {
            self.begun = true;
            // zlib's own header, and the checksum of the dictionary.
            let with_dictionary = input.get(1)? & 0x20 != 0;
            input = input.get(if with_dictionary { 6 } else { 2 }..)?;
        }
        if self.end > WINDOW {
            self.out.copy_within(self.end - WINDOW..self.end, 0);
            self.end = WINDOW;
        }
        let flags = inflate_flags::TINFL_FLAG_HAS_MORE_INPUT
            | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let start = self.end;
        let (status, _, written) = decompress(&mut self.state, input, &mut self.out, start, flags);
        self.end += written;
        matches!(status, TINFLStatus::NeedsMoreInput | TINFLStatus::Done)
            .then(|| self.out.get(start..self.end).map(<[u8]>::to_vec))?
    }
}

/// Puts frames together.
#[derive(Default)]
pub(super) struct Writer {
    begun: bool,
}

impl Writer {
    /// The answer to a new stream: it is welcome, with no headers to tell.
    pub(super) fn accept(&mut self, stream: u32) -> Vec<u8> {
        let mut payload = stream.to_be_bytes().to_vec();
        if !self.begun {
            self.begun = true;
            // Deflate with the smallest effort and no dictionary.
            payload.extend([0x78, 0x01]);
        }
        // A stored block of four bytes (no headers), and an empty one, at which readers look at what they have.
        payload.extend([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0]);
        payload.extend([0, 0, 0, 0xff, 0xff]);
        control(SYN_REPLY, &payload)
    }
}

/// Bytes on a stream; `fin` when they are the last.
pub(super) fn data(stream: u32, bytes: &[u8], fin: bool) -> Vec<u8> {
    let mut out = (stream & 0x7fff_ffff).to_be_bytes().to_vec();
    frame(&mut out, u8::from(fin), bytes);
    out
}

/// The answer to a ping.
pub(super) fn ping(id: u32) -> Vec<u8> {
    control(PING, &id.to_be_bytes())
}

fn control(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x80, 3];
    out.extend(kind.to_be_bytes());
    frame(&mut out, 0, payload);
    out
}

fn frame(out: &mut Vec<u8>, flags: u8, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or_default() & 0xff_ffff;
    out.extend((u32::from(flags) << 24 | length).to_be_bytes());
    out.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_the_protocols() {
        // Adler-32 of it, as it stands in every SPDY/3 stream.
        let (mut a, mut b) = (1u32, 0u32);
        for byte in dictionary() {
            a = (a + u32::from(byte)) % 65521;
            b = (b + a) % 65521;
        }
        assert_eq!(b << 16 | a, 0xe3c6_a7c2);
    }

    /// SYN_STREAM of streams 1 and 3 with `streamtype: error`, `port: 80` and so on, compressed by zlib with the dictionary.
    #[test]
    fn reads_what_go_clients_send() {
        let hex = include_str!("spdy_frames.txt");
        let bytes: Vec<u8> = hex
            .split_whitespace()
            .filter_map(|byte| u8::from_str_radix(byte, 16).ok())
            .collect();
        let mut reader = Reader::new();
        let mut frames = Vec::new();
        for byte in bytes {
            reader.feed(&[byte]);
            frames.extend(reader.next().expect("they are frames"));
        }
        let open = |stream, kind: &str, fin| Frame::Open {
            stream,
            headers: [("streamtype", kind), ("port", "80"), ("requestid", "0")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            fin,
        };
        let sent = Frame::Data {
            stream: 3,
            bytes: b"hello".to_vec(),
            fin: true,
        };
        assert_eq!(
            frames,
            [
                open(1, "error", true),
                open(3, "data", false),
                sent,
                Frame::Ping(7)
            ]
        );
    }

    #[test]
    fn writes_frames() {
        assert_eq!(data(3, b"ab", true), [0, 0, 0, 3, 1, 0, 0, 2, b'a', b'b']);
        assert_eq!(ping(7), [0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7]);
        let mut writer = Writer::default();
        assert_eq!(writer.accept(1).len(), 8 + 4 + 2 + 14);
        assert_eq!(writer.accept(3).len(), 8 + 4 + 14);
    }

    #[test]
    fn refuses_nonsense() {
        let mut reader = Reader::new();
        reader.feed(&[
            0x80, 3, 0, 1, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2,
        ]);
        assert_eq!(reader.next(), Err(Malformed));
        let mut reader = Reader::new();
        reader.feed(&[0xff; 8]);
        assert_eq!(reader.next(), Err(Malformed));
    }
}
