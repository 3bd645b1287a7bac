//! Writing the binary format: numbers, vectors and sections.

/// Section numbers of the binary format.
pub(super) mod section {
    pub(in super::super) const TYPE: u8 = 1;
    pub(in super::super) const IMPORT: u8 = 2;
    pub(in super::super) const FUNCTION: u8 = 3;
    pub(in super::super) const TABLE: u8 = 4;
    pub(in super::super) const GLOBAL: u8 = 6;
    pub(in super::super) const EXPORT: u8 = 7;
    pub(in super::super) const START: u8 = 8;
    pub(in super::super) const ELEMENT: u8 = 9;
    pub(in super::super) const CODE: u8 = 10;
    pub(in super::super) const DATA: u8 = 11;
    pub(in super::super) const DATA_COUNT: u8 = 12;
}

/// Instructions that stand-ins are made of.
pub(super) mod op {
    pub(in super::super) const END: u8 = 0x0b;
    pub(in super::super) const CALL: u8 = 0x10;
    pub(in super::super) const CALL_INDIRECT: u8 = 0x11;
    pub(in super::super) const LOCAL_GET: u8 = 0x20;
    pub(in super::super) const LOCAL_SET: u8 = 0x21;
    pub(in super::super) const GLOBAL_GET: u8 = 0x23;
    pub(in super::super) const GLOBAL_SET: u8 = 0x24;
    pub(in super::super) const I32_CONST: u8 = 0x41;
    pub(in super::super) const REF_FUNC: u8 = 0xd2;
}

/// The type `i32`.
pub(super) const I32: u8 = 0x7f;

/// What a module begins with.
pub(super) const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// An unsigned number, in as few bytes as it takes.
pub(super) fn number(out: &mut Vec<u8>, value: u32) {
    let mut rest = value;
    loop {
        let byte = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// `i32.const` of a table's slot.
pub(super) fn constant(out: &mut Vec<u8>, value: u32) {
    out.push(op::I32_CONST);
    let mut rest = i64::from(value);
    loop {
        let byte = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 && byte & 0x40 == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// An instruction with one number.
pub(super) fn with(out: &mut Vec<u8>, op: u8, value: u32) {
    out.push(op);
    number(out, value);
}

/// A name: its length and bytes.
pub(super) fn name(out: &mut Vec<u8>, name: &str) {
    number(out, name.len() as u32);
    out.extend_from_slice(name.as_bytes());
}

/// Bytes with their length before them.
pub(super) fn sized(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

/// A section whose content is a vector: entries that are written one by one.
#[derive(Default)]
pub(super) struct Entries {
    count: u32,
    bytes: Vec<u8>,
}

impl Entries {
    /// The place for one more entry's bytes.
    pub(super) fn add(&mut self) -> &mut Vec<u8> {
        self.count += 1;
        &mut self.bytes
    }

    /// Takes entries over as they stand in another module.
    pub(super) fn copy(&mut self, count: u32, bytes: &[u8]) {
        self.count += count;
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes the section; nothing if it has no entries.
    pub(super) fn section(self, out: &mut Vec<u8>, id: u8) {
        if self.count > 0 {
            let mut content = Vec::with_capacity(self.bytes.len() + 5);
            number(&mut content, self.count);
            content.extend_from_slice(&self.bytes);
            out.push(id);
            sized(out, &content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_format_wants_them() {
        let check = |value, unsigned: &[u8], signed: &[u8]| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            number(&mut a, value);
            constant(&mut b, value);
            assert_eq!((a.as_slice(), &b[1..]), (unsigned, signed), "{value}");
        };
        check(0, &[0], &[0]);
        check(63, &[63], &[63]);
        check(64, &[64], &[0xc0, 0]);
        check(128, &[0x80, 1], &[0x80, 1]);
        check(8191, &[0xff, 0x3f], &[0xff, 0x3f]);
        check(8192, &[0x80, 0x40], &[0x80, 0xc0, 0]);
    }
}
