//! `kubectl debug`: a debugging container in a running pod, in a copy of it, or on a node.

mod profile;

use api::core::v1::Container;
use apimachinery::codec;
use apimachinery::patch::strategic;
use serde_json::{Map, Value, json};

use profile::{Profile, Style, container_mut};

use super::attach::{self, Attach};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::{Helper, PatchType};
use crate::util::timer::WEEK;

/// How long it takes to reach a container, in microseconds.
const CONNECTING: i64 = 50_000;
use crate::util::{go, image, json as j};

/// `debug`
pub const COMMAND: Command = Command {
    name: "debug",
    usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    no_flags_in_use: true,
    short: "Create debugging sessions for troubleshooting workloads and nodes",
    flags: &[&[
        Flag::slice("filename", "identifying the resource to debug").short('f'),
        Flag::bool(
            "arguments-only",
            "If specified, everything after -- will be passed to the new container as Args instead \
             of Command.",
        ),
        Flag::bool(
            "attach",
            "If true, wait for the container to start running, and then attach as if 'kubectl \
             attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the \
             default is true.",
        ),
        Flag::string("container", "Container name to use for debug container.").short('c'),
        Flag::string("copy-to", "Create a copy of the target Pod with this name."),
        Flag::string(
            "custom",
            "Path to a JSON or YAML file containing a partial container spec to customize built-in \
             debug profiles.",
        ),
        Flag::pairs("env", "Environment variables to set in the container.").default("[]"),
        Flag::string("image", "Container image to use for debug container."),
        Flag::string(
            "image-pull-policy",
            "The image pull policy for the container. If left empty, this value will not be \
             specified by the client and defaulted by the server.",
        ),
        Flag::bool(
            "keep-annotations",
            "If true, keep the original pod annotations.(This flag only works when used with \
             '--copy-to')",
        ),
        Flag::bool(
            "keep-init-containers",
            "Run the init containers for the pod. Defaults to true.(This flag only works when used \
             with '--copy-to')",
        )
        .default("true"),
        Flag::bool(
            "keep-labels",
            "If true, keep the original pod labels.(This flag only works when used with '--copy-to')",
        ),
        Flag::bool(
            "keep-liveness",
            "If true, keep the original pod liveness probes.(This flag only works when used with \
             '--copy-to')",
        ),
        Flag::bool(
            "keep-readiness",
            "If true, keep the original pod readiness probes.(This flag only works when used with \
             '--copy-to')",
        ),
        Flag::bool(
            "keep-startup",
            "If true, keep the original startup probes.(This flag only works when used with \
             '--copy-to')",
        ),
        Flag::string(
            "profile",
            "Options are \"general\", \"baseline\", \"restricted\", \"netadmin\" or \"sysadmin\". \
             Defaults to \"general\"",
        )
        .default("general"),
        Flag::bool("quiet", "If true, suppress informational messages.").short('q'),
        Flag::bool(
            "replace",
            "When used with '--copy-to', delete the original Pod.",
        ),
        Flag::bool(
            "same-node",
            "When used with '--copy-to', schedule the copy of target Pod on the same node.",
        ),
        Flag::pairs(
            "set-image",
            "When used with '--copy-to', a list of name=image pairs for changing container images, \
             similar to how 'kubectl set image' works.",
        )
        .default("[]"),
        Flag::bool(
            "share-processes",
            "When used with '--copy-to', enable process namespace sharing in the copy.",
        )
        .default("true"),
        Flag::bool(
            "stdin",
            "Keep stdin open on the container(s) in the pod, even if nothing is attached.",
        )
        .short('i'),
        Flag::string(
            "target",
            "When using an ephemeral container, target processes in this container name.",
        ),
        Flag::bool("tty", "Allocate a TTY for the debugging container.").short('t'),
    ]],
    long: "Debug cluster resources with containers that are made for it.

What 'debug' does depends on what it is pointed at; without a type, a pod is meant.

        * Workload: Copy a pod and change something in the copy, such as an image's tag.
        * Workload: Add an ephemeral container to a running pod, with tools that the pod lacks, without restarting it.
        * Node: Create a pod in the node's own namespaces that sees the node's files.

Note: Where a whole pod is told to run as another user than root, a profile may give less than it says.",
    example: "# A shell of busybox in the pod mypod
kubectl debug mypod -it --image=busybox

# The same for the pod that a file describes
kubectl debug -f pod.yaml -it --image=busybox

# A container named debugger, from an image of one's own
kubectl debug --image=myproj/debug-tools -c debugger mypod

# A copy of mypod with one more container, and a shell in that
kubectl debug mypod -it --image=busybox --copy-to=my-debugger

# A copy of mypod in which mycontainer runs a shell
kubectl debug mypod -it --copy-to=my-debugger --container=mycontainer -- sh

# A copy of mypod in which every image is busybox
kubectl debug mypod --copy-to=my-debugger --set-image=*=busybox

# A copy with one more container and other images
kubectl debug mypod -it --copy-to=my-debugger --image=debian --set-image=app=app:debug,sidecar=sidecar:debug

# A shell on a node: in its namespaces, with its files at /host
kubectl debug node/mynode -it --image=busybox",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// What the flags say.
struct Debug {
    /// The words after `--`.
    args: Vec<String>,
    attach: bool,
    profile: Profile,
    set_images: Map<String, Value>,
    /// What `--custom` says of the container.
    custom: Map<String, Value>,
}

/// The part of a container in the file of `--custom`.
fn custom(cx: &Context) -> Result<Map<String, Value>, Error> {
    let file = cx.flags.str("custom");
    if file.is_empty() {
        return Ok(Map::new());
    }
    let text = cx.host.read_file(file).map_err(|e| {
        e.of("open", file)
            .context("must pass a container spec json file for custom profile")
    })?;
    let value = crate::util::yaml::parse(&String::from_utf8_lossy(&text));
    let container: Result<Container, String> = value.and_then(|value| {
        codec::from_value(&value)
            .map_err(|e| format!("error unmarshaling JSON: while decoding JSON: {e}"))
    });
    let container =
        container.map_err(|why| fail!("{file} does not contain a valid container spec: {why}"))?;
    let fixed = !container.name.is_empty() || !container.image.is_empty();
    if fixed
        || !container.command.is_empty()
        || container.lifecycle.is_some()
        || !container.volume_devices.is_empty()
    {
        return Err(
            "name, command, image, lifecycle and volume devices are not modifiable via custom profile"
                .into(),
        );
    }
    match codec::to_value(&container) {
        Value::Object(mut map) => {
            map.remove("name");
            Ok(map)
        }
        _ => Ok(Map::new()),
    }
}

fn pairs(cx: &Context, flag: &str) -> Map<String, Value> {
    let values = cx.flags.strings(flag);
    let pairs = values.iter().filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), json!(value)))
        .collect()
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (names, args) = match cx.dash {
            Some(dash) if cx.args.len() > dash => cx.args.split_at(dash),
            _ => (&cx.args[..], &[][..]),
        };
        let flags = &cx.flags;
        let (namespace, explicit) = cx.namespace()?;
        let debug = Debug {
            args: args.to_vec(),
            attach: flags.bool("attach") || (flags.bool("stdin") && !flags.changed("attach")),
            profile: Profile::named(flags.str("profile"))?,
            set_images: pairs(&cx, "set-image"),
            custom: custom(&cx)?,
        };
        debug.validate(&cx, names)?;
        let (infos, result) = Builder::new(&cx)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .namespace(&namespace)
            .resource_names("pods", names)
            .find()?
            .infos();
        for info in &infos {
            let object = info.value();
            let (pod, container) = match (j::group(object), j::kind(object)) {
                ("", "Node") => debug.node(&cx, object, &namespace)?,
                ("", "Pod") if !flags.str("copy-to").is_empty() => debug.copy(&cx, object)?,
                ("", "Pod") => debug.ephemeral(&cx, object)?,
                _ => {
                    let kind = info.mapping()?.gvk_text();
                    return Err(fail!("{} not supported by debug", go::quote(&kind)));
                }
            };
            if debug.attach && !container.is_empty() {
                debug.attach(&cx, &pod, &container).await?;
            }
        }
        result
    })
}

