//! Who and what there is: areas and how they differ, people, and how fast they are.

use crate::vocab::Resolution;
use Resolution as R;

/// A part of the product.
pub(super) struct Area {
    pub(super) id: &'static str,
    pub(super) squad: &'static str,
    /// The service in which it is mended.
    pub(super) service: Option<usize>,
    /// How many of the requests are about it.
    pub(super) weight: u64,
    pub(super) priorities: &'static [(u64, &'static str)],
    pub(super) endings: &'static [(u64, Resolution)],
    /// What it is asked about: a title, and more.
    pub(super) asked: &'static [(&'static str, &'static str)],
}

pub(super) const AREAS: &[Area] = &[
    Area {
        id: "website",
        squad: "storefront",
        service: Some(0),
        weight: 18,
        priorities: &[(14, "P2"), (76, "P3"), (10, "P4")],
        endings: &[
            (46, R::CodeChange),
            (16, R::Configuration),
            (14, R::Explanation),
            (9, R::CannotReproduce),
            (8, R::NotABug),
            (4, R::Declined),
            (3, R::NotATicket),
        ],
        asked: &[
            (
                "Product page of {thing} shows the wrong picture",
                "Customers see roses where {thing} should be. It began this morning.",
            ),
            ("Search finds nothing for {thing}", "Typing the full name works, the first letters do not."),
            (
                "Banner for the {season} sale is cut off on phones",
                "Only on small screens; a screenshot is with marketing.",
            ),
            ("Delivery date picker offers yesterday", "On the page of {thing}, for postcode {code}."),
            ("Newsletter sign-up says that something went wrong", "Twice today, with different addresses."),
            ("Category page is slow", "It takes ten seconds until {thing} shows."),
        ],
    },
    Area {
        id: "checkout",
        squad: "storefront",
        service: Some(1),
        weight: 12,
        priorities: &[(48, "P2"), (48, "P3"), (4, "P4")],
        endings: &[
            (38, R::CodeChange),
            (12, R::DataFix),
            (16, R::ThirdParty),
            (12, R::Configuration),
            (12, R::Explanation),
            (7, R::CannotReproduce),
            (3, R::NotATicket),
        ],
        asked: &[
            ("Customer was charged twice for order {order}", "The bank shows two payments a minute apart."),
            ("Card payment is refused without a reason", "Order {order}; the same card worked last week."),
            (
                "Gift message is lost between basket and payment",
                "It happened with order {order} and two more.",
            ),
            (
                "Invoice of order {order} lacks the VAT number",
                "The customer needs it before the end of the month.",
            ),
            ("Express payment does not show on one kind of phone", "Three customers called about it today."),
        ],
    },
    Area {
        id: "vouchers",
        squad: "storefront",
        service: Some(0),
        weight: 12,
        priorities: &[(18, "P2"), (78, "P3"), (4, "P4")],
        endings: &[
            (7, R::CodeChange),
            (62, R::Explanation),
            (14, R::NotABug),
            (8, R::Configuration),
            (5, R::Declined),
            (4, R::NotATicket),
        ],
        asked: &[
            (
                "Voucher {voucher} is not accepted",
                "The customer says that it is valid until the end of {season}.",
            ),
            (
                "Two vouchers can not be used together",
                "It worked for order {order}, and does not now. Which rule is that?",
            ),
            (
                "Why is the discount of order {order} so small?",
                "Twenty per cent were promised, and eleven were taken off.",
            ),
            ("Free delivery does not apply", "Voucher {voucher}, order {order}, both are in the campaign."),
            (
                "May voucher {voucher} be used for subscriptions?",
                "Nobody here knows, and the customer waits on the phone.",
            ),
        ],
    },
    Area {
        id: "orders",
        squad: "fulfilment",
        service: Some(2),
        weight: 16,
        priorities: &[(34, "P2"), (62, "P3"), (4, "P4")],
        endings: &[
            (24, R::CodeChange),
            (38, R::DataFix),
            (14, R::Explanation),
            (10, R::CannotReproduce),
            (8, R::Configuration),
            (3, R::ThirdParty),
            (3, R::NotATicket),
        ],
        asked: &[
            ("Order {order} is stuck in packing", "It was paid yesterday and nobody sees it on the line."),
            ("Change the address of order {order}", "The form refuses the postcode {code}."),
            ("Order {order} was sent without its card", "The message is there in the admin pages."),
            ("Subscription renews twice", "Order {order}: two bunches of {thing} in one week."),
            (
                "Refund of order {order} does not arrive",
                "It says refunded, and the bank knows nothing of it.",
            ),
        ],
    },
    Area {
        id: "deliveries",
        squad: "fulfilment",
        service: Some(3),
        weight: 15,
        priorities: &[(46, "P2"), (52, "P3"), (2, "P4")],
        endings: &[
            (58, R::CodeChange),
            (14, R::DataFix),
            (10, R::ThirdParty),
            (9, R::Explanation),
            (6, R::CannotReproduce),
            (3, R::NotATicket),
        ],
        asked: &[
            (
                "No labels for postcode {code}",
                "The printer says that there is no route. It worked before lunch.",
            ),
            ("Courier has order {order} twice on the list", "One of the two has no address."),
            ("Tracking link of order {order} leads nowhere", "The customer was sent it an hour ago."),
            ("Routes for tomorrow are empty", "Depot two; depot one is fine."),
            ("Time window of order {order} is wrong", "The customer chose the morning and got the evening."),
        ],
    },
    Area {
        id: "stock",
        squad: "fulfilment",
        service: Some(2),
        weight: 8,
        priorities: &[(30, "P2"), (66, "P3"), (4, "P4")],
        endings: &[
            (16, R::CodeChange),
            (48, R::DataFix),
            (16, R::Explanation),
            (12, R::Configuration),
            (5, R::NotABug),
            (3, R::NotATicket),
        ],
        asked: &[
            ("Count of {thing} is off by a hundred", "We counted twice. The system says otherwise."),
            ("Supplier delivery can not be booked in", "It says that {thing} is unknown."),
            ("{thing} shows as sold out and is not", "There are forty boxes in the cold room."),
        ],
    },
    Area {
        id: "accounts",
        squad: "platform",
        service: Some(4),
        weight: 11,
        priorities: &[(20, "P2"), (76, "P3"), (4, "P4")],
        endings: &[
            (12, R::CodeChange),
            (54, R::Configuration),
            (18, R::Explanation),
            (6, R::CannotReproduce),
            (4, R::Declined),
            (3, R::ThirdParty),
            (3, R::NotATicket),
        ],
        asked: &[
            ("Access to the admin pages for a new colleague", "They start on Monday, in customer care."),
            ("I am locked out", "Three wrong passwords, all of them mine."),
            ("Who may see refunds?", "Half of my team can, the other half can not."),
            ("Single sign-on asks again every hour", "Since the last update of the browser, I think."),
        ],
    },
    Area {
        id: "reports",
        squad: "platform",
        service: None,
        weight: 7,
        priorities: &[(8, "P2"), (80, "P3"), (12, "P4")],
        endings: &[
            (26, R::CodeChange),
            (36, R::Explanation),
            (14, R::DataFix),
            (14, R::NotABug),
            (7, R::Declined),
            (3, R::NotATicket),
        ],
        asked: &[
            ("Weekly sales do not add up", "The sum of the regions is more than the total."),
            ("Report of {season} is missing two days", "The 14th and the 15th, for {thing} only."),
            ("What counts as a returning customer?", "Finance and marketing have different figures."),
        ],
    },
    Area {
        id: "personal-data",
        squad: "platform",
        service: None,
        weight: 1,
        priorities: &[(30, "P2"), (70, "P3")],
        endings: &[(70, R::DataFix), (24, R::Explanation), (6, R::Declined)],
        asked: &[
            ("A customer wants to know what we keep of them", "By letter, with a copy of their passport."),
            ("A customer wants to be forgotten", "They ordered twice, four years ago."),
        ],
    },
];

