//! Where a canary may be found, each with its reason. At most three; none is best.

use crate::leakscan::search::Hit;

/// What may lie where.
struct Exception {
    /// How the names of the places begin.
    places: &'static [&'static str],
    /// Where the canaries had been sent.
    paths: &'static [&'static str],
    /// Why they may be there.
    #[expect(dead_code, reason = "it is for whoever reads the list")]
    why: &'static str,
}

const ALLOWED: &[Exception] = &[
    Exception {
        places: &["data/mail/"],
        paths: &["e-mail address of an account", "e-mail address of nobody", "link in a mail"],
        why: "a server for developers writes its mails into this folder in place of sending them",
    },
    Exception {
        places: &[
            "data/affiant.db",
            "backups/main",
            "postgres/base/",
            "postgres/pg_wal/",
            "open file",
            "memory",
        ],
        paths: &["words of an administrator"],
        why: "every administrator reads why a network is kept out, everybody why a switch was set",
    },
];

const _: () = assert!(ALLOWED.len() <= 3, "more than three exceptions are no exceptions");

/// Whether what went this way may lie in memory.
pub(crate) fn may_lie_in_memory(path: &str) -> bool {
    ALLOWED.iter().any(|it| it.places.contains(&"memory") && it.paths.contains(&path))
}

/// Whether the list allows what was found.
pub(crate) fn is_allowed(hit: &Hit) -> bool {
    ALLOWED.iter().any(|it| {
        it.places.iter().any(|place| hit.place.starts_with(place)) && it.paths.contains(&hit.path)
    })
}
