//! Secret values, fingerprints, the sealed envelope and the master key.
