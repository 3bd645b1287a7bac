//! The options that verbs share.

use apimachinery::{GroupKind, Status, Str};

use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::meta::validate_field_manager;

/// What to do with fields that a kind does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Refuse the request.
    Strict,
    /// Warn (the default).
    #[default]
    Warn,
    /// Drop them without a word.
    Ignore,
}

/// The options of create, update and patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// `All`, or nothing.
    pub dry_run: Vec<Str>,
    /// Who the fields will belong to.
    pub field_manager: Str,
    /// `Strict`, `Warn` or `Ignore`.
    pub field_validation: Str,
    /// Take fields from other managers (apply only).
    pub force: Option<bool>,
}

impl WriteOptions {
    /// Checks the options; `kind` is `CreateOptions`, `UpdateOptions` or `PatchOptions`.
    ///
    /// # Errors
    /// Upstream's texts.
    pub fn validate(&self, kind: &str, apply: bool) -> Result<FieldValidation, Status> {
        let mut errors = Errors::new();
        if apply && self.field_manager.is_empty() {
            errors.required(&Path::new("fieldManager"), "is required for apply patch");
        }
        if !apply && self.force.is_some() {
            errors.forbidden(
                &Path::new("force"),
                "may not be specified for non-apply patch",
            );
        }
        validate_field_manager(&self.field_manager, &Path::new("fieldManager"), &mut errors);
        validate_dry_run(&self.dry_run, &mut errors);
        let validation = match self.field_validation.as_str() {
            "Strict" => FieldValidation::Strict,
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            other => {
                let path = Path::new("fieldValidation");
                errors.not_supported(&path, other, &["", "Ignore", "Strict", "Warn"]);
                FieldValidation::Warn
            }
        };
        if errors.is_empty() {
            return Ok(validation);
        }
        Err(Status::invalid(
            &GroupKind::new("meta.k8s.io", kind),
            "",
            &errors.into_list(),
        ))
    }

    /// Whether nothing is to be written.
    pub fn is_dry_run(&self) -> bool {
        !self.dry_run.is_empty()
    }
}

/// `dryRun` knows only `All`.
pub fn validate_dry_run(dry_run: &[Str], errors: &mut Errors) {
    if dry_run.iter().any(|value| value != "All") {
        let shown: Vec<_> = dry_run
            .iter()
            .map(|value| apimachinery::gotext::quote(value))
            .collect();
        errors.not_supported(
            &Path::new("dryRun"),
            Verbatim(format!("[{}]", shown.join(","))),
            &["All"],
        );
    }
}
