//! YAML, by way of apimachinery: documents in, kubectl's own style out.

use serde_json::Value;

/// The first document of a text; the error is go-yaml's.
pub fn parse(text: &str) -> Result<Value, String> {
    apimachinery::yaml::parse(text).map_err(|e| e.to_string())
}

/// Every document of a file, JSON or YAML; the last may be an error.
pub fn stream(text: &str) -> Vec<Result<Value, String>> {
    let documents = apimachinery::yaml::decode_stream(text).into_iter();
    documents
        .map(|document| document.map_err(|e| e.to_string()))
        .collect()
}

/// A value as `-o yaml` prints it.
pub fn emit(value: &Value) -> String {
    apimachinery::yaml::to_yaml(value).to_string()
}
