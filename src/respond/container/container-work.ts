/**
 * Carries out what a plan says of containers, through their engine: the restart policy goes, they stand still, they are
 * copied, they end. Each can be begun again after a crash: it asks how the container is and does what is left. What was
 * ordered is asked for afterwards, since an engine that says "done" may have done nothing.
 *
 * A container is ended by SIGKILL while it stands still: Docker sends the signal and then lets go, so that nothing of it
 * runs again; older ones refuse that, and are told to let go and to kill in one breath. Nothing is removed.
 * Sources: Docker Engine API 1.41, ContainerUpdate, ContainerPause, ContainerKill, ContainerStart; moby daemon/kill.go.
 */
import type { EngineContainer } from '../../formats/engine-container.ts';
import type { Before, Note, RecordedContainer, Stop } from '../../model/ledger.ts';
import type { ChangeOf, Precondition } from '../../model/plan.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import type { Answer } from '../../native/port.ts';
import type { Boundary, Performed, Prepared } from '../execute/port.ts';
import type { Distrust } from '../plan/container-view.ts';
import { keepEvidence } from './container-evidence.ts';
import { type Exported, type ExportWorld, keepExport } from './container-export.ts';
import { EngineClient } from './engine-client.ts';

type Change = ChangeOf<'container'>;

export interface ContainerWorld extends ExportWorld {
  /** Why an engine is not to be spoken to any more. */
  readonly distrust: (change: Change) => Promise<Distrust | undefined>;
  readonly boundary: Boundary;
  /** Milliseconds within which a container is as it was ordered to be, 10,000 where nothing is said. */
  readonly settlesMs?: number;
}

const usualMs = 10_000;
const pauseMs = 50;
/** Restarts by policy begin 100 ms after the end (moby restartmanager): within this, one shows. */
const restartsMs = 400;

const done = (notes: readonly Note[] = []): Performed => ({ kind: 'done', notes });
const stopped = (stop: Stop): { readonly kind: 'stopped'; readonly stop: Stop } => ({
  kind: 'stopped',
  stop,
});
const ended = (kept: Exported): Performed => ('id' in kept ? stopped(kept) : { kind: 'done', ...kept });

export const containerLabel = ({ container, engine }: Change): Printable =>
  phrase`${printableText(engine.kind)} ${container.name === '' ? printableText(container.id.slice(0, 12)) : container.name}`;

const alive: ReadonlySet<EngineContainer['state']> = new Set(['running', 'paused', 'restarting']);

const recorded = ({
  id,
  imageId,
  state,
  startedAt,
  restarts,
  policy,
}: EngineContainer): RecordedContainer => ({
  id,
  imageId,
  state,
  startedAt,
  restarts,
  policy,
});

/** What of a container is not as the plan says. */
function driftOf(now: EngineContainer, preconditions: readonly Precondition[]): string | undefined {
  for (const one of preconditions) {
    if (one.kind !== 'container' || one.id !== now.id) continue;
    if (one.imageId !== now.imageId) return now.imageId;
    // Its own policy starts it anew; anything else that did is somebody who works with it.
    if (one.startedAt !== now.startedAt && now.restarts <= one.restarts) return now.startedAt;
  }
  return undefined;
}

export class ContainerWork {
  readonly #world: ContainerWorld;
  readonly #settlesMs: number;

  constructor(world: ContainerWorld) {
    this.#world = world;
    this.#settlesMs = world.settlesMs ?? usualMs;
  }

