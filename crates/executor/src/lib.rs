//! Carries a plan out: once, in order, and again after a crash
