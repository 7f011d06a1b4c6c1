//! `affiant plugin`: for whoever writes plugins, and whoever installs them.

mod build;
mod check;
mod key;
mod new;
mod pack;
mod project;
mod sign;
mod site;
mod test;

use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a plugin to start from.
    New(new::Arguments),
    /// Compile a plugin and make its component.
    Build(build::Arguments),
    /// Check a plugin's manifest and its component, and print what is wrong with them.
    Check(check::Arguments),
    /// Run a plugin against a host that records what leaves it, and compare that with its manifest.
    Test(test::Arguments),
    /// Put a plugin into one file that can be handed on.
    Pack(pack::Arguments),
    /// Make a key to sign packages with.
    Key(key::Arguments),
    /// Sign a package.
    Sign(sign::Arguments),
    /// Install a package. It changes nothing until the plugin is enabled.
    Install(site::Install),
    /// List the plugins that are installed, and where each is on.
    List(site::List),
    /// Switch a plugin on, in all interviews or in some.
    Enable(site::Enable),
    /// Switch a plugin off, everywhere and at once.
    Disable(site::Named),
    /// Go over to another version that is installed, after showing what changes.
    Upgrade(site::Upgrade),
    /// Remove a plugin that is off, with its secret settings.
    Remove(site::Named),
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.what {
        What::New(it) => new::run(it),
        What::Build(it) => build::run(it),
        What::Check(it) => check::run(it),
        What::Test(it) => test::run(it),
        What::Pack(it) => pack::run(it),
        What::Key(it) => key::run(it),
        What::Sign(it) => sign::run(it),
        What::Install(it) => site::install(it),
        What::List(it) => site::list(it),
        What::Enable(it) => site::enable(it),
        What::Disable(it) => site::disable(it),
        What::Upgrade(it) => site::upgrade(it),
        What::Remove(it) => site::remove(it),
    }
}
