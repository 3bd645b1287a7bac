//! Which tags of a stand-in image exist.
//!
//! Learners mistype tags, and the documentation does so on purpose (`nginx:1.161`), so not every tag may be found;
//! but every version that was ever released should be. Tags are described by rules instead of lists.

/// The tags of an image: some names, and versions with an optional suffix.
#[derive(Clone, Copy, Debug)]
pub struct Tags {
    /// Tags that are no versions, such as `stable`. `latest` exists always.
    pub names: &'static [&'static str],
    /// For each major version the highest minor version there is.
    pub versions: &'static [(u32, u32)],
    /// What may follow a version or a name after a dash, such as `alpine`; anything that begins so.
    pub variants: &'static [&'static str],
}

impl Tags {
    /// Whatever tag is asked for exists.
    pub const ANY: Self = Self {
        names: &["*"],
        versions: &[],
        variants: &[],
    };

    /// Whether `tag` exists.
    pub fn contains(&self, tag: &str) -> bool {
        if self.names == ["*"] {
            return true;
        }
        let (base, variant) = match tag.split_once('-') {
            Some((base, variant)) => (base, Some(variant)),
            None => (tag, None),
        };
        if variant.is_some_and(|variant| !self.has_variant(variant)) {
            return self.names.contains(&tag);
        }
        base == "latest"
            || self.names.contains(&base)
            || self.names.contains(&tag)
            || (variant.is_none() && self.has_variant(base))
            || self.has_version(base)
    }

    /// Whether each part of it is a known variant, perhaps with a version: `alpine3.20-perl`.
    fn has_variant(&self, variant: &str) -> bool {
        let plain = |rest: &str| {
            rest.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        };
        variant.split('-').all(|part| {
            self.variants
                .iter()
                .any(|known| part.strip_prefix(known).is_some_and(plain))
        })
    }

    fn has_version(&self, version: &str) -> bool {
        let version = version.strip_prefix('v').unwrap_or(version);
        let mut numbers = version.split('.').map(|part| {
            let plain = part.len() == 1 || !part.starts_with('0');
            part.parse::<u32>().ok().filter(|_| plain)
        });
        let Some(Some(major)) = numbers.next() else {
            return false;
        };
        let Some((_, highest)) = self.versions.iter().find(|(known, _)| *known == major) else {
            return false;
        };
        match numbers.next() {
            None => true,
            Some(Some(minor)) if minor <= *highest => {
                // A patch level and at most one more number, none of them beyond reason.
                let rest: Vec<_> = numbers.collect();
                rest.len() <= 2 && rest.iter().all(|part| part.is_some_and(|n| n < 100))
            }
            Some(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_versions_names_and_variants() {
        let tags = Tags {
            names: &["stable", "mainline"],
            versions: &[(0, 9), (1, 29)],
            variants: &["alpine", "bookworm", "perl"],
        };
        for tag in [
            "latest",
            "stable",
            "alpine",
            "alpine3.20",
            "1",
            "1.27",
            "1.14.2",
            "1.27.3-alpine",
            "1.27-alpine3.20-perl",
            "stable-alpine",
            "mainline-bookworm-perl",
        ] {
            assert!(tags.contains(tag), "{tag}");
        }
        for tag in [
            "nosuchtag",
            "1.161",
            "1.91",
            "2",
            "1.14.999",
            "1.x",
            "1.27-windows",
            "alpinex",
            "01.2",
            "1.2.3.4.5",
            "",
        ] {
            assert!(!tags.contains(tag), "{tag}");
        }
    }
}
