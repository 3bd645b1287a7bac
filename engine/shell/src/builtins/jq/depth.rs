//! Counts how deep definitions with filters as arguments call themselves.
//!
//! `def f(g): f(g | g)` keeps each call's arguments for the next one, a chain that is taken apart by recursion. So such
//! definitions get one more argument, which counts: `def f($depth__; g): f($depth__ | deeper__; g | g)`.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::path::Part;

/// How deep such a definition may call itself.
pub(super) const MAX: i64 = 1_000;
const DEPTH: &str = "$depth__";

/// The names in scope, the innermost last: what it is called, how many arguments it has, and what is to be added.
#[derive(Default)]
pub(super) struct Scope<'s>(Vec<(&'s str, usize, Kind)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing is added: a parameter, or it takes none.
    Plain,
    /// It is called from outside.
    Outside,
    /// It is called from its own body.
    Within,
}

impl<'s> Scope<'s> {
    pub(super) fn def(&mut self, def: &mut Def<&'s str>) {
        let key = (def.name, def.args.len());
        let counts = def.args.iter().any(|arg| !arg.starts_with('$'));
        let before = self.0.len();
        let kind = |counts, kind| if counts { kind } else { Kind::Plain };
        self.0.push((key.0, key.1, kind(counts, Kind::Within)));
        let params = def.args.iter().filter(|arg| !arg.starts_with('$'));
        self.0.extend(params.map(|arg| (*arg, 0, Kind::Plain)));
        if counts {
            def.args.insert(0, DEPTH);
        }
        self.term(&mut def.body);
        self.0.truncate(before);
        self.0.push((key.0, key.1, kind(counts, Kind::Outside)));
    }

    fn kind(&self, name: &str, arity: usize) -> Kind {
        let found = self.0.iter().rev();
        let mut found = found.filter(|(own, args, _)| *own == name && *args == arity);
        found.next().map_or(Kind::Plain, |(_, _, kind)| *kind)
    }

    /// The count for a call.
    fn count(&self, kind: Kind) -> Term<&'s str> {
        let depth = Term::Var(DEPTH);
        match kind {
            Kind::Within => {
                let deeper = Box::new(Term::Call("deeper__", Vec::new()));
                Term::BinOp(Box::new(depth), BinaryOp::Pipe(None), deeper)
            }
            _ if self.0.iter().any(|(_, _, kind)| *kind == Kind::Within) => depth,
            _ => Term::Num("0"),
        }
    }

    fn terms<'t>(&mut self, terms: impl IntoIterator<Item = &'t mut Term<&'s str>>)
    where
        's: 't,
    {
        for term in terms {
            self.term(term);
        }
    }

    fn pattern(&mut self, pattern: &mut Pattern<&'s str>) {
        match pattern {
            Pattern::Var(_) => {}
            Pattern::Arr(parts) => parts.iter_mut().for_each(|part| self.pattern(part)),
            Pattern::Obj(parts) => {
                for (key, part) in parts {
                    self.term(key);
                    self.pattern(part);
                }
            }
        }
    }

    fn term(&mut self, term: &mut Term<&'s str>) {
        match term {
            Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => {}
            Term::Str(_, parts) => {
                for part in parts {
                    if let StrPart::Term(term) = part {
                        self.term(term);
                    }
                }
            }
            Term::Arr(inner) => self.terms(inner.as_deref_mut()),
            Term::Obj(entries) => {
                for (key, value) in entries {
                    self.term(key);
                    self.terms(value.as_mut());
                }
            }
            Term::Neg(inner) | Term::Label(_, inner) => self.term(inner),
            Term::BinOp(left, op, right) => {
                self.term(left);
                if let BinaryOp::Pipe(Some(pattern)) = op {
                    self.pattern(pattern);
                }
                self.term(right);
            }
            Term::Fold(_, over, pattern, args) => {
                self.term(over);
                self.pattern(pattern);
                self.terms(args);
            }
            Term::TryCatch(inner, catch) => {
                self.term(inner);
                self.terms(catch.as_deref_mut());
            }
            Term::IfThenElse(branches, otherwise) => {
                for (condition, then) in branches {
                    self.term(condition);
                    self.term(then);
                }
                self.terms(otherwise.as_deref_mut());
            }
            Term::Def(defs, inner) => {
                let before = self.0.len();
                defs.iter_mut().for_each(|def| self.def(def));
                self.term(inner);
                self.0.truncate(before);
            }
            Term::Call(name, args) => {
                self.terms(args.iter_mut());
                let kind = self.kind(name, args.len());
                if kind != Kind::Plain {
                    args.insert(0, self.count(kind));
                }
            }
            Term::Path(inner, path) => {
                self.term(inner);
                for (part, _) in &mut path.0 {
                    match part {
                        Part::Index(index) => self.term(index),
                        Part::Range(from, to) => {
                            self.terms(from.as_mut());
                            self.terms(to.as_mut());
                        }
                    }
                }
            }
        }
    }
}
