//! flowvet
mod load;
mod model;
mod parse;
mod source;