impl Debug {
    fn validate(&self, cx: &Context, names: &[String]) -> Result<(), Error> {
        let flags = &cx.flags;
        let (image_name, container) = (flags.str("image"), flags.str("container"));
        if self.attach && flags.changed("attach") && image_name.is_empty() && container.is_empty() {
            return Err(
                "you must specify --container or create a new container using --image in order to attach."
                    .into(),
            );
        }
        if !flags.str("copy-to").is_empty() {
            if image_name.is_empty() && self.set_images.is_empty() && self.args.is_empty() {
                return Err("you must specify --image, --set-image or command arguments.".into());
            }
            if !self.args.is_empty() && container.is_empty() && image_name.is_empty() {
                return Err(
                    "you must specify an existing container or a new image when specifying args."
                        .into(),
                );
            }
        } else if flags.bool("replace") {
            return Err("--replace may only be used with --copy-to.".into());
        } else if flags.bool("same-node") {
            return Err("--same-node may only be used with --copy-to.".into());
        } else if !self.set_images.is_empty() {
            return Err("--set-image may only be used with --copy-to.".into());
        } else if image_name.is_empty() {
            return Err("you must specify --image when not using --copy-to.".into());
        }
        if !image_name.is_empty() && !image::is_reference(image_name) {
            return Err(fail!(
                "invalid image name {}: invalid reference format",
                go::quote(image_name)
            ));
        }
        if names.is_empty() && flags.strings("filename").is_empty() {
            return Err("NAME or filename is required for debug".into());
        }
        let policy = flags.str("image-pull-policy");
        if !matches!(policy, "" | "Always" | "IfNotPresent" | "Never") {
            return Err(fail!("invalid image pull policy: {policy}"));
        }
        for (name, wanted) in &self.set_images {
            let wanted = wanted.as_str().unwrap_or_default();
            if !image::is_reference(wanted) {
                return Err(fail!(
                    "invalid image name {} for container {}: invalid reference format",
                    go::quote(wanted),
                    go::quote(name)
                ));
            }
        }
        let target = flags.str("target");
        if !target.is_empty() {
            if !flags.str("copy-to").is_empty() {
                return Err(
                    "--target is incompatible with --copy-to. Use --share-processes instead."
                        .into(),
                );
            }
            if !flags.bool("quiet") {
                cx.out(&format!(
                    "Targeting container {}. If you don't see processes from this container it may be because the \
                     container runtime doesn't support this feature.\n",
                    go::quote(target)
                ));
            }
        }
        if flags.bool("tty") && !flags.bool("stdin") {
            return Err("-i/--stdin is required for containers with -t/--tty=true".into());
        }
        if self.profile == Profile::Legacy {
            cx.err(
                "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other \
                 profile, for example \"--profile=general\".\n",
            );
        }
        Ok(())
    }

