//! A module as the cut sees it: its index spaces, and the bytes of everything that is taken over as it is.
//!
//! Only what a Rust program compiles to is understood. Anything else (passive elements, tail calls, functions in
//! global initialisers) is an error, never a guess.

use anyhow::{Context, Result, bail};
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExternalKind, FunctionBody, Operator, Parser,
    Payload, TypeRef,
};

use super::emit;

/// A parsed module. Functions are numbered as in the module: imported ones first.
pub(super) struct Module<'a> {
    /// Number of parameters of each type.
    pub(super) params: Vec<u32>,
    /// Imported functions' types.
    pub(super) imported: Vec<u32>,
    /// Own functions' types.
    pub(super) types: Vec<u32>,
    /// Own functions' code.
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) tables: Vec<Table>,
    pub(super) globals: Vec<Global>,
    pub(super) exports: Vec<Export<'a>>,
    pub(super) start: Option<u32>,
    /// The function table's filled slots, in runs.
    pub(super) elements: Vec<Run>,
    /// The segments of data.
    pub(super) data: Vec<Segment<'a>>,
    /// Smallest number of pages of the one memory, and the largest if it is bounded.
    pub(super) memory: (u64, Option<u64>),
    /// Every section but the custom ones, in order: number and content.
    pub(super) sections: Vec<(u8, &'a [u8])>,
}

/// A table.
pub(super) struct Table {
    /// The byte that stands for the type of its elements.
    pub(super) element: u8,
    pub(super) initial: u64,
    pub(super) maximum: Option<u64>,
}

/// A global variable's type, as bytes.
pub(super) struct Global {
    pub(super) kind: [u8; 2],
}

/// An export.
pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) kind: u8,
    pub(super) index: u32,
}

/// Functions in consecutive slots of the function table.
pub(super) struct Run {
    pub(super) first: u32,
    pub(super) functions: Vec<u32>,
}

/// Bytes that are put into memory.
pub(super) struct Segment<'a> {
    pub(super) start: u32,
    pub(super) bytes: &'a [u8],
}

/// The table that functions are called through.
pub(super) const FUNCTION_TABLE: u32 = 0;

/// The kind byte of functions in exports and imports.
pub(super) const FUNCTION: u8 = 0;

