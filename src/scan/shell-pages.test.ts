import { expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../test/recorded-target.ts';
import { printableText } from '../model/text.ts';
import { shellPages } from './shell-pages.ts';

const file = (content: string, uid = 33): Recorded => ({
  content,
  stat: { modifiedUs: 1e15, changedUs: 2e15, uid, inode: 5 },
});
const shell = '<?php @eval($_POST["c"]); ?>';
const target = new RecordedTarget({
  kind: 'folder',
  files: {
    '/var/www/html/uploads/X1.php': file(shell),
    '/var/www/html/search.php': file('<?php echo htmlspecialchars($_GET["q"]); ?>'),
    '/var/www/html/a b.php': file(shell),
    '/opt/app/webapps/ROOT/c.jsp': file('<% Runtime.getRuntime().exec(request.getParameter("c")); %>'),
    '/var/www/secret/x.php': file(shell),
    '/etc/x.php': file(shell),
  },
});
const found = (...pages: readonly string[]) =>
  shellPages(target, pages, new Map([[33, printableText('www-data')]])).map(({ path }) => String(path));

test('a page that runs what is posted to it is a file of the attacker, with its times and its owner', () => {
  const [page] = shellPages(target, ['/uploads/X1.php'], new Map([[33, printableText('www-data')]]));
  expect(page).toMatchObject({
    path: '/var/www/html/uploads/X1.php',
    changedUs: 2e15,
    owner: 'www-data',
    finding: 'web-shell',
  });
  expect(found('/a%20b.php', '/c.jsp')).toEqual(['/var/www/html/a b.php', '/opt/app/webapps/ROOT/c.jsp']);
});

test('a page that only shows what it is asked for, and one that is not there, are none', () => {
  expect(found('/search.php', '/uploads/x1.php', '/nothing.php')).toEqual([]);
});

test('no request leads out of the roots, nor ends the reading', () => {
  const steps = [
    '/../../etc/x.php',
    '/%2e%2e/%2e%2e/etc/x.php',
    '/..%2f..%2fetc/x.php',
    '/%',
    '/%00.php',
    '',
  ];
  expect(found(...steps, `/${'a/'.repeat(5_000)}x.php`)).toEqual([]);
});
