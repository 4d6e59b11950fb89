/// Declares the events of a stream: each with its stored name, once.
///
/// Where it is used, `Serialize` and `Deserialize` are in scope.
macro_rules! events {
    (
        $(#[$about:meta])*
        Event
        $($(#[$doc:meta])* $variant:ident $word:literal { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* })*
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "data")]
        #[allow(clippy::large_enum_variant, reason = "the largest is the first of its stream, and there is one of it")]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $word)] $variant { $($(#[$fdoc])* $field: $type,)* },)*
        }

        impl Event {
            /// Every stored name, in order of declaration.
            pub const KINDS: &[&str] = &[$($word),*];
        }

        impl $crate::stream::Recorded for Event {
            fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $word,)* }
            }
        }
    };
}
pub(crate) use events;
