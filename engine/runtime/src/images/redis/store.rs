//! What redis keeps, and the commands on it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use sim::Time;

use super::resp::Value;

/// No more keys than this.
const MAX_KEYS: usize = 100_000;

enum Data {
    Text(String),
    List(VecDeque<String>),
    Set(BTreeSet<String>),
    Hash(BTreeMap<String, String>),
}

struct Entry {
    data: Data,
    expires: Option<Time>,
}

/// A database.
#[derive(Default)]
pub(super) struct Store {
    entries: BTreeMap<String, Entry>,
}

const WRONG_TYPE: &str = "WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_INTEGER: &str = "ERR value is not an integer or out of range";

type Answer = Result<Value, String>;

impl Store {
    /// Runs a command.
    pub(super) fn run(&mut self, command: &[String], now: Time) -> Value {
        self.entries
            .retain(|_, entry| entry.expires.is_none_or(|at| at > now));
        let name = command[0].to_lowercase();
        let args: Vec<&str> = command[1..].iter().map(String::as_str).collect();
        if self.entries.len() >= MAX_KEYS {
            return Value::error("OOM command not allowed when used memory > 'maxmemory'.");
        }
        self.dispatch(&name, &args, now)
            .unwrap_or_else(Value::Error)
    }

    fn dispatch(&mut self, name: &str, args: &[&str], now: Time) -> Answer {
        match (name, args) {
            ("ping", []) => Ok(Value::Simple("PONG".to_owned())),
            ("ping" | "echo", [text]) => Ok(Value::text(*text)),
            ("select" | "config" | "client" | "auth", _) => Ok(Value::ok()),
            ("command", _) => Ok(Value::List(Vec::new())),
            ("info", _) => Ok(Value::text(
                "# Server\r\nredis_mode:standalone\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n",
            )),
            ("role", []) => Ok(Value::List(vec![
                Value::text("master"),
                Value::Int(0),
                Value::List(Vec::new()),
            ])),
            ("dbsize", []) => Ok(Value::int(self.entries.len())),
            ("flushall" | "flushdb", _) => {
                self.entries.clear();
                Ok(Value::ok())
            }
            ("keys", [pattern]) => {
                let keys = self.entries.keys().filter(|key| matches(pattern, key));
                Ok(Value::List(keys.map(Value::text).collect()))
            }
            ("exists", keys) if !keys.is_empty() => {
                let there = keys.iter().filter(|key| self.entries.contains_key(**key));
                Ok(Value::int(there.count()))
            }
            ("del" | "unlink", keys) if !keys.is_empty() => {
                let gone = keys
                    .iter()
                    .filter(|key| self.entries.remove(**key).is_some());
                Ok(Value::int(gone.count()))
            }
            ("type", [key]) => Ok(Value::Simple(self.kind(key).to_owned())),
            ("expire", [key, seconds]) => {
                let seconds = number(seconds)?;
                let at = now + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
                let entry = self.entries.get_mut(*key);
                let found = entry.is_some();
                if let Some(entry) = entry {
                    entry.expires = Some(at);
                }
                Ok(Value::Int(i64::from(found)))
            }
            ("ttl", [key]) => Ok(Value::Int(match self.entries.get(*key) {
                None => -2,
                Some(Entry { expires: None, .. }) => -1,
                Some(Entry {
                    expires: Some(at), ..
                }) => i64::try_from((*at - now).as_secs()).unwrap_or(0),
            })),
            _ => self
                .texts(name, args, now)
                .or_else(|| self.lists(name, args))
                .or_else(|| self.sets_and_hashes(name, args))
                .unwrap_or_else(|| Err(unknown(name, args))),
        }
    }

    /// Commands on texts and counters.
    fn texts(&mut self, name: &str, args: &[&str], now: Time) -> Option<Answer> {
        Some(match (name, args) {
            ("set", [key, text, options @ ..]) => self.set(key, text, options, now),
            ("setnx", [key, text]) => {
                let new = !self.entries.contains_key(*key);
                if new {
                    self.put(key, Data::Text((*text).to_owned()));
                }
                Ok(Value::Int(i64::from(new)))
            }
            ("get", [key]) => self
                .text(key)
                .map(|text| Value::Bulk(text.map(str::to_owned))),
            ("mget", keys) if !keys.is_empty() => Ok(Value::List(
                keys.iter()
                    .map(|key| Value::Bulk(self.text(key).ok().flatten().map(str::to_owned)))
                    .collect(),
            )),
            ("append", [key, more]) => self
                .text(key)
                .map(|t| t.unwrap_or_default().to_owned())
                .map(|mut text| {
                    text.push_str(more);
                    let length = text.len();
                    self.put(key, Data::Text(text));
                    Value::int(length)
                }),
            ("strlen", [key]) => self
                .text(key)
                .map(|text| Value::int(text.map_or(0, str::len))),
            ("incr", [key]) => self.count(key, 1),
            ("decr", [key]) => self.count(key, -1),
            ("incrby", [key, by]) => number(by).and_then(|by| self.count(key, by)),
            ("decrby", [key, by]) => number(by).and_then(|by| self.count(key, by.saturating_neg())),
            _ => return None,
        })
    }

