/**
 * `linux.hosts-file`: the entries of /etc/hosts.
 *
 * Why: droppers send the addresses of cloud agents, and of rivals' pools, to 0.0.0.0 here, so that nothing
 * calls home (families, "lock out rivals"). What it is NOT: a judgement; block lists of advertising are honest.
 * Bound: 250,000 lines, 16 MiB.
 */
import { parseHosts } from '../../formats/hosts-file.ts';
import type { Fact } from '../../model/fact.ts';
import { printableText } from '../../model/text.ts';
import type { Artifact } from '../artifact.ts';
import { readFileNow } from './reading.ts';

const artifact = 'linux.hosts-file';
const path = printableText('/etc/hosts');
const limit = 16 * 1024 * 1024;

export const hostsFile: Artifact = {
  id: artifact,
  sources: [{ kind: 'file', path, live: false }],
  order: 6,
  required: false,
  gather(context) {
    const reading = readFileNow(context, artifact, path, limit);
    const facts = parseHosts(reading.bytes).map(
      (entry): Fact => ({
        kind: 'hosts-entry',
        source: { source: path, line: entry.line },
        address: entry.address,
        names: entry.names,
        text: entry.text,
      }),
    );
    return Promise.resolve(facts);
  },
};