    /// Merges what `--custom` says into a container.
    fn customize(&self, container: &mut Value) -> Result<(), Error> {
        if self.custom.is_empty() {
            return Ok(());
        }
        let before = container.as_object().cloned().unwrap_or_default();
        let merged = strategic::apply(before, self.custom.clone(), Container::SCHEMA);
        *container = Value::Object(merged.map_err(|e| fail!("{}", e.text()))?);
        Ok(())
    }

    /// A new container of that name, as the flags say.
    fn container(&self, cx: &Context, name: &str) -> Value {
        let mut container = json!({
            "name": name,
            "image": cx.flags.str("image"),
            "resources": {},
            "terminationMessagePolicy": "File",
        });
        self.fill(cx, &mut container);
        container
    }

    fn fill(&self, cx: &Context, container: &mut Value) {
        let flags = &cx.flags;
        if !self.args.is_empty() {
            let field = if flags.bool("arguments-only") {
                "args"
            } else {
                j::remove(container, &["args"]);
                "command"
            };
            j::set(container, &[field], self.args.clone());
        }
        let env: Vec<Value> = pairs(cx, "env")
            .into_iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        if !env.is_empty() {
            j::set(container, &["env"], env);
        }
        for (flag, field) in [("image", "image"), ("image-pull-policy", "imagePullPolicy")] {
            if !flags.str(flag).is_empty() {
                j::set(container, &[field], flags.str(flag));
            }
        }
        for flag in ["stdin", "tty"] {
            j::remove(container, &[flag]);
            if flags.bool(flag) {
                j::set(container, &[flag], true);
            }
        }
    }

