/** `demine contain` as a user runs it: a host that mines at a pool far away, and a responder who came in from there. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleWallet, minerLogin } from '../../src/drill/pool.ts';
import { parseProcStat } from '../../src/formats/proc-pid-stat.ts';
import { ledgerEntries } from '../../src/respond/ledger/ledger-file.ts';
import { demine, folderIn, type LabHost, openLabHost, type Running } from '../lab/harness.ts';
import type { Finished } from '../lab/host.ts';
import { closePlaces, dial, type Listener, listen, openFarEnd, type Place, placeOf } from '../lab/network.ts';

const pool = '192.0.2.10';
const honest = '192.0.2.20';
const hidden = '/var/tmp/.cache-x';
const folder = '/run/case';

let host: LabHost;
let holder: Running;
let place: Place;
let far: Place;
let miner: Running;
const servers: Listener[] = [];

const job = `{"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"1","job":{"blob":"${'0'.repeat(152)}","job_id":"7","target":"b88d0600","seed_hash":"${'0'.repeat(64)}"},"status":"OK"}}\n`;
const client = `import socket
login = open('${hidden}/login').read()
c = socket.create_connection(('${pool}', 3333))
c.sendall((login + '\\n').encode())
c.recv(4096)
print('ready', flush=True)
x = 1.0
while True: x = x * 1.0000001 % 7`;

beforeAll(async () => {
  host = await openLabHost();
  writeFileSync(join(host.root, 'etc/machine-id'), `${'1'.repeat(32)}\n`);
  holder = await host.start(['sleep', '600']);
  place = placeOf(holder.outer);
  far = await openFarEnd(place);
  const server = far.inside(() =>
    Bun.listen({ hostname: pool, port: 3333, socket: { data: (socket) => void socket.write(job) } }),
  );
  servers.push(
    { port: 3333, stop: () => server.stop(true) },
    listen(far, honest, 3333),
    listen(place, '0.0.0.0', 22),
  );
  writeFileSync(join(folderIn(host, hidden), 'login'), minerLogin());
  writeFileSync(join(host.root, hidden, 'client.py'), client);
  const args = ['-o', `stratum+tcp://${pool}:3333`, '-u', exampleWallet()];
  miner = await host.start(['python3', `${hidden}/client.py`, ...args], { readyLine: 'ready' });
  const scanned = await demine(host, ['scan', '--interval', '1', '--out', folder]);
  expect(scanned).toMatchObject({ code: 1, stderr: '' });
});
afterAll(async () => {
  for (const one of servers) one.stop();
  await miner.stop();
  await holder.stop();
  closePlaces();
  await host.stop();
});
afterEach(async () => {
  await contain('--lift', '--yes');
});

const contain = (...args: string[]): Promise<Finished> => demine(host, ['contain', ...args]);
const ours = (): string => place.tool(['nft', 'list', 'ruleset']).output;
const records = () => ledgerEntries(join(host.root, folder, 'ledger')).map(({ record }) => record);
const state = (): string => parseProcStat(readFileSync(`/proc/${miner.outer}/stat`))?.state ?? 'gone';

async function reaches(address: string): Promise<boolean> {
  const talk = await dial(place, address, 3333);
  const heard = (await talk?.echoes()) === true;
  talk?.end();
  return heard;
}
const mines = async (): Promise<boolean> => {
  const talk = await dial(place, pool, 3333);
  talk?.end();
  return talk !== undefined;
};

describe('a block', () => {
  test('is only shown without --yes, and then shown exactly', async () => {
    const before = existsSync(join(host.root, folder, 'ledger'));
    const shown = await contain(folder, '--block', '--freeze');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain(`${pool} `);
    expect(shown.stdout).toContain(`${pool} timeout 900s`);
    expect(shown.stdout).toContain(`miner       ${miner.pid}`);
    expect(shown.stdout).toContain('Nothing was changed. To do it, add --yes.');
    expect([ours(), await mines(), state(), existsSync(join(host.root, folder, 'ledger'))]).toEqual([
      '',
      true,
      'R',
      before,
    ]);
    // What is shown is what nft would take.
    const text = shown.stdout.split('Exactly\n')[1]?.split('\n\n')[0] ?? '';
    expect(place.tool(['nft', '-c', '-f', '-'], `${text}\n`)).toEqual({ code: 0, output: '' });
  });

  test('is set with --yes, told, confirmed and lifted, and the ledger has it all', async () => {
    const done = await contain(folder, '--block', '--for', '10m', '--yes');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('set in one step');
    expect([await mines(), await reaches(honest)]).toEqual([false, true]);
    const status = await contain();
    expect(status.stdout).toMatch(
      /1 address is blocked in both directions\n {2}lifts by itself at 20\d\d-.* UTC, in 9 min/,
    );

    const confirmed = await contain(folder, '--confirm', '--yes');
    expect(confirmed.stdout).toContain('what stood is lasting now');
    expect((await contain()).stdout).toContain('lasting, until it is lifted or this host restarts');

    const lifted = await contain(folder, '--lift', '--yes');
    expect(lifted.stdout).toContain('lifted; nothing of ours is left');
    expect([ours(), await mines()]).toEqual(['', true]);
    const kinds: readonly string[] = records().map(({ kind }) => kind);
    expect(kinds).toEqual(['containing', 'contained', 'confirming', 'contained', 'lifting', 'contained']);
    expect(records()[0]).toEqual({
      kind: 'containing',
      by: 'nf_tables',
      containment: { mode: 'block', addresses: [pool], names: [] },
      seconds: 600,
    });
  });

  test('that is over cannot be confirmed', async () => {
    expect(await contain('--confirm', '--yes')).toMatchObject({ code: 1, stderr: '' });
  });

  test('in Chinese', async () => {
    const shown = await demine(host, ['contain', folder, '--block', '--lang', 'zh']);
    expect(shown.stdout).toContain('双向封禁，对本机及其容器生效');
    expect(shown.stdout).toContain(`进程 ${miner.pid} 的矿池`);
    expect(shown.stdout).toContain('尚未做任何更改');
  });
});

describe('isolation', () => {
  test('refuses where nobody would be kept', async () => {
    const refused = await contain(folder, '--isolate', '--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('it may cut you off');
    expect(ours()).toBe('');
  });

  test('keeps the connection of the responder, as sshd told it', async () => {
    const session = await dial(far, '203.0.113.2', 22);
    const environment = { SSH_CONNECTION: `203.0.113.1 ${session?.localPort} 203.0.113.2 22` };
    const done = await demine(host, ['contain', folder, '--isolate', '--yes'], { environment });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain(`203.0.113.1:${session?.localPort} → 203.0.113.2:22`);
    expect(await session?.echoes()).toBe(true);
    expect([await mines(), await reaches(honest)]).toEqual([false, false]);
    expect((await contain()).stdout).toContain('this host is isolated');
    session?.end();
  });

  test('keeps an address, and at a console nobody', async () => {
    await contain(folder, '--isolate', '--keep', honest, '--yes');
    expect([await mines(), await reaches(honest)]).toEqual([false, true]);
    await contain(folder, '--isolate', '--keep', 'none', '--yes');
    expect(await reaches(honest)).toBe(false);
  });
});

describe('the miner', () => {
  test('is held and let go', async () => {
    const held = await contain(folder, '--freeze', '--yes');
    expect(held).toMatchObject({ code: 0, stderr: '' });
    expect(held.stdout).toMatch(/1 process held, all within [\d.]+ ms/);
    expect(state()).toBe('T');
    expect((await contain(folder)).stdout).toContain('1 process held by the ledger');
    expect(await contain(folder, '--thaw')).toMatchObject({ code: 0 });
    expect(state()).toBe('T');
    const thawed = await contain(folder, '--thaw', '--yes');
    expect(thawed.stdout).toContain('1 process let go');
    expect(state()).toBe('R');
    expect(await contain(folder, '--thaw', '--yes')).toMatchObject({ code: 1 });
  });

  test('is let go by what a crash left in the ledger', async () => {
    await contain(folder, '--freeze', '--yes');
    const path = join(host.root, folder, 'ledger');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    // The last line, "frozen", was not written any more.
    writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n${lines.at(-1)?.slice(0, 40)}`);
    expect(await contain(folder, '--thaw', '--yes')).toMatchObject({ code: 0 });
    expect(state()).toBe('R');
    expect(records().map(({ kind }) => kind)).toContain('torn');
  });
});

describe('without a case', () => {
  test('this host is scanned first', async () => {
    const done = await contain('--block');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('MINING');
    expect(done.stdout).toContain(`${pool} timeout 900s`);
    const made = /demine contain (\S+) --block --freeze/.exec(done.stdout)?.[1] ?? '';
    expect(existsSync(join(host.root, made, 'case.sqlite'))).toBe(true);
    expect(ours()).toBe('');
  });

  test('a block is printed from a look that keeps nothing', async () => {
    const before = readdirSync(join(host.root, 'cases'));
    const printed = await contain('--print', 'hosts');
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toContain(`#   ${pool}\n`);
    expect(readdirSync(join(host.root, 'cases'))).toEqual(before);
  });

  test('a folder with a root file system is looked at for its block, and nothing is set for it', async () => {
    const image = '/srv/image';
    for (const name of ['etc', 'usr/bin', 'var'])
      mkdirSync(join(host.root, image, name), { recursive: true });
    const printed = await contain(image, '--print', 'nft');
    expect(printed).toMatchObject({ code: 1, stderr: '' });
    const refused = await contain(image, '--block', '--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('it was read from files');
    expect(ours()).toBe('');
  });
});

describe('what cannot be', () => {
  test('is a containment of another host; its block can be printed', async () => {
    writeFileSync(join(host.root, 'etc/machine-id'), `${'2'.repeat(32)}\n`);
    const refused = await contain(folder, '--block', '--yes');
    const printed = await contain(folder, '--print', 'cisco');
    writeFileSync(join(host.root, 'etc/machine-id'), `${'1'.repeat(32)}\n`);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is of another host: it has another machine id');
    expect(ours()).toBe('');
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toContain(` deny ip any host ${pool}\n`);
  });

  test('is one without the rights to', async () => {
    const done = await host.run([
      ...[
        'setpriv',
        '--bounding-set=-net_admin',
        process.execPath,
        join(import.meta.dir, '../../src/cli/main.ts'),
      ],
      ...['contain', folder, '--block', '--yes'],
    ]);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('it takes the rights of root (CAP_NET_ADMIN)');
    expect(records().at(-1)).toEqual({ kind: 'contained', result: 'failed', detail: 'EPERM' });
  });

  test('is one that a second responder is at work with', async () => {
    const lock = await host.start(['flock', join(folder, 'ledger'), 'sh', '-c', 'echo ready; sleep 100'], {
      readyLine: 'ready',
    });
    const refused = await contain(folder, '--block', '--yes');
    await lock.stop();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is being worked on by another Demine');
    expect(ours()).toBe('');
  });

  test('is one that cannot be recorded', async () => {
    const mounted = ['mount --bind "$0" "$0"', 'mount -o remount,bind,ro "$0"'].join(' && ');
    expect(await host.run(['sh', '-c', mounted, folder])).toMatchObject({ code: 0 });
    const [refused, held] = [
      await contain(folder, '--block', '--yes'),
      await contain(folder, '--freeze', '--yes'),
    ];
    await host.run(['umount', folder]);
    for (const one of [refused, held]) {
      expect(one.code).toBe(2);
      expect(one.stderr).toContain('read-only');
    }
    expect([ours(), state()]).toEqual(['', 'R']);
  });

  test('is one of a case that is none', async () => {
    expect(await contain('/run/nothing', '--block')).toMatchObject({ code: 2 });
  });
});
