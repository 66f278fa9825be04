// What is told beside a number of an authority: what a rate is of, what an identity says, what an anomaly rests on.
import { h } from './dom.js';
import { number } from './format.js';
import { flags, sign } from './marks.js';

// told are the marks beside a number of an authority that an identity contradicts, that is inferred, or that is odd.
export function told(a, name, i) {
  const list = a.verdicts[name];
  const odd = (a.marks || {})[name];
  return [list && list[i] ? [' ', sign(list[i])] : null, odd && odd[i].length ? [' ', flags(odd[i])] : null];
}

// counted is what a rate is of: so many of so many.
export function counted(a, name, i) {
  const c = ((a.counts || {})[name] || [])[i];
  return c ? h('small', { class: 'counted' }, ` ${number(c[0])}/${number(c[1])}`) : null;
}
