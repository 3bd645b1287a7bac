//! `certificates.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `kubernetes.io/kube-apiserver-client`
pub const KUBE_API_SERVER_CLIENT_SIGNER_NAME: &str = "kubernetes.io/kube-apiserver-client";
/// `kubernetes.io/kube-apiserver-client-kubelet`
pub const KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME: &str =
    "kubernetes.io/kube-apiserver-client-kubelet";
/// `kubernetes.io/kubelet-serving`
pub const KUBELET_SERVING_SIGNER_NAME: &str = "kubernetes.io/kubelet-serving";
/// `Approved`
pub const CERTIFICATE_APPROVED: &str = "Approved";
/// `Denied`
pub const CERTIFICATE_DENIED: &str = "Denied";
/// `Failed`
pub const CERTIFICATE_FAILED: &str = "Failed";
/// `signing`
pub const USAGE_SIGNING: &str = "signing";
/// `digital signature`
pub const USAGE_DIGITAL_SIGNATURE: &str = "digital signature";
/// `content commitment`
pub const USAGE_CONTENT_COMMITMENT: &str = "content commitment";
/// `key encipherment`
pub const USAGE_KEY_ENCIPHERMENT: &str = "key encipherment";
/// `key agreement`
pub const USAGE_KEY_AGREEMENT: &str = "key agreement";
/// `data encipherment`
pub const USAGE_DATA_ENCIPHERMENT: &str = "data encipherment";
/// `cert sign`
pub const USAGE_CERT_SIGN: &str = "cert sign";
/// `crl sign`
pub const USAGE_CRL_SIGN: &str = "crl sign";
/// `encipher only`
pub const USAGE_ENCIPHER_ONLY: &str = "encipher only";
/// `decipher only`
pub const USAGE_DECIPHER_ONLY: &str = "decipher only";
/// `any`
pub const USAGE_ANY: &str = "any";
/// `server auth`
pub const USAGE_SERVER_AUTH: &str = "server auth";
/// `client auth`
pub const USAGE_CLIENT_AUTH: &str = "client auth";
/// `code signing`
pub const USAGE_CODE_SIGNING: &str = "code signing";
/// `email protection`
pub const USAGE_EMAIL_PROTECTION: &str = "email protection";
/// `s/mime`
pub const USAGE_SMIME: &str = "s/mime";
/// `ipsec end system`
pub const USAGE_I_PSEC_END_SYSTEM: &str = "ipsec end system";
/// `ipsec tunnel`
pub const USAGE_I_PSEC_TUNNEL: &str = "ipsec tunnel";
/// `ipsec user`
pub const USAGE_I_PSEC_USER: &str = "ipsec user";
/// `timestamping`
pub const USAGE_TIMESTAMPING: &str = "timestamping";
/// `ocsp signing`
pub const USAGE_OCSP_SIGNING: &str = "ocsp signing";
/// `microsoft sgc`
pub const USAGE_MICROSOFT_SGC: &str = "microsoft sgc";
/// `netscape sgc`
pub const USAGE_NETSCAPE_SGC: &str = "netscape sgc";
