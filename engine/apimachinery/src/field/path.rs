//! Where in an object something is wrong: `spec.containers[0].ports[1].name`.

use std::fmt;
use std::rc::Rc;

use crate::Str;

/// A path to a field. Cheap to extend and to clone.
#[derive(Clone)]
pub struct Path(Option<Rc<Node>>);

struct Node {
    parent: Option<Rc<Node>>,
    step: Step,
}

enum Step {
    Name(Str),
    Index(usize),
    Key(Str),
}

impl Path {
    /// A path of one field name.
    pub fn new(name: impl Into<Str>) -> Self {
        Self(None).child(name)
    }

    /// The path of the object itself (prints as `<nil>`, as upstream's nil path does).
    pub const fn root() -> Self {
        Self(None)
    }

    fn step(&self, step: Step) -> Self {
        Self(Some(Rc::new(Node {
            parent: self.0.clone(),
            step,
        })))
    }

    /// A field of this struct.
    #[must_use]
    pub fn child(&self, name: impl Into<Str>) -> Self {
        self.step(Step::Name(name.into()))
    }

    /// An element of this list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// A value of this map.
    #[must_use]
    pub fn key(&self, key: impl Into<Str>) -> Self {
        self.step(Step::Key(key.into()))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut nodes = Vec::new();
        let mut next = self.0.as_ref();
        while let Some(node) = next {
            nodes.push(node);
            next = node.parent.as_ref();
        }
        if nodes.is_empty() {
            return f.write_str("<nil>");
        }
        for (i, node) in nodes.iter().rev().enumerate() {
            match &node.step {
                Step::Name(name) if i == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn prints_as_upstream() {
        let path = Path::new("spec")
            .child("containers")
            .index(0)
            .child("resources")
            .key("cpu");
        assert_eq!(path.to_string(), "spec.containers[0].resources[cpu]");
        assert_eq!(Path::root().to_string(), "<nil>");
    }
}
