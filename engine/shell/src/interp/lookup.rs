//! What a command's name stands for.

use std::rc::Rc;

use os::ExecError;

use super::Shell;
use crate::builtins::{self, Tool};
use crate::syntax::ast::Command;

/// What was found for a command's name.
pub(crate) enum Found {
    Function(Rc<Command>),
    Builtin(&'static Tool),
    /// The path of an executable.
    Program(String),
    Nothing(ExecError),
}

impl Shell {
    /// Finds what a command's name stands for: functions first, then builtins, then programs.
    pub(crate) fn find_command(&mut self, name: &str) -> Found {
        if let Some(body) = self.functions.get(name) {
            return Found::Function(body.clone());
        }
        if let Some(tool) = builtins::builtin(name, self.dialect)
            && !self.options.disabled.contains(name)
        {
            return Found::Builtin(tool);
        }
        self.find_program(name)
    }

    /// Finds a program by PATH.
    pub(crate) fn find_program(&mut self, name: &str) -> Found {
        let path = self.vars.get("PATH").unwrap_or_default().to_owned();
        let found =
            self.proc
                .machine()
                .find_executable(&self.proc.cred(), &self.proc.cwd(), &path, name);
        match found {
            Ok(full) => {
                if !name.contains('/') {
                    self.hashed.insert(name.to_owned(), full.clone());
                }
                Found::Program(full)
            }
            Err(error) => Found::Nothing(error),
        }
    }
}
