/** Signs of mining that need no RandomX: memory, traffic, configuration, disguise. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { poolAddress, stageFolder } from '../places.ts';
import {
  exampleWallet,
  minerLogin,
  openPool,
  openService,
  poolPort,
  servicePort,
  serviceRequest,
} from '../pool.ts';
import type { Scenario } from '../scenario.ts';
import { dropFolder, ownedPath } from './cast.ts';

export const memoryShape: Scenario = {
  id: 'memory-shape',
  needs: [],
  infected: {
    verdicts: ['mining', 'suspicious'],
    rules: ['memory.randomx-dataset'],
    set: async (stage) => ({
      pid: await stage.start({ part: { kind: 'mining-shape' } }, { executable: join(dropFolder, 'job') }),
    }),
  },
  twin: {
    set: async (stage) => ({
      pid: await stage.start({ part: { kind: 'large-heap' } }, { executable: ownedPath() }),
    }),
  },
};

export const poolSession: Scenario = {
  id: 'pool-session',
  needs: [],
  infected: {
    verdicts: ['mining'],
    rules: ['traffic.stratum-session', 'content.mining-session'],
    set: async (stage) => {
      stage.onClear(openPool());
      const part = { kind: 'session', address: poolAddress, port: poolPort, greeting: minerLogin() } as const;
      return { pid: await stage.start({ part }, { executable: join(dropFolder, 'job') }) };
    },
  },
  twin: {
    set: async (stage) => {
      stage.onClear(openService());
      const greeting = serviceRequest();
      const part = { kind: 'session', address: poolAddress, port: servicePort, greeting } as const;
      return { pid: await stage.start({ part }, { executable: ownedPath() }) };
    },
  },
};

/** Keys that only miners' configurations have (xmrig: src/config.json). */
const minerConfig = (): string =>
  JSON.stringify({
    autosave: true,
    cpu: { 'huge-pages': true, 'max-threads-hint': 75 },
    'donate-level': 1,
    randomx: { mode: 'auto', '1gb-pages': false, wrmsr: true },
    pools: [
      { algo: 'rx/0', url: `${poolAddress}:${poolPort}`, user: exampleWallet(), pass: 'x', keepalive: true },
    ],
  });

export const openConfiguration: Scenario = {
  id: 'open-configuration',
  needs: [],
  infected: {
    verdicts: ['mining', 'suspicious'],
    rules: ['content.mining-session', 'content.miner-configuration', 'content.wallet'],
    set: async (stage) => {
      const open = join(dropFolder, 'config.json');
      stage.write(open, minerConfig());
      return {
        pid: await stage.start({ part: { kind: 'hog' }, open }, { executable: join(dropFolder, 'job') }),
      };
    },
  },
  twin: {
    set: async (stage) => {
      const open = join(stageFolder, 'notes', 'report.txt');
      stage.write(
        open,
        `The miner of last week paid to this wallet:\n${exampleWallet()}\nTold the police.\n`,
      );
      return { pid: await stage.start({ part: { kind: 'idle' }, open }, { executable: ownedPath() }) };
    },
  },
};

export const kernelName: Scenario = {
  id: 'kernel-name',
  needs: [],
  infected: {
    verdicts: ['suspicious', 'mining'],
    rules: ['disguise.kernel-thread-name'],
    set: async (stage) => ({
      pid: await stage.start(
        { part: { kind: 'hog' }, argv: ['[kworker/0:1]'], name: 'kworker/0:1' },
        { executable: join(dropFolder, 'kworker') },
      ),
    }),
  },
  twin: {
    set: async (stage) => {
      const executable = ownedPath();
      return { pid: await stage.start({ part: { kind: 'hog' }, argv: [executable] }, { executable }) };
    },
  },
};

const libraryFolders = ['/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu', '/usr/lib64', '/lib64', '/lib'];

export const preload: Scenario = {
  id: 'preload',
  needs: [],
  infected: {
    verdicts: ['suspicious', 'mining'],
    rules: ['disguise.preload', 'disguise.rootkit-mark'],
    set: async (stage) => ({
      pid: await stage.start(
        { part: { kind: 'hog' } },
        {
          executable: join(dropFolder, 'job'),
          // There is no such file: the loader says so, goes on, and the environment still shows the wish.
          environment: { LD_PRELOAD: join(dropFolder, 'libprocess.so'), HIDE_THIS_SHELL: '1' },
        },
      ),
    }),
  },
  twin: {
    set: async (stage) => {
      const library = libraryFolders.map((folder) => `${folder}/libm.so.6`).find((path) => existsSync(path));
      const environment = library === undefined ? {} : { LD_PRELOAD: library };
      return { pid: await stage.start({ part: { kind: 'hog' } }, { executable: ownedPath(), environment }) };
    },
  },
};

const hostsHead = '127.0.0.1 localhost\n::1 localhost\n';

export const blockedNames: Scenario = {
  id: 'blocked-names',
  needs: [],
  infected: {
    verdicts: ['suspicious'],
    rules: ['protection.names-blocked'],
    set: async (stage) => {
      const names = [
        'update.aegis.aliyun.com',
        'aegis.alicdn.com',
        'jsrv.aegis.aliyun.com',
        's.tencentcs.com',
      ];
      stage.edit('/etc/hosts', hostsHead + names.map((name) => `0.0.0.0 ${name}\n`).join(''));
      return {};
    },
  },
  twin: {
    set: async (stage) => {
      const names = Array.from({ length: 40 }, (_, index) => `ads${index}.example.net`);
      stage.edit('/etc/hosts', hostsHead + names.map((name) => `0.0.0.0 ${name}\n`).join(''));
      return {};
    },
  },
};
