//! Joins kubectl to the emulated machine and to the API server of the same process.

mod machine;
mod server;

use std::rc::Rc;

use os::{Proc, Programs};

pub use machine::ProcHost;
pub use server::{Authenticator, Servers, certificate_means_admin};

use crate::Kubectl;

/// Makes `kubectl` a program of a machine.
pub fn register(programs: &Programs, kubectl: &Kubectl) {
    let (kubectl, completing) = (kubectl.clone(), kubectl.clone());
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
    programs.set_completer("kubectl", move |request| {
        let host = ProcHost::new(request.proc.clone());
        let found = completing.complete(&host, request.words.get(1..).unwrap_or_default());
        let candidates = found.into_iter().map(|candidate| os::Candidate {
            word: candidate.word,
            about: candidate.about,
            complete: candidate.complete,
        });
        candidates.collect()
    });
}
