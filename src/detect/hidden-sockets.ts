/**
 * Sockets that one table of the kernel shows and another leaves out.
 *
 * What: a socket that `/proc/net` or netlink left out twice while the other showed it before and after; the
 * artifact confirms that, so timing is no explanation.
 * Why: rootkits filter `tcp4_seq_show` to hide the session with a pool or a control server, and seldom netlink.
 * What it is NOT: a comparison with descriptors. Kernel sockets have none.
 * Source: linux-hiding §3.3.
 */
import type { SocketFact } from '../model/facts/network.ts';
import type { Finding } from '../model/finding.ts';
import { endpointText } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { recordsOf, subjectOf } from './process-record.ts';

const addressed = (socket: SocketFact): boolean =>
  socket.transport !== 'unix' && socket.transport !== 'packet';
const endpoint = ({ address, port }: SocketFact['local']): string =>
  address === '' ? '*' : endpointText(address, port);

export const hiddenSockets: Analyzer = {
  id: 'hidden-sockets',
  rules: ['hidden.socket'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const found: Finding[] = [];
    for (const socket of facts.of('socket')) {
      const missing = socket.missingFrom ?? [];
      if (missing.length === 0) continue;
      const owner = socket.owners.map((pid) => records.byPid(pid)).find((record) => record !== undefined);
      found.push(
        finding(
          'hidden.socket',
          {
            local: addressed(socket) ? endpoint(socket.local) : socket.transport,
            remote: addressed(socket) ? endpoint(socket.remote) : socket.transport,
            missing: missing.join(', '),
          },
          {
            severity: 'high',
            confidence: 90,
            technique: 'T1014',
            bearing: 'hides',
            witness: 'view',
            subject: owner === undefined ? { kind: 'socket', inode: socket.inode } : subjectOf(owner.process),
            evidence: [{ ...socket.source, text: socket.text }],
            benign: ['short-lived'],
          },
        ),
      );
    }
    return found;
  },
};
