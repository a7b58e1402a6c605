//! `stackfleet simulate`: a local AWS for any client.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use report::json::Note;
use tokio::net::TcpListener;

use crate::args::{self, Format, Global, SPEED};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::session;
use crate::terminal::Terminal;

/// Serves until a signal comes.
pub(crate) async fn run(args: &args::Simulate, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let world = session::starting_world(args.world.as_deref())?;
    let speed = global.speed.unwrap_or(SPEED);
    let clock = session::world_clock(&world, speed);
    let simulator = Arc::new(simulator::Simulator::new(world, clock));
    if let Some(path) = &args.record {
        let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
        simulator.record(Box::new(file));
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let place = address.to_string();
    let failed = |error: std::io::Error| Failure::file("listen on", place.as_ref(), &error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // Before the greeting, after which whoever started this may end it.
    let mut interrupt = Interrupt::listen();
    terminal.result(&match terminal.format {
        Format::Text => greeting(address, speed),
        Format::Json => {
            let endpoint = format!("http://{address}");
            report::json::note(Note::Served {
                endpoint: &endpoint,
                speed,
            })
        }
    })?;
    tokio::select! {
        () = simulator::serve(listener, simulator) => Ok(Exit::Error),
        _ = interrupt.signal.changed() => Ok(Exit::Done),
    }
}

fn greeting(address: SocketAddr, speed: f64) -> String {
    format!(
        "The simulator listens on http://{address}; its time runs {speed} times as fast.\n\n\
         stackfleet plan --endpoint-url http://{address}\n\
         aws --endpoint-url http://{address} cloudformation list-stack-sets\n\n\
         Any credentials will do, for example AWS_ACCESS_KEY_ID=simulator AWS_SECRET_ACCESS_KEY=simulator.\n\
         Ctrl-C ends it.\n"
    )
}
