// What the form calls its cells.

// worded gives each cell its table, row and column, and the words of both, which stand once in the dataset. Of cells of two editions with
// one name each is told with its edition (apart_).
export function worded(d) {
  const rows = new Map(d.form_rows.map((r) => [r.name, r]));
  const columns = new Map(d.form_columns.map((c) => [c.name, c]));
  for (const c of d.cells) {
    [c.table, c.row, c.column] = c.name.split('.');
    const row = rows.get(`${c.table}.${c.row}`);
    const column = columns.get(`${c.table}.${c.column}`);
    c.row_label = row.label;
    c.column_label = column.label;
    c.unit = c.unit || '';
    c.words = row.words && column.words ? `${row.words}, ${column.words}` : c.name;
    c.words_zh = row.words && column.words ? `${row.words_zh}·${column.words_zh}` : c.name;
  }
  for (const [field, apart] of [['words', (c) => ` (${c.editions.join(', ')} edition)`],
    ['words_zh', (c) => `（${c.editions.join('、')}年版）`]]) {
    const named = new Map();
    for (const c of d.cells) named.set(c[field], (named.get(c[field]) || 0) + 1);
    for (const c of d.cells) c[`apart_${field}`] = named.get(c[field]) > 1 && c.editions ? apart(c) : '';
  }
}
