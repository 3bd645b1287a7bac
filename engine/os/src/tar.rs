//! The archive format of `tar`: what the tool of that name and `kubectl cp` exchange.
//!
//! An [`Entry`] is a file with its attributes; [`Archive`] writes entries one after the other, [`entries`] reads them.
//! Written is POSIX's ustar, with GNU's entries for long names; read are these and pax headers. Not here: file systems,
//! compression, sparse files, devices.

/// Everything in an archive comes in blocks of this size.
const BLOCK: usize = 512;
/// The longest name a header holds.
const NAME: usize = 100;

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file and its bytes.
    File(Vec<u8>),
    /// A directory.
    Directory,
    /// A symbolic link and its target.
    Symlink(String),
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path; that of a directory ends with a slash.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// When it was changed, in seconds since 1970.
    pub mtime: i64,
}

/// An archive that is being written.
#[derive(Clone, Debug, Default)]
pub struct Archive(Vec<u8>);

impl Archive {
    /// Adds a file.
    pub fn add(&mut self, entry: &Entry) {
        let (flag, link, content): (u8, &str, &[u8]) = match &entry.kind {
            Kind::File(bytes) => (b'0', "", bytes),
            Kind::Directory => (b'5', "", &[]),
            Kind::Symlink(target) => (b'2', target, &[]),
        };
        for (flag, name) in [(b'L', entry.name.as_str()), (b'K', link)] {
            if name.len() > NAME {
                let mut bytes = name.as_bytes().to_vec();
                bytes.push(0);
                self.block(&Header::new("././@LongLink", flag, bytes.len(), entry));
                self.content(&bytes);
            }
        }
        let mut header = Header::new(&entry.name, flag, content.len(), entry);
        header.text(157, NAME, link);
        self.block(&header);
        self.content(content);
    }

    fn block(&mut self, header: &Header) {
        self.0.extend_from_slice(&header.sealed());
    }

    fn content(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let end = self.0.len().next_multiple_of(BLOCK);
        self.0.resize(end, 0);
    }

    /// Takes what was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    /// Ends the archive; what was not taken yet.
    pub fn finish(mut self) -> Vec<u8> {
        let end = self.0.len() + 2 * BLOCK;
        self.0.resize(end, 0);
        self.0
    }
}

struct Header([u8; BLOCK]);

impl Header {
    fn new(name: &str, flag: u8, size: usize, entry: &Entry) -> Header {
        let mut header = Header([0; BLOCK]);
        header.text(0, NAME, name);
        header.number(100, 8, u64::from(entry.mode & 0o7777));
        header.number(108, 8, u64::from(entry.uid));
        header.number(116, 8, u64::from(entry.gid));
        header.number(124, 12, size as u64);
        header.number(136, 12, u64::try_from(entry.mtime).unwrap_or(0));
        header.0[156] = flag;
        header.0[257..265].copy_from_slice(b"ustar\x0000");
        header
    }

    fn text(&mut self, at: usize, room: usize, text: &str) {
        let length = text.len().min(room);
        self.0[at..at + length].copy_from_slice(&text.as_bytes()[..length]);
    }

    /// An octal number, with a zero byte behind it.
    fn number(&mut self, at: usize, room: usize, number: u64) {
        let digits = format!("{number:0width$o}", width = room - 1);
        let digits = &digits.as_bytes()[digits.len() - (room - 1)..];
        self.0[at..at + digits.len()].copy_from_slice(digits);
    }

    fn sealed(&self) -> [u8; BLOCK] {
        let mut block = self.0;
        block[148..156].fill(b' ');
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        block
    }
}

/// Why an archive cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is no archive.
    Header,
    /// It ends in the middle.
    Truncated,
}

