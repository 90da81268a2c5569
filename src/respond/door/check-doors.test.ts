import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import type { Door, DoorKind, MeasureId } from '../../model/door.ts';
import { doorKinds, doorSchema, measureIds } from '../../model/door.ts';
import type { ResultExposure, ScanResult } from '../../model/result.ts';
import { SourceLog } from '../../model/source-log.ts';
import { cleanResult } from '../../report/result.fixture.ts';
import { processRow } from '../../report/rows.fixture.ts';
import { checkDoors } from './check-doors.ts';
import { DoorView } from './door-view.ts';
import { doorsOf, type FoundDoor } from './doors-of.ts';
import { measuresOf } from './measures.ts';

type Files = Readonly<Record<string, Recorded>>;
type Change = Partial<Pick<ScanResult, 'exposure' | 'processes' | 'persistence' | 'entry'>>;

const doorOf = (kind: DoorKind, rest: Partial<FoundDoor> = {}): FoundDoor => ({
  kind,
  service: kind,
  from: 'way-in',
  grade: 'confirmed',
  keys: [],
  ...rest,
});
const listening = (service: string, port: number, address = '0.0.0.0'): ResultExposure => ({
  service,
  address,
  port,
  transport: 'tcp',
  pid: 7,
  process: 'server',
  risk: 'high',
  reach: 'all-addresses',
});

