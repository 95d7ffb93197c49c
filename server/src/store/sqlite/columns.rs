//! Domain values as columns.

use arauto_app::domain::{
    CampaignId, ConnectionId, ContentHash, DeliveryId, GroupJid, GroupListId, MediaId, MessageId,
    Recipient, RunId, Timestamp, UserId, WAVEFORM_BARS, Waveform, WorkspaceId,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::TokenHash;

/// A value that has a column type of its own.
pub(super) struct Col<T>(pub(super) T);

/// An enum without data, as its one word.
pub(super) struct Word<T>(pub(super) T);

/// A structured value, as JSON.
pub(super) struct Json<T>(pub(super) T);

macro_rules! ids_are_blobs {
    ($($id:ident)*) => {$(
        impl ToSql for Col<$id> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.as_uuid().as_bytes().to_vec().into())
            }
        }

        impl FromSql for Col<$id> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = <[u8; 16]>::column_result(value)?;
                Ok(Self($id::from(uuid::Uuid::from_bytes(bytes))))
            }
        }
    )*};
}

ids_are_blobs!(
    CampaignId ConnectionId DeliveryId GroupListId MediaId RunId UserId WorkspaceId
);

impl ToSql for Col<Timestamp> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millis().into())
    }
}

impl FromSql for Col<Timestamp> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(|millis| Self(Timestamp::from_millis(millis)))
    }
}

impl ToSql for Col<ContentHash> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_bytes().as_slice().into())
    }
}

impl FromSql for Col<ContentHash> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|digest| Self(ContentHash::from_bytes(digest)))
    }
}

impl ToSql for Col<Waveform> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.bars().as_slice().into())
    }
}

impl FromSql for Col<Waveform> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; WAVEFORM_BARS]>::column_result(value).map(|bars| Self(Waveform::new(bars)))
    }
}

impl ToSql for Col<TokenHash> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.0.as_slice().into())
    }
}

impl FromSql for Col<TokenHash> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|digest| Self(TokenHash(digest)))
    }
}

impl ToSql for Col<&GroupJid> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for Col<GroupJid> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let jid = value.as_str()?.parse().map_err(FromSqlError::other)?;
        Ok(Self(jid))
    }
}

impl ToSql for Col<&Recipient> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for Col<Recipient> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let recipient = value.as_str()?.parse().map_err(FromSqlError::other)?;
        Ok(Self(recipient))
    }
}

impl ToSql for Col<&MessageId> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for Col<MessageId> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(MessageId::from_wire(value.as_str()?)))
    }
}

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0).map_err(to_sql_failure)? {
            serde_json::Value::String(word) => Ok(ToSqlOutput::Owned(Value::Text(word))),
            other => Err(to_sql_failure(format!("{other} is not one word"))),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = serde_json::Value::from(value.as_str()?);
        serde_json::from_value(word)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0).map_err(to_sql_failure)?;
        Ok(ToSqlOutput::Owned(Value::Text(text)))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

fn to_sql_failure(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

/// Reads a column that [`Col`] wraps.
pub(super) fn col<T>(row: &rusqlite::Row<'_>, name: &str) -> rusqlite::Result<T>
where
    Col<T>: FromSql,
{
    row.get::<_, Col<T>>(name).map(|column| column.0)
}

/// Reads a column that [`Col`] wraps and that may be NULL.
pub(super) fn opt<T>(row: &rusqlite::Row<'_>, name: &str) -> rusqlite::Result<Option<T>>
where
    Col<T>: FromSql,
{
    let column = row.get::<_, Option<Col<T>>>(name)?;
    Ok(column.map(|column| column.0))
}

/// Reads an enum without data.
pub(super) fn word<T: DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    name: &str,
) -> rusqlite::Result<T> {
    row.get::<_, Word<T>>(name).map(|column| column.0)
}