/// Reads an archive up to its end mark; whether there was one.
///
/// # Errors
/// When it is no archive, or is cut off within a file.
pub fn entries(bytes: &[u8]) -> Result<(Vec<Entry>, bool), Error> {
    let mut found = Vec::new();
    let mut at = 0;
    let (mut long_name, mut long_link) = (None, None);
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().all(|byte| *byte == 0) {
            return Ok((found, true));
        }
        let declared = octal(&block[148..156]);
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(i, byte)| match i {
                148..156 => u64::from(b' '),
                _ => u64::from(*byte),
            })
            .sum();
        if declared != Some(sum) {
            return Err(Error::Header);
        }
        let size = octal(&block[124..136]).ok_or(Error::Header)?;
        let size = usize::try_from(size).map_err(|_| Error::Truncated)?;
        let start = at + BLOCK;
        let end = start.checked_add(size).ok_or(Error::Truncated)?;
        let content = bytes.get(start..end).ok_or(Error::Truncated)?;
        at = end.next_multiple_of(BLOCK);
        match block[156] {
            b'L' => long_name = Some(text(content)),
            b'K' => long_link = Some(text(content)),
            b'x' => {
                long_name = pax(content, "path").or(long_name);
                long_link = pax(content, "linkpath").or(long_link);
            }
            b'g' => {}
            flag => {
                let name = long_name.take().unwrap_or_else(|| name(block));
                let link = long_link.take().unwrap_or_else(|| text(&block[157..257]));
                let kind = match flag {
                    b'5' => Kind::Directory,
                    b'2' => Kind::Symlink(link),
                    // Old archives mark directories by their name alone.
                    0 | b'0' if name.ends_with('/') => Kind::Directory,
                    _ => Kind::File(content.to_vec()),
                };
                let field = |at: usize| octal(&block[at..at + 8]).unwrap_or(0);
                found.push(Entry {
                    name,
                    kind,
                    mode: (field(100) & 0o7777) as u16,
                    uid: u32::try_from(field(108)).unwrap_or(0),
                    gid: u32::try_from(field(116)).unwrap_or(0),
                    mtime: i64::try_from(octal(&block[136..148]).unwrap_or(0)).unwrap_or(0),
                });
            }
        }
    }
    match at >= bytes.len() {
        true => Ok((found, false)),
        false => Err(Error::Truncated),
    }
}

/// The name of a header, with the prefix that ustar keeps apart.
fn name(block: &[u8]) -> String {
    let name = text(&block[..NAME]);
    match text(&block[345..500]) {
        prefix if !prefix.is_empty() && block[257..262] == *b"ustar" => format!("{prefix}/{name}"),
        _ => name,
    }
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = text(field);
    let digits = text.trim();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

/// A value of a pax header: lines of `length key=value`.
fn pax(content: &[u8], key: &str) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(' ')?.1.split_once('=')?;
        (found == key).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(name: &str, kind: Kind) -> Entry {
        Entry {
            name: name.into(),
            kind,
            mode: 0o640,
            uid: 1,
            gid: 2,
            mtime: 1_795_000_000,
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let long = "d/".repeat(80) + "file";
        let all = [
            entry("d/", Kind::Directory),
            entry("d/empty", Kind::File(Vec::new())),
            entry("d/text", Kind::File(vec![b'x'; 1000])),
            entry("d/link", Kind::Symlink("text".into())),
            entry(&long, Kind::Symlink(long.clone())),
        ];
        let mut archive = Archive::default();
        all.iter().for_each(|entry| archive.add(entry));
        let bytes = archive.finish();
        assert_eq!(bytes.len() % BLOCK, 0);
        assert_eq!(entries(&bytes), Ok((all.to_vec(), true)));
        assert_eq!(
            entries(&bytes[..bytes.len() - 2 * BLOCK]),
            Ok((all.to_vec(), false))
        );
        assert_eq!(entries(&bytes[..BLOCK * 4]), Err(Error::Truncated));
        assert_eq!(entries(b"x"), Err(Error::Truncated));
        assert_eq!(entries(&[1; BLOCK]), Err(Error::Header));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2048), seal in any::<bool>()) {
            let mut bytes = bytes;
            if seal && bytes.len() >= BLOCK {
                bytes[148..156].fill(b' ');
                let sum: u64 = bytes[..BLOCK].iter().map(|b| u64::from(*b)).sum();
                bytes[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            }
            let _ = entries(&bytes);
        }
    }
}
