//! The language's behaviour, as conversations in `tests/suite`.

use std::path::{Path, PathBuf};

use affiant_transcript::cases;

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else if path.extension().is_some_and(|it| it == "md") {
            found.push(path);
        }
    }
    Ok(())
}

#[test]
fn every_conversation_of_the_suite_goes_as_written() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("suite"), &mut found).unwrap();
    found.sort();
    let (mut count, mut wrong) = (0, String::new());
    for file in &found {
        for case in cases(&fs_err::read_to_string(file).unwrap()).cases {
            count += 1;
            if let Some(it) = case.run() {
                wrong.push_str(&format!(
                    "{}:{}: {}\n--- written\n{}--- happened\n{}\n",
                    file.display(),
                    it.line,
                    it.title,
                    it.expected,
                    it.actual
                ));
            }
        }
    }
    assert!(count > 0, "there is no case in tests/suite");
    assert!(wrong.is_empty(), "{wrong}");
}
