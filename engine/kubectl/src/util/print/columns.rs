//! `-o custom-columns`: a header and a jsonpath for each column.

use serde_json::Value;

use super::table::escape_terminal;
use crate::error::Error;
use crate::fail;
use crate::util::go;
use crate::util::json as j;
use crate::util::jsonpath::{JsonPath, relaxed};
use crate::util::tabwriter::TabWriter;

/// The columns asked for.
#[derive(Debug, Clone)]
pub struct CustomColumns {
    columns: Vec<(String, String)>,
    no_headers: bool,
    printed_headers: bool,
}

impl CustomColumns {
    /// From `HEADER:path,HEADER:path`.
    pub fn from_spec(spec: &str, no_headers: bool) -> Result<CustomColumns, Error> {
        let mut columns = Vec::new();
        for part in spec.split(',') {
            let Some((header, path)) = part.split_once(':') else {
                return Err(fail!(
                    "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
                ));
            };
            columns.push((header.to_owned(), relaxed(path)?));
        }
        Ok(CustomColumns {
            columns,
            no_headers,
            printed_headers: false,
        })
    }

    /// From a file of two lines: headers and paths.
    pub fn from_file(text: &str) -> Result<CustomColumns, Error> {
        let mut lines = text.lines();
        let missing = |what: &str| {
            fail!(
                "invalid template, missing {what} line. Expected format is one line of space separated headers, one \
                 line of space separated column specs."
            )
        };
        let headers: Vec<&str> = lines
            .next()
            .ok_or_else(|| missing("header"))?
            .split_whitespace()
            .collect();
        let specs: Vec<&str> = lines
            .next()
            .ok_or_else(|| missing("spec"))?
            .split_whitespace()
            .collect();
        if headers.len() != specs.len() {
            return Err(fail!(
                "number of headers ({}) and field specifications ({}) don't match",
                headers.len(),
                specs.len()
            ));
        }
        let mut columns = Vec::new();
        for (header, spec) in headers.into_iter().zip(specs) {
            columns.push((header.to_owned(), relaxed(spec)?));
        }
        Ok(CustomColumns {
            columns,
            no_headers: false,
            printed_headers: false,
        })
    }

    /// Prints an object or the items of a list.
    pub fn print(&mut self, object: &Value) -> Result<String, Error> {
        let mut out = TabWriter::table();
        if !self.no_headers && !self.printed_headers {
            let headers: Vec<&str> = self
                .columns
                .iter()
                .map(|(header, _)| header.as_str())
                .collect();
            out.push(&(headers.join("\t") + "\n"));
            self.printed_headers = true;
        }
        let mut paths = Vec::new();
        for (_, path) in &self.columns {
            paths.push(JsonPath::parse(path)?.allow_missing(true));
        }
        let items = if j::is_list(object) {
            j::list(object, &["items"])
        } else {
            std::slice::from_ref(object)
        };
        for item in items {
            let mut cells = Vec::with_capacity(paths.len());
            for path in &paths {
                let results = path.find(item)?;
                let mut texts: Vec<String> = Vec::new();
                if results.first().is_none_or(Vec::is_empty) {
                    texts.push("<none>".to_owned());
                }
                texts.extend(
                    results
                        .iter()
                        .flatten()
                        .map(|v| escape_terminal(&go::display(v))),
                );
                cells.push(texts.join(","));
            }
            out.push(&(cells.join("\t") + "\n"));
        }
        Ok(out.flush())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prints_columns() {
        let list = json!({"items": [
            {"metadata": {"name": "alpha"}, "spec": {"containers": [{"image": "nginx"}]}},
            {"metadata": {"name": "beta"}, "spec": {"containers": [{"image": "busybox"}, {"image": "nginx"}]}},
        ]});
        let spec = "NAME:.metadata.name,IMAGES:.spec.containers[*].image,X:.metadata.nosuch";
        let text = CustomColumns::from_spec(spec, false)
            .unwrap()
            .print(&list)
            .unwrap();
        assert_eq!(
            text,
            "NAME    IMAGES          X\nalpha   nginx           <none>\nbeta    busybox,nginx   <none>\n"
        );
        let error = CustomColumns::from_spec("NAME", false).unwrap_err();
        assert_eq!(
            error.text(),
            "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"
        );
    }
}
