-- Instants are whole microseconds since 1970, in UTC.
-- A `wake` is the instant from which something may be leased: its own time, or the end of a lease.

create table streams (
    id   integer primary key,
    name text    not null unique,
    -- The number of its last entry.
    last integer not null
) strict;

create table entries (
    -- The order of the feed: one writer, so what is visible has no gaps that are filled later.
    position integer primary key autoincrement,
    stream   integer not null references streams,
    seq      integer not null,
    at       integer not null,
    kind     text    not null,
    body     text    not null,
    unique (stream, seq)
) strict;

create table timers (
    stream integer primary key references streams,
    due    integer not null,
    wake   integer not null,
    stamp  text    not null
) strict;
create index timers_by_wake on timers (wake);

create table texts (
    position integer primary key,
    name     text    not null unique,
    stream   integer references streams,
    author   text,
    internal integer not null,
    words    text    not null
) strict;
create index texts_by_author on texts (author) where author is not null;
create index texts_by_stream on texts (stream);

create virtual table text_index using fts5 (
    words, content = 'texts', content_rowid = 'position', prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 0'
);
-- What is erased leaves the index at once, not when it is merged one day.
insert into text_index (text_index, rank) values ('secure-delete', 1);

create trigger texts_are_indexed after insert on texts begin
    insert into text_index (rowid, words) values (new.position, new.words);
end;
create trigger texts_leave_the_index after delete on texts begin
    insert into text_index (text_index, rowid, words) values ('delete', old.position, old.words);
end;
create trigger texts_are_indexed_anew after update of words on texts begin
    insert into text_index (text_index, rowid, words) values ('delete', old.position, old.words);
    insert into text_index (rowid, words) values (new.position, new.words);
end;

-- What a stream had become by an entry. Only a cache: it may be emptied at any time.
create table snapshots (
    stream integer primary key references streams,
    seq    integer not null,
    format text    not null,
    body   text    not null
) strict;

create table places (
    adapter text    not null,
    channel text    not null,
    message text    not null,
    stream  integer not null references streams,
    primary key (adapter, channel, message)
) strict, without rowid;

create table policies (
    version text primary key,
    body    text not null
) strict;

-- The last number given: of tickets by prefix (`ticket/SUP`), and of fences (`fence`).
create table counters (
    name text    primary key,
    last integer not null
) strict;

create table inbox (
    number     integer primary key,
    key        text not null unique,
    at         integer not null,
    -- What came, until it is handled.
    body       text,
    wake       integer,
    answer     text,
    handled_at integer,
    check ((body is null) = (wake is null)),
    check ((answer is null) = (handled_at is null)),
    check ((body is null) != (answer is null))
) strict;
create index inbox_waiting on inbox (wake) where wake is not null;
create index inbox_handled on inbox (handled_at) where handled_at is not null;

create table outbox (
    -- The order in its lane.
    position integer primary key,
    name     text    not null unique,
    lane     text    not null,
    level    text    unique,
    body     text    not null,
    -- From when it may be delivered, once it is the head of its lane.
    at       integer not null,
    -- Only heads have one, so that what waits behind them costs a lease nothing.
    wake     integer,
    revision integer not null default 0,
    attempts integer not null default 0,
    tried    integer not null default 0,
    -- Of the newest lease, until that was settled.
    fence    integer
) strict;
create index outbox_by_lane on outbox (lane, position);
create index outbox_by_wake on outbox (wake, position) where wake is not null;

create table dead_letters (
    position integer primary key autoincrement,
    name     text    not null unique,
    lane     text    not null,
    level    text,
    body     text    not null,
    attempts integer not null,
    why      text    not null,
    at       integer not null
) strict;

-- How tickets stand in lists: `body` is the row, the columns are what is asked for.
create table rows (
    stream   integer primary key references streams,
    number   integer not null,
    status   text    not null,
    owner    text,
    squad    text,
    kind     text    not null,
    priority text    not null,
    area     text,
    at_risk  integer not null,
    title    text    not null,
    body     text    not null,
    -- What people look for mostly, among ever more that is done.
    open     integer not null generated always as (status in ('new', 'active', 'waiting')) stored
) strict;
create index rows_by_number on rows (number);
create index rows_by_status on rows (status, number);
create index rows_by_owner on rows (owner, number);
create index rows_by_squad on rows (squad, number);
create index open_rows on rows (number) where open;
create index open_rows_by_owner on rows (owner, number) where open;
create index open_rows_by_squad on rows (squad, number) where open;
