//! The server's half of the Noise handshake (S0): XX for a client that does not know the server, IK
//! for one that kept its static key, and `XXfallback` when what it kept is out of date.

use buffa::{Message as _, MessageField};
use rand::rngs::StdRng;
use wacore_binary::consts::{
    NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK, WA_CONN_HEADER,
};
use wacore_libsignal::protocol::KeyPair;
use wacore_noise::{HandshakeError, NoiseCipher, NoiseHandshake};
use waproto::whatsapp::handshake_message::{ClientHello, ServerHello};
use waproto::whatsapp::{self as wa};

use super::{FrameReader, FrameWriter, ServerIdentity, TransportError};

/// What a finished handshake gives.
pub(crate) struct Established {
    /// Who the client is: its static public key.
    pub(crate) client_static: Vec<u8>,
    /// What the client says about itself: registration or login.
    pub(crate) payload: wa::ClientPayload,
}

/// Why a handshake did not finish.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeFailure {
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error(transparent)]
    Noise(#[from] HandshakeError),
    #[error("a handshake message could not be decoded: {0}")]
    Decode(#[from] buffa::DecodeError),
    #[error("the handshake message lacks its {0}")]
    Missing(&'static str),
}

/// Answers a client's handshake and switches both directions to encrypted frames.
pub(crate) async fn respond(
    reader: &mut FrameReader,
    writer: &mut FrameWriter,
    identity: &ServerIdentity,
    mut generator: StdRng,
) -> Result<Established, HandshakeFailure> {
    let frame = reader.raw_frame().await?;
    let hello = wa::HandshakeMessage::decode_from_slice(&frame)?
        .client_hello
        .into_option()
        .ok_or(HandshakeFailure::Missing("client hello"))?;
    let ephemeral = KeyPair::generate(&mut generator);

    if hello.r#static.is_none() {
        return xx(
            reader,
            writer,
            identity,
            &ephemeral,
            &hello,
            NOISE_PATTERN_XX,
        )
        .await;
    }
    match ik(identity, &ephemeral, &hello) {
        Ok((reply, ciphers, established)) => {
            writer.send_clear(&reply).await?;
            switch(reader, writer, ciphers);
            Ok(established)
        }
        // The client's copy of the static key is another one's.
        Err(HandshakeFailure::Noise(_)) => {
            xx(
                reader,
                writer,
                identity,
                &ephemeral,
                &hello,
                NOISE_PATTERN_XXFALLBACK,
            )
            .await
        }
        Err(other) => Err(other),
    }
}

/// `-> e; <- e, ee, s, es; -> s, se`; also after a refused IK, whose ephemeral key is reused.
async fn xx(
    reader: &mut FrameReader,
    writer: &mut FrameWriter,
    identity: &ServerIdentity,
    ephemeral: &KeyPair,
    hello: &ClientHello,
    pattern: &str,
) -> Result<Established, HandshakeFailure> {
    let client_ephemeral = client_ephemeral(hello)?;
    let mut noise = NoiseHandshake::new(pattern, &WA_CONN_HEADER)?;
    noise.authenticate(client_ephemeral);
    noise.authenticate(ephemeral.public_key.public_key_bytes());
    noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?;
    let sealed_static = noise.encrypt(identity.static_key.public_key.public_key_bytes())?;
    noise.mix_shared_secret(
        identity.static_key.private_key.serialize(),
        client_ephemeral,
    )?;
    let sealed_chain = noise.encrypt(&identity.certificate_chain)?;
    writer
        .send_clear(&server_hello(ephemeral, Some(sealed_static), sealed_chain))
        .await?;

    let frame = reader.raw_frame().await?;
    let finish = wa::HandshakeMessage::decode_from_slice(&frame)?
        .client_finish
        .into_option()
        .ok_or(HandshakeFailure::Missing("client finish"))?;
    let sealed = finish
        .r#static
        .ok_or(HandshakeFailure::Missing("client's static key"))?;
    let client_static = noise.decrypt(&sealed)?;
    noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?;
    let sealed = finish
        .payload
        .ok_or(HandshakeFailure::Missing("client's payload"))?;
    let payload = wa::ClientPayload::decode_from_slice(&noise.decrypt(&sealed)?)?;
    switch(reader, writer, noise.finish()?);
    Ok(Established {
        client_static,
        payload,
    })
}

/// The two directions' ciphers, the client's first.
type Ciphers = (NoiseCipher, NoiseCipher);

/// `<- s; -> e, es, s, ss; <- e, ee, se`: the payload comes with the first message (S0').
fn ik(
    identity: &ServerIdentity,
    ephemeral: &KeyPair,
    hello: &ClientHello,
) -> Result<(Vec<u8>, Ciphers, Established), HandshakeFailure> {
    let client_ephemeral = client_ephemeral(hello)?;
    let static_private = identity.static_key.private_key.serialize();
    let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER)?;
    noise.authenticate(identity.static_key.public_key.public_key_bytes());
    noise.authenticate(client_ephemeral);
    noise.mix_shared_secret(static_private, client_ephemeral)?;
    let sealed = hello
        .r#static
        .as_ref()
        .ok_or(HandshakeFailure::Missing("static key"))?;
    let client_static = noise.decrypt(sealed)?;
    noise.mix_shared_secret(static_private, &client_static)?;
    let sealed = hello
        .payload
        .as_ref()
        .ok_or(HandshakeFailure::Missing("payload"))?;
    let payload = wa::ClientPayload::decode_from_slice(&noise.decrypt(sealed)?)?;

    noise.authenticate(ephemeral.public_key.public_key_bytes());
    noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?;
    noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?;
    let sealed_chain = noise.encrypt(&identity.certificate_chain)?;
    let reply = server_hello(ephemeral, None, sealed_chain);
    Ok((
        reply,
        noise.finish()?,
        Established {
            client_static,
            payload,
        },
    ))
}

fn client_ephemeral(hello: &ClientHello) -> Result<&[u8], HandshakeFailure> {
    hello
        .ephemeral
        .as_deref()
        .ok_or(HandshakeFailure::Missing("ephemeral key"))
}

fn server_hello(ephemeral: &KeyPair, sealed_static: Option<Vec<u8>>, payload: Vec<u8>) -> Vec<u8> {
    wa::HandshakeMessage {
        server_hello: MessageField::some(ServerHello {
            ephemeral: Some(ephemeral.public_key.public_key_bytes().to_vec()),
            r#static: sealed_static,
            payload: Some(payload),
            ..Default::default()
        }),
        ..Default::default()
    }
    .encode_to_vec()
}

fn switch(reader: &mut FrameReader, writer: &mut FrameWriter, (from, to): Ciphers) {
    reader.encrypt_with(from);
    writer.encrypt_with(to);
}
