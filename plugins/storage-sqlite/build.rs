//! Makes the database that the queries of this crate are checked against while it is compiled.
//!
//! It holds the tables of both databases, made by the same migrations that the server runs.

use std::error::Error;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=migrations");
    let file = Path::new(&std::env::var("OUT_DIR")?).join("check.db");
    match fs_err::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut connection = options.connect().await?;
    for migration in migrations()? {
        let sql = fs_err::read_to_string(migration)?;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    }
    connection.close().await?;
    println!("cargo:rustc-env=DATABASE_URL=sqlite://{}", file.display());
    Ok(())
}

/// The migrations of each database, in order.
fn migrations() -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for database in ["migrations/main", "migrations/keyring"] {
        for entry in fs_err::read_dir(database)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    Ok(files)
}
