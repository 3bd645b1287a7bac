//! `SELECT`: columns, counts, constants and functions, of one table or of none.

use super::{Answer, Dialect, Failure, Rest, Session, Table, compare, holds};
use crate::images::sql::words::Word;

impl Session {
    pub(super) fn select(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        // What is selected, up to FROM: each a few words.
        let mut wanted: Vec<Vec<Word>> = vec![Vec::new()];
        let mut depth = 0;
        while let Some(word) = rest.peek().cloned() {
            if depth == 0 && matches!(&word, Word::Name(name) if name.eq_ignore_ascii_case("from"))
            {
                break;
            }
            match word {
                Word::Sign('(') => depth += 1,
                Word::Sign(')') => depth -= 1,
                _ => {}
            }
            if word == Word::Sign(',') && depth == 0 {
                wanted.push(Vec::new());
            } else if let Some(last) = wanted.last_mut() {
                last.push(word);
            }
            rest.at += 1;
        }
        let table = if rest.key("from") {
            let name = rest.name().ok_or_else(|| self.syntax(&rest.near()))?;
            Some(self.table(&name)?)
        } else {
            None
        };
        let mut rows: Vec<Vec<String>> = vec![Vec::new()];
        let mut whole = None;
        if let Some(table) = &table {
            let conditions = self.conditions(rest, table)?;
            rows = table
                .rows
                .iter()
                .filter(|row| holds(row, &conditions))
                .cloned()
                .collect();
            self.order(rest, table, &mut rows)?;
            whole = Some(table);
        }
        let mut answer = Answer::default();
        let counts = wanted.iter().any(|words| is_count(words));
        let total = rows.len();
        if counts {
            rows = vec![Vec::new()];
        }
        answer.rows = vec![Vec::new(); rows.len()];
        for words in &wanted {
            self.select_one(words, whole, &rows, total, &mut answer)?;
        }
        Ok(answer)
    }

    fn order(
        &self,
        rest: &mut Rest,
        table: &Table,
        rows: &mut Vec<Vec<String>>,
    ) -> Result<(), Failure> {
        if rest.keys("order by") {
            let name = rest.name().ok_or_else(|| self.syntax(&rest.near()))?;
            let column = self.column(table, &name)?;
            rows.sort_by(|a, b| compare(&a[column], &b[column]));
            if rest.key("desc") {
                rows.reverse();
            }
            rest.key("asc");
        }
        if rest.key("limit") {
            let limit = rest.value().and_then(|number| number.parse().ok());
            rows.truncate(limit.unwrap_or(usize::MAX));
        }
        match rest.peek() {
            None => Ok(()),
            Some(_) => {
                rest.at += 1;
                Err(self.syntax(&rest.near()))
            }
        }
    }

    /// One thing that is selected, as columns of the answer.
    fn select_one(
        &self,
        words: &[Word],
        table: Option<&Table>,
        rows: &[Vec<String>],
        total: usize,
        answer: &mut Answer,
    ) -> Result<(), Failure> {
        let mut words = words.to_vec();
        let mut title = None;
        if let [.., Word::Name(as_), Word::Name(alias)] = &words[..]
            && as_.eq_ignore_ascii_case("as")
        {
            title = Some(alias.clone());
            words.truncate(words.len() - 2);
        }
        if let ([Word::Sign('*')], Some(table)) = (&words[..], table) {
            answer.columns.extend(table.columns.iter().cloned());
            for (out, row) in answer.rows.iter_mut().zip(rows) {
                out.extend(row.iter().cloned());
            }
            return Ok(());
        }
        if let ([Word::Name(name)], Some(table)) = (&words[..], table) {
            let column = self.column(table, name)?;
            answer
                .columns
                .push(title.unwrap_or_else(|| table.columns[column].clone()));
            for (out, row) in answer.rows.iter_mut().zip(rows) {
                out.push(row.get(column).cloned().unwrap_or_default());
            }
            return Ok(());
        }
        let (name, value) = if is_count(&words) {
            ("count".to_owned(), total.to_string())
        } else {
            self.constant(&words)?
        };
        answer.columns.push(title.unwrap_or(name));
        for out in &mut answer.rows {
            out.push(value.clone());
        }
        Ok(())
    }

    /// A constant or a function of no rows: its column's title, its value.
    fn constant(&self, words: &[Word]) -> Result<(String, String), Failure> {
        let ours = self.dialect == Dialect::MySql;
        let untitled = |value: &str| {
            if ours {
                value.to_owned()
            } else {
                "?column?".to_owned()
            }
        };
        let now = || {
            let time = apimachinery::Time::from_unix_micros(self.proc.now().as_micros());
            let text = time.to_string().replace('T', " ");
            text.trim_end_matches('Z').to_owned()
        };
        match words {
            [Word::Number(value)] | [Word::Text(value)] => Ok((untitled(value), value.clone())),
            [
                Word::Number(a),
                Word::Sign(sign @ ('+' | '-' | '*')),
                Word::Number(b),
            ] => {
                let (Ok(x), Ok(y)) = (a.parse::<i64>(), b.parse::<i64>()) else {
                    return Err(self.unknown("this expression"));
                };
                let value = match sign {
                    '+' => x.checked_add(y),
                    '-' => x.checked_sub(y),
                    _ => x.checked_mul(y),
                };
                let value = value.ok_or_else(|| self.unknown("so large a number"))?;
                Ok((untitled(&format!("{a}{sign}{b}")), value.to_string()))
            }
            [Word::Name(name), rest @ ..] => {
                let call = rest == [Word::Sign('('), Word::Sign(')')];
                let value = match (name.to_lowercase().as_str(), call) {
                    ("version", true) | ("@@version", false) => self.version.clone(),
                    ("now" | "current_timestamp", _) => now(),
                    ("current_user" | "user" | "session_user", _) if ours => {
                        format!("{}@localhost", self.user)
                    }
                    ("current_user" | "user" | "session_user", _) => self.user.clone(),
                    ("database" | "current_database", true) => self.database.clone(),
                    ("@@hostname", false) => self.proc.machine().hostname(),
                    ("@@server_id", false) => "1".to_owned(),
                    ("true" | "false", false) if !ours => name[..1].to_lowercase(),
                    (other, _) => {
                        return Err(
                            self.unknown(&format!("{other}{}", if call { "()" } else { "" }))
                        );
                    }
                };
                let title = match (ours, call) {
                    (true, true) => format!("{name}()"),
                    _ => name.to_owned(),
                };
                Ok((title, value))
            }
            _ => Err(self.unknown("this expression")),
        }
    }
}

fn is_count(words: &[Word]) -> bool {
    matches!(words, [Word::Name(name), Word::Sign('('), _, Word::Sign(')')] if name.eq_ignore_ascii_case("count"))
}
