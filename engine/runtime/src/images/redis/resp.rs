//! RESP2, the protocol that redis and its clients speak.

use network::Stream;

/// No message is longer than this.
const LIMIT: usize = 4 * 1024 * 1024;

/// A value of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `+OK`
    Simple(String),
    /// `-ERR …`
    Error(String),
    /// `:1`
    Int(i64),
    /// `$3` and three bytes; `None` is nil.
    Bulk(Option<String>),
    /// `*2` and two values.
    List(Vec<Value>),
}

impl Value {
    pub(super) fn ok() -> Self {
        Self::Simple("OK".to_owned())
    }

    pub(super) fn error(text: &str) -> Self {
        Self::Error(text.to_owned())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Bulk(Some(text.into()))
    }

    pub(super) fn nil() -> Self {
        Self::Bulk(None)
    }

    pub(super) fn int(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// Its bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Simple(text) => format!("+{text}\r\n").into_bytes(),
            Self::Error(text) => format!("-{text}\r\n").into_bytes(),
            Self::Int(number) => format!(":{number}\r\n").into_bytes(),
            Self::Bulk(None) => b"$-1\r\n".to_vec(),
            Self::Bulk(Some(text)) => format!("${}\r\n{text}\r\n", text.len()).into_bytes(),
            Self::List(values) => {
                let mut bytes = format!("*{}\r\n", values.len()).into_bytes();
                bytes.extend(values.iter().flat_map(Self::encode));
                bytes
            }
        }
    }

    /// As `redis-cli` shows it on a terminal.
    pub(super) fn show(&self, indent: usize) -> String {
        match self {
            Self::Simple(text) => format!("{text}\n"),
            Self::Error(text) => format!("(error) {text}\n"),
            Self::Int(number) => format!("(integer) {number}\n"),
            Self::Bulk(None) => "(nil)\n".to_owned(),
            Self::Bulk(Some(text)) => format!("{text:?}\n"),
            Self::List(values) if values.is_empty() => "(empty array)\n".to_owned(),
            Self::List(values) => values
                .iter()
                .enumerate()
                .map(|(i, value)| {
                    let pad = if i == 0 { 0 } else { indent };
                    let label = format!("{}) ", i + 1);
                    let inner = value.show(indent + label.len());
                    format!("{:pad$}{label}{inner}", "")
                })
                .collect(),
        }
    }

    /// As `redis-cli` prints it into a pipe.
    pub(super) fn raw(&self) -> String {
        match self {
            Self::Simple(text) | Self::Error(text) => format!("{text}\n"),
            Self::Int(number) => format!("{number}\n"),
            Self::Bulk(text) => format!("{}\n", text.as_deref().unwrap_or_default()),
            Self::List(values) if values.is_empty() => "\n".to_owned(),
            Self::List(values) => values.iter().map(Self::raw).collect(),
        }
    }
}

/// Reads values from a connection.
#[derive(Default)]
pub(super) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// The next command, in either of its forms: a list of texts, or words on a line.
    pub(super) async fn command(&mut self, stream: &mut Stream) -> Option<Vec<String>> {
        loop {
            if let Some(line) = self.peek_line()
                && !line.starts_with('*')
            {
                self.take_line();
                return Some(line.split_whitespace().map(str::to_owned).collect());
            }
            match self.parse() {
                Some((Value::List(values), used)) => {
                    self.buffer.drain(..used);
                    let texts = values.into_iter().filter_map(|value| match value {
                        Value::Bulk(text) => text,
                        Value::Simple(text) => Some(text),
                        _ => None,
                    });
                    return Some(texts.collect());
                }
                _ => self.fill(stream).await?,
            }
        }
    }

    /// The next value.
    pub(super) async fn value(&mut self, stream: &mut Stream) -> Option<Value> {
        loop {
            if let Some((value, used)) = self.parse() {
                self.buffer.drain(..used);
                return Some(value);
            }
            self.fill(stream).await?;
        }
    }

    async fn fill(&mut self, stream: &mut Stream) -> Option<()> {
        let chunk = stream.read().await;
        if chunk.is_empty() || self.buffer.len() + chunk.len() > LIMIT {
            return None;
        }
        self.buffer.extend(chunk);
        Some(())
    }

    fn peek_line(&self) -> Option<String> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n')?;
        let line = String::from_utf8_lossy(&self.buffer[..end]);
        Some(line.trim_end().to_owned())
    }

    fn take_line(&mut self) {
        if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            self.buffer.drain(..=end);
        }
    }

    fn parse(&self) -> Option<(Value, usize)> {
        parse(&self.buffer, 0, 0)
    }
}

/// The value that begins at `at`, and where it ends; `None` when it is not all there.
fn parse(bytes: &[u8], at: usize, depth: usize) -> Option<(Value, usize)> {
    let rest = bytes.get(at..)?;
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = String::from_utf8_lossy(rest.get(1..end)?).into_owned();
    let next = at + end + 2;
    let number = line.parse::<i64>().unwrap_or(0);
    match rest[0] {
        b'+' => Some((Value::Simple(line), next)),
        b'-' => Some((Value::Error(line), next)),
        b':' => Some((Value::Int(number), next)),
        b'$' => {
            let Ok(length) = usize::try_from(number) else {
                return Some((Value::nil(), next));
            };
            let text = bytes.get(next..next.checked_add(length)?)?;
            bytes.get(next + length..next + length + 2)?;
            let text = String::from_utf8_lossy(text).into_owned();
            Some((Value::text(text), next + length + 2))
        }
        b'*' if depth < 8 => {
            let mut values = Vec::new();
            let mut at = next;
            for _ in 0..number.clamp(0, 100_000) {
                let (value, end) = parse(bytes, at, depth + 1)?;
                values.push(value);
                at = end;
            }
            Some((Value::List(values), at))
        }
        _ => Some((Value::error("ERR Protocol error"), next)),
    }
}
