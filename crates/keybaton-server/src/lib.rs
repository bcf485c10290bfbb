//! The HTTP API: reads, evidence, and what an operator does from afar. It decides nothing.
