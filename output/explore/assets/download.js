// What is shown, as files.

export function save(name, type, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const a = document.createElement('a');
  a.href = address;
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export function fileName(title, extension) {
  return `gongkai-${title.replace(/[\s\\/:*?"<>|.,;]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80)}.${extension}`;
}

// csv writes rows with a byte order mark, so that Excel reads the Chinese; null is an empty field. A text that a sheet would
// take for a formula gets an apostrophe: it comes from documents of others.
export function csv(rows) {
  const field = (v) => {
    if (v === null || v === undefined) return '';
    let text = String(v);
    if (/^[=+@\t\r]/.test(text) || (/^-/.test(text) && !/^-[\d.,%]*$/.test(text))) text = "'" + text;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return '\ufeff' + rows.map((row) => row.map(field).join(',') + '\r\n').join('');
}

export function saveCSV(title, rows) {
  save(fileName(title, 'csv'), 'text/csv;charset=utf-8', [csv(rows)]);
}
