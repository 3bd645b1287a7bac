//! The cut: one module becomes two that share memory, tables and globals.
//!
//! ```text
//!   first module                                     second module (imports all of the first)
//!     functions that are needed early                  all other functions
//!     thunks   one for each later function that        element segments that put the later functions
//!              an early one calls by its number        into their slots, over the stand-ins
//!     stand-ins  one a type, in the slots of           the data that no early function can reach
//!              all later functions
//!     the other data
//! ```
//!
//! A call of a later function always goes through the function table. Before the second module is there, its slot holds
//! the stand-in of its type, which has the second module loaded and calls the slot again. One stand-in serves many slots,
//! so whoever calls through the table leaves the slot's number in a global variable first. The second module calls the
//! first one's functions as imports, and its own directly.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{FunctionBody, Operator};

use super::emit::{self, Entries, I32, op, section};
use super::module::{FUNCTION, FUNCTION_TABLE, Module, Run, named};

/// The name under which the second module imports everything.
const FIRST: &str = "1";

/// Cuts `module` in two. `early` are the functions that stay; `load` is the one among them that has the second module
/// loaded before it returns, and calls no others. `late` is the data that goes, as ranges of memory in order.
pub(super) fn cut(
    module: &Module<'_>,
    early: &BTreeSet<u32>,
    load: u32,
    late: &[Range<u32>],
) -> Result<(Vec<u8>, Vec<u8>)> {
    let plan = Plan::make(module, early, load, late)?;
    Ok((plan.first()?, plan.second()?))
}

struct Plan<'m, 'a> {
    module: &'m Module<'a>,
    load: u32,
    late: &'m [Range<u32>],
    /// Own functions that stay, in order, with their new numbers.
    kept: BTreeMap<u32, u32>,
    /// Later functions that something in the first module names, with their thunks' numbers.
    thunks: BTreeMap<u32, u32>,
    /// Stand-ins' numbers, by type.
    stand_ins: BTreeMap<u32, u32>,
    /// The slot of every later function that is called through the table.
    slots: BTreeMap<u32, u32>,
    /// Slots that had to be added.
    added: Vec<u32>,
    /// The variable that holds the slot being called.
    variable: u32,
    /// Later functions, in order, with their numbers in the second module.
    later: BTreeMap<u32, u32>,
    /// The first module's functions that the second one calls, in order.
    borrowed: Vec<u32>,
}

impl<'m, 'a> Plan<'m, 'a> {
    fn make(
        module: &'m Module<'a>,
        early: &BTreeSet<u32>,
        load: u32,
        late: &'m [Range<u32>],
    ) -> Result<Self> {
        let (kept, later): (Vec<u32>, Vec<u32>) =
            module.own().partition(|function| early.contains(function));
        let imported = module.imported.len() as u32;
        let kept: BTreeMap<u32, u32> = kept.into_iter().zip(imported..).collect();
        let is_later = |function: &u32| *function >= imported && !kept.contains_key(function);

        let mut called = BTreeSet::new();
        for function in kept.keys() {
            called.extend(named(module.body(*function))?.into_iter().filter(is_later));
        }
        let exported = module.exports.iter().filter(|each| each.kind == FUNCTION);
        called.extend(exported.map(|each| each.index).filter(is_later));
        called.extend(module.start.filter(is_later));

        let mut slots = BTreeMap::new();
        for run in &module.elements {
            for (slot, function) in (run.first..).zip(&run.functions) {
                if is_later(function) {
                    slots.entry(*function).or_insert(slot);
                }
            }
        }
        let table = module
            .tables
            .get(FUNCTION_TABLE as usize)
            .context("the module has no function table")?;
        let mut free = u32::try_from(table.initial).context("a table that large")?;
        let mut added = Vec::new();
        for function in &called {
            slots.entry(*function).or_insert_with(|| {
                added.push(*function);
                free += 1;
                free - 1
            });
        }
        let after_kept = imported + kept.len() as u32;
        let thunks: BTreeMap<u32, u32> = called.into_iter().zip(after_kept..).collect();
        let kinds: BTreeSet<u32> = slots.keys().map(|each| module.type_of(*each)).collect();
        let stand_ins = kinds.into_iter().zip(after_kept + thunks.len() as u32..);

        let mut borrowed = BTreeSet::new();
        for function in &later {
            let names = named(module.body(*function))?;
            borrowed.extend(names.into_iter().filter(|name| !is_later(name)));
        }
        let later = later.into_iter().zip(borrowed.len() as u32..);
        Ok(Self {
            module,
            load,
            late,
            stand_ins: stand_ins.collect(),
            later: later.collect(),
            borrowed: borrowed.into_iter().collect(),
            variable: module.globals.len() as u32,
            kept,
            thunks,
            slots,
            added,
        })
    }

