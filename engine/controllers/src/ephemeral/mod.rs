//! Makes the claims of generic ephemeral volumes (`pkg/controller/volume/ephemeral`): a volume of a pod with a claim template gets
//! a claim named after both, owned by the pod and gone with it.

use api::core::v1::{PersistentVolumeClaim, Pod, Volume};
use apimachinery::meta::v1::OwnerReference;
use apimachinery::{Shared, Status};
use client::events::{EventRecorder, WARNING};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

struct Controller {
    client: Client,
    recorder: EventRecorder,
    pods: Lister<Pod>,
    claims: Lister<PersistentVolumeClaim>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let pods = informers.of::<Pod>();
    let claims = informers.of::<PersistentVolumeClaim>();
    let q = queue.clone();
    pods.on_change(move |change| {
        if let Change::Added(pod) | Change::Updated { new: pod, .. } = change
            && pod
                .spec
                .volumes
                .iter()
                .any(|volume| volume.ephemeral.is_some())
            && pod.metadata.deletion_timestamp.is_none()
        {
            q.add(NamespacedName::of(&pod.metadata));
        }
    });
    let q = queue.clone();
    claims.on_change(move |change| {
        // The pod that still needs it gets another one.
        if let Change::Deleted(claim) = change {
            let owners = claim.metadata.owner_references.iter();
            for owner in
                owners.filter(|owner| owner.kind == "Pod" && owner.controller == Some(true))
            {
                let namespace = claim.metadata.namespace.clone();
                q.add(NamespacedName::new(namespace, owner.name.clone()));
            }
        }
    });
    let client = context.client("ephemeral-volume-controller");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "ephemeral_volume", ""),
        client,
        pods: pods.lister(),
        claims: claims.lister(),
    };
    worker::run(context, "ephemeral-volume-controller", queue, move |key| {
        controller.sync(key)
    });
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(pod) = self.pods.by_key(key) else {
            return Ok(());
        };
        if pod.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        for volume in &pod.spec.volumes {
            if let Err((status, why)) = self.handle_volume(&pod, volume) {
                let message = format!("ephemeral volume {}: {why}", volume.name);
                self.recorder
                    .event(&*pod, WARNING, "FailedBinding", &message);
                return Err(status);
            }
        }
        Ok(())
    }

    fn handle_volume(&self, pod: &Pod, volume: &Volume) -> Result<(), (Status, String)> {
        let template = volume.ephemeral.as_ref();
        let Some(template) = template.and_then(|source| source.volume_claim_template.as_ref())
        else {
            return Ok(());
        };
        let meta = &pod.metadata;
        let name = format!("{}-{}", meta.name, volume.name);
        if let Some(claim) = self.claims.get(&meta.namespace, &name) {
            let owners = claim.metadata.owner_references.iter();
            let mut owners = owners.filter(|owner| owner.controller == Some(true));
            if owners.any(|owner| owner.uid == meta.uid) {
                return Ok(());
            }
            let why = format!(
                "PVC {0}/{name} was not created for pod {0}/{1} (pod is not owner)",
                meta.namespace, meta.name
            );
            return Err((Status::internal_error(&why), why));
        }
        let mut claim = PersistentVolumeClaim::default();
        claim.metadata.name = name.as_str().into();
        claim.metadata.namespace = meta.namespace.clone();
        claim.metadata.labels = template.metadata.labels.clone();
        claim.metadata.annotations = template.metadata.annotations.clone();
        claim.metadata.owner_references = vec![OwnerReference {
            api_version: "v1".into(),
            kind: "Pod".into(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            controller: Some(true),
            block_owner_deletion: Some(true),
        }];
        claim.spec = Shared::new(template.spec.clone());
        match self.client.create(claim) {
            Ok(_) => Ok(()),
            Err(error) => {
                let why = format!("create PVC {name}: {}", error.message);
                Err((error, why))
            }
        }
    }
}
