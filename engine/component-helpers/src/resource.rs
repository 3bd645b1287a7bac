//! Amounts of resources as integers (`framework.Resource`): what scheduler and kubelet count with.

use apimachinery::{Map, Quantity, Str};

/// CPU in thousandths, everything else in whole units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// `cpu`, in thousandths.
    pub milli_cpu: i64,
    /// `memory`, in bytes.
    pub memory: i64,
    /// `ephemeral-storage`, in bytes.
    pub ephemeral_storage: i64,
    /// `pods`: how many a node takes.
    pub allowed_pods: i64,
    /// Extended resources and huge pages, sorted by name.
    pub scalar: Vec<(Str, i64)>,
}

impl Resource {
    /// The amounts of a `ResourceList`; what the scheduler does not count is left out.
    pub fn from_list(list: &Map<Str, Quantity>) -> Self {
        let mut resource = Self::default();
        for (name, quantity) in list {
            match name.as_str() {
                "cpu" => resource.milli_cpu = quantity.milli_value(),
                "memory" => resource.memory = quantity.value(),
                "ephemeral-storage" => resource.ephemeral_storage = quantity.value(),
                "pods" => resource.allowed_pods = quantity.value(),
                name_text if is_scalar(name_text) => resource.set_scalar(name, quantity.value()),
                _ => (),
            }
        }
        resource
    }

    /// The amount of one extended resource.
    pub fn scalar(&self, name: &str) -> i64 {
        match self.scalar.binary_search_by(|(n, _)| n.as_str().cmp(name)) {
            Ok(i) => self.scalar[i].1,
            Err(_) => 0,
        }
    }

    /// Sets the amount of one extended resource.
    pub fn set_scalar(&mut self, name: &Str, value: i64) {
        match self.scalar.binary_search_by(|(n, _)| n.cmp(name)) {
            Ok(i) => self.scalar[i].1 = value,
            Err(i) => self.scalar.insert(i, (name.clone(), value)),
        }
    }

    /// Adds `other`, `sign` times (1 or -1); `allowed_pods` stays.
    pub fn add(&mut self, other: &Self, sign: i64) {
        self.milli_cpu += sign * other.milli_cpu;
        self.memory += sign * other.memory;
        self.ephemeral_storage += sign * other.ephemeral_storage;
        for (name, value) in &other.scalar {
            let now = self.scalar(name) + sign * value;
            self.set_scalar(name, now);
        }
    }

    /// Raises every amount to at least that of `other`; `allowed_pods` stays.
    pub fn raise_to(&mut self, other: &Self) {
        self.milli_cpu = self.milli_cpu.max(other.milli_cpu);
        self.memory = self.memory.max(other.memory);
        self.ephemeral_storage = self.ephemeral_storage.max(other.ephemeral_storage);
        for (name, value) in &other.scalar {
            if *value > self.scalar(name) {
                self.set_scalar(name, *value);
            }
        }
    }

    /// Whether nothing is asked for.
    pub fn is_zero(&self) -> bool {
        self.milli_cpu == 0
            && self.memory == 0
            && self.ephemeral_storage == 0
            && self.scalar.is_empty()
    }
}

/// Whether the scheduler counts this resource although it does not know it by name: extended resources, huge pages,
/// attachable volumes and whatever else has a domain of its own.
pub fn is_scalar(name: &str) -> bool {
    name.starts_with("hugepages-")
        || name.starts_with("attachable-volumes-")
        || name.starts_with("kubernetes.io/")
        || is_extended(name)
}

/// Whether the name belongs to a domain that is not Kubernetes' own.
fn is_extended(name: &str) -> bool {
    name.split_once('/').is_some_and(|(domain, _)| {
        !domain.ends_with("kubernetes.io") && !name.starts_with("requests.")
    })
}
