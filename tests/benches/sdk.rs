//! How many calls a second the Rust SDK makes of the simulator in the same process: `cargo bench -p stackfleet-tests --bench sdk`. Nothing is
//! asserted; machines differ.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io;
use std::sync::Arc;
use std::time::Instant;

use aws::{Aws, Connection, CredentialSource, Endpoint, Operate, Transport};
use cli::clock::TokioClock;
use model::call::Call;
use model::clock::Clock;
use model::desired::CallAs;
use model::ids::{Region, StackSetName};
use simulator::{Simulator, world_file};

const CALLS: u32 = 20_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure());
}

#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
async fn measure() {
    let clock: Arc<dyn Clock> = Arc::new(TokioClock::from_now(1.0));
    let simulator = Arc::new(Simulator::new(world_file::fresh().unwrap(), Arc::clone(&clock)));
    let aws = connect(&simulator, clock).await;
    create(&simulator);
    let call = Call::Definition(StackSetName::parse("net").unwrap());
    let started = Instant::now();
    for _ in 0..CALLS {
        aws.operate(call.clone()).await.unwrap();
    }
    let taken = started.elapsed().as_secs_f64();
    println!(
        "{CALLS} calls of DescribeStackSet through the SDK   {:.0} calls/s",
        f64::from(CALLS) / taken
    );
}

async fn connect(simulator: &Arc<Simulator>, clock: Arc<dyn Clock>) -> Aws {
    let simulator = Arc::clone(simulator);
    let transport: Transport = Arc::new(move |request| {
        let simulator = Arc::clone(&simulator);
        Box::pin(async move { simulator.exchange(request).await.map_err(io::Error::other) })
    });
    let connection = Connection {
        region: Region::parse("us-east-1").unwrap(),
        call_as: CallAs::Myself,
        endpoint: Endpoint::InProcess(transport),
        credentials: CredentialSource::Environment,
        clock,
    };
    Aws::connect(connection).await.unwrap()
}

fn create(simulator: &Simulator) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "CreateStackSet")
        .append_pair("StackSetName", "net")
        .append_pair(
            "TemplateBody",
            "Resources: { Topic: { Type: 'AWS::SNS::Topic' } }",
        );
    let request = http::Request::post("/").body(form.finish().into()).unwrap();
    assert_eq!(simulator.handle(request).status(), 200);
}
