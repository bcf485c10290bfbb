//! The sidecar for services that do not link the library: a local API, files and templates, and a supervisor of processes.
