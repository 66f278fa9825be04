// What was chosen before is put on the page before it is drawn: no flash.
try {
  const theme = localStorage.getItem('gongkai.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch { /* storage may be forbidden: then the system's theme holds */ }