async function check(
  door: FoundDoor,
  files: Files,
  change: Change = {},
  scope: 'host' | 'files' = 'host',
): Promise<Door> {
  const target = new RecordedTarget({ kind: scope === 'files' ? 'folder' : 'live', files });
  const result: ScanResult = {
    ...cleanResult,
    exposure: [],
    persistence: [],
    ...change,
    host: { ...cleanResult.host, scope },
  };
  const view = new DoorView({ target, log: new SourceLog() }, result);
  const [found] = await checkDoors(view, [door]);
  if (found === undefined) throw new Error('no door');
  return doorSchema.parse(found);
}
const of = ({ measures }: Door, id: MeasureId) => {
  const found = measures.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

describe('sshd', () => {
  const main = '/etc/ssh/sshd_config';
  const included =
    'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no\n';
  const state = async (files: Files): Promise<string> =>
    of(await check(doorOf('ssh-password'), files), 'ssh-no-passwords').state;

  test('passwords are off for everybody: closed, with the line', async () => {
    const door = await check(doorOf('ssh-password'), { [main]: included });
    expect(door.state).toBe('closed');
    expect(of(door, 'ssh-no-passwords').evidence).toEqual([
      { source: main, line: 2, text: 'PasswordAuthentication no' },
    ]);
  });

  test('the drop-in of a cloud image wins over the main file', async () => {
    const cloud = '/etc/ssh/sshd_config.d/50-cloud-init.conf';
    const door = await check(doorOf('ssh-password'), {
      [main]: included,
      [cloud]: 'PasswordAuthentication yes\n',
    });
    expect(door.state).toBe('open');
    expect(of(door, 'ssh-no-passwords').evidence[0]).toMatchObject({ source: cloud, line: 1 });
    expect(of(door, 'ssh-no-passwords').settings).toContain('PasswordAuthentication no');
    expect(of(door, 'ssh-no-passwords').commands).toEqual(['sshd -t', 'systemctl reload ssh']);
  });

  test('and ours wins over that', async () => {
    const folder = '/etc/ssh/sshd_config.d';
    const off = 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitEmptyPasswords no\n';
    const files = {
      [`${folder}/00-demine.conf`]: off,
      [`${folder}/50-cloud-init.conf`]: 'PasswordAuthentication yes\n',
    };
    expect(await state({ [main]: included, ...files })).toBe('closed');
  });

  test.each([
    ['where no line says so', 'Port 22\n', 'open'],
    ['for one group', `${included}Match Group wheel\n  PasswordAuthentication yes\n`, 'open'],
    ['by PAM', 'PasswordAuthentication no\nUsePAM yes\n', 'open'],
    [
      'by its older name',
      'PasswordAuthentication no\nUsePAM yes\nChallengeResponseAuthentication no\n',
      'closed',
    ],
    ['by PAM that is off', 'PasswordAuthentication no\nUsePAM no\n', 'closed'],
    ['only after a key', 'PasswordAuthentication yes\nAuthenticationMethods publickey,password\n', 'closed'],
    [
      'after a key, or without for one',
      'AuthenticationMethods publickey\nMatch User ada\nAuthenticationMethods password\n',
      'open',
    ],
    ['with none at all', `${included}PermitEmptyPasswords yes\n`, 'open'],
  ])('passwords %s', async (_name, text, expected) => {
    expect(await state({ [main]: text })).toBe(expected);
  });

  test('settings that cannot be read say nothing', async () => {
    expect((await check(doorOf('ssh-password'), { [main]: { status: 'denied' } })).state).toBe('unknown');
    expect((await check(doorOf('ssh-password'), {})).state).toBe('unknown');
  });

  test('root with a password is open; by default it is not', async () => {
    const root = async (line: string) =>
      of(await check(doorOf('ssh-password'), { [main]: `${included}${line}\n` }), 'ssh-root-by-key').state;
    expect(await root('PermitRootLogin yes')).toBe('open');
    expect(await root('PermitRootLogin without-password')).toBe('closed');
    expect(await root('')).toBe('closed');
  });

  test('a key that let somebody in is looked for in all accounts', async () => {
    const fingerprint = `SHA256:${'a'.repeat(43)}`;
    const row = cleanResult.persistence[0];
    const planted = {
      ...(row ?? {
        id: 'P1',
        user: 'root',
        trigger: 'login',
        command: '',
        decoded: [],
        active: true,
        judgement: 'malicious' as const,
        reasons: [],
      }),
      mechanism: 'ssh-authorized-key',
      source: '/root/.ssh/authorized_keys',
      line: 3,
      text: `ssh-rsa ${fingerprint} x`,
    };
    const door = doorOf('ssh-key', { keys: [fingerprint] });
    const before = await check(door, { [main]: included }, { persistence: [planted] });
    expect(before.state).toBe('open');
    expect(of(before, 'ssh-key-gone').evidence[0]).toMatchObject({
      source: '/root/.ssh/authorized_keys',
      line: 3,
    });
    expect((await check(door, { [main]: included })).state).toBe('closed');
    expect((await check(doorOf('ssh-key'), { [main]: included })).state).toBe('unknown');
  });
});

describe('Redis', () => {
  const file = '/etc/redis/redis.conf';
  const good = 'bind 127.0.0.1 -::1\nprotected-mode yes\nrequirepass s3cr3t-of-the-owner\n';
  const server = (uid: number) =>
    processRow({
      pid: 90,
      name: 'redis-server',
      user: uid === 0 ? 'root' : 'redis',
      uid,
    });

  test('on loopback, with a password, as its own account: closed, and no password is shown', async () => {
    const door = await check(doorOf('redis'), { [file]: good }, { processes: [server(107)] });
    expect(door.measures.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed']);
    expect(door.state).toBe('closed');
    expect(JSON.stringify(door)).not.toContain('s3cr3t');
  });

  test.each([
    ['bind 0.0.0.0\n', 'redis-bind'],
    ['', 'redis-bind'],
    ['bind 127.0.0.1\n', 'redis-password'],
    ['requirepass ""\n', 'redis-password'],
    ['protected-mode no\n', 'redis-protected'],
    ['enable-module-command yes\n', 'redis-protected'],
    ['requirepass x\nuser default on nopass ~* +@all\n', 'redis-password'],
  ] as const)('%j is open', async (text, id) => {
    expect(of(await check(doorOf('redis'), { [file]: text }), id).state).toBe('open');
  });

  test('a server that listens still is open, whatever its file says now', async () => {
    const door = await check(doorOf('redis'), { [file]: good }, { exposure: [listening('Redis', 6379)] });
    expect(of(door, 'redis-bind')).toMatchObject({
      state: 'open',
      evidence: [{ source: 'tcp 0.0.0.0:6379' }, {}],
    });
    expect(
      of(await check(doorOf('redis'), { [file]: good }, { processes: [server(0)] }), 'redis-account').state,
    ).toBe('open');
  });

  test('without a file, and on a disk image, what cannot be seen is said to be so', async () => {
    expect((await check(doorOf('redis'), {})).state).toBe('unknown');
    expect(of(await check(doorOf('redis'), { [file]: good }, {}, 'files'), 'redis-account').state).toBe(
      'unknown',
    );
  });
});

describe('databases', () => {
  const folder = '/etc/postgresql/15/main';
  const local = `${folder}/pg_hba.conf`;

  test.each([
    [
      "listen_addresses = 'localhost'\n",
      'local all all trust\nhost all all 127.0.0.1/32 trust\n',
      'closed',
      'closed',
    ],
    ["#listen_addresses = '*'\n", 'host all all 10.0.0.0/8 scram-sha-256\n', 'closed', 'closed'],
    ["listen_addresses = '*'\n", 'host all all 0.0.0.0/0 trust\n', 'open', 'open'],
    ["listen_addresses='10.1.2.3'\n", 'host all postgres 10.0.0.0 255.0.0.0 trust\n', 'open', 'open'],
  ])('PostgreSQL %#', async (settings, hba, bind: string, trust: string) => {
    const door = await check(doorOf('postgresql'), { [`${folder}/postgresql.conf`]: settings, [local]: hba });
    expect(`${of(door, 'postgresql-bind').state} ${of(door, 'postgresql-no-trust').state}`).toBe(
      `${bind} ${trust}`,
    );
    // What roles may do stands in no file.
    expect(of(door, 'postgresql-no-program').state).toBe('unknown');
  });

  test('what ALTER SYSTEM wrote counts', async () => {
    const files = {
      [`${folder}/postgresql.conf`]: "listen_addresses = 'localhost'\n",
      [`${folder}/postgresql.auto.conf`]: "listen_addresses = '*'\n",
      [local]: '',
    };
    expect(of(await check(doorOf('postgresql'), files), 'postgresql-bind').state).toBe('open');
  });

  test.each([
    ['[mysqld]\nbind-address = 127.0.0.1\nsecure_file_priv = NULL\n', 'closed', 'closed'],
    ['[mysqld]\nsecure-file-priv=""\n', 'open', 'open'],
    ['[client]\nbind-address = 127.0.0.1\n', 'open', 'unknown'],
    ['[mysqld]\nskip-networking\n', 'closed', 'unknown'],
  ])('MySQL %#', async (text, bind, files) => {
    const door = await check(doorOf('mysql'), { '/etc/mysql/conf.d/x.cnf': text });
    expect(`${of(door, 'mysql-bind').state} ${of(door, 'mysql-files').state}`).toBe(`${bind} ${files}`);
  });
});

describe('containers and applications', () => {
  const unit = '/lib/systemd/system/docker.service';

  test.each([
    [{ [unit]: '[Service]\nExecStart=/usr/bin/dockerd -H fd://\n' }, 'closed'],
    [{ [unit]: '[Service]\nExecStart=/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0:2375\n' }, 'open'],
    [{ [unit]: '[Service]\nExecStart=/usr/bin/dockerd --tlsverify --host=tcp://0.0.0.0:2376\n' }, 'closed'],
    [{ '/etc/docker/daemon.json': '{"hosts":["unix:///var/run/docker.sock","tcp://0.0.0.0:2375"]}' }, 'open'],
    [{ '/etc/docker/daemon.json': '{"hosts":["tcp://0.0.0.0:2376"],"tlsverify":true}' }, 'closed'],
    [{ '/etc/docker/daemon.json': '{"hosts":' }, 'unknown'],
    [
      {
        '/etc/systemd/system/docker.service.d/tcp.conf':
          '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H tcp://:2375\n',
      },
      'open',
    ],
  ])('Docker %#', async (files, expected) => {
    expect(of(await check(doorOf('docker-api'), files), 'docker-no-tcp').state).toBe(
      expected as Door['state'],
    );
  });

  test.each([
    [
      'authentication:\n  anonymous:\n    enabled: false\nauthorization:\n  mode: Webhook\n',
      ['closed', 'closed', 'closed'],
    ],
    [
      'authentication:\n  anonymous:\n    enabled: true\nauthorization:\n  mode: AlwaysAllow\nreadOnlyPort: 10255\n',
      ['open', 'open', 'open'],
    ],
    ['- a\n- b\n', ['closed', 'closed', 'closed']],
  ])('kubelet %#', async (text, states) => {
    const door = await check(doorOf('kubelet'), { '/var/lib/kubelet/config.yaml': text });
    expect(door.measures.map(({ state }) => state)).toEqual(states as Door['state'][]);
  });

  test('a flag wins over the file', async () => {
    const files = {
      '/var/lib/kubelet/config.yaml': 'authentication:\n  anonymous:\n    enabled: false\n',
      '/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--anonymous-auth=true"\n',
    };
    expect(of(await check(doorOf('kubelet'), files), 'kubelet-no-anonymous').state).toBe('open');
  });

  test.each([
    ['<useSecurity>true</useSecurity>', 'closed'],
    ['<useSecurity>false</useSecurity>', 'open'],
    [
      '<useSecurity>true</useSecurity>\n<authorizationStrategy class="hudson.security.AuthorizationStrategy$Unsecured"/>',
      'open',
    ],
    ['nothing of it', 'unknown'],
  ])('Jenkins %#', async (text, expected) => {
    const door = await check(doorOf('jenkins'), { '/var/lib/jenkins/config.xml': text });
    expect(of(door, 'jenkins-security').state).toBe(expected as Door['state']);
  });

  test('Nacos asks nobody by default, and its first secret is known', async () => {
    const path = '/opt/nacos/conf/application.properties';
    const nacos = async (text: string) =>
      of(await check(doorOf('nacos'), { [path]: text }), 'nacos-login').state;
    expect(await nacos('server.port=8848\n')).toBe('open');
    expect(await nacos('nacos.core.auth.enabled=true\n')).toBe('closed');
    const known = 'SecretKey012345678901234567890123456789012345678901234567890123456789';
    expect(
      await nacos(`nacos.core.auth.enabled=true\nnacos.core.auth.default.token.secret.key=${known}\n`),
    ).toBe('open');
  });

  test('a service without settings of ours is judged by who listens, and not at all from a disk', async () => {
    const door = doorOf('listener', { service: 'Elasticsearch', from: 'exposure' });
    expect(
      (await check(door, {}, { exposure: [listening('Elasticsearch', 9200, '::')] })).measures[0],
    ).toMatchObject({
      state: 'open',
      evidence: [{ source: 'tcp [::]:9200' }],
    });
    expect((await check(door, {})).state).toBe('closed');
    expect((await check(door, {}, {}, 'files')).state).toBe('unknown');
  });

  test('an update is never said to be done', async () => {
    const door = await check(doorOf('web-application', { service: 'confluence' }), {});
    expect(of(door, 'update')).toMatchObject({ state: 'unknown', subject: expect.stringContaining('8.5.4') });
    expect(door.state).toBe('unknown');
  });
});

describe('doors of a result', () => {
  const way = (vector: NonNullable<ScanResult['entry']>[number]['vector'], service: string, text = '') => ({
    vector,
    grade: 'confirmed' as const,
    attackers: [],
    account: '',
    service,
    chain: [{ step: 'success' as const, time: '2024-01-02T03:04:05Z', certain: true, source: '/x', text }],
    missing: [],
    excluded: [],
  });

  test('ways in first, then what is dangerous and reachable; one door for one thing', () => {
    const key = `SHA256:${'k'.repeat(43)}`;
    const doors = doorsOf({
      entry: [
        way('redis-cron', 'redis'),
        way('redis-key', 'redis'),
        way('ssh-key', 'sshd', `publickey RSA ${key}`),
        way('scheduler', 'yarn'),
        way('web-exploit', 'struts'),
      ],
      exposure: [
        listening('Redis', 6379),
        listening('Elasticsearch', 9200),
        { ...listening('SSH', 22), risk: 'low' },
      ],
    });
    expect(doors.map(({ kind, from }) => `${kind} ${from}`)).toEqual([
      'redis way-in',
      'ssh-key way-in',
      'yarn way-in',
      'web-application way-in',
      'listener exposure',
    ]);
    expect(doors[1]?.keys).toEqual([key]);
  });

  test('a host without either has none, and thousands are bounded', () => {
    expect(doorsOf({ exposure: [] })).toEqual([]);
    const many = Array.from({ length: 5000 }, (_, index) => listening(`s${index}`, index));
    expect(doorsOf({ exposure: many }).length).toBe(40);
  });

  test('every kind has measures, and every measure is of a kind', () => {
    const named = new Set(doorKinds.flatMap((kind) => measuresOf(kind, kind).map(({ id }) => id)));
    expect([...named].sort()).toEqual([...measureIds].sort());
  });
});
