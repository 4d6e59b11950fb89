select question, grp,
  count(*) as opened,
  count(*) filter (resolved is null) as open,
  count(resolved) as resolved,
  count(*) filter (reopened > 0) as reopened,
  count(*) filter (resolution = 'code-change' or resolved is not null and ticket in (from fix)) as code_changed,
  count(*) filter (resolution <> 'code-change' and ticket not in (from fix)) as unchanged,
  coalesce(histogram(resolution), map {}) as resolutions,
  coalesce(histogram(first_stars), map {}) as first,
  coalesce(histogram(last_stars), map {}) as last,
  count(*) filter (last_stars > first_stars) as better,
  count(*) filter (last_stars < first_stars) as worse,
  coalesce(histogram(upkeep) filter (work = 'gardening'), map {}) as upkeep,
  coalesce(histogram(investment) filter (work = 'gardening'), map {}) as investment,
  count(*) filter (work = 'gardening' and upkeep is null) as unclassified
from asked
group by question, grp