  async prepare(change: Change, preconditions: readonly Precondition[]): Promise<Prepared> {
    const distrusted = await this.#distrusted(change);
    if (distrusted !== undefined) return distrusted;
    const now = await new EngineClient(change.engine).inspect(change.container.id);
    if (now.status !== 'ok') return stopped(this.#missing(change, now));
    const drift = driftOf(now.value, preconditions);
    return drift === undefined
      ? { kind: 'ready', before: { kind: 'container', container: recorded(now.value) } }
      : stopped({ id: 'other-container', subject: containerLabel(change), detail: drift });
  }

  async perform(change: Change, token: string): Promise<Performed> {
    const distrusted = await this.#distrusted(change);
    if (distrusted !== undefined) return distrusted;
    const client = new EngineClient(change.engine);
    switch (change.action) {
      case 'no-restart':
        return await this.#setPolicy(client, change, { name: 'no', retries: 0 });
      case 'pause':
        return await this.#pause(client, change);
      case 'evidence': {
        const kept = await keepEvidence(client, change, this.#world, { token, name: containerLabel(change) });
        this.#world.boundary('container-copied');
        return ended(kept);
      }
      case 'export': {
        const kept = await this.#export(client, change, token);
        this.#world.boundary('container-exported');
        return ended(kept);
      }
      case 'stop':
        return await this.#stop(client, change);
    }
  }

  async revert(change: Change, before: Before): Promise<Performed> {
    if (before.kind !== 'container') return stopped(this.#refused(change, 'no record of it'));
    const distrusted = await this.#distrusted(change);
    if (distrusted !== undefined) return distrusted;
    const client = new EngineClient(change.engine);
    const was = before.container;
    switch (change.action) {
      case 'no-restart':
        return await this.#setPolicy(client, change, was.policy);
      case 'pause':
        return was.state === 'paused' ? done() : await this.#letGo(client, change);
      case 'evidence':
      case 'export':
        // Copies stay in the case.
        return done();
      case 'stop':
        return alive.has(was.state) ? await this.#startAgain(client, change, was) : done();
    }
  }

  /** Looked at each time: between two runs another may have come to listen there. */
  async #distrusted(change: Change): Promise<ReturnType<typeof stopped> | undefined> {
    const why = await this.#world.distrust(change);
    return why === undefined
      ? undefined
      : stopped({ id: 'no-engine', subject: change.engine.socket, detail: why });
  }

  #missing(change: Change, answer: Exclude<Answer<unknown>, { readonly status: 'ok' }>): Stop {
    const id = answer.status === 'absent' ? 'container-gone' : 'no-engine';
    return { id, subject: containerLabel(change), detail: answer.reason };
  }

  #refused(change: Change, detail: string): Stop {
    return { id: 'engine-refused', subject: containerLabel(change), detail };
  }

