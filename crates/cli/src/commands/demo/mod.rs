//! `stackfleet demo`: the five-minute tour. The same code as in production, over the built-in simulator.
//!
//! 1. a governance manifest meets an empty organization: plan, apply, and the next plan is empty;
//! 2. its second version is rolled out, a quarter of the accounts at a time, and the next plan is empty;
//! 3. an account joins: AWS deploys what it deploys by itself, the plan shows the rest, and in the end the plan is empty.

mod organization;
mod tour;

use std::sync::Arc;
use std::time::Duration;

use model::event::ApplyResult;
use model::plan::{Plan, PlanResult};

use crate::args::{self, Diff, Global, SPEED};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::{self, Read};
use crate::progress::Listener;
use crate::session::{self, Place, Session};
use crate::show_plan;
use crate::terminal::Terminal;
use simulator::Simulator;
use tour::Tour;

/// From the move of an account until AWS has deployed to it by itself, in the demo's world.
const AUTO_DEPLOYMENT: Duration = Duration::from_mins(20);

/// Takes the tour.
pub(crate) async fn run(args: &args::Demo, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let tour = Tour::unpack(args.keep.as_deref())?;
    let world = session::starting_world(None)?;
    let clock = session::world_clock(&world, global.speed.unwrap_or(SPEED));
    let simulator = Arc::new(Simulator::new(world, Arc::clone(&clock)));
    terminal.result(tour::WELCOME)?;

    let first = pipeline::read(Some(&tour.first))?;
    let place = Place::of_manifest(&first.desired);
    let session = Session::simulated((Arc::clone(&simulator), clock), &place).await?;
    let stage = Stage { session, terminal };

    terminal.result(tour::FIRST)?;
    stage.converge(&first).await?;

    terminal.result(tour::SECOND)?;
    let second = pipeline::read(Some(&tour.second))?;
    stage.converge(&second).await?;

    terminal.result(tour::JOINS)?;
    organization::new_account(&simulator, "data-lake", "Root/Workloads/Prod")?;
    stage.session.clock.sleep(AUTO_DEPLOYMENT).await;
    stage.converge(&second).await?;

    terminal.result(&tour.farewell())?;
    Ok(Exit::Done)
}

/// Where the acts are played.
#[derive(Debug)]
struct Stage {
    session: Session,
    terminal: Terminal,
}

impl Stage {
    /// Plan, apply, plan again: the second plan must be empty.
    async fn converge(&self, read: &Read) -> Result<(), Failure> {
        let plan = self.plan(read).await?;
        show_plan::text(&plan, &read.sources, Diff::Summary, None, self.terminal)?;
        self.apply(&plan).await?;
        let again = self.plan(read).await?;
        self.terminal.result("\n$ stackfleet plan")?;
        show_plan::text(&again, &read.sources, Diff::Summary, None, self.terminal)?;
        match again.result {
            PlanResult::NoChanges => Ok(()),
            _ => Err(tour::not_converged()),
        }
    }

    async fn plan(&self, read: &Read) -> Result<Plan, Failure> {
        let observed = pipeline::observe(read, &self.session).await?;
        Ok(pipeline::plan(read, &observed))
    }

    async fn apply(&self, plan: &Plan) -> Result<(), Failure> {
        self.terminal.result("\n$ stackfleet apply")?;
        let heartbeat = Duration::from_mins(5);
        let mut listener = Listener::new(plan, None, heartbeat, self.terminal)?;
        let options = executor::Options::default();
        let secrets = pipeline::secrets(plan, &self.session).await?;
        let summary = pipeline::carry_out(
            plan,
            &secrets,
            &self.session,
            &options,
            &mut listener,
            std::future::ready(None),
        )
        .await;
        listener.close();
        let text = report::text::apply_summary(&summary, &plan.account_names, self.terminal.width());
        self.terminal.result(&text)?;
        match summary.result {
            ApplyResult::Succeeded => Ok(()),
            ApplyResult::Interrupted => Err(tour::left(Exit::of_apply(summary.exit_code))),
            _ => Err(tour::not_converged()),
        }
    }
}
