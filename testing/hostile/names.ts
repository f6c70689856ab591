/** Names that could mean something to a file system, a shell, a database or a page; none of them may name anything. */
export const HOSTILE_NAMES = [
  ...['', '.', '..', '../x', 'a/../b', '/abs', 'a//b', 'a\\b', 'a\0b', 'a\nb', 'a\tb', '-rf', '$(x)', '`x`'],
  ...['a b', ' a', 'a ', 'a;b', 'a%2e%2e', '%2e%2e%2f', '%252e', '\u202eevil', '\ufeff', '\ud800'],
  ...['🐟'.repeat(9), 'e\u0301', 'é', 'a:b', 'a|b', 'a*', '?', '"', "'", '<script>', '{{7*7}}'],
  ...["x' or 1=1--", 'a\u2215b', 'x'.repeat(129), 'x'.repeat(256), 'x'.repeat(300), '.chunks', '.lock'],
  ...['.protected', '~root', '\x7f'],
];

/** Text for the fields that take any: of a database, a page, a template, a shell, a log, a terminal. */
export const HOSTILE_TEXTS = [
  ...[
    "'; drop table datastore; --",
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '{{7*7}}',
  ],
  ...[
    '%s%n%x',
    '\\u0000',
    '$(reboot)',
    '`reboot`',
    '\x1b[2J\x1b]0;x\x07',
    'a\r\nSet-Cookie: x=1',
    '\u202egnp.exe',
  ],
  ...['🐟👩\u200d👩\u200d👧', 'e\u0301', '__proto__', 'x'.repeat(100_000)],
];
