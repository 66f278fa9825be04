// Which bodies a ranking begins with.

// start is the ranking that a figure begins with: governments of prefectures in the newest full year, or what is nearest to that.
export function start(d) {
  const groups = d.groups.filter((g) => g.year === d.full_year && g.level !== 'none');
  const of = (f) => groups.filter(f).sort((a, b) => b.reports - a.reports)[0];
  return of((g) => g.level === 'prefecture' && g.kind === 'government' && g.reports > 1) ||
    of((g) => g.kind === 'government' && g.reports > 1) || of(() => true) || d.groups[0] ||
    { year: d.full_year, level: 'all', kind: 'all' };
}
