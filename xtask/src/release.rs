//! What a release needs: archives of the binaries, checksums, the manifests of package managers, and the notes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;

use crate::project::Project;
use crate::{read, write};

/// The platforms with a binary, as Rust names them.
pub(crate) const TARGETS: [&str; 6] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

/// What is in an archive beside the binary.
const COMPANIONS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

const CHECKSUMS: &str = "SHA256SUMS";
const TEMPLATES: &str = "packaging/manifests";

fn is_windows(target: &str) -> bool {
    target.contains("windows")
}

/// The name of the folder in an archive, which is the name of the archive without its ending.
fn stem(version: &str, target: &str) -> String {
    format!("flowvet-v{version}-{target}")
}

fn archive_name(version: &str, target: &str) -> String {
    format!("{}.{}", stem(version, target), if is_windows(target) { "zip" } else { "tar.gz" })
}

/// Packs a binary with the licences into an archive, always with the same bytes for the same files. Returns its name.
///
/// # Errors
///
/// The target is not one of [`TARGETS`], or a file cannot be read or written.
pub(crate) fn archive(root: &Path, target: &str, binary: &Path, out: &Path) -> Result<String, String> {
    if !TARGETS.contains(&target) {
        return Err(format!("there is no release for `{target}`, only for {}", TARGETS.join(", ")));
    }
    let version = Project::read(root)?.version;
    let folder = stem(&version, target);
    let program = if is_windows(target) { "flowvet.exe" } else { "flowvet" };
    let bytes = fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    let mut files = vec![(format!("{folder}/{program}"), 0o755, bytes)];
    for name in COMPANIONS {
        files.push((format!("{folder}/{name}"), 0o644, read(root, name)?.into_bytes()));
    }
    let packed = if is_windows(target) { zipped(&files) } else { tarred(&files) };
    let name = archive_name(&version, target);
    let packed = packed.map_err(|error| format!("{name}: {error}"))?;
    write(&out.join(&name), &packed).map_err(|error| format!("{name}: {error}"))?;
    Ok(name)
}

/// A path, the permissions and the content.
type Packed = (String, u32, Vec<u8>);

fn tarred(files: &[Packed]) -> std::io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (path, mode, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(*mode);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, path, &bytes[..])?;
    }
    tar.into_inner()?.finish()
}

fn zipped(files: &[Packed]) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, mode, bytes) in files {
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        zip.start_file(path, options.unix_permissions(*mode))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Writes the checksums of a folder with all archives, and the manifests for Homebrew, Scoop and winget. Returns the paths
/// of the written files in the folder.
///
/// # Errors
///
/// An archive is missing, the repository has no address, or a file cannot be read or written.
pub(crate) fn manifests(root: &Path, folder: &Path) -> Result<Vec<String>, String> {
    let project = Project::read(root)?;
    let sums = checksums(folder)?;
    let mut values = values(&project)?;
    for target in TARGETS {
        let name = archive_name(&project.version, target);
        let sum = sums.get(&name).ok_or_else(|| format!("{} has no {name}", folder.display()))?;
        values.push((format!("{{{{sha256 {target}}}}}"), sum.clone()));
        // winget has capital letters.
        values.push((format!("{{{{SHA256 {target}}}}}"), sum.to_uppercase()));
    }
    let owner = project.owner().unwrap_or_default();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (template, name) in [
        ("flowvet.rb", "flowvet.rb".to_owned()),
        ("flowvet.json", "flowvet.json".to_owned()),
        ("winget/version.yaml", format!("winget/{owner}.flowvet.yaml")),
        ("winget/installer.yaml", format!("winget/{owner}.flowvet.installer.yaml")),
        ("winget/locale.en-US.yaml", format!("winget/{owner}.flowvet.locale.en-US.yaml")),
    ] {
        let path = format!("{TEMPLATES}/{template}");
        files.insert(name, filled(&path, &read(root, &path)?, &values)?);
    }
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    files.insert(CHECKSUMS.to_owned(), lines.collect());
    for (path, text) in &files {
        write(&folder.join(path), text.as_bytes()).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(files.into_keys().collect())
}

/// The SHA-256 of every file in a folder, except for the checksums themselves and the manifests.
fn checksums(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let shown = folder.display();
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{shown}: {error}"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() || [CHECKSUMS, "flowvet.rb", "flowvet.json"].contains(&name.as_str()) {
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(|error| format!("{name}: {error}"))?;
        let sum = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums.insert(name, sum);
    }
    Ok(sums)
}

/// What the placeholders of the templates stand for.
fn values(project: &Project) -> Result<Vec<(String, String)>, String> {
    let Project { version, description, repository, homepage } = project;
    let owner = project.owner().ok_or("the repository has no owner yet: run cargo xtask owner")?;
    let download = format!("{repository}/releases/download/v{version}");
    let values = [
        ("version", version),
        ("description", description),
        ("repository", repository),
        ("homepage", homepage),
        ("download", &download),
        ("owner", &owner.to_owned()),
    ];
    Ok(values.map(|(name, value)| (format!("{{{{{name}}}}}"), value.clone())).to_vec())
}

fn filled(path: &str, template: &str, values: &[(String, String)]) -> Result<String, String> {
    let filled = values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value));
    match filled.find("{{") {
        Some(at) => {
            Err(format!("{path}: `{}` is not known", filled[at..].lines().next().unwrap_or_default()))
        }
        None => Ok(filled),
    }
}

