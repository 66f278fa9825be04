import { sign } from './marks.js';

// told is the mark beside a number of an authority that an identity contradicts, or that is inferred.
export function told(a, name, i) {
  const list = a.verdicts[name];
  return list && list[i] ? [' ', sign(list[i])] : null;
}
