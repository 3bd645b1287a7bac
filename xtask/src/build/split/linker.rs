//! What the linker tells of a program: its pieces of data, and what functions and pieces refer to.
//!
//! `app/build.rs` and `app/worker/build.rs` ask it to leave its symbols and relocations. A relocation is a place in code
//! or data that the linker filled in: with a function's number or slot, or with the address of a piece of data. What it
//! filled in is compared with what the relocation says, so that a linker that means something else is noticed.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    KnownCustom, Linking, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

use super::module;

/// Something that can refer and be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A function, by its number.
    Function(u32),
    /// A piece of data, by its number in [`Linked::pieces`].
    Data(usize),
}

/// One thing has another in hand.
pub(super) struct Reference {
    pub(super) from: Node,
    pub(super) to: Node,
    /// The address that stands for a piece of data: somewhere in it, or behind it.
    pub(super) address: u32,
}

/// A program as the linker left it.
pub(super) struct Linked {
    /// What is put into memory, and from where on.
    pub(super) segments: Vec<(u32, Vec<u8>)>,
    /// Where each piece of data lies in memory. They may lie within each other.
    pub(super) pieces: Vec<Range<u32>>,
    pub(super) references: Vec<Reference>,
}

impl Linked {
    /// Reads what the linker left, with its symbols and relocations.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut layout = Layout::read(bytes)?;
        let relocations = std::mem::take(&mut layout.relocations);
        let mut references = Vec::new();
        for (section, entry) in &relocations {
            let Some((to, address)) = layout.target(entry)? else {
                continue;
            };
            let at = entry.offset as usize;
            let from = if Some(*section) == layout.code {
                if entry.ty == RelocationType::FunctionIndexLeb {
                    let called = padded(bytes, layout.code_start + at);
                    ensure!(
                        called.map(Node::Function) == Some(to),
                        "code calls another function than its relocation says"
                    );
                }
                layout.function_at(at)
            } else if Some(*section) == layout.data {
                layout.pieces_at(at, to, address)?
            } else {
                continue;
            };
            references.extend((from.into_iter()).map(|from| Reference { from, to, address }));
        }
        let of_code = |each: &Reference| matches!(each.from, Node::Function(_));
        ensure!(
            references.iter().any(of_code),
            "the linker left no relocations of code"
        );
        Ok(Self {
            segments: layout.segments,
            pieces: layout.pieces,
            references,
        })
    }
}

/// A number that the linker wrote, in five bytes.
fn padded(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 5)?.iter().rev();
    Some(digits.fold(0, |sum, digit| (sum << 7) | u32::from(digit & 0x7f)))
}

/// Where things lie in a linked program.
#[derive(Default)]
struct Layout<'a> {
    imported: u32,
    /// The code section's number and place in the file.
    code: Option<u32>,
    code_start: usize,
    /// The data section's number.
    data: Option<u32>,
    /// Functions' code, from the beginning of its section, in order.
    bodies: Vec<Range<usize>>,
    segments: Vec<(u32, Vec<u8>)>,
    /// Segments' bytes, from the beginning of their section, in order.
    places: Vec<Range<usize>>,
    symbols: Vec<SymbolInfo<'a>>,
    /// With the number of the section that they fill in.
    relocations: Vec<(u32, RelocationEntry)>,
    pieces: Vec<Range<u32>>,
    /// Symbols' pieces.
    of_symbol: Vec<Option<usize>>,
    /// The pieces in order of their beginning.
    order: Vec<usize>,
    /// The length of the longest piece.
    longest: u32,
}

