/** Carries out the export of a container, as a program of its own which may be killed: `SOCKET VAULT LEDGER`. Test code. */
import type { Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { carryOut } from '../execute/carry-out.ts';
import type { Executor } from '../execute/port.ts';
import { type Ledger, openLedger } from '../ledger/ledger-file.ts';
import { ContainerWork, type ContainerWorld } from './container-work.ts';

interface Place extends Pick<ContainerWorld, 'vault' | 'others'> {
  readonly socket: string;
}

const id = 'c0ffee'.padEnd(64, '0');

const step = (socket: string): Step => ({
  id: 'S7',
  phase: 'kill',
  findings: [],
  change: {
    kind: 'container',
    action: 'export',
    engine: { kind: 'docker', socket: printableText(socket), uid: 0, api: '1.41' },
    container: { id, name: printableText('shop'), image: printableText(''), imageId: printableText('') },
  },
  preconditions: [],
  reversibility: 'reversible',
  breaks: [],
  verify: 'container-copied',
});

/** An executor of containers alone. */
function executorOf({ vault, others }: Place): Executor {
  const work = new ContainerWork({
    vault,
    others,
    distrust: () => Promise.resolve(undefined),
    boundary: () => undefined,
  });
  const other = (): never => {
    throw new Error('containers alone');
  };
  return {
    kind: 'live',
    name: printableText('host'),
    lock: () => true,
    prepare: () => Promise.resolve({ kind: 'ready', before: { kind: 'processes', processes: [] } }),
    perform: (change, _before, token) =>
      change.kind === 'container' ? work.perform(change, token) : other(),
    revert: (change, before) => (change.kind === 'container' ? work.revert(change, before) : other()),
    close: () => undefined,
  };
}

export async function exportRun(place: Place, ledger: Ledger): Promise<boolean> {
  const steps = [step(place.socket)];
  return await carryOut({ steps, executor: executorOf(place), ledger, tell: () => {} }, steps);
}

if (import.meta.main) {
  const [socket = '', vault = '', ledger = ''] = process.argv.slice(2);
  await exportRun({ socket, vault, others: [] }, openLedger(ledger));
}
