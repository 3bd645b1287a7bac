//! Flags as kubectl's command line library (pflag) has them: a table of specifications and the values parsed into it.
//!
//! A [`Flag`] is plain constant data, written beside the command that owns it; a [`FlagSet`] is one command's flags
//! with the values of one invocation. Values are checked while parsing, so that the accessors cannot fail.
//! What a flag means is the business of its command; how flags are found in the arguments is in [`super::parse`].

use super::value::{self, Kind};

/// One flag's specification.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Long name, without dashes.
    pub name: &'static str,
    /// One-letter name.
    pub short: Option<char>,
    /// Type of its value.
    pub kind: Kind,
    /// Default, in the form the help prints it.
    pub default: &'static str,
    /// Help text.
    pub usage: &'static str,
    /// Value taken when the flag is given without one.
    pub no_value: Option<&'static str>,
    /// Not shown in the help.
    pub hidden: bool,
    /// Shown on standard error when used.
    pub deprecated: Option<&'static str>,
    /// The command refuses to run without it.
    pub required: bool,
}

impl Flag {
    const fn new(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        usage: &'static str,
    ) -> Flag {
        Flag {
            name,
            short: None,
            kind,
            default,
            usage,
            no_value: None,
            hidden: false,
            deprecated: None,
            required: false,
        }
    }

    /// A switch, off by default.
    pub const fn bool(name: &'static str, usage: &'static str) -> Flag {
        let mut flag = Flag::new(name, Kind::Bool, "false", usage);
        flag.no_value = Some("true");
        flag
    }

    /// A text, empty by default.
    pub const fn string(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::String, "", usage)
    }

    /// A text whose type has no quotes in the help (client-go's own flag types).
    pub const fn plain(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Plain, "", usage)
    }

    /// A whole number of 64 bits.
    pub const fn int(name: &'static str, default: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Int, default, usage)
    }

    /// A whole number of 32 bits.
    pub const fn int32(name: &'static str, default: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Int32, default, usage)
    }

    /// A Go duration.
    pub const fn duration(name: &'static str, default: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Duration, default, usage)
    }

    /// A list whose values are separated by commas, too.
    pub const fn slice(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Slice, "[]", usage)
    }

    /// A list of one value per use of the flag.
    pub const fn array(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Array, "[]", usage)
    }

    /// A list of `key=value` pairs.
    pub const fn map(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Map, "[]", usage)
    }

    /// A list of `key=value` pairs, in the words of Kubernetes' own flag library.
    pub const fn pairs(name: &'static str, usage: &'static str) -> Flag {
        Flag::new(name, Kind::Pairs, "", usage)
    }

    /// With a one-letter name.
    pub const fn short(mut self, short: char) -> Flag {
        self.short = Some(short);
        self
    }

    /// With another default.
    pub const fn default(mut self, default: &'static str) -> Flag {
        self.default = default;
        self
    }

    /// With a value of its own when given bare.
    pub const fn no_value(mut self, value: &'static str) -> Flag {
        self.no_value = Some(value);
        self
    }

    /// Kept out of the help.
    pub const fn hidden(mut self) -> Flag {
        self.hidden = true;
        self
    }

    /// Still accepted, with a message.
    pub const fn deprecated(mut self, message: &'static str) -> Flag {
        self.deprecated = Some(message);
        self.hidden = true;
        self
    }

    /// Must be given.
    pub const fn required(mut self) -> Flag {
        self.required = true;
        self
    }

    /// With another help text.
    pub const fn usage(mut self, usage: &'static str) -> Flag {
        self.usage = usage;
        self
    }

    /// The name as errors quote it: `-n, --namespace`.
    pub fn display_name(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    /// The default as the accessors see it.
    fn initial(&self) -> &'static str {
        match self.kind {
            Kind::Slice | Kind::Array | Kind::Map | Kind::Pairs => {
                self.default.trim_start_matches('[').trim_end_matches(']')
            }
            _ => self.default,
        }
    }
}

#[derive(Debug, Clone)]
struct Entry {
    flag: &'static Flag,
    /// What was given, in order; lists hold one element a value.
    values: Vec<String>,
    changed: bool,
}

/// One command's flags and what an invocation gave them.
#[derive(Debug, Clone, Default)]
pub struct FlagSet {
    entries: Vec<Entry>,
}

