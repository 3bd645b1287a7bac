//! The saved log in the browser's IndexedDB: entry 0, 1, 2, … each a string under its number.
//!
//! `localStorage` would be simpler and holds five megabytes, which one pasted file can fill. A browser may refuse
//! storage altogether; every failure comes back as text for the page to show, and the cluster runs on unsaved.

use std::rc::Rc;

use js_sys::{Array, JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode, window,
};

use super::module::message;

const STORE: &str = "log";

/// The saved log.
#[derive(Clone)]
pub struct LogStore {
    database: Rc<IdbDatabase>,
}

impl LogStore {
    /// Opens the log of the site at this address, or makes an empty one.
    pub async fn open() -> Result<LogStore, String> {
        Self::try_open().await.map_err(|error| message(&error))
    }

    async fn try_open() -> Result<LogStore, JsValue> {
        let factory = window()
            .and_then(|window| window.indexed_db().ok()?)
            .ok_or_else(|| JsValue::from_str("this browser keeps no data for this site"))?;
        let request = factory.open_with_u32(&super::assets::scope(), 1)?;
        let opening: IdbOpenDbRequest = request.clone();
        let upgrade = Closure::once(move || {
            if let Ok(database) = opening.result() {
                let database: IdbDatabase = database.unchecked_into();
                let _ = database.create_object_store(STORE);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database = answer(&request).await?;
        Ok(LogStore {
            database: Rc::new(database.unchecked_into()),
        })
    }

    /// All entries, oldest first.
    pub async fn load(&self) -> Result<Vec<String>, String> {
        let load = async {
            let (_, store) = self.begin(IdbTransactionMode::Readonly)?;
            let entries: Array = answer(&store.get_all()?).await?.unchecked_into();
            Ok(entries
                .iter()
                .filter_map(|entry| entry.as_string())
                .collect())
        };
        load.await.map_err(|error: JsValue| message(&error))
    }

    /// Keeps the first `keep` entries and puts `add` behind them: all of it, or nothing.
    pub async fn change(&self, keep: u32, add: Vec<String>) -> Result<(), String> {
        let change = async {
            let (transaction, store) = self.begin(IdbTransactionMode::Readwrite)?;
            store.delete(&IdbKeyRange::lower_bound(&JsValue::from(keep))?.into())?;
            for (key, entry) in (keep..).zip(add) {
                store.put_with_key(&JsString::from(entry), &JsValue::from(key))?;
            }
            completion(&transaction).await
        };
        change.await.map_err(|error: JsValue| message(&error))
    }

    fn begin(&self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), JsValue> {
        let transaction = self.database.transaction_with_str_and_mode(STORE, mode)?;
        let store = transaction.object_store(STORE)?;
        Ok((transaction, store))
    }
}

async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result(),
        Err(_) => Err(failure(request.error().ok().flatten())),
    }
}

async fn completion(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(_) => Err(failure(transaction.error())),
    }
}

fn failure(error: Option<web_sys::DomException>) -> JsValue {
    JsValue::from(error.map_or_else(
        || "the browser gave no reason".into(),
        |error| error.message(),
    ))
}
