//! Keeps as many pods as a replication controller asks for (`pkg/controller/replication`): the replica set controller
//! for the older kind.

use api::core::v1::ReplicationController;

use crate::context::Context;
use crate::replicaset;

pub(crate) fn start(context: &Context) {
    replicaset::run::<ReplicationController>(context, "replication-controller");
}
