//! Reads the files of a package. Beyond `Limits::kept_bytes`, only the lengths of flows in zips are kept: later stages read the
//! flows again.

use std::collections::BTreeMap;

use super::package_layout::{PackageLayout, Role};
use super::package_text::{self, Content};
use super::{Container, Loader, Package, PackageFile};
use crate::memory::{Bytes, batches};
use crate::source::{FileName, Text};

impl Loader<'_> {
    pub(super) fn package(
        &mut self,
        container: &mut Container,
        label: &FileName,
        paths: &[String],
        found: &PackageLayout,
    ) {
        let sizes = found.files.iter().map(|(_, index)| container.declared(*index));
        let read = sizes.fold(self.budget.read_so_far(), u64::saturating_add);
        let releases_flows = read > self.budget.limits().kept_bytes;
        let is_released = |role: Role| releases_flows && role.is_flow();
        let size = |(role, index): &(Role, usize)| match is_released(*role) {
            true => usize::try_from(container.declared(*index)).unwrap_or(usize::MAX),
            false => 0,
        };
        let mut files = Vec::with_capacity(found.files.len());
        for batch in batches(found.files.clone(), size) {
            files.extend(self.read_files(container, label, paths, batch, is_released));
        }
        let path = container.package_name(label, found);
        let (kind, has_agents, custom_apis) = (found.kind, found.has_agents, found.custom_apis.clone());
        self.out.packages.push(Package { path, kind, files, has_agents, custom_apis });
    }

    /// Reads some files of a package, which are given by their indices in `paths`.
    fn read_files(
        &mut self,
        container: &mut Container,
        label: &FileName,
        paths: &[String],
        files: Vec<(Role, usize)>,
        is_released: impl Fn(Role) -> bool,
    ) -> Vec<PackageFile> {
        let limits = *self.budget.limits();
        let roles: BTreeMap<usize, Role> = files.iter().map(|(role, index)| (*index, *role)).collect();
        // A file that was just inflated is still in the cache of the core.
        let decode = |index, bytes: &Bytes| package_text::read(roles[&index], Ok(bytes.clone()), &limits);
        let mut texts = container.read_ahead(roles.keys().copied().collect(), &self.budget, decode);
        let read = files.into_iter().map(|(role, index)| {
            let name = container.name(label, &paths[index]);
            let bytes = self.read(container, &name, index);
            let is_as_inflated = bytes.is_ok() && !self.replaced.contains_key(&name);
            let text = texts.remove(&index).filter(|_| is_as_inflated);
            let is_stored = is_released(role) && text.is_some();
            let stored = is_stored.then(|| container.stored(index)).flatten();
            (role, paths[index].clone(), (name, stored), text.map_or(Content::Bytes(bytes), Content::Text))
        });
        let read: Vec<(Role, String, _, Content)> = read.collect();
        let decoded = crate::parallel::map_largest_first(
            read,
            |(.., content)| content.undecoded(),
            |(role, path, name, content)| (role, path, name, content.text(role, &limits)),
        );
        let files = decoded.into_iter().map(|(role, path, (name, stored), text)| {
            let readable = text.is_ok();
            let file = match text {
                Ok(text) => self.out.sources.add(match stored {
                    Some(stored) => Text::on_demand(name, text.len(), stored),
                    None => Text::new(name, text),
                }),
                Err(fault) => self.file_fault(&name, fault.shown, fault.offset, fault.message),
            };
            PackageFile { role, file, path, readable }
        });
        files.collect()
    }
}
