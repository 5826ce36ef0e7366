//! Checks how long files and functions are.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Signature};

use super::modules::parsed;
use super::{rust_files, shown};

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 60;

/// The folders with code.
const FOLDERS: [&str; 5] = ["src", "tests", "benches", "fuzz/fuzz_targets", "xtask"];

#[test]
fn files_have_one_subject() {
    let long: Vec<String> = FOLDERS
        .into_iter()
        .flat_map(rust_files)
        .filter_map(|file| {
            let lines = std::fs::read_to_string(&file).expect("a text").lines().count();
            (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", shown(&file)))
        })
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn functions_fit_a_screen() {
    let mut long = Vec::new();
    for file in FOLDERS.into_iter().flat_map(rust_files) {
        let mut functions = Functions::default();
        functions.visit_file(&parsed(&file));
        let beyond = functions.0.into_iter().filter(|(_, lines)| *lines > LONGEST_FUNCTION);
        long.extend(beyond.map(|(name, lines)| format!("{}: `{name}`, {lines} lines", shown(&file))));
    }
    assert!(long.is_empty(), "longer than {LONGEST_FUNCTION} lines:\n{}", long.join("\n"));
}

/// The functions of a file and their lines, without the comments above them.
#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn add(&mut self, signature: &Signature, body: &Block) {
        let line = |span: Span| span.start().line;
        let lines = body.brace_token.span.close().end().line + 1 - line(signature.span());
        self.0.push((signature.ident.to_string(), lines));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.add(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