  /** Asks until it is so; the last that was seen, or why it cannot be asked. */
  async #until(
    client: EngineClient,
    change: Change,
    isSo: (now: EngineContainer) => boolean,
    withinMs: number = this.#settlesMs,
  ): Promise<{ readonly so: boolean; readonly now: EngineContainer } | Stop> {
    const end = performance.now() + withinMs;
    for (;;) {
      const now = await client.inspect(change.container.id);
      if (now.status !== 'ok') return this.#missing(change, now);
      if (isSo(now.value)) return { so: true, now: now.value };
      if (performance.now() > end) return { so: false, now: now.value };
      await Bun.sleep(pauseMs);
    }
  }

  /** What was ordered, asked for afterwards. */
  async #ordered(
    client: EngineClient,
    change: Change,
    answer: Answer<true>,
    isSo: (now: EngineContainer) => boolean,
  ): Promise<Performed> {
    // One that refused is not waited for.
    const seen = await this.#until(client, change, isSo, answer.status === 'ok' ? this.#settlesMs : 0);
    if ('id' in seen) return stopped(seen);
    if (seen.so) return done();
    return stopped(this.#refused(change, answer.status === 'ok' ? seen.now.state : answer.reason));
  }

  async #setPolicy(
    client: EngineClient,
    change: Change,
    policy: RecordedContainer['policy'],
  ): Promise<Performed> {
    const isSo = (now: EngineContainer): boolean =>
      now.policy.name === policy.name && now.policy.retries === policy.retries;
    const before = await this.#until(client, change, isSo, 0);
    if ('id' in before) return stopped(before);
    if (before.so) return done();
    const answer = await client.setPolicy(change.container.id, policy);
    this.#world.boundary('container-policy');
    return await this.#ordered(client, change, answer, isSo);
  }

  async #export(client: EngineClient, change: Change, token: string): Promise<Exported> {
    const now = await client.inspect(change.container.id);
    if (now.status !== 'ok') return this.#missing(change, now);
    const { removesItself, state } = now.value;
    return await keepExport(client, change, this.#world, {
      token,
      name: containerLabel(change),
      removesItself: removesItself && alive.has(state),
    });
  }

  async #pause(client: EngineClient, change: Change): Promise<Performed> {
    // Between two starts there is nothing to hold; its policy is gone, so it settles.
    const settled = await this.#until(client, change, ({ state }) => state !== 'restarting');
    if ('id' in settled) return stopped(settled);
    const { state } = settled.now;
    if (state === 'paused') return done();
    if (state !== 'running') return done([{ part: 'already', detail: state }]);
    const answer = await client.pause(change.container.id);
    this.#world.boundary('container-paused');
    return await this.#ordered(
      client,
      change,
      answer,
      (now) => !alive.has(now.state) || now.state === 'paused',
    );
  }

  async #letGo(client: EngineClient, change: Change): Promise<Performed> {
    const now = await this.#until(client, change, () => true);
    if ('id' in now) return stopped(now);
    if (now.now.state !== 'paused') return done();
    const answer = await client.unpause(change.container.id);
    this.#world.boundary('container-let-go');
    return await this.#ordered(client, change, answer, ({ state }) => state !== 'paused');
  }

  async #stop(client: EngineClient, change: Change): Promise<Performed> {
    const { id } = change.container;
    const isOver = ({ state }: EngineContainer): boolean => !alive.has(state);
    const before = await this.#until(client, change, () => true);
    if ('id' in before) return before.id === 'container-gone' ? done([this.#gone()]) : stopped(before);
    if (isOver(before.now)) return done([{ part: 'already', detail: before.now.state }]);
    const wasPaused = before.now.state === 'paused';
    let answer = await client.end(id);
    this.#world.boundary('container-signalled');
    if (answer.status !== 'ok' && wasPaused) {
      // Older engines send no signal to what stands still.
      await client.unpause(id);
      answer = await client.end(id);
    }
    const ended = await this.#until(client, change, isOver, answer.status === 'ok' ? this.#settlesMs : 1_000);
    if ('id' in ended) return ended.id === 'container-gone' ? done([this.#gone()]) : stopped(ended);
    if (!ended.so) {
      // As it was before: one that stood still stands still.
      if (wasPaused && ended.now.state === 'running') await client.pause(id);
      const why = answer.status === 'ok' ? ended.now.state : answer.reason;
      return stopped({ id: 'container-runs', subject: containerLabel(change), detail: why });
    }
    const again = await this.#until(client, change, (now) => !isOver(now), restartsMs);
    if ('id' in again) return again.id === 'container-gone' ? done([this.#gone()]) : stopped(again);
    return again.so
      ? stopped({ id: 'container-runs', subject: containerLabel(change), detail: again.now.state })
      : done();
  }

  #gone(): Note {
    return { part: 'removed', detail: '' };
  }

  async #startAgain(client: EngineClient, change: Change, was: RecordedContainer): Promise<Performed> {
    const { id } = change.container;
    const now = await this.#until(client, change, () => true);
    if ('id' in now) return stopped(now);
    if (!alive.has(now.now.state)) {
      const answer = await client.start(id);
      this.#world.boundary('container-started');
      const started = await this.#ordered(client, change, answer, ({ state }) => alive.has(state));
      if (started.kind === 'stopped') return started;
    }
    if (was.state !== 'paused') return done();
    const paused = await client.pause(id);
    // It may have ended by itself; then there is nothing that would have to stand still.
    return await this.#ordered(client, change, paused, (seen) => seen.state !== 'running');
  }
}
