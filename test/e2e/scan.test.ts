/**
 * RandomX that nobody here wrote, in the forms in which miners hide it, through `demine scan` as a user starts
 * it; and what the alert (`--seen`) and the owner (`demine.yaml`) say.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleWallet, minerLogin } from '../../src/drill/pool.ts';
import { restored } from '../../src/probe/executable.ts';
import {
  alarms,
  demine,
  folderIn,
  type LabHost,
  openLabHost,
  type Running,
  type Scanned,
  scan,
  startStandIn,
} from '../lab/harness.ts';
import { repository } from '../lab/host.ts';

/** Documentation range (RFC 5737), on the loopback of the lab host only. */
const poolAddress = '192.0.2.7';
const hidden = '/var/tmp/.cache-x';
const fast = ['--interval', '0.5'] as const;

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
  await bun(
    `const { raiseLoopback } = await import('${repository}/src/native/loopback.ts');
     if (raiseLoopback('${poolAddress}').status !== 'ok') process.exit(1);`,
  );
});
afterAll(async () => {
  await host.stop();
});

async function bun(program: string): Promise<void> {
  const { code, stderr } = await host.run([process.execPath, '-e', program]);
  if (code !== 0) throw new Error(stderr);
}

async function shell(command: string): Promise<string> {
  const { code, stdout, stderr } = await host.run(['sh', '-c', command]);
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

async function whileRunning<T>(running: readonly Running[], action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    for (const one of running.toReversed()) await one.stop();
  }
}

/** Called mining, with this pid alone among the miners, and RandomX named. */
function expectMining({ result, code }: Scanned, pid: number): Scanned['result']['miners'][number] {
  const rules = result.findings.filter((one) => one.pid === pid).map((one) => one.rule);
  expect({ verdict: result.verdict, why: result.why, rules }).toMatchObject({ verdict: 'mining' });
  expect(result.miners.map((miner) => miner.pid)).toEqual([pid]);
  expect(code).toBe(1);
  expect(rules).toContain('cpu.randomx-registers');
  const [miner] = result.miners;
  if (miner === undefined) throw new Error('no miner');
  expect(miner.algorithm).toBe('RandomX');
  return miner;
}

const startHasher = (
  mode: 'fast' | 'light',
  options: Parameters<typeof startStandIn>[3] = {},
  ...args: readonly string[]
): Promise<Running> =>
  startStandIn(host, 'randomx-hasher', [mode, ...(args.length > 0 ? args : ['1'])], options);

