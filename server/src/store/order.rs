//! The order in which people see lists, the same from every store: databases disagree on what
//! comes first among capitals and accents.

use arauto_app::domain::Connection;

/// Connections by name.
pub(super) fn connections(connections: &mut [Connection]) {
    connections.sort_by_cached_key(|connection| (connection.name.to_lowercase(), connection.id));
}

/// Names.
pub(super) fn names(names: &mut [String]) {
    names.sort_by_cached_key(|name| name.to_lowercase());
}
