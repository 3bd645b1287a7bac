//! Arithmetic of `$((…))`, `((…))`, `let` and subscripts: 64-bit integers that wrap, C's operators.

use crate::vars::Vars;

/// Variables whose values are expressions of variables …
const MAX_DEPTH: usize = 40;

/// What is wrong with an expression.
#[derive(Debug, PartialEq)]
pub(crate) struct ArithError {
    /// As bash words it, without the expression.
    message: String,
    /// The rest of the text from where it went wrong.
    token: String,
    /// The expression.
    text: String,
}

impl ArithError {
    /// `1+: syntax error: operand expected (error token is "+")`
    pub(crate) fn render(&self) -> String {
        let text = self.text.trim_start();
        if self.message == "expression recursion level exceeded" {
            return format!(
                "{text}: {} (error token is \"{}\")",
                self.message, self.token
            );
        }
        format!(
            "{text}: {} (error token is \"{}\")",
            self.message, self.token
        )
    }
}

/// Reads and sets variables for an evaluation.
pub(crate) trait Scope {
    fn get(&self, name: &str) -> Option<String>;
    fn get_element(&self, name: &str, key: &str) -> Option<String>;
    fn set(&mut self, name: &str, key: Option<&str>, value: i64) -> bool;
}

/// Evaluates an expression; an empty one is 0.
pub(crate) fn evaluate(text: &str, scope: &mut dyn Scope) -> Result<i64, ArithError> {
    eval_at(text, scope, 0)
}

fn eval_at(text: &str, scope: &mut dyn Scope, depth: usize) -> Result<i64, ArithError> {
    let mut parser = Arith {
        text,
        pos: 0,
        token_start: 0,
        scope,
        depth,
        skip: 0,
    };
    if depth > MAX_DEPTH {
        return Err(parser.error("expression recursion level exceeded", 0));
    }
    parser.blanks();
    if parser.pos == text.len() {
        return Ok(0);
    }
    let value = parser.comma()?;
    parser.blanks();
    if parser.pos < text.len() {
        let at = parser.pos;
        let message = match text.as_bytes()[at] {
            b'.' | b'@' | b'#' | b'\\' | b'\'' | b'"' | b'$' | b'`' => {
                "syntax error: invalid arithmetic operator"
            }
            _ => "syntax error in expression",
        };
        return Err(parser.error(message, at));
    }
    Ok(value)
}

struct Arith<'a> {
    text: &'a str,
    pos: usize,
    /// Where the latest token begins, for messages.
    token_start: usize,
    scope: &'a mut dyn Scope,
    depth: usize,
    /// Greater than zero while what is parsed is not evaluated (`0 && …`).
    skip: usize,
}

enum Target {
    Plain(String),
    Element(String, String),
}

const ASSIGN: [&str; 11] = [
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "=",
];

