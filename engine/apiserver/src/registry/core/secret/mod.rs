//! Secret: configuration that is not for everybody's eyes.

use api::core::v1::Secret;
use apimachinery::validation::is_config_map_key;
use apimachinery::{Bytes, Map, Str};

use super::configmap::MAX_SIZE;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::field::{Errors, Path};
use crate::validation::{IMMUTABLE, IMMUTABLE_DATA};

const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// The strategy.
pub(crate) struct SecretStrategy;

impl Strategy for SecretStrategy {
    type Kind = Secret;

    fn default(&self, secret: &mut Secret) {
        if secret.type_.is_empty() {
            secret.type_ = "Opaque".into();
        }
        // What was written as text is read as data.
        if !secret.string_data.is_empty() {
            for (key, value) in std::mem::take(&mut secret.string_data).iter() {
                secret
                    .data
                    .insert(key.clone(), Bytes::from(value.as_bytes()));
            }
        }
    }

    fn validate(&self, _cx: &Context, secret: &Secret, errors: &mut Errors) {
        validate(secret, errors);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Secret, old: &Secret) {
        // Who leaves out the type wants to keep it.
        if new.type_.is_empty() {
            new.type_ = old.type_.clone();
        }
    }

    fn validate_update(&self, _cx: &Context, new: &Secret, old: &Secret, errors: &mut Errors) {
        if new.type_ != old.type_ {
            errors.invalid(&Path::new("type"), &new.type_, IMMUTABLE);
        }
        if old.immutable == Some(true) {
            if new.immutable != Some(true) {
                errors.forbidden(&Path::new("immutable"), IMMUTABLE_DATA);
            }
            if new.data != old.data {
                errors.forbidden(&Path::new("data"), IMMUTABLE_DATA);
            }
        }
        validate(new, errors);
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["type"]
    }

    fn field_value(&self, secret: &Secret, _label: &str) -> Str {
        secret.type_.clone()
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Type"),
            Column::integer("Data"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, secret: &Secret, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(secret.metadata.name.clone())
            .text(secret.type_.clone())
            .integer(i64::try_from(secret.data.len()).unwrap_or(i64::MAX))
            .age(secret.metadata.creation_timestamp, options)
    }
}

fn validate(secret: &Secret, errors: &mut Errors) {
    let path = Path::new("data");
    for key in secret.data.keys() {
        errors.invalid_each(&path.key(key), key, is_config_map_key(key));
    }
    if secret
        .data
        .iter()
        .map(|(_, value)| value.len())
        .sum::<usize>()
        > MAX_SIZE
    {
        errors.too_long(&path, MAX_SIZE);
    }
    let has = |key: &str| secret.data.contains_key(key);
    match secret.type_.as_str() {
        "kubernetes.io/service-account-token"
            if secret.metadata.annotations.text(ACCOUNT).is_empty() =>
        {
            errors.required(&Path::new("metadata.annotations").key(ACCOUNT), "");
        }
        "kubernetes.io/dockercfg" => validate_json(&secret.data, ".dockercfg", &path, errors),
        "kubernetes.io/dockerconfigjson" => {
            validate_json(&secret.data, ".dockerconfigjson", &path, errors)
        }
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => {
            errors.required(&path.key("username"), "");
            errors.required(&path.key("password"), "");
        }
        "kubernetes.io/ssh-auth"
            if secret
                .data
                .get("ssh-privatekey")
                .is_none_or(|key| key.is_empty()) =>
        {
            errors.required(&path.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"] {
                if !has(key) {
                    errors.required(&path.key(key), "");
                }
            }
        }
        _ => {}
    }
}

fn validate_json(data: &Map<Str, Bytes>, key: &str, path: &Path<'_>, errors: &mut Errors) {
    let Some(value) = data.get(key) else {
        errors.required(&path.key(key), "");
        return;
    };
    let text = String::from_utf8_lossy(value);
    let error = match apimachinery::codec::json::parse(&text) {
        Ok(apimachinery::Value::Object(_)) => return,
        Ok(_) => {
            "json: cannot unmarshal value into Go value of type map[string]interface {}".to_owned()
        }
        Err(error) => error.message.to_string(),
    };
    errors.invalid(&path.key(key), "<secret contents redacted>", error);
}