    /// The name asked for, or a new one.
    fn name(&self, cx: &Context, pod: &Value) -> String {
        let name = cx.flags.string("container");
        if !name.is_empty() {
            return name;
        }
        let name = loop {
            let name = format!("debugger-{}", suffix(cx));
            if pods::container(pod, &name).is_none() {
                break name;
            }
        };
        if !cx.flags.bool("quiet") {
            cx.out(&format!("Defaulting debug container name to {name}.\n"));
        }
        name
    }

    fn ephemeral(&self, cx: &Context, pod: &Value) -> Result<(Value, String), Error> {
        let name = self.name(cx, pod);
        let mut container = self.container(cx, &name);
        let target = cx.flags.str("target");
        if !target.is_empty() {
            j::set(&mut container, &["targetContainerName"], target);
        }
        let mut patched = json!({"spec": {"ephemeralContainers": [container]}});
        self.profile
            .apply(cx, &mut patched, &name, Style::Ephemeral);
        if let Some(container) = patched["spec"]["ephemeralContainers"].get_mut(0) {
            self.customize(container)?;
        }
        // The new one comes last.
        let known = j::list(pod, &["spec", "ephemeralContainers"]).iter();
        let mut order: Vec<Value> = known.map(|c| json!({"name": j::name_of(c)})).collect();
        if !order.iter().any(|c| j::name_of(c) == name) {
            order.push(json!({"name": name}));
        }
        j::set(
            &mut patched,
            &["spec", "$setElementOrder/ephemeralContainers"],
            order,
        );
        let mapping = pods::mapping();
        let helper = Helper::new(cx, &mapping).subresource("ephemeralcontainers");
        let result = helper.patch(
            j::namespace(pod),
            j::name(pod),
            PatchType::Strategic,
            patched.to_string().as_bytes(),
        )?;
        Ok((result, name))
    }

