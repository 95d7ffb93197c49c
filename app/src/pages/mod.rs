//! The pages, one file or folder each.

mod first_visit;
mod missing;
mod sign_in;

pub(crate) use first_visit::FirstVisitPage;
pub(crate) use missing::MissingPage;
pub(crate) use sign_in::SignInPage;
