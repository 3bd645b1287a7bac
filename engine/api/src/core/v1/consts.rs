//! `v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `default`
pub const NAMESPACE_DEFAULT: &str = "default";
/// `(empty)`
pub const NAMESPACE_ALL: &str = "";
/// `kube-node-lease`
pub const NAMESPACE_NODE_LEASE: &str = "kube-node-lease";
/// `volume.beta.kubernetes.io/storage-class`
pub const BETA_STORAGE_CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
/// `volume.beta.kubernetes.io/mount-options`
pub const MOUNT_OPTION_ANNOTATION: &str = "volume.beta.kubernetes.io/mount-options";
/// `Recycle`
pub const PERSISTENT_VOLUME_RECLAIM_RECYCLE: &str = "Recycle";
/// `Delete`
pub const PERSISTENT_VOLUME_RECLAIM_DELETE: &str = "Delete";
/// `Retain`
pub const PERSISTENT_VOLUME_RECLAIM_RETAIN: &str = "Retain";
/// `Block`
pub const PERSISTENT_VOLUME_BLOCK: &str = "Block";
/// `Filesystem`
pub const PERSISTENT_VOLUME_FILESYSTEM: &str = "Filesystem";
/// `Resizing`
pub const PERSISTENT_VOLUME_CLAIM_RESIZING: &str = "Resizing";
/// `FileSystemResizePending`
pub const PERSISTENT_VOLUME_CLAIM_FILE_SYSTEM_RESIZE_PENDING: &str = "FileSystemResizePending";
/// `ControllerResizeError`
pub const PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_ERROR: &str = "ControllerResizeError";
/// `NodeResizeError`
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_ERROR: &str = "NodeResizeError";
/// `ModifyVolumeError`
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFY_VOLUME_ERROR: &str = "ModifyVolumeError";
/// `ModifyingVolume`
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFYING_VOLUME: &str = "ModifyingVolume";
/// `Unused`
pub const PERSISTENT_VOLUME_CLAIM_UNUSED: &str = "Unused";
/// `ControllerResizeInProgress`
pub const PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_IN_PROGRESS: &str =
    "ControllerResizeInProgress";
