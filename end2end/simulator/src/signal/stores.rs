//! The five small stores that the Signal library asks for, each for one operation of one device.

use async_trait::async_trait;
use wacore_libsignal::protocol::{
    Direction, GenericSignedPreKey as _, IdentityChange, IdentityKey, IdentityKeyPair,
    IdentityKeyStore, PreKeyId, PreKeyRecord, PreKeyStore, ProtocolAddress, SenderKeyName,
    SenderKeyRecord, SenderKeyStore, SessionRecord, SessionStore, SignalProtocolError,
    SignedPreKeyId, SignedPreKeyRecord, SignedPreKeyStore, Timestamp,
};

use crate::keys::{Keys, SIGNED_PRE_KEY_ID};
use crate::network::DeviceAddress;

type Result<T> = std::result::Result<T, SignalProtocolError>;

/// The session with one peer.
#[derive(Default)]
pub(super) struct OneSession {
    pub(super) record: Option<SessionRecord>,
}

#[async_trait]
impl SessionStore for OneSession {
    async fn load_session(&self, _: &ProtocolAddress) -> Result<Option<SessionRecord>> {
        Ok(self.record.clone())
    }

    async fn has_session(&self, _: &ProtocolAddress) -> Result<bool> {
        Ok(self.record.is_some())
    }

    async fn store_session(&mut self, _: &ProtocolAddress, record: SessionRecord) -> Result<()> {
        self.record = Some(record);
        Ok(())
    }
}

/// The identity of a virtual device. It trusts everyone: a changed identity is a sender who linked
/// again, and people's phones show such messages too.
pub(super) struct DeviceIdentity {
    pair: IdentityKeyPair,
    registration_id: u32,
}

impl DeviceIdentity {
    pub(super) fn of(keys: Keys, device: &DeviceAddress) -> Self {
        Self {
            pair: keys.identity(device),
            registration_id: keys.registration_id(device),
        }
    }
}

#[async_trait]
impl IdentityKeyStore for DeviceIdentity {
    async fn get_identity_key_pair(&self) -> Result<IdentityKeyPair> {
        Ok(self.pair.clone())
    }

    async fn get_local_registration_id(&self) -> Result<u32> {
        Ok(self.registration_id)
    }

    async fn save_identity(
        &mut self,
        _: &ProtocolAddress,
        _: &IdentityKey,
    ) -> Result<IdentityChange> {
        Ok(IdentityChange::NewOrUnchanged)
    }

    async fn is_trusted_identity(
        &self,
        _: &ProtocolAddress,
        _: &IdentityKey,
        _: Direction,
    ) -> Result<bool> {
        Ok(true)
    }

    async fn get_identity(&self, _: &ProtocolAddress) -> Result<Option<IdentityKey>> {
        Ok(None)
    }
}

/// The pre-keys of a virtual device: derived, so there is nothing to save or to remove.
pub(super) struct DerivedPreKeys<'a> {
    pub(super) keys: Keys,
    pub(super) device: &'a DeviceAddress,
}

#[async_trait]
impl PreKeyStore for DerivedPreKeys<'_> {
    async fn get_pre_key(&self, id: PreKeyId) -> Result<PreKeyRecord> {
        Ok(PreKeyRecord::new(
            id,
            &self.keys.pre_key(self.device, id.into()),
        ))
    }

    async fn save_pre_key(&mut self, _: PreKeyId, _: &PreKeyRecord) -> Result<()> {
        Ok(())
    }

    async fn remove_pre_key(&mut self, _: PreKeyId) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl SignedPreKeyStore for DerivedPreKeys<'_> {
    async fn get_signed_pre_key(&self, id: SignedPreKeyId) -> Result<SignedPreKeyRecord> {
        if u32::from(id) != SIGNED_PRE_KEY_ID {
            return Err(SignalProtocolError::InvalidSignedPreKeyId);
        }
        let (pair, signature) = self.keys.signed_pre_key(self.device)?;
        Ok(SignedPreKeyRecord::new(
            id,
            Timestamp::from_epoch_millis(0),
            &pair,
            &signature,
        ))
    }

    async fn save_signed_pre_key(
        &mut self,
        _: SignedPreKeyId,
        _: &SignedPreKeyRecord,
    ) -> Result<()> {
        Ok(())
    }
}

/// One sender key.
#[derive(Default)]
pub(super) struct OneSenderKey {
    pub(super) record: Option<SenderKeyRecord>,
}

#[async_trait]
impl SenderKeyStore for OneSenderKey {
    async fn store_sender_key(&mut self, _: &SenderKeyName, record: SenderKeyRecord) -> Result<()> {
        self.record = Some(record);
        Ok(())
    }

    async fn load_sender_key(&self, _: &SenderKeyName) -> Result<Option<SenderKeyRecord>> {
        Ok(self.record.clone())
    }
}
