/** With mounts of the tests' own namespace. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plan, planVersion } from '../model/plan.ts';
import { printableText } from '../model/text.ts';
import { mayChange } from '../native/apart.ts';
import { mount, mountFlag, umount, umountFlag } from '../native/namespaces.ts';
import { liveSignals } from '../native/process-signal.ts';
import { type ConditionWorld, conditionsOf } from './conditions.ts';
import { FolderExecutor } from './execute/folder.ts';
import { quarantineStep } from './execute/steps.fixture.ts';
import { Vault } from './vault/vault.ts';

let base: string;
const mounted: string[] = [];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'demine-conditions-'));
  mkdirSync(join(base, 'root/etc'), { recursive: true });
  writeFileSync(join(base, 'root/etc/x'), new Uint8Array(100_000));
});
afterEach(() => {
  for (const folder of mounted.splice(0)) umount(folder, umountFlag.detach);
  rmSync(base, { recursive: true, force: true });
});

function put(folder: string, flags: number, size: string): void {
  const may = mayChange();
  if (may.status !== 'ok') throw new Error(may.reason);
  mkdirSync(folder, { recursive: true });
  const done = mount({ source: 'tmpfs', target: folder, type: 'tmpfs', flags, data: `size=${size}` });
  if (done.status !== 'ok') throw new Error(done.reason);
  mounted.push(folder);
}

const root = (): string => join(base, 'root');

function planOf(): Plan {
  const processes = { processes: [], programs: [printableText('/etc/x')] };
  const step = quarantineStep('S1', root(), '/etc/x');
  return {
    schema: `demine-plan/${planVersion}`,
    made: '2024-01-02T03:04:05Z',
    scan: 1,
    target: { kind: 'folder', name: printableText('/mnt'), machineId: '', bootId: '' },
    decision: { answer: 'clean', reasons: [] },
    steps: [step, { ...step, id: 'S2', preconditions: [], change: { kind: 'kill', ...processes } }],
    left: [],
    added: [],
  };
}

const seen = (plan: Plan, rest: Partial<ConditionWorld> = {}): readonly string[] =>
  conditionsOf(plan, {
    root: Buffer.from(root()),
    vault: join(base, 'case/plan-1/vault'),
    signals: liveSignals(),
    firewall: undefined,
    uid: 0,
    self: process.pid,
    ...rest,
  }).map(({ id, subject }) => `${id} ${subject}`);

test('where nothing stands in the way, nothing is told', () => {
  expect(seen(planOf())).toEqual([]);
});

test('a file system that is read-only', () => {
  const plan = planOf();
  put(join(root(), 'etc'), mountFlag.readOnly, '1m');
  expect(seen(plan)).toEqual(['read-only /etc']);
});

test('a vault without room', () => {
  put(join(base, 'case'), 0, '64k');
  expect(seen(planOf())).toEqual([`little-room ${join(base, 'case/plan-1/vault')}`]);
});

/** A plan that keeps whole file systems of these sizes alone. */
function exportsOf(sizes: readonly (number | undefined)[]): Plan {
  const [first] = planOf().steps;
  if (first === undefined) throw new Error('no step');
  return {
    ...planOf(),
    steps: sizes.map((size, at) => ({
      ...first,
      id: `S${at + 1}`,
      preconditions: [],
      change: {
        kind: 'container',
        action: 'export',
        engine: { kind: 'docker', socket: printableText('/run/docker.sock'), uid: 0, api: '1.41' },
        container: {
          id: String(at).padStart(64, '0'),
          name: printableText(`c${at}`),
          image: printableText(''),
          imageId: printableText(''),
        },
        ...(size === undefined ? {} : { size }),
      },
    })),
  };
}

test('containers whose file systems do not fit, one by one and together', () => {
  // Of 200 MiB, 64 stay free.
  put(join(base, 'case'), 0, '200m');
  const mib = 2 ** 20;
  expect(seen(exportsOf([100 * mib]))).toEqual([]);
  expect(seen(exportsOf([150 * mib]))).toEqual(['no-room-to-export c0']);
  expect(seen(exportsOf([100 * mib, 100 * mib, 10 * mib, undefined]))).toEqual(['no-room-to-export c1']);
  expect(seen(exportsOf([20 * mib, 5 * mib]), { exportLimit: 10 * mib })).toEqual(['no-room-to-export c0']);
});

test('another who works there, and only as long as he does', () => {
  const other = new FolderExecutor(root(), new Vault(join(base, 'vault')));
  expect(other.lock()).toBe(true);
  expect(seen(planOf())).toEqual(['in-use /mnt']);
  other.close();
  expect(seen(planOf())).toEqual([]);
});

test('a kernel without pidfd, and somebody who is not root', () => {
  expect(seen(planOf(), { signals: liveSignals(() => -38), uid: 1000 })).toEqual([
    'not-root /mnt',
    'no-pidfd /mnt',
  ]);
});

test('a plan in which nothing is carried out asks for nothing', () => {
  expect(seen({ ...planOf(), steps: [] }, { uid: 1000 })).toEqual([]);
});
