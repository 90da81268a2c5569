/**
 * `linux.docker-containers`: what each container of Docker runs, how it comes back, and what of the host it reaches.
 *
 * Reads config.v2.json and hostconfig.json below every root of Docker. Why: an open API 2375 is used to start an
 * image of a few megabytes with a shell that fetches, with / bound in and a restart policy; after a reboot it is
 * back before anybody logs in. What it is NOT: the container as such (`linux.containers`), nor what was written in
 * it (`linux.overlay-files`). A container that was stopped by hand and has no policy is told as not active.
 * Bounds: see `docker-roots.ts`. Sources: see `formats/docker-run.ts`; knowledge on entry, row Docker API.
 */
import { type DockerRun, dockerRun } from '../../../formats/docker-run.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { phrase, printableText } from '../../../model/text.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { below, runEntry } from './container-entry.ts';
import { dockerStates } from './docker-roots.ts';

const usual = '/var/lib/docker/containers/*';

function triggerOf({ restartPolicy, active }: DockerRun): string {
  if (restartPolicy !== 'no') return `boot, restart ${restartPolicy}`;
  return active ? 'running' : 'by hand';
}

export const dockerContainers: PersistenceArtifact = {
  id: 'linux.docker-containers',
  sources: [
    { kind: 'glob', path: `${usual}/config.v2.json`, live: false },
    { kind: 'glob', path: `${usual}/hostconfig.json`, live: false },
    { kind: 'glob', path: '/home/*/.local/share/docker/containers/*/config.v2.json', live: false },
  ],
  mechanisms: ['docker-container'],
  order: 14,
  required: false,
  gather(context) {
    const facts: PersistenceFact[] = [];
    for (const { folder, config, hostConfig } of dockerStates(context, this.id)) {
      const state = dockerRun(config, hostConfig);
      const { run, health, active, created } = state;
      const about = created === '' ? '' : `created ${created.slice(0, 19)}`;
      const given = {
        source: { source: below(folder, 'config.v2.json') },
        mechanism: 'docker-container',
        active,
        about,
      } as const;
      facts.push(runEntry(run, { ...given, trigger: printableText(triggerOf(state)) }));
      if (health.length === 0) continue;
      facts.push(runEntry({ ...run, words: health }, { ...given, trigger: phrase`health check` }));
    }
    return Promise.resolve(facts);
  },
};
