//! The crate as its users see it.

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod language;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod past;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod sample;
