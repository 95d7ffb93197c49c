//! The sentences of `locales/`, as typed accessors that the build script generates. The server says
//! them too, to whoever runs it.

#[allow(
    missing_docs,
    dead_code,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "generated from the sentences"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n::Locale;

/// The language that this page is written in. There is one so far.
pub const fn locale() -> Locale {
    Locale::pt_BR
}

/// A sentence of `locales/` by its key, with its arguments: `say!(frame.skip)`,
/// `say!(groups.count, count = n)`. `&'static str` without arguments, `String` with them.
#[macro_export]
macro_rules! say {
    ($($tokens:tt)*) => {
        ::leptos_i18n::td_string!($crate::words::locale(), $($tokens)*)
    };
}
