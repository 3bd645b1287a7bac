//! A random cluster and what is done to it.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use api::batch::v1::Job;
use api::core::v1::{Node, Pod, Service, Taint};
use api::policy::v1::PodDisruptionBudget;
use apimachinery::meta::v1::ListOptions;
use apimachinery::{Kind, codec, yaml};
use client::{Client, Delete};
use cluster::{Cluster, Config};
use sim::Rng;
use view::fault::{Fault, FaultKind, FaultTarget};

use super::invariants;
use super::manifests::{self, pick};

/// How long a cluster gets to come to what was asked for, once it is left alone.
const PEACE: Duration = Duration::from_secs(1200);
/// How many things of a kind there are at most.
const NAMES: [&str; 4] = ["ant", "bee", "cat", "dog"];

/// What is broken. Without an API server there is nobody to ask, so it goes on.
const FAULTS: [FaultKind; 12] = [
    FaultKind::NodeDown,
    FaultKind::NetworkCut,
    FaultKind::KubeletStopped,
    FaultKind::MemoryPressure,
    FaultKind::DiskPressure,
    FaultKind::SlowRegistry,
    FaultKind::FailingRegistry,
    FaultKind::ContainerKill,
    FaultKind::PacketLoss,
    FaultKind::Latency,
    FaultKind::SchedulerStopped,
    FaultKind::ControllerManagerStopped,
];

/// A cluster with its own luck.
pub struct World {
    cluster: Cluster,
    client: Client,
    rng: Rng,
    /// What was done, for whoever has to find out what went wrong.
    log: Vec<String>,
}

