//! Where jaq looks up the terms of a filter, one by one: the place to count them, and to stop.
//!
//! jaq asks for its table of terms whenever it evaluates one. While there are steps left it gets the filter's; afterwards
//! it gets a table of the same length in which every term halts, so that whatever loop it is in comes to its end.

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;

use jaq_core::box_iter::box_once;
use jaq_core::compile::TermId;
use jaq_core::data::{DataT, HasLut};
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Exn, Filter, Lut, Native};

use super::fuel;
use super::value::V;

/// The values and data of our filters.
pub(super) struct Own;

impl DataT for Own {
    type V<'a> = V;
    type Data<'a> = &'a Machine;
}

/// A compiled filter with what it reads and says.
pub(super) struct Machine {
    lut: Lut<Own>,
    pub(super) main: TermId,
    halting: OnceCell<Lut<Own>>,
    /// What `input` reads.
    pub(super) inputs: RefCell<VecDeque<V>>,
    /// What `debug` and `stderr` say.
    pub(super) notes: RefCell<String>,
}

impl<'a> HasLut<'a, Own> for &'a Machine {
    fn lut(&self) -> &'a Lut<Own> {
        if fuel::step() {
            &self.lut
        } else {
            self.halting.get_or_init(|| halting(terms(self.main)))
        }
    }
}

impl Machine {
    /// The filter's last term must be its main one.
    pub(super) fn new(filter: Filter<Own>) -> Self {
        Machine {
            lut: filter.lut,
            main: filter.id,
            halting: OnceCell::new(),
            inputs: RefCell::default(),
            notes: RefCell::default(),
        }
    }
}

/// How many terms there are up to this one; its number shows in its debug form only.
fn terms(last: TermId) -> usize {
    let digits = format!("{last:?}");
    let digits = digits.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse::<usize>().unwrap_or(1 << 16) + 1
}

/// A table of at least so many terms, all of which halt.
fn halting(count: usize) -> Lut<Own> {
    let halt = Native::new(|_| box_once(Err(Exn::halt(0))))
        .with_paths(|_| box_once(Err(Exn::halt(0))))
        .with_update(|_, _| box_once(Err(Exn::halt(0))));
    let (mut code, mut leaves) = ("h".to_owned(), 1);
    while leaves * 2 - 1 < count {
        code = format!("({code},{code})");
        leaves *= 2;
    }
    let file = File {
        code: code.as_str(),
        path: (),
    };
    let arena = Arena::default();
    let modules = Loader::new([]).load(&arena, file);
    let filter = modules.ok().and_then(|modules| {
        let natives = [("h", [].into(), halt)];
        let compiler = Compiler::default().with_funs(natives);
        compiler.compile(modules).ok()
    });
    filter.unwrap_or_default().lut
}