    /// Commands on lists.
    fn lists(&mut self, name: &str, args: &[&str]) -> Option<Answer> {
        Some(match (name, args) {
            ("lpush" | "rpush", [key, items @ ..]) if !items.is_empty() => {
                self.list(key).map(|list| {
                    for item in items {
                        match name {
                            "lpush" => list.push_front((*item).to_owned()),
                            _ => list.push_back((*item).to_owned()),
                        }
                    }
                    Value::int(list.len())
                })
            }
            ("lpop" | "rpop", [key]) => self.list(key).map(|list| {
                Value::Bulk(match name {
                    "lpop" => list.pop_front(),
                    _ => list.pop_back(),
                })
            }),
            ("llen", [key]) => self.list(key).map(|list| Value::int(list.len())),
            ("lrange", [key, from, to]) => match (number(from), number(to)) {
                (Ok(from), Ok(to)) => self.list(key).map(|list| {
                    let (from, to) = (place(from, list.len()), place(to, list.len()));
                    let wanted = list.iter().enumerate().filter(|(i, _)| {
                        let i = i64::try_from(*i).unwrap_or(i64::MAX);
                        i >= from && i <= to
                    });
                    Value::List(wanted.map(|(_, item)| Value::text(item)).collect())
                }),
                _ => Err(NOT_INTEGER.to_owned()),
            },
            _ => return None,
        })
    }

    /// Commands on sets and hashes.
    fn sets_and_hashes(&mut self, name: &str, args: &[&str]) -> Option<Answer> {
        Some(match (name, args) {
            ("sadd", [key, items @ ..]) if !items.is_empty() => self.the_set(key).map(|set| {
                let new = items.iter().filter(|item| set.insert((**item).to_owned()));
                Value::int(new.count())
            }),
            ("srem", [key, items @ ..]) if !items.is_empty() => self
                .the_set(key)
                .map(|set| Value::int(items.iter().filter(|item| set.remove(**item)).count())),
            ("smembers", [key]) => self
                .the_set(key)
                .map(|set| Value::List(set.iter().map(Value::text).collect())),
            ("scard", [key]) => self.the_set(key).map(|set| Value::int(set.len())),
            ("sismember", [key, item]) => self
                .the_set(key)
                .map(|set| Value::Int(i64::from(set.contains(*item)))),
            ("hset", [key, pairs @ ..]) if !pairs.is_empty() && pairs.len() % 2 == 0 => {
                self.hash(key).map(|hash| {
                    let new = pairs.chunks(2).filter(|pair| {
                        hash.insert(pair[0].to_owned(), pair[1].to_owned())
                            .is_none()
                    });
                    Value::int(new.count())
                })
            }
            ("hget", [key, field]) => self
                .hash(key)
                .map(|hash| Value::Bulk(hash.get(*field).cloned())),
            ("hdel", [key, fields @ ..]) if !fields.is_empty() => self.hash(key).map(|hash| {
                let gone = fields.iter().filter(|field| hash.remove(**field).is_some());
                Value::int(gone.count())
            }),
            ("hgetall", [key]) => self.hash(key).map(|hash| {
                let pairs = hash.iter().flat_map(|(field, value)| [field, value]);
                Value::List(pairs.map(Value::text).collect())
            }),
            _ => return None,
        })
    }

