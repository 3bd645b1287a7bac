//! Conversations with programs in containers, and with ports of pods.

use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::Status;
use client::node::{ExecRequest, Session};
use network::{ConnectError, HostAddr, LOOPBACK, Netns};
use os::WindowSize;
use runtime::{ContainerState, ExecRequest as Run, ExecSession, LogStream};
use sim::futures_util::StreamExt;
use sim::futures_util::future::{Either, select};
use sim::{mpsc, oneshot};

use crate::kubelet::Kubelet;

/// The kubelet's ends of a session.
struct Ends {
    stdin: Option<mpsc::UnboundedReceiver<Vec<u8>>>,
    stdout: mpsc::UnboundedSender<Vec<u8>>,
    stderr: mpsc::UnboundedSender<Vec<u8>>,
    resize: Option<mpsc::UnboundedReceiver<(u16, u16)>>,
    exit: oneshot::Sender<Result<i32, Status>>,
}

/// A session and its other end.
fn session(stdin: bool, tty: bool) -> (Session, Ends) {
    let (stdout, stdout_out) = mpsc::unbounded();
    let (stderr, stderr_out) = mpsc::unbounded();
    let (exit, exit_out) = oneshot::channel();
    let (stdin_in, stdin) = optional(stdin);
    let (resize_in, resize) = optional(tty);
    let session = Session {
        stdin: stdin_in,
        stdout: stdout_out,
        stderr: stderr_out,
        resize: resize_in,
        exit: exit_out,
    };
    let ends = Ends {
        stdin,
        stdout,
        stderr,
        resize,
        exit,
    };
    (session, ends)
}

/// Both ends of a channel, if it is wanted.
type Optional<T> = (
    Option<mpsc::UnboundedSender<T>>,
    Option<mpsc::UnboundedReceiver<T>>,
);

fn optional<T>(wanted: bool) -> Optional<T> {
    if !wanted {
        return (None, None);
    }
    let (sender, receiver) = mpsc::unbounded();
    (Some(sender), Some(receiver))
}

impl Kubelet {
    /// The id of a running container.
    fn running_container(&self, pod: &Pod, name: &str) -> Result<Rc<str>, Status> {
        let status = self.runtime().pod_status(&pod.metadata.uid);
        status
            .container(name)
            .filter(|container| container.state == ContainerState::Running)
            .map(|container| Rc::clone(&container.id))
            .ok_or_else(|| container_not_found(name))
    }

    pub(super) fn exec_session(
        &self,
        pod: &Rc<Pod>,
        request: &ExecRequest,
    ) -> Result<Session, Status> {
        let id = self.running_container(pod, &request.container)?;
        let run = Run {
            command: request
                .command
                .iter()
                .map(|word| word.to_string())
                .collect(),
            stdin: request.stdin,
            tty: request.tty,
            size: None,
        };
        let (session, ends) = session(request.stdin, request.tty);
        match self.runtime().exec(&id, &run) {
            Ok(Ok(program)) => {
                self.sim().spawn("exec", converse(program, ends, true));
            }
            Ok(Err(why)) => {
                // The conversation begins all the same, and this is how it ends.
                let exec_id = sim::Rng::new(self.sim().seed(), &id).hex(32);
                let error = Status::internal_error(&format!(
                    "error executing command in container: failed to exec in container: failed to start exec \
                     \"{exec_id}\": OCI runtime exec failed: exec failed: unable to start container process: {why}"
                ));
                let _ = ends.exit.send(Err(error));
            }
            Err(_) => return Err(container_not_found(&request.container)),
        }
        Ok(session)
    }

    pub(super) fn attach_session(
        &self,
        pod: &Rc<Pod>,
        request: &ExecRequest,
    ) -> Result<Session, Status> {
        let id = self.running_container(pod, &request.container)?;
        let program = self
            .runtime()
            .attach(&id)
            .map_err(|_| container_not_found(&request.container))?;
        let (session, ends) = session(request.stdin, request.tty);
        // Whoever only looks on is not told how the program ended.
        self.sim().spawn("attach", converse(program, ends, false));
        Ok(session)
    }

