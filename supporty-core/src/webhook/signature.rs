use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// An HMAC-SHA256 as many senders write it: 64 hexadecimal digits.
///
/// ```
/// use supporty_core::webhook::Signature;
///
/// // The example of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
/// let hex = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
/// let signature = Signature::hex(hex).unwrap();
/// assert!(signature.is_by(b"It's a Secret to Everybody", &[b"Hello, ", b"World!"]));
/// assert!(!signature.is_by(b"It's a Secret to Everybody", &[b"Hello, world!"]));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Nothing for what is none.
    pub fn hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        // Senders write small letters, and their own libraries take no others.
        let digit = |byte: u8| {
            let small = Some(char::from(byte)).filter(|digit| !digit.is_ascii_uppercase())?;
            small.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
        };
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }

    /// Whether it is that of the parts one after the other, by that secret, in a time that does not tell how much of it is
    /// right.
    pub fn is_by(&self, secret: &[u8], parts: &[&[u8]]) -> bool {
        mac(secret, parts).is_some_and(|mac| mac.verify_slice(&self.0).is_ok())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

pub(super) fn mac(secret: &[u8], parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac)
}
