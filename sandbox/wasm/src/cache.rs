//! Compiled code in a folder, by the digest of its component.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash as _, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::apart::CompileError;
use crate::compiled::Compiled;
use crate::engine::Engine;

/// Bytes of the code that stands before each entry.
const CODE: usize = 32;

/// What the code is made for, so that the key can serve for other things.
const PURPOSE: &[u8] = b"affiant compiled component 1";

/// Compiled code in a folder.
///
/// Each entry carries a code that is made with the server's key over the component's digest, the
/// version and settings of wasmtime, and the machine code. What has none that fits is not there:
/// whoever can write into the folder, and has no key, cannot make this program run anything.
pub struct Cache {
    folder: PathBuf,
    key: [u8; 32],
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Cache {
    /// Opens the cache of a folder, which is made if there is none. The key is the server's own and
    /// stays the same; with another one the cache is empty.
    pub fn open(folder: &Path, key: [u8; 32]) -> io::Result<Self> {
        fs_err::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), key })
    }

    /// The code of a component: what is there, or what `compile` makes, which is kept.
    ///
    /// A cache that cannot be read or written is no cache; its errors are not of interest here.
    pub fn compiled(
        &self,
        engine: &Engine,
        component: &[u8],
        compile: impl FnOnce(&[u8]) -> Result<Compiled, CompileError>,
    ) -> Result<Compiled, CompileError> {
        if let Ok(Some(found)) = self.get(engine, component) {
            return Ok(found);
        }
        let compiled = compile(component)?;
        // Without it, the next start compiles again.
        let _ = self.keep(engine, component, &compiled);
        Ok(compiled)
    }

    /// What is kept of a component. Whatever is damaged, or of another version, is not there.
    pub fn get(&self, engine: &Engine, component: &[u8]) -> io::Result<Option<Compiled>> {
        let digest = Sha256::digest(component);
        let mut entry = match fs_err::read(self.file(&digest)) {
            Ok(it) => it,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if entry.len() < CODE {
            return Ok(None);
        }
        let bytes = entry.split_off(CODE);
        let is_ours = self.code(engine, &digest, &bytes).verify_slice(&entry).is_ok();
        Ok(is_ours.then(|| Compiled::trusted(bytes)))
    }

    /// Keeps the code of a component.
    pub fn keep(&self, engine: &Engine, component: &[u8], compiled: &Compiled) -> io::Result<()> {
        let digest = Sha256::digest(component);
        let code = self.code(engine, &digest, compiled.bytes()).finalize().into_bytes();
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&code)?;
        file.write_all(compiled.bytes())?;
        file.persist(self.file(&digest))?;
        Ok(())
    }

    /// Deletes what belongs to none of these components, which are named by their SHA-256.
    pub fn keep_only(&self, digests: &BTreeSet<[u8; 32]>) -> io::Result<()> {
        let kept: BTreeSet<PathBuf> = digests.iter().map(|it| self.file(it)).collect();
        for entry in fs_err::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "code") && !kept.contains(&path) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn file(&self, digest: &[u8]) -> PathBuf {
        let name: String = digest.iter().map(|it| format!("{it:02x}")).collect();
        self.folder.join(name).with_extension("code")
    }

    fn code(&self, engine: &Engine, digest: &[u8], bytes: &[u8]) -> Hmac<Sha256> {
        let mut version = Feed(Sha256::new());
        engine.wasmtime.precompile_compatibility_hash().hash(&mut version);
        let mut code = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key has any length");
        code.update(PURPOSE);
        code.update(&version.0.finalize());
        code.update(digest);
        code.update(bytes);
        code
    }
}

/// Gives what is hashed to a digest.
struct Feed(Sha256);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