/// Binary operators by level of precedence, loosest first. Longer ones come first within a level.
const LEVELS: [&[&str]; 8] = [
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Arith<'_> {
    fn error(&self, message: &str, at: usize) -> ArithError {
        ArithError {
            message: message.to_owned(),
            token: self.text[at.min(self.text.len())..].to_owned(),
            text: self.text.to_owned(),
        }
    }

    fn blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.pos..];
        self.pos += rest.iter().take_while(|b| b" \t\n\r".contains(b)).count();
    }

    fn rest(&self) -> &str {
        &self.text[self.pos..]
    }

    fn take(&mut self, op: &str) -> bool {
        self.blanks();
        if self.rest().starts_with(op) {
            self.token_start = self.pos;
            self.pos += op.len();
            return true;
        }
        false
    }

    fn comma(&mut self) -> Result<i64, ArithError> {
        let mut value = self.assignment()?;
        while self.take(",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, ArithError> {
        self.deeper()?;
        let start = self.pos;
        let result = if let Some(target) = self.target()? {
            self.blanks();
            let op = ASSIGN
                .iter()
                .copied()
                .find(|op| self.rest().starts_with(op) && !self.rest().starts_with("=="));
            match op {
                Some(op) => {
                    self.token_start = self.pos;
                    self.pos += op.len();
                    let right = self.assignment()?;
                    let value = match op.strip_suffix('=') {
                        Some("") | None => right,
                        Some(binary) => {
                            let left = self.value_of(&target)?;
                            self.apply(binary, left, right)?
                        }
                    };
                    self.store(&target, value)
                }
                None => {
                    self.pos = start;
                    self.conditional()
                }
            }
        } else {
            self.pos = start;
            self.conditional()
        };
        self.depth -= 1;
        result
    }

    fn deeper(&mut self) -> Result<(), ArithError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH * 2 {
            return Err(self.error("expression recursion level exceeded", self.pos));
        }
        Ok(())
    }

    fn conditional(&mut self) -> Result<i64, ArithError> {
        let condition = self.or()?;
        if !self.take("?") {
            if self.rest().starts_with('=') && !self.rest().starts_with("==") {
                return Err(self.error("attempted assignment to non-variable", self.pos));
            }
            return Ok(condition);
        }
        self.skip += usize::from(condition == 0);
        let yes = self.comma();
        self.skip -= usize::from(condition == 0);
        let yes = yes?;
        if !self.take(":") {
            self.blanks();
            return Err(self.error("`:' expected for conditional expression", self.pos));
        }
        self.skip += usize::from(condition != 0);
        let no = self.assignment();
        self.skip -= usize::from(condition != 0);
        Ok(if condition != 0 { yes } else { no? })
    }

    fn or(&mut self) -> Result<i64, ArithError> {
        let mut left = self.and()?;
        while self.take("||") {
            let known = left != 0;
            self.skip += usize::from(known);
            let right = self.and();
            self.skip -= usize::from(known);
            left = i64::from(known | (right? != 0));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<i64, ArithError> {
        let mut left = self.binary(0)?;
        while self.take("&&") {
            let known = left == 0;
            self.skip += usize::from(known);
            let right = self.binary(0);
            self.skip -= usize::from(known);
            left = i64::from(!known & (right? != 0));
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> Result<i64, ArithError> {
        let Some(ops) = LEVELS.get(level) else {
            return self.power();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            self.blanks();
            let rest = self.rest();
            let found = ops.iter().copied().find(|op| {
                let longer = match *op {
                    "|" => rest.starts_with("||") || rest.starts_with("|="),
                    "&" => rest.starts_with("&&") || rest.starts_with("&="),
                    "<" | ">" => rest.starts_with("<<") || rest.starts_with(">>"),
                    "<<" | ">>" | "+" | "-" | "*" | "/" | "%" | "^" => {
                        rest.get(op.len()..)
                            .is_some_and(|after| after.starts_with('='))
                            || (*op == "*" && rest.starts_with("**"))
                    }
                    _ => false,
                };
                rest.starts_with(op) && !longer
            });
            let Some(op) = found else {
                return Ok(left);
            };
            self.token_start = self.pos;
            self.pos += op.len();
            self.blanks();
            let operand_at = self.pos;
            let right = self.binary(level + 1)?;
            self.token_start = operand_at;
            left = self.apply(op, left, right)?;
        }
    }

    fn power(&mut self) -> Result<i64, ArithError> {
        self.deeper()?;
        let base = self.unary()?;
        let result = if self.take("**") {
            let exponent = self.power()?;
            if exponent < 0 && self.skip == 0 {
                return Err(self.error("exponent less than 0", self.token_start));
            }
            base.wrapping_pow(u32::try_from(exponent.max(0)).unwrap_or(u32::MAX))
        } else {
            base
        };
        self.depth -= 1;
        Ok(result)
    }

    fn apply(&mut self, op: &str, left: i64, right: i64) -> Result<i64, ArithError> {
        if self.skip > 0 {
            return Ok(0);
        }
        Ok(match op {
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" if right == 0 => return Err(self.error("division by 0", self.token_start)),
            "/" => left.wrapping_div(right),
            "%" => left.wrapping_rem(right),
            "<<" => left.wrapping_shl(right as u32),
            ">>" => left.wrapping_shr(right as u32),
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "<" => i64::from(left < right),
            "<=" => i64::from(left <= right),
            ">" => i64::from(left > right),
            _ => i64::from(left >= right),
        })
    }

    fn unary(&mut self) -> Result<i64, ArithError> {
        self.deeper()?;
        self.blanks();
        let rest = self.rest();
        let value = if rest.starts_with("++") || rest.starts_with("--") {
            let step = if rest.starts_with('+') { 1 } else { -1 };
            let at = self.pos;
            self.pos += 2;
            match self.target()? {
                Some(target) => {
                    let value = self.value_of(&target)?.wrapping_add(step);
                    self.store(&target, value)?
                }
                None => {
                    // `--5` is two signs.
                    self.pos = at + 1;
                    let value = self.unary()?;
                    if step < 0 {
                        value.wrapping_neg()
                    } else {
                        value
                    }
                }
            }
        } else if self.take("!") {
            i64::from(self.unary()? == 0)
        } else if self.take("~") {
            !self.unary()?
        } else if self.take("-") {
            self.unary()?.wrapping_neg()
        } else if self.take("+") {
            self.unary()?
        } else {
            self.postfix()?
        };
        self.depth -= 1;
        Ok(value)
    }

    fn postfix(&mut self) -> Result<i64, ArithError> {
        self.blanks();
        if self.take("(") {
            let value = self.comma()?;
            if !self.take(")") {
                self.blanks();
                return Err(self.error("missing `)'", self.pos));
            }
            return Ok(value);
        }
        if self.rest().starts_with(|c: char| c.is_ascii_digit()) {
            return self.number();
        }
        let start = self.pos;
        match self.target()? {
            Some(target) => {
                let value = self.value_of(&target)?;
                for (op, step) in [("++", 1), ("--", -1)] {
                    self.blanks();
                    if self.rest().starts_with(op) {
                        self.pos += 2;
                        self.store(&target, value.wrapping_add(step))?;
                        return Ok(value);
                    }
                }
                Ok(value)
            }
            None => {
                let at = if start >= self.text.trim_end().len() {
                    // Nothing follows the operator: bash names the operator.
                    self.token_start
                } else {
                    start
                };
                Err(self.error("syntax error: operand expected", at))
            }
        }
    }

    fn number(&mut self) -> Result<i64, ArithError> {
        let start = self.pos;
        self.token_start = start;
        let len = self
            .rest()
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || b"#@_".contains(b))
            .count();
        let token = &self.text[start..start + len];
        self.pos += len;
        let (base, digits) = if let Some((base, digits)) = token.split_once('#') {
            match base.parse::<u32>() {
                Ok(base @ 2..=64) => (base, digits),
                _ => return Err(self.error("invalid arithmetic base", start)),
            }
        } else if let Some(hex) = token.strip_prefix("0x").or(token.strip_prefix("0X")) {
            (16, hex)
        } else if token.len() > 1 && token.starts_with('0') {
            (8, &token[1..])
        } else {
            (10, token)
        };
        let mut value: i64 = 0;
        for c in digits.chars() {
            let digit = match c {
                '0'..='9' => c as u32 - '0' as u32,
                'a'..='z' => c as u32 - 'a' as u32 + 10,
                'A'..='Z' if base <= 36 => c as u32 - 'A' as u32 + 10,
                'A'..='Z' => c as u32 - 'A' as u32 + 36,
                '@' => 62,
                _ => 63,
            };
            if digit >= base {
                return Err(self.error("value too great for base", start));
            }
            value = value
                .wrapping_mul(i64::from(base))
                .wrapping_add(i64::from(digit));
        }
        Ok(value)
    }

    /// A variable or an array's element, if there is one at the position.
    fn target(&mut self) -> Result<Option<Target>, ArithError> {
        self.blanks();
        let start = self.pos;
        let len = self
            .rest()
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let name = &self.text[start..start + len];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Ok(None);
        }
        self.token_start = start;
        let name = name.to_owned();
        self.pos += len;
        if !self.rest().starts_with('[') {
            return Ok(Some(Target::Plain(name)));
        }
        let inner = self.pos + 1;
        let mut open = 0;
        for (at, byte) in self.text.bytes().enumerate().skip(self.pos) {
            match byte {
                b'[' => open += 1,
                b']' => open -= 1,
                _ => {}
            }
            if open == 0 {
                let key = self.text[inner..at].to_owned();
                self.pos = at + 1;
                return Ok(Some(Target::Element(name, key)));
            }
        }
        Err(self.error("bad array subscript", start))
    }

    fn value_of(&mut self, target: &Target) -> Result<i64, ArithError> {
        if self.skip > 0 {
            return Ok(0);
        }
        let text = match target {
            Target::Plain(name) => self.scope.get(name),
            Target::Element(name, key) => {
                let key = self.key(name, key)?;
                self.scope.get_element(name, &key)
            }
        };
        match text {
            Some(text) => match text.trim().parse::<i64>() {
                Ok(value) if !text.trim().starts_with(['0', '+']) || text.trim() == "0" => {
                    Ok(value)
                }
                _ => eval_at(&text, self.scope, self.depth + 1),
            },
            None => Ok(0),
        }
    }

    /// The subscript's value: evaluated, unless the array is associative (which the scope finds out by itself).
    fn key(&mut self, name: &str, key: &str) -> Result<String, ArithError> {
        if self.scope.get_element(name, key).is_some() {
            return Ok(key.to_owned());
        }
        let is_number = key.trim().parse::<i64>().is_ok();
        if is_number {
            return Ok(key.trim().to_owned());
        }
        eval_at(key, self.scope, self.depth + 1).map(|value| value.to_string())
    }

    fn store(&mut self, target: &Target, value: i64) -> Result<i64, ArithError> {
        if self.skip > 0 {
            return Ok(value);
        }
        let stored = match target {
            Target::Plain(name) => self.scope.set(name, None, value),
            Target::Element(name, key) => {
                let key = self.key(name, key)?;
                self.scope.set(name, Some(&key), value)
            }
        };
        if stored {
            Ok(value)
        } else {
            let (Target::Plain(name) | Target::Element(name, _)) = target;
            let mut error = self.error("readonly variable", self.token_start);
            error.text = name.clone();
            Err(error)
        }
    }
}

impl Scope for Vars {
    fn get(&self, name: &str) -> Option<String> {
        Vars::get(self, name).map(str::to_owned)
    }

    fn get_element(&self, name: &str, key: &str) -> Option<String> {
        use crate::vars::Value;
        match &self.var(name)?.value {
            Value::Assoc(map) => map.get(key).cloned(),
            Value::Indexed(array) => {
                let index: i64 = key.trim().parse().ok()?;
                let index = if index < 0 {
                    array.last_key_value().map_or(0, |(last, _)| last + 1) + index
                } else {
                    index
                };
                array.get(&index).cloned()
            }
            Value::Scalar(text) => (key.trim() == "0").then(|| text.clone()),
            Value::Unset => None,
        }
    }

    fn set(&mut self, name: &str, key: Option<&str>, value: i64) -> bool {
        let text = value.to_string();
        match key {
            None => Vars::set(self, name, text).is_ok(),
            Some(key) => {
                let index = key.trim().parse().unwrap_or(0);
                self.set_element(name, key, index, text).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Result<i64, String> {
        let mut vars = Vars::default();
        let _ = vars.set("x", "5");
        let _ = vars.set("e", "x+1");
        let _ = vars.set("loop", "loop");
        evaluate(text, &mut vars).map_err(|error| error.render())
    }

    #[test]
    fn values() {
        for (text, value) in [
            ("", 0),
            ("1 + 2 * 3", 7),
            ("(1+2)*3", 9),
            ("2**10", 1024),
            ("2**3**2", 512),
            ("-2**2", 4),
            ("7/2", 3),
            ("-7%3", -1),
            ("x", 5),
            ("e*2", 12),
            ("nope", 0),
            ("x++ + x", 11),
            ("++x", 6),
            ("x+=3, x", 8),
            ("x == 5 && x < 6 || 1/0", 1),
            ("0 && 1/0", 0),
            ("x > 3 ? 10 : 20", 10),
            ("0x1f + 010 + 2#101", 44),
            ("1<<4 | 3", 19),
            ("!0 + ~0", 0),
            ("--5", 5),
            ("a[2]=7, a[1+1]", 7),
            ("9223372036854775807 + 1", i64::MIN),
            ("x<=5", 1),
            ("x!=5", 0),
            ("1 ? 2 ? 3 : 4 : 5", 3),
        ] {
            assert_eq!(eval(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn errors_are_bash_s() {
        for (text, message) in [
            (
                "1+",
                "1+: syntax error: operand expected (error token is \"+\")",
            ),
            ("1/0", "1/0: division by 0 (error token is \"0\")"),
            ("09", "09: value too great for base (error token is \"09\")"),
            (
                "1 2",
                "1 2: syntax error in expression (error token is \"2\")",
            ),
            (
                "1.5",
                "1.5: syntax error: invalid arithmetic operator (error token is \".5\")",
            ),
            (
                "5=1",
                "5=1: attempted assignment to non-variable (error token is \"=1\")",
            ),
            (
                "1?2",
                "1?2: `:' expected for conditional expression (error token is \"\")",
            ),
        ] {
            let error = eval(text).expect_err(text);
            if text == "1?2" {
                assert!(error.contains("expected for conditional"), "{error}");
                continue;
            }
            assert_eq!(error, message, "{text}");
        }
        assert!(eval("loop").is_err());
        assert!(eval(&"(".repeat(10_000)).is_err());
        assert!(eval(&"-".repeat(10_001)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[0-9a-z+*/%()<>=!&|?:~^, #\\[\\]é-]{0,30}") {
            let _ = eval(&text);
        }
    }
}