/// Checks that everything is ready for a release with this tag, and returns its notes.
///
/// # Errors
///
/// The tag is not that of the version, the changelog does not describe it, or the repository has no address.
pub(crate) fn notes(root: &Path, tag: &str) -> Result<String, String> {
    let project = Project::read(root)?;
    let version = &project.version;
    if tag != format!("v{version}") {
        return Err(format!("the tag {tag} is not that of the version {version} in Cargo.toml"));
    }
    if project.owner().is_none() || project.homepage.is_empty() {
        return Err("Cargo.toml names no repository and no site: run cargo xtask owner".to_owned());
    }
    let changelog = read(root, "CHANGELOG.md")?;
    let heading = format!("## {version} ");
    let after = changelog.split_once(&heading).map(|(_, rest)| rest);
    let (date, rest) = after
        .and_then(|rest| rest.split_once('\n'))
        .ok_or_else(|| format!("CHANGELOG.md has no heading `{heading}(DATE)`"))?;
    if date.contains("unreleased") {
        return Err(format!("CHANGELOG.md says that {version} is unreleased: write the date instead"));
    }
    Ok(rest.split("\n## ").next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use tempfile::TempDir;

    use super::*;
    use crate::new_rule::tests::{copy_of, root};

    /// A copy of the repository that has an owner.
    fn owned() -> TempDir {
        let others = ["Cargo.toml", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
        let copy = copy_of(&[&others[..], &crate::owner::PLACES].concat());
        crate::owner::rename(copy.path(), "example", None).expect("an owner");
        copy
    }

    fn archives(root: &Path, folder: &Path) {
        let binary = folder.join("binary");
        fs::write(&binary, "#!/bin/sh\necho flowvet\n").expect("a file");
        for target in TARGETS {
            archive(root, target, &binary, folder).expect("an archive");
        }
        fs::remove_file(binary).expect("the file");
    }

    #[test]
    fn archives_have_the_program_and_the_licences_and_are_reproducible() {
        let (copy, folder, again) =
            (owned(), TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
        archives(copy.path(), folder.path());
        archives(copy.path(), again.path());
        let version = Project::read(copy.path()).expect("a project").version;
        for target in TARGETS {
            let name = archive_name(&version, target);
            let bytes = fs::read(folder.path().join(&name)).expect("an archive");
            assert_eq!(bytes, fs::read(again.path().join(&name)).expect("an archive"), "{name}");
            let stem = stem(&version, target);
            let program = format!("{stem}/flowvet{}", if is_windows(target) { ".exe" } else { "" });
            let mut names = Vec::new();
            if is_windows(target) {
                let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
                names.extend(zip.file_names().map(str::to_owned));
                let mut text = String::new();
                zip.by_name(&program).expect("a program").read_to_string(&mut text).expect("a text");
                assert!(text.starts_with("#!/bin/sh"));
            } else {
                let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
                for entry in tar.entries().expect("entries") {
                    let entry = entry.expect("an entry");
                    let path = entry.path().expect("a path").to_string_lossy().into_owned();
                    let mode = entry.header().mode().expect("a mode");
                    assert_eq!(mode, if path == program { 0o755 } else { 0o644 }, "{path}");
                    names.push(path);
                }
            }
            let mut expected = vec![program];
            expected.extend(COMPANIONS.map(|companion| format!("{stem}/{companion}")));
            assert_eq!(names, expected);
        }
        let error = archive(copy.path(), "wasm32-unknown-unknown", Path::new("x"), folder.path());
        assert!(error.expect_err("refused").starts_with("there is no release for"));
    }

    #[test]
    fn manifests_have_the_addresses_and_checksums_of_the_archives() {
        let (copy, folder) = (owned(), TempDir::new().expect("a folder"));
        let missing = manifests(copy.path(), folder.path()).expect_err("no archives");
        assert!(missing.contains("has no flowvet-v"), "{missing}");
        archives(copy.path(), folder.path());
        let written = manifests(copy.path(), folder.path()).expect("manifests");
        let sums = read(folder.path(), CHECKSUMS).expect("checksums");
        assert_eq!(sums.lines().count(), TARGETS.len(), "{sums}");
        let all: String = written
            .iter()
            .filter(|path| *path != CHECKSUMS)
            .map(|path| read(folder.path(), path).expect("a text"))
            .collect();
        for line in sums.lines() {
            let (sum, name) = line.split_once("  ").expect("a line");
            assert!(all.contains(sum) || all.contains(&sum.to_uppercase()), "{line}");
            assert!(
                all.contains(&format!("https://github.com/example/flowvet/releases/download/v0.1.0/{name}"))
            );
        }
        let scoop = read(folder.path(), "flowvet.json").expect("a text");
        serde_json::from_str::<serde_json::Value>(&scoop).expect("JSON");
        // Checksums of files from an earlier run do not accumulate.
        assert_eq!(manifests(copy.path(), folder.path()), Ok(written));
        assert_eq!(read(folder.path(), CHECKSUMS), Ok(sums));
        assert!(
            values(&Project { repository: String::new(), ..Project::read(root()).expect("a project") })
                .is_err()
        );
    }

    #[test]
    fn the_workflow_builds_every_target() {
        let workflow = read(root(), ".github/workflows/release.yml").expect("a workflow");
        let built: Vec<&str> =
            workflow.split("{ target: ").skip(1).filter_map(|rest| rest.split(',').next()).collect();
        assert_eq!(built, TARGETS);
    }

    #[test]
    fn a_release_needs_a_tag_an_owner_and_notes() {
        let copy = owned();
        let version = Project::read(copy.path()).expect("a project").version;
        let tag = format!("v{version}");
        let dated = format!(
            "# Changelog\n\n## {version} (2026-01-31)\n\nNew.\n\n### More\n\n## 0.0.1 (2025-01-01)\n\nOld.\n"
        );
        fs::write(copy.path().join("CHANGELOG.md"), &dated).expect("a file");
        assert_eq!(notes(copy.path(), &tag).as_deref(), Ok("New.\n\n### More"));
        assert!(notes(copy.path(), "v9.9.9").expect_err("refused").contains("is not that of the version"));
        let undated = dated.replace("2026-01-31", "unreleased");
        fs::write(copy.path().join("CHANGELOG.md"), undated).expect("a file");
        assert!(notes(copy.path(), &tag).expect_err("refused").contains("is unreleased"));
        let manifest = read(copy.path(), "Cargo.toml").expect("a text");
        fs::write(copy.path().join("Cargo.toml"), manifest.replace("repository = ", "# ")).expect("a file");
        assert!(notes(copy.path(), &tag).expect_err("refused").contains("cargo xtask owner"));
    }
}
