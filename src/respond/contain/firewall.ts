/** What sets, confirms, tells and lifts a containment in a running kernel, behind one port. */
import { addressText } from '../../formats/inet-address.ts';
import { parseSetElements, type SetElement } from '../../formats/nf-set-elements.ts';
import { passOn } from '../../native/failure.ts';
import { commit, elementsOf } from '../../native/nf-transaction.ts';
import type { Answer } from '../../native/port.ts';
import type { Containment } from './containment.ts';
import { confirmMessages, liftMessages, tableMessages } from './kernel-table.ts';
import { nftText } from './nft-text.ts';
import { packetRules, type SetName, setKeys, tableName } from './packet-rules.ts';

export type Standing =
  | { readonly state: 'none' }
  /** The table is there, and its time is over: nothing is cut off. */
  | { readonly state: 'over' }
  | {
      readonly state: 'standing';
      readonly mode: Containment['mode'];
      /** Milliseconds until it lifts by itself; absent where it stays. */
      readonly leftMs?: number;
      readonly addresses: readonly string[];
      /** Queries for names are dropped too. */
      readonly byName: boolean;
    };

export interface Firewall {
  readonly kind: 'nf_tables' | 'iptables';
  /** What `set` would set, in the language of the program that people would use. */
  text(containment: Containment, timeoutMs?: number): string;
  /** Puts the containment in the place of one that stands. @param timeoutMs absent for one that stays */
  set(containment: Containment, timeoutMs?: number): Answer<true>;
  /** Makes what stands lasting; `over` where nothing stands any more. */
  confirm(): Answer<'confirmed' | 'over'>;
  lift(): Answer<true>;
  standing(): Answer<Standing>;
}

const isSetName = (name: string): name is SetName => Object.hasOwn(setKeys, name);

/** The sets of our table with their elements; `undefined` where there is no table. */
function readSets(namespaceOf?: number): Answer<ReadonlyMap<SetName, readonly SetElement[]> | undefined> {
  const sets = new Map<SetName, readonly SetElement[]>();
  for (const name of Object.keys(setKeys).filter(isSetName)) {
    const answer = elementsOf(tableName, [name], namespaceOf);
    if (answer.status === 'absent' && answer.reason === 'ENOENT') continue;
    if (answer.status !== 'ok') return passOn(answer);
    sets.set(
      name,
      answer.value.flatMap(({ type, payload }) => parseSetElements(type, payload)),
    );
  }
  return { status: 'ok', value: sets.has('standing') ? sets : undefined };
}

function standingOf(sets: ReadonlyMap<SetName, readonly SetElement[]> | undefined): Standing {
  if (sets === undefined) return { state: 'none' };
  const all = [...sets.values()].flat();
  if ((sets.get('standing') ?? []).length === 0) return { state: 'over' };
  const left = all.flatMap(({ expiresMs }) => (expiresMs === undefined ? [] : [expiresMs]));
  const blocked = [...(sets.get('blocked4') ?? []), ...(sets.get('blocked6') ?? [])];
  return {
    state: 'standing',
    mode: sets.has('blocked4') ? 'block' : 'isolate',
    ...(left.length === 0 ? {} : { leftMs: Math.max(...left) }),
    addresses: blocked.map(({ key }) => addressText(key)).sort(),
    byName: (sets.get('queries') ?? []).length > 0,
  };
}

/** @param namespaceOf a pid in whose network namespace it works, instead of ours */
export function nftFirewall(namespaceOf?: number): Firewall {
  return {
    kind: 'nf_tables',
    text: (containment, timeoutMs) => nftText(packetRules(containment), timeoutMs),
    set: (containment, timeoutMs) => commit(tableMessages(packetRules(containment), timeoutMs), namespaceOf),
    lift: () => commit(liftMessages(), namespaceOf),
    standing: () => {
      const sets = readSets(namespaceOf);
      return sets.status === 'ok' ? { status: 'ok', value: standingOf(sets.value) } : passOn(sets);
    },
    confirm: () => {
      const sets = readSets(namespaceOf);
      if (sets.status !== 'ok') return passOn(sets);
      if (standingOf(sets.value).state !== 'standing') return { status: 'ok', value: 'over' };
      const standing = [...(sets.value ?? [])].map(([set, elements]) => ({
        set,
        elements: elements.map(({ key }) => key),
      }));
      const done = commit(confirmMessages(standing), namespaceOf);
      return done.status === 'ok' ? { status: 'ok', value: 'confirmed' } : passOn(done);
    },
  };
}
