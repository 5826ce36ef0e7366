//! Writes the JavaScript with which a page calls flowvet, and the WebAssembly that it loads.
//!
//!     bindgen WASM FOLDER
//!
//! The crate behind `wasm-bindgen-cli` does the work. Its version is in the lock file next to that of `wasm-bindgen`, and
//! it takes less time to compile than the command line.

use std::error::Error;
use std::path::PathBuf;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(wasm), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bindgen WASM FOLDER".into());
    };
    let mut bindgen = Bindgen::new();
    // A script instead of a module, because the page starts its worker from a text.
    bindgen.input_path(wasm).out_name("flowvet").no_modules(true)?.typescript(false);
    bindgen.omit_default_module_path(true).remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder)?;
    Ok(())
}
