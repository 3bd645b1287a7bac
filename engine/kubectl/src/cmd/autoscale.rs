//! `kubectl autoscale`: makes a horizontal pod autoscaler for a workload.

use apimachinery::Quantity;
use serde_json::{Value, json};

use super::create::builtin;
use super::shared::{self, DryRun};
use crate::apply::annotation::{self, Style};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::json as j;

/// `autoscale`
pub const COMMAND: Command = Command {
    name: "autoscale",
    usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
    no_flags_in_use: true,
    short: "Auto-scale a deployment, replica set, stateful set, or replication controller",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "cpu",
                "CPU that the pods should use on average: a percentage of what they request (e.g.\"70%\"), or a \
                 quantity (e.g.\"500m\"; without a unit, in milliCPU).",
            ),
            Flag::int32(
                "cpu-percent",
                "-1",
                "The target average CPU utilization, in percent of requested CPU.",
            )
            .deprecated(
                "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for \
                 milliCPU).",
            ),
            shared::manager("kubectl-autoscale"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to autoscale.",
            ),
            Flag::int32(
                "max",
                "-1",
                "The upper limit for the number of pods that can be set by the autoscaler. Required.",
            )
            .required(),
            Flag::string(
                "memory",
                "Memory that the pods should use on average: a percentage of what they request (e.g.\"60%\"), or a \
                 quantity (e.g.\"200Mi\"; without a unit, in mebibytes).",
            ),
            Flag::int32(
                "min",
                "-1",
                "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or \
                 negative, the server will apply a default value.",
            ),
            Flag::string(
                "name",
                "The name for the newly created object. If not specified, the name of the input resource will be used.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster.

It looks up a deployment, replica set, stateful set, or replication controller by name and makes an autoscaler that \
refers to it, and that adds and removes pods as the system needs.",
    example: "# Between 2 and 10 pods, by the default policy
kubectl autoscale deployment foo --min=2 --max=10

# At most 5 pods of a replication controller, at 80% of the CPU that they request
kubectl autoscale rc foo --max=5 --cpu=80%

# By CPU and memory
kubectl autoscale deployment foo --min=2 --max=6 --cpu=500m --memory=200Mi",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let (namespace, explicit) = cx.namespace()?;
        let metrics = check(&cx)?;
        let mut found = Builder::new(&cx)
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .args(false, &cx.args)
            .flatten()
            .find()?;
        let mut count = 0;
        found.each(|info| {
            let mapping = info.mapping()?;
            if !can_scale(&cx, mapping)? {
                return Err(fail!(
                    "cannot autoscale a {}: could not find scale subresource for {} in discovery information",
                    mapping.kind,
                    format!("{}/{}, Resource={}", mapping.group, mapping.version, mapping.resource)
                ));
            }
            let mut object = autoscaler(&cx, &info.name, mapping, &metrics);
            if explicit {
                j::set(&mut object, &["metadata", "namespace"], namespace.as_str());
            }
            shared::record(&cx, &mut object);
            count += 1;
            if dry_run == DryRun::Client {
                let mut printer = shared::printer(&cx, "created", dry_run)?.typed();
                return printer.print(&cx, &object);
            }
            annotation::update(&mut object, flags.bool("save-config"), Style::Typed);
            j::remove(&mut object, &["status"]);
            let create = |object: &Value| {
                Helper::new(&cx, &builtin(object)?)
                    .dry_run(dry_run.is_server())
                    .manager(flags.str("field-manager"))
                    .create(&namespace, object)
            };
            let created = match create(&object) {
                Err(error @ (Error::Status(_) | Error::Message(_))) => {
                    create(&older(&cx, object, error)?)?
                }
                result => result?,
            };
            let mut printer = shared::printer(&cx, "autoscaled", dry_run)?.typed();
            printer.print(&cx, &created)
        })?;
        if count == 0 {
            return Err("no objects passed to autoscale".into());
        }
        Ok(())
    })
}

/// Whether a resource has a subresource `scale`.
fn can_scale(cx: &Context, mapping: &Mapping) -> Result<bool, Error> {
    let path = match mapping.group.as_str() {
        "" => format!("/api/{}", mapping.version),
        group => format!("/apis/{group}/{}", mapping.version),
    };
    let list = cx.client()?.get(cx, &path)?;
    let name = format!("{}/scale", mapping.resource);
    Ok(j::list(&list, &["resources"])
        .iter()
        .any(|r| j::text(r, &["name"]) == name))
}

