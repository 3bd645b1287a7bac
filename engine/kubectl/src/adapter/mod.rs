//! Joins kubectl to the emulated machine and to the API server of the same process.

pub mod certificate;
mod machine;
mod server;
mod socket;

use std::rc::Rc;

use os::{Candidate, CompletionRequest, Proc, Programs};

pub use machine::ProcHost;
pub use server::{Authenticator, Servers, Waiting};

use crate::Kubectl;
use crate::complete::{Answer, complete};

/// Makes `kubectl` a program of a machine.
pub fn register(programs: &Programs, kubectl: &Kubectl) {
    let completing = kubectl.clone();
    let kubectl = kubectl.clone();
    programs.add("kubectl", move |proc: Proc| {
        let kubectl = kubectl.clone();
        async move {
            let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
            let host = Rc::new(ProcHost::new(proc.clone()));
            let outcome = kubectl.run(host, &args).await;
            if outcome.code != 0
                && let Some(hint) = crate::hint::for_error(&args, &outcome.error)
            {
                proc.hint(&hint);
            }
            outcome.code
        }
    });
    programs.set_completer("kubectl", move |request| candidates(&completing, request));
}

fn candidates(kubectl: &Kubectl, request: &CompletionRequest) -> Vec<Candidate> {
    let host = Rc::new(ProcHost::new(request.proc.clone()));
    let words = request.words.get(1..).unwrap_or_default();
    let Answer::Choices(choices) = complete(kubectl, host, words) else {
        return Vec::new();
    };
    request.no_files();
    let candidates = choices.into_iter().map(|choice| Candidate {
        word: choice.word,
        about: choice.about,
        complete: choice.ends,
    });
    candidates.collect()
}
