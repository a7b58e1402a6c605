//! What is worth saying about the rollout of a StackSet.
