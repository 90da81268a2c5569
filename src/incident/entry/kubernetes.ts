/**
 * Kubernetes: a kubelet that runs what anybody asks (10250), an API that lets strangers create pods.
 *
 * `system:anonymous` that created or ran something is an attack; so is a request to the kubelet itself from outside the
 * cluster. A service account that comes from outside is one only where a trace follows. What it is NOT: a probe (`GET
 * /version`, `/healthz` answer anybody) nor a request that was refused.
 * Source: knowledge on entry §5.2; Kubernetes documentation, Kubelet authentication/authorization, Auditing.
 */
import { reachOf } from '../../detect/address.ts';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { type Excluded, follows, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import { addressOf } from './tries.ts';
import type { EntryWatcher } from './watcher.ts';

interface Asked extends Kept {
  readonly from: string;
  readonly account: string;
}

const strangers: ReadonlySet<string> = new Set(['system:anonymous', 'system:unauthenticated']);
const refused = /^\S{1,16} (?:4\d\d|5\d\d) /;

export class KubernetesWatcher implements EntryWatcher {
  readonly #attacks = new Moments<Asked>(128);
  readonly #asked = new Moments<Asked>(128);
  readonly #refused = new Moments<Asked>(16);

  see(event: LogEvent): void {
    if (event.what !== 'container' || event.runtime !== 'kubernetes') return;
    const { action, account, detail } = event;
    const stranger = strangers.has(account);
    const from = addressOf(event.from);
    const did = action === 'created' || action === 'executed' || action === 'removed';
    if (!did || refused.test(detail)) {
      if (stranger && refused.test(detail)) this.#add(this.#refused, event, from, account);
      return;
    }
    const toKubelet = account === '' && reachOf(from) === 'public';
    if (stranger || toKubelet) this.#add(this.#attacks, event, from, account);
    else if (account === '' || account.startsWith('system:serviceaccount:'))
      this.#add(this.#asked, event, from, account);
  }

  #add(into: Moments<Asked>, event: LogEvent, from: string, account: string): void {
    into.note(event.us, () => ({ ...keep(event), from, account: account.slice(0, 128) }));
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const outside = this.#asked.kept().filter(({ us, from }) => {
      const trace = after.firstAfter(us);
      return reachOf(from) === 'public' && trace !== undefined && follows(us, trace.us);
    });
    const told = [...this.#attacks.kept(), ...outside];
    const open = scene.doors.some((one) => one.service === 'kubelet' || one.service === 'kubernetes');
    const inPod = scene.miners.find(({ container }) => container !== undefined);
    // A log that tells of refusals alone speaks against it.
    if (told.length === 0 && !(open && inPod !== undefined && this.#refused.count === 0)) return [];
    const account = told[0]?.account;
    const way = wayIn(
      {
        vector: 'kubelet',
        service: 'kubernetes',
        account: printableText(account === undefined || account === '' ? 'system:anonymous' : account),
        attackers: told.map(({ from }) => from).filter((from) => reachOf(from) !== 'loopback'),
        attempt: this.#refused.kept()[0],
        successes: told,
        owns: ({ owner }) => owner === 'root' || inPod?.account === owner,
        ...(inPod === undefined || told.length === 0
          ? {}
          : { written: { us: inPod.startUs, grounded: true } }),
        open: told.length === 0,
      },
      scene,
      after,
    );
    return way === undefined ? [] : [way];
  }

  excluded(): readonly Excluded[] {
    return this.#refused.count === 0
      ? []
      : [{ vector: 'kubelet', service: 'kubernetes', what: 'refused-requests', count: this.#refused.count }];
  }
}
