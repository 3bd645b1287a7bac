//! What an extension point answers (`framework.Status`).

use std::borrow::Cow;

/// How a plugin judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Nothing against it.
    #[default]
    Success,
    /// The plugin has nothing to say about this pod; its later extension points are left out.
    Skip,
    /// Not here, or not now; preempting other pods may help.
    Unschedulable,
    /// Not here, and preempting other pods does not help.
    UnschedulableAndUnresolvable,
    /// The binding has to wait.
    Wait,
    /// The pod is kept out of the queue, or waits for something outside the scheduler.
    Pending,
    /// Something went wrong inside the plugin.
    Error,
}

/// One reason, as users read it.
pub type Reason = Cow<'static, str>;

/// A plugin's answer. Success allocates nothing, nor does a refusal with one fixed text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The judgement.
    pub code: Code,
    /// The plugin it comes from; empty until the framework fills it in.
    pub plugin: &'static str,
    reasons: Reasons,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Reasons {
    #[default]
    None,
    One(Reason),
    Many(Vec<Reason>),
}

impl Status {
    /// Nothing against it.
    pub const SUCCESS: Self = Self {
        code: Code::Success,
        plugin: "",
        reasons: Reasons::None,
    };

    /// Nothing to say about this pod.
    pub const SKIP: Self = Self {
        code: Code::Skip,
        plugin: "",
        reasons: Reasons::None,
    };

    /// An answer with one reason.
    pub fn new(code: Code, reason: impl Into<Reason>) -> Self {
        Self {
            code,
            plugin: "",
            reasons: Reasons::One(reason.into()),
        }
    }

    /// An answer with several reasons.
    pub fn with_reasons(code: Code, reasons: Vec<Reason>) -> Self {
        Self {
            code,
            plugin: "",
            reasons: Reasons::Many(reasons),
        }
    }

    /// A refusal that preemption may cure.
    pub fn unschedulable(reason: impl Into<Reason>) -> Self {
        Self::new(Code::Unschedulable, reason)
    }

    /// A refusal that preemption does not cure.
    pub fn unresolvable(reason: impl Into<Reason>) -> Self {
        Self::new(Code::UnschedulableAndUnresolvable, reason)
    }

    /// A failure of the plugin itself.
    pub fn error(reason: impl Into<Reason>) -> Self {
        Self::new(Code::Error, reason)
    }

    /// The same answer, signed by `plugin`.
    #[must_use]
    pub fn signed(mut self, plugin: &'static str) -> Self {
        self.plugin = plugin;
        self
    }

    /// Whether nothing is against it.
    pub fn is_success(&self) -> bool {
        self.code == Code::Success
    }

    /// Whether the plugin left this pod out.
    pub fn is_skip(&self) -> bool {
        self.code == Code::Skip
    }

    /// Whether the pod was refused for a reason that users can act on.
    pub fn is_rejected(&self) -> bool {
        matches!(
            self.code,
            Code::Unschedulable | Code::UnschedulableAndUnresolvable | Code::Pending
        )
    }

    /// The reasons, in the plugin's order.
    pub fn reasons(&self) -> &[Reason] {
        match &self.reasons {
            Reasons::None => &[],
            Reasons::One(reason) => std::slice::from_ref(reason),
            Reasons::Many(reasons) => reasons,
        }
    }

    /// The reasons as one text.
    pub fn message(&self) -> String {
        self.reasons().join(", ")
    }
}