/// `ControllerResizeInfeasible`
pub const PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_INFEASIBLE: &str = "ControllerResizeInfeasible";
/// `NodeResizePending`
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_PENDING: &str = "NodeResizePending";
/// `NodeResizeInProgress`
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_IN_PROGRESS: &str = "NodeResizeInProgress";
/// `NodeResizeInfeasible`
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_INFEASIBLE: &str = "NodeResizeInfeasible";
/// `Pending`
pub const PERSISTENT_VOLUME_CLAIM_MODIFY_VOLUME_PENDING: &str = "Pending";
/// `InProgress`
pub const PERSISTENT_VOLUME_CLAIM_MODIFY_VOLUME_IN_PROGRESS: &str = "InProgress";
/// `Infeasible`
pub const PERSISTENT_VOLUME_CLAIM_MODIFY_VOLUME_INFEASIBLE: &str = "Infeasible";
/// `ReadWriteOnce`
pub const READ_WRITE_ONCE: &str = "ReadWriteOnce";
/// `ReadOnlyMany`
pub const READ_ONLY_MANY: &str = "ReadOnlyMany";
/// `ReadWriteMany`
pub const READ_WRITE_MANY: &str = "ReadWriteMany";
/// `ReadWriteOncePod`
pub const READ_WRITE_ONCE_POD: &str = "ReadWriteOncePod";
/// `Pending`
pub const VOLUME_PENDING: &str = "Pending";
/// `Available`
pub const VOLUME_AVAILABLE: &str = "Available";
/// `Bound`
pub const VOLUME_BOUND: &str = "Bound";
/// `Released`
pub const VOLUME_RELEASED: &str = "Released";
/// `Failed`
pub const VOLUME_FAILED: &str = "Failed";
/// `Pending`
pub const CLAIM_PENDING: &str = "Pending";
/// `Bound`
pub const CLAIM_BOUND: &str = "Bound";
/// `Lost`
pub const CLAIM_LOST: &str = "Lost";
/// `(empty)`
pub const HOST_PATH_UNSET: &str = "";
/// `DirectoryOrCreate`
pub const HOST_PATH_DIRECTORY_OR_CREATE: &str = "DirectoryOrCreate";
/// `Directory`
pub const HOST_PATH_DIRECTORY: &str = "Directory";
/// `FileOrCreate`
pub const HOST_PATH_FILE_OR_CREATE: &str = "FileOrCreate";
/// `File`
pub const HOST_PATH_FILE: &str = "File";
/// `Socket`
pub const HOST_PATH_SOCKET: &str = "Socket";
/// `CharDevice`
pub const HOST_PATH_CHAR_DEV: &str = "CharDevice";
/// `BlockDevice`
pub const HOST_PATH_BLOCK_DEV: &str = "BlockDevice";
/// `(empty)`
pub const STORAGE_MEDIUM_DEFAULT: &str = "";
/// `Memory`
pub const STORAGE_MEDIUM_MEMORY: &str = "Memory";
/// `HugePages`
pub const STORAGE_MEDIUM_HUGE_PAGES: &str = "HugePages";
/// `HugePages-`
pub const STORAGE_MEDIUM_HUGE_PAGES_PREFIX: &str = "HugePages-";
/// `TCP`
pub const PROTOCOL_TCP: &str = "TCP";
/// `UDP`
pub const PROTOCOL_UDP: &str = "UDP";
/// `SCTP`
pub const PROTOCOL_SCTP: &str = "SCTP";
/// `None`
pub const AZURE_DATA_DISK_CACHING_NONE: &str = "None";
/// `ReadOnly`
pub const AZURE_DATA_DISK_CACHING_READ_ONLY: &str = "ReadOnly";
/// `ReadWrite`
pub const AZURE_DATA_DISK_CACHING_READ_WRITE: &str = "ReadWrite";
/// `Shared`
pub const AZURE_SHARED_BLOB_DISK: &str = "Shared";
/// `Dedicated`
pub const AZURE_DEDICATED_BLOB_DISK: &str = "Dedicated";
/// `Managed`
pub const AZURE_MANAGED_DISK: &str = "Managed";
/// `None`
pub const MOUNT_PROPAGATION_NONE: &str = "None";
/// `HostToContainer`
pub const MOUNT_PROPAGATION_HOST_TO_CONTAINER: &str = "HostToContainer";
/// `Bidirectional`
pub const MOUNT_PROPAGATION_BIDIRECTIONAL: &str = "Bidirectional";
/// `Disabled`
pub const RECURSIVE_READ_ONLY_DISABLED: &str = "Disabled";
/// `IfPossible`
pub const RECURSIVE_READ_ONLY_IF_POSSIBLE: &str = "IfPossible";
/// `Enabled`
pub const RECURSIVE_READ_ONLY_ENABLED: &str = "Enabled";
/// `HTTP`
pub const URI_SCHEME_HTTP: &str = "HTTP";
/// `HTTPS`
pub const URI_SCHEME_HTTPS: &str = "HTTPS";
/// `Always`
pub const PULL_ALWAYS: &str = "Always";
/// `Never`
pub const PULL_NEVER: &str = "Never";
/// `IfNotPresent`
pub const PULL_IF_NOT_PRESENT: &str = "IfNotPresent";
/// `NotRequired`
pub const NOT_REQUIRED: &str = "NotRequired";
/// `RestartContainer`
pub const RESTART_CONTAINER: &str = "RestartContainer";
/// `PreemptLowerPriority`
pub const PREEMPT_LOWER_PRIORITY: &str = "PreemptLowerPriority";
/// `Never`
pub const PREEMPT_NEVER: &str = "Never";
/// `File`
pub const TERMINATION_MESSAGE_READ_FILE: &str = "File";
/// `FallbackToLogsOnError`
pub const TERMINATION_MESSAGE_FALLBACK_TO_LOGS_ON_ERROR: &str = "FallbackToLogsOnError";
/// `/dev/termination-log`
pub const TERMINATION_MESSAGE_PATH_DEFAULT: &str = "/dev/termination-log";
/// `SIGABRT`
pub const SIGABRT: &str = "SIGABRT";
/// `SIGALRM`
pub const SIGALRM: &str = "SIGALRM";
/// `SIGBUS`
pub const SIGBUS: &str = "SIGBUS";
/// `SIGCHLD`
pub const SIGCHLD: &str = "SIGCHLD";
/// `SIGCLD`
pub const SIGCLD: &str = "SIGCLD";
/// `SIGCONT`
pub const SIGCONT: &str = "SIGCONT";
/// `SIGFPE`
pub const SIGFPE: &str = "SIGFPE";
/// `SIGHUP`
pub const SIGHUP: &str = "SIGHUP";
/// `SIGILL`
pub const SIGILL: &str = "SIGILL";
/// `SIGINT`
pub const SIGINT: &str = "SIGINT";
/// `SIGIO`
pub const SIGIO: &str = "SIGIO";
/// `SIGIOT`
pub const SIGIOT: &str = "SIGIOT";
/// `SIGKILL`
pub const SIGKILL: &str = "SIGKILL";
/// `SIGPIPE`
pub const SIGPIPE: &str = "SIGPIPE";
/// `SIGPOLL`
pub const SIGPOLL: &str = "SIGPOLL";
/// `SIGPROF`
pub const SIGPROF: &str = "SIGPROF";
/// `SIGPWR`
pub const SIGPWR: &str = "SIGPWR";
/// `SIGQUIT`
pub const SIGQUIT: &str = "SIGQUIT";
/// `SIGSEGV`
pub const SIGSEGV: &str = "SIGSEGV";
/// `SIGSTKFLT`
pub const SIGSTKFLT: &str = "SIGSTKFLT";
/// `SIGSTOP`
pub const SIGSTOP: &str = "SIGSTOP";
/// `SIGSYS`
pub const SIGSYS: &str = "SIGSYS";
/// `SIGTERM`
pub const SIGTERM: &str = "SIGTERM";
/// `SIGTRAP`
pub const SIGTRAP: &str = "SIGTRAP";
/// `SIGTSTP`
pub const SIGTSTP: &str = "SIGTSTP";
/// `SIGTTIN`
pub const SIGTTIN: &str = "SIGTTIN";
/// `SIGTTOU`
pub const SIGTTOU: &str = "SIGTTOU";
/// `SIGURG`
pub const SIGURG: &str = "SIGURG";
/// `SIGUSR1`
pub const SIGUSR1: &str = "SIGUSR1";
/// `SIGUSR2`
pub const SIGUSR2: &str = "SIGUSR2";
/// `SIGVTALRM`
pub const SIGVTALRM: &str = "SIGVTALRM";
/// `SIGWINCH`
pub const SIGWINCH: &str = "SIGWINCH";
/// `SIGXCPU`
pub const SIGXCPU: &str = "SIGXCPU";
/// `SIGXFSZ`
pub const SIGXFSZ: &str = "SIGXFSZ";
/// `SIGRTMIN`
pub const SIGRTMIN: &str = "SIGRTMIN";
/// `SIGRTMIN+1`
pub const SIGRTMINPLUS1: &str = "SIGRTMIN+1";
/// `SIGRTMIN+2`
pub const SIGRTMINPLUS2: &str = "SIGRTMIN+2";
/// `SIGRTMIN+3`
pub const SIGRTMINPLUS3: &str = "SIGRTMIN+3";
/// `SIGRTMIN+4`
pub const SIGRTMINPLUS4: &str = "SIGRTMIN+4";
/// `SIGRTMIN+5`
pub const SIGRTMINPLUS5: &str = "SIGRTMIN+5";
/// `SIGRTMIN+6`
pub const SIGRTMINPLUS6: &str = "SIGRTMIN+6";
/// `SIGRTMIN+7`
pub const SIGRTMINPLUS7: &str = "SIGRTMIN+7";
/// `SIGRTMIN+8`
pub const SIGRTMINPLUS8: &str = "SIGRTMIN+8";
/// `SIGRTMIN+9`
pub const SIGRTMINPLUS9: &str = "SIGRTMIN+9";
/// `SIGRTMIN+10`
pub const SIGRTMINPLUS10: &str = "SIGRTMIN+10";
/// `SIGRTMIN+11`
pub const SIGRTMINPLUS11: &str = "SIGRTMIN+11";
/// `SIGRTMIN+12`
pub const SIGRTMINPLUS12: &str = "SIGRTMIN+12";
/// `SIGRTMIN+13`
pub const SIGRTMINPLUS13: &str = "SIGRTMIN+13";
/// `SIGRTMIN+14`
pub const SIGRTMINPLUS14: &str = "SIGRTMIN+14";
/// `SIGRTMIN+15`
pub const SIGRTMINPLUS15: &str = "SIGRTMIN+15";
/// `SIGRTMAX-14`
pub const SIGRTMAXMINUS14: &str = "SIGRTMAX-14";
/// `SIGRTMAX-13`
pub const SIGRTMAXMINUS13: &str = "SIGRTMAX-13";
/// `SIGRTMAX-12`
pub const SIGRTMAXMINUS12: &str = "SIGRTMAX-12";
/// `SIGRTMAX-11`
pub const SIGRTMAXMINUS11: &str = "SIGRTMAX-11";
/// `SIGRTMAX-10`
pub const SIGRTMAXMINUS10: &str = "SIGRTMAX-10";
/// `SIGRTMAX-9`
pub const SIGRTMAXMINUS9: &str = "SIGRTMAX-9";
/// `SIGRTMAX-8`
pub const SIGRTMAXMINUS8: &str = "SIGRTMAX-8";
/// `SIGRTMAX-7`
pub const SIGRTMAXMINUS7: &str = "SIGRTMAX-7";
/// `SIGRTMAX-6`
pub const SIGRTMAXMINUS6: &str = "SIGRTMAX-6";
/// `SIGRTMAX-5`
pub const SIGRTMAXMINUS5: &str = "SIGRTMAX-5";
/// `SIGRTMAX-4`
pub const SIGRTMAXMINUS4: &str = "SIGRTMAX-4";
/// `SIGRTMAX-3`
pub const SIGRTMAXMINUS3: &str = "SIGRTMAX-3";
/// `SIGRTMAX-2`
pub const SIGRTMAXMINUS2: &str = "SIGRTMAX-2";
/// `SIGRTMAX-1`
pub const SIGRTMAXMINUS1: &str = "SIGRTMAX-1";
/// `SIGRTMAX`
pub const SIGRTMAX: &str = "SIGRTMAX";
/// `True`
pub const CONDITION_TRUE: &str = "True";
/// `False`
pub const CONDITION_FALSE: &str = "False";
/// `Unknown`
pub const CONDITION_UNKNOWN: &str = "Unknown";
/// `Healthy`
pub const RESOURCE_HEALTH_STATUS_HEALTHY: &str = "Healthy";
/// `Unhealthy`
pub const RESOURCE_HEALTH_STATUS_UNHEALTHY: &str = "Unhealthy";
/// `Unknown`
pub const RESOURCE_HEALTH_STATUS_UNKNOWN: &str = "Unknown";
/// `Pending`
pub const POD_PENDING: &str = "Pending";
/// `Running`
pub const POD_RUNNING: &str = "Running";
/// `Succeeded`
pub const POD_SUCCEEDED: &str = "Succeeded";
/// `Failed`
pub const POD_FAILED: &str = "Failed";
/// `Unknown`
pub const POD_UNKNOWN: &str = "Unknown";
/// `ContainersReady`
pub const CONTAINERS_READY: &str = "ContainersReady";
/// `Initialized`
pub const POD_INITIALIZED: &str = "Initialized";
/// `Ready`
pub const POD_READY: &str = "Ready";
/// `PodScheduled`
pub const POD_SCHEDULED: &str = "PodScheduled";
/// `DisruptionTarget`
pub const DISRUPTION_TARGET: &str = "DisruptionTarget";
/// `PodReadyToStartContainers`
pub const POD_READY_TO_START_CONTAINERS: &str = "PodReadyToStartContainers";
/// `PodResizePending`
pub const POD_RESIZE_PENDING: &str = "PodResizePending";
/// `PodResizeInProgress`
pub const POD_RESIZE_IN_PROGRESS: &str = "PodResizeInProgress";
/// `AllContainersRestarting`
pub const ALL_CONTAINERS_RESTARTING: &str = "AllContainersRestarting";
/// `Unschedulable`
pub const POD_REASON_UNSCHEDULABLE: &str = "Unschedulable";
/// `SchedulingGated`
pub const POD_REASON_SCHEDULING_GATED: &str = "SchedulingGated";
/// `SchedulerError`
pub const POD_REASON_SCHEDULER_ERROR: &str = "SchedulerError";
/// `TerminationByKubelet`
pub const POD_REASON_TERMINATION_BY_KUBELET: &str = "TerminationByKubelet";
/// `PreemptionByScheduler`
pub const POD_REASON_PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";
/// `Deferred`
pub const POD_REASON_DEFERRED: &str = "Deferred";
/// `Infeasible`
pub const POD_REASON_INFEASIBLE: &str = "Infeasible";
/// `Error`
pub const POD_REASON_ERROR: &str = "Error";
/// `InProgress`
pub const POD_RESIZE_STATUS_IN_PROGRESS: &str = "InProgress";
/// `Deferred`
pub const POD_RESIZE_STATUS_DEFERRED: &str = "Deferred";
/// `Infeasible`
pub const POD_RESIZE_STATUS_INFEASIBLE: &str = "Infeasible";
/// `Always`
pub const RESTART_POLICY_ALWAYS: &str = "Always";
/// `OnFailure`
pub const RESTART_POLICY_ON_FAILURE: &str = "OnFailure";
/// `Never`
pub const RESTART_POLICY_NEVER: &str = "Never";
/// `Always`
pub const CONTAINER_RESTART_POLICY_ALWAYS: &str = "Always";
/// `Never`
pub const CONTAINER_RESTART_POLICY_NEVER: &str = "Never";
/// `OnFailure`
pub const CONTAINER_RESTART_POLICY_ON_FAILURE: &str = "OnFailure";
/// `Restart`
pub const CONTAINER_RESTART_RULE_ACTION_RESTART: &str = "Restart";
/// `RestartAllContainers`
pub const CONTAINER_RESTART_RULE_ACTION_RESTART_ALL_CONTAINERS: &str = "RestartAllContainers";
/// `In`
pub const CONTAINER_RESTART_RULE_ON_EXIT_CODES_OP_IN: &str = "In";
/// `NotIn`
pub const CONTAINER_RESTART_RULE_ON_EXIT_CODES_OP_NOT_IN: &str = "NotIn";
/// `ClusterFirstWithHostNet`
pub const DNS_CLUSTER_FIRST_WITH_HOST_NET: &str = "ClusterFirstWithHostNet";
/// `ClusterFirst`
pub const DNS_CLUSTER_FIRST: &str = "ClusterFirst";
/// `Default`
pub const DNS_DEFAULT: &str = "Default";
/// `None`
pub const DNS_NONE: &str = "None";
/// `In`
pub const NODE_SELECTOR_OP_IN: &str = "In";
/// `NotIn`
pub const NODE_SELECTOR_OP_NOT_IN: &str = "NotIn";
/// `Exists`
pub const NODE_SELECTOR_OP_EXISTS: &str = "Exists";
/// `DoesNotExist`
pub const NODE_SELECTOR_OP_DOES_NOT_EXIST: &str = "DoesNotExist";
/// `Gt`
pub const NODE_SELECTOR_OP_GT: &str = "Gt";
/// `Lt`
pub const NODE_SELECTOR_OP_LT: &str = "Lt";
/// `NoSchedule`
pub const TAINT_EFFECT_NO_SCHEDULE: &str = "NoSchedule";
/// `PreferNoSchedule`
pub const TAINT_EFFECT_PREFER_NO_SCHEDULE: &str = "PreferNoSchedule";
/// `NoExecute`
pub const TAINT_EFFECT_NO_EXECUTE: &str = "NoExecute";
/// `Exists`
pub const TOLERATION_OP_EXISTS: &str = "Exists";
/// `Equal`
pub const TOLERATION_OP_EQUAL: &str = "Equal";
/// `Lt`
pub const TOLERATION_OP_LT: &str = "Lt";
/// `Gt`
pub const TOLERATION_OP_GT: &str = "Gt";
/// `linux`
pub const LINUX: &str = "linux";
/// `windows`
pub const WINDOWS: &str = "windows";
/// `DoNotSchedule`
pub const DO_NOT_SCHEDULE: &str = "DoNotSchedule";
/// `ScheduleAnyway`
pub const SCHEDULE_ANYWAY: &str = "ScheduleAnyway";
/// `Ignore`
pub const NODE_INCLUSION_POLICY_IGNORE: &str = "Ignore";
/// `Honor`
pub const NODE_INCLUSION_POLICY_HONOR: &str = "Honor";
/// `OnRootMismatch`
pub const FS_GROUP_CHANGE_ON_ROOT_MISMATCH: &str = "OnRootMismatch";
/// `Always`
pub const FS_GROUP_CHANGE_ALWAYS: &str = "Always";
/// `Merge`
pub const SUPPLEMENTAL_GROUPS_POLICY_MERGE: &str = "Merge";
/// `Strict`
pub const SUPPLEMENTAL_GROUPS_POLICY_STRICT: &str = "Strict";
/// `Recursive`
pub const SE_LINUX_CHANGE_POLICY_RECURSIVE: &str = "Recursive";
/// `MountOption`
pub const SE_LINUX_CHANGE_POLICY_MOUNT_OPTION: &str = "MountOption";
/// `Unconfined`
pub const SECCOMP_PROFILE_TYPE_UNCONFINED: &str = "Unconfined";
/// `RuntimeDefault`
pub const SECCOMP_PROFILE_TYPE_RUNTIME_DEFAULT: &str = "RuntimeDefault";
/// `Localhost`
pub const SECCOMP_PROFILE_TYPE_LOCALHOST: &str = "Localhost";
/// `Unconfined`
pub const APP_ARMOR_PROFILE_TYPE_UNCONFINED: &str = "Unconfined";
/// `RuntimeDefault`
pub const APP_ARMOR_PROFILE_TYPE_RUNTIME_DEFAULT: &str = "RuntimeDefault";
/// `Localhost`
pub const APP_ARMOR_PROFILE_TYPE_LOCALHOST: &str = "Localhost";
/// `Guaranteed`
pub const POD_QOS_GUARANTEED: &str = "Guaranteed";
/// `Burstable`
pub const POD_QOS_BURSTABLE: &str = "Burstable";
/// `BestEffort`
pub const POD_QOS_BEST_EFFORT: &str = "BestEffort";
/// `ReplicaFailure`
pub const REPLICATION_CONTROLLER_REPLICA_FAILURE: &str = "ReplicaFailure";
/// `ClientIP`
pub const SERVICE_AFFINITY_CLIENT_IP: &str = "ClientIP";
/// `None`
pub const SERVICE_AFFINITY_NONE: &str = "None";
/// `ClusterIP`
pub const SERVICE_TYPE_CLUSTER_IP: &str = "ClusterIP";
/// `NodePort`
pub const SERVICE_TYPE_NODE_PORT: &str = "NodePort";
/// `LoadBalancer`
pub const SERVICE_TYPE_LOAD_BALANCER: &str = "LoadBalancer";
/// `ExternalName`
pub const SERVICE_TYPE_EXTERNAL_NAME: &str = "ExternalName";
/// `Cluster`
pub const SERVICE_INTERNAL_TRAFFIC_POLICY_CLUSTER: &str = "Cluster";
/// `Local`
pub const SERVICE_INTERNAL_TRAFFIC_POLICY_LOCAL: &str = "Local";
/// `Cluster`
pub const SERVICE_EXTERNAL_TRAFFIC_POLICY_CLUSTER: &str = "Cluster";
/// `Local`
pub const SERVICE_EXTERNAL_TRAFFIC_POLICY_LOCAL: &str = "Local";
/// `PreferSameZone`
pub const SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_ZONE: &str = "PreferSameZone";
/// `PreferSameNode`
pub const SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_NODE: &str = "PreferSameNode";
/// `PreferClose`
pub const SERVICE_TRAFFIC_DISTRIBUTION_PREFER_CLOSE: &str = "PreferClose";
/// `LoadBalancerPortsError`
pub const LOAD_BALANCER_PORTS_ERROR: &str = "LoadBalancerPortsError";
/// `LoadBalancerMixedProtocolNotSupported`
pub const LOAD_BALANCER_PORTS_ERROR_REASON: &str = "LoadBalancerMixedProtocolNotSupported";
/// `IPv4`
pub const I_PV4_PROTOCOL: &str = "IPv4";
/// `IPv6`
pub const I_PV6_PROTOCOL: &str = "IPv6";
/// `(empty)`
pub const IP_FAMILY_UNKNOWN: &str = "";
/// `SingleStack`
pub const IP_FAMILY_POLICY_SINGLE_STACK: &str = "SingleStack";
/// `PreferDualStack`
pub const IP_FAMILY_POLICY_PREFER_DUAL_STACK: &str = "PreferDualStack";
/// `RequireDualStack`
pub const IP_FAMILY_POLICY_REQUIRE_DUAL_STACK: &str = "RequireDualStack";
/// `None`
pub const CLUSTER_IP_NONE: &str = "None";
/// `Pending`
pub const NODE_PENDING: &str = "Pending";
/// `Running`
pub const NODE_RUNNING: &str = "Running";
/// `Terminated`
pub const NODE_TERMINATED: &str = "Terminated";
/// `Ready`
pub const NODE_READY: &str = "Ready";
/// `MemoryPressure`
pub const NODE_MEMORY_PRESSURE: &str = "MemoryPressure";
/// `DiskPressure`
pub const NODE_DISK_PRESSURE: &str = "DiskPressure";
/// `PIDPressure`
pub const NODE_PID_PRESSURE: &str = "PIDPressure";
/// `NetworkUnavailable`
pub const NODE_NETWORK_UNAVAILABLE: &str = "NetworkUnavailable";
/// `Hostname`
pub const NODE_HOST_NAME: &str = "Hostname";
/// `InternalIP`
pub const NODE_INTERNAL_IP: &str = "InternalIP";
/// `ExternalIP`
pub const NODE_EXTERNAL_IP: &str = "ExternalIP";
/// `InternalDNS`
pub const NODE_INTERNAL_DNS: &str = "InternalDNS";
/// `ExternalDNS`
pub const NODE_EXTERNAL_DNS: &str = "ExternalDNS";
/// `cpu`
pub const RESOURCE_CPU: &str = "cpu";
/// `memory`
pub const RESOURCE_MEMORY: &str = "memory";
/// `storage`
pub const RESOURCE_STORAGE: &str = "storage";
/// `ephemeral-storage`
pub const RESOURCE_EPHEMERAL_STORAGE: &str = "ephemeral-storage";
/// `kubernetes.io/`
pub const RESOURCE_DEFAULT_NAMESPACE_PREFIX: &str = "kubernetes.io/";
/// `hugepages-`
pub const RESOURCE_HUGE_PAGES_PREFIX: &str = "hugepages-";
/// `attachable-volumes-`
pub const RESOURCE_ATTACHABLE_VOLUMES_PREFIX: &str = "attachable-volumes-";
/// `kubernetes`
pub const FINALIZER_KUBERNETES: &str = "kubernetes";
/// `Active`
pub const NAMESPACE_ACTIVE: &str = "Active";
/// `Terminating`
pub const NAMESPACE_TERMINATING: &str = "Terminating";
/// `NamespaceTerminating`
pub const NAMESPACE_TERMINATING_CAUSE: &str = "NamespaceTerminating";
/// `NamespaceDeletionDiscoveryFailure`
pub const NAMESPACE_DELETION_DISCOVERY_FAILURE: &str = "NamespaceDeletionDiscoveryFailure";
/// `NamespaceDeletionContentFailure`
pub const NAMESPACE_DELETION_CONTENT_FAILURE: &str = "NamespaceDeletionContentFailure";
/// `NamespaceDeletionGroupVersionParsingFailure`
pub const NAMESPACE_DELETION_GV_PARSING_FAILURE: &str =
    "NamespaceDeletionGroupVersionParsingFailure";