/// What breaks in a service when it is deployed: the area that feels it, and what is said.
pub(super) const SERVICES: &[(&str, &str, usize, &str)] = &[
    ("shop", "storefront", 0, "Product pages fail since the deployment"),
    ("checkout", "storefront", 1, "Payments fail since the deployment"),
    ("orders", "fulfilment", 3, "Orders do not reach the packing line since the deployment"),
    ("routes", "fulfilment", 4, "Labels can not be printed since the deployment"),
    ("accounts", "platform", 6, "Nobody can sign in since the deployment"),
];

/// How often a service is deployed on a working day, in thousandths of days with so many deployments.
pub(super) const DEPLOYMENTS: &[(u64, u64)] = &[(440, 0), (360, 1), (150, 2), (50, 3)];

/// What monitoring finds: in which area, and what it calls it.
pub(super) const ALERTS: &[(usize, &str)] = &[
    (0, "ShopErrorRateHigh"),
    (1, "PaymentsRefused"),
    (3, "OrderQueueStuck"),
    (4, "NoRoutesPlanned"),
    (6, "SignInLatencyHigh"),
];

/// The squads, with whoever leads them first.
pub(super) const SQUADS: &[(&str, &[&str])] = &[
    ("storefront", &["ana", "ben", "chloe", "dev", "emi", "finn", "grace", "hugo"]),
    ("fulfilment", &["ines", "jay", "kofi", "lena", "mo", "nia", "owen"]),
    ("platform", &["petra", "quinn", "ravi", "sofia", "tom", "uma", "vera"]),
];

