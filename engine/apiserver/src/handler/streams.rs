//! Answers that go on: logs, and conversations with containers. Whoever runs the containers makes them
//! ([`NodeApi`]); the server only passes them on.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Pod, PodLogOptions};
use apimachinery::{Status, Str};
use sim::{mpsc, oneshot};

/// Pieces of a log, as they are written. It ends when the log ends.
pub type LogStream = mpsc::UnboundedReceiver<Vec<u8>>;

/// What `exec` and `attach` ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecRequest {
    /// Which container; never empty.
    pub container: Str,
    /// The program and its arguments; empty for `attach`.
    pub command: Vec<Str>,
    /// Whether the client sends input.
    pub stdin: bool,
    /// Whether the client wants output.
    pub stdout: bool,
    /// Whether the client wants errors apart from output.
    pub stderr: bool,
    /// Whether there is a terminal at the other end.
    pub tty: bool,
}

/// A conversation with a program in a container, or with a port of a pod.
pub struct Session {
    /// Input; dropping it is the end of the input.
    pub stdin: Option<mpsc::UnboundedSender<Vec<u8>>>,
    /// Output.
    pub stdout: mpsc::UnboundedReceiver<Vec<u8>>,
    /// Errors; silent when there is a terminal.
    pub stderr: mpsc::UnboundedReceiver<Vec<u8>>,
    /// New sizes of the terminal, as columns and rows.
    pub resize: Option<mpsc::UnboundedSender<(u16, u16)>>,
    /// The exit code, once it is over; or why it could not be had.
    pub exit: oneshot::Receiver<Result<i32, Status>>,
}

/// What a container of a node has used since it was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerUsage {
    /// The pod's namespace.
    pub namespace: Str,
    /// The pod.
    pub pod: Str,
    /// The container.
    pub container: Str,
    /// When it was started.
    pub started: sim::Time,
    /// Processor time.
    pub cpu: Duration,
    /// Bytes that it holds now.
    pub memory: u64,
}

/// What a node offers to clients through the API server: the kubelet's own little API.
pub trait NodeApi {
    /// The log of a container.
    ///
    /// # Errors
    /// When there is none (yet).
    fn logs(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        options: &PodLogOptions,
    ) -> Result<LogStream, Status>;

    /// Runs a program in a container.
    ///
    /// # Errors
    /// When it cannot be run.
    fn exec(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status>;

    /// Joins the program that a container runs.
    ///
    /// # Errors
    /// When it does not run.
    fn attach(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status>;

    /// Connects to a port of a pod.
    ///
    /// # Errors
    /// When nothing listens.
    fn port_forward(&self, pod: &Rc<Pod>, port: u16) -> Result<Session, Status>;

    /// What its running containers have used; `None` if it does not answer.
    fn usage(&self) -> Option<Vec<ContainerUsage>> {
        None
    }
}