impl FlagSet {
    /// All flags of `groups`; the first of two with one name wins.
    pub fn new(groups: impl IntoIterator<Item = &'static [Flag]>) -> FlagSet {
        let mut set = FlagSet::default();
        for flag in groups.into_iter().flatten() {
            if set.lookup(flag.name).is_none() {
                set.entries.push(Entry {
                    flag,
                    values: Vec::new(),
                    changed: false,
                });
            }
        }
        set
    }

    /// The flag of that long name (`_` counts as `-`).
    pub fn lookup(&self, name: &str) -> Option<&'static Flag> {
        self.index(name).map(|i| self.entries[i].flag)
    }

    /// The flag of that letter.
    pub fn lookup_short(&self, short: char) -> Option<&'static Flag> {
        self.entries
            .iter()
            .map(|e| e.flag)
            .find(|f| f.short == Some(short))
    }

    /// All flags, by name.
    pub fn sorted(&self) -> Vec<&'static Flag> {
        let mut flags: Vec<_> = self.entries.iter().map(|e| e.flag).collect();
        flags.sort_by_key(|f| f.name);
        flags
    }

    fn index(&self, name: &str) -> Option<usize> {
        let same = |flag: &Flag| {
            flag.name == name || (name.contains('_') && name.replace('_', "-") == flag.name)
        };
        self.entries.iter().position(|e| same(e.flag))
    }

    /// Gives a flag a value, as one use of it on the command line does.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let Some(i) = self.index(name) else {
            return Err(format!("no such flag -{name}"));
        };
        let entry = &mut self.entries[i];
        let parsed = value::parse(entry.flag.kind, text)?;
        if !(entry.changed && entry.flag.kind.is_list()) {
            entry.values.clear();
        }
        entry.values.extend(parsed);
        entry.changed = true;
        Ok(())
    }

    /// Whether the command line set the flag.
    pub fn changed(&self, name: &str) -> bool {
        self.index(name).is_some_and(|i| self.entries[i].changed)
    }

    /// Whether the flag of that name is the one that every command has, and not one of this command's own.
    pub fn is_global(&self, name: &str) -> bool {
        let known = super::global::FLAGS.iter().find(|f| f.name == name);
        let own = self.lookup(name);
        known.is_some_and(|known| own.is_some_and(|own| own.usage == known.usage))
    }

    /// Flags that were set, by name, with their values: what `--record` and the request headers tell.
    pub fn changed_flags(&self) -> Vec<(&'static Flag, &[String])> {
        let mut set: Vec<_> = self
            .entries
            .iter()
            .filter(|e| e.changed)
            .map(|e| (e.flag, e.values.as_slice()))
            .collect();
        set.sort_by_key(|(flag, _)| flag.name);
        set
    }

    /// A text, a bool's or number's text, or a list's first element.
    pub fn str(&self, name: &str) -> &str {
        let Some(i) = self.index(name) else { return "" };
        let entry = &self.entries[i];
        match entry.values.last() {
            Some(value) if entry.changed => value,
            _ if entry.changed => "",
            _ => entry.flag.initial(),
        }
    }

    /// A text, as an owned string.
    pub fn string(&self, name: &str) -> String {
        self.str(name).to_owned()
    }

    /// A switch.
    pub fn bool(&self, name: &str) -> bool {
        value::parse_bool(self.str(name)).unwrap_or(false)
    }

    /// A number.
    pub fn int(&self, name: &str) -> i64 {
        value::parse_int(self.str(name), 64).unwrap_or(0)
    }

    /// A duration, in microseconds.
    pub fn duration(&self, name: &str) -> i64 {
        value::parse_duration(self.str(name)).unwrap_or(0)
    }

    /// A list.
    pub fn strings(&self, name: &str) -> Vec<String> {
        let Some(i) = self.index(name) else {
            return Vec::new();
        };
        let entry = &self.entries[i];
        if entry.changed {
            return entry.values.clone();
        }
        match entry.flag.initial() {
            "" => Vec::new(),
            text => text.split(',').map(str::to_owned).collect(),
        }
    }

    /// Names of required flags that were not given, by name.
    pub fn missing_required(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self
            .entries
            .iter()
            .filter(|e| e.flag.required && !e.changed)
            .map(|e| e.flag.name)
            .collect();
        names.sort_unstable();
        names
    }
}
