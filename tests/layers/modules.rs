//! The modules of the library and which module uses which. Tests do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, UseTree, Visibility};

use crate::support;

/// The names from the root of the library to a module: `["rules", "webhooks"]`; empty for `lib.rs`.
pub(crate) type Name = Vec<String>;

/// A module with its own file.
struct Module {
    children: BTreeSet<String>,
    /// Names that `use` brings in, and their paths.
    imported: BTreeMap<String, Name>,
    /// Paths in the code, as written.
    paths: Vec<Name>,
}

/// Every module of the library.
pub(crate) struct Modules(BTreeMap<Name, Module>);

impl Modules {
    /// Reads the library, starting at `lib.rs`. Leaves out what is only compiled for tests.
    pub(crate) fn read() -> Self {
        let mut modules = BTreeMap::new();
        let src = support::root().join("src");
        let mut open = vec![(Name::new(), src.join("lib.rs"), src)];
        while let Some((name, file, folder)) = open.pop() {
            let module = Module::read(&file);
            for child in &module.children {
                let file = [folder.join(format!("{child}.rs")), folder.join(child).join("mod.rs")]
                    .into_iter()
                    .find(|file| file.exists())
                    .unwrap_or_else(|| panic!("{child} of {} has no file", file.display()));
                open.push((joined(&name, child), file, folder.join(child)));
            }
            modules.insert(name, module);
        }
        Modules(modules)
    }

    /// The modules that `lib.rs` declares.
    pub(crate) fn top_level(&self) -> &BTreeSet<String> {
        &self.0[&Name::new()].children
    }

    /// Every pair of modules where the first uses something of the second. `lib.rs` only re-exports.
    pub(crate) fn uses(&self) -> BTreeSet<(&Name, &Name)> {
        let mut uses = BTreeSet::new();
        for (name, module) in self.0.iter().filter(|(name, _)| !name.is_empty()) {
            let used = module.paths.iter().filter_map(|path| self.resolve(name, path));
            uses.extend(used.filter(|used| *used != name).map(|used| (name, used)));
        }
        uses
    }

    /// The modules that use a path of another crate, such as `std::fs`.
    pub(crate) fn users_of<'a>(&'a self, what: &'a [&str]) -> impl Iterator<Item = &'a Name> {
        let uses = move |module: &Module| {
            module
                .paths
                .iter()
                .any(|path| path.len() >= what.len() && path.iter().zip(what).all(|(a, b)| a == b))
        };
        self.0.iter().filter(move |(_, module)| uses(module)).map(|(name, _)| name)
    }

    /// The module that a path leads to; `None` if the path starts outside the library.
    fn resolve(&self, from: &Name, path: &[String]) -> Option<&Name> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Name::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            child if self.0.get(from)?.children.contains(child) => joined(from, child),
            _ => return None,
        };
        let mut name = start;
        for (at, next) in rest.iter().enumerate() {
            let module = self.0.get(&name)?;
            if next == "super" {
                name.pop();
            } else if module.children.contains(next) {
                name.push(next.clone());
            } else {
                // A re-exported item belongs to the module that defines it.
                let shown = module.imported.get(next).filter(|shown| at == 0 || shown[0] != "super");
                let shown = shown.and_then(|shown| self.resolve(&name, shown));
                return shown.or_else(|| Some(self.0.get_key_value(&name)?.0));
            }
        }
        Some(self.0.get_key_value(&name)?.0)
    }
}

fn joined(name: &[String], child: &str) -> Name {
    name.iter().cloned().chain([child.to_owned()]).collect()
}

impl Module {
    fn read(file: &Path) -> Self {
        let mut syntax = parsed(file);
        WithoutTests.visit_file_mut(&mut syntax);
        let mut module = Module { children: BTreeSet::new(), imported: BTreeMap::new(), paths: Vec::new() };
        for item in &syntax.items {
            if let Item::Mod(item) = item {
                module.children.extend(item.content.is_none().then(|| item.ident.to_string()));
            }
        }
        for item in syntax.items {
            if let Item::Use(item) = &item {
                let mut names = Vec::new();
                leaves(&item.tree, &Name::new(), &mut names);
                let is_own = names.iter().all(|(_, path)| module.children.contains(&path[0]));
                module.imported.extend(names);
                // A re-export is not a use.
                if is_own && !matches!(item.vis, Visibility::Inherited) {
                    continue;
                }
            }
            paths(item.to_token_stream(), &[], &mut module.paths);
        }
        module
    }
}

/// The syntax of a file.
pub(crate) fn parsed(file: &Path) -> syn::File {
    let text = std::fs::read_to_string(file).expect("a text");
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Removes the items that are only compiled for tests.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(|item| !attributes(item).iter().any(is_for_tests));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        item.items.retain(|item| match item {
            syn::ImplItem::Fn(item) => !item.attrs.iter().any(is_for_tests),
            syn::ImplItem::Const(item) => !item.attrs.iter().any(is_for_tests),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, item);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]`
fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
}

/// The names that a `use` brings in, and their paths.
fn leaves(tree: &UseTree, above: &[String], out: &mut Vec<(String, Name)>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &joined(above, &path.ident.to_string()), out),
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            out.push((name.clone(), joined(above, &name)));
        }
        UseTree::Rename(rename) => {
            out.push((rename.rename.to_string(), joined(above, &rename.ident.to_string())));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, above, out)),
        UseTree::Glob(_) => {}
    }
}

/// Every path in some code, including the arguments of macros. `above` is the path before the braces of a `use`.
fn paths(code: TokenStream, above: &[String], out: &mut Vec<Name>) {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => paths(group.stream(), &[], out),
            // The name after `as` is not part of a path.
            TokenTree::Ident(word) if word == "as" && !above.is_empty() => at += 1,
            TokenTree::Ident(first) => {
                // `self` in the braces of a `use` is the path before them.
                let is_above = first == "self" && !above.is_empty();
                let mut path = if is_above { above.to_vec() } else { joined(above, &first.to_string()) };
                let mut is_whole = true;
                while is_separator(&tokens, at + 1) {
                    match tokens.get(at + 3) {
                        Some(TokenTree::Ident(next)) => path.push(next.to_string()),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            paths(group.stream(), &path, out);
                            is_whole = false;
                        }
                        _ => break,
                    }
                    at += 3;
                }
                if is_whole {
                    out.push(path);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

/// Whether there is a `::` at an index.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    matches!(tokens.get(at), Some(TokenTree::Punct(sign)) if sign.spacing() == Spacing::Joint)
        && is_colon(tokens.get(at))
        && is_colon(tokens.get(at + 1))
}

#[test]
fn paths_are_found_in_braces_and_macros_but_not_in_tests() {
    let code = "
        use crate::a::{b::{self, c}, d as e};
        #[cfg(test)]
        mod tests { use crate::never; }
        fn f() { println!(\"{}\", crate::g::h(std::i)) }
    ";
    let mut file = syn::parse_file(code).expect("Rust");
    WithoutTests.visit_file_mut(&mut file);
    let mut found = Vec::new();
    paths(file.into_token_stream(), &[], &mut found);
    let found: Vec<String> =
        found.into_iter().filter(|path| path.len() > 1).map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a::b", "crate::a::b::c", "crate::a::d", "crate::g::h", "std::i"]);
}
