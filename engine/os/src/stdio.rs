//! Reading a descriptor line by line.

use bytes::{Buf, Bytes, BytesMut};

use crate::errno::SysResult;
use crate::file::File;
use crate::proc::Proc;

/// Reads lines from an open file on behalf of a process.
pub struct LineReader {
    proc: Proc,
    file: File,
    buffer: BytesMut,
    ended: bool,
}

impl LineReader {
    /// Reads `file`.
    pub fn new(proc: &Proc, file: File) -> Self {
        LineReader {
            proc: proc.clone(),
            file,
            buffer: BytesMut::new(),
            ended: false,
        }
    }

    /// The next line with its line feed (the last may lack it); none at the end.
    ///
    /// What a line that never ends holds is charged to the process's memory.
    pub async fn next_line(&mut self) -> SysResult<Option<Bytes>> {
        self.next_until(b'\n').await
    }

    /// As [`LineReader::next_line`], with another end of line.
    pub async fn next_until(&mut self, end: u8) -> SysResult<Option<Bytes>> {
        let mut seen = 0;
        let mut held = 0;
        loop {
            if let Some(at) = self.buffer[seen..].iter().position(|byte| *byte == end) {
                self.proc.free(held);
                return Ok(Some(self.buffer.split_to(seen + at + 1).freeze()));
            }
            seen = self.buffer.len();
            if self.ended {
                self.proc.free(held);
                let rest = self.buffer.split();
                return Ok((!rest.is_empty()).then(|| rest.freeze()));
            }
            let data = self.proc.read_file_from(&self.file, 65_536).await?;
            if data.is_empty() {
                self.ended = true;
            }
            if seen > 0 {
                held += data.len() as u64;
                self.proc.charge(data.len() as u64).await;
            }
            self.buffer.extend_from_slice(&data);
        }
    }

    /// What was read but not handed out.
    pub fn rest(&mut self) -> Bytes {
        let len = self.buffer.remaining();
        self.buffer.copy_to_bytes(len)
    }
}