    /// A function's number in the first module: its own, or its thunk's.
    fn in_first(&self, function: u32) -> Result<u32> {
        if (function as usize) < self.module.imported.len() {
            return Ok(function);
        }
        self.kept
            .get(&function)
            .or_else(|| self.thunks.get(&function))
            .copied()
            .with_context(|| format!("function {function} is in neither place"))
    }

    fn in_second(&self, function: u32) -> Result<u32> {
        match self.later.get(&function) {
            Some(number) => Ok(*number),
            None => match self.borrowed.binary_search(&function) {
                Ok(number) => Ok(number as u32),
                Err(_) => bail!("function {function} was not borrowed"),
            },
        }
    }

    fn first(&self) -> Result<Vec<u8>> {
        let mut out = emit::HEADER.to_vec();
        for (id, content) in &self.module.sections {
            match *id {
                section::FUNCTION => self.first_functions(&mut out),
                section::TABLE => {
                    let mut tables = Entries::default();
                    self.tables(|table| tables.add().extend_from_slice(&table));
                    tables.section(&mut out, *id);
                }
                section::GLOBAL => {
                    let mut globals = Entries::default();
                    let (count, bytes) = self.module.entries(*id)?;
                    globals.copy(count, bytes);
                    globals
                        .add()
                        .extend_from_slice(&[I32, 1, op::I32_CONST, 0, op::END]);
                    globals.section(&mut out, *id);
                }
                section::EXPORT => self.first_exports(&mut out)?,
                section::START => {
                    let start = self.module.start.context("a start section")?;
                    let mut content = Vec::new();
                    emit::number(&mut content, self.in_first(start)?);
                    out.push(*id);
                    emit::sized(&mut out, &content);
                }
                section::ELEMENT => self.first_elements(&mut out)?,
                section::CODE => self.first_code(&mut out)?,
                section::DATA => self.data(&mut out, false),
                // Only code that copies segments needs their number, and there is none.
                section::DATA_COUNT => {}
                _ => {
                    out.push(*id);
                    emit::sized(&mut out, content);
                }
            }
        }
        Ok(out)
    }

    fn first_functions(&self, out: &mut Vec<u8>) {
        let mut functions = Entries::default();
        for function in self.kept.keys().chain(self.thunks.keys()) {
            emit::number(functions.add(), self.module.type_of(*function));
        }
        for kind in self.stand_ins.keys() {
            emit::number(functions.add(), *kind);
        }
        functions.section(out, section::FUNCTION);
    }

    /// The tables' types, the function table grown by the slots that were added.
    fn tables(&self, mut each: impl FnMut(Vec<u8>)) {
        for (index, table) in self.module.tables.iter().enumerate() {
            let more = if index == FUNCTION_TABLE as usize {
                self.added.len() as u64
            } else {
                0
            };
            let mut bytes = vec![table.element];
            limits(
                &mut bytes,
                table.initial + more,
                table.maximum.map(|maximum| maximum + more),
            );
            each(bytes);
        }
    }

    fn first_exports(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut exports = Entries::default();
        let mut add = |name: &str, kind: u8, index: u32| {
            let out = exports.add();
            emit::name(out, name);
            out.push(kind);
            emit::number(out, index);
        };
        for export in &self.module.exports {
            let index = if export.kind == FUNCTION {
                self.in_first(export.index)?
            } else {
                export.index
            };
            add(export.name, export.kind, index);
        }
        for shared in self.shared() {
            add(&shared.name, shared.kind, shared.index);
        }
        for (number, function) in self.borrowed.iter().enumerate() {
            add(&number.to_string(), FUNCTION, self.in_first(*function)?);
        }
        exports.section(out, section::EXPORT);
        Ok(())
    }

