//! The world of `fixtures/by-hand`, before and after an apply of its manifest.

use std::sync::OnceLock;

use simulator::world::World;

use crate::fixture;
use crate::served::Served;
use crate::tool::Tool;

/// World seconds in a real second where waiting is not what a test is about.
pub const FAST: f64 = 20_000.0;

/// The world as its file has it.
pub fn world() -> World {
    let file = fixture::path("by-hand/world.toml");
    let text = std::fs::read_to_string(file).expect("the fixture is there");
    let read = simulator::world_file::read(&text, "world.toml", &mut |file| Err(format!("no file {file}")));
    read.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The world after an apply of the manifest with this binary; made once a process.
pub fn converged(binary: &'static str) -> World {
    static WORLD: OnceLock<World> = OnceLock::new();
    let made = WORLD.get_or_init(|| {
        let copy = fixture::copy("by-hand");
        let served = Served::start(world(), FAST);
        let tool = Tool::new(binary, copy.path()).on(&served);
        tool.run("apply --auto-approve").ends(0);
        tool.run("plan --deep --detailed-exitcode")
            .ends(0)
            .prints("No changes");
        served.simulator.world()
    });
    made.clone()
}
