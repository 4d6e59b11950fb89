-- The tables are those of SQLite, with a desk in every key. Instants are whole microseconds since 1970, in UTC.
-- A `wake` is the instant from which something may be leased: its own time, or the end of a lease.

create table supporty.desks (
    id   integer generated always as identity primary key,
    name text    not null unique
);

create table supporty.streams (
    desk integer not null,
    id   bigint  generated always as identity,
    name text    collate "C" not null,
    -- The number of its last entry.
    last bigint  not null,
    primary key (desk, id),
    unique (desk, name)
);

create table supporty.entries (
    desk     integer not null,
    stream   bigint  not null,
    seq      bigint  not null,
    -- The order of the feed, without gaps: whoever appends to a desk holds its lock until what was written is visible.
    position bigint  not null,
    at       bigint  not null,
    kind     text    not null,
    body     text    not null,
    primary key (desk, stream, seq),
    unique (desk, position)
);

create table supporty.timers (
    desk   integer not null,
    stream bigint  not null,
    due    bigint  not null,
    wake   bigint  not null,
    stamp  text    not null,
    primary key (desk, stream)
);
create index timers_by_wake on supporty.timers (desk, wake, stream);

create table supporty.texts (
    desk     integer  not null,
    name     text     not null,
    stream   bigint,
    author   text,
    internal boolean  not null,
    words    text     not null,
    -- Each word of it, behind the desk's number: an index over many desks that needs no extension.
    found    tsvector not null,
    primary key (desk, name)
);
create index texts_by_author on supporty.texts (desk, author) where author is not null;
create index texts_by_stream on supporty.texts (desk, stream);
create index texts_by_word on supporty.texts using gin (found);

-- What a stream had become by an entry. Only a cache: it may be emptied at any time.
create table supporty.snapshots (
    desk   integer not null,
    stream bigint  not null,
    seq    bigint  not null,
    format text    not null,
    body   text    not null,
    primary key (desk, stream)
);

create table supporty.places (
    desk    integer not null,
    adapter text    not null,
    channel text    not null,
    message text    not null,
    stream  bigint  not null,
    primary key (desk, adapter, channel, message)
);

create table supporty.policies (
    desk    integer not null,
    version text    not null,
    body    text    not null,
    primary key (desk, version)
);

-- The last ticket number given under a prefix.
create table supporty.counters (
    desk   integer not null,
    prefix text    not null,
    last   bigint  not null,
    primary key (desk, prefix)
);

create table supporty.inbox (
    desk       integer not null,
    number     bigint  generated always as identity,
    key        text    not null,
    at         bigint  not null,
    -- What came, until it is handled.
    body       text,
    wake       bigint,
    answer     text,
    handled_at bigint,
    primary key (desk, key),
    check ((body is null) = (wake is null)),
    check ((answer is null) = (handled_at is null)),
    check ((body is null) != (answer is null))
);
create index inbox_waiting on supporty.inbox (desk, at, number) where wake is not null;
create index inbox_by_wake on supporty.inbox (desk, wake) where wake is not null;
create index inbox_handled on supporty.inbox (desk, handled_at) where handled_at is not null;

create sequence supporty.fences;
-- The order in a lane, and of what was given up.
create sequence supporty.positions;

create table supporty.outbox (
    desk     integer not null,
    position bigint  not null default nextval('supporty.positions'),
    name     text    not null,
    lane     text    not null,
    level    text,
    body     text    not null,
    -- From when it may be delivered, once it is the head of its lane.
    at       bigint  not null,
    -- Only heads have one, so that what waits behind them costs a lease nothing.
    wake     bigint,
    revision bigint  not null default 0,
    attempts integer not null default 0,
    tried    boolean not null default false,
    -- Of the newest lease, until that was settled.
    fence    bigint,
    primary key (desk, position),
    unique (desk, name),
    unique (desk, level)
);
create index outbox_by_lane on supporty.outbox (desk, lane, position);
create index outbox_by_wake on supporty.outbox (desk, wake, position) where wake is not null;

create table supporty.dead_letters (
    desk     integer not null,
    position bigint  not null default nextval('supporty.positions'),
    name     text    not null,
    lane     text    not null,
    level    text,
    body     text    not null,
    attempts integer not null,
    why      text    not null,
    at       bigint  not null,
    primary key (desk, position),
    unique (desk, name)
);

-- How tickets stand in lists: `body` is the row, the columns are what is asked for.
create table supporty.rows (
    desk     integer not null,
    stream   bigint  not null,
    number   bigint  not null,
    status   text    not null,
    owner    text,
    squad    text,
    kind     text    not null,
    priority text    not null,
    area     text,
    at_risk  boolean not null,
    title    text    not null,
    body     text    not null,
    -- What people look for mostly, among ever more that is done.
    open     boolean not null generated always as (status in ('new', 'active', 'waiting')) stored,
    primary key (desk, stream)
);
create index rows_by_number on supporty.rows (desk, number);
create index rows_by_status on supporty.rows (desk, status, number);
create index rows_by_owner on supporty.rows (desk, owner, number);
create index rows_by_squad on supporty.rows (desk, squad, number);
create index open_rows on supporty.rows (desk, number) where open;
create index open_rows_by_owner on supporty.rows (desk, owner, number) where open;
create index open_rows_by_squad on supporty.rows (desk, squad, number) where open;
