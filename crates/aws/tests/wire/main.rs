//! The SDK against canned answers: what is sent, and what is made of what comes back.
#![cfg(test)]

mod alarms;
mod drifts;
mod errors;
mod guards;
mod instances;
mod normalise;
mod objects;
mod observe;
mod operate;
mod support;
mod values;
mod writes;
