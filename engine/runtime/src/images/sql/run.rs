//! Doing what a statement says.

use os::{Cred, Proc};

use super::words::{Word, words};

mod select;

/// Whose words and ways are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::images) enum Dialect {
    MySql,
    Postgres,
}

/// What a statement gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::images) struct Answer {
    /// What was done, such as `INSERT 0 1`; for a table of rows, empty.
    pub(in crate::images) tag: String,
    pub(in crate::images) columns: Vec<String>,
    pub(in crate::images) rows: Vec<Vec<String>>,
}

/// Code and message.
pub(in crate::images) type Failure = (String, String);

/// A client's place in a server.
pub(super) struct Session {
    pub(super) proc: Proc,
    pub(super) dialect: Dialect,
    pub(super) root: String,
    pub(super) version: String,
    pub(super) user: String,
    pub(super) database: String,
}

/// A table as it is in its file: a line of column names, a line for each row.
struct Table {
    path: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The words of a statement, to be taken one by one.
struct Rest {
    words: Vec<Word>,
    at: usize,
}

impl Rest {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at)
    }

    fn take(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    /// Takes a keyword if it comes next.
    fn key(&mut self, key: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Name(name)) if name.eq_ignore_ascii_case(key));
        self.at += usize::from(found);
        found
    }

    fn keys(&mut self, keys: &str) -> bool {
        let start = self.at;
        let all = keys.split(' ').all(|key| self.key(key));
        if !all {
            self.at = start;
        }
        all
    }

    fn sign(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Word::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Option<String> {
        match self.take() {
            Some(Word::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn value(&mut self) -> Option<String> {
        let minus = self.sign('-');
        match self.take()? {
            Word::Text(text) => Some(text),
            Word::Number(number) if minus => Some(format!("-{number}")),
            Word::Number(number) => Some(number),
            Word::Name(name) if name.eq_ignore_ascii_case("null") => Some("NULL".to_owned()),
            Word::Name(name) => Some(name.to_lowercase()),
            Word::Sign(_) => None,
        }
    }

    /// What stands from here to the end, for complaints.
    fn near(&self) -> String {
        match self.words.get(self.at.saturating_sub(1)) {
            Some(Word::Name(text) | Word::Text(text) | Word::Number(text)) => text.clone(),
            Some(Word::Sign(sign)) => sign.to_string(),
            None => String::new(),
        }
    }
}

impl Session {
    pub(super) fn run(&mut self, statement: &str) -> Result<Answer, Failure> {
        let mut rest = Rest {
            words: words(statement),
            at: 0,
        };
        let first = rest.name().unwrap_or_default().to_lowercase();
        match first.as_str() {
            "select" => self.select(&mut rest),
            "insert" => self.insert(&mut rest),
            "update" => self.update(&mut rest),
            "delete" => self.delete(&mut rest),
            "create" => self.create(&mut rest),
            "drop" => self.drop(&mut rest),
            "use" if self.dialect == Dialect::MySql => {
                let name = rest.name().unwrap_or_default();
                self.check_database(&name)?;
                self.database = name;
                Ok(done(""))
            }
            "show" if self.dialect == Dialect::MySql => self.show(&mut rest),
            "begin" | "commit" | "rollback" | "set" | "flush" | "grant" | "start" => {
                Ok(done(&first.to_uppercase()))
            }
            "" => Err(self.syntax("")),
            other => Err(self.unknown(other)),
        }
    }

    fn cred(&self) -> Cred {
        self.proc.machine().root_cred()
    }

    fn fail(&self, mysql: &str, postgres: &str, text: [String; 2]) -> Failure {
        let [ours, theirs] = text;
        match self.dialect {
            Dialect::MySql => (mysql.to_owned(), ours),
            Dialect::Postgres => (postgres.to_owned(), theirs),
        }
    }

    fn syntax(&self, near: &str) -> Failure {
        self.fail(
            "1064 (42000)",
            "42601",
            [
                format!(
                    "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server \
                     version for the right syntax to use near '{near}' at line 1"
                ),
                format!("syntax error at or near \"{near}\""),
            ],
        )
    }

    fn unknown(&self, what: &str) -> Failure {
        self.fail(
            "1235 (42000)",
            "0A000",
            [
                format!("This version of MySQL doesn't yet support '{what}' (a stand-in with a small part of SQL)"),
                format!("{what} is not supported (a stand-in with a small part of SQL)"),
            ],
        )
    }

    fn no_table(&self, name: &str) -> Failure {
        self.fail(
            "1146 (42S02)",
            "42P01",
            [
                format!("Table '{}.{name}' doesn't exist", self.database),
                format!("relation \"{name}\" does not exist"),
            ],
        )
    }

    fn databases(&self) -> Vec<String> {
        let found = self.proc.vfs().read_dir(&self.cred(), &self.root);
        let mut names: Vec<String> = found
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, stat)| stat.inode.is_dir())
            .map(|(name, _)| name.to_string())
            .filter(|name| name != "lost+found")
            .collect();
        if self.dialect == Dialect::MySql {
            let own = ["information_schema", "mysql", "performance_schema", "sys"];
            names.extend(own.map(str::to_owned));
        }
        names.sort();
        names.dedup();
        names
    }

    pub(super) fn check_database(&self, name: &str) -> Result<(), Failure> {
        if self.databases().iter().any(|known| known == name) {
            return Ok(());
        }
        Err(self.fail(
            "1049 (42000)",
            "3D000",
            [
                format!("Unknown database '{name}'"),
                format!("database \"{name}\" does not exist"),
            ],
        ))
    }

    /// The file of a table, whose name may say its database.
    fn path(&self, name: &str) -> Result<(String, String), Failure> {
        let (database, table) = match (self.dialect, name.split_once('.')) {
            (Dialect::MySql, Some((database, table))) => (database, table),
            (Dialect::Postgres, Some((_, table))) => (self.database.as_str(), table),
            (_, None) => (self.database.as_str(), name),
        };
        if database.is_empty() {
            return Err(("1046 (3D000)".to_owned(), "No database selected".to_owned()));
        }
        self.check_database(database)?;
        Ok((
            format!("{}/{database}/{table}.tsv", self.root),
            table.to_owned(),
        ))
    }

    fn table(&self, name: &str) -> Result<Table, Failure> {
        let (path, short) = self.path(name)?;
        let Ok(bytes) = self.proc.vfs().read_file(&self.cred(), &path) else {
            return Err(self.no_table(&short));
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = text
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect());
        Ok(Table {
            path,
            columns: lines.next().unwrap_or_default(),
            rows: lines.collect(),
        })
    }

    fn save(&self, table: &Table) -> Result<(), Failure> {
        let mut text = table.columns.join("\t");
        for row in &table.rows {
            text.push('\n');
            text.push_str(&row.join("\t"));
        }
        let written = self
            .proc
            .vfs()
            .write_file(&self.cred(), &table.path, text.as_bytes());
        written.map_err(|errno| {
            let why = format!(
                "could not write to file \"{}\": {}",
                table.path,
                errno.text()
            );
            self.fail("3 (HY000)", "53100", [why.clone(), why])
        })
    }

    fn create(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        if rest.key("database") || rest.key("schema") {
            let lenient = rest.keys("if not exists");
            let name = rest.name().ok_or_else(|| self.syntax(""))?;
            if self.check_database(&name).is_ok() {
                if lenient {
                    return Ok(done("Query OK, 1 row affected"));
                }
                return Err(self.fail(
                    "1007 (HY000)",
                    "42P04",
                    [
                        format!("Can't create database '{name}'; database exists"),
                        format!("database \"{name}\" already exists"),
                    ],
                ));
            }
            let path = format!("{}/{name}", self.root);
            let _ = self.proc.vfs().mkdir_all(&self.cred(), &path, 0o700);
            return Ok(done("CREATE DATABASE"));
        }
        if rest.key("user") || rest.key("role") {
            return Ok(done("CREATE ROLE"));
        }
        if !rest.key("table") {
            return Err(self.unknown("CREATE of this"));
        }
        let lenient = rest.keys("if not exists");
        let name = rest.name().ok_or_else(|| self.syntax(""))?;
        let (path, short) = self.path(&name)?;
        if self.table(&name).is_ok() {
            if lenient {
                return Ok(done("CREATE TABLE"));
            }
            return Err(self.fail(
                "1050 (42S01)",
                "42P07",
                [
                    format!("Table '{short}' already exists"),
                    format!("relation \"{short}\" already exists"),
                ],
            ));
        }
        if !rest.sign('(') {
            return Err(self.syntax(&rest.near()));
        }
        let (mut columns, mut depth, mut first) = (Vec::new(), 1, true);
        while depth > 0 {
            match rest.take() {
                Some(Word::Sign('(')) => depth += 1,
                Some(Word::Sign(')')) => depth -= 1,
                Some(Word::Sign(',')) if depth == 1 => first = true,
                Some(Word::Name(word)) if first => {
                    let is_key = ["primary", "unique", "key", "index", "constraint", "foreign"];
                    if !is_key.iter().any(|key| word.eq_ignore_ascii_case(key)) {
                        columns.push(word);
                    }
                    first = false;
                }
                Some(_) => {}
                None => return Err(self.syntax("")),
            }
        }
        self.save(&Table {
            path,
            columns,
            rows: Vec::new(),
        })?;
        Ok(done("CREATE TABLE"))
    }

    fn drop(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        let database = rest.key("database") || rest.key("schema");
        if !database && !rest.key("table") {
            return Err(self.unknown("DROP of this"));
        }
        let lenient = rest.keys("if exists");
        let name = rest.name().ok_or_else(|| self.syntax(""))?;
        let (found, path) = if database {
            (self.check_database(&name), format!("{}/{name}", self.root))
        } else {
            let path = self.path(&name)?.0;
            (self.table(&name).map(drop), path)
        };
        match found {
            Err(_) if lenient => {}
            Err(failure) => return Err(failure),
            Ok(()) => drop(self.proc.vfs().remove_all(&self.cred(), &path)),
        }
        Ok(done(if database {
            "DROP DATABASE"
        } else {
            "DROP TABLE"
        }))
    }

    fn show(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        let list = |column: String, names: Vec<String>| Answer {
            tag: String::new(),
            columns: vec![column],
            rows: names.into_iter().map(|name| vec![name]).collect(),
        };
        if rest.key("databases") || rest.key("schemas") {
            return Ok(list("Database".to_owned(), self.databases()));
        }
        if rest.key("tables") {
            return Ok(list(format!("Tables_in_{}", self.database), self.tables()));
        }
        Err(self.unknown("SHOW of this"))
    }

    /// The tables of the current database.
    pub(super) fn tables(&self) -> Vec<String> {
        let path = format!("{}/{}", self.root, self.database);
        let found = self.proc.vfs().read_dir(&self.cred(), &path);
        let names = found.unwrap_or_default().into_iter();
        let mut names: Vec<String> = names
            .filter_map(|(name, _)| name.strip_suffix(".tsv").map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    fn insert(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        rest.key("into");
        let name = rest.name().ok_or_else(|| self.syntax(""))?;
        let mut table = self.table(&name)?;
        let mut order: Vec<usize> = (0..table.columns.len()).collect();
        if rest.sign('(') {
            order.clear();
            while let Some(Word::Name(column)) = rest.take() {
                order.push(self.column(&table, &column)?);
                if !rest.sign(',') {
                    break;
                }
            }
            rest.sign(')');
        }
        if !rest.key("values") && !rest.key("value") {
            return Err(self.syntax(&rest.near()));
        }
        let mut count = 0;
        while rest.sign('(') {
            let mut row = vec!["NULL".to_owned(); table.columns.len()];
            let mut given = 0;
            loop {
                let value = rest.value().ok_or_else(|| self.syntax(&rest.near()))?;
                let slot = order.get(given).and_then(|at| row.get_mut(*at));
                if let Some(slot) = slot {
                    *slot = value.replace(['\t', '\n'], " ");
                }
                given += 1;
                if !rest.sign(',') {
                    break;
                }
            }
            if given != order.len() {
                return Err(self.fail(
                    "1136 (21S01)",
                    "42601",
                    [
                        "Column count doesn't match value count at row 1".to_owned(),
                        "INSERT has more expressions than target columns".to_owned(),
                    ],
                ));
            }
            rest.sign(')');
            rest.sign(',');
            // Numbers that count up by themselves, as `SERIAL` and `AUTO_INCREMENT` do.
            if table
                .columns
                .first()
                .is_some_and(|first| first.eq_ignore_ascii_case("id"))
                && row[0] == "NULL"
            {
                row[0] = (table.rows.len() + 1).to_string();
            }
            table.rows.push(row);
            count += 1;
        }
        self.save(&table)?;
        Ok(done(&format!("INSERT 0 {count}")))
    }

    fn column(&self, table: &Table, name: &str) -> Result<usize, Failure> {
        let short = name.rsplit('.').next().unwrap_or(name);
        let mut columns = table.columns.iter();
        columns
            .position(|known| known.eq_ignore_ascii_case(short))
            .ok_or_else(|| {
                self.fail(
                    "1054 (42S22)",
                    "42703",
                    [
                        format!("Unknown column '{short}' in 'field list'"),
                        format!("column \"{short}\" does not exist"),
                    ],
                )
            })
    }

    /// `WHERE a = 1 AND b <> 'x'`: which columns must (not) be what.
    fn conditions(
        &self,
        rest: &mut Rest,
        table: &Table,
    ) -> Result<Vec<(usize, String, String)>, Failure> {
        let mut all = Vec::new();
        if !rest.key("where") {
            return Ok(all);
        }
        loop {
            let name = rest.name().ok_or_else(|| self.syntax(&rest.near()))?;
            let column = self.column(table, &name)?;
            let mut sign = String::new();
            while let Some(Word::Sign(c @ ('=' | '<' | '>' | '!'))) = rest.peek() {
                sign.push(*c);
                rest.at += 1;
            }
            if sign.is_empty() {
                return Err(self.unknown("this condition"));
            }
            let value = rest.value().ok_or_else(|| self.syntax(&rest.near()))?;
            all.push((column, sign, value));
            if !rest.key("and") {
                return Ok(all);
            }
        }
    }

    fn update(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        let name = rest.name().ok_or_else(|| self.syntax(""))?;
        let mut table = self.table(&name)?;
        if !rest.key("set") {
            return Err(self.syntax(&rest.near()));
        }
        let mut changes = Vec::new();
        loop {
            let column = rest.name().ok_or_else(|| self.syntax(&rest.near()))?;
            let column = self.column(&table, &column)?;
            rest.sign('=');
            changes.push((
                column,
                rest.value().ok_or_else(|| self.syntax(&rest.near()))?,
            ));
            if !rest.sign(',') {
                break;
            }
        }
        let conditions = self.conditions(rest, &table)?;
        let mut count = 0;
        for row in table.rows.iter_mut().filter(|row| holds(row, &conditions)) {
            for (column, value) in &changes {
                if let Some(slot) = row.get_mut(*column) {
                    slot.clone_from(value);
                }
            }
            count += 1;
        }
        self.save(&table)?;
        Ok(done(&format!("UPDATE {count}")))
    }

    fn delete(&self, rest: &mut Rest) -> Result<Answer, Failure> {
        rest.key("from");
        let name = rest.name().ok_or_else(|| self.syntax(""))?;
        let mut table = self.table(&name)?;
        let conditions = self.conditions(rest, &table)?;
        let before = table.rows.len();
        table.rows.retain(|row| !holds(row, &conditions));
        self.save(&table)?;
        Ok(done(&format!("DELETE {}", before - table.rows.len())))
    }
}

fn done(tag: &str) -> Answer {
    Answer {
        tag: tag.to_owned(),
        ..Answer::default()
    }
}

/// By number where both are numbers.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    // Numbers come before texts, so that there is an order among three.
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

fn holds(row: &[String], conditions: &[(usize, String, String)]) -> bool {
    use std::cmp::Ordering;
    conditions.iter().all(|(column, sign, value)| {
        let order = row.get(*column).map(|own| compare(own, value));
        match (sign.as_str(), order) {
            ("=", Some(order)) => order == Ordering::Equal,
            ("<>" | "!=", Some(order)) => order != Ordering::Equal,
            ("<", Some(order)) => order == Ordering::Less,
            (">", Some(order)) => order == Ordering::Greater,
            ("<=", Some(order)) => order != Ordering::Greater,
            (">=", Some(order)) => order != Ordering::Less,
            _ => false,
        }
    })
}
