//! The places that are searched: files, what the server printed, and its memory.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use anyhow::Context as _;

use crate::leakscan::search::{Hit, Needles};

/// Memory is read in pieces of so many bytes, each of which overlaps the one before.
const PIECE: usize = 1 << 20;
const OVERLAP: usize = 1 << 10;

/// What a search looked through and found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The canaries.
    pub(crate) hits: Vec<Hit>,
    /// How many places were looked through.
    pub(crate) places: usize,
    /// How many bytes they hold.
    pub(crate) bytes: u64,
}

impl Findings {
    fn look(&mut self, needles: &Needles<'_>, place: &str, bytes: &[u8]) {
        self.hits.extend(needles.search(place, bytes));
        self.bytes += bytes.len() as u64;
    }

    /// Adds what another search found.
    pub(crate) fn add(&mut self, other: Self) {
        self.hits.extend(other.hits);
        self.places += other.places;
        self.bytes += other.bytes;
    }
}

/// Looks through every file below a folder, and through the names of the files. `name` stands before
/// what places are called, with a slash at its end if it is one.
pub(crate) fn folder(needles: &Needles<'_>, name: &str, folder: &Path) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs_err::read_dir(&next)? {
            let entry = entry?;
            let path = entry.path();
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let place = format!("{name}{}", below.display());
            findings.look(needles, &format!("name of {place}"), place.as_bytes());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                findings.look(needles, &place, &fs_err::read(&path)?);
                findings.places += 1;
            }
        }
    }
    Ok(findings)
}

/// Looks through the files that a process holds open, those too that have no name any more.
pub(crate) fn open_files(needles: &Needles<'_>, id: u32) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    for entry in fs_err::read_dir(format!("/proc/{id}/fd"))? {
        let path = entry?.path();
        // Through the link in `/proc` a file can be read that was removed. Pipes and sockets hold
        // nothing that lies; and what was closed meanwhile is no open file.
        if fs_err::metadata(&path).is_ok_and(|it| it.is_file()) {
            let target = fs_err::read_link(&path)?;
            // What the kernel tells of the process itself is no file, and may have no end.
            if target.starts_with("/proc") {
                continue;
            }
            let place = format!("open file {}", target.display());
            findings.look(needles, &place, &fs_err::read(&path)?);
            findings.places += 1;
        }
    }
    Ok(findings)
}

/// Looks through text, such as what a process printed.
pub(crate) fn text(needles: &Needles<'_>, place: &str, text: &str) -> Findings {
    let mut findings = Findings { places: 1, ..Findings::default() };
    findings.look(needles, place, text.as_bytes());
    findings
}

/// Looks through all memory of a process that can be read, and calls `see` with each piece of it.
///
/// Fails where this process may not look: that takes the rights of an administrator.
pub(crate) fn memory(
    needles: &Needles<'_>,
    id: u32,
    mut see: impl FnMut(&[u8]),
) -> anyhow::Result<Findings> {
    let maps = fs_err::read_to_string(format!("/proc/{id}/maps"))?;
    let mut memory = fs_err::File::open(format!("/proc/{id}/mem"))
        .context("the memory of the server cannot be searched: that takes an administrator")?;
    let mut findings = Findings { places: 1, ..Findings::default() };
    for line in maps.lines() {
        let Some((start, end, name)) = region(line) else { continue };
        let mut at = start;
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(PIECE).min(PIECE);
            let mut piece = vec![0; length];
            memory.seek(SeekFrom::Start(at))?;
            let read = read_up_to(&mut memory, &mut piece);
            let piece = &piece[..read];
            // Allocators keep much address space that was never written to.
            if piece.iter().any(|it| *it != 0) {
                let size = (end - start) >> 10;
                let place = format!("memory {name}, of {size} KiB from byte {}", at - start);
                findings.look(needles, &place, piece);
                see(piece);
            }
            if length < PIECE || read == 0 {
                break;
            }
            at += (PIECE - OVERLAP) as u64;
        }
    }
    Ok(findings)
}

/// Start, end and name of a range that can be read, as `/proc/PID/maps` writes it.
fn region(line: &str) -> Option<(u64, u64, &str)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let readable = words.next()?.starts_with('r');
    let name = words.nth(3).unwrap_or("heap of a thread");
    // The kernel's own pages, which hold nothing of ours and cannot all be read.
    let is_kernels = name.starts_with("[v");
    let number = |it| u64::from_str_radix(it, 16).ok();
    (readable && !is_kernels).then_some((number(start)?, number(end)?, name))
}

fn read_up_to(file: &mut fs_err::File, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => filled += more,
        }
    }
    filled
}
