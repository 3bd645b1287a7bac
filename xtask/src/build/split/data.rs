//! Which of the engine's data is needed until the first prompt: what the early functions can reach.
//!
//! The linker tells where each piece of data lies and which addresses in code and in other data stand for it (`linker.rs`). From the constants in early code one gets to pieces, and from these to others; what is never
//! reached can be read by later functions only, and comes with them. So nothing depends here on what a rehearsal
//! happened to read: help texts, say, leave by themselves as long as no early function has a table with them in hand.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Result, bail, ensure};
use wasmparser::{FunctionBody, Operator};

use super::linker::{Linked, Node};
use super::module::{Module, Segment};

/// Runs of later data that are shorter than this stay: a segment of their own would cost as much.
const SHORTEST: usize = 32;

/// The data of a linked program: its pieces, and what leads to them.
pub(super) struct Data {
    segments: Vec<(u32, Vec<u8>)>,
    /// Where each piece lies in memory.
    pieces: Vec<Range<u32>>,
    /// Pieces that a constant in code stands for.
    in_code: BTreeMap<u32, BTreeSet<usize>>,
    /// Pieces that a piece has the address of.
    in_pieces: Vec<BTreeSet<usize>>,
}

impl Data {
    /// Takes what of a linked program is data.
    pub(super) fn of(linked: &Linked) -> Self {
        let mut data = Self {
            segments: linked.segments.clone(),
            pieces: linked.pieces.clone(),
            in_code: BTreeMap::new(),
            in_pieces: vec![BTreeSet::new(); linked.pieces.len()],
        };
        for reference in &linked.references {
            let Node::Data(to) = reference.to else {
                continue;
            };
            match reference.from {
                Node::Function(_) => data.in_code.entry(reference.address).or_default(),
                Node::Data(from) => &mut data.in_pieces[from],
            }
            .insert(to);
        }
        data
    }

    /// The data that no function of `early` can reach, as ranges of memory in order. `module` is what the linked program
    /// has become since.
    pub(super) fn late(
        &self,
        module: &Module<'_>,
        early: &BTreeSet<u32>,
    ) -> Result<Vec<Range<u32>>> {
        let same = module.data.len() == self.segments.len()
            && (module.data.iter().zip(&self.segments))
                .all(|(now, (start, bytes))| now.start == *start && now.bytes == bytes);
        ensure!(same, "the engine's data is not what was linked");

        let mut reached = BTreeSet::new();
        let mut next = Vec::new();
        for function in early {
            for constant in constants(module.body(*function))? {
                let pieces = self.in_code.get(&constant).into_iter().flatten();
                next.extend(pieces.copied());
            }
        }
        while let Some(piece) = next.pop() {
            if reached.insert(piece) {
                next.extend(&self.in_pieces[piece]);
            }
        }
        let mut late = Vec::new();
        for segment in &module.data {
            self.late_of(segment, &reached, &mut late);
        }
        Ok(late)
    }

    fn late_of(
        &self,
        segment: &Segment<'_>,
        reached: &BTreeSet<usize>,
        late: &mut Vec<Range<u32>>,
    ) {
        // What no symbol covers stays, too.
        let (mut known, mut needed) = (
            vec![false; segment.bytes.len()],
            vec![false; segment.bytes.len()],
        );
        for (piece, range) in self.pieces.iter().enumerate() {
            let from = range.start.checked_sub(segment.start);
            let Some(from) = from.map(|from| from as usize) else {
                continue;
            };
            let to = from + range.len();
            if to > known.len() {
                continue;
            }
            known[from..to].fill(true);
            if reached.contains(&piece) {
                needed[from..to].fill(true);
            }
        }
        let mut from = 0;
        while from < known.len() {
            let is_late = |at: usize| known[at] && !needed[at];
            let to = (from..known.len()).find(|at| is_late(*at) != is_late(from));
            let to = to.unwrap_or(known.len());
            if is_late(from) && to - from >= SHORTEST {
                late.push(segment.start + from as u32..segment.start + to as u32);
            }
            from = to;
        }
    }
}

/// How many bytes of data remain without the late ones.
pub(super) fn size(module: &Module<'_>, late: &[Range<u32>]) -> usize {
    let all: usize = module.data.iter().map(|segment| segment.bytes.len()).sum();
    all - late.iter().map(ExactSizeIterator::len).sum::<usize>()
}

