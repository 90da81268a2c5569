/** Disks that are full or cannot be written, mounted in the mount namespace of the tests. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemineError } from '../../model/error.ts';
import type { Step } from '../../model/plan.ts';
import { mayChange } from '../../native/apart.ts';
import { mount, mountFlag, umount, umountFlag } from '../../native/namespaces.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { stepStates } from '../ledger/state.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, type Ended } from './carry-out.ts';
import { FolderExecutor } from './folder.ts';
import { differences, editStep, pictureOf, quarantineStep } from './steps.fixture.ts';

let base: string;
const mounted: string[] = [];

function put(folder: string, size: string): void {
  const may = mayChange();
  if (may.status !== 'ok') throw new Error(may.reason);
  mkdirSync(folder, { recursive: true });
  const done = mount({ source: 'tmpfs', target: folder, type: 'tmpfs', data: `size=${size},mode=700` });
  if (done.status !== 'ok') throw new Error(done.reason);
  mounted.push(folder);
}

function readOnly(folder: string): void {
  const done = mount({ target: folder, flags: mountFlag.remount | mountFlag.readOnly });
  if (done.status !== 'ok') throw new Error(done.reason);
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'demine-disk-'));
});
afterEach(() => {
  for (const folder of mounted.splice(0).reverse()) umount(folder, umountFlag.detach);
  rmSync(base, { recursive: true, force: true });
});

const root = (): string => join(base, 'root');

async function clean(steps: readonly Step[], vault: string, folder: string): Promise<readonly string[]> {
  const told: Ended[] = [];
  const executor = new FolderExecutor(root(), new Vault(vault));
  const ledger = openLedger(join(folder, 'ledger'));
  try {
    await carryOut({ steps, executor, ledger, tell: (ended) => void told.push(ended) }, steps);
    return told.map((ended) => ('stop' in ended ? `${ended.how} ${ended.stop.id}` : ended.how));
  } finally {
    ledger.close();
    executor.close();
  }
}

test('a vault without room stops the step before anything is changed, and another takes it', async () => {
  mkdirSync(join(root(), 'tmp'), { recursive: true });
  writeFileSync(join(root(), 'tmp/m'), new Uint8Array(200_000));
  put(join(base, 'vault'), '64k');
  const steps = [quarantineStep('S1', root(), '/tmp/m')];
  const before = pictureOf(root(), { folderTimes: true });
  expect(await clean(steps, join(base, 'vault'), base)).toEqual(['stopped vault-full']);
  expect(differences(before, pictureOf(root(), { folderTimes: true }))).toEqual([]);
  expect(readdirSync(join(base, 'vault'))).toEqual([]);
  expect(await clean(steps, join(base, 'elsewhere'), base)).toEqual(['done']);
  expect(existsSync(join(root(), 'tmp/m'))).toBe(false);
});

test('a full disk of the target stops an edit, and the file is as it was', async () => {
  put(root(), '128k');
  const content = `${'x'.repeat(50_000)}\nbad\n`;
  writeFileSync(join(root(), 'table'), content);
  writeFileSync(join(root(), 'rest'), new Uint8Array(60_000));
  const steps = [editStep('S1', root(), '/table', content, [2])];
  expect(await clean(steps, join(base, 'vault'), base)).toEqual(['stopped disk-full']);
  expect(readFileSync(join(root(), 'table'), 'utf8')).toBe(content);
  expect(readdirSync(root()).toSorted()).toEqual(['rest', 'table']);
  // Taking a file needs no room there.
  expect(await clean([quarantineStep('S2', root(), '/rest')], join(base, 'vault'), base)).toEqual(['done']);
  expect(await clean(steps, join(base, 'vault'), base)).toEqual(['done']);
});

test('a file system that is read-only stops the step', async () => {
  put(root(), '1m');
  writeFileSync(join(root(), 'file'), 'x\n');
  readOnly(root());
  expect(await clean([quarantineStep('S1', root(), '/file')], join(base, 'vault'), base)).toEqual([
    'stopped read-only',
  ]);
  expect(readFileSync(join(root(), 'file'), 'utf8')).toBe('x\n');
});

test('a ledger that cannot be written to keeps the step from being begun', async () => {
  mkdirSync(root());
  writeFileSync(join(root(), 'file'), 'x\n');
  const folder = join(base, 'case');
  put(folder, '16k');
  const ledger = openLedger(join(folder, 'ledger'));
  ledger.append({ kind: 'torn', bytes: 0 });
  ledger.close();
  let size = 8192;
  for (let at = 0; size >= 1; at += 1) {
    try {
      writeFileSync(join(folder, `fill-${at}`), new Uint8Array(size));
    } catch {
      rmSync(join(folder, `fill-${at}`), { force: true });
      size = Math.floor(size / 2);
    }
    if (at > 40) break;
  }
  const steps = [quarantineStep('S1', root(), '/file')];
  let code = 'none';
  // A page of the ledger may have room for some records yet: each fails or is whole.
  for (let round = 0; round < 60 && code === 'none'; round += 1) {
    try {
      const own = openLedger(join(folder, 'ledger'));
      try {
        own.append({ kind: 'torn', bytes: round });
      } finally {
        own.close();
      }
    } catch (thrown) {
      code = thrown instanceof DemineError ? thrown.code : String(thrown);
    }
  }
  expect(code).toBe('ledger-unwritable');
  const refused = await clean(steps, join(base, 'vault'), folder).catch((thrown: unknown) => thrown);
  expect(refused instanceof DemineError && refused.code).toBe('ledger-unwritable');
  expect(readFileSync(join(root(), 'file'), 'utf8')).toBe('x\n');
  const again = openLedger(join(folder, 'ledger'));
  expect(stepStates(again.entries).size).toBe(0);
  again.close();
});
