//! The methods of Slack's that we use, as data.

/// How often a method may be called, by workspace.
///
/// From <https://api.slack.com/docs/rate-limits>: a tier says how many calls a minute are always allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// So many calls a minute.
    PerMinute(u32),
    /// One message a second to each channel.
    PerChannel,
    /// Nobody says how often, but Slack may ask to wait.
    Unsaid,
}

const TIER_2: Rate = Rate::PerMinute(20);
const TIER_3: Rate = Rate::PerMinute(50);
const TIER_4: Rate = Rate::PerMinute(100);

macro_rules! methods {
    ($($variant:ident $name:literal $rate:expr, [$($scope:literal),*];)*) => {
        /// A method of Slack's Web API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Method {
            /// Every method.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in an address.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How often it may be called.
            pub fn rate(self) -> Rate {
                match self { $(Self::$variant => $rate,)* }
            }

            /// What the bot must be allowed to, for all that we do with it.
            pub fn scopes(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($scope),*],)* }
            }
        }
    };
}

methods! {
    AuthTest "auth.test" Rate::Unsaid, [];
    AppsConnectionsOpen "apps.connections.open" Rate::Unsaid, [];
    BookmarksAdd "bookmarks.add" TIER_2, ["bookmarks:write"];
    BookmarksEdit "bookmarks.edit" TIER_2, ["bookmarks:write"];
    BookmarksList "bookmarks.list" TIER_3, ["bookmarks:read"];
    BotsInfo "bots.info" TIER_3, ["users:read"];
    ChatDelete "chat.delete" TIER_3, ["chat:write"];
    ChatPostEphemeral "chat.postEphemeral" TIER_4, ["chat:write"];
    ChatPostMessage "chat.postMessage" Rate::PerChannel, ["chat:write"];
    ChatUpdate "chat.update" TIER_3, ["chat:write"];
    ConversationsHistory "conversations.history" TIER_3, ["channels:history", "groups:history", "im:history"];
    ConversationsInfo "conversations.info" TIER_3, ["channels:read", "groups:read"];
    ConversationsOpen "conversations.open" TIER_3, ["im:write"];
    ConversationsReplies "conversations.replies" TIER_3, ["channels:history", "groups:history", "im:history"];
    ConversationsSetTopic "conversations.setTopic" TIER_2, ["channels:write.topic", "groups:write.topic"];
    FilesCompleteUpload "files.completeUploadExternal" TIER_4, ["files:write"];
    FilesGetUploadUrl "files.getUploadURLExternal" TIER_4, ["files:write"];
    OauthAccess "oauth.v2.access" TIER_4, [];
    UsersInfo "users.info" TIER_4, ["users:read"];
    ViewsOpen "views.open" TIER_4, [];
    ViewsPublish "views.publish" TIER_4, [];
    ViewsUpdate "views.update" TIER_4, [];
}
