import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeOf } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { liveNative } from '../../native/live.ts';
import type { Performed, Prepared } from '../execute/port.ts';
import { statOf } from '../execute/running.ts';
import { Vault } from '../vault/vault.ts';
import { InsideWork } from './inside.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const native = liveNative();
const bootId = 'this boot';

interface Scene {
  readonly work: InsideWork;
  readonly change: ChangeOf<'take-inside'>;
  /** Content of the file as those see it who live there; undefined where it is not there. */
  readonly content: () => string | undefined;
  readonly end: () => Promise<void>;
}

/** A process in mounts of its own, with a file that only they see. */
async function scene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'demine-inside-'));
  const script = 'mount -t tmpfs none "$0" && echo inside > "$0/file" && echo ready && exec sleep 60';
  const child = Bun.spawn(['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child.exited;
  };
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }), end);
  await child.stdout.getReader().read();
  const { pid } = child;
  const namespace = Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/mnt`))?.[0]);
  const inside = {
    container: printableText('lxc box'),
    namespace,
    pid,
    startTicks: statOf(native, pid)?.startTicks ?? 0,
    bootId,
  };
  return {
    work: new InsideWork({ native, bootId, vault: new Vault(join(folder, 'vault')) }),
    change: { kind: 'take-inside', file: printableText(`${folder}/file`), inside },
    content: () => {
      try {
        return readFileSync(`/proc/${pid}/root${folder}/file`, 'utf8');
      } catch {
        return undefined;
      }
    },
    end,
  };
}

const reason = (outcome: Prepared | Performed): string =>
  outcome.kind === 'stopped' ? `${outcome.stop.id}: ${outcome.stop.detail}` : outcome.kind;

test('a file is taken where it lies, and put back there', async () => {
  const { work, change, content } = await scene();
  const prepared = await work.prepare(change, []);
  if (prepared.kind !== 'ready') throw new Error(reason(prepared));
  expect(reason(await work.perform(change, prepared.before, 'S1-1'))).toBe('done');
  expect(content()).toBeUndefined();
  expect(reason(await work.perform(change, prepared.before, 'S1-1'))).toBe('done');
  expect(reason(await work.revert(change, prepared.before, 'S1-1'))).toBe('done');
  expect(content()).toBe('inside\n');
});

test('another process of that number, another boot, another namespace and our own are not gone into', async () => {
  const { work, change, content } = await scene();
  const own = Number(/\d+/.exec(readlinkSync('/proc/self/ns/mnt'))?.[0]);
  const cases: readonly (readonly [Partial<typeof change.inside>, string])[] = [
    [{ startTicks: 1 }, 'nobody lives there'],
    [{ bootId: 'another' }, 'nobody lives there'],
    [{ namespace: 1 }, 'nobody lives there'],
    [{ namespace: own }, 'not another'],
  ];
  for (const [other, told] of cases) {
    const wrong = { ...change, inside: { ...change.inside, ...other } };
    expect(reason(await work.prepare(wrong, []))).toBe(`namespace-gone: ${told}`);
  }
  expect(content()).toBe('inside\n');
});

test('when the last one has ended it says so, and nothing is written anywhere', async () => {
  const { work, change, end } = await scene();
  const prepared = await work.prepare(change, []);
  if (prepared.kind !== 'ready') throw new Error(reason(prepared));
  await work.perform(change, prepared.before, 'S1-1');
  await end();
  expect(reason(await work.revert(change, prepared.before, 'S1-1'))).toBe(
    'namespace-gone: nobody lives there',
  );
  expect(() => readFileSync(change.file)).toThrow();
});
