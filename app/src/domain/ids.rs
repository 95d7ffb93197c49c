//! Identifiers. The application makes them, never a database: a version 7 UUID, so that they
//! sort by the time of their making.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an identifier from the present time and 10 random bytes.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The identifier as a UUID, for a store to keep.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(
    /// A workspace: the tenant that owns every other row.
    WorkspaceId
);
id!(
    /// A person who signs in.
    UserId
);
id!(
    /// A linked WhatsApp number.
    ConnectionId
);
id!(
    /// A list of groups.
    GroupListId
);
id!(
    /// A file of the media library.
    MediaId
);
id!(
    /// A campaign.
    CampaignId
);
id!(
    /// One firing of a campaign.
    RunId
);
id!(
    /// One message of a run to one target.
    DeliveryId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_of_their_making_and_round_trip_as_text() {
        let older = RunId::new(Timestamp::from_millis(1_000), [9; 10]);
        let newer = RunId::new(Timestamp::from_millis(2_000), [0; 10]);
        assert!(older < newer);
        assert_eq!(older.to_string().parse::<RunId>().unwrap(), older);
    }
}