describe('RandomX that nobody here wrote is mining', () => {
  for (const mode of ['fast', 'light'] as const) {
    test(`in ${mode} mode, by the usual interval`, async () => {
      const miner = await startHasher(mode, { as: '/opt/job/worker' });
      await whileRunning([miner], async () => {
        const found = expectMining(await scan(host), miner.pid);
        expect(found).toMatchObject({
          exe: '/opt/job/worker',
          state: 'running',
          hidden: false,
          user: 'root',
        });
        expect(found.cpu).toBeGreaterThan(5);
      });
    });
  }

  test('within half a second', async () => {
    const miner = await startHasher('light', { as: '/opt/job/worker' });
    await whileRunning([miner], async () => expectMining(await scan(host, fast), miner.pid));
  });

  test('with several threads', async () => {
    const miner = await startHasher('light', { as: '/opt/job/worker' }, '4', 'pin');
    await whileRunning([miner], async () => expectMining(await scan(host, fast), miner.pid));
  });

  test('under the name of a service', async () => {
    const miner = await startHasher('light', { as: `${hidden}/sshd`, argv0: '/usr/sbin/sshd' });
    await whileRunning([miner], async () => {
      const found = expectMining(await scan(host, fast), miner.pid);
      expect(found.exe).toBe(`${hidden}/sshd`);
    });
  });

  test('under the name of a kernel thread', async () => {
    const miner = await startHasher('light', { as: `${hidden}/kworker`, argv0: '[kworker/0:1]' });
    await whileRunning([miner], async () => {
      const scanned = await scan(host, fast);
      expectMining(scanned, miner.pid);
      expect(scanned.result.findings.map(({ rule }) => rule)).toContain('disguise.kernel-thread-name');
    });
  });

  test('from a deleted file, which the case keeps, neutralised, with the hash of the original', async () => {
    const miner = await startHasher('light', { as: `${hidden}/gone` });
    const original = readFileSync(join(host.root, hidden, 'gone'));
    const sha256 = new Bun.CryptoHasher('sha256').update(original).digest('hex');
    await shell(`rm ${hidden}/gone`);
    await whileRunning([miner], async () => {
      const scanned = await scan(host, fast);
      const found = expectMining(scanned, miner.pid);
      expect(found).toMatchObject({ deleted: true, sha256, exe: `${hidden}/gone` });
      expect(scanned.result.recovered).toMatchObject([{ sha256, pid: miner.pid }]);
      const kept = readFileSync(join(host.root, scanned.result.recovered[0]?.path ?? ''));
      expect(kept.includes('\x7fELF')).toBe(false);
      expect(Buffer.from(restored(kept) ?? []).equals(original)).toBe(true);
    });
  });

  for (const [by, source] of [
    ['an empty folder', `${hidden}/empty`],
    ['the folder of another process', '/proc/1'],
  ] as const) {
    test(`covered by a bind mount of ${by}`, async () => {
      const miner = await startHasher('light', { as: `${hidden}/job` });
      await shell(`mkdir -p ${hidden}/empty; mount --bind ${source} /proc/${miner.pid}`);
      await whileRunning([miner], async () => {
        try {
          const scanned = await scan(host, fast);
          const found = expectMining(scanned, miner.pid);
          expect(found).toMatchObject({ hidden: true, exe: `${hidden}/job` });
          expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
          const rules = scanned.result.findings.map(({ rule }) => rule);
          expect(rules).toContain('hidden.process-by-mount');
        } finally {
          await shell(`umount /proc/${miner.pid}`);
        }
      });
    });
  }

  test('throttled to 30 % by the quota of its control group', async () => {
    const miner = await startHasher('light', { as: `${hidden}/job` });
    const group = '/run/cpu/demine-e2e';
    await shell(`mkdir -p /run/cpu; mountpoint -q /run/cpu || mount -t cgroup -o cpu cpu /run/cpu
      mkdir ${group}; echo 100000 > ${group}/cpu.cfs_period_us; echo 30000 > ${group}/cpu.cfs_quota_us
      echo ${miner.pid} > ${group}/cgroup.procs`);
    try {
      await whileRunning([miner], async () => {
        expect(expectMining(await scan(host, fast), miner.pid).cpu).toBeLessThan(60);
        expectMining(await scan(host), miner.pid);
      });
    } finally {
      await shell(`rmdir ${group}`);
    }
  });

  for (const [period, on, off] of [
    ['a tenth of a second', 0.03, 0.07],
    ['a second', 0.3, 0.7],
  ] as const) {
    for (const args of [fast, []]) {
      test(`stopped and continued by turns of ${period}, ${args.join(' ') || 'usual interval'}`, async () => {
        const miner = await startHasher('light', { as: `${hidden}/job` });
        await Bun.sleep(1500);
        const program = [
          'import os, signal, time',
          'while True:',
          `  os.kill(${miner.pid}, signal.SIGSTOP); time.sleep(${off})`,
          `  os.kill(${miner.pid}, signal.SIGCONT); time.sleep(${on})`,
        ];
        const turns = await host.start(['python3', '-c', program.join('\n')]);
        await whileRunning([miner, turns], async () => expectMining(await scan(host, args), miner.pid));
      });
    }
  }
});

/** Something that waits, with these arguments for everybody to see. */
const startWaiting = (...args: readonly string[]): Promise<Running> =>
  host.start(['python3', '-uc', 'print("ready"); import time; time.sleep(600)', ...args], {
    readyLine: 'ready',
  });