/// `NamespaceContentRemaining`
pub const NAMESPACE_CONTENT_REMAINING: &str = "NamespaceContentRemaining";
/// `NamespaceFinalizersRemaining`
pub const NAMESPACE_FINALIZERS_REMAINING: &str = "NamespaceFinalizersRemaining";
/// `Stdout`
pub const LOG_STREAM_STDOUT: &str = "Stdout";
/// `Stderr`
pub const LOG_STREAM_STDERR: &str = "Stderr";
/// `All`
pub const LOG_STREAM_ALL: &str = "All";
/// `Normal`
pub const EVENT_TYPE_NORMAL: &str = "Normal";
/// `Warning`
pub const EVENT_TYPE_WARNING: &str = "Warning";
/// `Pod`
pub const LIMIT_TYPE_POD: &str = "Pod";
/// `Container`
pub const LIMIT_TYPE_CONTAINER: &str = "Container";
/// `PersistentVolumeClaim`
pub const LIMIT_TYPE_PERSISTENT_VOLUME_CLAIM: &str = "PersistentVolumeClaim";
/// `pods`
pub const RESOURCE_PODS: &str = "pods";
/// `services`
pub const RESOURCE_SERVICES: &str = "services";
/// `replicationcontrollers`
pub const RESOURCE_REPLICATION_CONTROLLERS: &str = "replicationcontrollers";
/// `resourcequotas`
pub const RESOURCE_QUOTAS: &str = "resourcequotas";
/// `secrets`
pub const RESOURCE_SECRETS: &str = "secrets";
/// `configmaps`
pub const RESOURCE_CONFIG_MAPS: &str = "configmaps";
/// `persistentvolumeclaims`
pub const RESOURCE_PERSISTENT_VOLUME_CLAIMS: &str = "persistentvolumeclaims";
/// `services.nodeports`
pub const RESOURCE_SERVICES_NODE_PORTS: &str = "services.nodeports";
/// `services.loadbalancers`
pub const RESOURCE_SERVICES_LOAD_BALANCERS: &str = "services.loadbalancers";
/// `requests.cpu`
pub const RESOURCE_REQUESTS_CPU: &str = "requests.cpu";
/// `requests.memory`
pub const RESOURCE_REQUESTS_MEMORY: &str = "requests.memory";
/// `requests.storage`
pub const RESOURCE_REQUESTS_STORAGE: &str = "requests.storage";
/// `requests.ephemeral-storage`
pub const RESOURCE_REQUESTS_EPHEMERAL_STORAGE: &str = "requests.ephemeral-storage";
/// `limits.cpu`
pub const RESOURCE_LIMITS_CPU: &str = "limits.cpu";
/// `limits.memory`
pub const RESOURCE_LIMITS_MEMORY: &str = "limits.memory";
/// `limits.ephemeral-storage`
pub const RESOURCE_LIMITS_EPHEMERAL_STORAGE: &str = "limits.ephemeral-storage";
/// `.deviceclass.resource.k8s.io/devices`
pub const RESOURCE_CLAIMS_PER_CLASS: &str = ".deviceclass.resource.k8s.io/devices";
/// `requests.deviceclass.resource.kubernetes.io/`
pub const RESOURCE_IMPLICIT_EXTENDED_CLAIMS_PER_CLASS: &str =
    "requests.deviceclass.resource.kubernetes.io/";
