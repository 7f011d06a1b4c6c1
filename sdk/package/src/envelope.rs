//! The header in front of an archive: its digest, and who signed it.

use sha2::{Digest as _, Sha256};

use crate::error::PackageError;
use crate::key::{PublisherKey, SigningKey};
use crate::{MAX_PACKAGE, key};

const MAGIC: &[u8; 7] = b"affiant";
/// The number of the form that is read and written here.
const FORM: u8 = 1;
const HEADER: usize = 136;
/// Stands before what is signed, so that a signature of something else is never one of a package.
const DOMAIN: &[u8] = b"affiant package 1\n";

/// A file whose digest, and signature where there is one, are right.
pub(crate) struct Opened<'a> {
    pub(crate) digest: [u8; 32],
    pub(crate) publisher: Option<PublisherKey>,
    pub(crate) archive: &'a [u8],
}

/// An archive behind a header that nobody signed.
pub(crate) fn close(archive: &[u8]) -> Result<Vec<u8>, PackageError> {
    joined(&digest(archive), [0; 32], [0; 64], archive)
}

/// Checks everything in front of an archive, and the archive against it.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened<'_>, PackageError> {
    if bytes.len() > MAX_PACKAGE {
        return Err(PackageError::TooLarge(bytes.len()));
    }
    let begins_right = bytes.iter().zip(MAGIC).all(|(is, expected)| is == expected);
    if bytes.is_empty() || !begins_right {
        return Err(PackageError::NoPackage);
    }
    let (header, archive) = bytes.split_at_checked(HEADER).ok_or(PackageError::Truncated)?;
    let (magic, header) = header.split_at(MAGIC.len() + 1);
    if let Some(form) = magic.last().filter(|it| **it != FORM) {
        return Err(PackageError::UnknownForm(*form));
    }
    let (stated, header) = header.split_at(32);
    let (key, signature) = header.split_at(32);
    let digest = digest(archive);
    if stated != digest {
        return Err(PackageError::Damaged);
    }
    let is_signed = key.iter().chain(signature).any(|it| *it != 0);
    let publisher = if is_signed { Some(signer(key, signature, &digest)?) } else { None };
    Ok(Opened { digest, publisher, archive })
}

/// Signs a package, in place of whoever signed it before.
///
/// Fails for bytes that are no package; what is in the archive is not looked at.
pub fn sign(bytes: &[u8], key: &SigningKey) -> Result<Vec<u8>, PackageError> {
    let opened = open(bytes)?;
    let signature = key.sign(&signed(&opened.digest));
    joined(&opened.digest, key.publisher().to_bytes(), signature, opened.archive)
}

/// Whose signature it is, if it is one.
fn signer(key: &[u8], signature: &[u8], digest: &[u8; 32]) -> Result<PublisherKey, PackageError> {
    let key = key::array(key).and_then(PublisherKey::from_bytes);
    let publisher = key.ok_or(PackageError::BadSignature)?;
    let signature = key::array(signature).ok_or(PackageError::BadSignature)?;
    if publisher.has_signed(&signed(digest), &signature) {
        Ok(publisher)
    } else {
        Err(PackageError::BadSignature)
    }
}

fn digest(archive: &[u8]) -> [u8; 32] {
    Sha256::digest(archive).into()
}

fn signed(digest: &[u8; 32]) -> Vec<u8> {
    [DOMAIN, digest].concat()
}

fn joined(
    digest: &[u8; 32],
    key: [u8; 32],
    signature: [u8; 64],
    archive: &[u8],
) -> Result<Vec<u8>, PackageError> {
    let bytes = [&MAGIC[..], &[FORM], digest, &key, &signature, archive].concat();
    if bytes.len() > MAX_PACKAGE { Err(PackageError::TooLarge(bytes.len())) } else { Ok(bytes) }
}