    fn copy(&self, cx: &Context, pod: &Value) -> Result<(Value, String), Error> {
        let flags = &cx.flags;
        let mut copy = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": flags.str("copy-to"), "namespace": j::namespace(pod)},
            "spec": j::at(pod, &["spec"]),
        });
        for field in ["annotations", "labels"] {
            let value = j::at(pod, &["metadata", field]);
            if !value.is_null() {
                j::set(&mut copy, &["metadata", field], value.clone());
            }
        }
        j::remove(&mut copy, &["spec", "ephemeralContainers"]);
        if flags.changed("share-processes") {
            let share = flags.bool("share-processes");
            j::set(&mut copy, &["spec", "shareProcessNamespace"], share);
        }
        if !flags.bool("same-node") {
            j::remove(&mut copy, &["spec", "nodeName"]);
        }
        if let Some(containers) = copy["spec"]["containers"].as_array_mut() {
            for container in containers {
                let name = j::text(container, &["name"]);
                let image = self.set_images.get(name).or(self.set_images.get("*"));
                if let Some(image) = image.cloned() {
                    j::set(container, &["image"], image);
                }
            }
        }
        let mut name = flags.string("container");
        let exists = container_mut(&mut copy, &name).is_some();
        if !exists && flags.str("image").is_empty() {
            if self.set_images.is_empty() {
                return Err("you must specify image when creating new container".into());
            }
            name.clear();
        } else {
            if exists {
                if let Some(container) = container_mut(&mut copy, &name) {
                    self.fill(cx, container);
                }
            } else {
                name = self.name(cx, &copy);
                let container = self.container(cx, &name);
                if let Some(containers) = copy["spec"]["containers"].as_array_mut() {
                    containers.push(container);
                }
            }
            self.profile.apply(cx, &mut copy, &name, Style::Copy);
            if let Some(container) = container_mut(&mut copy, &name) {
                self.customize(container)?;
            }
        }
        let mapping = pods::mapping();
        let helper = Helper::new(cx, &mapping);
        let created = helper.create(j::namespace(pod), &copy)?;
        if flags.bool("replace") {
            let options =
                json!({"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0});
            helper.delete(j::namespace(pod), j::name(pod), options)?;
        }
        Ok((created, name))
    }

    fn node(&self, cx: &Context, node: &Value, namespace: &str) -> Result<(Value, String), Error> {
        let container = match cx.flags.str("container") {
            "" => "debugger",
            name => name,
        };
        let node = j::name(node);
        let name = format!("node-debugger-{node}-{}", suffix(cx));
        if !cx.flags.bool("quiet") {
            cx.out(&format!(
                "Creating debugging pod {name} with container {container} on node {node}.\n"
            ));
        }
        let mut pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}},
            "spec": {
                "containers": [self.container(cx, container)],
                "nodeName": node,
                "restartPolicy": "Never",
                "tolerations": [{"operator": "Exists"}],
            },
        });
        self.profile.apply(cx, &mut pod, container, Style::Node);
        if let Some(container) = container_mut(&mut pod, container) {
            self.customize(container)?;
        }
        let mapping = pods::mapping();
        let created = Helper::new(cx, &mapping).create(namespace, &pod)?;
        Ok((created, container.to_owned()))
    }

    /// Waits for the container and joins it; of one that has ended meanwhile, shows the log.
    async fn attach(&self, cx: &Context, pod: &Value, container: &str) -> Result<(), Error> {
        let flags = &cx.flags;
        let options = Attach {
            container: container.to_owned(),
            stdin: flags.bool("stdin"),
            tty: flags.bool("tty"),
            quiet: flags.bool("quiet"),
            command: "kubectl attach".to_owned(),
            ..Attach::default()
        };
        let begun = |pod: &Value| {
            let state = status(pod, container);
            !j::at(state, &["running"]).is_null() || !j::at(state, &["terminated"]).is_null()
        };
        let (namespace, name) = (j::namespace(pod), j::name(pod));
        attach::await_pod(cx, namespace, name, WEEK, &begun).await?;
        // What a short command prints is in the log by the time that a connection is made.
        cx.host.sleep(CONNECTING).await;
        let pod = attach::await_pod(cx, namespace, name, WEEK, &begun).await?;
        if !j::at(status(&pod, container), &["terminated"]).is_null() {
            return attach::logs(cx, &pod, &options).await;
        }
        if let Err(error) = attach::attach(cx, &pod, &options).await {
            cx.err(&format!(
                "warning: couldn't attach to pod/{name}, falling back to streaming logs: {}\n",
                error.text()
            ));
            return attach::logs(cx, &pod, &options).await;
        }
        Ok(())
    }
}

/// The state of a container.
fn status<'a>(pod: &'a Value, container: &str) -> &'a Value {
    let lists = [
        "initContainerStatuses",
        "containerStatuses",
        "ephemeralContainerStatuses",
    ];
    let mut all = lists
        .iter()
        .flat_map(|list| j::list(pod, &["status", list]));
    let found = all.find(|status| j::text(status, &["name"]) == container);
    found.map_or(&Value::Null, |status| j::at(status, &["state"]))
}

/// Five letters and digits without a meaning.
fn suffix(cx: &Context) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |_| {
        let at = cx.host.random() % LETTERS.len() as u64;
        char::from(LETTERS[at as usize])
    };
    (0..5).map(letter).collect()
}
