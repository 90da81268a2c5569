import { afterAll, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Fact, FactSet } from '../../model/fact.ts';
import type { KnownHostFact, SocketFact } from '../../model/facts/network.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { folderTarget } from '../../target/folder.ts';
import { knownHosts } from './known-hosts.ts';

const scratch: string[] = [];
afterAll(() => {
  for (const folder of scratch) rmSync(folder, { recursive: true });
});

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample';
const hashed = (name: string): string =>
  `|1|${Buffer.from(name).toString('base64')}|${createHmac('sha1', name).update(name).digest('base64')} ${key}\n`;
const passwd = 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n';

const socket = (local: string, remote: string): SocketFact => ({
  kind: 'socket',
  source: { source: printableText('netlink:inet-diag') },
  transport: 'tcp',
  state: 'established',
  local: { address: local, port: 40_000 },
  remote: { address: remote, port: 443 },
  inode: 1,
  uid: 0,
  namespace: 1,
  owners: [],
  seenBy: ['netlink'],
  text: printableText(''),
});

async function gathered(
  files: Readonly<Record<string, string>>,
  facts: readonly Fact[] = [],
): Promise<{ readonly found: readonly KnownHostFact[]; readonly log: SourceLog }> {
  const root = mkdtempSync(join(tmpdir(), 'demine-known-hosts-'));
  scratch.push(root);
  for (const [path, content] of Object.entries({ 'etc/passwd': passwd, 'usr/x': '', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const target = folderTarget(root);
  const log = new SourceLog();
  try {
    const context = { target, log, facts: new FactSet(facts), nowUs: 0, thorough: false };
    const found = await knownHosts.gather(context);
    return { found: found.flatMap((fact) => (fact.kind === 'known-host' ? [fact] : [])), log };
  } finally {
    await target.close();
  }
}
const told = (found: readonly KnownHostFact[]): readonly string[] =>
  found.map(({ account, name = '', address = '' }) => `${account}: ${name} ${address}`.trim());

describe('hosts that accounts know', () => {
  test('are those of every home and of the whole host, and public places for code are none', async () => {
    const { found } = await gathered({
      'root/.ssh/known_hosts': `db-1,192.0.2.4 ${key}\ngithub.com,140.82.112.3 ${key}\n`,
      'home/ada/.ssh/known_hosts': `198.51.100.9 ${key}\n`,
      'etc/ssh/ssh_known_hosts': `backup.example.test ${key}\n`,
    });
    expect(told(found)).toEqual(['root: backup.example.test', 'root: db-1 192.0.2.4', 'ada:  198.51.100.9']);
    expect(found[1]?.source).toEqual({ source: printableText('/root/.ssh/known_hosts'), line: 1 });
  });

  test('of a hashed name are told where a connection, the own subnet or /etc/hosts has it', async () => {
    const entry: Fact = {
      kind: 'hosts-entry',
      source: { source: printableText('/etc/hosts'), line: 2 },
      address: '198.51.100.77',
      names: ['mail'],
      text: printableText('198.51.100.77 mail'),
    };
    const file = ['10.1.2.200', '192.0.2.50', 'mail', 'nobody-knows', '10.9.9.9'].map(hashed).join('');
    const { found } = await gathered({ 'root/.ssh/known_hosts': file }, [
      socket('10.1.2.3', '192.0.2.50'),
      entry,
    ]);
    expect(told(found)).toEqual(['root:  10.1.2.200', 'root:  192.0.2.50', 'root: mail', 'root:', 'root:']);
  });

  test('are none where nobody has a list, and that is no gap; a flood of lines is bounded', async () => {
    const { found, log } = await gathered({});
    expect(found).toEqual([]);
    expect(log.groups.filter(({ artifact }) => artifact === 'linux.known-hosts')).toEqual([]);
    const flood = await gathered({
      'root/.ssh/known_hosts': hashed('x').repeat(200) + `h ${key}\n`.repeat(9_000),
    });
    expect(flood.found.length).toBe(5_000);
  });
});
