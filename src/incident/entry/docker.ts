/**
 * Docker's API without a certificate: a container that binds the host's root, created from elsewhere.
 *
 * The container is the trace: it sees or becomes the whole host and mines, or its entry is accused. The log of dockerd
 * (with `debug: true`) or a proxy's tells of the request. What it is NOT: a container that somebody made who is root here
 * already; so without a door that stands open, or a request from another address, it is no way in. The gateway of a
 * bridge (172.17.0.1) stands for whoever came through Docker's proxy and names nobody.
 * Source: knowledge on entry §5.2, §5.4; Docker Engine API, ContainerCreate.
 */
import { reachOf } from '../../detect/address.ts';
import { listensOutside } from '../../formats/near-host.ts';
import type { ContainerEvent, LogEvent, RequestEvent, ServiceEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { Scene, SceneContainer } from '../scene.ts';
import { type ChainStep, type Excluded, earlierUs, type Missing, minutesUs, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import { addressOf, isRelay } from './tries.ts';
import type { EntryWatcher } from './watcher.ts';

interface Asked extends Kept {
  readonly from: string;
  readonly container: string;
}

/** Of dockerd with certificates. */
const guardedPort = ':2376';
const creates =
  /^(?:\/v1\.\d{1,2})?\/(?:containers\/create|containers\/[^/]{1,128}\/(?:start|exec)|exec\/[^/]{1,128}\/start|build)(?:\?|$)/;
const looks = /^(?:\/v1\.\d{1,2})?\/(?:containers\/json|version|info|_ping|images\/json)(?:\?|$)/;

export class DockerWatcher implements EntryWatcher {
  readonly #asked = new Moments<Asked>(256);
  readonly #looked = new Moments<Asked>(32);
  #own = 0;
  /** dockerd said that it listens to others, and not on the port of TLS. */
  #listened = false;

  see(event: LogEvent): void {
    if (event.what === 'container') this.#container(event);
    else if (event.what === 'service') this.#service(event);
    else if (event.what === 'request') this.#request(event);
  }

  heeds({ method, status, target }: RequestEvent): boolean {
    return status < 400 && ((method === 'POST' && creates.test(target)) || looks.test(target));
  }

  #service({ service, action, detail }: ServiceEvent): void {
    if (service !== 'docker' || action !== 'listening' || !listensOutside(detail)) return;
    if (!detail.endsWith(guardedPort)) this.#listened = true;
  }

  #container(event: ContainerEvent): void {
    if (event.runtime !== 'docker') return;
    const { action } = event;
    if (action !== 'created' && action !== 'started' && action !== 'executed') return;
    this.#add(this.#asked, event, event.from, event.container);
  }

  #request(event: RequestEvent): void {
    const { target, status, client } = event;
    if (status >= 400) return;
    if (event.method === 'POST' && creates.test(target)) this.#add(this.#asked, event, client, '');
    else if (looks.test(target)) this.#add(this.#looked, event, client, '');
  }

  #add(into: Moments<Asked>, event: LogEvent, from: string, container: string): void {
    into.note(event.us, () => ({
      ...keep(event),
      from: addressOf(from),
      container: container.slice(0, 128),
    }));
  }

  conclude(scene: Scene): readonly WayIn[] {
    const containers = (scene.containers ?? []).filter(({ runtime }) => runtime === 'docker');
    const accused = containers.filter((one) => one.accused && one.hostAccess);
    this.#own = containers.length - accused.length;
    const open = this.#listened || scene.doors.some((one) => one.service === 'docker' && !one.protected);
    const asked = this.#asked.kept();
    const remote = asked.filter(({ from }) => from !== '' && reachOf(from) !== 'loopback');
    const [first] = accused.toSorted((a, b) => startOf(a, scene) - startOf(b, scene));
    if (first === undefined || (!open && remote.length === 0)) return [];
    const started = startOf(first, scene);
    const known = Number.isFinite(started);
    // A container is started again with the host: then it is older than it says, and no line is its own.
    const own = (remote.length > 0 ? remote : asked).filter(
      ({ us, container }) =>
        (container !== '' && (first.id.startsWith(container) || container === first.name)) ||
        (known && us <= started + earlierUs && us >= started - minutesUs),
    );
    const peers = own.map(({ from }) => from).filter((from) => from !== '' && reachOf(from) !== 'loopback');
    const named = peers.filter((from) => !isRelay(from));
    const limits: Missing[] = own.length > 0 && named.length === 0 ? ['address-hidden'] : [];
    const step: ChainStep = {
      step: 'file',
      us: started,
      certain: known,
      source: first.source,
      text: first.text,
    };
    const way = wayIn(
      {
        vector: 'docker-api',
        service: 'docker',
        account: printableText('root'),
        attackers: named,
        attempt: this.#looked.kept().find(({ from }) => named.includes(from)),
        successes: own,
        steps: known ? [step] : [],
        // Through the bind it writes as root wherever it likes.
        owns: ({ owner, path }) => owner === 'root' || path.includes(first.id),
        written: { us: known ? started : 0, grounded: known },
        limits,
      },
      scene,
      new Aftermath(scene),
    );
    return way === undefined ? [] : [way];
  }

  excluded(): readonly Excluded[] {
    return this.#own === 0
      ? []
      : [{ vector: 'docker-api', service: 'docker', what: 'own-container', count: this.#own }];
  }
}

/** When it was started, or its settings were written; infinity where neither is known. */
function startOf({ id, startedUs }: SceneContainer, { entries }: Scene): number {
  const written = entries.find(
    ({ source, mechanism }) => mechanism === 'docker-container' && source.source.includes(id),
  );
  return startedUs ?? written?.changedUs ?? Number.POSITIVE_INFINITY;
}