/// Numbers in code that may be addresses.
fn constants(body: &FunctionBody<'_>) -> Result<BTreeSet<u32>> {
    let mut constants = BTreeSet::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::I32Const { value } => {
                constants.insert(value as u32);
            }
            Operator::I32Load { memarg }
            | Operator::I64Load { memarg }
            | Operator::F32Load { memarg }
            | Operator::F64Load { memarg }
            | Operator::I32Load8S { memarg }
            | Operator::I32Load8U { memarg }
            | Operator::I32Load16S { memarg }
            | Operator::I32Load16U { memarg }
            | Operator::I64Load8S { memarg }
            | Operator::I64Load8U { memarg }
            | Operator::I64Load16S { memarg }
            | Operator::I64Load16U { memarg }
            | Operator::I64Load32S { memarg }
            | Operator::I64Load32U { memarg }
            | Operator::I32Store { memarg }
            | Operator::I64Store { memarg }
            | Operator::F32Store { memarg }
            | Operator::F64Store { memarg }
            | Operator::I32Store8 { memarg }
            | Operator::I32Store16 { memarg }
            | Operator::I64Store8 { memarg }
            | Operator::I64Store16 { memarg }
            | Operator::I64Store32 { memarg } => {
                constants.insert(memarg.offset as u32);
            }
            Operator::MemoryInit { .. } | Operator::DataDrop { .. } => {
                bail!("code that copies segments of data is not understood")
            }
            _ => {}
        }
    }
    Ok(constants)
}

#[cfg(test)]
mod tests {
    use super::super::emit::{self, Entries, op, section};
    use super::*;

    /// A module of functions that each have one constant in hand, and one segment of data.
    fn module(constants: &[u32], start: u32, bytes: &[u8]) -> Vec<u8> {
        let mut out = emit::HEADER.to_vec();
        let (mut types, mut functions) = (Entries::default(), Entries::default());
        types.add().extend_from_slice(&[0x60, 0, 0]);
        let (mut code, mut data) = (Entries::default(), Entries::default());
        for constant in constants {
            functions.add().push(0);
            let mut text = vec![0];
            emit::constant(&mut text, *constant);
            text.extend_from_slice(&[0x1a, op::END]);
            emit::sized(code.add(), &text);
        }
        let segment = data.add();
        segment.push(0);
        emit::constant(segment, start);
        segment.push(op::END);
        emit::sized(segment, bytes);
        types.section(&mut out, section::TYPE);
        functions.section(&mut out, section::FUNCTION);
        code.section(&mut out, section::CODE);
        data.section(&mut out, section::DATA);
        out
    }

    /// Three pieces of 100 bytes from address 1000 on, of which the first leads to the second, and ten bytes that no
    /// symbol covers.
    fn data(bytes: &[u8]) -> Data {
        Data {
            segments: vec![(1000, bytes.to_vec())],
            pieces: vec![1000..1100, 1100..1200, 1210..1310],
            in_code: BTreeMap::from([
                (1000, BTreeSet::from([0])),
                (1104, BTreeSet::from([1])),
                // An address before a piece can stand for it, too.
                (1190, BTreeSet::from([2])),
            ]),
            in_pieces: vec![BTreeSet::from([1]), BTreeSet::new(), BTreeSet::new()],
        }
    }

    #[test]
    fn data_goes_that_no_early_function_leads_to() {
        let bytes = [7; 310];
        let check = |early: &[u32], late: &[(u32, u32)]| {
            let module = module(&[1000, 1104, 1190, 5], 1000, &bytes);
            let module = Module::parse(&module).expect("a module");
            let early = early.iter().copied().collect();
            let found = data(&bytes).late(&module, &early).expect("its data");
            let found: Vec<(u32, u32)> =
                found.iter().map(|range| (range.start, range.end)).collect();
            assert_eq!(found, late, "with {early:?}");
        };
        check(&[0, 1, 2, 3], &[]);
        check(&[0], &[(1210, 1310)]);
        check(&[1], &[(1000, 1100), (1210, 1310)]);
        check(&[2], &[(1000, 1200)]);
        check(&[3], &[(1000, 1200), (1210, 1310)]);
    }

    #[test]
    fn data_that_is_not_what_was_linked_is_refused() {
        let module = module(&[1000], 1000, &[8; 310]);
        let module = Module::parse(&module).expect("a module");
        let error = data(&[7; 310]).late(&module, &BTreeSet::new());
        assert_eq!(
            error.expect_err("other data").to_string(),
            "the engine's data is not what was linked"
        );
    }
}
