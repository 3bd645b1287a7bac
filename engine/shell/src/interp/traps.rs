//! Traps: what the shell does when signals come.

use os::{Disposition, Signal};

use super::{Flow, Outcome, Shell};

impl Shell {
    /// Sets what happens on a signal or condition (`EXIT`, `ERR`); none puts the default back.
    pub(crate) fn set_trap(&mut self, name: &str, action: Option<&str>) {
        match action {
            Some(action) => self.traps.insert(name.to_owned(), action.to_owned()),
            None => self.traps.remove(name),
        };
        let Some(signal) = Signal::parse(name) else {
            return;
        };
        let disposition = match action {
            Some("") => Disposition::Ignore,
            Some(_) => Disposition::Catch,
            None if self.is_interactive() && signal == Signal::INT => Disposition::Catch,
            None => Disposition::Default,
        };
        self.proc.set_disposition(signal, disposition);
    }

    /// Runs the traps of signals that have come.
    pub(crate) async fn run_pending_traps(&mut self) -> Outcome {
        if !self.proc.has_signal() {
            return Ok(());
        }
        while let Some(signal) = self.proc.take_signal() {
            match self.traps.get(signal.name()).cloned() {
                Some(action) => self.run_trap_action(&action).await?,
                None if signal == Signal::INT => self.interrupt = true,
                None => {}
            }
        }
        Ok(())
    }

    pub(crate) async fn run_trap_action(&mut self, action: &str) -> Outcome {
        let status = self.status;
        let was = std::mem::replace(&mut self.in_trap, true);
        let outcome = Box::pin(self.run_text(action, 1)).await;
        self.in_trap = was;
        match outcome {
            Ok(()) | Err(Flow::Abort) => {
                self.status = status;
                Ok(())
            }
            other => other,
        }
    }
}
