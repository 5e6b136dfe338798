//! The crate as its users see it.

#[cfg(test)]
mod advice;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod language;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod page;
#[cfg(test)]
mod past;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod seeds;
