//! Python's expressions, evaluated as they are read: by descent through the levels of precedence.

use std::collections::BTreeMap;
use std::time::Duration;

use os::Proc;

/// No expression nests deeper.
const DEEPEST: usize = 60;
/// No list or text is longer.
const LONGEST: usize = 100_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is more Python than is understood here.
    NotUnderstood,
    /// An exception, as a traceback's last line tells it.
    Raised(String),
}

type Result<T> = std::result::Result<T, Trouble>;
type Variables = BTreeMap<String, Value>;

impl Value {
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(is) => *is,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
        }
    }

    /// As `str()` shows it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::None => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}"),
            Self::Text(text) => text.clone(),
            Self::List(items) => {
                let items = items.iter().map(|item| match item {
                    Self::Text(text) => format!("'{text}'"),
                    other => other.text(),
                });
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
        }
    }

    pub(super) fn as_seconds(&self) -> Option<Duration> {
        let number = self.as_float()?;
        (0.0..1e9)
            .contains(&number)
            .then(|| Duration::from_secs_f64(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "as Python does")]
    fn as_float(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Bool(is) => Some(f64::from(u8::from(*is))),
            _ => None,
        }
    }

    fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(is) => Some(i64::from(*is)),
            _ => None,
        }
    }
}

/// Whether a text is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// The name and the arguments of a text that is one call.
pub(super) fn call(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let is_path = !name.is_empty() && name.split('.').all(is_name);
    let arguments = rest.strip_suffix(')')?;
    // The bracket at the end must be the call's own.
    let mut depth = 0_i32;
    let (mut quote, mut closed) = (None, false);
    for c in arguments.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        closed |= depth < 0;
    }
    (is_path && !closed).then_some((name, arguments.trim()))
}

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Args {
    plain: Vec<Value>,
    named: Vec<(String, String, Option<Value>)>,
}

impl Args {
    pub(super) fn read(proc: &Proc, variables: &Variables, text: &str) -> Result<Self> {
        let mut args = Self::default();
        let mut rest = text;
        while !rest.trim().is_empty() {
            let (one, after) = super::split(rest, ',').unwrap_or((rest, ""));
            rest = after;
            let named = super::split(one, '=')
                .filter(|(name, value)| is_name(name.trim()) && !value.starts_with('='));
            match named {
                Some((name, value)) => {
                    let known = evaluate(proc, variables, value).ok();
                    let name = name.trim().to_owned();
                    args.named.push((name, value.trim().to_owned(), known));
                }
                None => args.plain.push(evaluate(proc, variables, one)?),
            }
        }
        Ok(args)
    }

    pub(super) fn first(&self) -> Option<&Value> {
        self.plain.first()
    }

    fn named(&self, name: &str) -> Option<String> {
        let found = self.named.iter().find(|(known, _, _)| known == name)?;
        found.2.as_ref().map(Value::text)
    }

    /// What `print` prints, and whether to standard error.
    pub(super) fn printed(&self) -> (String, bool) {
        let separator = self.named("sep").unwrap_or_else(|| " ".to_owned());
        let end = self.named("end").unwrap_or_else(|| "\n".to_owned());
        let texts: Vec<String> = self.plain.iter().map(Value::text).collect();
        let mut named = self.named.iter();
        let to_errors = named.any(|(name, value, _)| name == "file" && value == "sys.stderr");
        (texts.join(&separator) + &end, to_errors)
    }
}

/// The value of an expression.
pub(super) fn evaluate(proc: &Proc, variables: &Variables, text: &str) -> Result<Value> {
    let mut reader = Reader {
        proc,
        variables,
        rest: text.trim(),
        depth: 0,
    };
    let value = reader.or()?;
    if reader.rest.trim().is_empty() {
        Ok(value)
    } else {
        Err(Trouble::NotUnderstood)
    }
}

struct Reader<'a> {
    proc: &'a Proc,
    variables: &'a Variables,
    rest: &'a str,
    depth: usize,
}

fn raised(what: &str) -> Trouble {
    Trouble::Raised(what.to_owned())
}

impl<'a> Reader<'a> {
    /// Takes a word or sign if it comes next.
    fn take(&mut self, wanted: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(after) = rest.strip_prefix(wanted) else {
            return false;
        };
        let is_word = wanted.chars().all(char::is_alphabetic);
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_word && goes_on {
            return false;
        }
        self.rest = after;
        true
    }

