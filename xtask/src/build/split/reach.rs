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

use anyhow::{Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload};

use super::linker::{Linked, Node};
use super::module::{FUNCTION, Module, named};

/// What refers to what in a linked program.
pub(super) struct Graph {
    /// Functions' mangled names.
    names: BTreeMap<u32, String>,
    edges: BTreeMap<Node, BTreeSet<Node>>,
}

impl Graph {
    /// Takes what a linked program's functions and data refer to. `bytes` are the program.
    pub(super) fn of(linked: &Linked, bytes: &[u8]) -> Result<Self> {
        let mut edges: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
        for reference in &linked.references {
            edges
                .entry(reference.from)
                .or_default()
                .insert(reference.to);
        }
        Ok(Self {
            names: function_names(bytes)?,
            edges,
        })
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