    fn first_elements(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut elements = Entries::default();
        let stand_in = |function: &u32| match self.slots.contains_key(function) {
            true => Ok(self.stand_ins[&self.module.type_of(*function)]),
            false => self.in_first(*function),
        };
        for run in &self.module.elements {
            let functions: Result<Vec<u32>> = run.functions.iter().map(stand_in).collect();
            element(elements.add(), run.first, &functions?);
        }
        if let Some(function) = self.added.first() {
            let functions: Result<Vec<u32>> = self.added.iter().map(stand_in).collect();
            element(elements.add(), self.slots[function], &functions?);
        }
        elements.section(out, section::ELEMENT);
        Ok(())
    }

    fn first_code(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut code = Entries::default();
        for function in self.kept.keys() {
            let body = self.module.body(*function);
            let text = renumbered(
                body,
                |function| self.in_first(function),
                Some(self.variable),
            )?;
            emit::sized(code.add(), &text);
        }
        for function in self.thunks.keys() {
            let kind = self.module.type_of(*function);
            let slot = self.slots[function];
            let mut text = vec![0];
            emit::constant(&mut text, slot);
            emit::with(&mut text, op::GLOBAL_SET, self.variable);
            for parameter in 0..self.module.params[kind as usize] {
                emit::with(&mut text, op::LOCAL_GET, parameter);
            }
            emit::constant(&mut text, slot);
            call_indirect(&mut text, kind);
            text.push(op::END);
            emit::sized(code.add(), &text);
        }
        for kind in self.stand_ins.keys() {
            let params = self.module.params[*kind as usize];
            // One local variable keeps the slot, as loading makes calls of its own.
            let mut text = vec![1, 1, I32];
            emit::with(&mut text, op::GLOBAL_GET, self.variable);
            emit::with(&mut text, op::LOCAL_SET, params);
            emit::with(&mut text, op::CALL, self.in_first(self.load)?);
            for local in 0..=params {
                emit::with(&mut text, op::LOCAL_GET, local);
            }
            call_indirect(&mut text, *kind);
            text.push(op::END);
            emit::sized(code.add(), &text);
        }
        code.section(out, section::CODE);
        Ok(())
    }

    fn second(&self) -> Result<Vec<u8>> {
        let mut out = emit::HEADER.to_vec();
        let mut types = Entries::default();
        let (count, bytes) = self.module.entries(section::TYPE)?;
        types.copy(count, bytes);
        types.section(&mut out, section::TYPE);

        let mut imports = Entries::default();
        for (number, function) in self.borrowed.iter().enumerate() {
            let out = imports.add();
            emit::name(out, FIRST);
            emit::name(out, &number.to_string());
            out.push(FUNCTION);
            emit::number(out, self.module.type_of(*function));
        }
        for shared in self.shared() {
            let out = imports.add();
            emit::name(out, FIRST);
            emit::name(out, &shared.name);
            out.push(shared.kind);
            out.extend_from_slice(&shared.of_type);
        }
        imports.section(&mut out, section::IMPORT);

        let (mut functions, mut code) = (Entries::default(), Entries::default());
        for function in self.later.keys() {
            emit::number(functions.add(), self.module.type_of(*function));
            let body = self.module.body(*function);
            let text = renumbered(body, |function| self.in_second(function), None)?;
            emit::sized(code.add(), &text);
        }
        functions.section(&mut out, section::FUNCTION);
        self.second_elements(&mut out)?;
        code.section(&mut out, section::CODE);
        self.data(&mut out, true);
        Ok(out)
    }

    /// The data that is late, or that is not.
    fn data(&self, out: &mut Vec<u8>, is_late: bool) {
        let mut data = Entries::default();
        for segment in &self.module.data {
            let end = segment.start + segment.bytes.len() as u32;
            let mut put = |range: Range<u32>| {
                let within = |at: u32| (at - segment.start) as usize;
                let bytes = &segment.bytes[within(range.start)..within(range.end)];
                if !bytes.is_empty() {
                    let out = data.add();
                    out.push(0);
                    emit::constant(out, range.start);
                    out.push(op::END);
                    emit::sized(out, bytes);
                }
            };
            let mut from = segment.start;
            for late in self.late {
                if segment.start <= late.start && late.end <= end {
                    put(if is_late {
                        late.clone()
                    } else {
                        from..late.start
                    });
                    from = late.end;
                }
            }
            if !is_late {
                put(from..end);
            }
        }
        data.section(out, section::DATA);
    }

