//! Reads a solution from a revision of a Git repository, through the `git` command. Nothing is checked out, and nothing
//! is written into the repository.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::Outcome;
use crate::limit::Limit;
use crate::load::Input;
use crate::load::limits::Limits;
use crate::source::FileName;

/// The longest answer to a question with a short answer.
const LONGEST_ANSWER: u64 = 1 << 16;
/// The longest list of files. A small repository can list files without end.
const LONGEST_LIST: u64 = 1 << 28;
/// What `git cat-file --batch` prints around each file, at most.
const HEAD: u64 = 128;

/// What comes out of Git in place of a file that is in Git LFS.
const LFS_POINTER: &[u8] = b"version https://git-lfs";

/// The file or folder at `path`, as it is in a revision.
///
/// # Errors
/// There is no `git`, no repository, no such revision, or nothing at the path in it; or it exceeds the limits.
pub(super) fn read(revision: &str, path: &Path, limits: Limits) -> Result<Input, Outcome> {
    let repository = Repository::around(path);
    let below = repository.path_in_repository(path)?;
    let commit = format!("{revision}^{{commit}}");
    let commit = repository.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    let Some(commit) = commit else {
        let help = "fetch it first: pipelines often fetch the last commit only (`fetch-depth: 0` in actions/checkout)";
        return Err(Outcome::failure(
            &format!("`{revision}` is not a revision of the repository"),
            Some(help),
        ));
    };
    let object = format!("{commit}:{below}");
    let name = format!("{revision}:{}", if below.is_empty() { "." } else { &below });
    let kind = repository.line(&["cat-file", "-t", &object])?;
    match kind.as_deref() {
        Some("tree") => repository.folder(&object, name, limits),
        Some("blob") => repository.file(&object, name, limits),
        _ => {
            let message = format!("`{below}` does not exist in `{revision}`");
            Err(Outcome::failure(
                &message,
                Some("name the folder or zip that has the solution in both versions"),
            ))
        }
    }
}

/// The repository around a path.
struct Repository<'a> {
    /// A folder in it.
    folder: &'a Path,
}

/// A file of a revision.
struct Blob {
    path: String,
    object: String,
    size: u64,
}

impl<'a> Repository<'a> {
    fn around(path: &'a Path) -> Self {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        Repository { folder: if folder.as_os_str().is_empty() { Path::new(".") } else { folder } }
    }

    /// The path below the top of the repository, with `/`.
    fn path_in_repository(&self, path: &Path) -> Result<String, Outcome> {
        let output = self.output(&["rev-parse", "--show-prefix"], &[], LONGEST_ANSWER)?;
        if !output.status.success() {
            let message = format!("{} is not in a Git repository that can be read", FileName::of_path(path));
            return Err(Outcome::failure(&message, Some(&reason(&output))));
        }
        let folder = String::from_utf8_lossy(&output.stdout);
        let folder = folder.lines().next().unwrap_or_default();
        let file = path.file_name().filter(|_| !path.is_dir()).map(|name| name.to_string_lossy());
        Ok(format!("{folder}{}", file.unwrap_or_default()).trim_end_matches('/').to_owned())
    }

    fn file(&self, object: &str, name: String, limits: Limits) -> Result<Input, Outcome> {
        let size =
            self.line(&["cat-file", "-s", object])?.and_then(|size| size.parse().ok()).unwrap_or(u64::MAX);
        within(&name, size, limits.total_bytes, Limit::TotalBytes)?;
        let bytes = self.run(&["cat-file", "blob", object], &[], size)?.stdout;
        if bytes.starts_with(LFS_POINTER) {
            let help = "take the file out of that revision with `git lfs`, and give both files";
            return Err(Outcome::failure(&format!("`{name}` is in Git LFS"), Some(help)));
        }
        Ok(Input::Bytes { name, bytes })
    }

    fn folder(&self, tree: &str, name: String, limits: Limits) -> Result<Input, Outcome> {
        let listed = self.run(&["ls-tree", "-r", "-l", "-z", "--full-tree", tree], &[], LONGEST_LIST)?;
        let blobs: Vec<Blob> = listed.stdout.split(|byte| *byte == 0).filter_map(blob).collect();
        if blobs.len() > limits.files {
            let message = format!("`{name}` has more than {} files", limits.files);
            return Err(Outcome::failure(&message, Some("name the folder of the solution")));
        }
        let (small, large): (Vec<&Blob>, Vec<&Blob>) = blobs
            .iter()
            .filter(|blob| may_matter(&blob.path))
            .partition(|blob| blob.size <= limits.file_bytes);
        if let Some(blob) = large.first() {
            within(&format!("{name}/{}", blob.path), blob.size, limits.file_bytes, Limit::FileBytes)?;
        }
        let total = small.iter().map(|blob| blob.size).sum();
        within(&name, total, limits.total_bytes, Limit::TotalBytes)?;
        let ids: String = small.iter().map(|blob| format!("{}\n", blob.object)).collect();
        let contents =
            self.run(&["cat-file", "--batch"], ids.as_bytes(), total + HEAD * small.len() as u64)?.stdout;
        let mut rest = contents.as_slice();
        let mut files = BTreeMap::new();
        for blob in small {
            let Some((bytes, after)) = content(rest) else {
                return Err(Outcome::failure(&format!("git did not return `{}`", blob.path), None));
            };
            files.insert(blob.path.clone(), bytes.to_vec());
            rest = after;
        }
        Ok(Input::Files { name, files })
    }