/// Checks the flags; the metrics they ask for.
fn check(cx: &Context) -> Result<Vec<Value>, Error> {
    let flags = &cx.flags;
    let (min, max) = (flags.int("min"), flags.int("max"));
    if max < 1 {
        return Err(fail!(
            "--max=MAXPODS is required and must be at least 1, max: {max}"
        ));
    }
    if max < min {
        return Err(fail!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        ));
    }
    let percent = flags.int("cpu-percent");
    if percent > 0 && !flags.str("cpu").is_empty() {
        return Err("--cpu-percent and --cpu are mutually exclusive".into());
    }
    let metric = |name: &str, target: Value| json!({"type": "Resource", "resource": {"name": name, "target": target}});
    let mut metrics = Vec::new();
    if percent > 0 {
        let target = json!({"type": "Utilization", "averageUtilization": percent});
        metrics.push(metric("cpu", target));
    }
    for (name, unit) in [("cpu", "m"), ("memory", "Mi")] {
        let text = flags.str(name);
        if !text.is_empty() {
            metrics.push(metric(name, target(text, name, unit)?));
        }
    }
    Ok(metrics)
}

/// `70%`, `500m`, or a number of the usual unit.
fn target(text: &str, resource: &str, unit: &str) -> Result<Value, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err("empty input".into());
    }
    if let Some(percent) = text.strip_suffix('%') {
        return match percent.parse::<i32>() {
            Ok(value) if value >= 0 => {
                Ok(json!({"type": "Utilization", "averageUtilization": value}))
            }
            _ => Err(fail!("invalid percentage value: {percent}")),
        };
    }
    let with_unit = match text.parse::<f64>() {
        Ok(number) => format!("{number}{unit}"),
        Err(_) => text.to_owned(),
    };
    let quantity = Quantity::parse(&with_unit)
        .map_err(|_| fail!("invalid resource {resource} value: {text}"))?;
    Ok(json!({"type": "AverageValue", "averageValue": quantity.to_text().as_str()}))
}

fn autoscaler(cx: &Context, name: &str, mapping: &Mapping, metrics: &[Value]) -> Value {
    let flags = &cx.flags;
    let own = match flags.str("name") {
        "" => name,
        own => own,
    };
    let mut object = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": own},
        "spec": {
            "scaleTargetRef": {"apiVersion": mapping.api_version(), "kind": mapping.kind, "name": name},
            "maxReplicas": flags.int("max"),
        },
        "status": {"currentMetrics": null, "desiredReplicas": 0},
    });
    if flags.int("min") > 0 {
        j::set(&mut object, &["spec", "minReplicas"], flags.int("min"));
    }
    if !metrics.is_empty() {
        j::set(&mut object, &["spec", "metrics"], metrics.to_vec());
    }
    object
}

/// The same autoscaler in `autoscaling/v1`, which upstream tries when the server does not take the newer one, whatever
/// the reason.
fn older(cx: &Context, mut object: Value, _: Error) -> Result<Value, Error> {
    let flags = &cx.flags;
    let no = |why: &str| {
        fail!(
            "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: {why}"
        )
    };
    let parsed = target(flags.str("cpu"), "cpu", "m").map_err(|e| no(&e.text()))?;
    if !flags.str("memory").is_empty() || j::text(&parsed, &["type"]) != "Utilization" {
        return Err(no("%!w(<nil>)"));
    }
    j::set(&mut object, &["apiVersion"], "autoscaling/v1");
    j::remove(&mut object, &["spec", "metrics"]);
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (text, resource, unit, expected) in [
            (
                "70%",
                "cpu",
                "m",
                "{\"averageUtilization\":70,\"type\":\"Utilization\"}",
            ),
            (
                "500",
                "cpu",
                "m",
                "{\"averageValue\":\"500m\",\"type\":\"AverageValue\"}",
            ),
            (
                "2Gi",
                "memory",
                "Mi",
                "{\"averageValue\":\"2Gi\",\"type\":\"AverageValue\"}",
            ),
        ] {
            assert_eq!(target(text, resource, unit).unwrap().to_string(), expected);
        }
        assert_eq!(
            target("x%", "cpu", "m").unwrap_err().text(),
            "invalid percentage value: x"
        );
        assert_eq!(
            target("lots", "memory", "Mi").unwrap_err().text(),
            "invalid resource memory value: lots"
        );
    }
}