    fn kind(&self, key: &str) -> &'static str {
        match self.entries.get(key).map(|entry| &entry.data) {
            None => "none",
            Some(Data::Text(_)) => "string",
            Some(Data::List(_)) => "list",
            Some(Data::Set(_)) => "set",
            Some(Data::Hash(_)) => "hash",
        }
    }

    fn set(&mut self, key: &str, text: &str, options: &[&str], now: Time) -> Answer {
        let mut expires = None;
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match option.to_lowercase().as_str() {
                "ex" => {
                    let seconds = number(options.next().unwrap_or(&""))?;
                    expires = Some(now + Duration::from_secs(seconds.unsigned_abs()));
                }
                "px" => {
                    let millis = number(options.next().unwrap_or(&""))?;
                    expires = Some(now + Duration::from_millis(millis.unsigned_abs()));
                }
                "nx" if self.entries.contains_key(key) => return Ok(Value::nil()),
                "xx" if !self.entries.contains_key(key) => return Ok(Value::nil()),
                "nx" | "xx" => {}
                _ => return Err("ERR syntax error".to_owned()),
            }
        }
        let data = Data::Text(text.to_owned());
        self.entries.insert(key.to_owned(), Entry { data, expires });
        Ok(Value::ok())
    }

    fn text(&self, key: &str) -> Result<Option<&str>, String> {
        match self.entries.get(key).map(|entry| &entry.data) {
            None => Ok(None),
            Some(Data::Text(text)) => Ok(Some(text)),
            Some(_) => Err(WRONG_TYPE.to_owned()),
        }
    }

    fn put(&mut self, key: &str, data: Data) {
        let expires = self.entries.get(key).and_then(|entry| entry.expires);
        self.entries.insert(key.to_owned(), Entry { data, expires });
    }

    fn count(&mut self, key: &str, by: i64) -> Answer {
        let old = self.text(key)?.unwrap_or("0");
        let new = number(old)?
            .checked_add(by)
            .ok_or_else(|| NOT_INTEGER.to_owned())?;
        self.put(key, Data::Text(new.to_string()));
        Ok(Value::Int(new))
    }

    fn entry(&mut self, key: &str, empty: Data) -> &mut Data {
        let entry = self.entries.entry(key.to_owned()).or_insert(Entry {
            data: empty,
            expires: None,
        });
        &mut entry.data
    }

    fn list(&mut self, key: &str) -> Result<&mut VecDeque<String>, String> {
        match self.entry(key, Data::List(VecDeque::new())) {
            Data::List(list) => Ok(list),
            _ => Err(WRONG_TYPE.to_owned()),
        }
    }

    fn the_set(&mut self, key: &str) -> Result<&mut BTreeSet<String>, String> {
        match self.entry(key, Data::Set(BTreeSet::new())) {
            Data::Set(set) => Ok(set),
            _ => Err(WRONG_TYPE.to_owned()),
        }
    }

    fn hash(&mut self, key: &str) -> Result<&mut BTreeMap<String, String>, String> {
        match self.entry(key, Data::Hash(BTreeMap::new())) {
            Data::Hash(hash) => Ok(hash),
            _ => Err(WRONG_TYPE.to_owned()),
        }
    }
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| NOT_INTEGER.to_owned())
}

/// A list index, counted from the end when negative.
fn place(index: i64, length: usize) -> i64 {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if index < 0 {
        (index + length).max(0)
    } else {
        index
    }
}

fn unknown(name: &str, args: &[&str]) -> String {
    const KNOWN: [&str; 27] = [
        "ping", "echo", "keys", "exists", "del", "type", "expire", "ttl", "set", "setnx", "get",
        "mget", "append", "strlen", "incr", "decr", "incrby", "decrby", "lpush", "rpush", "lpop",
        "rpop", "llen", "lrange", "sadd", "hset", "hget",
    ];
    if KNOWN.contains(&name) {
        return format!("ERR wrong number of arguments for '{name}' command");
    }
    let args: String = args.iter().map(|arg| format!("'{arg}' ")).collect();
    format!("ERR unknown command '{name}', with args beginning with: {args}")
}

/// Glob patterns of `KEYS`: `*` and `?`.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    // Where to go back to when the text after the last star does not fit.
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &[(&str, &str)]) {
        let mut store = Store::default();
        for (command, shown) in script {
            let words: Vec<_> = command.split(' ').map(str::to_owned).collect();
            let answer = store.run(&words, Time::default()).show(0);
            assert_eq!(answer, format!("{shown}\n"), "{command}");
        }
    }

    #[test]
    fn texts_counters_lists_sets_and_hashes() {
        check(&[
            ("PING", "PONG"),
            ("GET a", "(nil)"),
            ("SET a 5", "OK"),
            ("INCR a", "(integer) 6"),
            ("DECRBY a 10", "(integer) -4"),
            ("SET b x NX", "OK"),
            ("SET b y NX", "(nil)"),
            (
                "INCR b",
                "(error) ERR value is not an integer or out of range",
            ),
            ("RPUSH l 1 2 3", "(integer) 3"),
            ("LRANGE l 0 -1", "1) \"1\"\n2) \"2\"\n3) \"3\""),
            ("LPOP l", "\"1\""),
            ("SADD s q q r", "(integer) 2"),
            ("HSET h f v", "(integer) 1"),
            ("HGET h f", "\"v\""),
            (
                "GET l",
                "(error) WRONGTYPE Operation against a key holding the wrong kind of value",
            ),
            ("KEYS ?", "1) \"a\"\n2) \"b\"\n3) \"h\"\n4) \"l\"\n5) \"s\""),
            ("DEL a b zz", "(integer) 2"),
            (
                "GET",
                "(error) ERR wrong number of arguments for 'get' command",
            ),
            (
                "FOO x",
                "(error) ERR unknown command 'foo', with args beginning with: 'x' ",
            ),
        ]);
    }

    #[test]
    fn keys_expire() {
        let mut store = Store::default();
        let run = |store: &mut Store, text: &str, at| {
            let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
            store.run(&words, Time::from_secs(at))
        };
        run(&mut store, "SET a 1 EX 10", 0);
        assert_eq!(run(&mut store, "TTL a", 3), Value::Int(7));
        assert_eq!(run(&mut store, "GET a", 10), Value::nil());
    }

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c*", "abcbd", true),
            ("a?c", "ac", false),
            ("*b", "ab", true),
            ("*b", "abc", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
