//! Says where the macros that check the queries find what a database says of them: in `.sqlx`, so that
//! nobody needs a database to compile, or in the database itself, when `cargo xtask queries` asks it
//! anew.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=.sqlx");
    println!("cargo:rerun-if-env-changed=AFFIANT_QUERIES");
    match std::env::var("AFFIANT_QUERIES") {
        Ok(database) => {
            println!("cargo:rustc-env=SQLX_OFFLINE=false");
            println!("cargo:rustc-env=SQLX_OFFLINE_DIR={}/.sqlx", env!("CARGO_MANIFEST_DIR"));
            println!("cargo:rustc-env=DATABASE_URL={database}");
        }
        Err(_) => println!("cargo:rustc-env=SQLX_OFFLINE=true"),
    }
}
