// Reads {cases, lists, dir, queries} from standard input and prints what search.js, copied beside this file, makes of them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bigramsOf, find, fold, keep } from './search.mjs';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const { cases, lists, dir, queries } = JSON.parse(input);

const get = async (url) => JSON.parse(await readFile(join(dir, ...url.split('/')), 'utf8'));
const answers = [];
for (const q of queries) {
  try {
    answers.push(await find(get, q));
  } catch (err) {
    if (!err.code || err.code.startsWith('E')) throw err;
    answers.push({ error: err.code });
  }
}
console.log(JSON.stringify({
  cases: cases.map((text) => {
    const f = fold(text);
    return { folded: f.text, at: f.at, bigrams: bigramsOf(f.text) };
  }),
  lists: lists.map(({ n, list }) => {
    const has = new Uint8Array(n).fill(1);
    keep(has, list);
    return [...has.keys()].filter((i) => has[i]);
  }),
  answers,
}));
