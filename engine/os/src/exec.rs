//! Finding and loading executables.

use std::rc::Rc;

use crate::errno::Errno;
use crate::machine::Machine;
use crate::path;
use crate::program::{Program, parse_executable};
use crate::vfs::{Cred, Node};

/// Interpreters of interpreters of scripts, as Linux allows.
const MAX_INTERPRETERS: usize = 4;

/// Why something could not be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecError {
    /// No such file (or not in any directory of PATH).
    NotFound,
    /// It is there but may not be executed.
    Denied,
    /// It is a directory.
    IsDirectory,
    /// Neither a program nor a script with an interpreter: shells run it as a script of their own.
    Format,
    /// The `#!` interpreter is missing.
    BadInterpreter,
    /// Something else.
    Errno(Errno),
}

impl ExecError {
    /// The error number `execve(2)` would give.
    pub fn errno(self) -> Errno {
        match self {
            ExecError::NotFound | ExecError::BadInterpreter => Errno::ENOENT,
            ExecError::Denied | ExecError::IsDirectory => Errno::EACCES,
            ExecError::Format => Errno::ENOEXEC,
            ExecError::Errno(errno) => errno,
        }
    }
}

/// An executable, ready to run.
pub struct Loaded {
    /// What to run.
    pub program: Program,
    /// The path of the executable that names the program (a script's interpreter for a script).
    pub exe: Rc<str>,
    /// Whose spelling of messages it has: `gnu` or `busybox`.
    pub flavor: Rc<str>,
    /// Arguments to put between the program's name and the given ones' rest (`#!` interpreters get the script).
    pub args: Vec<String>,
}

impl Machine {
    /// Finds the file that a command name stands for: a path as it is, else the first of PATH that can be executed.
    pub fn find_executable(
        &self,
        cred: &Cred,
        cwd: &str,
        path_list: &str,
        name: &str,
    ) -> Result<String, ExecError> {
        if name.is_empty() {
            return Err(ExecError::NotFound);
        }
        if name.contains('/') {
            let full = path::join(cwd, name);
            self.check_executable(cred, &full)?;
            return Ok(full);
        }
        let mut denied = false;
        for dir in path_list.split(':') {
            let dir = if dir.is_empty() { "." } else { dir };
            let full = path::join(cwd, &path::join(dir, name));
            match self.check_executable(cred, &full) {
                Ok(()) => return Ok(full),
                Err(ExecError::Denied) => denied = true,
                Err(_) => {}
            }
        }
        Err(if denied {
            ExecError::Denied
        } else {
            ExecError::NotFound
        })
    }

    fn check_executable(&self, cred: &Cred, full: &str) -> Result<(), ExecError> {
        let found = match self.vfs().stat(cred, full) {
            Ok(found) => found,
            Err(Errno::ENOENT) => return Err(ExecError::NotFound),
            Err(Errno::EACCES) => return Err(ExecError::Denied),
            Err(errno) => return Err(ExecError::Errno(errno)),
        };
        match &found.inode.node {
            Node::Dir(_) => Err(ExecError::IsDirectory),
            Node::File(_) if cred.allows(&found.inode, 1) => Ok(()),
            _ => Err(ExecError::Denied),
        }
    }

    /// Loads the executable at an absolute path. `args` are the arguments, the command's name first.
    pub fn load(&self, cred: &Cred, full: &str, args: &[String]) -> Result<Loaded, ExecError> {
        let mut file = full.to_owned();
        let mut args = args.to_vec();
        for depth in 0..MAX_INTERPRETERS {
            self.check_executable(cred, &file).map_err(|error| {
                if depth > 0 {
                    ExecError::BadInterpreter
                } else {
                    error
                }
            })?;
            let root = Cred::root(cred.now);
            let content = self
                .vfs()
                .read_file(&root, &file)
                .map_err(ExecError::Errno)?;
            if let Some((name, flavor)) = parse_executable(&content) {
                let place = self.vfs().walk(&root, &file, true);
                let own = place.ok().and_then(|place| place.fs.programs());
                let program = own.as_ref().unwrap_or(self.programs()).get(&name);
                let program = program.ok_or(ExecError::Format)?;
                return Ok(Loaded {
                    program,
                    exe: file.as_str().into(),
                    flavor: flavor.as_str().into(),
                    args,
                });
            }
            let Some(line) = content.strip_prefix(b"#!") else {
                return Err(ExecError::Format);
            };
            let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            let mut parts = line.trim().splitn(2, [' ', '\t']);
            let interpreter = parts.next().unwrap_or_default().to_owned();
            if interpreter.is_empty() {
                return Err(ExecError::Format);
            }
            let mut full_args = vec![interpreter.clone()];
            if let Some(argument) = parts.next() {
                full_args.push(argument.trim().to_owned());
            }
            // The script goes by the name it was called by, if that is a path.
            match args.first().filter(|name| depth == 0 && name.contains('/')) {
                Some(name) => full_args.push(name.clone()),
                None => full_args.push(file),
            }
            full_args.extend(args.into_iter().skip(1));
            args = full_args;
            file = interpreter;
        }
        Err(ExecError::Errno(Errno::ELOOP))
    }
}
