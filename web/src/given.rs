//! What a user gives the page: solutions, and files that go with them.

use std::collections::BTreeMap;

use flowvet::{Config, Input};
use wasm_bindgen::prelude::wasm_bindgen;

/// The files of a check.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Given {
    pub(crate) solutions: Vec<Input>,
    pub(crate) config: Option<Config>,
    /// Deployment settings files, as names and texts.
    pub(crate) settings: Vec<(String, String)>,
    /// An activation order, as its name and text.
    pub(crate) order: Option<(String, String)>,
    /// The time that decides whether ignores have expired, in seconds since 1970.
    unix_time: u64,
}

/// The files of a folder.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Folder {
    name: String,
    files: BTreeMap<String, Vec<u8>>,
}

#[wasm_bindgen]
impl Given {
    /// No files yet. `unix_time` is in seconds since 1970.
    #[wasm_bindgen(constructor)]
    pub fn new(unix_time: f64) -> Self {
        // A cast of a float saturates, so a clock before 1970 gives 0.
        let unix_time = unix_time as u64;
        Given { solutions: Vec::new(), config: None, settings: Vec::new(), order: None, unix_time }
    }

    /// Adds a zip, or the JSON of a flow.
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&mut self, name: String, bytes: Vec<u8>) {
        self.solutions.push(Input::Bytes { name, bytes });
    }

    /// Adds a folder.
    #[wasm_bindgen(js_name = addFolder)]
    pub fn add_folder(&mut self, folder: Folder) {
        self.solutions.push(folder.input());
    }

    /// Adds a deployment settings file.
    #[wasm_bindgen(js_name = addSettings)]
    pub fn add_settings(&mut self, name: String, text: String) {
        self.settings.push((name, text));
    }

    /// Sets an activation order that the user maintains.
    #[wasm_bindgen(js_name = setOrder)]
    pub fn set_order(&mut self, name: String, text: String) {
        self.order = Some((name, text));
    }

    /// Sets the configuration, a `flowvet.toml`. Returns the paths of the settings files that it names, relative to it.
    ///
    /// # Errors
    /// Why the text is not a configuration, as JSON.
    #[wasm_bindgen(js_name = setConfig)]
    pub fn set_config(&mut self, name: String, text: &str) -> Result<Vec<String>, String> {
        let config = Config::from_toml(name, text).map_err(|error| crate::json(&crate::refused(&error)))?;
        let settings = config.settings().map(ToOwned::to_owned).collect();
        self.config = Some(config.with_unix_time(self.unix_time));
        Ok(settings)
    }
}

#[wasm_bindgen]
impl Folder {
    /// An empty folder.
    #[wasm_bindgen(constructor)]
    pub fn new(name: String) -> Self {
        Folder { name, files: BTreeMap::new() }
    }

    /// Adds a file. The path is relative to the folder, with `/`. `bytes` may be empty if
    /// [`may_read`](crate::may_read) says so.
    pub fn add(&mut self, path: String, bytes: Vec<u8>) {
        self.files.insert(path, bytes);
    }
}

impl Folder {
    /// The folder as an input. A folder of flows belongs to the solution around it, so its own name is part of the paths.
    fn input(self) -> Input {
        let Folder { name, files } = self;
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.eq_ignore_ascii_case("workflows") {
            return Input::files(files.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        }
        Input::Files { name, files }
    }
}
