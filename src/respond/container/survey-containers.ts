/**
 * What the engines of the running host say of the containers that a plan may be about. It asks, and orders nothing.
 * Bounds: 64 containers, and those of the client.
 */
import type { Printable } from '../../model/text.ts';
import type { ContainerSurvey, SurveyedContainer } from '../plan/container-view.ts';
import { EngineClient } from './engine-client.ts';
import { type EngineWorld, findEngines } from './find-engine.ts';

const mostContainers = 64;
/** Milliseconds in which engines are asked how large containers are: they count file by file. */
const countingMs = 60_000;
const none: ContainerSurvey = { containers: new Map(), distrusted: [] };

/** @param ids of containers; without any no socket is spoken to */
export async function surveyContainers(ids: readonly string[], world: EngineWorld): Promise<ContainerSurvey> {
  if (ids.length === 0) return none;
  const found = await findEngines(world);
  const counted = performance.now() + countingMs;
  const containers = new Map<string, SurveyedContainer>();
  for (const one of found) {
    if (one.kind !== 'engine') continue;
    const client = new EngineClient(one.engine);
    const list = await client.list();
    const others = list.status === 'ok' ? list.value.filter(({ isRunning }) => isRunning) : [];
    for (const id of ids.slice(0, mostContainers)) {
      if (containers.has(id)) continue;
      const said = await client.inspect(id);
      if (said.status !== 'ok') continue;
      const size = performance.now() < counted ? await client.sizeOf(id) : undefined;
      const namesOf = (belongs: (other: (typeof others)[number]) => boolean): readonly Printable[] =>
        others.filter((other) => other.id !== id && belongs(other)).map(({ name }) => name);
      containers.set(id, {
        ...said.value,
        engine: one.engine,
        changesPolicy: one.changesPolicy,
        size: size?.status === 'ok' ? size.value : undefined,
        inItsNetwork: namesOf(({ network }) => network === id),
        ofItsProject: namesOf(({ project }) => project !== '' && project === said.value.project),
      });
    }
  }
  return {
    containers,
    distrusted: found.flatMap((one) =>
      one.kind === 'distrusted' ? [{ socket: one.socket, why: one.why }] : [],
    ),
  };
}
