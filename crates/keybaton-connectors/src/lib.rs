//! The far services: issuers, vaults and probes.
