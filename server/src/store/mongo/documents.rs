//! Domain values as documents.

use futures::TryStreamExt;
use mongodb::Cursor;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{
    Binary, Bson, Document, deserialize_from_document, serialize_to_bson, serialize_to_document,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// A value as a document: its `id` becomes `_id`.
pub(super) fn to_document<T: Serialize>(value: &T) -> Result<Document, StoreError> {
    let mut document = serialize_to_document(value)?;
    if let Some(id) = document.remove("id") {
        document.insert("_id", id);
    }
    Ok(document)
}

/// A part of a value, such as an enum.
pub(super) fn to_bson<T: Serialize>(value: &T) -> Result<Bson, StoreError> {
    Ok(serialize_to_bson(value)?)
}

/// The value that [`to_document`] wrote; fields that the type does not have are passed over.
pub(super) fn from_document<T: DeserializeOwned>(mut document: Document) -> Result<T, StoreError> {
    if let Some(id) = document.remove("_id") {
        document.insert("id", id);
    }
    Ok(deserialize_from_document(document)?)
}

/// Reads all that a query found.
pub(super) async fn collect<T: DeserializeOwned>(
    cursor: Cursor<Document>,
) -> Result<Vec<T>, StoreError> {
    let documents: Vec<Document> = cursor.try_collect().await?;
    documents.into_iter().map(from_document).collect()
}

/// Bytes as a value.
pub(super) fn binary(bytes: &[u8]) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Generic,
        bytes: bytes.to_vec(),
    })
}

/// The bytes of a field that [`binary`] wrote.
pub(super) fn bytes_of(document: &mut Document, field: &str) -> Result<Vec<u8>, StoreError> {
    match document.remove(field) {
        Some(Bson::Binary(binary)) => Ok(binary.bytes),
        _ => Err(StoreError::Damaged(format!("{field} holds no bytes"))),
    }
}
