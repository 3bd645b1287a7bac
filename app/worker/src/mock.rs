//! A stand-in for the cluster, for working on the page alone. Not part of any release.

use std::collections::BTreeMap;
use view::*;

const EPOCH: i64 = 1_790_000_000 * Time::SECOND;

type Action = Box<dyn FnOnce(&mut Mock)>;

#[derive(Default)]
pub(crate) struct Mock {
    now: Time,
    out: Vec<FromEngine>,
    due: BTreeMap<(Time, u64), Action>,
    seq: u64,
    pods: BTreeMap<String, PodView>,
    patches: Vec<ViewPatch>,
    files: BTreeMap<String, String>,
    selection: Option<Selection>,
    log: u64,
    commands: u64,
    lesson: bool,
    done: [bool; 4],
    uid: u64,
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: example-pod\n  labels:\n    app: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.29   # a web server\n    ports:\n    - containerPort: 80\n    resources:\n      requests:\n        cpu: 250m\n        memory: 128Mi\n";

fn run(text: &str) -> Inline {
    Inline::Code {
        text: text.into(),
        run: true,
    }
}
fn t(text: &str) -> Inline {
    Inline::Text(text.into())
}
fn p(v: Vec<Inline>) -> Block {
    Block::Paragraph(v)
}

impl Mock {
    fn at(&mut self, seconds: f64, f: impl FnOnce(&mut Mock) + 'static) {
        self.seq += 1;
        let when = self.now.plus_micros((seconds * 1e6) as i64);
        self.due.insert((when, self.seq), Box::new(f));
    }
    fn print(&mut self, text: &str) {
        self.out.push(FromEngine::Output(
            text.replace('\n', "\r\n").as_str().into(),
        ));
    }
    fn prompt(&mut self) {
        self.out.push(FromEngine::Prompt(Prompt {
            text: "\x1b[1;32mroot@tabernetes\x1b[0m:\x1b[1;34m~\x1b[0m# ".into(),
            ..Prompt::default()
        }));
    }
    fn event(&mut self, pod: &PodView, warning: bool, reason: &str, message: &str, source: &str) {
        self.seq += 1;
        self.patches.push(ViewPatch::Event(EventView {
            uid: format!("ev{}", self.seq),
            at: self.now,
            warning,
            reason: reason.into(),
            message: message.into(),
            count: 1,
            source: source.into(),
            object: ObjectRef {
                kind: "Pod".into(),
                namespace: pod.namespace.clone(),
                name: pod.name.clone(),
                uid: pod.uid.clone(),
            },
        }));
    }
    fn put(&mut self, pod: &PodView) {
        self.pods.insert(pod.uid.clone(), pod.clone());
        self.patches.push(ViewPatch::Pod(pod.clone()));
        self.check();
    }
    fn check(&mut self) {
        if !self.lesson {
            return;
        }
        let has = self.pods.values().any(|p| p.name == "example-pod");
        let running = self
            .pods
            .values()
            .any(|p| p.name == "example-pod" && p.ready);
        if has {
            self.done[0] = true;
        }
        if running {
            self.done[1] = true;
        }
        if self.done[2] && !has {
            self.done[3] = true;
        }
        self.progress();
    }
    fn progress(&mut self) {
        let has = self.pods.values().any(|p| p.name == "example-pod");
        let steps = (0..4)
            .map(|i| StepProgress {
                done: self.done[i],
                checks: vec![CheckState {
                    label: [
                        "The pod example-pod exists",
                        "example-pod is Running",
                        "You have read its description",
                        "example-pod is gone",
                    ][i]
                        .into(),
                    passed: self.done[i],
                    why: if self.done[i] {
                        String::new()
                    } else if i == 0 {
                        "There is no pod of this name in the namespace default.".into()
                    } else if i == 1 && has {
                        "Its image is still being pulled.".into()
                    } else {
                        String::new()
                    },
                }],
            })
            .collect();
        let current = self.done.iter().take_while(|d| **d).count() as u32;
        self.out.push(FromEngine::Progress(LessonProgress {
            id: "pods/01-first-pod".into(),
            steps,
            current,
        }));
    }
    fn pod(&mut self, name: &str, node: &'static str, image: &'static str, bad: bool) {
        self.uid += 1;
        let pod = PodView {
            uid: format!("pod-{}", self.uid),
            namespace: "default".into(),
            name: name.into(),
            status: "Pending".into(),
            created: self.now,
            requests: Resources {
                cpu_millis: 250,
                memory_bytes: 128 << 20,
                pods: 1,
            },
            containers: if name.contains("two") {
                vec![
                    ContainerView {
                        name: "setup".into(),
                        image: "busybox".into(),
                        kind: ContainerKind::Init,
                        ..Default::default()
                    },
                    ContainerView {
                        name: "web".into(),
                        image: image.into(),
                        ..Default::default()
                    },
                    ContainerView {
                        name: "log".into(),
                        image: "busybox".into(),
                        kind: ContainerKind::Sidecar,
                        ..Default::default()
                    },
                ]
            } else {
                vec![ContainerView {
                    name: if bad { "app" } else { "web" }.into(),
                    image: image.into(),
                    ..Default::default()
                }]
            },
            ..Default::default()
        };
        self.put(&pod);
        let uid = pod.uid.clone();
        if node.is_empty() {
            self.event(&pod, true, "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", "default-scheduler");
            return;
        }
        self.at(0.6, move |m| {
            let Some(mut pod) = m.pods.get(&uid).cloned() else {
                return;
            };
            pod.node = Some(node.into());
            pod.status = "ContainerCreating".into();
            for c in &mut pod.containers {
                c.state = ContainerState::Waiting {
                    reason: "ContainerCreating".into(),
                    message: String::new(),
                    pull: None,
                    retry: None,
                };
            }
            m.event(
                &pod,
                false,
                "Scheduled",
                &format!("Successfully assigned default/{} to {node}", pod.name),
                "default-scheduler",
            );
            m.put(&pod);
            let uid = uid.clone();
            m.at(0.7, move |m| {
                let Some(mut pod) = m.pods.get(&uid).cloned() else {
                    return;
                };
                let (started, ends) = (m.now, m.now.plus_micros(6_000_000));
                for c in &mut pod.containers {
                    if c.kind == ContainerKind::Main {
                        c.state = ContainerState::Waiting {
                            reason: "ContainerCreating".into(),
                            message: String::new(),
                            pull: Some(Pull {
                                started,
                                ends,
                                bytes: 68 << 20,
                            }),
                            retry: None,
                        };
                    }
                }
                m.event(
                    &pod,
                    false,
                    "Pulling",
                    &format!("Pulling image \"{image}\""),
                    "kubelet",
                );
                m.put(&pod);
                m.at(6.0, move |m| {
                    let Some(mut pod) = m.pods.get(&uid).cloned() else {
                        return;
                    };
                    if bad {
                        pod.status = "ImagePullBackOff".into();
                        let retry = Some(m.now.plus_micros(20_000_000));
                        for c in &mut pod.containers {
                            c.state = ContainerState::Waiting {
                                reason: "ImagePullBackOff".into(),
                                message: "Back-off pulling image".into(),
                                pull: None,
                                retry,
                            };
                        }
                        m.event(
                            &pod,
                            true,
                            "Failed",
                            &format!("Failed to pull image \"{image}\": not found"),
                            "kubelet",
                        );
                        m.event(
                            &pod,
                            false,
                            "BackOff",
                            &format!("Back-off pulling image \"{image}\""),
                            "kubelet",
                        );
                        m.put(&pod);
                        return;
                    }
                    pod.phase = PodPhase::Running;
                    pod.status = "Running".into();
                    pod.ready = true;
                    pod.address = Some("10.244.1.5".into());
                    let now = m.now;
                    for c in &mut pod.containers {
                        c.ready = true;
                        c.state = if c.kind == ContainerKind::Init {
                            ContainerState::Terminated {
                                reason: "Completed".into(),
                                exit_code: 0,
                                at: now,
                            }
                        } else {
                            ContainerState::Running { since: now }
                        };
                    }
                    m.event(
                        &pod,
                        false,
                        "Pulled",
                        &format!("Successfully pulled image \"{image}\" in 6s"),
                        "kubelet",
                    );
                    m.event(&pod, false, "Created", "Container created", "kubelet");
                    m.event(&pod, false, "Started", "Container started", "kubelet");
                    m.put(&pod);
                });
            });
        });
    }
    fn inspect(&mut self) {
        let Some(selection) = self.selection.clone() else {
            return;
        };
        let object = ObjectRef {
            uid: selection.uid.clone(),
            ..Default::default()
        };
        let body = match &selection.pane {
            Pane::Yaml => InspectedBody::Text(POD.into()),
            Pane::Describe => InspectedBody::Text("Name:             example-pod\nNamespace:        default\nPriority:         0\nService Account:  default\nNode:             node-1/10.0.0.11\nStart Time:       Sun, 22 Nov 2026 10:00:00 +0000\nLabels:           app=web\nStatus:           Running\nIP:               10.244.1.5\nContainers:\n  web:\n    Image:          nginx:1.29\n    Port:           80/TCP\n    State:          Running\n    Ready:          True\n    Restart Count:  0\n".into()),
            Pane::Logs { .. } => InspectedBody::Text("/docker-entrypoint.sh: Configuration complete; ready for start up\n2026/11/22 10:00:08 [notice] 1#1: nginx/1.29.3\n2026/11/22 10:00:08 [notice] 1#1: start worker processes\n".into()),
            Pane::Why => InspectedBody::Why([("you", "Ran kubectl create -f example-pod.yml"), ("kube-apiserver", "Accepted the pod after admission and stored it."), ("kube-scheduler", "Chose node-1 of 3 nodes that fit: it has the most CPU and memory left."), ("kubelet on node-1", "Pulled the image nginx:1.29 (68 Mi) in 6 s."), ("kubelet on node-1", "Started the container web.")].iter().enumerate().map(|(i, (a, b))| WhyStep { at: Time(EPOCH).plus_micros(i as i64 * 1_300_000), actor: (*a).into(), text: (*b).into(), object: None }).collect()),
        };
        self.out.push(FromEngine::Inspected(Inspected {
            selection,
            object,
            body,
        }));
    }
    fn line(&mut self, line: &str) {
        self.commands += 1;
        let id = self.commands;
        self.patches.push(ViewPatch::Command(CommandView {
            id,
            at: self.now,
            line: line.into(),
            exit_code: Some(if line.contains("nope") { 1 } else { 0 }),
        }));
        self.out.push(FromEngine::Saved(Log {
            keep: self.log,
            add: vec![line.into()],
        }));
        self.log += 1;
        if line == "panic" {
            panic!("asked to");
        }
        if line.contains("example-pod.yml") && (line.contains("create") || line.contains("apply")) {
            self.pod("example-pod", "node-1", "nginx:1.29", false);
            self.print("pod/example-pod created\n");
        } else if line == "demo" {
            self.pod("example-pod", "node-1", "nginx:1.29", false);
            self.pod("two-containers", "node-2", "nginx:1.29", false);
            self.pod("broken-image", "node-3", "ngnix:latest", true);
            self.pod("cache-7d9f8b6c5-x2x4p", "node-2", "redis:8", false);
            self.pod("too-big", "", "nginx:1.29", false);
            self.print("demo\n");
        } else if line == "many" {
            for i in 0..40 {
                self.pod(
                    &format!("web-7d9f8b6c5-{i:05}"),
                    ["node-1", "node-2", "node-3"][i % 3],
                    "nginx:1.29",
                    false,
                );
            }
        } else if line.contains("get pods") {
            let mut s = String::from("NAME          READY   STATUS    RESTARTS   AGE\n");
            for p in self.pods.values() {
                s += &format!(
                    "{:<13} {}/1     {:<9} 0          {}s\n",
                    p.name,
                    p.ready as u8,
                    p.status,
                    self.now.seconds_since(p.created) as u64
                );
            }
            if self.pods.is_empty() {
                s = "No resources found in default namespace.\n".into();
            }
            self.print(&s);
        } else if line.contains("describe") {
            self.done[2] = true;
            self.print("Name:             example-pod\nNamespace:        default\nNode:             node-1/10.0.0.11\nStatus:           Running\n");
            self.check();
        } else if line.contains("delete") {
            let uids: Vec<String> = self
                .pods
                .values()
                .filter(|p| line.contains(&p.name) || line.contains("all"))
                .map(|p| p.uid.clone())
                .collect();
            for uid in uids {
                let mut pod = self.pods[&uid].clone();
                pod.status = "Terminating".into();
                pod.termination = Some(Termination {
                    started: self.now,
                    deadline: self.now.plus_micros(30_000_000),
                });
                self.event(&pod, false, "Killing", "Stopping container web", "kubelet");
                self.put(&pod);
                let name = pod.name.clone();
                self.print(&format!("pod \"{name}\" deleted from default namespace\n"));
                self.at(12.0, move |m| {
                    m.pods.remove(&uid);
                    m.patches.push(ViewPatch::PodGone(uid));
                    m.check();
                });
            }
        } else if !line.is_empty() {
            self.print(&format!("bash: {line}: command not found\n"));
        }
        self.prompt();
    }
    fn open_lesson(&mut self) {
        self.lesson = true;
        self.done = [false; 4];
        let card = LessonCard {
            id: "pods/01-first-pod".into(),
            track: "Pods".into(),
            title: "Your first pod".into(),
            summary: "Create a pod from YAML, watch it start, look into it, delete it.".into(),
            minutes: 5,
            steps: 4,
        };
        let titles = [
            "Create the pod",
            "Watch it start",
            "Look into it",
            "Delete it",
        ];
        let texts = [
            vec![
                p(vec![
                    t("The file "),
                    Inline::Code {
                        text: "example-pod.yml".into(),
                        run: false,
                    },
                    t(
                        " in your home folder describes a pod with one container. Hand it to the cluster:",
                    ),
                ]),
                Block::Code {
                    language: "sh".into(),
                    text: "kubectl create -f example-pod.yml".into(),
                    run: true,
                },
            ],
            vec![
                p(vec![
                    t("A node has taken the pod and pulls its image. Ask how far it is with "),
                    run("kubectl get pods"),
                    t(", as often as you like, or follow it with "),
                    run("kubectl get pods -w"),
                    t(" and end that with Ctrl-C."),
                ]),
                Block::Note(vec![p(vec![
                    t("On the map the tile goes from "),
                    Inline::Strong(vec![t("Pending")]),
                    t(" over "),
                    Inline::Strong(vec![t("ContainerCreating")]),
                    t(" to "),
                    Inline::Strong(vec![t("Running")]),
                    t("."),
                ])]),
            ],
            vec![p(vec![
                t("Everything the cluster knows of it: "),
                run("kubectl describe pod example-pod"),
                t(". The events at its end are the story so far."),
            ])],
            vec![p(vec![
                t("Delete it the way you made it: "),
                run("kubectl delete -f example-pod.yml"),
                t("."),
            ])],
        ];
        let steps = texts
            .into_iter()
            .enumerate()
            .map(|(i, text)| StepView {
                id: format!("s{i}"),
                title: titles[i].into(),
                text,
                hints: vec![vec![p(vec![
                    t("Look at the file first: "),
                    run("cat example-pod.yml"),
                    t("."),
                ])]],
                solution: vec!["kubectl create -f example-pod.yml".into()],
            })
            .collect();
        let intro = vec![p(vec![
            t("Kubernetes does not run containers one by one. It runs "),
            Inline::Strong(vec![t("pods")]),
            t(
                ": one or more containers that share an address and a node, that start together and go together.",
            ),
        ])];
        let outro = vec![p(vec![t(
            "You have created, watched, inspected and deleted a pod, in the way you would on any cluster.",
        )])];
        self.out.push(FromEngine::Lesson(Some(Box::new(LessonView {
            card,
            intro,
            steps,
            outro,
            next: None,
        }))));
        self.progress();
    }
}

impl Engine for Mock {
    fn handle(&mut self, message: ToEngine) {
        match message {
            ToEngine::Boot(boot) => {
                self.now = Time(EPOCH);
                self.log = boot.log.len() as u64;
                self.out.push(FromEngine::Ready(Ready {
                    kubernetes: "v1.36.2".into(),
                    home: "/root".into(),
                    started: self.now,
                    lost: String::new(),
                }));
                self.patches.push(ViewPatch::Reset);
                for i in 1..=3 {
                    self.patches.push(ViewPatch::Node(NodeView {
                        uid: format!("node-{i}"),
                        name: format!("node-{i}"),
                        status: "Ready".into(),
                        ready: true,
                        schedulable: true,
                        address: format!("10.0.0.1{i}"),
                        version: "v1.36.2".into(),
                        allocatable: Resources {
                            cpu_millis: 8000,
                            memory_bytes: 16 << 30,
                            pods: 110,
                        },
                        created: self.now,
                        ..Default::default()
                    }));
                }
                self.files
                    .insert("/root/example-pod.yml".into(), POD.into());
                self.out.push(FromEngine::Files(vec![FileEntry {
                    path: "/root/example-pod.yml".into(),
                    bytes: POD.len() as u64,
                    version: 1,
                }]));
                self.out.push(FromEngine::Lessons(vec![LessonCard {
                    id: "pods/01-first-pod".into(),
                    track: "Pods".into(),
                    title: "Your first pod".into(),
                    summary: "Create a pod from YAML, watch it start, look into it, delete it."
                        .into(),
                    minutes: 5,
                    steps: 4,
                }]));
                self.open_lesson();
                self.print("Welcome to Tabernetes: three nodes, Kubernetes v1.36.2. Try \x1b[1mkubectl get nodes\x1b[0m.\n\n");
                self.prompt();
            }
            ToEngine::Line(line) => self.line(&line),
            ToEngine::Inspect(selection) => {
                self.selection = selection;
                self.inspect();
            }
            ToEngine::ReadFile(path) => {
                let text = self
                    .files
                    .get(&path)
                    .cloned()
                    .ok_or_else(|| "No such file".to_string());
                self.out.push(FromEngine::File { path, text });
            }
            ToEngine::WriteFile { path, text } => {
                self.files.insert(path, text);
            }
            ToEngine::CheckFile {
                path,
                version,
                text,
            } => {
                let diagnostics = text
                    .lines()
                    .enumerate()
                    .filter(|(_, l)| l.contains("image:") && l.trim_end().ends_with(':'))
                    .map(|(i, _)| Diagnostic {
                        line: i as u32 + 1,
                        column: 5,
                        end_line: i as u32 + 1,
                        end_column: 0,
                        severity: Severity::Error,
                        message: "spec.containers[0].image: Required value".into(),
                    })
                    .collect();
                self.out.push(FromEngine::Checked(CheckedFile {
                    path,
                    version,
                    diagnostics,
                }));
            }
            ToEngine::OpenLesson(_) => self.open_lesson(),
            ToEngine::CloseLesson => {
                self.lesson = false;
                self.out.push(FromEngine::Lesson(None));
            }
            _ => {}
        }
    }
    fn now(&self) -> Time {
        self.now
    }
    fn next_due(&self) -> Option<Time> {
        self.due.keys().next().map(|k| k.0)
    }
    fn advance(&mut self, until: Time, steps: u32) -> Advance {
        for _ in 0..steps {
            let Some(key) = self.due.keys().next().copied().filter(|k| k.0 <= until) else {
                self.now = self.now.max(until);
                return Advance::Reached;
            };
            let f = self.due.remove(&key);
            self.now = self.now.max(key.0);
            if let Some(f) = f {
                f(self);
            }
        }
        Advance::Spent
    }
    fn drain(&mut self) -> Vec<FromEngine> {
        let mut out = std::mem::take(&mut self.out);
        let patches = std::mem::take(&mut self.patches);
        if !patches.is_empty() {
            out.insert(
                out.iter()
                    .position(|m| matches!(m, FromEngine::Ready(_)))
                    .map_or(0, |i| i + 1),
                FromEngine::Patch(patches),
            );
        }
        out
    }
}
