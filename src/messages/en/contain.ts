import type { ContainTexts } from '../contain.ts';

function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.length === 0 ? '0 s' : shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

const processes = (count: number): string => (count === 1 ? '1 process' : `${count} processes`);

export const contain: ContainTexts = {
  heads: {
    standing: 'Now',
    plan: 'Would be set',
    left: 'Left open',
    exactly: 'Exactly',
    freeze: 'Would be held',
    result: 'Done',
  },
  none: 'nothing of ours stands: this host is not contained',
  over: 'its time is over: nothing is cut off any more (an empty table is left)',
  blocks: ({ count }) =>
    `${count === 1 ? '1 address is' : `${count} addresses are`} blocked in both directions`,
  byName: 'DNS queries for the blocked names are dropped',
  isolates: 'this host is isolated',
  until: ({ time, left }) => `lifts by itself at ${time}, in ${left}`,
  lasting: 'lasting, until it is lifted or this host restarts',
  unknown: ({ detail }) => `cannot be told: ${detail}`,
  needsRoot: 'cannot be told without the rights of root (CAP_NET_ADMIN)',
  heldNow: ({ count }) => `${processes(count)} held by the ledger of this case`,
  planBlock: 'a block in both directions, for this host and its containers',
  planIsolate: 'isolation: nothing goes in, out or through but',
  address: 'address',
  name: 'name',
  keeps: 'your connection',
  allows: 'allowed',
  hangs: ({ path, fileSystem }) =>
    `${path} (${fileSystem}) lies on another host: programs that use it will hang; --keep its server`,
  networkDisks:
    'Disks of this host are attached over the network (iSCSI) and will be gone; --keep their server',
  byFallback: 'by iptables, because this kernel has no nf_tables',
  because: {
    pool: ({ pid }) => `pool of process ${pid}`,
    connection: ({ pid }) => `process ${pid} is connected there`,
    command: ({ entry }) => `entry ${entry} fetches from it`,
    attacker: ({ service }) => `came in by ${service}`,
  },
  leftReasons: {
    'own-address': 'an address of this host',
    responder: 'your own address: isolate instead, or come from elsewhere',
    resolver: 'the resolver of this host',
    shared: 'honest software needs it too: isolate, or block its path at a proxy',
    'not-a-peer': 'no address or name of another host',
    'too-many': 'more than 500: isolate instead',
  },
  nothing:
    'The case names no pool and no attacker that could be blocked. Isolate the host, or scan it while it mines.',
  nobody: 'The case names nobody to hold: no miner runs.',
  forSeconds: ({ time }) => `lifts by itself after ${time}, also when Demine has ended`,
  forEver: 'stays until it is lifted or this host restarts',
  roles: { respawner: 'respawner', miner: 'miner', child: 'child' },
  unfrozen: {
    gone: 'has ended',
    'other-process': 'is another process now',
    ourselves: 'belongs to your own session',
    'of-the-system': 'is of the system itself',
    denied: 'may not be signalled',
    'still-runs': 'still runs',
  },
  frozen: ({ count, ms }) => `${processes(count)} held, all within ${ms} ms`,
  byNumber: 'this kernel has no pidfd: they were held by their numbers',
  thawed: ({ count }) => `${processes(count)} let go`,
  nobodyHeld: 'The ledger of this case has nobody held.',
  otherBoot: 'This host was restarted after the scan: those processes are gone. Scan it again.',
  stillHeld: 'cannot be let go; try again as root',
  dry: 'Nothing was changed. To do it, add --yes.',
  done: 'set in one step',
  confirmed: 'what stood is lasting now',
  lifted: 'lifted; nothing of ours is left',
  toConfirm: 'make it lasting',
  toLift: 'lift it',
  toThaw: 'let them go',
  proposed: 'see what would be blocked',
  oldScan: ({ age }) => `The scan of this case is ${age} old: what the miner does now may differ.`,
  duration,
};
