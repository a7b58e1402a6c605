//! Plans carried out against a small AWS that is made by hand, on virtual time; every fault at every call.

#[cfg(test)]
mod approvals;
#[cfg(test)]
mod cloud;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod detections;
#[cfg(test)]
mod doubts;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod eventual;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod interrupts;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rollbacks;
#[cfg(test)]
mod rollouts;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod stages;
#[cfg(test)]
mod units;
