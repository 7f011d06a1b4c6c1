//! Sessions and files in one embedded SQLite database.
