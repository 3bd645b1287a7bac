//! The list of plugins of the default profile, in upstream's order with upstream's weights.

use std::rc::Rc;

use super::plugin::Plugin;
use super::plugins::*;
use super::runtime::{Configured, Framework};

/// The framework of the profile `default-scheduler`.
pub fn default_framework() -> Framework {
    fn with(plugin: impl Plugin + 'static, weight: i64) -> Configured {
        Configured {
            plugin: Rc::new(plugin),
            weight,
        }
    }
    Framework::new(vec![
        with(schedulinggates::SchedulingGates, 0),
        with(nodeunschedulable::NodeUnschedulable, 0),
        with(nodename::NodeName, 0),
        with(tainttoleration::TaintToleration, 3),
        with(nodeaffinity::NodeAffinity, 2),
        with(nodeports::NodePorts, 0),
        with(noderesources::Fit, 1),
        with(volumerestrictions::VolumeRestrictions, 0),
        with(nodevolumelimits::NodeVolumeLimits, 0),
        with(volumebinding::VolumeBinding::default(), 0),
        with(volumezone::VolumeZone, 0),
        with(podtopologyspread::PodTopologySpread, 2),
        with(interpodaffinity::InterPodAffinity, 2),
        with(dynamicresources::DynamicResources, 0),
        with(defaultpreemption::DefaultPreemption, 0),
        with(noderesources::BalancedAllocation, 1),
        with(imagelocality::ImageLocality, 1),
    ])
}
