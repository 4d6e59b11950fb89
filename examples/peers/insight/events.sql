-- Every entry of every ticket, from the lines of an export. Instants are microseconds since 1970.
create macro instant(text) as epoch_us(cast(text as timestamptz));

create macro field(data, path) as json_extract_string(data, '$.' || path);

create table event as
select
  substr(entry.stream, length('ticket/') + 1) as ticket,
  entry.seq as seq,
  entry.kind as kind,
  instant(entry."at") as seen,
  json_extract_string(entry.body, '$.by.person') as person,
  json_extract(entry.body, '$.event.data') as data
from read_json(
  getvariable('lines'),
  format = 'newline_delimited',
  maximum_object_size = 67108864,
  columns = {entry: 'struct(stream varchar, seq bigint, "at" varchar, kind varchar, body varchar)'}
)
where entry.stream like 'ticket/%';
