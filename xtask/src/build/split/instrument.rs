//! The module, made to note which of its functions are called: each gets a global variable, sets it when entered, and
//! shows it as an export `hit N`. Everything is added at the end of its section, so no number changes.

use anyhow::Result;

use super::emit::{self, Entries, I32, op, section};
use super::module::Module;

/// The export of the variable that the own function of this number (imports not counted) sets.
pub(super) fn variable(function: usize) -> String {
    format!("hit {function}")
}

/// The noting module.
pub(super) fn instrument(module: &Module<'_>) -> Result<Vec<u8>> {
    let first = module.globals.len() as u32;
    let count = module.bodies.len() as u32;
    let mut globals = Entries::default();
    let (number, bytes) = module.entries(section::GLOBAL)?;
    globals.copy(number, bytes);
    let mut exports = Entries::default();
    let (number, bytes) = module.entries(section::EXPORT)?;
    exports.copy(number, bytes);
    let mut code = Entries::default();
    for (index, body) in (0..count).zip(&module.bodies) {
        globals
            .add()
            .extend_from_slice(&[I32, 1, op::I32_CONST, 0, op::END]);
        let out = exports.add();
        emit::name(out, &variable(index as usize));
        out.push(3);
        emit::number(out, first + index);
        let mut text = Vec::new();
        let instructions = body.get_operators_reader()?.original_position() - body.range().start;
        text.extend_from_slice(&body.as_bytes()[..instructions]);
        emit::constant(&mut text, 1);
        emit::with(&mut text, op::GLOBAL_SET, first + index);
        text.extend_from_slice(&body.as_bytes()[instructions..]);
        emit::sized(code.add(), &text);
    }
    let (mut globals, mut exports, mut code) = (Some(globals), Some(exports), Some(code));
    let mut out = emit::HEADER.to_vec();
    for (id, content) in &module.sections {
        let own = match *id {
            section::GLOBAL => globals.take(),
            section::EXPORT => exports.take(),
            section::CODE => code.take(),
            _ => None,
        };
        match own {
            Some(entries) => entries.section(&mut out, *id),
            None => {
                out.push(*id);
                emit::sized(&mut out, content);
            }
        }
    }
    Ok(out)
}