impl World {
    /// The cluster of a seed.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed, "properties");
        let nodes = u16::try_from(1 + rng.below(4)).unwrap_or(1);
        let mut cluster = Cluster::new(Config {
            seed,
            nodes,
            ..Config::default()
        });
        cluster.settle();
        let client = Client::new(cluster.server().clone());
        Self {
            cluster,
            client,
            rng,
            log: Vec::new(),
        }
    }

    /// What was done so far.
    pub fn log(&self) -> String {
        self.log.join("\n")
    }

    /// Does so many random deeds, looking at the cluster after each.
    ///
    /// # Errors
    /// What does not hold.
    pub fn live(&mut self, deeds: usize) -> Result<()> {
        for _ in 0..deeds {
            let deed = self.deed()?;
            let at = self.cluster.now();
            self.log.push(format!("{at:?} {deed}"));
            let millis = 100 + self.rng.below(5000);
            self.wait(Duration::from_millis(millis));
            let stopped = FaultKind::ControllerManagerStopped;
            let run = !self
                .cluster
                .faults()
                .iter()
                .any(|f| f.fault.kind == stopped);
            invariants::always(&self.client, run).with_context(|| self.log())?;
        }
        Ok(())
    }

    /// Takes the troubles back, waits, and looks whether everything is as it was asked for.
    ///
    /// # Errors
    /// What does not hold.
    pub fn rest(&mut self) -> Result<()> {
        self.cluster.heal_all();
        for node in self.all::<Node>()? {
            self.change_node(&node, |node| {
                node.spec.unschedulable = false;
                node.spec.taints.retain(|taint| taint.key != "trouble");
            })?;
        }
        self.wait(PEACE);
        invariants::always(&self.client, true)
            .and_then(|()| invariants::at_rest(&self.client))
            .with_context(|| self.log())
    }

    /// Everything that is stored, as text: two lives of a seed must give the same.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn dump(&self) -> Result<String> {
        let mut out = String::new();
        for resource in self.client.resources() {
            for object in self.client.list_any(&resource, "").map_err(said)? {
                out.push_str(&codec::json::compact(&object.to_value()));
                out.push('\n');
            }
        }
        Ok(out)
    }

    fn wait(&mut self, time: Duration) {
        let until = self.cluster.now() + time;
        self.cluster.run_until(until);
    }

    fn all<K: Kind>(&self) -> Result<Vec<String>> {
        let namespace = if K::NAMESPACED { "default" } else { "" };
        let list = self.client.list::<K>(namespace, &ListOptions::default());
        let items = list.map_err(said)?.items;
        Ok(items.iter().map(|o| o.meta().name.to_string()).collect())
    }

    /// Something there is of a kind.
    fn some<K: Kind>(&mut self) -> Result<Option<String>> {
        let mut names = self.all::<K>()?;
        if names.is_empty() {
            return Ok(None);
        }
        let index = pick(&mut self.rng, names.len());
        Ok(Some(names.swap_remove(index)))
    }

    fn deed(&mut self) -> Result<String> {
        let name = NAMES[pick(&mut self.rng, NAMES.len())];
        let rng = &mut self.rng;
        match rng.below(20) {
            0..=2 => {
                let text = manifests::deployment(rng, name);
                self.apply::<Deployment>(&text)
            }
            3 => {
                let text = manifests::stateful_set(rng, name);
                self.apply::<StatefulSet>(&text)
            }
            4 => {
                let text = manifests::daemon_set(rng, name);
                self.apply::<DaemonSet>(&text)
            }
            5 => {
                let text = manifests::job(rng, name);
                self.apply::<Job>(&text)
            }
            6 => self.apply::<Service>(&manifests::service(name)),
            7 => {
                let text = manifests::budget(rng, name);
                self.apply::<PodDisruptionBudget>(&text)
            }
            8 => self.scale(),
            9 => self.delete::<Deployment>(),
            10 => self.delete::<StatefulSet>(),
            11 => self.delete::<DaemonSet>(),
            12 => self.delete::<Pod>(),
            13 => self.evict(),
            14 | 15 => self.break_something(),
            16 => {
                self.cluster.heal_all();
                Ok("heal everything".to_owned())
            }
            _ => self.trouble(),
        }
    }

    /// Makes something, or puts it in the place of what is there under its name.
    fn apply<K: Kind>(&mut self, text: &str) -> Result<String> {
        let value = yaml::parse(text).map_err(|error| anyhow!("{error:?} in {text}"))?;
        let mut object: K =
            codec::from_value(&value).map_err(|error| anyhow!("{error:?} in {text}"))?;
        object.meta_mut().namespace = "default".into();
        let name = object.meta().name.clone();
        let answer = match self.client.get::<K>("default", &name) {
            Ok(_) => self.client.update(object).map(drop),
            Err(_) => self.client.create(object).map(drop),
        };
        // Some changes are refused, which is no trouble.
        let answer = answer.err().map(|status| status.message.to_string());
        Ok(format!("apply {} {name}: {answer:?}", K::KIND))
    }

    fn scale(&mut self) -> Result<String> {
        let Some(name) = self.some::<Deployment>()? else {
            return Ok("nothing".to_owned());
        };
        let replicas = i32::try_from(self.rng.below(7)).unwrap_or(0);
        let change = |deployment: &mut Deployment| deployment.spec.replicas = Some(replicas);
        self.client.patch("default", &name, change).map_err(said)?;
        Ok(format!("scale {name} to {replicas}"))
    }

    fn delete<K: Kind>(&mut self) -> Result<String> {
        let Some(name) = self.some::<K>()? else {
            return Ok("nothing".to_owned());
        };
        let policy = ["Background", "Foreground"][pick(&mut self.rng, 2)];
        let delete = Delete::default().propagation(policy);
        self.client
            .delete::<K>("default", &name, &delete)
            .map_err(said)?;
        Ok(format!("delete {} {name}, {policy}", K::KIND))
    }

    /// Evicts a pod; if that is granted, its budgets must allow it.
    fn evict(&mut self) -> Result<String> {
        let Some(name) = self.some::<Pod>()? else {
            return Ok("nothing".to_owned());
        };
        let allowed = invariants::may_be_evicted(&self.client, &name)?;
        let answer = self.client.evict("default", &name, &Delete::default());
        if answer.is_ok() && !allowed {
            bail!("{name} was evicted against its budget\n{}", self.log());
        }
        Ok(format!("evict {name}: {}", answer.is_ok()))
    }

    /// Breaks something: a node, a container, the network, the registry, a part of the control plane.
    fn break_something(&mut self) -> Result<String> {
        let kind = FAULTS[pick(&mut self.rng, FAULTS.len())];
        let target = match kind.info().target {
            FaultTarget::Node => self.some::<Node>()?,
            FaultTarget::Container => self.some::<Pod>()?,
            FaultTarget::Cluster | FaultTarget::Network => Some(String::new()),
        };
        let Some(target) = target else {
            return Ok("nothing".to_owned());
        };
        let fault = Fault::new(kind, target);
        let said = format!("{} {}", kind.info().name, fault.target);
        // A container may not run yet.
        let answer = self.cluster.inject(fault).err();
        Ok(format!("{said}: {answer:?}"))
    }

    /// A node is cordoned, or everybody is thrown out of it, or that is taken back.
    fn trouble(&mut self) -> Result<String> {
        let Some(node) = self.some::<Node>()? else {
            return Ok("nothing".to_owned());
        };
        let kind = self.rng.below(3);
        self.change_node(&node, |node| match kind {
            0 => node.spec.unschedulable = true,
            1 => {
                node.spec.taints.retain(|taint| taint.key != "trouble");
                node.spec.taints.push(Taint {
                    key: "trouble".into(),
                    effect: "NoExecute".into(),
                    ..Taint::default()
                });
            }
            _ => {
                node.spec.unschedulable = false;
                node.spec.taints.retain(|taint| taint.key != "trouble");
            }
        })?;
        Ok(format!("trouble {kind} with {node}"))
    }

    fn change_node(&self, name: &str, change: impl FnMut(&mut Node)) -> Result<()> {
        let changed = self.client.patch::<Node>("", name, change);
        changed.map(drop).map_err(said)
    }
}

/// A status as an error.
pub(super) fn said(status: apimachinery::Status) -> anyhow::Error {
    anyhow!("{}", status.message)
}
