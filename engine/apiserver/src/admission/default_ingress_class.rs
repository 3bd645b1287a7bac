//! DefaultIngressClass: Ingresses that name no class get the default one.

use api::networking::v1::{Ingress, IngressClass};
use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin, lookup_all};

/// The annotation that named the class before there was a field.
const OLD_CLASS: &str = "kubernetes.io/ingress.class";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

/// The plugin.
pub(super) struct DefaultIngressClass;

impl Plugin for DefaultIngressClass {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create
            || !attributes.is("networking.k8s.io", "ingresses")
        {
            return Ok(());
        }
        let Some(ingress) = object.downcast_mut::<Ingress>() else {
            return Ok(());
        };
        let named = ingress.spec.ingress_class_name.is_some()
            || ingress.metadata.annotations.contains_key(OLD_CLASS);
        if named {
            return Ok(());
        }
        let classes = lookup_all::<IngressClass>(attributes.cx, "");
        let mut defaults = classes
            .iter()
            .filter(|class| class.metadata.annotations.text(DEFAULT) == "true");
        match (defaults.next(), defaults.next()) {
            (Some(class), None) => {
                ingress.spec.ingress_class_name = Some(class.metadata.name.clone());
            }
            (Some(_), Some(_)) => {
                let because = format!("{} default IngressClasses were found", 2 + defaults.count());
                return Err(attributes.forbidden(Some(ingress), &because));
            }
            _ => {}
        }
        Ok(())
    }
}