    pub(super) fn port_forward_session(&self, pod: &Rc<Pod>, port: u16) -> Result<Session, Status> {
        let Some(netns) = self.runtime().pod_network(&pod.metadata.uid) else {
            return Err(Status::internal_error("the pod's sandbox is not ready"));
        };
        let sandbox = self.runtime().pod_status(&pod.metadata.uid).sandboxes;
        let sandbox = sandbox
            .first()
            .map_or("", |sandbox| &*sandbox.id)
            .to_owned();
        let (session, ends) = session(true, false);
        self.sim()
            .spawn("port forward", forward(netns, sandbox, port, ends));
        Ok(session)
    }
}

fn container_not_found(name: &str) -> Status {
    let mut status = Status::internal_error("");
    status.message = format!("container not found (\"{name}\")").into();
    status
}

/// Carries input to a program and its output back, until it ends or nobody listens any more.
async fn converse(mut program: ExecSession, ends: Ends, tell_code: bool) {
    let Ends {
        stdin,
        stdout,
        stderr,
        resize,
        exit,
    } = ends;
    let mut output = program.take_output();
    let talk = async {
        while let Some((stream, bytes)) = output.next().await {
            let to = match stream {
                LogStream::Stdout => &stdout,
                LogStream::Stderr => &stderr,
            };
            if to.unbounded_send(bytes.to_vec()).is_err() {
                return false;
            }
        }
        true
    };
    let listen = async {
        if let Some(mut stdin) = stdin {
            while let Some(bytes) = stdin.next().await {
                program.feed(&bytes);
            }
            program.close_input();
        }
        std::future::pending::<()>().await;
    };
    let follow_size = async {
        if let Some(mut resize) = resize {
            while let Some((columns, rows)) = resize.next().await {
                program.resize(WindowSize { rows, columns });
            }
        }
        std::future::pending::<()>().await;
    };
    let (talk, listen, follow_size) = (
        std::pin::pin!(talk),
        std::pin::pin!(listen),
        std::pin::pin!(follow_size),
    );
    let others = select(listen, follow_size);
    let heard_out = match select(talk, others).await {
        Either::Left((heard_out, _)) => heard_out,
        Either::Right(_) => false,
    };
    if heard_out {
        let code = program.wait().await;
        // Whoever asked may be gone.
        let _ = exit.send(Ok(if tell_code { code } else { 0 }));
    }
}

/// Carries bytes between a session and a port of a pod.
async fn forward(netns: Netns, sandbox: String, port: u16, ends: Ends) {
    let stream = match netns.connect(HostAddr::new(LOOPBACK, port)).await {
        Ok(stream) => stream,
        Err(error) => {
            let _ = ends.exit.send(Err(forward_error(&sandbox, port, error)));
            return;
        }
    };
    let (mut reader, mut writer) = stream.into_split();
    let back = async {
        loop {
            let bytes = reader.read().await;
            if bytes.is_empty() || ends.stdout.unbounded_send(bytes).is_err() {
                return;
            }
        }
    };
    let stdin = ends.stdin;
    let forth = async {
        if let Some(mut stdin) = stdin {
            while let Some(bytes) = stdin.next().await {
                if writer.write_all(&bytes).await.is_err() {
                    return;
                }
            }
        }
        writer.finish();
        std::future::pending::<()>().await;
    };
    select(std::pin::pin!(back), std::pin::pin!(forth)).await;
    let _ = ends.exit.send(Ok(0));
}

fn forward_error(sandbox: &str, port: u16, error: ConnectError) -> Status {
    let why = error.to_string().to_lowercase();
    let mut status = Status::internal_error("");
    status.message = format!(
        "error forwarding port {port} to pod {sandbox}, uid : failed to execute portforward in network namespace \
         \"/var/run/netns/cni-{}\": failed to connect to localhost:{port} inside namespace \"{sandbox}\", IPv4: dial \
         tcp4 127.0.0.1:{port}: connect: {why} IPv6 dial tcp6 [::1]:{port}: connect: {why} ",
        sandbox.get(..8).unwrap_or(sandbox)
    )
    .into();
    status
}
