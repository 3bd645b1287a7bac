//! Writes that are recognised as ones that were seen before leave the entries that they would leave otherwise.

use api::core::v1::{Pod, PodIP};
use apimachinery::managed_fields::{FieldManager, Set, Type, Write, compare_structs};
use apimachinery::meta::v1::ManagedFieldsEntry;
use apimachinery::reflect::Reflect;
use apimachinery::{GroupVersionKind, Shared, Str, Time, Value};

type Entries = Vec<Shared<ManagedFieldsEntry>>;

fn manager(subresource: &str) -> FieldManager<'static> {
    FieldManager {
        ty: Type::Struct(Pod::default().schema()),
        gvk: GroupVersionKind::new("", "v1", "Pod"),
        subresource: subresource.into(),
        ignored: Set::new(),
        empty: Value::Null,
    }
}

/// A pod, what is known of its fields' owners, and the time.
struct Story {
    pod: Pod,
    entries: Entries,
    now: i64,
}

impl Story {
    fn new() -> Self {
        Self {
            pod: Pod::default(),
            entries: Vec::new(),
            now: 1_795_366_530,
        }
    }

    /// One write; its entries must be those that are worked out without any memory.
    fn write(&mut self, manager_name: &str, change: impl FnOnce(&mut Pod)) {
        let mut new = self.pod.clone();
        change(&mut new);
        self.now += 1;
        let (is_new, now) = (self.entries.is_empty(), Time::from_unix(self.now));
        let subresource = if is_new { "" } else { "status" };
        let manager_name = Str::from(manager_name);
        let expected = manager(subresource).update(
            compare_structs(&self.pod, &new),
            is_new,
            &self.entries,
            &[],
            &manager_name,
            now,
        );
        let write = Write {
            live: &self.pod,
            new: &new,
            is_new,
            entries: &self.entries,
            manager: &manager_name,
            subresource,
            now,
        };
        let entries = write.entries_after(&|| manager(subresource));
        assert_eq!(entries, expected, "{:?}", new.status.pod_ips);
        self.pod = new;
        self.entries = entries;
    }
}

fn addresses(all: &[&str]) -> Vec<PodIP> {
    all.iter().map(|ip| PodIP { ip: (*ip).into() }).collect()
}

fn tell(first: &str, second: &str) -> Story {
    let mut story = Story::new();
    story.write("kube-controller-manager", |pod| {
        pod.metadata.labels.insert("app", "web");
    });
    story.write("kubelet", |pod| pod.status.phase = "Pending".into());
    story.write("kubelet", |pod| {
        pod.status.pod_ip = first.into();
        pod.status.pod_ips = addresses(&[first]);
    });
    story.write("kubelet", |pod| pod.status.phase = "Running".into());
    story.write("kubelet", |pod| pod.status.reason = "x".into());
    // Somebody else takes the address over, and the field beside it.
    story.write("other", |pod| pod.status.message = "y".into());
    story.write("other", |pod| pod.status.pod_ips = addresses(&[]));
    story.write("other", |pod| pod.status.pod_ips = addresses(&[first]));
    story.write("kubelet", |pod| pod.status.reason = "z".into());
    // Another address, then both.
    story.write("kubelet", |pod| pod.status.pod_ips = addresses(&[second]));
    story.write("kubelet", |pod| pod.status.phase = "Failed".into());
    story.write("kubelet", |pod| {
        pod.status.pod_ips = addresses(&[second, first]);
    });
    story.write("other", |pod| {
        pod.status.pod_ips = addresses(&[first, second]);
    });
    story.write("kubelet", |pod| pod.status.pod_ips = addresses(&[second]));
    story.write("kubelet", |pod| pod.status.message = "w".into());
    story
}

#[test]
fn pods_with_other_addresses_are_written_alike() {
    let pairs = [
        ("10.244.0.7", "10.244.0.8"),
        ("10.244.0.8", "10.244.0.7"),
        ("10.244.1.9", "10.244.0.7"),
        ("fd00::1", "10.244.9.1"),
        // Nothing that could be taken for an address.
        ("a\"b", "10.244.0.8"),
        ("10.244.0.7", "10.244.0.7"),
    ];
    for (first, second) in pairs {
        let story = tell(first, second);
        let text = story.entries.iter().filter_map(|e| e.fields_v1.as_ref());
        let text: Vec<String> = text.map(|raw| raw.as_json().into_owned()).collect();
        let named = Value::from(format!("k:{}", serde_json::json!({ "ip": second })));
        assert!(
            text.iter().any(|t| t.contains(&named.to_string())),
            "{text:?}"
        );
    }
}
