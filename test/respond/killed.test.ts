/** kill -9 at every boundary of the ledger, one after the other in one removal and in its undoing, on a host that runs. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSchema } from '../../src/model/plan.ts';
import { bootLabHost, processesOf } from '../lab/booted.ts';
import { demine, type LabHost, scan } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';
import { changes, differing } from './changed-files.ts';
import { Planter } from './infection.ts';
import { infections } from './infections.ts';

const kept = '/run/case';
const program = join(repository, 'test/respond/killed-clean.ts');
const infection = infections.find(({ id }) => id === 'replaced-tools');
if (infection === undefined) throw new Error('no such infection');
const { miners } = infection;
const tables = '/var/spool/cron/crontabs';

let host: LabHost;
beforeAll(async () => {
  host = await bootLabHost({
    before: (root) => {
      const planter = new Planter(root);
      infection.plant(planter);
      planter.put(
        `${tables}/root`,
        `# of the owner\n30 2 * * * /bin/true\n*/9 * * * * ${miners[0]} light 1\n`,
        0o600,
      );
    },
  });
  await infection.typed?.(host);
  for (let tries = 0; processesOf(host, miners).length === 0 && tries < 300; tries += 1) await Bun.sleep(100);
  await scan(host, ['--interval', '1', '--out', kept]);
}, 240_000);
afterAll(async () => {
  await host.stop();
});

const ledger = (): string => {
  try {
    return readFileSync(join(host.root, kept, 'plan-1/ledger'), 'utf8');
  } catch {
    return ''; // Nothing was begun.
  }
};

/** Steps that were begun and ended, in whichever way. */
const progress = (): number =>
  ledger().match(/"kind":"(?:began|done|undoing|undone|undo-stopped)"/g)?.length ?? 0;

interface Lives {
  readonly killed: number;
  /** What each path was, between two lives. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Runs that are killed one boundary later until a step is begun or ended, and then anew from there. */
async function livesOf(way: 'clean' | 'undo', paths: readonly string[]): Promise<Lives> {
  const seen = new Map<string, Set<string>>(paths.map((path) => [path, new Set()]));
  for (let killed = 0, most = 1; killed < 400; ) {
    const before = progress();
    const { stdout, stderr } = await host.run([process.execPath, program, kept, way, `${most}`]);
    expect(stderr).toBe('');
    const now = changes(host);
    // Between a change and its record nothing is half done.
    expect([...now.keys()].filter((path) => path.includes('.demine-'))).toEqual([]);
    for (const path of paths) seen.get(path)?.add(now.get(path) ?? 'not there');
    if (stdout !== '') {
      expect(stdout).toBe('ended\n');
      return { killed, seen };
    }
    killed += 1;
    most = progress() > before ? 1 : most + 1;
  }
  throw new Error('it comes to no end');
}

test('a removal that is killed at every boundary comes to its end, and so does its undoing: nothing is lost, nothing half done', async () => {
  const planned = await demine(host, ['plan', kept, '--json', '-']);
  const { steps } = planSchema.parse(JSON.parse(planned.stdout));
  const paths = steps.flatMap(({ change }) => ('path' in change ? [change.path as string] : []));
  expect([...new Set<string>(steps.map(({ change }) => change.kind))].sort()).toEqual(
    [
      ...[
        'keep-evidence',
        'contain',
        'freeze',
        'quarantine',
        'edit-file',
        'reload',
        'kill',
        'restore-file',
        'forget-units',
      ],
      'by-hand',
    ].sort(),
  );
  const carried = steps.filter(({ change }) => change.kind !== 'by-hand').length;
  const before = changes(host);

  const forwards = await livesOf('clean', paths);
  // Before and after the beginning, and before and after the end of each.
  expect(forwards.killed).toBeGreaterThanOrEqual(carried * 4 - 1);
  const after = changes(host);
  for (const [path, states] of forwards.seen) {
    const known = new Set([before.get(path) ?? 'not there', after.get(path) ?? 'not there']);
    expect({ path, states: [...states].filter((state) => !known.has(state)) }).toEqual({ path, states: [] });
  }
  await Bun.sleep(3000);
  expect(processesOf(host, miners)).toEqual([]);
  expect(differing(before, after).filter((path) => !paths.includes(path))).toEqual([]);

  const backwards = await livesOf('undo', paths);
  expect(backwards.killed).toBeGreaterThanOrEqual((carried - 2) * 4 - 1);
  for (const [path, states] of backwards.seen) {
    const known = new Set([before.get(path) ?? 'not there', after.get(path) ?? 'not there']);
    expect({ path, states: [...states].filter((state) => !known.has(state)) }).toEqual({ path, states: [] });
  }
  expect(differing(before, changes(host))).toEqual([]);
}, 900_000);