impl<'a> Module<'a> {
    /// Reads a module.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Module {
            params: Vec::new(),
            imported: Vec::new(),
            types: Vec::new(),
            bodies: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            elements: Vec::new(),
            data: Vec::new(),
            memory: (0, None),
            sections: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section()
                && id != 0
            {
                module.sections.push((id, &bytes[range]));
            }
            module.take(payload)?;
        }
        anyhow::ensure!(
            module.types.len() == module.bodies.len(),
            "functions and code differ in number"
        );
        Ok(module)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.params.push(kind?.params().len() as u32);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    match import.ty {
                        TypeRef::Func(kind) => self.imported.push(kind),
                        other => bail!("{} is imported, and is {other:?}", import.name),
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.types.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    let table = table?.ty;
                    let element = if table.element_type.is_func_ref() {
                        0x70
                    } else if table.element_type.is_extern_ref() {
                        0x6f
                    } else {
                        bail!("a table of {}", table.element_type)
                    };
                    self.tables.push(Table {
                        element,
                        initial: table.initial,
                        maximum: table.maximum,
                    });
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    let memory = memory?;
                    anyhow::ensure!(!memory.shared && !memory.memory64, "an unusual memory");
                    self.memory = (memory.initial, memory.maximum);
                }
            }
            Payload::GlobalSection(globals) => self.take_globals(globals)?,
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    self.exports.push(Export {
                        name: export.name,
                        kind: kind_byte(export.kind)?,
                        index: export.index,
                    });
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.take_element(element?)?;
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    let segment = segment?;
                    self.data.push(Segment {
                        start: address(&segment.kind)?,
                        bytes: segment.data,
                    });
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::TagSection(_) => bail!("exceptions are not understood"),
            _ => {}
        }
        Ok(())
    }

    fn take_globals(&mut self, globals: wasmparser::GlobalSectionReader<'a>) -> Result<()> {
        for global in globals.into_iter_with_offsets() {
            let (_, global) = global?;
            let value = match global.ty.content_type {
                wasmparser::ValType::I32 => 0x7f,
                wasmparser::ValType::I64 => 0x7e,
                wasmparser::ValType::F32 => 0x7d,
                wasmparser::ValType::F64 => 0x7c,
                other => bail!("a global variable of type {other}"),
            };
            self.globals.push(Global {
                kind: [value, u8::from(global.ty.mutable)],
            });
        }
        Ok(())
    }

    fn take_element(&mut self, element: wasmparser::Element<'a>) -> Result<()> {
        let ElementKind::Active {
            table_index,
            offset_expr,
        } = element.kind
        else {
            bail!("a segment of elements is not active")
        };
        anyhow::ensure!(
            table_index.unwrap_or(FUNCTION_TABLE) == FUNCTION_TABLE,
            "elements of another table"
        );
        let functions = match element.items {
            ElementItems::Functions(items) => items.into_iter().collect::<Result<Vec<u32>, _>>()?,
            ElementItems::Expressions(_, items) => items
                .into_iter()
                .map(|item| match operator(&item?)? {
                    Operator::RefFunc { function_index } => Ok(function_index),
                    other => bail!("an element is {other:?}"),
                })
                .collect::<Result<Vec<u32>>>()?,
        };
        let first = match operator(&offset_expr)? {
            Operator::I32Const { value } => {
                u32::try_from(value).context("a slot below the table")?
            }
            other => bail!("elements begin at {other:?}"),
        };
        self.elements.push(Run { first, functions });
        Ok(())
    }

    /// The module without names, notes on who produced it and what else a browser ignores.
    pub(super) fn without_custom_sections(&self) -> Vec<u8> {
        let mut out = emit::HEADER.to_vec();
        for (id, content) in &self.sections {
            out.push(*id);
            emit::sized(&mut out, content);
        }
        out
    }

    /// The type of a function.
    pub(super) fn type_of(&self, function: u32) -> u32 {
        let imported = self.imported.len();
        match self.imported.get(function as usize) {
            Some(kind) => *kind,
            None => self.types[function as usize - imported],
        }
    }

    /// The code of an own function.
    pub(super) fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[function as usize - self.imported.len()]
    }

    /// The numbers of its own functions.
    pub(super) fn own(&self) -> std::ops::Range<u32> {
        let imported = self.imported.len() as u32;
        imported..imported + self.types.len() as u32
    }

    /// The function exported by this name.
    pub(super) fn exported(&self, name: &str) -> Option<u32> {
        self.exports
            .iter()
            .find(|export| export.kind == FUNCTION && export.name == name)
            .map(|export| export.index)
    }

    /// A section's number of entries, and their bytes.
    pub(super) fn entries(&self, id: u8) -> Result<(u32, &'a [u8])> {
        let Some((_, content)) = self.sections.iter().find(|(each, _)| *each == id) else {
            return Ok((0, &[]));
        };
        let mut reader = wasmparser::BinaryReader::new(content, 0);
        let count = reader.read_var_u32()?;
        Ok((count, &content[reader.original_position()..]))
    }
}

/// The one instruction of a constant expression.
pub(super) fn operator<'a>(expression: &ConstExpr<'a>) -> Result<Operator<'a>> {
    Ok(expression.get_operators_reader().read()?)
}

/// The address at which an active segment is put.
pub(super) fn address(kind: &DataKind<'_>) -> Result<u32> {
    let DataKind::Active {
        memory_index: 0,
        offset_expr,
    } = kind
    else {
        bail!("a segment of data is not active")
    };
    match operator(offset_expr)? {
        Operator::I32Const { value } => Ok(value as u32),
        other => bail!("data begins at {other:?}"),
    }
}

fn kind_byte(kind: ExternalKind) -> Result<u8> {
    Ok(match kind {
        ExternalKind::Func => FUNCTION,
        ExternalKind::Table => 1,
        ExternalKind::Memory => 2,
        ExternalKind::Global => 3,
        other => bail!("an export of kind {other:?}"),
    })
}

/// Functions that code names: called, or taken a reference of.
pub(super) fn named(body: &FunctionBody<'_>) -> Result<Vec<u32>> {
    let mut names = Vec::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index } | Operator::RefFunc { function_index } => {
                names.push(function_index);
            }
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => {
                bail!("tail calls are not understood")
            }
            _ => {}
        }
    }
    Ok(names)
}
