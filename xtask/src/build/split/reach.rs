//! What a program's code can reach without entering a certain part of it.
//!
//! The linker tells what each function and each piece of data refers to: functions that are called or whose slot in the
//! function table is taken, and pieces of data, with their tables of methods. Everything that the roots lead to is
//! early; into functions that are *late by name* nobody is followed. So it is the code that says what comes late, and
//! an early function cannot call a late one by any way but through one of those names.
//!
//! The program is then changed by wasm-bindgen, which numbers functions anew and adds some of its own. A function is
//! found again by its mangled name; one that the linker did not know is a root.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Result, ensure};
use wasmparser::{
    DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationType, SymbolInfo,
};

use super::module::{FUNCTION, Module, named, operator};

/// Something that can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// A function, by its number.
    Function(u32),
    /// A piece of data, by its number among the symbols.
    Data(u32),
}

/// What refers to what in a linked program.
#[derive(Default)]
pub(super) struct Graph {
    /// Functions' mangled names.
    names: BTreeMap<u32, String>,
    edges: BTreeMap<Node, BTreeSet<Node>>,
}

impl Graph {
    /// Reads what the linker left.
    pub(super) fn read(linked: &[u8]) -> Result<Self> {
        let mut layout = Layout::default();
        let mut relocations = Vec::new();
        let mut sections = 0;
        let mut graph = Self {
            names: function_names(linked)?,
            ..Self::default()
        };
        for payload in Parser::new(0).parse_all(linked) {
            let payload = payload?;
            if let Payload::CustomSection(section) = &payload {
                match section.as_known() {
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                layout.symbols = table.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(section) => relocations.push(section),
                    _ => {}
                }
            } else {
                layout.take(&payload, sections)?;
            }
            sections += u32::from(payload.as_section().is_some());
        }
        ensure!(!relocations.is_empty(), "the linker left no relocations");
        layout.place_data();
        for section in relocations {
            let of = Some(section.section_index());
            for entry in section.entries() {
                let entry = entry?;
                let Some(to) = layout.target(entry.ty, entry.index) else {
                    continue;
                };
                let at = entry.offset as usize;
                let from = if of == layout.code_section {
                    if entry.ty == RelocationType::FunctionIndexLeb {
                        let called = padded(linked, layout.starts[0] + at);
                        ensure!(
                            called.map(Node::Function) == Some(to),
                            "code calls another function than its relocation says"
                        );
                    }
                    layout.function_at(at)
                } else if of == layout.data_section {
                    layout.data_at(at)
                } else {
                    continue;
                };
                for from in from {
                    graph.edges.entry(from).or_default().insert(to);
                }
            }
        }
        Ok(graph)
    }

    /// The functions of `module`, which the linked program has become, that can run before a late one is entered.
    pub(super) fn early(
        &self,
        module: &Module<'_>,
        bytes: &[u8],
        is_late: impl Fn(&str) -> bool,
    ) -> Result<BTreeSet<u32>> {
        let names = function_names(bytes)?;
        let mut linked: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (function, name) in &self.names {
            linked.entry(name).or_default().push(*function);
        }
        let of = |function: u32| {
            let name = names.get(&function)?;
            linked.get(name.as_str())
        };

        // What is called from outside, and what wasm-bindgen has put in with all that it calls.
        let mut early: BTreeSet<u32> = module
            .exports
            .iter()
            .filter(|export| export.kind == FUNCTION)
            .map(|export| export.index)
            .chain(module.start)
            .collect();
        for function in module.own() {
            if of(function).is_none() {
                early.insert(function);
                early.extend(named(module.body(function))?);
            }
        }

        let mut reached = BTreeSet::new();
        let mut next: Vec<Node> = early
            .iter()
            .filter_map(|function| of(*function))
            .flatten()
            .map(|function| Node::Function(*function))
            .collect();
        while let Some(node) = next.pop() {
            if let Node::Function(function) = node
                && self.names.get(&function).is_some_and(|name| is_late(name))
            {
                continue;
            }
            if reached.insert(node) {
                next.extend(self.edges.get(&node).into_iter().flatten());
            }
        }
        early.extend(module.own().filter(|function| {
            let known = of(*function).into_iter().flatten();
            known
                .copied()
                .any(|function| reached.contains(&Node::Function(function)))
        }));
        early.retain(|function| *function >= module.imported.len() as u32);
        let late = module.own().filter(|each| !early.contains(each)).count();
        ensure!(late > 0, "no function is late");
        Ok(early)
    }
}

/// Functions' names as the name section has them.
fn function_names(bytes: &[u8]) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CustomSection(section) = payload? else {
            continue;
        };
        let KnownCustom::Name(parts) = section.as_known() else {
            continue;
        };
        for part in parts {
            if let Name::Function(map) = part? {
                for naming in map {
                    let naming = naming?;
                    names.insert(naming.index, naming.name.to_owned());
                }
            }
        }
    }
    ensure!(!names.is_empty(), "the functions have no names");
    Ok(names)
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
    code_section: Option<u32>,
    data_section: Option<u32>,
    /// Functions' code, from the beginning of its section, in order.
    bodies: Vec<Range<usize>>,
    /// Segments' bytes, from the beginning of their section.
    segments: Vec<Range<usize>>,
    starts: [usize; 2],
    symbols: Vec<SymbolInfo<'a>>,
    /// Pieces of data with their symbols' numbers, in order of their place.
    data: Vec<(Range<usize>, u32)>,
    /// The length of the longest piece.
    longest: usize,
}

