//! What drivers may say about themselves. Upstream's room: `pkg/apis/storage/validation`.

use std::collections::BTreeSet;

use api::storage::v1::{CSIDriver, CSIDriverSpec, CSINode, CSINodeDriver, CSIStorageCapacity};
use apimachinery::codec::to_json;
use apimachinery::validation::is_qualified_name;

use crate::registry::core::pod::validation::validate_csi_driver_name;
use crate::validation::content::name_is_dns_subdomain;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::selectors::validate_label_selector;
use crate::validation::{IMMUTABLE, NEGATIVE};

const FS_GROUP_POLICIES: [&str; 3] = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLES: [&str; 2] = ["Ephemeral", "Persistent"];
const NODE_ID_MAX: usize = 256;

pub(super) fn validate_driver(spec: &CSIDriverSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    let policy = spec.fs_group_policy.as_deref().unwrap_or_default();
    if !FS_GROUP_POLICIES.contains(&policy) {
        errors.not_supported(&path.child("fsGroupPolicy"), policy, &FS_GROUP_POLICIES);
    }
    let requests = path.child("tokenRequests");
    let mut audiences = BTreeSet::new();
    for (i, request) in spec.token_requests.iter().enumerate() {
        let at = requests.index(i);
        if !audiences.insert(&request.audience) {
            errors.duplicate(&at.child("audience"), &request.audience);
        }
        let at = at.child("expirationSeconds");
        match request.expiration_seconds {
            Some(seconds) if seconds < 600 => {
                errors.invalid(
                    &at,
                    seconds,
                    "may not specify a duration less than 10 minutes",
                );
            }
            Some(seconds) if seconds > 1 << 32 => {
                let text = "may not specify a duration larger than 2^32 seconds";
                errors.invalid(&at, seconds, text);
            }
            _ => {}
        }
    }
    for mode in &spec.volume_lifecycle_modes {
        if !LIFECYCLES.contains(&mode.as_str()) {
            errors.not_supported(&path.child("volumeLifecycleModes"), mode, &LIFECYCLES);
        }
    }
    if let Some(period) = spec.node_allocatable_update_period_seconds
        && period < 10
    {
        errors.invalid(
            &path.child("nodeAllocatableUpdatePeriodSeconds"),
            period,
            "must be greater than or equal to 10 seconds",
        );
    }
}

pub(super) fn validate_driver_update(new: &CSIDriver, old: &CSIDriver, errors: &mut Errors) {
    validate_driver(&new.spec, errors);
    let path = Path::new("spec");
    if new.spec.attach_required != old.spec.attach_required {
        let shown = Verbatim(new.spec.attach_required.unwrap_or_default().to_string());
        // Upstream's own spelling.
        errors.invalid(&path.child("attachedRequired"), shown, IMMUTABLE);
    }
    if new.spec.volume_lifecycle_modes != old.spec.volume_lifecycle_modes {
        let modes = new.spec.volume_lifecycle_modes.iter();
        let shown: Vec<&str> = modes.map(|mode| mode.as_str()).collect();
        let shown = Verbatim(serde_json::json!(shown).to_string());
        errors.invalid(&path.child("volumeLifecycleModes"), shown, IMMUTABLE);
    }
}

pub(super) fn validate_node(node: &CSINode, errors: &mut Errors) {
    let path = Path::new("spec");
    let drivers = path.child("drivers");
    let mut names = BTreeSet::new();
    for (i, driver) in node.spec.drivers.iter().enumerate() {
        let at = drivers.index(i);
        validate_node_driver(driver, &at, errors);
        if !names.insert(&driver.name) {
            errors.duplicate(&at.child("name"), &driver.name);
        }
    }
}

fn validate_node_driver(driver: &CSINodeDriver, path: &Path<'_>, errors: &mut Errors) {
    validate_csi_driver_name(&driver.name, &path.child("name"), errors);
    let id = path.child("nodeID");
    if driver.node_id.is_empty() {
        errors.required(&id, "");
    }
    if driver.node_id.len() > NODE_ID_MAX {
        let text = format!("must be {NODE_ID_MAX} characters or less");
        errors.invalid(&id, &driver.node_id, text);
    }
    let count = driver.allocatable.as_ref().and_then(|a| a.count);
    if let Some(count) = count.filter(|count| *count < 0) {
        let at = path.child("allocatable");
        errors.invalid(&at.child("count"), count, NEGATIVE);
    }
    let mut keys = BTreeSet::new();
    for key in &driver.topology_keys {
        if key.is_empty() {
            errors.required(path, "");
        }
        if !keys.insert(key) {
            errors.duplicate(path, key);
        }
        errors.invalid_each(path, key, is_qualified_name(key));
    }
}

pub(super) fn validate_node_update(new: &CSINode, old: &CSINode, errors: &mut Errors) {
    validate_node(new, errors);
    let path = Path::new("spec");
    for driver in &new.spec.drivers {
        let fixed = |driver: &CSINodeDriver| CSINodeDriver {
            allocatable: None,
            ..driver.clone()
        };
        let before = old.spec.drivers.iter().find(|old| old.name == driver.name);
        if before.is_some_and(|old| fixed(old) != fixed(driver)) {
            let shown = Verbatim(to_json(&fixed(driver)));
            errors.invalid(&path.child("drivers"), shown, IMMUTABLE);
        }
    }
}

pub(super) fn validate_capacity(object: &CSIStorageCapacity, errors: &mut Errors) {
    if let Some(topology) = &object.node_topology {
        validate_label_selector(topology, &Path::new("nodeTopology"), errors);
    }
    let class = Path::new("storageClassName");
    let name = &object.storage_class_name;
    errors.invalid_each(&class, name, name_is_dns_subdomain(name, false));
    if let Some(capacity) = object.capacity.as_ref().filter(|c| c.nanos() < 0) {
        errors.invalid(&Path::new("capacity"), capacity.as_str(), NEGATIVE);
    }
}

pub(super) fn validate_capacity_update(
    new: &CSIStorageCapacity,
    old: &CSIStorageCapacity,
    errors: &mut Errors,
) {
    validate_capacity(new, errors);
    if new.node_topology != old.node_topology {
        let shown = new.node_topology.as_ref();
        let shown = Verbatim(shown.map_or("null".into(), |topology| to_json(&**topology)));
        errors.invalid(&Path::new("nodeTopology"), shown, IMMUTABLE);
    }
    if new.storage_class_name != old.storage_class_name {
        errors.invalid(
            &Path::new("storageClassName"),
            &new.storage_class_name,
            IMMUTABLE,
        );
    }
}
