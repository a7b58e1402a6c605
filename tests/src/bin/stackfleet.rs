//! The `stackfleet` binary, for the tests of this package.

fn main() -> std::process::ExitCode {
    cli::main()
}
