//! The files of the site, in memory until all of them are known.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::compress::Compressor;

/// How many hexadecimal digits of its SHA-256 are in a file's name.
const HASH_DIGITS: usize = 16;

/// Contents by path from the site's root, with `/` between the parts.
#[derive(Default)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, content: Vec<u8>) {
        self.0.insert(path.into(), content);
    }

    /// Adds a file whose name holds the hash of its content, and returns its path.
    pub fn add_hashed(&mut self, extension: &str, content: Vec<u8>) -> String {
        let hash = hash(&content);
        let path = format!("pkg/arauto.{}.{extension}", &hash[..HASH_DIGITS]);
        self.add(path.clone(), content);
        path
    }

    /// Adds every file of a folder, when the folder exists, below this path.
    pub fn add_folder(&mut self, below: &str, folder: &Path) -> Result<()> {
        for file in files_of(folder)? {
            let relative = file
                .strip_prefix(folder)?
                .to_string_lossy()
                .replace('\\', "/");
            let path = if below.is_empty() {
                relative
            } else {
                format!("{below}/{relative}")
            };
            let content =
                fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
            self.add(path, content);
        }
        Ok(())
    }

    /// Adds the compressed forms of each file that they make smaller.
    pub fn compress(&mut self, compressor: &Compressor) -> Result<()> {
        let mut compressed = Vec::new();
        for (path, content) in &self.0 {
            for (extension, smaller) in compressor.compress(path, content)? {
                compressed.push((format!("{path}.{extension}"), smaller));
            }
        }
        self.0.extend(compressed);
        Ok(())
    }

    /// Makes the folder hold these files and no others, touching only what differs.
    pub fn write(&self, site: &Path) -> Result<()> {
        fs::create_dir_all(site)?;
        for file in files_of(site)? {
            let path = file
                .strip_prefix(site)?
                .to_string_lossy()
                .replace('\\', "/");
            if !self.0.contains_key(&path) {
                fs::remove_file(&file)?;
            }
        }
        for (path, content) in &self.0 {
            write_if_changed(&site.join(path), content)?;
        }
        Ok(())
    }
}

/// The SHA-256 of this content, in hexadecimal.
pub fn hash(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Every file below a folder; none when there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    Ok(files)
}

fn write_if_changed(file: &Path, content: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content).with_context(|| format!("failed to write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_differs_and_removes_the_rest() {
        let site = tempfile::tempdir().unwrap();
        let kept = site.path().join("kept.txt");
        fs::write(&kept, "same").unwrap();
        fs::write(site.path().join("stale.txt"), "old").unwrap();
        let before = fs::metadata(&kept).unwrap().modified().unwrap();

        let mut files = Files::default();
        files.add("kept.txt", b"same".to_vec());
        let hashed = files.add_hashed("css", b"body{}".to_vec());
        files.write(site.path()).unwrap();

        assert_eq!(fs::metadata(&kept).unwrap().modified().unwrap(), before);
        assert_eq!(fs::read(site.path().join(&hashed)).unwrap(), b"body{}");
        assert!(!site.path().join("stale.txt").exists());
    }

    #[test]
    fn a_hashed_name_follows_the_content() {
        let mut files = Files::default();
        let one = files.add_hashed("js", b"1".to_vec());
        let two = files.add_hashed("js", b"2".to_vec());
        assert_ne!(one, two);
        assert_eq!(one, "pkg/arauto.6b86b273ff34fce1.js");
    }
}