const sightings = ({ result }: Scanned) => result.findings.filter(({ rule }) => rule === 'indicator.seen');

/** A pool on the documentation address, and a client that keeps its login in memory and a core busy. */
async function startSession(): Promise<readonly [Running, Running]> {
  const folder = folderIn(host, hidden);
  const server = `import socket, time
s = socket.create_server(('${poolAddress}', 3333))
print('ready', flush=True)
c, _ = s.accept()
c.recv(4096)
c.sendall(b'{"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"1","job":{"blob":"${'0'.repeat(152)}","job_id":"7","target":"b88d0600","seed_hash":"${'0'.repeat(64)}"},"status":"OK"}}\\n')
time.sleep(600)`;
  const client = `import socket
login = open('${hidden}/login').read()
c = socket.create_connection(('${poolAddress}', 3333))
c.sendall((login + '\\n').encode())
job = c.recv(4096)
print('ready', flush=True)
x = 1.0
while True: x = x * 1.0000001 % 7`;
  writeFileSync(join(folder, 'login'), minerLogin());
  writeFileSync(join(folder, 'client.py'), client);
  const pool = await host.start(['python3', '-c', server], { readyLine: 'ready' });
  const args = ['-o', `stratum+tcp://${poolAddress}:3333`, '-u', exampleWallet()];
  return [pool, await host.start(['python3', `${hidden}/client.py`, ...args], { readyLine: 'ready' })];
}

describe('a session with a pool', () => {
  test('of a process that uses CPU is mining, with pool, wallet and coin; the alert leads to it', async () => {
    const [pool, client] = await startSession();
    await whileRunning([pool, client], async () => {
      const scanned = await scan(host, ['--interval', '1', '--seen', `${poolAddress}:3333`]);
      expect(scanned.result.verdict).toBe('mining');
      expect(scanned.code).toBe(1);
      expect(scanned.result.miners).toMatchObject([
        {
          pid: client.pid,
          pool: `${poolAddress}:3333`,
          wallet: exampleWallet(),
          coin: 'monero',
          algorithm: 'rx/0',
        },
      ]);
      const seen = sightings(scanned);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.map(({ pid }) => pid)).toContain(client.pid);
    });
  });

  test('to the same address is no sighting of another port', async () => {
    const [pool, client] = await startSession();
    await whileRunning([pool, client], async () => {
      const args = [...fast, '--seen', '192.0.2.70', '--seen', `${poolAddress}:4444`];
      const found = sightings(await scan(host, args)).flatMap(({ evidence }) => evidence);
      expect(found.filter(({ source }) => source.startsWith('/proc/net'))).toEqual([]);
    });
  });
});

describe('what the alert named', () => {
  test('is found by a domain in the arguments of a process, also below that domain', async () => {
    const running = await startWaiting('--url', 'eu.pool.example.net:3333');
    await whileRunning([running], async () => {
      const seen = sightings(await scan(host, [...fast, '--seen', 'pool[.]example[.]net']));
      expect(seen.map(({ pid }) => pid)).toEqual([running.pid]);
    });
  });

  test('is found by the hash of a program that runs', async () => {
    const miner = await startHasher('light', { as: '/opt/job/worker' });
    const bytes = readFileSync(join(host.root, '/opt/job/worker'));
    const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
    await whileRunning([miner], async () => {
      const seen = sightings(await scan(host, [...fast, '--seen', sha256]));
      expect(seen.map(({ pid }) => pid)).toEqual([miner.pid]);
    });
  });

  test('is never found in the scan itself, nor in the shell that started it', async () => {
    const main = join(repository, 'src', 'cli', 'main.ts');
    const sum = 'ab'.repeat(32);
    const seen = `--seen 203.0.113.9 --seen evil.example.org --seen ${sum} --seen https://evil.example.org/x`;
    const line = `${process.execPath} ${main} scan --json - --no-case --interval 0.5 ${seen}; echo $? >&2`;
    const { stdout, stderr } = await host.run(['sh', '-c', line]);
    const result: Scanned['result'] = JSON.parse(stdout);
    expect(result.findings.filter(({ rule }) => rule === 'indicator.seen')).toEqual([]);
    expect(result.verdict).toBe('clean');
    expect(stderr.trim()).toBe('0');
  });
});

