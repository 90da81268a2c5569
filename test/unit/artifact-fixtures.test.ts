/**
 * Every artifact of persistence has a clean, an infected and a hostile fixture, and reads each of them itself.
 *
 * The infected and the clean are the cases of the recall table: an artifact counts as shown only where it tells what
 * was planted, and not where another one of the same mechanism does. The hostile are made of the infected: refused,
 * cut, noise, one line without an end, the same again and again. Of each the artifact must end with a bounded answer,
 * text that is printable, and what was refused on the record.
 */
import { describe, expect, test } from 'bun:test';
import { dirname } from 'node:path';
import { persistenceArtifacts } from '../../src/artifacts/linux/persistence.ts';
import type { PersistenceArtifact } from '../../src/artifacts/linux/persistence-artifact.ts';
import { type Fact, FactSet } from '../../src/model/fact.ts';
import type { PersistenceFact } from '../../src/model/facts/persistence.ts';
import { SourceLog } from '../../src/model/source-log.ts';
import { printableText } from '../../src/model/text.ts';
import { folderTarget } from '../../src/target/folder.ts';
import type { Files, MechanismCase, PlantedFile } from '../persistence/case.ts';
import { allCases } from '../persistence/cases.ts';
import { type Gathered, gatherFrom } from '../persistence/gather.ts';
import { plantRoot } from '../persistence/root.ts';
import { processFact } from '../process-fact.ts';
import type { Recorded, RecordedHost } from '../recorded-target.ts';

const isPlanted = (file: Files[string]): file is PlantedFile =>
  typeof file === 'object' && !(file instanceof Uint8Array);

const contentOf = (file: Files[string]): string | Uint8Array =>
  isPlanted(file) ? (file.content ?? '') : file;

function recorded(file: Files[string]): Recorded {
  if (!isPlanted(file)) return file;
  if (file.link !== undefined) return { link: file.link };
  const mode = 0o100000 | (file.mode ?? 0o644);
  return { content: file.content ?? '', stat: { mode } };
}

/** What is there besides: accounts, and the lists of the package that a case brings. */
const base: RecordedHost['files'] = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n',
  '/etc/group': 'root:x:0:\nsudo:x:27:ada\n',
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
};

const hostOf = (one: MechanismCase, form: (file: Files[string]) => Recorded): RecordedHost['files'] => ({
  ...base,
  ...Object.fromEntries(
    [...Object.entries(one.packaged ?? {}), ...Object.entries(one.planted)].map(([path, file]) => [
      path,
      path.endsWith('/') ? '' : form(file),
    ]),
  ),
});

const isLive = ({ sources }: PersistenceArtifact): boolean => sources.every(({ live }) => live);

/** A process whose files lie in the cases of a live host. */
const running = processFact(7, {
  exe: { path: printableText('/usr/bin/app'), deleted: false, memfd: false },
});

const gather = (artifact: PersistenceArtifact, files: RecordedHost['files']): Promise<Gathered> =>
  isLive(artifact)
    ? gatherFrom(artifact, files, 'live', new FactSet([running]))
    : gatherFrom(artifact, files, 'folder');

/** Of what the kernel makes, which no root folder holds. */
const liveCases: readonly MechanismCase[] = [
  {
    mechanism: 'loader-environment',
    dress: 'unowned-binary',
    what: 'a running program with a library of /tmp in it',
    planted: { '/proc/7/environ': 'LANG=C\0LD_PRELOAD=/tmp/x.so\0' },
  },
  {
    mechanism: 'loader-environment',
    dress: 'honest',
    what: 'a running program without any',
    planted: { '/proc/7/environ': 'LANG=C\0PATH=/usr/bin\0' },
  },
];

const pathsOf = ({ planted, packaged = {} }: MechanismCase): readonly string[] => [
  ...Object.keys(planted),
  ...Object.keys(packaged),
];

/** Whether an entry tells one of the files of a case, or a folder that is one thing. */
const tells = (entry: PersistenceFact, one: MechanismCase): boolean =>
  pathsOf(one).some(
    (path) =>
      entry.source.source === path || entry.target === path || path.startsWith(`${entry.source.source}/`),
  );

const casesOf = (artifact: PersistenceArtifact): readonly MechanismCase[] =>
  (isLive(artifact) ? liveCases : allCases).filter(({ mechanism }) =>
    artifact.mechanisms.includes(mechanism),
  );

