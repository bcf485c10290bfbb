//! The product from end to end, and the shape of its house.

mod architecture;
