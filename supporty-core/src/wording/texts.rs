/// Declares a table of phrases: each by what it is for, in English and German.
///
/// The type has `of(language)`, a `language`, and a public field for each phrase. Read from a configuration, `language`
/// chooses those that are built in, and each may be said otherwise; a key that is unknown is an error.
///
/// ```
/// supporty_core::wording::texts! {
///     /// What a pager says.
///     Texts {
///         wake: "Wake up, {who}!", "Aufwachen, {who}!";
///         sleep: "Good night", "Gute Nacht";
///     }
/// }
///
/// let texts: Texts = serde_json::from_str(r#"{ "language": "de", "sleep": "Schlaf gut" }"#)?;
/// assert_eq!((&*texts.wake, &*texts.sleep), ("Aufwachen, {who}!", "Schlaf gut"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! texts {
    ($(#[$about:meta])* $name:ident { $($field:ident: $english:literal, $german:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub struct $name {
            /// Which of the built-in ones stand where nothing else is said.
            pub language: $crate::wording::Language,
            $(#[doc = $english] pub $field: String,)*
        }

        impl $name {
            /// Those of a language.
            pub fn of(language: $crate::wording::Language) -> Self {
                match language {
                    $crate::wording::Language::English => Self { language, $($field: $english.to_owned(),)* },
                    $crate::wording::Language::German => Self { language, $($field: $german.to_owned(),)* },
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::of($crate::wording::Language::default())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Default, serde::Deserialize)]
                #[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
                struct Said {
                    language: $crate::wording::Language,
                    $($field: Option<String>,)*
                }
                let said = Said::deserialize(deserializer)?;
                let known = Self::of(said.language);
                Ok(Self { language: said.language, $($field: said.$field.unwrap_or(known.$field),)* })
            }
        }
    };
}

pub use texts;
