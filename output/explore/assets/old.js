// Tables of before 2019, which the lists of cells do not have: loaded with the reports that print them.
import { dataset } from './data.js';

// named gives words to their cells.
export function named(tables) {
  const known = dataset().cell;
  for (const table of tables) {
    for (const row of table.rows) {
      for (const column of table.columns) {
        const name = `${table.table}.${row.name}.${column.name}`;
        const words = `${row.path[row.path.length - 1]}·${column.path[column.path.length - 1]}`;
        if (!known.has(name)) known.set(name, { name, words, words_zh: words, unit: '' });
      }
    }
  }
}
