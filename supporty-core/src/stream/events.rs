/// Declares the events of a stream: each with its stored name, once. What is far larger than the others is declared by itself
/// and stands in a box, because every entry takes as much room as the largest: `Opened "opened" (Box<Opened>)`.
///
/// Where it is used, `Serialize` and `Deserialize` are in scope.
macro_rules! events {
    (
        $(#[$about:meta])*
        Event
        $($(#[$doc:meta])* $variant:ident $word:literal $fields:tt)*
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "data")]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $word)] $variant $fields,)*
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