/// Whoever asks, beside engineers of other squads.
pub(super) const REQUESTERS: &[&str] = &[
    "local:alice",
    "local:bruno",
    "local:carla",
    "local:dana",
    "local:edgar",
    "local:farah",
    "local:gwen",
    "local:hassan",
    "local:ivy",
    "local:jonas",
    "local:kate",
    "local:liam",
    "local:maya",
    "local:noah",
    "local:olga",
    "local:pete",
    "local:rita",
];

/// Somebody who leaves and asks that their words be deleted.
pub(super) const LEAVER: &str = "local:gus";

/// Which share of the time of a promise is used, in thousandths: about one in twelve is late.
pub(super) const PACE: &[(i64, i64)] =
    &[(0, 20), (250, 170), (500, 350), (750, 620), (900, 920), (950, 1_150), (985, 1_800), (999, 4_000)];

/// The same for a first sign of life, which people are quicker with.
pub(super) const QUICK: &[(i64, i64)] =
    &[(0, 10), (500, 220), (800, 520), (935, 930), (970, 1_300), (999, 2_600)];

/// The same for saying that one is still at it.
pub(super) const STEADY: &[(i64, i64)] = &[(0, 300), (500, 650), (900, 930), (960, 1_050), (999, 1_500)];

/// When people ask, by the hour of a working day and of any other day.
pub(super) const HOURS: [[u64; 24]; 2] = [
    [1, 1, 1, 1, 1, 2, 4, 12, 40, 104, 118, 108, 70, 82, 104, 98, 80, 44, 14, 7, 5, 4, 3, 2],
    [1, 1, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 1, 1],
];

/// How busy the days of a week are, from Monday, in hundredths.
pub(super) const WEEK: [u64; 7] = [132, 110, 104, 100, 88, 100, 80];

/// How busy the months are: Valentine's Day, Mother's Day and Christmas, in hundredths.
pub(super) const MONTHS: [u64; 12] = [92, 118, 122, 98, 102, 94, 86, 82, 96, 100, 108, 126];
