// Where something stands in a document, in words.
import { t } from './words.js';

// place says in words where something stands in the document.
export function place(v) {
  const words = [];
  if (v.page) words.push(t('place.page', v.page));
  if (v.table_index) words.push(t('place.table', v.table_index));
  if (v.grid_row) words.push(t('place.row', v.grid_row));
  if (v.grid_column) words.push(t('place.column', v.grid_column));
  if (v.box) words.push(t('place.box', v.box.map((n) => Math.round(n * 10) / 10).join(', ')));
  if (v.path) words.push(v.path);
  if (v.offset !== null && v.offset !== undefined) words.push(t('place.offset', v.offset));
  return words.length ? words.join(t('comma')) : t('place.none');
}
