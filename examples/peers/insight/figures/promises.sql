-- Those that fell due in the period, whenever their tickets were opened.
select question, grp(question, terms, due) as grp, target as key,
  count(*) filter (ended = 'met') as met,
  count(*) filter (ended = 'met_late') as met_late,
  count(*) filter (ended = 'breached') as breached,
  count(*) filter (ended = 'breached_on_change') as breached_on_change
from round join counted on counted.ticket = round.survivor join grouped on grouped.ticket = round.survivor
where in_period(due)
group by all
