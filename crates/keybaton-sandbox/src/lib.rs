//! A stranger's API on loopback with true 401s and fault switches.