impl<'a> Layout<'a> {
    fn take(&mut self, payload: &Payload<'a>, section: u32) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    let is_function = matches!(import?.ty, wasmparser::TypeRef::Func(_));
                    self.imported += u32::from(is_function);
                }
            }
            Payload::CodeSectionStart { range, .. } => {
                self.code_section = Some(section);
                self.starts[0] = range.start;
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                let start = self.starts[0];
                self.bodies.push(range.start - start..range.end - start);
            }
            Payload::DataSection(segments) => {
                self.data_section = Some(section);
                self.starts[1] = segments.range().start;
                for segment in segments.clone() {
                    let segment = segment?;
                    let DataKind::Active { offset_expr, .. } = &segment.kind else {
                        anyhow::bail!("a segment of data is not active");
                    };
                    ensure!(
                        matches!(operator(offset_expr)?, Operator::I32Const { .. }),
                        "data at no fixed place"
                    );
                    let end = segment.range.end - self.starts[1];
                    self.segments.push(end - segment.data.len()..end);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn place_data(&mut self) {
        for (number, symbol) in (0..).zip(&self.symbols) {
            if let SymbolInfo::Data {
                symbol: Some(place),
                ..
            } = symbol
                && let Some(segment) = self.segments.get(place.index as usize)
            {
                let from = segment.start + place.offset as usize;
                self.data.push((from..from + place.size as usize, number));
                self.longest = self.longest.max(place.size as usize);
            }
        }
        self.data.sort_by_key(|(range, _)| range.start);
    }

    /// What a relocation refers to.
    fn target(&self, kind: RelocationType, index: u32) -> Option<Node> {
        match kind {
            RelocationType::MemoryAddrLeb
            | RelocationType::MemoryAddrSleb
            | RelocationType::MemoryAddrI32 => Some(Node::Data(index)),
            RelocationType::FunctionIndexLeb
            | RelocationType::FunctionIndexI32
            | RelocationType::TableIndexSleb
            | RelocationType::TableIndexI32 => match self.symbols.get(index as usize)? {
                SymbolInfo::Func { index, .. } => Some(Node::Function(*index)),
                _ => None,
            },
            _ => None,
        }
    }

    fn function_at(&self, at: usize) -> Vec<Node> {
        let after = self.bodies.partition_point(|body| body.start <= at);
        let found = after
            .checked_sub(1)
            .filter(|body| self.bodies[*body].contains(&at));
        let number = found.map(|body| Node::Function(self.imported + body as u32));
        number.into_iter().collect()
    }

    /// Pieces may lie within each other, so there may be several.
    fn data_at(&self, at: usize) -> Vec<Node> {
        let after = self.data.partition_point(|(piece, _)| piece.start <= at);
        let before = self.data[..after].iter().rev();
        before
            .take_while(|(piece, _)| piece.start + self.longest > at)
            .filter(|(piece, _)| piece.contains(&at))
            .map(|(_, symbol)| Node::Data(*symbol))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_followed_into_what_is_late() {
        let names = [
            "main",
            "shown",
            "late entry",
            "helper of both",
            "late helper",
            "method",
        ];
        let function = |name: &str| {
            let place = names.iter().position(|each| *each == name);
            Node::Function(place.expect("a name") as u32)
        };
        let edges = [
            (
                function("main"),
                vec![function("shown"), function("late entry")],
            ),
            (
                function("shown"),
                vec![function("helper of both"), Node::Data(1)],
            ),
            (
                function("late entry"),
                vec![function("helper of both"), function("late helper")],
            ),
            (Node::Data(1), vec![function("method")]),
        ];
        let graph = Graph {
            names: (0..).zip(names.map(String::from)).collect(),
            edges: edges
                .into_iter()
                .map(|(from, to)| (from, to.into_iter().collect()))
                .collect(),
        };
        let bytes = module(&names);
        let module = Module::parse(&bytes).expect("a module");
        let early = graph
            .early(&module, &bytes, |name| name.starts_with("late entry"))
            .expect("early functions");
        let early: Vec<&str> = early.iter().map(|each| names[*each as usize]).collect();
        assert_eq!(early, ["main", "shown", "helper of both", "method"]);
    }

    /// A module of empty functions with names, of which the first is exported.
    fn module(names: &[&str]) -> Vec<u8> {
        use super::super::emit::{self, Entries, op, section};
        let mut out = emit::HEADER.to_vec();
        let (mut types, mut functions) = (Entries::default(), Entries::default());
        let (mut exports, mut code) = (Entries::default(), Entries::default());
        types.add().extend_from_slice(&[0x60, 0, 0]);
        let mut map = Vec::new();
        emit::number(&mut map, names.len() as u32);
        for (number, name) in (0..).zip(names) {
            functions.add().push(0);
            emit::sized(code.add(), &[0, op::END]);
            emit::number(&mut map, number);
            emit::name(&mut map, name);
        }
        let export = exports.add();
        emit::name(export, "start");
        export.extend_from_slice(&[FUNCTION, 0]);
        types.section(&mut out, section::TYPE);
        functions.section(&mut out, section::FUNCTION);
        exports.section(&mut out, section::EXPORT);
        code.section(&mut out, section::CODE);
        let mut custom = Vec::new();
        emit::name(&mut custom, "name");
        custom.push(1);
        emit::sized(&mut custom, &map);
        out.push(0);
        emit::sized(&mut out, &custom);
        out
    }
}
