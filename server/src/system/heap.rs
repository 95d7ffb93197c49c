//! The memory that the process keeps after it no longer needs it.

/// From how many bytes on a piece of memory is taken from the system itself, and given back to it as soon as
/// it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const GIVEN_BACK: libc::c_int = 256 * 1024;

/// Has large pieces of memory given back, before anything large was asked for.
///
/// By itself glibc raises that size with each large piece that is freed, up to 32 MiB, and keeps what
/// every thread once had for the next one (mallopt(3), `M_MMAP_THRESHOLD`): after a thousand uploads that
/// was three times of what was in use. Other allocators are left as they are.
pub fn settle() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(
        unsafe_code,
        reason = "a setting of the C library; there is no safe way to it"
    )]
    // SAFETY: the call takes two numbers and changes a setting under the allocator's own lock. What it
    // answers does not matter: with the setting of before everything works.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, GIVEN_BACK);
    }
}