/** On the disk: flags of inodes are in no recorded host. */
async function onDisk(artifact: PersistenceArtifact, one: MechanismCase): Promise<readonly Fact[]> {
  const root = plantRoot(one);
  const target = folderTarget(root.path);
  try {
    const context = { target, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
    return await artifact.gather(context);
  } finally {
    await target.close();
    root.remove();
  }
}

async function isTold(artifact: PersistenceArtifact, one: MechanismCase): Promise<boolean> {
  const { entries } = await gather(artifact, hostOf(one, recorded));
  if (entries.some((entry) => tells(entry, one))) return true;
  if (!Object.values(one.planted).some((file) => isPlanted(file) && file.immutable === true)) return false;
  return (await onDisk(artifact, one)).some((fact) => fact.kind === 'persistence' && tells(fact, one));
}

/** Whether it looked for what a case plants, or into the folder in which that lies. */
async function isAsked(artifact: PersistenceArtifact, one: MechanismCase): Promise<boolean> {
  const asked = new Set((await gather(artifact, hostOf(one, recorded))).asked);
  return pathsOf(one).some((path) => asked.has(path) || asked.has(dirname(path)));
}

/** Who reads no file by itself, or asks others what a file holds, and why. */
const recordsNothing: ReadonlyMap<string, string> = new Map([
  ['linux.loader-environment', 'what a process refuses is on the record of those who read processes'],
  ['linux.privileged-files', 'the walk sees modes and capabilities, and opens nothing'],
  ['linux.immutable-files', 'the walk sees flags, and opens nothing'],
  ['linux.odd-programs', 'what is no program for all that can be seen is none'],
  ['linux.integrity', 'without a database of packages nothing is compared'],
]);

/** Seen, and not read. */
const refused = (file: Files[string]): Recorded =>
  isPlanted(file) && file.link !== undefined
    ? { link: file.link }
    : { status: 'denied', reason: 'EACCES', stat: { mode: 0o100755, size: 64 } };

/** Settings that name others are read by one artifact for all who ask. */
async function isOnRecord(one: MechanismCase): Promise<boolean> {
  for (const artifact of persistenceArtifacts) {
    const { log } = await gather(artifact, hostOf(one, refused));
    if (log.listed.some(({ status }) => status === 'denied')) return true;
  }
  return false;
}

/** The same bytes each time, of every value. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = 1;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

const bytesOf = (file: Files[string]): Buffer => Buffer.from(contentOf(file));
const keeping =
  (change: (bytes: Buffer) => Uint8Array) =>
  (file: Files[string]): Recorded =>
    isPlanted(file) && file.link !== undefined
      ? { link: file.link }
      : { content: change(bytesOf(file)), stat: { mode: 0o100755 } };

const hostile: Readonly<Record<string, (file: Files[string]) => Recorded>> = {
  refused,
  'cut in the middle': keeping((bytes) => bytes.subarray(0, bytes.length / 2)),
  noise: keeping(() => noise(16_384)),
  'noise before it and behind it': keeping((bytes) => Buffer.concat([noise(512), bytes, noise(512)])),
  'one line without an end': keeping((bytes) =>
    Buffer.from(`${bytes}`.replaceAll('\n', ' ').repeat(40).padEnd(262_144, 'a')),
  ),
  'the same again and again': keeping((bytes) =>
    Buffer.concat(Array.from({ length: 60 }, () => bytes)).subarray(0, 262_144),
  ),
};

const printable = (value: unknown): boolean =>
  typeof value === 'string'
    ? !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(printable);

for (const artifact of persistenceArtifacts) {
  describe(artifact.id, () => {
    const cases = casesOf(artifact);

    test('tells what is planted in an infected fixture, and reads a clean one', async () => {
      const found = async (
        wanted: readonly MechanismCase[],
        is: (artifact: PersistenceArtifact, one: MechanismCase) => Promise<boolean>,
      ): Promise<boolean> => {
        for (const one of wanted) if (await is(artifact, one)) return true;
        return false;
      };
      const infected = cases.filter(({ dress }) => dress !== 'honest');
      const clean = cases.filter(({ dress }) => dress === 'honest');
      expect(await found(infected, isTold)).toBe(true);
      expect(await found(clean, isAsked)).toBe(true);
    });

    for (const [what, form] of Object.entries(hostile)) {
      test(`of ${what} gives a bounded answer`, async () => {
        const shown = cases.filter(({ dress }) => dress !== 'honest').slice(0, 4);
        for (const one of shown) {
          const { entries, log } = await gather(artifact, hostOf(one, form));
          expect(entries.length).toBeLessThanOrEqual(5_000);
          expect(entries.every(printable)).toBe(true);
          expect(entries.every(({ mechanism }) => artifact.mechanisms.includes(mechanism))).toBe(true);
          if (what !== 'refused' || recordsNothing.has(artifact.id)) continue;
          // What is told by its name alone was not refused.
          const own =
            log.listed.some(({ status }) => status === 'denied') || entries.some((fact) => tells(fact, one));
          expect({ what: one.what, told: own || (await isOnRecord(one)) }).toMatchObject({ told: true });
        }
      });
    }
  });
}