describe('what the owner declared', () => {
  const config = '/etc/demine.yaml';
  const declare = (wallet: string): void =>
    writeFileSync(
      join(host.root, config),
      `version: 1\nmining:\n  - exe: /opt/job/worker\n    wallet: ${wallet}\n    reason: ours\n`,
    );

  test('is excused, and the result says so', async () => {
    declare(exampleWallet());
    const miner = await startHasher('light', { as: '/opt/job/worker' }, '1', '-u', exampleWallet());
    await whileRunning([miner], async () => {
      const { result, code } = await scan(host, [...fast, '--config', config]);
      expect({ verdict: result.verdict, alarms: alarms(result), code }).toEqual({
        verdict: 'clean',
        alarms: [],
        code: 0,
      });
      const excused = result.excused.filter(({ pid }) => pid === miner.pid);
      expect(excused.map(({ rule }) => rule)).toContain('cpu.randomx-registers');
      expect(excused.map(({ reason }) => reason)).toContain('ours');
    });
  });

  test('does not cover a miner that pays to another wallet', async () => {
    declare(`4${'A'.repeat(94)}`);
    const miner = await startHasher('light', { as: '/opt/job/worker' }, '1', '-u', exampleWallet());
    await whileRunning([miner], async () => {
      const { result, code } = await scan(host, [...fast, '--config', config]);
      expect(result.findings.map(({ rule }) => rule)).toContain('owner.wallet-differs');
      expect(result.miners.map(({ pid }) => pid)).toEqual([miner.pid]);
      expect({ verdict: result.verdict, code }).toEqual({ verdict: 'mining', code: 1 });
    });
  });
});

test('wallets and pools in an editor and in an idle script are clean', async () => {
  const notes = `pools we block:\nstratum+tcp://pool.example.net:3333\n${exampleWallet()}\n`;
  writeFileSync(join(folderIn(host, 'root'), 'notes.txt'), notes);
  const program =
    'kept = open("/root/notes.txt").read(); print("ready", flush=True); import time; time.sleep(600)';
  await shell('cp "$(readlink -f /usr/bin/python3)" /usr/bin/nano');
  const keepOpen = (name: string): Promise<Running> =>
    host.start([name, '-c', program], { readyLine: 'ready' });
  const running = [await keepOpen('/usr/bin/nano'), await keepOpen('/usr/bin/python3')];
  await whileRunning(running, async () => {
    const { result, code } = await scan(host, fast);
    expect({ alarms: alarms(result).map(({ rule, title }) => [rule, title]), code }).toEqual({
      alarms: [],
      code: 0,
    });
  });
});

test('a scan that is stopped in the middle leaves nothing stopped and nothing running', async () => {
  const miner = await startHasher('light', { as: '/opt/job/worker' });
  await whileRunning([miner], async () => {
    await shell(
      `timeout -s KILL 2 ${process.execPath} ${join(repository, 'src/cli/main.ts')} scan --no-case --interval 1 || true`,
    );
    const states = await shell(`for s in 1 2 3; do cut -d')' -f2 /proc/${miner.pid}/stat; sleep 0.1; done`);
    expect(states).not.toMatch(/^ [Tt] /m);
    expect(await shell('cat /proc/[0-9]*/cmdline | tr "\\0" " "')).not.toContain('--internal');
  });
});

test('an address of the alert that is none is refused before anything is read', async () => {
  const { code, stderr } = await demine(host, ['scan', '--seen', 'not an indicator', '--lang', 'en']);
  expect(code).toBe(2);
  expect(stderr).toContain('--seen: "not an indicator"');
});
