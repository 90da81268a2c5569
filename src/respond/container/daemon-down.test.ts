/** The file of a daemon that is down, and not of one that runs: in namespaces of the tests. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Precondition } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { liveNative } from '../../native/live.ts';
import { liveSignals } from '../../native/process-signal.ts';
import { LiveExecutor } from '../execute/live.ts';
import { sha256Of } from '../execute/look.ts';
import type { Carried } from '../execute/port.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';

const policy = '{"Name":"always","MaximumRetryCount":0}';
const content = `{"Binds":["/:/host"],"RestartPolicy":${policy},"AutoRemove":false}`;
const without = content.replace('always', 'no');
const down: readonly Precondition[] = [{ kind: 'no-daemon', programs: ['dockerd'] }];

let folder: string;
let file: string;
let daemon: Bun.Subprocess | undefined;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'demine-down-')));
  const own = join(folder, 'containers', 'c0ffee'.padEnd(64, '0'));
  mkdirSync(own, { recursive: true });
  file = join(own, 'hostconfig.json');
  writeFileSync(file, content);
});
afterEach(async () => {
  daemon?.kill('SIGKILL');
  await daemon?.exited;
  daemon = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** What it is called is the file that it runs. */
async function startDaemon(): Promise<void> {
  const program = join(folder, 'dockerd');
  copyFileSync('/bin/sleep', program);
  chmodSync(program, 0o755);
  daemon = Bun.spawn([program, '600'], { stdio: ['ignore', 'ignore', 'ignore'] });
  for (let waited = 0; waited < 100; waited += 1) {
    if (readFileSync(`/proc/${daemon.pid}/cmdline`, 'latin1').startsWith(program)) return;
    await Bun.sleep(20);
  }
}

function executor(): { readonly live: LiveExecutor; readonly close: () => void } {
  const ledger = openLedger(join(folder, 'ledger'));
  const live = new LiveExecutor({
    native: liveNative(),
    signals: liveSignals(),
    vault: new Vault(join(folder, 'vault')),
    ledger,
    earlier: [],
    bootId: '',
    name: printableText('lab'),
    self: process.pid,
  });
  return {
    live,
    close: () => {
      live.close();
      ledger.close();
    },
  };
}

const change = (): Carried => ({
  kind: 'edit-file',
  path: printableText(file),
  edits: [
    {
      line: 1,
      part: { at: content.indexOf(policy), length: policy.length },
      before: printableText(policy),
      after: printableText(policy.replace('always', 'no')),
    },
  ],
  after: sha256Of(Buffer.from(without)),
  unlock: false,
});

test('the policy goes, every other byte stays, and undo puts it back', async () => {
  const { live, close } = executor();
  const prepared = await live.prepare(change(), down);
  if (prepared.kind !== 'ready') throw new Error(JSON.stringify(prepared));
  expect(await live.perform(change(), prepared.before, 'S1-1')).toMatchObject({ kind: 'done' });
  expect(readFileSync(file, 'utf8')).toBe(without);
  expect(await live.revert(change(), prepared.before, 'S1-1')).toMatchObject({ kind: 'done' });
  expect(readFileSync(file, 'utf8')).toBe(content);
  close();
});

test('a daemon that came up since stops the step, and its undoing: it holds the policy in memory', async () => {
  const { live, close } = executor();
  const prepared = await live.prepare(change(), down);
  if (prepared.kind !== 'ready') throw new Error(JSON.stringify(prepared));
  await live.perform(change(), prepared.before, 'S1-1');
  await startDaemon();
  expect(await live.prepare(change(), down)).toMatchObject({ kind: 'stopped', stop: { id: 'daemon-runs' } });
  expect(await live.revert(change(), prepared.before, 'S1-1')).toMatchObject({
    kind: 'stopped',
    stop: { id: 'daemon-runs' },
  });
  expect(readFileSync(file, 'utf8')).toBe(without);
  close();
});
