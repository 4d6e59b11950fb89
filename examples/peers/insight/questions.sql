-- Side by side by what. A month is that of what is counted: an opening, a deadline, work.
create table grouped as
with named as (
  select ticket, '' as everything, area as by_area, work as by_kind, squad as by_squad,
    priority as by_month_and_priority, work || ' / ' || area || ' / ' || squad as by_kind_area_and_squad
  from counted
)
unpivot named on columns(* exclude ticket) into name question value terms;

create macro month(moment) as strftime(date_trunc('month', timezone(getvariable('zone'), make_timestamptz(moment))), '%Y-%m-%d');

create macro grp(question, terms, moment) as
  case question when 'by_month_and_priority' then month(moment) || ' / ' || terms else terms end;

create macro in_period(moment) as moment >= getvariable('since') and moment < getvariable('until');

-- The tickets that were opened in the period. One that was merged is its survivor.
create table asked as
select question, grp(question, terms, opened) as grp, counted.*
from counted join grouped using (ticket)
where in_period(opened) and merged_into is null;