impl<'a> Layout<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut layout = Self::default();
        let mut sections = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            layout.take(&payload, sections)?;
            sections += u32::from(payload.as_section().is_some());
        }
        layout.place_pieces();
        ensure!(
            !layout.pieces.is_empty(),
            "the linker left no symbols of data"
        );
        Ok(layout)
    }

    fn take(&mut self, payload: &Payload<'a>, section: u32) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let is_function = matches!(import?.ty, TypeRef::Func(_));
                    self.imported += u32::from(is_function);
                }
            }
            Payload::CodeSectionStart { range, .. } => {
                self.code = Some(section);
                self.code_start = range.start;
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                let start = self.code_start;
                self.bodies.push(range.start - start..range.end - start);
            }
            Payload::DataSection(segments) => {
                self.data = Some(section);
                let start = segments.range().start;
                for segment in segments.clone() {
                    let segment = segment?;
                    let end = segment.range.end - start;
                    self.places.push(end - segment.data.len()..end);
                    let address = module::address(&segment.kind)?;
                    self.segments.push((address, segment.data.to_vec()));
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Linking(linking) => {
                    for part in linking.subsections() {
                        if let Linking::SymbolTable(table) = part? {
                            self.symbols = table.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => {
                    let of = relocations.section_index();
                    for entry in relocations.entries() {
                        self.relocations.push((of, entry?));
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn place_pieces(&mut self) {
        for symbol in &self.symbols {
            let piece = piece(symbol, &self.segments);
            self.of_symbol
                .push(piece.as_ref().map(|_| self.pieces.len()));
            self.pieces.extend(piece);
        }
        self.order = (0..self.pieces.len()).collect();
        self.order.sort_by_key(|piece| self.pieces[*piece].start);
        let lengths = self.pieces.iter().map(|piece| piece.end - piece.start);
        self.longest = lengths.max().unwrap_or(0);
    }

    /// What a relocation refers to, and by which address if that is data.
    fn target(&self, entry: &RelocationEntry) -> Result<Option<(Node, u32)>> {
        let symbol = entry.index as usize;
        Ok(match entry.ty {
            RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32 => {
                let piece = self.of_symbol.get(symbol);
                let piece = *piece.context("a relocation of no symbol")?;
                piece.map(|piece| {
                    let address = i64::from(self.pieces[piece].start) + entry.addend;
                    (Node::Data(piece), address as u32)
                })
            }
            RelocationType::FunctionIndexLeb
            | RelocationType::FunctionIndexI32
            | RelocationType::TableIndexSleb
            | RelocationType::TableIndexI32 => match self.symbols.get(symbol) {
                Some(SymbolInfo::Func { index, .. }) => Some((Node::Function(*index), 0)),
                _ => None,
            },
            RelocationType::TypeIndexLeb
            | RelocationType::GlobalIndexLeb
            | RelocationType::GlobalIndexI32
            | RelocationType::TableNumberLeb => None,
            other => bail!("a relocation of type {other:?}"),
        })
    }

    fn function_at(&self, at: usize) -> Vec<Node> {
        let after = self.bodies.partition_point(|body| body.start <= at);
        let found = after
            .checked_sub(1)
            .filter(|body| self.bodies[*body].contains(&at));
        let number = found.map(|body| Node::Function(self.imported + body as u32));
        number.into_iter().collect()
    }

    /// The pieces that a place in the data section belongs to. What stands there must be what the relocation says.
    fn pieces_at(&self, at: usize, to: Node, address: u32) -> Result<Vec<Node>> {
        let segment = self.places.partition_point(|place| place.start <= at);
        let segment = segment.checked_sub(1).context("data before all segments")?;
        let (start, bytes) = &self.segments[segment];
        let within = at - self.places[segment].start;
        let there = bytes.get(within..within + 4).context("beyond a segment")?;
        ensure!(
            matches!(to, Node::Function(_)) || there == address.to_le_bytes(),
            "the linker wrote another address than its relocation says"
        );
        let at = start + within as u32;
        let after = self
            .order
            .partition_point(|piece| self.pieces[*piece].start <= at);
        let before = self.order[..after].iter().rev();
        Ok(before
            .take_while(|piece| self.pieces[**piece].start + self.longest > at)
            .filter(|piece| self.pieces[**piece].contains(&at))
            .map(|piece| Node::Data(*piece))
            .collect())
    }
}

/// The memory of a symbol of data. What has no segment is zeroed memory, which no module brings along.
fn piece(symbol: &SymbolInfo<'_>, segments: &[(u32, Vec<u8>)]) -> Option<Range<u32>> {
    let SymbolInfo::Data {
        symbol: Some(place),
        ..
    } = symbol
    else {
        return None;
    };
    let (start, bytes) = segments.get(place.index as usize)?;
    let from = start.checked_add(place.offset)?;
    let to = from.checked_add(place.size)?;
    ((to - start) as usize <= bytes.len()).then_some(from..to)
}
