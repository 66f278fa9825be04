// Which bodies a ranking begins with.

// enough is how many reports make a ranking that tells anything.
const enough = 10;

// starts are the groups that a ranking may begin with, what tells most first: governments of prefectures of the newest full year,
// governments of another level, the largest group of that year, all bodies of it (where a server answers: a static site has no
// such ranking); then the same of other years. Of groups too small to tell anything the larger comes first.
export function starts(d) {
  const years = [...new Set(d.groups.map((g) => g.year))].filter((y) => y && y !== d.full_year).sort((a, b) => b - a);
  if (d.full_year) years.unshift(d.full_year);
  const all = years.flatMap((year, k) => {
    const groups = d.groups.filter((g) => g.year === year);
    const whole = groups.reduce((n, g) => n + g.reports, 0);
    const told = groups.filter((g) => g.level !== 'none' && g.kind !== 'none').sort((a, b) => b.reports - a.reports);
    const cities = (g) => g.level === 'prefecture' && g.kind === 'government';
    const governments = (g) => g.kind === 'government' && !cities(g);
    const list = [...told.filter(cities), ...told.filter(governments), ...told.filter((g) => g.kind !== 'government')];
    if (!d.static) list.push({ year, level: 'all', kind: 'all', reports: whole });
    else list.push(...groups.filter((g) => !told.includes(g)));
    return list.map((g) => ({ ...g, late: k }));
  });
  const large = all.filter((g) => g.reports >= enough);
  const rest = all.filter((g) => !large.includes(g)).sort((a, b) => b.reports - a.reports || a.late - b.late);
  const out = [...large, ...rest].map(({ year, level, kind, reports }) => ({ year, level, kind, reports }));
  return out.length ? out : [{ year: d.full_year, level: 'all', kind: 'all', reports: 0 }];
}

// start is the first of them.
export function start(d) {
  return starts(d)[0];
}

// begun looks for the group of a figure in which at least so many bodies can be ranked: ask gives a ranking of a group, or null
// where there is none. Groups are as they come; where none has so many, the one that has most. Few are asked.
export async function begun(groups, ask, least = 3, most = 8) {
  let best = null;
  for (const group of groups.slice(0, most)) {
    const answer = await ask(group);
    const total = answer ? answer.total : 0;
    if (!best || total > best.total) best = { group, answer, total };
    if (total >= least) break;
  }
  return best;
}
