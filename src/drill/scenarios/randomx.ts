/** RandomX that nobody here wrote, in the forms in which miners hide it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownerFolder, stageFolder } from '../places.ts';
import type { Infected, Scenario } from '../scenario.ts';
import { dropFolder, ownedPath, randomx } from './cast.ts';

const called: Pick<Infected, 'verdicts' | 'rules'> = {
  verdicts: ['mining'],
  rules: ['cpu.randomx-registers'],
};

/** A path outside of every package and not suspicious by itself, where an owner keeps a miner. */
const ownersMiner = (): string => join(ownerFolder(), 'mining', 'miner');

/** Percent of a core to which a careful miner is held. */
const throttled = 30;

export const randomxFast: Scenario = {
  id: 'randomx-fast',
  needs: ['randomx'],
  infected: {
    ...called,
    set: async (stage, means) => ({
      pid: await stage.start({ part: randomx(means, 'fast') }, { executable: ownersMiner() }),
    }),
  },
  twin: {
    set: async (stage, means) => {
      const pid = await stage.start({ part: randomx(means, 'fast') }, { executable: ownersMiner() });
      const config = `version: 1\nmining:\n  - exe: ${ownersMiner()}\n    reason: declared for the drill\n`;
      return { pid, config };
    },
  },
};

export const randomxRenamed: Scenario = {
  id: 'randomx-renamed',
  needs: ['randomx'],
  infected: {
    ...called,
    set: async (stage, means) => ({
      pid: await stage.start(
        { part: randomx(means, 'light'), argv: ['/usr/sbin/sshd', '-D'], name: 'sshd' },
        { executable: join(dropFolder, 'sshd') },
      ),
    }),
  },
  twin: {
    set: async (stage) => ({
      pid: await stage.start({ part: { kind: 'interval' } }, { executable: ownedPath() }),
    }),
  },
};

export const randomxDeleted: Scenario = {
  id: 'randomx-deleted',
  needs: ['randomx'],
  infected: {
    ...called,
    set: async (stage, means) => ({
      pid: await stage.start(
        { part: randomx(means, 'light') },
        { deleted: { folder: dropFolder, leaves: 'gone' } },
      ),
    }),
  },
  twin: {
    set: async (stage) => ({
      pid: await stage.start(
        { part: { kind: 'idle' } },
        { deleted: { folder: '/usr/local/bin', leaves: 'replaced' } },
      ),
    }),
  },
};

export const randomxCovered: Scenario = {
  id: 'randomx-covered',
  needs: ['randomx'],
  infected: {
    verdicts: ['mining'],
    rules: ['hidden.process-by-mount', 'hidden.mount-over-process', 'hidden.process'],
    set: async (stage, means) => {
      const pid = await stage.start(
        { part: randomx(means, 'light') },
        { executable: join(dropFolder, 'job') },
      );
      stage.cover(`/proc/${pid}`);
      return { pid };
    },
  },
  twin: {
    set: async (stage) => {
      const pid = await stage.start({ part: { kind: 'hog' } }, { executable: ownedPath() });
      const elsewhere = join(stageFolder, 'data');
      mkdirSync(elsewhere, { recursive: true });
      stage.cover(elsewhere);
      return { pid };
    },
  },
};

export const randomxQuota: Scenario = {
  id: 'randomx-quota',
  needs: ['randomx', 'cpuHierarchy'],
  infected: {
    ...called,
    set: async (stage, means) => {
      const pid = await stage.start(
        { part: randomx(means, 'light') },
        { executable: join(dropFolder, 'job') },
      );
      if (means.cpuHierarchy !== undefined) stage.limitByQuota(means.cpuHierarchy, pid, throttled);
      return { pid };
    },
  },
  twin: {
    set: async (stage, means) => {
      const pid = await stage.start({ part: { kind: 'fast-math' } }, { executable: ownedPath() });
      if (means.cpuHierarchy !== undefined) stage.limitByQuota(means.cpuHierarchy, pid, throttled);
      return { pid };
    },
  },
};

export const randomxPulse: Scenario = {
  id: 'randomx-pulse',
  needs: ['randomx'],
  infected: {
    ...called,
    set: async (stage, means) => {
      const pid = await stage.start(
        { part: randomx(means, 'light') },
        { executable: join(dropFolder, 'job') },
      );
      stage.limitByPulse(pid, throttled);
      return { pid };
    },
  },
  twin: {
    set: async (stage) => {
      const pid = await stage.start({ part: { kind: 'hog' } }, { executable: ownedPath() });
      stage.limitByPulse(pid, throttled);
      return { pid };
    },
  },
};