    /// The first line of what a command prints; `None` if it fails.
    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Outcome> {
        let output = self.output(arguments, &[], LONGEST_ANSWER)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned()))
    }

    /// What a command prints.
    fn run(&self, arguments: &[&str], input: &[u8], most: u64) -> Result<Output, Outcome> {
        let output = self.output(arguments, input, most)?;
        if output.status.success() {
            return Ok(output);
        }
        Err(Outcome::failure(&format!("git failed: {}", reason(&output)), None))
    }

    fn output(&self, arguments: &[&str], input: &[u8], most: u64) -> Result<Output, Outcome> {
        spawn(self.folder, arguments, input, most).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                let help = "install Git, or give both versions as files or folders";
                return Outcome::failure("`--git` needs the `git` command, which was not found", Some(help));
            }
            Outcome::failure(&format!("git could not be run: {error}"), None)
        })
    }
}

/// The first line of what `git` says about a failure.
fn reason(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or("git gives no reason").to_owned()
}

/// Runs `git` in a folder and reads at most so many bytes of what it prints. Neither locks nor fetched objects are written, and hooks of Git that run flowvet do not
/// change which repository is meant.
fn spawn(folder: &Path, arguments: &[&str], input: &[u8], most: u64) -> io::Result<Output> {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("-C").arg(folder).args(arguments);
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // Git answers while it reads: on one thread, both sides could wait for each other.
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let reasons = scope.spawn(move || stderr.map(first_bytes).unwrap_or_default());
        let mut printed = Vec::new();
        let read = stdout.map_or(Ok(0), |stdout| stdout.take(most + 1).read_to_end(&mut printed));
        let is_too_much = printed.len() as u64 > most;
        if is_too_much || read.is_err() {
            child.kill()?;
        }
        let status = child.wait()?;
        read?;
        if is_too_much {
            return Err(io::Error::other("it prints more than flowvet reads"));
        }
        Ok(Output { status, stdout: printed, stderr: reasons.join().unwrap_or_default() })
    })
}

/// The beginning of what a stream prints. The rest is read too, so that whoever writes it does not wait.
fn first_bytes(mut stream: impl Read) -> Vec<u8> {
    const MOST: u64 = 1 << 16;
    let mut printed = Vec::new();
    let _ = stream.by_ref().take(MOST).read_to_end(&mut printed);
    let _ = io::copy(&mut stream, &mut io::sink());
    printed
}

/// `<mode> blob <object> <size>\t<path>`. Links and submodules are skipped.
fn blob(line: &[u8]) -> Option<Blob> {
    let line = String::from_utf8_lossy(line);
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split_ascii_whitespace();
    let is_file = facts.next()?.starts_with("100");
    let is_blob = facts.next()? == "blob";
    let (object, size) = (facts.next()?.to_owned(), facts.next()?.parse().ok()?);
    (is_file && is_blob).then(|| Blob { path: path.to_owned(), object, size })
}

/// Whether a solution may contain something of interest in a file with this name.
fn may_matter(path: &str) -> bool {
    const ENDINGS: [&str; 5] = ["json", "xml", "yml", "yaml", "zip"];
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The content at the start of what `git cat-file --batch` printed, and what follows it.
fn content(printed: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = printed.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&printed[..end]).ok()?;
    let size: usize = head.rsplit_once(' ')?.1.parse().ok()?;
    let (content, rest) = printed.get(end + 1..)?.split_at_checked(size)?;
    Some((content, rest.strip_prefix(b"\n")?))
}

fn within(name: &str, size: u64, most: u64, limit: fn(u64) -> Limit) -> Result<(), Outcome> {
    if size <= most {
        return Ok(());
    }
    Err(Outcome::failure(&format!("`{name}` is larger than the limit of {}", limit(most)), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_prints_is_read() {
        let one = blob(b"100644 blob 0123 12\tWorkflows/a b.json").expect("a file");
        assert_eq!((one.path.as_str(), one.object.as_str(), one.size), ("Workflows/a b.json", "0123", 12));
        assert!(blob(b"120000 blob 0123 12\tlink.json").is_none());
        assert!(blob(b"160000 commit 0123 -\tsub").is_none());
        let printed = b"0123 blob 3\na\nb\n4567 blob 0\n\n";
        let (first, rest) = content(printed).expect("content");
        assert_eq!(first, b"a\nb");
        assert_eq!(content(rest), Some((&b""[..], &b""[..])));
        assert_eq!(content(b"0123 missing\n"), None);
    }

    #[test]
    fn an_answer_without_end_is_cut() {
        let print = |most| spawn(Path::new("."), &["--version"], &[], most);
        let Ok(whole) = print(1000) else { return };
        assert!(whole.stdout.starts_with(b"git version"));
        assert!(print(3).is_err());
    }
}
