/**
 * The files that owners of this host keep dpkg from unpacking: its settings, read once for a scan.
 *
 * What it is NOT: an excuse for a file that is there and is another; rules explain only what is absent.
 * Reads: /etc/dpkg/dpkg.cfg, /etc/dpkg/dpkg.cfg.d/*. Source: dpkg.cfg(5). Bounds: 1,000 files of 1 MiB.
 */
import { dpkgPathRules, type PathRule } from '../../../formats/dpkg-exclude.ts';
import type { SourceRecord } from '../../../model/source.ts';
import { joinPath, type PathText, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';

const settings = printableText('/etc/dpkg/dpkg.cfg');
const dropIns = printableText('/etc/dpkg/dpkg.cfg.d');
/** dpkg reads no others, as run-parts(8) has it. */
const readName = /^[a-zA-Z0-9_-]+$/;

interface Read {
  readonly rules: readonly PathRule[];
  /** Settings that could not be read whole. */
  readonly sources: readonly Omit<SourceRecord, 'artifact'>[];
}

const remembered = new WeakMap<Target, Read>();

function settingsOf(target: Target): Read {
  const known = remembered.get(target);
  if (known !== undefined) return known;
  const sources: Omit<SourceRecord, 'artifact'>[] = [];
  const read = (path: PathText): readonly PathRule[] => {
    const { status, reason, bytes } = target.readNow({ kind: 'file', path, limit: 1 << 20 });
    if (status !== 'ok' && status !== 'empty' && status !== 'absent')
      sources.push({
        source: path,
        status,
        bytes: bytes.length,
        ...(reason === undefined ? {} : { reason }),
      });
    return dpkgPathRules(bytes);
  };
  const listed = target.readNow({ kind: 'directory', path: dropIns, limit: 1000 });
  const names = listed.entries.map(({ name }) => name).filter((name) => readName.test(name));
  // dpkg reads its drop-ins first, in the order of their names, and then the file.
  const rules = [...names.sort().flatMap((name) => read(joinPath(dropIns, name))), ...read(settings)];
  const found = { rules, sources };
  remembered.set(target, found);
  return found;
}

export const dpkgRulesOf = (target: Target): readonly PathRule[] => settingsOf(target).rules;

/** Which of the settings could not be read whole, for the record of whoever asks for the rules. */
export const dpkgRuleGaps = (target: Target): Read['sources'] => settingsOf(target).sources;
