//! Contract suites, fakes, the fault layer and real servers for the tests.