    fn second_elements(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut runs: Vec<Run> = Vec::new();
        let mut put = |slot: u32, function: u32| match runs.last_mut() {
            Some(run) if run.first + run.functions.len() as u32 == slot => {
                run.functions.push(function);
            }
            _ => runs.push(Run {
                first: slot,
                functions: vec![function],
            }),
        };
        for run in &self.module.elements {
            for (slot, function) in (run.first..).zip(&run.functions) {
                if let Some(number) = self.later.get(function) {
                    put(slot, *number);
                }
            }
        }
        for function in &self.added {
            put(self.slots[function], self.in_second(*function)?);
        }
        let mut elements = Entries::default();
        for run in &runs {
            element(elements.add(), run.first, &run.functions);
        }
        elements.section(out, section::ELEMENT);
        Ok(())
    }

    /// Everything but functions that the second module has from the first.
    fn shared(&self) -> Vec<Shared> {
        let mut memory = Vec::new();
        limits(&mut memory, self.module.memory.0, self.module.memory.1);
        let mut shared = vec![Shared::new(2, 0, memory)];
        self.tables(|table| {
            let index = shared.len() as u32 - 1;
            shared.push(Shared::new(1, index, table));
        });
        for (index, global) in (0..).zip(&self.module.globals) {
            shared.push(Shared::new(3, index, global.kind.to_vec()));
        }
        shared
    }
}

/// A memory, table or global variable that both modules have.
struct Shared {
    name: String,
    kind: u8,
    index: u32,
    of_type: Vec<u8>,
}

impl Shared {
    fn new(kind: u8, index: u32, of_type: Vec<u8>) -> Self {
        let letter = ["", "t", "m", "g"][kind as usize];
        Self {
            name: format!("{letter}{index}"),
            kind,
            index,
            of_type,
        }
    }
}

fn limits(out: &mut Vec<u8>, initial: u64, maximum: Option<u64>) {
    out.push(u8::from(maximum.is_some()));
    emit::number(out, initial as u32);
    if let Some(maximum) = maximum {
        emit::number(out, maximum as u32);
    }
}

fn element(out: &mut Vec<u8>, first: u32, functions: &[u32]) {
    out.push(0);
    emit::constant(out, first);
    out.push(op::END);
    emit::number(out, functions.len() as u32);
    for function in functions {
        emit::number(out, *function);
    }
}

fn call_indirect(out: &mut Vec<u8>, kind: u32) {
    emit::with(out, op::CALL_INDIRECT, kind);
    emit::number(out, FUNCTION_TABLE);
}

/// A function's code with the functions it names renumbered. With a `variable`, calls through the function table leave
/// the slot in it.
fn renumbered(
    body: &FunctionBody<'_>,
    number: impl Fn(u32) -> Result<u32>,
    variable: Option<u32>,
) -> Result<Vec<u8>> {
    let bytes = body.as_bytes();
    let start = body.range().start;
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let mut copied = 0;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, at) = reader.read_with_offset()?;
        let (at, end) = (at - start, reader.original_position() - start);
        match operator {
            Operator::Call { function_index } => {
                out.extend_from_slice(&bytes[copied..at]);
                emit::with(&mut out, op::CALL, number(function_index)?);
                copied = end;
            }
            Operator::RefFunc { function_index } => {
                out.extend_from_slice(&bytes[copied..at]);
                emit::with(&mut out, op::REF_FUNC, number(function_index)?);
                copied = end;
            }
            Operator::CallIndirect {
                table_index: FUNCTION_TABLE,
                ..
            } => {
                if let Some(variable) = variable {
                    out.extend_from_slice(&bytes[copied..at]);
                    emit::with(&mut out, op::GLOBAL_SET, variable);
                    emit::with(&mut out, op::GLOBAL_GET, variable);
                    copied = at;
                }
            }
            _ => {}
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    Ok(out)
}
