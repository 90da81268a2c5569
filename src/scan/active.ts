/**
 * What `--active` adds: it acts on the scene, so it is listed before it runs and recorded after.
 *
 * A decoy of our own that carries the name of a process monitor, to see who pauses; and one question to the
 * loopback listeners of suspects, which miners answer with their pool and speed.
 */

import { messagesFor } from '../messages/index.ts';
import { apiListeners, apiRequests, probeMinerApi } from '../probe/miner-api.ts';
import { probeWatching } from '../probe/watching.ts';
import { recordAll, type ScanContext } from './context.ts';
import type { Ranked } from './rank.ts';

/** Suspects that are watched and asked. */
const bound = 16;

export async function act(context: ScanContext, suspects: readonly Ranked[]): Promise<void> {
  const { facts, target, options } = context;
  const { native } = target;
  if (native === undefined) return;
  const texts = messagesFor(options.language).cli.active;
  const busy = suspects.slice(0, bound).map((suspect) => suspect.process);
  if (busy.length === 0) return;
  context.actions.push(texts.decoy({ count: busy.length }));
  const watched = await probeWatching(native, target, busy, { active: true });
  facts.addAll(watched.facts);
  recordAll(context, watched.sources);
  // The loopback of another network namespace is another host's: only ours is asked.
  const own = facts.process(process.pid)?.namespaces.net ?? 0;
  for (const suspect of busy) {
    const listeners = apiListeners(facts.of('socket'), suspect, own);
    if (listeners.length === 0) continue;
    context.actions.push(texts.asked({ pid: suspect.pid, requests: apiRequests(listeners).join(', ') }));
    const answered = await probeMinerApi(suspect, listeners);
    facts.addAll(answered.facts);
    recordAll(context, answered.sources);
  }
}
