/**
 * The hosts file of Windows: names of vendors or of pools that are sent nowhere.
 *
 * Why: builders of miners (SilentCryptoMiner) block sites of vendors here. What it is NOT: a judgement.
 * Source: Microsoft, `%SystemRoot%\System32\drivers\etc\hosts`; its lines are those of hosts(5).
 */
import { parseHosts } from '../../formats/hosts-file.ts';
import type { Fact } from '../../model/fact.ts';
import { printableText } from '../../model/text.ts';
import type { Artifact } from '../artifact.ts';
import { readFileNow } from '../linux/reading.ts';

const artifact = 'windows.hosts-file';
const path = printableText('C:\\Windows\\System32\\drivers\\etc\\hosts');
const limit = 16 << 20;

export const windowsHostsFile: Artifact = {
  id: artifact,
  sources: [{ kind: 'file', path, live: false }],
  order: 6,
  required: false,
  gather(context) {
    const reading = readFileNow(context, artifact, path, limit);
    const facts = parseHosts(reading.bytes).map(
      ({ line, address, names, text }): Fact => ({
        kind: 'hosts-entry',
        source: { source: path, line },
        address,
        names,
        text,
      }),
    );
    return Promise.resolve(facts);
  },
};
