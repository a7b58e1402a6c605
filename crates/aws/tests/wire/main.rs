//! The SDK against canned answers: what is sent, and what is made of what comes back.
#![cfg(test)]

mod errors;
mod guards;
mod normalise;
mod observe;
mod operate;
mod support;
mod writes;