    fn or(&mut self) -> Result<Value> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::NotUnderstood);
        }
        let mut value = self.and()?;
        while self.take("or") {
            let other = self.and()?;
            value = if value.is_true() { value } else { other };
        }
        // `a if condition else b`
        if self.take("if") {
            let condition = self.and()?;
            if !self.take("else") {
                return Err(Trouble::NotUnderstood);
            }
            let other = self.or()?;
            value = if condition.is_true() { value } else { other };
        }
        self.depth -= 1;
        Ok(value)
    }

    fn and(&mut self) -> Result<Value> {
        let mut value = self.not()?;
        while self.take("and") {
            let other = self.not()?;
            value = if value.is_true() { other } else { value };
        }
        Ok(value)
    }

    fn not(&mut self) -> Result<Value> {
        let mut negated = false;
        while self.take("not") {
            negated = !negated;
        }
        let value = self.comparison()?;
        Ok(if negated {
            Value::Bool(!value.is_true())
        } else {
            value
        })
    }

    fn comparison(&mut self) -> Result<Value> {
        let left = self.sum()?;
        for sign in [
            "==", "!=", "<=", ">=", "<", ">", "not in", "in", "is not", "is",
        ] {
            if !self.take(sign) {
                continue;
            }
            let right = self.sum()?;
            let order = || match (&left, &right) {
                (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
                _ => left
                    .as_float()
                    .zip(right.as_float())
                    .and_then(|(a, b)| a.partial_cmp(&b))
                    .ok_or_else(|| raised("TypeError: '<' not supported between these instances")),
            };
            let same = match (left.as_float(), right.as_float()) {
                (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
                _ => left == right,
            };
            let within = || match (&left, &right) {
                (Value::Text(part), Value::Text(whole)) => Ok(whole.contains(part.as_str())),
                (item, Value::List(items)) => Ok(items.contains(item)),
                _ => Err(Trouble::NotUnderstood),
            };
            let is = match sign {
                "==" | "is" => same,
                "!=" | "is not" => !same,
                "<" => order()?.is_lt(),
                "<=" => order()?.is_le(),
                ">" => order()?.is_gt(),
                ">=" => order()?.is_ge(),
                "in" => within()?,
                _ => !within()?,
            };
            return Ok(Value::Bool(is));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Value> {
        let mut value = self.product()?;
        loop {
            let sign = if self.take("+") {
                '+'
            } else if self.take("-") {
                '-'
            } else {
                return Ok(value);
            };
            let other = self.product()?;
            value = arithmetic(sign, &value, &other)?;
        }
    }

    fn product(&mut self) -> Result<Value> {
        let mut value = self.unary()?;
        loop {
            let sign = if self.take("**") {
                return Err(Trouble::NotUnderstood);
            } else if self.take("*") {
                '*'
            } else if self.take("//") {
                '|'
            } else if self.take("/") {
                '/'
            } else if self.take("%") {
                '%'
            } else {
                return Ok(value);
            };
            let other = self.unary()?;
            value = arithmetic(sign, &value, &other)?;
        }
    }

    fn unary(&mut self) -> Result<Value> {
        if self.take("-") {
            let value = self.unary()?;
            return arithmetic('-', &Value::Int(0), &value);
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Value> {
        self.rest = self.rest.trim_start();
        if self.take("(") {
            let value = self.or()?;
            return if self.take(")") {
                Ok(value)
            } else {
                Err(Trouble::NotUnderstood)
            };
        }
        if self.take("[") {
            let mut items = Vec::new();
            while !self.take("]") {
                items.push(self.or()?);
                if !self.take(",") && !self.rest.trim_start().starts_with(']') {
                    return Err(Trouble::NotUnderstood);
                }
            }
            return Ok(Value::List(items));
        }
        let formatted = self.rest.starts_with("f\"") || self.rest.starts_with("f'");
        if formatted {
            self.rest = &self.rest[1..];
        }
        if self.rest.starts_with(['"', '\'']) {
            let text = self.quoted(formatted)?;
            return self.methods(Value::Text(text));
        }
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(end);
        self.rest = after;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let int = word.parse().map(Value::Int);
            return int
                .or_else(|_| word.parse().map(Value::Float))
                .map_err(|_| Trouble::NotUnderstood);
        }
        match word {
            "True" => return Ok(Value::Bool(true)),
            "False" => return Ok(Value::Bool(false)),
            "None" => return Ok(Value::None),
            "os.environ" if self.rest.starts_with('[') => {
                self.rest = &self.rest[1..];
                let name = self.or()?.text();
                if !self.take("]") {
                    return Err(Trouble::NotUnderstood);
                }
                let found = self.variable_of_environment(&name);
                return found.ok_or_else(|| raised(&format!("KeyError: '{name}'")));
            }
            _ => {}
        }
        if self.rest.starts_with('(') {
            let args = self.arguments()?;
            let value = self.function(word, &args)?;
            return self.methods(value);
        }
        match self.variables.get(word) {
            Some(value) => Ok(value.clone()),
            None if is_name(word) => {
                Err(raised(&format!("NameError: name '{word}' is not defined")))
            }
            None => Err(Trouble::NotUnderstood),
        }
    }

    /// `.upper()` and the like.
    fn methods(&mut self, mut value: Value) -> Result<Value> {
        while self.rest.starts_with('.') {
            let rest = &self.rest[1..];
            let end = rest.find('(').ok_or(Trouble::NotUnderstood)?;
            let (name, after) = rest.split_at(end);
            self.rest = after;
            let args = self.arguments()?;
            value = method(&value, name, &args)?;
        }
        Ok(value)
    }

    /// What is between the brackets that come next.
    fn arguments(&mut self) -> Result<Args> {
        let inner = self.rest.strip_prefix('(').ok_or(Trouble::NotUnderstood)?;
        let (arguments, after) = closing(inner).ok_or(Trouble::NotUnderstood)?;
        self.rest = after;
        Args::read(self.proc, self.variables, arguments)
    }

    fn quoted(&mut self, formatted: bool) -> Result<String> {
        let quote = self.rest.chars().next().ok_or(Trouble::NotUnderstood)?;
        if self.rest.starts_with("\"\"\"") || self.rest.starts_with("'''") {
            return Err(Trouble::NotUnderstood);
        }
        let mut chars = self.rest.char_indices().skip(1);
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next().ok_or(Trouble::NotUnderstood)?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    other => text.push(other),
                },
                '{' if formatted => {
                    let inner = &self.rest[at + 1..];
                    let end = inner.find('}').ok_or(Trouble::NotUnderstood)?;
                    let (expression, format) =
                        inner[..end].split_once(':').unwrap_or((&inner[..end], ""));
                    if !format.is_empty() {
                        return Err(Trouble::NotUnderstood);
                    }
                    text.push_str(&evaluate(self.proc, self.variables, expression)?.text());
                    while chars.next().is_some_and(|(_, c)| c != '}') {}
                }
                other => text.push(other),
            }
        }
        Err(Trouble::NotUnderstood)
    }

    fn variable_of_environment(&self, name: &str) -> Option<Value> {
        self.proc.env(name).map(Value::Text)
    }

    fn function(&self, name: &str, args: &Args) -> Result<Value> {
        let first = args.first().cloned().unwrap_or(Value::None);
        let int = |at: usize| args.plain.get(at).and_then(Value::as_int);
        Ok(match name {
            "os.environ.get" | "os.getenv" => {
                let found = self.variable_of_environment(&first.text());
                found.unwrap_or_else(|| args.plain.get(1).cloned().unwrap_or(Value::None))
            }
            "str" => Value::Text(first.text()),
            "int" => match &first {
                Value::Text(text) => Value::Int(text.trim().parse().map_err(|_| {
                    raised(&format!(
                        "ValueError: invalid literal for int() with base 10: '{text}'"
                    ))
                })?),
                Value::None => {
                    return Err(raised(
                        "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
                    ));
                }
                #[expect(clippy::cast_possible_truncation, reason = "as Python cuts it")]
                Value::Float(number) => Value::Int(*number as i64),
                other => Value::Int(other.as_int().ok_or(Trouble::NotUnderstood)?),
            },
            "float" => match &first {
                Value::Text(text) => {
                    Value::Float(text.trim().parse().map_err(|_| Trouble::NotUnderstood)?)
                }
                other => Value::Float(other.as_float().ok_or(Trouble::NotUnderstood)?),
            },
            "len" => Value::Int(match &first {
                Value::Text(text) => i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
                Value::List(items) => i64::try_from(items.len()).unwrap_or(i64::MAX),
                _ => return Err(Trouble::NotUnderstood),
            }),
            "range" => {
                let (from, to) = match (int(0), int(1)) {
                    (Some(from), Some(to)) => (from, to),
                    (Some(to), None) => (0, to),
                    _ => return Err(Trouble::NotUnderstood),
                };
                let step = int(2).unwrap_or(1);
                let few = usize::try_from(to.saturating_sub(from)).unwrap_or(0) <= LONGEST;
                let step = usize::try_from(step).ok().filter(|step| *step > 0 && few);
                let step = step.ok_or(Trouble::NotUnderstood)?;
                Value::List((from..to).step_by(step).map(Value::Int).collect())
            }
            "time.time" => {
                let micros = self.proc.now().as_micros();
                let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
                Value::Float(format!("{seconds}.{rest:06}").parse().unwrap_or(0.0))
            }
            "socket.gethostname" => Value::Text(self.proc.machine().hostname()),
            "os.getpid" => Value::Int(i64::from(self.proc.pid())),
            "random.randint" => match (int(0), int(1)) {
                (Some(from), Some(to)) if from <= to => {
                    let bound = u64::try_from(to - from).unwrap_or(0).saturating_add(1);
                    let seed =
                        format!("python/{}/{}", self.proc.pid(), self.proc.now().as_micros());
                    let offset = self.proc.sim().rng(&seed).below(bound);
                    Value::Int(from + i64::try_from(offset).unwrap_or(0))
                }
                _ => return Err(Trouble::NotUnderstood),
            },
            _ => return Err(Trouble::NotUnderstood),
        })
    }
}

/// What is before and after the bracket that closes the one before `text`.
fn closing(text: &str) -> Option<(&str, &str)> {
    super::split(text, ')')
}

fn method(value: &Value, name: &str, args: &Args) -> Result<Value> {
    let Value::Text(text) = value else {
        return Err(Trouble::NotUnderstood);
    };
    let first = args.first().map(Value::text);
    Ok(match (name, first) {
        ("upper", None) => Value::Text(text.to_uppercase()),
        ("lower", None) => Value::Text(text.to_lowercase()),
        ("strip", None) => Value::Text(text.trim().to_owned()),
        ("startswith", Some(start)) => Value::Bool(text.starts_with(&start)),
        ("endswith", Some(end)) => Value::Bool(text.ends_with(&end)),
        ("replace", Some(from)) => match args.plain.get(1) {
            Some(to) if !from.is_empty() => Value::Text(text.replace(&from, &to.text())),
            _ => return Err(Trouble::NotUnderstood),
        },
        _ => return Err(Trouble::NotUnderstood),
    })
}

fn arithmetic(sign: char, left: &Value, right: &Value) -> Result<Value> {
    match (sign, left, right) {
        ('+', Value::Text(a), Value::Text(b)) if a.len() + b.len() <= LONGEST => {
            return Ok(Value::Text(format!("{a}{b}")));
        }
        ('+', Value::Text(_), other) if !matches!(other, Value::Text(_)) => {
            return Err(raised("TypeError: can only concatenate str to str"));
        }
        ('*', Value::Text(text), Value::Int(count)) => {
            let count = usize::try_from(*count).unwrap_or(0);
            if text.len().saturating_mul(count) > LONGEST {
                return Err(Trouble::NotUnderstood);
            }
            return Ok(Value::Text(text.repeat(count)));
        }
        _ => {}
    }
    if let (Some(a), Some(b)) = (left.as_int(), right.as_int())
        && sign != '/'
    {
        let number = match sign {
            '+' => a.checked_add(b),
            '-' => a.checked_sub(b),
            '*' => a.checked_mul(b),
            _ if b == 0 => return Err(raised("ZeroDivisionError: division by zero")),
            '|' => {
                Some(a.wrapping_div_euclid(b) - i64::from(b < 0 && a.wrapping_rem_euclid(b) != 0))
            }
            _ => Some(
                a.wrapping_rem_euclid(b)
                    + if b < 0 && a.wrapping_rem_euclid(b) != 0 {
                        b
                    } else {
                        0
                    },
            ),
        };
        return number.map(Value::Int).ok_or(Trouble::NotUnderstood);
    }
    let (Some(a), Some(b)) = (left.as_float(), right.as_float()) else {
        return Err(Trouble::NotUnderstood);
    };
    Ok(Value::Float(match sign {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        _ if b == 0.0 => return Err(raised("ZeroDivisionError: division by zero")),
        '|' => (a / b).floor(),
        '/' => a / b,
        _ => a - b * (a / b).floor(),
    }))
}