/// `requests.hugepages-`
pub const RESOURCE_REQUESTS_HUGE_PAGES_PREFIX: &str = "requests.hugepages-";
/// `requests.`
pub const DEFAULT_RESOURCE_REQUESTS_PREFIX: &str = "requests.";
/// `Terminating`
pub const RESOURCE_QUOTA_SCOPE_TERMINATING: &str = "Terminating";
/// `NotTerminating`
pub const RESOURCE_QUOTA_SCOPE_NOT_TERMINATING: &str = "NotTerminating";
/// `BestEffort`
pub const RESOURCE_QUOTA_SCOPE_BEST_EFFORT: &str = "BestEffort";
/// `NotBestEffort`
pub const RESOURCE_QUOTA_SCOPE_NOT_BEST_EFFORT: &str = "NotBestEffort";
/// `PriorityClass`
pub const RESOURCE_QUOTA_SCOPE_PRIORITY_CLASS: &str = "PriorityClass";
/// `CrossNamespacePodAffinity`
pub const RESOURCE_QUOTA_SCOPE_CROSS_NAMESPACE_POD_AFFINITY: &str = "CrossNamespacePodAffinity";
/// `VolumeAttributesClass`
pub const RESOURCE_QUOTA_SCOPE_VOLUME_ATTRIBUTES_CLASS: &str = "VolumeAttributesClass";
/// `In`
pub const SCOPE_SELECTOR_OP_IN: &str = "In";
/// `NotIn`
pub const SCOPE_SELECTOR_OP_NOT_IN: &str = "NotIn";
/// `Exists`
pub const SCOPE_SELECTOR_OP_EXISTS: &str = "Exists";
/// `DoesNotExist`
pub const SCOPE_SELECTOR_OP_DOES_NOT_EXIST: &str = "DoesNotExist";
/// `Opaque`
pub const SECRET_TYPE_OPAQUE: &str = "Opaque";
/// `kubernetes.io/service-account-token`
pub const SECRET_TYPE_SERVICE_ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";
/// `kubernetes.io/service-account.name`
pub const SERVICE_ACCOUNT_NAME_KEY: &str = "kubernetes.io/service-account.name";
/// `kubernetes.io/service-account.uid`
pub const SERVICE_ACCOUNT_UID_KEY: &str = "kubernetes.io/service-account.uid";
/// `token`
pub const SERVICE_ACCOUNT_TOKEN_KEY: &str = "token";
/// `kubernetes.kubeconfig`
pub const SERVICE_ACCOUNT_KUBECONFIG_KEY: &str = "kubernetes.kubeconfig";
/// `ca.crt`
pub const SERVICE_ACCOUNT_ROOT_CA_KEY: &str = "ca.crt";
/// `namespace`
pub const SERVICE_ACCOUNT_NAMESPACE_KEY: &str = "namespace";
/// `kubernetes.io/dockercfg`
pub const SECRET_TYPE_DOCKERCFG: &str = "kubernetes.io/dockercfg";
/// `.dockercfg`
pub const DOCKER_CONFIG_KEY: &str = ".dockercfg";
/// `kubernetes.io/dockerconfigjson`
pub const SECRET_TYPE_DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
/// `.dockerconfigjson`
pub const DOCKER_CONFIG_JSON_KEY: &str = ".dockerconfigjson";
/// `kubernetes.io/basic-auth`
pub const SECRET_TYPE_BASIC_AUTH: &str = "kubernetes.io/basic-auth";
/// `username`
pub const BASIC_AUTH_USERNAME_KEY: &str = "username";
/// `password`
pub const BASIC_AUTH_PASSWORD_KEY: &str = "password";
/// `kubernetes.io/ssh-auth`
pub const SECRET_TYPE_SSH_AUTH: &str = "kubernetes.io/ssh-auth";
/// `ssh-privatekey`
pub const SSH_AUTH_PRIVATE_KEY: &str = "ssh-privatekey";
/// `kubernetes.io/tls`
pub const SECRET_TYPE_TLS: &str = "kubernetes.io/tls";
/// `tls.crt`
pub const TLS_CERT_KEY: &str = "tls.crt";
/// `tls.key`
pub const TLS_PRIVATE_KEY_KEY: &str = "tls.key";
/// `bootstrap.kubernetes.io/token`
pub const SECRET_TYPE_BOOTSTRAP_TOKEN: &str = "bootstrap.kubernetes.io/token";
/// `Healthy`
pub const COMPONENT_HEALTHY: &str = "Healthy";
/// `Default`
pub const DEFAULT_PROC_MOUNT: &str = "Default";
/// `Unmasked`
pub const UNMASKED_PROC_MOUNT: &str = "Unmasked";
/// `default-scheduler`
pub const DEFAULT_SCHEDULER_NAME: &str = "default-scheduler";
/// `input`
pub const EXEC_STDIN_PARAM: &str = "input";
/// `output`
pub const EXEC_STDOUT_PARAM: &str = "output";
/// `error`
pub const EXEC_STDERR_PARAM: &str = "error";
/// `tty`
pub const EXEC_TTY_PARAM: &str = "tty";
/// `command`
pub const EXEC_COMMAND_PARAM: &str = "command";
/// `streamType`
pub const STREAM_TYPE: &str = "streamType";
/// `stdin`
pub const STREAM_TYPE_STDIN: &str = "stdin";
/// `stdout`
pub const STREAM_TYPE_STDOUT: &str = "stdout";
/// `stderr`
pub const STREAM_TYPE_STDERR: &str = "stderr";
/// `data`
pub const STREAM_TYPE_DATA: &str = "data";
/// `error`
pub const STREAM_TYPE_ERROR: &str = "error";
/// `resize`
pub const STREAM_TYPE_RESIZE: &str = "resize";
/// `port`
pub const PORT_HEADER: &str = "port";
/// `requestID`
pub const PORT_FORWARD_REQUEST_ID_HEADER: &str = "requestID";
/// `MixedProtocolNotSupported`
pub const MIXED_PROTOCOL_NOT_SUPPORTED: &str = "MixedProtocolNotSupported";
/// `VIP`
pub const LOAD_BALANCER_IP_MODE_VIP: &str = "VIP";
/// `Proxy`
pub const LOAD_BALANCER_IP_MODE_PROXY: &str = "Proxy";
